"""At least once at work, exactly once in effect: whoever comes late or twice changes nothing."""

import asyncio
from typing import Any

import asyncpg
import pytest
from sqlalchemy import func, select

from tests.promises import facts
from tests.promises.test_nothing_is_lost import all_is_well, is_a_start
from tests.support.product import Api, Home, Nursery, Ordered
from tests.support.simulated import Simulated
from trailwright.kit.clock import db_now
from trailwright.kit.db import Database
from trailwright.tasks.models import items


@pytest.mark.one_process("asks each process what it has settled")
async def test_two_machines_share_the_work_and_make_nothing_twice(
    home_on_postgres: Home, model: Simulated
) -> None:
    await model.control(latency=0.05)
    first = home_on_postgres.but(LLM__MAX_CONCURRENCY=2)
    async with first.here() as one, first.beside("other").here() as two:
        ordered = await one.api.order("short")
        await all_is_well(first, two.api, ordered)
        settled = [machine.runtime.keeper.counts.settled.get("Delivered", 0) for machine in (one, two)]
        task = await one.api.task(ordered.task_id)
    assert min(settled) > 0, "one of them did everything"
    assert sum(settled) == task["progress"]["total"]
    assert (await model.stats())["requests"] == task["usage"]["llm_calls"]


@pytest.mark.parametrize(
    "point",
    ["a model has answered", "a result is about to be settled", "deliveries are written, not committed"],
)
async def test_who_slept_through_its_lease_is_refused(
    home_on_postgres: Home, nursery: Nursery, model: Simulated, point: str
) -> None:
    """The sleeper holds open transactions, connections, answers; another machine takes its items over."""
    await model.control(latency=0.2)
    home = home_on_postgres.but(LLM__MAX_CONCURRENCY=2)
    async with home.up(nursery, (point, 2, "SIGSTOP")) as sleeper, home.beside("other").up(nursery) as other:
        ordered = await other.api.order("short")
        await sleeper.frozen()
        await all_is_well(home, other.api, ordered)
        sleeper.thaw()
        again = await sleeper.api.order()
        await all_is_well(home, sleeper.api, again)
        log = await other.api.events(ordered.task_id)
        await all_is_well(home, other.api, ordered, log)
    lost = [event for event in log if event["type"] == "concept_requeued"]
    assert {event["data"]["reason"] for event in lost} <= {"worker_lost"}
    await facts.calls_are_accounted_for(home, model)


async def test_who_falls_silent_in_the_middle_of_a_statement_keeps_no_lock(
    home_on_postgres: Home, model: Simulated
) -> None:
    """A prepared statement that is never bound: none of the server's own limits ends it."""
    await model.control(latency=0.2)
    url = home_on_postgres.database_url
    silent = await asyncpg.connect(url, server_settings={"application_name": "trailwright silent 1"})
    async with home_on_postgres.here() as here:
        ordered = await here.api.order()
        await silent.execute(f"BEGIN; SELECT FROM tasks WHERE task_id = '{ordered.task_id}' FOR UPDATE")
        await silent.prepare("SELECT 1")
        await all_is_well(home_on_postgres, here.api, ordered)
    silent.terminate()


@pytest.mark.one_process("about `up`, which takes back what the process before it had")
async def test_a_machine_that_starts_takes_nothing_from_one_that_works(
    home_on_postgres: Home, nursery: Nursery, model: Simulated
) -> None:
    await model.control(latency=600)
    async with home_on_postgres.here() as works:
        ordered = await works.api.order()
        await model.has_open(1)
        async with home_on_postgres.beside("other").up(nursery):
            assert [row["token"] for row in await facts.item_rows(home_on_postgres)] == [1]
        await works.api.post(f"/tasks/{ordered.task_id}/cancel")
    assert (await model.stats())["requests"] == 1


async def test_a_machine_that_slept_goes_on_with_what_it_had(
    home: Home, nursery: Nursery, model: Simulated
) -> None:
    """Alone on its folder, it finds its own leases run out when it wakes."""
    await model.control(latency=0.5)
    async with home.up(nursery) as up:
        ordered = await up.api.order("short")
        await up.api.heard(ordered.task_id, is_a_start)
        up.freeze()
        await all_leases_have_run_out(home)
        up.thaw()
        await all_is_well(home, up.api, ordered)
    await facts.calls_are_accounted_for(home, model)


async def all_leases_have_run_out(home: Home) -> None:
    """Time passes until nobody holds an item any more, by the database's clock."""
    db = Database(home.database_url)
    held = select(func.count()).where(items.c.lease_until >= db_now())
    async with asyncio.timeout(20):
        while True:
            async with db.reading() as snapshot:
                if not await snapshot.value(held):
                    break
            await asyncio.sleep(0.05)
    await db.close()


async def test_a_wish_said_twice_at_once_is_one_new_version(home: Home, model: Simulated) -> None:
    async with home.here() as here:
        ordered = await here.api.order()
        await here.api.ended(ordered.task_id)
        await model.control(latency=0.5)
        said, versions = await wished_five_times_at_once(here.api, ordered)
        assert len({one["task_id"] for one in said}) == 1
        assert sorted(one["deduplicated"] for one in said) == [False, True, True, True, True]
        assert versions == 2
    await facts.rows_hold(home)


async def test_a_wish_beside_the_end_of_another_is_that_one_or_its_own(home: Home) -> None:
    async with home.but(RETRY__ITEM_LIMIT=100).here() as here:
        ordered = await here.api.order()
        await here.api.ended(ordered.task_id)
        tasks: set[str] = set()
        for _ in range(8):
            said, versions = await wished_five_times_at_once(here.api, ordered)
            tasks |= {one["task_id"] for one in said}
            assert versions == 1 + len(tasks)
    await facts.rows_hold(home)


async def wished_five_times_at_once(api: Api, ordered: Ordered) -> tuple[list[dict[str, Any]], int]:
    """The answers, and how many versions there are once all is made."""
    concept_id = (await api.concepts(ordered.roadmap_id))[0]["concept_id"]
    wishes = (api.retry_item(ordered.roadmap_id, concept_id, "tutorial") for _ in range(5))
    said = await asyncio.gather(*wishes)
    for one in said:
        assert (await api.ended(one["task_id"]))["status"] == "completed"
    found = await api.get(f"/roadmaps/{ordered.roadmap_id}/concepts/{concept_id}/tutorials")
    return list(said), int(found["total"])
