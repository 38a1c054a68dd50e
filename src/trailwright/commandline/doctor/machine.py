"""Doctor's look at this machine: folder, database, stored texts, clock, and whether the product runs."""

import asyncio
import contextlib
import os
import shutil
import sqlite3
import time
from pathlib import Path

from sqlalchemy import func, select

import trailwright
from trailwright import migrations
from trailwright.commandline.client import Away, Client
from trailwright.commandline.contents import storage_of
from trailwright.commandline.database import known_revisions, opened, revision_of
from trailwright.commandline.doctor.findings import Finding, split
from trailwright.commandline.folder import LITTLE_FREE, database_file, holder, is_sqlite, prepare
from trailwright.commandline.trouble import Trouble
from trailwright.kit.clock import db_now
from trailwright.kit.db import Database
from trailwright.kit.storage import StorageUnavailable
from trailwright.kit.words import size
from trailwright.settings import Settings
from trailwright.tasks.models import tasks
from trailwright.users.commands import ensure_user

CLOCKS_APART_MS = 5_000
MOVED_BACK_MS = 60_000
ANSWERS_WITHIN_S = 5.0
DAY_S = 86_400


async def data_folder(settings: Settings) -> Finding:
    """There or to be made, writable, with room, on a disk of this machine."""
    folder = settings.data_dir
    if not folder.exists():
        return await asyncio.to_thread(_to_be_made, folder)
    try:
        notes = await asyncio.to_thread(prepare, settings)
    except Trouble as trouble:
        return split("data folder", str(trouble))
    free = shutil.disk_usage(folder).free
    if free < LITTLE_FREE:
        return Finding("data folder", "wrong", notes[0], "Free some space.")
    return Finding("data folder", "ok", f"{folder}, {size(free)} free")


def _to_be_made(folder: Path) -> Finding:
    parent = next(one for one in folder.parents if one.exists())
    if not (parent.is_dir() and os.access(parent, os.W_OK)):
        words = f"{folder} cannot be made: {parent} cannot be written"
        return Finding("data folder", "wrong", words, "Name another with --data or TRAILWRIGHT_DATA_DIR.")
    return Finding("data folder", "unset", f"{folder} is not there yet; trailwright up makes it")


async def database(settings: Settings) -> Finding:
    """Reached, of this version, sound, and written to."""
    try:
        if is_sqlite(settings):
            if not await asyncio.to_thread(database_file(settings).is_file):
                return Finding("database", "unset", "not made yet; trailwright up makes it")
            await asyncio.to_thread(_sound, database_file(settings))
        async with opened(settings, migrated=False) as db:
            return await _try_database(settings, db)
    except Trouble as trouble:
        return split("database", str(trouble), "Mend TRAILWRIGHT_DATABASE_URL.")


async def _try_database(settings: Settings, db: Database) -> Finding:
    revision, newest = await revision_of(db), migrations.head()
    if revision != newest:
        if revision is not None and revision not in known_revisions():
            words = f"it was made by a newer version of this program (revision {revision})"
            return Finding("database", "wrong", words, "Install that version or a newer one.")
        words = f"it is of an older version ({revision or 'empty'}, not {newest})"
        return Finding("database", "wrong", words, "Run: trailwright migrate")
    await _write_nothing(db)
    kind = str(database_file(settings)) if is_sqlite(settings) else "PostgreSQL"
    return Finding("database", "ok", f"{kind}, revision {revision}, written and rolled back")


class _Undo(Exception):  # noqa: N818 - ends a trial
    """Rolls the trial back."""


async def _write_nothing(db: Database) -> None:
    with contextlib.suppress(_Undo):
        async with db.writing() as tx:
            await ensure_user(tx, "doctor", role="user")
            raise _Undo


def _sound(file: Path) -> None:
    """SQLite's own check; raises `Trouble`."""
    try:
        with contextlib.closing(
            sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            [(verdict,)] = connection.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.Error as error:
        raise Trouble(
            f"{file} is damaged ({error}). Restore a backup: trailwright restore FILE --force"
        ) from None
    if verdict != "ok":
        raise Trouble(f"{file} is damaged ({verdict}). Restore a backup: trailwright restore FILE --force")


async def stored_texts(settings: Settings) -> Finding:
    """One small object put, read and deleted."""
    try:
        storage = storage_of(settings)
        try:
            await storage.check()
        finally:
            storage.close()
    except StorageUnavailable as error:
        return split("stored texts", error.detail)
    except Trouble as trouble:
        return split("stored texts", str(trouble), "Mend TRAILWRIGHT_STORAGE_URL.")
    place = settings.effective_storage_url.partition("@")[2] or settings.effective_storage_url
    return Finding("stored texts", "ok", f"{place}: one written, read and deleted")


async def clock(settings: Settings) -> Finding:
    """This machine's clock against the program's own age and against what the database knows."""
    if time.time() < _installed_at() - DAY_S:
        words = "the clock stands before the day this program was installed"
        return Finding("clock", "wrong", words, "Set it (timedatectl set-ntp true).")
    try:
        async with opened(settings) as db, db.reading() as reader:
            now = int(await reader.value(select(db_now())))
            newest = await reader.value(select(func.max(tasks.c.updated_at)))
    except Trouble:
        return Finding("clock", "ok", time.strftime("%Y-%m-%d %H:%M:%S %Z"))
    return _compared(now, int(newest or 0))


def _installed_at() -> float:
    """Seconds since 1970."""
    return Path(trailwright.__file__).stat().st_mtime


def _compared(database_ms: int, newest_ms: int) -> Finding:
    apart = abs(database_ms - time.time() * 1000)
    if apart > CLOCKS_APART_MS:
        words = f"this machine's clock and the database's are {apart / 1000:.0f} s apart"
        return Finding("clock", "wrong", words, "Set both by NTP.")
    if newest_ms > database_ms + MOVED_BACK_MS:
        words = f"it was moved back: the newest task lies {(newest_ms - database_ms) / 1000:.0f} s ahead"
        return Finding("clock", "wrong", words, "Set it (timedatectl set-ntp true).")
    return Finding("clock", "ok", time.strftime("%Y-%m-%d %H:%M:%S %Z"))


async def running(settings: Settings) -> Finding:
    """Whether the product runs on the folder, and answers."""
    found = await asyncio.to_thread(holder, settings.data_dir)
    if found is None:
        return Finding("running", "unset", "not at the moment; start with: trailwright up")
    try:
        client = Client(found.address or "http://127.0.0.1:9", timeout_s=ANSWERS_WITHIN_S)
        await asyncio.to_thread(client.get, "/health/ready")
        client.close()
    except (Away, Trouble) as error:
        words = f"process {found.pid} holds the folder, but does not answer at {found.address}: {error}"
        return Finding("running", "wrong", words, "End it, then start again with: trailwright up")
    return Finding("running", "ok", f"{found.address} (process {found.pid})")
