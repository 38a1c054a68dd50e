"""The product itself, killed while it makes covers: none is lost, none is made twice."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.covers.support import cover_row, pictures
from tests.support.product import FAST, Api, Home, Nursery
from tests.support.simulated import Simulated, a_simulated_server
from trailwright.kit.db import Database
from trailwright.kit.storage import Storage

COVERS = 8


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Starts `trailwright up` as a process."""
    made = Nursery(tmp_path_factory.mktemp("nursery"))
    yield made
    made.end()


@pytest.fixture
async def model() -> AsyncIterator[Simulated]:
    """The simulated model."""
    async with a_simulated_server() as server:
        yield server


@pytest.fixture
def home(migrated_database_url: str, data_dir: Path, model: Simulated) -> Home:
    """A data folder with a new database, once of each kind."""
    given = {**FAST, "DATABASE_URL": migrated_database_url, "LLM__BASE_URL": model.base_url}
    return Home(data_dir, given)


async def until(api: Api, ids: list[str], holds: Callable[[list[dict[str, Any]]], bool]) -> None:
    """Look until the covers are as wanted."""
    async with asyncio.timeout(100):
        while True:
            told = await api.post("/cover-images/batch-get", {"roadmap_ids": ids})
            if holds(list(told["covers"].values())):
                return
            await asyncio.sleep(0.05)


def ready(covers: list[dict[str, Any]]) -> int:
    return sum(one["status"] == "success" for one in covers)


async def test_killed_in_the_middle_none_is_lost_and_none_made_twice(home: Home, nursery: Nursery) -> None:
    async with home.up(nursery) as up:
        orders = [await up.api.order(auto_approve=False) for _ in range(COVERS)]
        ids = [ordered.roadmap_id for ordered in orders]
        await up.api.post("/cover-images/batch-generate", {"roadmap_ids": ids})
        await until(up.api, ids, lambda covers: ready(covers) >= 2)
        await up.killed()
    async with home.up(nursery) as up:
        first = await up.api.post("/cover-images/batch-get", {"roadmap_ids": ids})
        assert 2 <= ready(list(first["covers"].values())) < COVERS
        await until(up.api, ids, lambda covers: ready(covers) == COVERS)
        last = await up.api.post("/cover-images/batch-get", {"roadmap_ids": ids})
        for roadmap_id, cover in first["covers"].items():
            assert cover["status"] != "success" or last["covers"][roadmap_id] == cover
    db, storage = Database(home.database_url), Storage.from_url(f"file://{home.folder / 'objects'}")
    rows = [await cover_row(db, roadmap_id) for roadmap_id in ids]
    assert [row["current_version"] for row in rows] == [1] * COVERS
    assert len(await pictures(storage)) == 2 * COVERS
    storage.close()
    await db.close()
