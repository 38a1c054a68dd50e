"""A product to try: where it lives, the model it asks, and a quick way to start it."""

import shutil
from collections.abc import AsyncIterator, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.postgres import Postgres
from tests.support.product import FAST, Home, Nursery
from tests.support.simulated import Simulated, a_simulated_server


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Starts `trailwright up` as a process."""
    made = Nursery(tmp_path_factory.mktemp("nursery"))
    yield made
    made.end()


class Asked(Simulated):
    """A model that is looked at often: one client, without the certificates that cost 40 ms each time."""

    @cached_property
    def client(self) -> httpx.AsyncClient:
        """Closed by the fixture."""
        return httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(verify=False), base_url=self.url)

    async def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        answer = await self.client.request(method, path, json=body)
        answer.raise_for_status()
        said: dict[str, Any] = answer.json()
        return said


@pytest.fixture
async def model() -> AsyncIterator[Simulated]:
    """The simulated model, which all products of the test ask."""
    async with a_simulated_server() as server:
        asked = Asked(server.url)
        async with asked.client:
            yield asked


@pytest.fixture
def home(migrated_database_url: str, data_dir: Path, model: Simulated) -> Home:
    """A data folder with a new database, once of each kind."""
    return a_home(data_dir, migrated_database_url, model)


@pytest.fixture
def home_on_postgres(postgres: Postgres, postgres_template: str, data_dir: Path, model: Simulated) -> Home:
    """The same for what only a database server can do."""
    return a_home(data_dir, postgres.fresh_database(postgres_template), model)


@pytest.fixture
def home_on_sqlite(sqlite_template: Path, data_dir: Path, model: Simulated) -> Home:
    """The same for what no database changes."""
    shutil.copyfile(sqlite_template, data_dir / "trailwright.db")
    return a_home(data_dir, f"sqlite:///{data_dir / 'trailwright.db'}", model)


def a_home(folder: Path, database_url: str, model: Simulated) -> Home:
    """A data folder whose product asks `model`."""
    return Home(folder, {**FAST, "DATABASE_URL": database_url, "LLM__BASE_URL": model.base_url})
