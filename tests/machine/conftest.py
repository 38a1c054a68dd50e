"""Fresh, migrated databases by the dozen, one for each example."""

import asyncio
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.engine import a_database
from tests.support.postgres import Postgres
from trailwright.kit.db import Database


async def _migrate(url: str) -> None:
    async with a_database(url):
        pass


@pytest.fixture(params=["sqlite", "postgres"])
def open_database(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Database]:
    """Gives a new, migrated, empty database at each call."""
    if request.param == "postgres":
        return postgres_databases(request.getfixturevalue("postgres"))
    template = tmp_path / "template.db"
    asyncio.run(_migrate(f"sqlite:///{template}"))
    numbers = iter(range(1_000_000))

    def fresh() -> Database:
        path = tmp_path / f"{next(numbers)}.db"
        shutil.copy(template, path)
        return Database(f"sqlite:///{path}")

    return fresh


def postgres_databases(server: Postgres) -> Callable[[], Database]:
    """The same on PostgreSQL, cloned from a migrated template."""
    template = server.fresh_database()
    with ThreadPoolExecutor(1) as other:  # a test's own loop may be running in this thread
        other.submit(asyncio.run, _migrate(template)).result()
    name = template.rsplit("/", 1)[1]
    return lambda: Database(server.fresh_database(template=name))


@pytest.fixture
def postgres_opener(postgres: Postgres) -> Callable[[], Database]:
    """Databases on PostgreSQL alone, for real concurrency."""
    return postgres_databases(postgres)
