"""What every test may lean on: real databases, a folder of its own, no setting of the machine it runs on."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.postgres import Postgres
from tests.support.redis import Redis
from tests.support.s3 import S3
from trailwright import migrations
from trailwright.kit import db as kit_db
from trailwright.kit.db import Database

VENDOR_KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY", "NO_COLOR")
CLOSED_PROXY = "http://127.0.0.1:9"
"""Nobody listens there: what pytest-socket cannot see (child processes, Rust) ends at once too."""


@pytest.fixture(autouse=True)
def bare_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `TRAILWRIGHT_*`, no `.env`, no vendor's key, no way out; platform folders inside the test's own."""
    for name in os.environ:
        if name.startswith("TRAILWRIGHT_") or name in VENDOR_KEYS:
            monkeypatch.delenv(name)
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, CLOSED_PROXY)
        monkeypatch.setenv(name.lower(), CLOSED_PROXY)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1,localhost,::1")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """An empty data folder."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session", autouse=True)
def _patient_with_a_machine_that_stands_still() -> None:
    """Here a test is what is silent in a transaction; processes of the product keep their limit of 3 s."""
    kit_db._PG_SETTINGS["idle_in_transaction_session_timeout"] = "60s"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server per test process; a machine without PostgreSQL fails the run."""
    server = Postgres()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def redis() -> Iterator[Redis]:
    """One server per test process; a machine without Redis fails the run."""
    server = Redis()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    """One S3-compatible server per test process."""
    server = S3()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new, empty database, as `DATABASE_URL` names it; the test runs once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'trailwright.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.fresh_database()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database to copy: migrating each test's own would take most of its time."""
    file = tmp_path_factory.mktemp("template") / "migrated.db"
    asyncio.run(migrated(f"sqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """The name of a migrated database to copy."""
    url = postgres.fresh_database()
    asyncio.run(migrated(url))
    return url.rpartition("/")[2]


async def migrated(url: str) -> None:
    """Bring an empty database to the newest revision."""
    database = Database(url)
    await migrations.upgrade(database)
    await database.close()


@pytest.fixture(params=["sqlite", "postgres"])
def migrated_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database with all tables and no rows; the test runs once on each kind."""
    if request.param == "sqlite":
        file = tmp_path / "trailwright.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        return f"sqlite:///{file}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.fresh_database(request.getfixturevalue("postgres_template"))
