"""Whoever comes back to a model that was away, or sleeps while it goes, is treated as all others are."""

import asyncio

import pytest

from tests.promises.test_a_model_that_stays_away import (
    AWAY,
    FIFTEEN_MINUTES_S,
    Clock,
    a_model_goes_away,
    clock,
    home,
)
from tests.promises.test_tries_and_waits import all_wait, faults_met, the_waits_are_over
from tests.support.product import PIECES, Here, Home
from tests.support.simulated import Simulated
from trailwright.llm.breaker import OPENS_AFTER_S, OPENS_AT_FAULTS, PROBE_EVERY_S
from trailwright.llm.faults import Fault

__all__ = ["clock", "home"]
pytestmark = pytest.mark.one_process("time is the test's: it turns the clock of one gateway")


async def test_who_resumes_is_given_time_for_an_answer(home: Home, model: Simulated, clock: Clock) -> None:
    """The first answer takes longer than the program's look at what is away: no second pause comes of it."""
    async with home.here() as here:
        ordered = await a_model_goes_away(here, model, clock)
        clock.now += FIFTEEN_MINUTES_S
        await here.api.until(ordered.task_id, lambda task: task["status"] == "paused")
        await model.control(latency=2, faults="")
        await the_waits_are_over(here)
        clock.now += PROBE_EVERY_S
        await here.api.post(f"/tasks/{ordered.task_id}/resume")
        await here.api.ended(ordered.task_id)
        log = await here.api.events(ordered.task_id)
        assert [event["type"] for event in log].count("paused") == 1


async def test_who_sleeps_between_two_tries_leaves_it_alone_too(
    home: Home, model: Simulated, clock: Clock
) -> None:
    async with home.but(LLM__BACKOFF_S=1).here() as here:
        await model.control(faults=AWAY)
        ordered = await here.api.order()
        await faults_met(model, "503", 2 * PIECES)
        await all_sleep(here, model)
        for _ in range(OPENS_AT_FAULTS):
            here.runtime.gateway.breaker("quiz").faulted(Fault("model_unavailable"))
        clock.now += OPENS_AFTER_S + 1
        asked = (await model.stats())["faults"]["503"]
        await here.api.heard(ordered.task_id, lambda event: event["type"] == "concept_requeued")
        await all_wait(here, ordered)
        assert (await model.stats())["faults"]["503"] <= asked + 1, "only the one that opened it asked"


async def all_sleep(here: Here, model: Simulated) -> None:
    """All pieces are in hand and none asks: each waits for its next try."""
    async with asyncio.timeout(10):
        while (await model.stats())["open"] or len(here.runtime.keeper.running) < PIECES:  # noqa: ASYNC110 - mute
            await asyncio.sleep(0.005)
