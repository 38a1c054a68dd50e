"""Kill any process at any time: every accepted task still ends, what is finished stays, no event is lost."""

from collections.abc import Collection, Sequence
from contextlib import aclosing
from dataclasses import replace

import httpx
import pytest

from tests.promises import facts
from tests.support.faults import POINTS
from tests.support.fleet import Fleet, Hits
from tests.support.postgres import Postgres
from tests.support.product import ENDED, PIECES, Api, Event, Home, Nursery, Ordered, Up
from tests.support.simulated import Simulated
from trailwright.domain.workflow import FRAMEWORK_KINDS, KINDS, Kind

ACCEPTING = "an order is written, not committed"
OF_A_STEP = "a step's end is written, not committed"
OF_CONTENT = ("a result is stored, not named", "deliveries are written, not committed")


@pytest.fixture
def home(home: Home) -> Home:
    """A lease so long that nothing can be waiting for its end; on a fleet that end is what others wait for.

    There each end is that of one process, each time another.
    """
    return replace(home, hits=Hits.ONE) if isinstance(home, Fleet) else home.but(WORKER__LEASE_S=300)


Piece = tuple[str, str]
"""Concept id and content type; of the framework: nothing, and the step."""


class Watch:
    """What a learner saw of a task before each end of the process."""

    def __init__(self) -> None:
        self.heard: list[Event] = []
        self.kinds: set[tuple[object, ...]] = set()

    async def until_something_new(self, api: Api, task_id: str, spared: Collection[Piece]) -> None:
        """Listen until the first event of a kind that was not heard before, and no piece is to be spared."""
        waited_for = set(spared)
        async with aclosing(api.follow(task_id, len(self.heard))) as events:
            async for event in events:
                if "seq" not in event:
                    continue
                self.heard.append(event)
                if event["type"] == "concept_complete":
                    waited_for.discard((event["concept_id"], event["content_type"]))
                if event.get("status") == "completed":
                    waited_for.discard(("", event["step"]))
                decides = event["type"] == "human_review_required"
                if decides or (not waited_for and self._is_new(event)):
                    return

    def _is_new(self, event: Event) -> bool:
        kind = tuple(event.get(name) for name in ("type", "step", "status", "content_type"))
        known = kind in self.kinds
        self.kinds.add(kind)
        return not known

    @property
    def over(self) -> bool:
        """Whether the last it heard was the end."""
        return bool(self.heard) and self.heard[-1]["type"] in ENDED


async def worn_out(home: Home) -> list[Piece]:
    """Pieces that two ends of a process met with nothing else in hand: a third would be their own fault."""
    every = await facts.item_rows(home)
    rows = [row for row in every if row["losses"] == 2 and row["status"] != "completed"]
    content = [(row["concept_id"], row["kind"]) for row in rows if row["concept_id"]]
    steps = [Kind(row["kind"]) for row in rows if row["kind"] in FRAMEWORK_KINDS]
    return content + [("", KINDS[kind].step.value) for kind in steps]


async def approve(api: Api, task_id: str) -> None:
    """Say yes, when that is what is waited for."""
    if (await api.task(task_id))["status"] == "human_review_pending":
        await api.post(f"/tasks/{task_id}/review", {"decision": "approve"})


async def all_is_well(home: Home, api: Api, ordered: Ordered, heard: Sequence[Event] = ()) -> None:
    """The task is completed, its log whole, every piece readable and made once."""
    task = await api.ended(ordered.task_id)
    log = await api.events(ordered.task_id)
    assert task["status"] == "completed", [event["error"] for event in log if "error" in event]
    assert log[: len(heard)] == list(heard), "what was told before an end is told otherwise after it"
    facts.numbered_without_gap(log)
    facts.nothing_was_made_twice(log)
    await facts.everything_can_be_read(api, ordered.roadmap_id)
    await facts.rows_hold(home)


@pytest.mark.timeout(240)
async def test_killed_at_each_kind_of_event_it_goes_on_by_itself(
    home: Home, nursery: Nursery, model: Simulated
) -> None:
    await model.control(latency=0.03)
    watch, ordered, kills = Watch(), None, 0
    while not watch.over:
        async with home.up(nursery) as up:
            ordered = ordered or await up.api.order("short", auto_approve=False)
            await approve(up.api, ordered.task_id)
            await watch.until_something_new(up.api, ordered.task_id, await worn_out(home))
        kills += 1
    assert ordered is not None
    assert kills > 15, watch.heard[-1]
    async with home.up(nursery) as up:
        await all_is_well(home, up.api, ordered, watch.heard)
    await facts.calls_are_accounted_for(home, model)


@pytest.mark.one_process("the work stands still between two ends; `tests/several` has it with others")
@pytest.mark.timeout(240)
async def test_killed_at_each_point_between_two_steps_it_goes_on_by_itself(
    home: Home, nursery: Nursery, model: Simulated
) -> None:
    async with home.up(nursery) as up:
        ordered = await up.api.order("short", auto_approve=False)
    for point in POINTS:  # one step is passed, the next one dies: the modules at the latest
        if point not in {ACCEPTING, *OF_CONTENT}:
            await home.dies(nursery, point, 2)
    async with home.up(nursery) as up:
        await up.api.heard(ordered.task_id, lambda event: event["type"] == "human_review_required")
        await approve(up.api, ordered.task_id)
    for point in POINTS:
        if point not in {ACCEPTING, OF_A_STEP}:
            await home.dies(nursery, point, 1)
    async with home.up(nursery) as up:
        await all_is_well(home, up.api, ordered)
    await facts.calls_are_accounted_for(home, model)


async def test_an_order_that_was_not_answered_left_nothing(home: Home, nursery: Nursery) -> None:
    async with home.up(nursery, (ACCEPTING, 1, "SIGKILL")) as up:
        with pytest.raises(ConnectionError):
            await order_of_a_dying(up)
    async with home.up(nursery) as up:
        assert (await up.api.get("/users/me/tasks"))["total"] == 0
        assert (await up.api.get("/roadmaps"))["total"] == 0


async def order_of_a_dying(up: Up) -> None:
    """Order; the process ends before it answers."""
    try:
        await up.api.order()
    except httpx.TransportError as error:
        raise ConnectionError from error


@pytest.mark.one_process("what `up` says; `tests/several` has it for a worker")
async def test_ended_politely_it_says_what_goes_on_and_goes_on(
    home: Home, nursery: Nursery, model: Simulated
) -> None:
    await model.control(latency=0.3)
    async with home.up(nursery) as up:
        ordered = await up.api.order("short")
        await up.api.heard(ordered.task_id, is_a_start)
        assert await up.terminated() == 0
        assert "1 task goes on by itself at the next start" in up.said
    assert all(row["lease_until"] is None for row in await facts.item_rows(home))
    async with home.up(nursery) as up:
        await all_is_well(home, up.api, ordered)


@pytest.mark.one_process("what `up` says; `tests/several` has it for a worker")
async def test_what_does_not_finish_in_time_is_released_and_begins_anew(
    home: Home, nursery: Nursery, model: Simulated
) -> None:
    async with home.up(nursery) as up:
        ordered = await up.api.order(auto_approve=False)
        await up.api.heard(ordered.task_id, lambda event: event["type"] == "human_review_required")
        await model.control(latency=600)
        await approve(up.api, ordered.task_id)
        await model.has_open(PIECES)
        assert await up.terminated() == 0
        assert f"({PIECES} pieces begin anew)" in up.said
    await model.control(latency=0)
    async with home.up(nursery) as up:
        await all_is_well(home, up.api, ordered)
        log = await up.api.events(ordered.task_id)
    reasons = [event["data"]["reason"] for event in log if event["type"] == "concept_requeued"]
    assert reasons == ["released"] * PIECES
    assert {row["losses"] for row in await facts.item_rows(home)} == {0}


def is_a_start(event: Event) -> bool:
    """An item begins."""
    return bool(event["type"] == "concept_start")


def is_design(event: Event) -> bool:
    """The design begins."""
    return event.get("step") == "curriculum_design"


async def test_the_database_server_may_be_restarted_at_any_time(
    home_on_postgres: Home, nursery: Nursery, model: Simulated, postgres: Postgres
) -> None:
    """What was being settled then is settled after, or given up at the lease's end and begun anew."""
    home = home_on_postgres
    await model.control(latency=0.1, jitter=0.2)
    async with home.up(nursery) as up:
        ordered = await up.api.order("short")
        for begins in (is_design, is_a_start):
            await up.api.heard(ordered.task_id, begins)
            postgres.stop()
            postgres.start()
        await all_is_well(home, up.api, ordered)
    await facts.calls_are_accounted_for(home, model)
