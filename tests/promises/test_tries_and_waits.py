"""Passing faults are tried again, counted on the row; a long wait holds neither permit nor slot."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import update

from tests.promises import facts
from tests.support.product import CONCEPTS, Here, Home, Nursery, Ordered
from tests.support.simulated import Simulated
from trailwright.kit.db import Row
from trailwright.tasks.models import items


async def faults_met(model: Simulated, kind: str, count: int) -> None:
    """Wait until so many calls have met the fault."""
    async with asyncio.timeout(30):
        while (await model.stats())["faults"].get(kind, 0) < count:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.005)


async def rows_of(home: Home, kind: str) -> Sequence[Row]:
    """Items of one content type, in learning order."""
    return [row for row in await facts.item_rows(home) if row["kind"] == kind]


async def the_waits_are_over(here: Here) -> None:
    """Time passes: what waits for its next try is due."""
    due = update(items).where(items.c.not_before.is_not(None)).values(not_before=1)
    await here.runtime.db.transact(lambda tx: tx.run(due))
    here.runtime.bus.wake({"time"})


async def test_a_fault_that_passes_costs_tries_and_nothing_else(home: Home, model: Simulated) -> None:
    await model.control(faults="quiz.503:1")
    async with home.but(LLM__MAX_ATTEMPTS=20, LLM__BACKOFF_S=0.05).here() as here:
        ordered = await here.api.order()
        await faults_met(model, "503", 2 * CONCEPTS)
        await model.control(faults="")
        assert (await here.api.ended(ordered.task_id))["status"] == "completed"
        stats = await model.stats()
        assert stats["by_agent"]["quiz"] == stats["faults"]["503"] + CONCEPTS
        facts.nothing_was_made_twice(await here.api.events(ordered.task_id))
    await facts.rows_hold(home)


async def test_no_kill_makes_the_program_forget_how_often_it_has_tried(
    home: Home, nursery: Nursery, model: Simulated
) -> None:
    home = home.but(LLM__MAX_ATTEMPTS=4, LLM__BACKOFF_S=8)
    await model.control(faults="quiz.500:1")
    async with home.up(nursery) as up:
        ordered = await up.api.order()
        await up.api.made(ordered.task_id, 2 * CONCEPTS)
        await faults_met(model, "500", CONCEPTS)
        await each_has_tried(home, 1)
    home = home.but(LLM__BACKOFF_S=0)
    async with home.up(nursery) as up:
        task = await up.api.ended(ordered.task_id)
        assert (task["status"], task["progress"]["failed"]) == ("partial_failure", CONCEPTS)
    assert (await model.stats())["by_agent"]["quiz"] == 4 * CONCEPTS
    await facts.rows_hold(home)


async def each_has_tried(home: Home, count: int) -> None:
    """Wait until it stands on the rows."""
    async with asyncio.timeout(30):
        while [row["tries"] for row in await rows_of(home, "quiz")] != [count] * CONCEPTS:  # noqa: ASYNC110 - rows are mute
            await asyncio.sleep(0.01)


async def test_a_short_wait_gives_the_permit_back(home: Home, model: Simulated) -> None:
    """With one permit the others are made while one piece waits a few seconds for its next try."""
    await model.control(faults="quiz.502:1")
    async with home.but(LLM__BACKOFF_S=8, LLM__MAX_CONCURRENCY=1).here() as here:
        ordered = await here.api.order()
        await here.api.made(ordered.task_id, 2 * CONCEPTS)
        assert (await model.stats())["by_agent"]["quiz"] <= CONCEPTS, "the others waited for the tries of one"
        await model.control(faults="")
        assert (await here.api.ended(ordered.task_id))["status"] == "completed"
    await facts.rows_hold(home)


@pytest.mark.one_process("asks the process what it has in hand")
async def test_a_long_wait_gives_the_slot_back(home: Home, model: Simulated) -> None:
    """With slots for one piece beside clicks, the others are made while one waits for its next try."""
    await model.control(faults="quiz.502:1")
    home = home.but(LLM__BACKOFF_S=40, WORKER__CONCURRENCY=3)
    async with home.here() as here:
        ordered = await here.api.order()
        await here.api.made(ordered.task_id, 2 * CONCEPTS)
        await faults_met(model, "502", CONCEPTS)
        await all_wait(here, ordered)
        assert set((await here.api.items(ordered.roadmap_id)).values()) == {"completed", "pending"}
        log = await here.api.events(ordered.task_id)
        later = [event["data"] for event in log if event["type"] == "concept_requeued"]
        assert [data["reason"] for data in later] == ["retry_later"] * CONCEPTS
        assert all(data["not_before"] > log[0]["timestamp"] for data in later)
        assert [row["tries"] for row in await rows_of(home, "quiz")] == [1] * CONCEPTS
        await model.control(faults="")
        await the_waits_are_over(here)
        assert (await here.api.ended(ordered.task_id))["status"] == "completed"
        asked = (await model.stats())["by_agent"]
        assert asked["quiz"] == 2 * CONCEPTS
    await facts.rows_hold(home)


async def all_wait(here: Here, ordered: Ordered) -> None:
    """No piece of the task is in hand; it is not over."""
    task = await here.api.until(ordered.task_id, lambda task: task["progress"]["generating"] == 0)
    assert task["status"] == "processing"
    assert here.runtime.keeper.running == {}


@pytest.mark.one_process("asks the process's own limits; `tests/llm` asks those that all share")
async def test_a_provider_that_says_when_is_not_asked_before(home: Home, model: Simulated) -> None:
    """Two calls a minute: the third waits outside its lease for most of a minute."""
    await model.control(rpm=2)
    async with home.here() as here:
        ordered = await here.api.order(auto_approve=False)
        await here.api.heard(ordered.task_id, lambda event: event["type"] == "human_review_required")
        await here.api.post(f"/tasks/{ordered.task_id}/review", {"decision": "approve"})
        await here.api.heard(ordered.task_id, lambda event: event["type"] == "concept_requeued")
        asked = (await model.stats())["requests"]
        [first, *_] = [row for row in await facts.item_rows(home) if row["not_before"] is not None]
        assert first["not_before"] - first["updated_at"] > 30_000
        assert first["status"] == "pending"
        assert here.runtime.gateway.limits("quiz").available(click=True) == 0
        await model.control(rpm=None)
        await here.api.post(f"/tasks/{ordered.task_id}/cancel")
        assert (await model.stats())["requests"] == asked
