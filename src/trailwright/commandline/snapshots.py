"""A consistent copy of the database while it is in use."""

import contextlib
import datetime as dt
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy.engine import make_url

from trailwright.commandline.folder import database_file, is_sqlite, why
from trailwright.commandline.trouble import Trouble
from trailwright.settings import Settings

BACKUPS = "backups"
KEPT = 5
_PAGES_AT_A_TIME = 2000
_PG_DUMP = "pg_dump --format=custom --no-owner"


def copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's own online backup: one moment of the database, writers go on. Raises `Trouble`."""
    try:
        with (
            contextlib.closing(
                sqlite3.connect(f"file:{_quoted(source)}?mode=ro", uri=True, timeout=30)
            ) as here,
            contextlib.closing(sqlite3.connect(target)) as there,
        ):
            here.backup(there, pages=_PAGES_AT_A_TIME)
            there.execute("PRAGMA journal_mode=DELETE")
        _flush(target)
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise Trouble(f"{source} cannot be copied: {error}.") from None
    except OSError as error:
        target.unlink(missing_ok=True)
        raise Trouble(why(error, target.parent)) from None


def dump_postgres(settings: Settings, target: Path) -> None:
    """`pg_dump` in its own format, for `pg_restore`. Raises `Trouble` when it is missing or fails."""
    program = shutil.which("pg_dump")
    if program is None:
        raise Trouble(
            "the database is a PostgreSQL server and pg_dump is not installed here.\n"
            "Install PostgreSQL's client programs, or run where they are: "
            f"{_PG_DUMP} --file=FILE DATABASE_URL"
        )
    url, environment = postgres_address(settings)
    with target.open("wb") as out:
        os.fchmod(out.fileno(), 0o600)
        done = subprocess.run(  # noqa: S603 - the program that PATH names, no shell
            [program, "--format=custom", "--no-owner", "--dbname", url],
            env=environment,
            stdout=out,
            stderr=subprocess.PIPE,
            check=False,
        )
    if done.returncode:
        target.unlink(missing_ok=True)
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise Trouble(f"pg_dump could not copy the database: {said[-1] if said else done.returncode}")


def postgres_address(settings: Settings) -> tuple[str, dict[str, str]]:
    """What PostgreSQL's programs are told: an address, and the password where no other user sees it."""
    url = make_url(settings.effective_database_url).set(drivername="postgresql")
    environment = dict(os.environ) | ({"PGPASSWORD": str(url.password)} if url.password else {})
    return url.set(password=None).render_as_string(hide_password=False), environment


def before_migration(settings: Settings, revision: str) -> Path:
    """Copy the database to `DATA/backups` before it is changed; the newest five are kept."""
    folder = settings.data_dir / BACKUPS
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Trouble(why(error, folder)) from None
    stamp = dt.datetime.now(tz=dt.UTC).strftime("%Y%m%d-%H%M%S")
    sqlite = is_sqlite(settings)
    target = folder / f"before-migration-{stamp}-from-{revision}.{'db' if sqlite else 'dump'}"
    if sqlite:
        copy_sqlite(database_file(settings), target)
    else:
        dump_postgres(settings, target)
    for old in sorted(folder.glob("before-migration-*"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return target


def _flush(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _quoted(path: Path) -> str:
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
