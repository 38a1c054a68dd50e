"""`trailwright export` and `trailwright import`: a roadmap with everything in it, out and in again."""

import asyncio
import contextlib
import os
import zipfile
from collections.abc import Iterable
from pathlib import Path

import orjson
from sqlalchemy.exc import IntegrityError

from trailwright.commandline.configured import say, settings_for
from trailwright.commandline.contents import contents_of, storage_of
from trailwright.commandline.database import opened
from trailwright.commandline.folder import why
from trailwright.commandline.trouble import Trouble
from trailwright.errors import AppError, ConflictError
from trailwright.exporting.pages import Page, document, pages
from trailwright.kit.db import Database, Snapshot
from trailwright.kit.storage import Storage, StorageMissing, StorageUnavailable
from trailwright.roadmaps.archive import Archive, clashes, dump, insert_all
from trailwright.roadmaps.archive_check import NotAnArchive, read
from trailwright.roadmaps.archive_copy import renamed
from trailwright.settings import Settings
from trailwright.users.accounts import are_there_any, by_email

LARGEST = 1_000_000_000
LOCAL_USER = "local"


def run_export(roadmap_id: str, form: str, out: Path, data: Path | None) -> int:
    """Write the roadmap. Raises `Trouble`."""
    settings = settings_for(data)
    if form not in {"json", "markdown"}:
        raise Trouble("--format is json or markdown.", 2)
    archive = asyncio.run(_dumped(settings, roadmap_id))
    try:
        if form == "json":
            _save(out, orjson.dumps(archive.as_json(), option=orjson.OPT_NON_STR_KEYS))
        else:
            _save_pages(out, _framework(archive), settings, archive)
    except OSError as error:
        raise Trouble(why(error, out)) from None
    say(f"{archive.title}: written to {out}")
    return 0


async def _dumped(settings: Settings, roadmap_id: str) -> Archive:
    async with opened(settings) as db, db.reading() as reader:
        rows = await dump(reader, roadmap_id) if "\x00" not in roadmap_id else None
    if rows is None:
        raise Trouble(f"there is no roadmap {roadmap_id} here.")
    storage = storage_of(settings)
    keys = [row["object_key"] for row in rows["content_versions"]]
    try:
        objects = {key: (await storage.get(key)).decode() for key in keys}
    except StorageMissing:
        raise Trouble("a stored text of this roadmap is missing. Restore a backup.") from None
    except StorageUnavailable as error:
        raise Trouble(error.detail) from None
    finally:
        storage.close()
    return Archive(rows, objects)


def _framework(archive: Archive) -> dict[str, object]:
    versions = archive.rows["framework_versions"]
    if not versions:
        raise Trouble("this roadmap has no plan yet, so there is nothing to read.")
    newest: dict[str, object] = max(versions, key=lambda row: row["version"])["framework"]
    return newest | {"title": archive.title}


def _save_pages(out: Path, framework: dict[str, object], settings: Settings, archive: Archive) -> None:
    contents = asyncio.run(contents_of(settings, archive.roadmap_id))
    if out.suffix.lower() == ".md":
        _save(out, document(framework, contents).encode())
    elif out.suffix.lower() == ".zip":
        _save_zip(out, pages(framework, contents))
    else:
        for name, text in pages(framework, contents):
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_text(text, encoding="utf-8")


def _save(out: Path, content: bytes) -> None:
    """Whole or not at all."""
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f".{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(out)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _save_zip(out: Path, found: Iterable[Page]) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in found:
            file.writestr(name, text)


def run_import(file: Path, data: Path | None, *, copy: bool, user: str | None = None) -> int:
    """Take the file in for `user`, or refuse it with nothing written. Raises `Trouble`."""
    settings = settings_for(data)
    archive = _read(file)
    if copy:
        archive = renamed(archive)
    asyncio.run(_take_in(settings, archive, user))
    say(f"{archive.title}: here as {archive.roadmap_id}")
    return 0


def _read(file: Path) -> Archive:
    try:
        if file.stat().st_size > LARGEST:
            raise Trouble(f"{file} is larger than any roadmap.")
        return read(orjson.loads(file.read_bytes()))
    except OSError as error:
        raise Trouble(f"{file} cannot be read: {error.strerror}") from None
    except orjson.JSONDecodeError as error:
        raise Trouble(f"{file} is no JSON: {error}") from None
    except NotAnArchive as wrong:
        raise Trouble(f"{file} cannot be taken in: {wrong}. Nothing was changed.") from None


async def _take_in(settings: Settings, archive: Archive, user: str | None) -> None:
    storage = storage_of(settings)
    try:
        async with opened(settings) as db:
            async with db.reading() as reader:
                owner, role = await _owner(reader, user)
                if found := await clashes(reader, archive):
                    raise Trouble(f"{found[0]} is here already. Take it in beside that with --copy.")
            await _store(db, storage, archive, owner, role)
    except StorageUnavailable as error:
        raise Trouble(error.detail) from None
    finally:
        storage.close()


async def _owner(reader: Snapshot, email: str | None) -> tuple[str, str]:
    """Whose it will be: the local user's where there are no accounts, else that account's; id and role."""
    if email is None and not await are_there_any(reader):
        return LOCAL_USER, "admin"
    if email is None:
        raise Trouble("there are accounts here; say whose it will be with --user EMAIL.", 2)
    row = await by_email(reader, email.strip().lower())
    if row is None:
        raise Trouble(f"there is no account with the address {email}.")
    return str(row["user_id"]), str(row["role"])


async def _store(db: Database, storage: Storage, archive: Archive, owner: str, role: str) -> None:
    """Texts first, then the rows that name them, in one transaction; texts again if a sweep took one.

    Texts that no row names after all are swept by the product: deleting them here could hit another's.
    """
    keys = list(archive.objects)
    try:
        for key in keys:
            await storage.put(key, archive.objects[key].encode())
        await db.transact(lambda tx: insert_all(tx, archive, owner, role))
    except (ConflictError, IntegrityError):
        raise Trouble("the same roadmap came in from elsewhere just now. Nothing was changed.") from None
    except AppError as error:
        raise Trouble(f"it cannot be taken in: {error.detail}") from None
    for key in keys:
        try:
            await storage.get(key)
        except StorageMissing:
            await storage.put(key, archive.objects[key].encode())
