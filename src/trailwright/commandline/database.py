"""The database as commands meet it: reached, of the right age, and with faults in words for a person."""

import asyncio
import importlib
import pkgutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from trailwright import migrations
from trailwright.commandline.folder import database_file, is_sqlite
from trailwright.commandline.snapshots import before_migration
from trailwright.commandline.trouble import Trouble
from trailwright.kit.db import Database
from trailwright.migrations import versions
from trailwright.settings import Settings


@asynccontextmanager
async def opened(settings: Settings, *, migrated: bool = True) -> AsyncIterator[Database]:
    """The database, closed at the end; `migrated`: refused unless it is of this program's revision."""
    if migrated and is_sqlite(settings) and not database_file(settings).is_file():
        raise Trouble(f"there is nothing in {settings.data_dir} yet. Start with: trailwright up")
    with faults_in_words(settings):
        url, database = settings.effective_database_url, settings.database
        db = Database(url, database.pool_size, pgbouncer=database.pgbouncer)
        try:
            if migrated:
                await _refuse_other_revision(db)
            yield db
        finally:
            await db.close()


async def bring_up_to_date(settings: Settings) -> Path | None:
    """Migrate; an older database is copied first, and the copy's path returned. A newer one is refused."""
    async with opened(settings, migrated=False) as db:
        revision = await revision_of(db)
        if revision == migrations.head():
            return None
        _refuse_newer(revision)
        saved = None
        if revision is not None:
            saved = await asyncio.to_thread(before_migration, settings, revision)
        await migrations.upgrade(db)
        return saved


async def _refuse_other_revision(db: Database) -> None:
    revision = await revision_of(db)
    _refuse_newer(revision)
    if revision != migrations.head():
        how = "is empty" if revision is None else "is of an older version"
        raise Trouble(f"the database {how}. Bring it up to date with: trailwright migrate")


async def revision_of(db: Database) -> str | None:
    """The database's revision, read beside whoever writes; None for an empty one."""
    there = "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"
    if not db.is_sqlite:
        there = "SELECT count(to_regclass('alembic_version'))"
    async with db.reading() as reader:
        if not await reader.value(text(there)):
            return None
        revision: str | None = await reader.value(text("SELECT version_num FROM alembic_version"))
    return revision


def _refuse_newer(revision: str | None) -> None:
    if revision is not None and revision not in known_revisions():
        raise Trouble(
            f"the database was made by a newer version of this program (revision {revision}).\n"
            "Install that version or a newer one; nothing was changed."
        )


def known_revisions() -> set[str]:
    """Every revision this program knows."""
    names = (module.name for module in pkgutil.iter_modules(versions.__path__, f"{versions.__name__}."))
    return {importlib.import_module(name).revision for name in names}


@contextmanager
def faults_in_words(settings: Settings) -> Iterator[None]:
    """A database that cannot be used becomes `Trouble`."""
    try:
        yield
    except (DBAPIError, asyncpg.PostgresError, OSError) as error:
        raise Trouble(explain(error, settings)) from error
    except (ArgumentError, ValueError) as error:
        raise Trouble(f"TRAILWRIGHT_DATABASE_URL cannot be used: {error}") from None
    except SQLAlchemyError as error:
        raise Trouble(f"the database did not do what was asked: {type(error).__name__}: {error}") from error


_SQLITE_WORDS = {
    "database or disk is full": "the disk of {place} is full. Free some space, then start again.",
    "readonly database": "{place} cannot be written. Mend its permissions.",
    "unable to open": "{place} cannot be opened. Mend its permissions, or name another folder with --data.",
    "malformed": "{place} is damaged. Restore a backup: trailwright restore FILE --force",
    "not a database": "{place} is damaged. Restore a backup: trailwright restore FILE --force",
    "disk i/o error": "the disk of {place} reports an error. Check the disk.",
    "locked": "{place} is locked by another program. End that, then try again.",
}


def explain(error: Exception, settings: Settings) -> str:
    """What is wrong with the database and what to do, without its address's password."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    first = said[0] if said else type(error).__name__
    if is_sqlite(settings):
        place = database_file(settings)
        found = next((w for sign, w in _SQLITE_WORDS.items() if sign in first.lower()), None)
        return found.format(place=place) if found else f"{place} cannot be used: {first}"
    first = first.rpartition(">: ")[2]  # SQLAlchemy puts the driver's class before its words
    if "unsupported startup parameter" in first:
        return "PgBouncer stands before PostgreSQL. Set TRAILWRIGHT_DATABASE__PGBOUNCER=true."
    return f"the PostgreSQL server cannot be used: {first}. Check TRAILWRIGHT_DATABASE_URL and the server."
