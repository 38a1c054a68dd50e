"""A task's status is its row, an item's is its row: every answer says what the log says at that moment."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

from tests.promises import facts
from tests.promises.test_nothing_is_lost import is_a_start
from tests.support.product import ENDED, Answer, Api, Event, Home, Ordered
from tests.support.simulated import Simulated
from trailwright.events.fold import Folded, fold


class Observer:
    """Asks everything that can be asked, again and again, and keeps the answers."""

    def __init__(self, api: Api, ordered: Ordered) -> None:
        self._api = api
        self._ordered = ordered
        self.tasks: list[Answer] = []
        self.roadmaps: list[Answer] = []
        self.listed: list[Answer] = []

    async def look(self) -> None:
        """One round."""
        self.tasks.append(await self._api.task(self._ordered.task_id))
        self.roadmaps.append(await self._api.get(f"/roadmaps/{self._ordered.roadmap_id}"))
        self.listed.append((await self._api.get("/users/me/tasks"))["tasks"][0])

    async def look_at_each_event(self) -> None:
        """From the last look to the end."""
        after = self.tasks[-1]["last_seq"] if self.tasks else 0
        async with aclosing(self._api.follow(self._ordered.task_id, after)) as events:
            async for _ in events:
                await self.look()
        await self.look()


def at_each(log: Sequence[Event]) -> list[Folded]:
    """What the log tells after each event; before the first, nothing."""
    return [fold(log[:count]) for count in range(len(log) + 1)]


def task_agrees(answer: Answer, told_at: Sequence[Folded]) -> None:
    """The task's answer is its log's."""
    told = told_at[answer["last_seq"]]
    assert answer["status"] == told.status
    assert answer["current_step"] == told.current_step
    progress = answer["progress"]
    if progress is not None and told.progress is not None:
        assert progress["completed"] + progress["failed"] == told.progress["current"]
        assert progress["total"] == told.progress["total"]
        assert progress["percentage"] == told.progress["percentage"]
        assert progress["generating"] == list(told.items.values()).count("generating")


def roadmap_agrees(answer: Answer, task_id: str, told_at: Sequence[Folded]) -> None:
    """The roadmap's answer is the log's of the task that makes it."""
    told = told_at[answer["as_of"][task_id]]
    assert (answer["active_task"] is None) == (told.status in ENDED)
    for stage in (answer["framework"] or {"stages": []})["stages"]:
        for concept in (concept for module in stage["modules"] for concept in module["concepts"]):
            for kind, name in (("tutorial", "content"), ("resources", "resources"), ("quiz", "quiz")):
                expected = told.items.get((concept["concept_id"], kind), "pending")
                assert concept[f"{name}_status"] == expected
                failed = expected == "failed"
                assert failed == (concept.get(f"{name}_error") is not None)


async def agrees(observer: Observer, api: Api, ordered: Ordered) -> None:
    """All that was ever answered was true when it was."""
    log = await api.events(ordered.task_id)
    facts.numbered_without_gap(log)
    told_at = at_each(log)
    for answer in (*observer.tasks, *observer.listed):
        task_agrees(answer, told_at)
    for answer in observer.roadmaps:
        roadmap_agrees(answer, ordered.task_id, told_at)


async def test_while_people_and_faults_interfere(home: Home, model: Simulated) -> None:
    await model.control(latency=0.6, faults="quiz.500:1,resources.badjson:0.5")
    async with home.but(LLM__MAX_ATTEMPTS=2, LLM__MAX_CONCURRENCY=2).here() as here:
        ordered = await here.api.order()
        observer = Observer(here.api, ordered)
        looking = asyncio.create_task(observer.look_at_each_event())
        await here.api.heard(ordered.task_id, is_a_start)
        for _ in range(3):
            await here.api.post(f"/tasks/{ordered.task_id}/pause", now=True)
            await observer.look()
            await here.api.post(f"/tasks/{ordered.task_id}/resume")
            await observer.look()
        await looking
        assert len(observer.tasks) > 25
        ended = await here.api.task(ordered.task_id)
        assert ended["status"] == "partial_failure"
        await model.control(faults="")
        await here.api.post(f"/tasks/{ordered.task_id}/retry")
        await observer.look_at_each_event()
        assert observer.tasks[-1]["status"] == "completed"
        assert {answer["status"] for answer in observer.tasks} >= {"processing", "paused", "partial_failure"}
        await agrees(observer, here.api, ordered)
    await facts.rows_hold(home)
