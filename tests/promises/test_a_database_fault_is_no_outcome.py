"""A database fault is no outcome: what met it is made later, and no piece fails of it."""

import asyncio

import pytest

from tests.promises.test_nothing_is_lost import all_is_well
from tests.support.postgres import Postgres
from tests.support.product import Home
from trailwright.kit.db import Database
from trailwright.tasks.leases import Claimed
from trailwright.work.materials import Materials, collect


async def test_an_item_that_meets_a_database_that_is_away_is_made_later(
    home_on_postgres: Home, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    met = asyncio.Event()

    async def collect_amid_an_outage(db: Database, claimed: Claimed) -> Materials:
        if not claimed.concept_id or met.is_set():
            return await collect(db, claimed)
        met.set()
        postgres.stop()
        try:
            return await collect(db, claimed)
        finally:
            postgres.start()

    monkeypatch.setattr("trailwright.work.executor.collect", collect_amid_an_outage)
    async with home_on_postgres.here() as here:
        ordered = await here.api.order()
        await all_is_well(home_on_postgres, here.api, ordered)
    assert met.is_set()
