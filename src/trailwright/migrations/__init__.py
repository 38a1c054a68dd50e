"""The schema's history, and the verbs to bring a database up to it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from trailwright.configuration import models as _configuration
from trailwright.contents import models as _contents
from trailwright.covers import models as _covers
from trailwright.events import models as _events
from trailwright.kit.db import Database, metadata
from trailwright.learning import models as _learning
from trailwright.limits import models as _limits
from trailwright.payers import models as _payers
from trailwright.roadmaps import models as _roadmaps
from trailwright.sharing import models as _sharing
from trailwright.tasks import models as _tasks
from trailwright.users import models as _users

__all__ = ["current", "head", "metadata", "upgrade"]
_MODELS = (
    _configuration,
    _contents,
    _covers,
    _events,
    _learning,
    _limits,
    _payers,
    _roadmaps,
    _sharing,
    _tasks,
    _users,
)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def head() -> str:
    """The newest revision this program knows."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest is not None  # noqa: S101 - the package always holds one
    return newest


async def current(db: Database) -> str | None:
    """The revision of the database; None for an empty one."""
    async with db.engine.connect() as connection:
        return await connection.run_sync(_read_revision)


def _read_revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def upgrade(db: Database) -> None:
    """Bring the database to the newest revision, in one transaction that may take as long as it takes."""
    async with db.engine.begin() as connection:
        if not db.is_sqlite:
            for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
                await connection.execute(text(f"SET LOCAL {limit} = 0"))
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
