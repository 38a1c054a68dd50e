"""Within 1 s of the answer no model call of the task is open, none starts; `cancelled` is the last event."""

import asyncio
import time
from typing import Any

from tests.promises import facts
from tests.support import engine
from tests.support.product import CONCEPTS, PIECES, Api, Event, Home, Ordered
from tests.support.simulated import Simulated

STOPS_WITHIN_S = 1.0
CALLS_OF_A_MINI = 2 + PIECES
"""Two are for the framework."""


async def cancelled_and_silent(api: Api, model: Simulated, ordered: Ordered, *, latency: float = 0.1) -> None:
    """Cancel; no call is open within a second, and none starts while another task is made.

    That takes three times the latency.
    """
    answer = await api.post(f"/tasks/{ordered.task_id}/cancel", {"reason": "Enough"})
    answered = time.monotonic()
    assert answer["success"] is True
    async with asyncio.timeout(10):
        await model.has_open(0)
    assert time.monotonic() - answered <= STOPS_WITHIN_S
    await model.control(latency=latency, faults="")
    await model.reset()
    other = await api.order()
    await api.ended(other.task_id)
    assert (await model.stats())["requests"] == CALLS_OF_A_MINI, "a call of the cancelled task was made"


async def nothing_is_left_open(home: Home, api: Api, ordered: Ordered) -> None:
    """`cancelled` is the end of its log; each item is what it was before it was begun."""
    log = await api.events(ordered.task_id)
    assert log[-1]["type"] == "cancelled"
    assert log[-1]["data"]["reason"] == "Enough"
    task = await api.task(ordered.task_id)
    assert (task["status"], task["current_step"]) == ("cancelled", "cancelled")
    assert set((await api.items(ordered.roadmap_id)).values()) <= {"completed", "pending"}
    assert all(row["task_id"] is None for row in await facts.item_rows(home))
    await facts.rows_hold(home)


async def test_in_a_framework_step(home: Home, model: Simulated) -> None:
    await model.control(latency=600)
    async with home.here() as here:
        ordered = await here.api.order()
        await model.has_open(1)
        await cancelled_and_silent(here.api, model, ordered)
        await nothing_is_left_open(home, here.api, ordered)


async def test_in_a_tutorial_that_streams(home: Home, model: Simulated) -> None:
    await model.control(latency=0.1)
    async with home.here() as here:
        ordered = await here.api.order(auto_approve=False)
        await here.api.heard(ordered.task_id, lambda event: event["type"] == "human_review_required")
        await model.control(latency=8)
        await here.api.post(f"/tasks/{ordered.task_id}/review", {"decision": "approve"})
        await here.api.heard(ordered.task_id, is_text)
        following = asyncio.create_task(all_of(here.api, ordered.task_id))
        await cancelled_and_silent(here.api, model, ordered)
        assert (await following)[-1]["type"] == "cancelled"
        await nothing_is_left_open(home, here.api, ordered)


def is_text(event: Event) -> bool:
    """A tutorial's own words, as the model writes them."""
    return bool(event["type"] == "concept_progress" and event["data"].get("text"))


async def all_of(api: Api, task_id: str) -> list[Event]:
    """What a reader hears until the log ends."""
    return [event async for event in api.follow(task_id)]


async def test_in_the_wait_between_two_tries(home: Home, model: Simulated) -> None:
    await model.control(faults="tutorial.500:1,resources.500:1,quiz.500:1")
    async with home.but(LLM__BACKOFF_S=1).here() as here:
        ordered = await here.api.order()
        await all_items_wait_for_another_try(model)
        await cancelled_and_silent(here.api, model, ordered, latency=0.5)
        await nothing_is_left_open(home, here.api, ordered)


async def all_items_wait_for_another_try(model: Simulated) -> None:
    async with asyncio.timeout(20):
        while True:
            stats: dict[str, Any] = await model.stats()
            if stats["faults"].get("500", 0) >= PIECES and stats["open"] == 0:
                return
            await asyncio.sleep(0.005)


async def test_however_many_calls_are_open(home: Home, model: Simulated) -> None:
    async with engine.a_database(home.database_url) as db:
        ordered = Ordered(*await engine.a_task(db, concepts=34))
    await model.control(latency=600)
    async with home.but(LLM__MAX_CONCURRENCY=101).here() as here:
        await model.has_open(100)
        await cancelled_and_silent(here.api, model, ordered)
        await nothing_is_left_open(home, here.api, ordered)


async def test_on_another_machine(home_on_postgres: Home, model: Simulated) -> None:
    """The machine that answers is not the one that works."""
    home = home_on_postgres
    await model.control(latency=600)
    async with home.here() as works:
        ordered = await works.api.order()
        await model.has_open(1)
        async with home.beside("other").but(WORKER__LEASE_S=600).here() as answers:
            await cancelled_and_silent(answers.api, model, ordered)
            await nothing_is_left_open(home, answers.api, ordered)


async def test_what_was_finished_stays(home: Home, model: Simulated) -> None:
    async with home.here() as here:
        await model.control(faults="quiz.timeout:1")
        ordered = await here.api.order()
        await here.api.made(ordered.task_id, 2 * CONCEPTS)
        await cancelled_and_silent(here.api, model, ordered)
        await nothing_is_left_open(home, here.api, ordered)
        for (_, kind), status in (await here.api.items(ordered.roadmap_id)).items():
            assert status == ("pending" if kind == "quiz" else "completed")


async def test_a_cancelled_wish_leaves_the_version_that_was_there(home: Home, model: Simulated) -> None:
    async with home.here() as here:
        first = await here.api.order()
        await here.api.ended(first.task_id)
        concept_id = (await here.api.concepts(first.roadmap_id))[0]["concept_id"]
        await model.control(latency=600)
        wish = await here.api.retry_item(first.roadmap_id, concept_id, "quiz")
        await model.has_open(1)
        assert (await here.api.items(first.roadmap_id))[(concept_id, "quiz")] == "generating"
        ordered = Ordered(wish["task_id"], first.roadmap_id)
        await cancelled_and_silent(here.api, model, ordered)
        await nothing_is_left_open(home, here.api, ordered)
        assert (await here.api.items(first.roadmap_id))[(concept_id, "quiz")] == "completed"
        assert (await here.api.task(first.task_id))["status"] == "completed"


async def test_in_every_status_that_has_not_ended(home: Home, model: Simulated) -> None:
    """Not begun, under review, paused at either; once more makes no sense."""
    async with home.but(LLM__MAX_CONCURRENCY=1).here() as here:
        reviewed = await here.api.order(auto_approve=False)
        await here.api.heard(reviewed.task_id, lambda event: event["type"] == "human_review_required")
        await model.control(latency=600)
        busy = await here.api.order()
        await model.has_open(1)
        waiting, paused = [await here.api.order() for _ in range(2)]
        await here.api.post(f"/tasks/{paused.task_id}/pause")
        for ordered, before in (
            (waiting, "pending"),
            (paused, "paused"),
            (reviewed, "human_review_pending"),
            (busy, "processing"),
        ):
            path = f"/tasks/{ordered.task_id}/cancel"
            assert (await here.api.post(path, {"reason": "Enough"}))["previous_status"] == before
            assert (await here.api.client.post(path)).json()["code"] == "not_cancellable"
        await model.has_open(0)
        for ordered in (waiting, paused, reviewed, busy):
            await nothing_is_left_open(home, here.api, ordered)


async def test_a_hundred_at_once(home: Home, model: Simulated) -> None:
    """Each is answered on its own, whoever else cancels the same at the same moment."""
    async with engine.a_database(home.database_url) as db:
        ids = [(await engine.a_task(db, concepts=1))[0] for _ in range(100)]
    await model.control(latency=600)
    async with home.here() as here:
        await model.has_open(15)
        both = await asyncio.gather(*(here.api.post("/tasks/cancel-batch", {"task_ids": ids}) for _ in "ab"))
        answered = time.monotonic()
        await model.has_open(0)
        assert time.monotonic() - answered <= STOPS_WITHIN_S
        for task_id in ids:
            said = sorted(answer["results"][task_id].get("code", "ok") for answer in both)
            assert said == ["not_cancellable", "ok"]
            assert (await here.api.events(task_id))[-1]["type"] == "cancelled"
    await facts.rows_hold(home)
