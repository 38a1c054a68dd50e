"""The database is never held while a model is waited for: a pool of 2 carries 128 concurrent items."""

import asyncio
import time

import pytest
from sqlalchemy.pool import QueuePool

from tests.promises import facts
from tests.support import engine
from tests.support.product import Here, Home, Ordered
from tests.support.simulated import Simulated

AT_ONCE = 128
ROOM = {"DATABASE__POOL_SIZE": 2, "LLM__MAX_CONCURRENCY": AT_ONCE + 1, "WORKER__CONCURRENCY": AT_ONCE + 2}
"""One permit and two slots are kept for clicks."""


def held(here: Here) -> int:
    """Connections that somebody has taken from the pools."""
    count = 0
    for found in here.runtime.db.engines:
        assert isinstance(found.pool, QueuePool)
        count += found.pool.checkedout()
    return count


@pytest.mark.one_process("counts the connections that this process has taken from its pools")
async def test_while_128_models_are_waited_for_nobody_holds_a_connection(
    home: Home, model: Simulated
) -> None:
    async with engine.a_database(home.database_url) as db:
        ordered = Ordered(*await engine.a_task(db, concepts=44))
    await model.control(latency=600)
    async with home.but(**ROOM).here() as here:
        async with asyncio.timeout(60):
            await model.has_open(AT_ONCE)
            while held(here):  # noqa: ASYNC110 - heartbeats come and go
                await asyncio.sleep(0.001)
        asked = time.monotonic()
        for _ in range(10):
            task = await here.api.task(ordered.task_id)
        assert time.monotonic() - asked < 5, "people wait behind the work"
        assert task["progress"]["generating"] == AT_ONCE
        assert (await model.stats())["open"] == AT_ONCE
        await here.api.post(f"/tasks/{ordered.task_id}/cancel")


async def test_all_that_was_made_at_once_is_kept_through_two_connections(
    home: Home, model: Simulated
) -> None:
    await model.control(latency=1)
    async with home.but(**ROOM, WORKER__LEASE_S=30).here() as here:
        ordered = await here.api.order("full")
        task = await here.api.ended(ordered.task_id)
        assert (task["status"], task["progress"]["completed"]) == ("completed", 90)
        assert (await model.stats())["max_open"] > 32
    await facts.rows_hold(home)
    await facts.calls_are_accounted_for(home, model)
