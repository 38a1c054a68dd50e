"""A model at which every call faults is left alone: items wait at no cost, one probes, at last a pause.

Time is the test's own: it turns the gateway's clock.
"""

from functools import partial

import pytest

from tests.promises import facts
from tests.promises.test_nothing_is_lost import all_is_well
from tests.promises.test_tries_and_waits import all_wait, faults_met, the_waits_are_over
from tests.support.product import Here, Home, Ordered
from tests.support.simulated import Simulated
from trailwright.llm.breaker import OPENS_AFTER_S, OPENS_AT_FAULTS, PROBE_EVERY_S
from trailwright.llm.gateway import Gateway

AWAY = "quiz.503:1,tutorial.503:1,resources.503:1"
FIFTEEN_MINUTES_S = 900.0
pytestmark = pytest.mark.one_process("time is the test's: it turns the clock of one gateway")


class Clock:
    """The gateway's clock, which the test turns."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """What the product measures an outage with."""
    made = Clock()
    monkeypatch.setattr("trailwright.work.runtime.Gateway", partial(Gateway, clock=made))
    return made


@pytest.fixture
def home(home_on_sqlite: Home) -> Home:
    """Patient, so that no item gives up before the breaker opens."""
    return home_on_sqlite.but(LLM__MAX_ATTEMPTS=20)


async def a_model_goes_away(here: Here, model: Simulated, clock: Clock) -> Ordered:
    """Its faults come for more than 20 s, at least 20 of them; then all items wait."""
    await model.control(latency=0.05, faults=AWAY)
    ordered = await here.api.order()
    await faults_met(model, "503", OPENS_AT_FAULTS)
    clock.now += OPENS_AFTER_S + 1
    await here.api.heard(ordered.task_id, lambda event: event["type"] == "concept_requeued")
    await all_wait(here, ordered)
    assert here.runtime.gateway.breaker("quiz").is_open
    return ordered


async def tries(home: Home) -> list[int]:
    """Passing faults as counted on the rows."""
    return [row["tries"] for row in await facts.item_rows(home)]


async def test_items_wait_at_no_cost_and_one_of_them_probes(
    home: Home, model: Simulated, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    async with home.here() as here:
        ordered = await a_model_goes_away(here, model, clock)
        counted = await tries(home)
        asked = (await model.stats())["requests"]
        assert set((await here.api.items(ordered.roadmap_id)).values()) == {"pending"}
        for probe in (1, 2):
            await the_waits_are_over(here)
            clock.now += PROBE_EVERY_S
            await faults_met(model, "503", asked - 2 + probe)
            await all_wait(here, ordered)
            assert (await model.stats())["requests"] == asked + probe, "more than one probed"
            assert await tries(home) == counted, "waiting cost a try"
        await model.control(faults="")
        await the_waits_are_over(here)
        clock.now += PROBE_EVERY_S
        await all_is_well(home, here.api, ordered)
    told = [record for record in caplog.records if "does not answer" in str(record.msg)]
    assert len(told) == 1


async def test_after_fifteen_minutes_the_task_pauses_and_resume_goes_on(
    home: Home, model: Simulated, clock: Clock
) -> None:
    async with home.here() as here:
        ordered = await a_model_goes_away(here, model, clock)
        clock.now += FIFTEEN_MINUTES_S
        task = await here.api.until(ordered.task_id, lambda task: task["status"] == "paused")
        assert task["error"]["code"] == "model_unavailable"
        assert set((await here.api.items(ordered.roadmap_id)).values()) == {"pending"}
        log = await here.api.events(ordered.task_id)
        last = [event for event in log if event["type"] != "cover_ready"][-1]  # a cover needs no model
        assert (last["type"], last["error"]["code"]) == ("paused", "model_unavailable")
        await model.control(latency=0.05, faults="")
        await the_waits_are_over(here)
        clock.now += PROBE_EVERY_S
        await here.api.post(f"/tasks/{ordered.task_id}/resume")
        await all_is_well(home, here.api, ordered)
        assert "error" not in await here.api.task(ordered.task_id)
