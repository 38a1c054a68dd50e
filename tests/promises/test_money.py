"""At the cap of money the task pauses with `budget_exceeded`; no item fails, and a larger cap goes on."""

import pytest

from tests.promises import facts
from tests.promises.test_nothing_is_lost import all_is_well
from tests.support.product import PIECES, Answer, Api, Event, Home, Ordered
from tests.support.simulated import Simulated


@pytest.fixture
def home(home: Home) -> Home:
    """A model that has a price, one piece at a time."""
    return home.but(LLM__MODEL="openai:gpt-4o-mini", LLM__MAX_CONCURRENCY=1)


async def price_of_one(home: Home) -> float:
    """What a small roadmap costs, whole."""
    async with home.here() as here:
        ordered = await here.api.order()
        task = await here.api.ended(ordered.task_id)
        assert task["usage"]["cost_usd"] > 0
        return float(task["usage"]["cost_usd"])


async def paused(api: Api, ordered: Ordered) -> Answer:
    """The task once its money is used up."""
    task = await api.until(ordered.task_id, lambda task: task["status"] == "paused")
    assert task["error"]["code"] == "budget_exceeded"
    return task


async def test_amid_its_content(home: Home, model: Simulated) -> None:
    whole = await price_of_one(home)
    async with home.here() as here:
        ordered = await here.api.order(max_cost_usd=whole * 0.9)
        task = await paused(here.api, ordered)
        assert task["usage"]["cost_usd"] <= whole * 0.9, "more was spent than was allowed"
        assert 0 < task["progress"]["completed"] < PIECES
        assert set((await here.api.items(ordered.roadmap_id)).values()) == {"completed", "pending"}
        told = await here.api.heard(ordered.task_id, is_a_pause)
        assert told["error"]["code"] == "budget_exceeded"
        await model.has_open(0)
        await here.api.post(f"/tasks/{ordered.task_id}/resume")
        await here.api.heard(ordered.task_id, is_a_pause, after=told["seq"])
        assert (await paused(here.api, ordered))["progress"]["failed"] == 0
        await here.api.post(f"/tasks/{ordered.task_id}/resume", {"max_cost_usd": whole * 3})
        await all_is_well(home, here.api, ordered)


async def test_all_that_is_at_work_meets_it_and_it_is_said_once(home: Home, model: Simulated) -> None:
    whole = await price_of_one(home)
    async with home.but(LLM__MAX_CONCURRENCY=PIECES).here() as here:
        await model.control(latency=0.3)
        ordered = await here.api.order(max_cost_usd=whole * 0.5)
        await paused(here.api, ordered)
        await model.has_open(0)
        told = [event["type"] for event in await here.api.events(ordered.task_id)]
        assert told.count("concept_requeued") > 1
        assert told.count("paused") == 1


def is_a_pause(event: Event) -> bool:
    """The task waits for somebody."""
    return bool(event["type"] == "paused")


async def test_before_there_is_a_framework(home: Home, model: Simulated) -> None:
    async with home.here() as here:
        ordered = await here.api.order(max_cost_usd=0.000001)
        task = await paused(here.api, ordered)
        assert (task["usage"]["llm_calls"], (await model.stats())["requests"]) == (0, 0)
        await here.api.post(f"/tasks/{ordered.task_id}/resume", {"max_cost_usd": 1})
        await all_is_well(home, here.api, ordered)
    await facts.rows_hold(home)


async def test_of_a_month(home: Home, model: Simulated) -> None:
    """The second roadmap of the month is more than its cap allows."""
    whole = await price_of_one(home)
    async with home.but(BUDGET__USER_MONTH_USD=whole * 1.5).here() as here:
        ordered = await here.api.order()
        task = await paused(here.api, ordered)
        assert task["usage"]["cost_usd"] <= whole * 0.5, "more was spent than was allowed"
        assert (await model.has_open(0))["open"] == 0
    async with home.but(BUDGET__USER_MONTH_USD=whole * 3).here() as here:
        await here.api.post(f"/tasks/{ordered.task_id}/resume")
        await all_is_well(home, here.api, ordered)
