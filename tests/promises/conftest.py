"""A product to try: where it lives, the model it asks, and a quick way to start it.

Each test here runs against one process on each kind of database it is for, and against a fleet, unless it is
marked `one_process`.
"""

import shutil
from collections.abc import AsyncIterator, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.fleet import Fleet, Hits, a_fleet
from tests.support.postgres import Postgres
from tests.support.product import FAST, Home, Nursery
from tests.support.redis import Redis
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


HOMES = {"home_on_sqlite": ("sqlite",), "home_on_postgres": ("postgres",), "home": ("sqlite", "postgres")}
"""What each of the fixtures below may be beside a fleet."""

EACH_DAY = frozenset(
    {
        "test_cancelled_means_stopped",
        "test_no_spinner_without_a_worker",
        "test_nothing_is_lost",
        "test_two_servers_on_one_database",
        "test_work_takes_effect_once",
    }
)
"""Whose promises several processes can break in their own ways; the others meet a fleet in `make fleet`."""

FLEET_WITHIN_S = 240


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for a home gets each kind of it; a fleet only when it needs not look inside."""
    asked = next((name for name in HOMES if name in metafunc.fixturenames), None)
    if asked is not None:
        alone = metafunc.definition.get_closest_marker("one_process") is not None
        marks = [pytest.mark.fleet, pytest.mark.timeout(FLEET_WITHIN_S)]
        if metafunc.definition.path.stem not in EACH_DAY:
            marks.append(pytest.mark.unhurried)
        fleet = () if alone else (pytest.param("fleet", marks=marks),)
        metafunc.parametrize(asked, (*HOMES[asked], *fleet), indirect=True)


@pytest.fixture
def home(request: pytest.FixtureRequest, data_dir: Path, model: Simulated) -> Iterator[Home]:
    """A data folder with a new database, once of each kind, and once a fleet."""
    if request.param == "fleet":
        yield from _fleet(request, Hits.ALL)
    elif request.param == "postgres":
        yield a_home(data_dir, _postgres_url(request), model)
    else:
        yield a_home(data_dir, _sqlite_url(request), model)


@pytest.fixture
def home_on_postgres(request: pytest.FixtureRequest, data_dir: Path, model: Simulated) -> Iterator[Home]:
    """The same for what only a database server can do; of a fleet each `up` is one half."""
    if getattr(request, "param", "") == "fleet":
        yield from _fleet(request, Hits.HOST)
    else:
        yield a_home(data_dir, _postgres_url(request), model)


@pytest.fixture
def home_on_sqlite(request: pytest.FixtureRequest, data_dir: Path, model: Simulated) -> Iterator[Home]:
    """The same for what no database changes."""
    if getattr(request, "param", "") == "fleet":
        yield from _fleet(request, Hits.ALL)
    else:
        yield a_home(data_dir, _sqlite_url(request), model)


def a_home(folder: Path, database_url: str, model: Simulated) -> Home:
    """A data folder whose product asks `model`."""
    return Home(folder, {**FAST, "DATABASE_URL": database_url, "LLM__BASE_URL": model.base_url})


def _fleet(request: pytest.FixtureRequest, hits: Hits) -> Iterator[Fleet]:
    redis: Redis = request.getfixturevalue("redis")
    redis.run("FLUSHALL")
    folder, model = request.getfixturevalue("data_dir"), request.getfixturevalue("model")
    given = a_home(folder, _postgres_url(request), model).given
    broker = {"BROKER_URL": redis.url()}
    fleet = a_fleet(folder, {**given, **broker}, request.getfixturevalue("nursery"), hits)
    yield fleet
    fleet.yard.end()


def _postgres_url(request: pytest.FixtureRequest) -> str:
    server: Postgres = request.getfixturevalue("postgres")
    return server.fresh_database(request.getfixturevalue("postgres_template"))


def _sqlite_url(request: pytest.FixtureRequest) -> str:
    file = request.getfixturevalue("data_dir") / "trailwright.db"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
    return f"sqlite:///{file}"
