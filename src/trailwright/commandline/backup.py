"""`trailwright backup`: one file with the database, the texts it names, and the secret key."""

import asyncio
import contextlib
import datetime as dt
import gzip
import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from trailwright import __version__
from trailwright.commandline import secret
from trailwright.commandline.configured import say, settings_for
from trailwright.commandline.contents import storage_of
from trailwright.commandline.database import opened, revision_of
from trailwright.commandline.folder import database_file, is_sqlite, why
from trailwright.commandline.snapshots import copy_sqlite, dump_postgres
from trailwright.commandline.trouble import Trouble
from trailwright.contents.models import content_versions
from trailwright.kit.storage import Storage, StorageMissing, StorageUnavailable
from trailwright.kit.words import plural, size
from trailwright.settings import Settings

FORMAT = "trailwright-backup"
VERSION = 1
MANIFEST = "manifest.json"
SQLITE, POSTGRES = "database.db", "database.dump"
CONFIG = "config.toml"
OBJECTS = "objects/"
KEYS_SQL = "SELECT DISTINCT object_key FROM content_versions ORDER BY object_key"


def run(file: Path, data: Path | None) -> int:
    """Write the backup, whole or not at all; the product may be running. Raises `Trouble`."""
    settings = settings_for(data)
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        packed = asyncio.run(_write(settings, part))
        part.replace(file)
    except OSError as error:
        raise Trouble(why(error, file)) from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    if packed.missing:
        gone = plural(len(packed.missing), "stored text is", "stored texts are")
        say(f"{gone} missing and not in the backup.")
    say(f"{file}: the database and {plural(packed.texts, 'text', 'texts')}, {size(file.stat().st_size)}.")
    say("It holds the secret key; keep it as safe as the data folder.")
    return 0


@dataclass
class Packed:
    """What went into the file: name → bytes and SHA-256; texts that were not there."""

    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    @property
    def texts(self) -> int:
        """How many stored texts."""
        return sum(name.startswith(OBJECTS) for name in self.files)


async def _write(settings: Settings, part: Path) -> Packed:
    """The snapshot first, then the texts that it names: those are never changed, only added."""
    async with opened(settings) as db:
        revision = await revision_of(db)
        async with db.reading() as reader:
            named = await reader.rows(select(content_versions.c.object_key).distinct())
    keys = {row["object_key"] for row in named}
    packed = Packed()
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=part.parent) as scratch, _tar(part) as tar:
        copy = Path(scratch) / (SQLITE if is_sqlite(settings) else POSTGRES)
        if is_sqlite(settings):
            await asyncio.to_thread(copy_sqlite, database_file(settings), copy)
            keys = keys_of(copy)
        else:
            await asyncio.to_thread(dump_postgres, settings, copy)
        _add_file(tar, packed, copy.name, copy)
        for name in (secret.FILE, CONFIG):
            if (settings.data_dir / name).is_file():
                _add(tar, packed, name, (settings.data_dir / name).read_bytes())
        await _add_texts(tar, packed, storage_of(settings), keys)
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "program": __version__,
            "revision": revision,
            "made_at": dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds"),
            "files": packed.files,
            "missing": packed.missing,
        }
        _put(tar, MANIFEST, json.dumps(manifest).encode())
    return packed


def keys_of(copy: Path) -> set[str]:
    """Texts that a copy of the database names."""
    with contextlib.closing(sqlite3.connect(copy)) as connection:
        return {row[0] for row in connection.execute(KEYS_SQL)}


@contextlib.contextmanager
def _tar(part: Path) -> Iterator[tarfile.TarFile]:
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        with (
            gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=6) as packed,
            tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            yield tar
        file.flush()
        os.fsync(file.fileno())


async def _add_texts(tar: tarfile.TarFile, packed: Packed, storage: Storage, keys: set[str]) -> None:
    try:
        for key in sorted(keys):
            try:
                _add(tar, packed, f"{OBJECTS}{key}", await storage.get(key))
            except StorageMissing:
                packed.missing.append(key)
    except StorageUnavailable as error:
        raise Trouble(error.detail) from None
    finally:
        storage.close()


def _add_file(tar: tarfile.TarFile, packed: Packed, name: str, path: Path) -> None:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        info = tarfile.TarInfo(name)
        info.size, info.mode = path.stat().st_size, 0o600
        tar.addfile(info, file)
    packed.files[name] = {"bytes": info.size, "sha256": digest}


def _add(tar: tarfile.TarFile, packed: Packed, name: str, content: bytes) -> None:
    _put(tar, name, content)
    packed.files[name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _put(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    tar.addfile(info, io.BytesIO(content))
