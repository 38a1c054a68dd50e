"""`trailwright restore`: a backup put back; what was there before is kept aside."""

import asyncio
import datetime as dt
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from trailwright.commandline import secret
from trailwright.commandline.backup import CONFIG, OBJECTS, SQLITE
from trailwright.commandline.configured import say, settings_for
from trailwright.commandline.contents import storage_of
from trailwright.commandline.folder import FolderLock, HeldElsewhere, database_file, is_sqlite, prepare, why
from trailwright.commandline.snapshots import BACKUPS, postgres_address
from trailwright.commandline.trouble import Trouble
from trailwright.commandline.unpacking import Unpacked, unpack
from trailwright.kit.storage import StorageUnavailable
from trailwright.kit.words import plural
from trailwright.settings import Settings


def run(file: Path, data: Path | None, *, force: bool) -> int:
    """Put it back. Refused while the product runs, and where something is already unless `force`."""
    settings = settings_for(data)
    for note in prepare(settings):
        say(note)
    try:
        lock = FolderLock.take(settings.data_dir)
    except HeldElsewhere:
        raise Trouble("the product runs on this folder. End it first (Ctrl-C), then restore.") from None
    try:
        there = [path for path in _in_use(settings) if path.exists()]
        if there and not force:
            raise Trouble(f"{there[0]} is there already. With --force it is put aside and replaced.")
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.data_dir) as scratch:
            unpacked = unpack(file, Path(scratch))
            _refuse_other_kind(settings, unpacked)
            _put_aside(settings, there)
            asyncio.run(_put_back(settings, unpacked))
    except OSError as error:
        raise Trouble(why(error, settings.data_dir, "Nothing more was changed.")) from None
    finally:
        lock.release()
    texts = plural(len(unpacked.keys), "text", "texts")
    say(f"restored: the state of {unpacked.manifest['made_at']}, {texts}.")
    say("Start with: trailwright up")
    return 0


def _in_use(settings: Settings) -> Iterator[Path]:
    """Everything that a restore replaces."""
    if is_sqlite(settings):
        database = database_file(settings)
        yield from (database.with_name(database.name + end) for end in ("", "-wal", "-shm"))
    if _own_objects(settings):
        yield settings.data_dir / "objects"
    yield settings.data_dir / secret.FILE


def _own_objects(settings: Settings) -> bool:
    return settings.storage_url is None


def _refuse_other_kind(settings: Settings, unpacked: Unpacked) -> None:
    if (unpacked.database.name == SQLITE) != is_sqlite(settings):
        kinds = ("an embedded database", "a PostgreSQL server")
        mine, its = kinds if is_sqlite(settings) else kinds[::-1]
        raise Trouble(f"the backup is of {its}, and TRAILWRIGHT_DATABASE_URL names {mine}.")


def _put_aside(settings: Settings, there: list[Path]) -> None:
    if not there:
        return
    stamp = dt.datetime.now(tz=dt.UTC).strftime("%Y%m%d-%H%M%S-%f")
    aside = settings.data_dir / BACKUPS / f"before-restore-{stamp}"
    aside.mkdir(parents=True, mode=0o700)
    for path in there:
        shutil.move(path, aside / path.name)
    say(f"what was there before is in {aside}")


async def _put_back(settings: Settings, unpacked: Unpacked) -> None:
    """Texts, then key and settings, the database last: a cut-off restore leaves none that looks whole."""
    if _own_objects(settings):
        if (unpacked.folder / OBJECTS).is_dir():
            (unpacked.folder / OBJECTS).replace(settings.data_dir / "objects")
    else:
        await _put_texts(settings, unpacked)
    for name, wanted in ((secret.FILE, True), (CONFIG, not (settings.data_dir / CONFIG).exists())):
        if wanted and (unpacked.folder / name).is_file():
            (unpacked.folder / name).replace(settings.data_dir / name)
    if is_sqlite(settings):
        shutil.move(unpacked.database, database_file(settings))
    else:
        await asyncio.to_thread(_restore_postgres, settings, unpacked.database)


async def _put_texts(settings: Settings, unpacked: Unpacked) -> None:
    storage = storage_of(settings)
    try:
        for key in unpacked.keys:
            await storage.put(key, (unpacked.folder / OBJECTS / key).read_bytes())
    except StorageUnavailable as error:
        raise Trouble(error.detail) from None
    finally:
        storage.close()


def _restore_postgres(settings: Settings, dump: Path) -> None:
    """`pg_restore` in one transaction: all of it or nothing."""
    program = shutil.which("pg_restore")
    if program is None:
        raise Trouble("pg_restore is not installed here. Install PostgreSQL's client programs.")
    url, environment = postgres_address(settings)
    done = subprocess.run(  # noqa: S603 - the program that PATH names, no shell
        [program, "--clean", "--if-exists", "--no-owner", "--single-transaction", "--dbname", url, str(dump)],
        env=environment,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise Trouble(f"pg_restore could not write the database: {said[-1] if said else done.returncode}")
