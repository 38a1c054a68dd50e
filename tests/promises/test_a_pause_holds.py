"""A paused task starts nothing, whatever ends and starts meanwhile; resume goes on where it was."""

import pytest

from tests.promises import facts
from tests.promises.test_nothing_is_lost import all_is_well, is_a_start
from tests.support.product import Api, Event, Home, Nursery, Ordered
from tests.support.simulated import Simulated


async def starts_nothing(api: Api, model: Simulated, ordered: Ordered) -> None:
    """Another task is made from beginning to end; of this one no item begins."""
    before = await of_its_own(api, ordered)
    await model.reset()
    other = await api.order()
    task = await api.ended(other.task_id)
    assert (await model.stats())["requests"] == task["usage"]["llm_calls"]
    assert await of_its_own(api, ordered) == before
    task = await api.task(ordered.task_id)
    assert (task["status"], (task["progress"] or {"generating": 0})["generating"]) == ("paused", 0)


async def of_its_own(api: Api, ordered: Ordered) -> list[Event]:
    """What its log tells of its own work; a cover is drawn beside it and is no task's."""
    return [event for event in await api.events(ordered.task_id) if event["type"] != "cover_ready"]


@pytest.mark.parametrize("now", [False, True])
async def test_over_a_kill_amid_its_content(
    home: Home, nursery: Nursery, model: Simulated, now: bool
) -> None:
    await model.control(latency=0.2)
    async with home.up(nursery) as up:
        ordered = await up.api.order("short")
        await up.api.heard(ordered.task_id, is_a_start)
        answer = await up.api.post(f"/tasks/{ordered.task_id}/pause", now=now)
        assert answer["status"] == "paused"
    await model.control(latency=0)
    async with home.up(nursery) as up:
        await starts_nothing(up.api, model, ordered)
        await up.api.post(f"/tasks/{ordered.task_id}/resume")
        await all_is_well(home, up.api, ordered)


async def test_over_a_kill_amid_its_framework(home: Home, nursery: Nursery, model: Simulated) -> None:
    await model.control(latency=600)
    async with home.up(nursery) as up:
        ordered = await up.api.order()
        await model.has_open(1)
        await up.api.post(f"/tasks/{ordered.task_id}/pause")
    await model.control(latency=0)
    async with home.up(nursery) as up:
        await starts_nothing(up.api, model, ordered)
        await up.api.post(f"/tasks/{ordered.task_id}/resume")
        await all_is_well(home, up.api, ordered)


async def test_over_a_kill_under_review(home: Home, nursery: Nursery, model: Simulated) -> None:
    async with home.up(nursery) as up:
        ordered = await up.api.order(auto_approve=False)
        await up.api.heard(ordered.task_id, lambda event: event["type"] == "human_review_required")
        await up.api.post(f"/tasks/{ordered.task_id}/pause")
    async with home.up(nursery) as up:
        review = f"/tasks/{ordered.task_id}/review"
        refused = await up.api.client.post(review, json={"decision": "approve"})
        assert (refused.status_code, refused.json()["code"]) == (409, "paused")
        await starts_nothing(up.api, model, ordered)
        await up.api.post(f"/tasks/{ordered.task_id}/resume")
    async with home.up(nursery) as up:
        assert (await up.api.task(ordered.task_id))["status"] == "human_review_pending"
        await up.api.post(review, {"decision": "approve"})
        await all_is_well(home, up.api, ordered)


async def test_what_runs_is_let_finish_unless_it_must_stop_now(home: Home, model: Simulated) -> None:
    await model.control(latency=0.3)
    async with home.but(LLM__MAX_CONCURRENCY=3).here() as here:
        ordered = await here.api.order()
        await here.api.heard(ordered.task_id, is_a_start)
        await here.api.post(f"/tasks/{ordered.task_id}/pause")
        await here.api.made(ordered.task_id, sum(map(is_a_start, await here.api.events(ordered.task_id))))
        await starts_nothing(here.api, model, ordered)
        await model.control(latency=600)
        await here.api.post(f"/tasks/{ordered.task_id}/resume")
        await model.has_open(3)
        await here.api.post(f"/tasks/{ordered.task_id}/pause", now=True)
        await model.has_open(0)
        await model.control(latency=0)
        await starts_nothing(here.api, model, ordered)
        await here.api.post(f"/tasks/{ordered.task_id}/resume")
        await all_is_well(home, here.api, ordered)
    await facts.rows_hold(home)
