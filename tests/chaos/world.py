"""Machines that die and freeze, users who change their minds, a model that errs: all at once, seeded."""

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import func, select

from tests.support.product import (
    CONTENT,
    ENDED,
    Answer,
    Api,
    Home,
    Nursery,
    Process,
    concepts_of,
)
from tests.support.simulated import Simulated
from trailwright.kit.clock import db_now
from trailwright.kit.db import AWAY, Database
from trailwright.tasks.models import items

FAULTS = "429:0.01,500:0.01,503:0.01,reset:0.01,cut:0.01,badjson:0.005,refuse:0.005"
"""Six calls of a hundred go wrong."""
LEASE_S = 2.0
LONGEST_LIFE_S = 3.0
"""Of a machine that is alone; of two half as much again: somebody dies about every two seconds."""
TAKEN_WITHIN_S = 15.0
PEACE_WITHIN_S = 150.0
"""For all that is left when the trouble is over; what a store refused waits half a minute first."""
MOST_ORDERS = 7
"""Of about thirty pieces each."""

KILLED_ONCE_IN_S = 6
"""At least so often, or the run has not tried what it is for."""
SETTLING = "a result is about to be settled"
"""Who freezes here wakes up with a result in hand that others have made meanwhile."""


@dataclass
class Tally:
    """What happened."""

    kills: int = 0
    freezes: int = 0
    orders: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    """Commands of users by kind and answer; `gone`: nobody was there, or nothing to do it to."""


@dataclass
class World:
    """Two kinds of trouble share it: machines and users."""

    homes: Sequence[Home]
    nursery: Nursery
    model: Simulated
    seed: str
    patience_s: float = 2.0
    """How long a user waits for an answer."""

    tally: Tally = field(default_factory=Tally)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by who is about to be killed or sleeps."""
    apis: dict[int, Api] = field(default_factory=dict)

    async def live(self, seconds: float, users: int) -> None:
        """Everybody does as he likes for so long, and on until machines were killed often enough and, where
        they sleep, a late result was refused, at most five times as long; then all machines are dead.
        """
        await self.model.control(latency=0.1, jitter=0.4, faults=FAULTS)
        async with asyncio.TaskGroup() as together:
            for trouble in self.troubles():
                together.create_task(trouble)
            for number in range(users):
                together.create_task(User(self, random.Random(f"{self.seed} user {number}")).acts())
            for _ in range(5):
                await asyncio.sleep(seconds)
                often = self.tally.kills >= seconds / KILLED_ONCE_IN_S
                late = self.late_refused() or not self.they_sleep
                if often and late and self.tally.orders >= MOST_ORDERS:
                    break
            self.over.set()

    @property
    def they_sleep(self) -> bool:
        """Whether machines stand still for a while: nobody would do the work of one that is alone."""
        return len(self.homes) > 1

    def troubles(self) -> Sequence[Coroutine[None, None, None]]:
        """What goes wrong, each by itself."""
        return [self._machine(number, home) for number, home in enumerate(self.homes)]

    def late_refused(self) -> int:
        """Results that came after their lease was lost, as the machines' logs tell."""
        files = [file for home in self.homes for file in Path(home.folder, "logs").glob("*")]
        return sum(file.read_text(encoding="utf-8").count("late result refused") for file in files)

    async def _machine(self, number: int, home: Home) -> None:
        """One life after the other. With another machine beside, some lives are interrupted by a long sleep:
        anywhere, or with a result in hand; nobody is killed meanwhile, so somebody takes the work over.
        """
        rng = random.Random(f"{self.seed} machine {number}")
        while not self.over.is_set():
            sleeps = self.they_sleep and rng.random() < 0.4
            point = [(SETTLING, rng.randint(1, 5), "SIGSTOP")] if sleeps and rng.random() < 0.7 else []
            async with home.up(self.nursery, *point) as up:
                self.apis[number] = up.api
                await self.waits(rng.uniform(0.5, LONGEST_LIFE_S * (1 + len(self.homes)) / 2))
                async with self.one_at_a_time:
                    if sleeps:
                        await self.sleeps(up)
                    del self.apis[number]
                    await up.killed()
            self.tally.kills += 1

    async def sleeps(self, up: Process) -> None:
        """For two leases, and on until somebody else has taken its work."""
        self.tally.freezes += 1
        up.freeze()
        await self.waits(2 * LEASE_S)
        await self._overdue_work_is_taken()
        up.thaw()
        await self.waits(LEASE_S / 2)

    async def _overdue_work_is_taken(self) -> None:
        """At most for a while: a machine that has just started looks on for a lease before it takes any."""
        db = Database(self.homes[0].database_url)
        with contextlib.suppress(*AWAY):
            async with asyncio.timeout(TAKEN_WITHIN_S):
                while await overdue(db):  # noqa: ASYNC110 - a database tells nobody of it
                    await asyncio.sleep(0.1)
        await db.close()

    async def waits(self, seconds: float) -> None:
        """So long, or until it is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.over.wait()


async def overdue(db: Database) -> int:
    """How many leases have run out and were taken back by nobody yet."""
    async with db.reading() as snapshot:
        count = await snapshot.value(select(func.count()).where(items.c.lease_until < db_now()))
    return int(count or 0)


class User:
    """Orders roadmaps and changes his mind about them."""

    def __init__(self, world: World, rng: random.Random) -> None:
        self._world = world
        self._rng = rng
        self._does: tuple[tuple[int, str, Callable[[Api], Awaitable[httpx.Response]]], ...] = (
            (8, "order", self._orders),
            (2, "pause", self._pauses),
            (4, "resume", lambda api: self._says(api, "resume", "paused")),
            (1, "cancel", lambda api: self._says(api, "cancel")),
            (5, "retry", lambda api: self._says(api, "retry", "failed", "partial_failure", "cancelled")),
            (4, "approve", self._approves),
            (4, "wish", self._wishes),
            (2, "batch", self._retries_many),
        )

    async def acts(self) -> None:
        """One thing after the other."""
        while not self._world.over.is_set():
            if apis := list(self._world.apis.values()):
                await self._acts_once(self._rng.choice(apis))
            await self._world.waits(self._rng.uniform(0.05, 0.4))

    async def _acts_once(self, api: Api) -> None:
        weights = [weight for weight, _, _ in self._does]
        _, name, action = self._rng.choices(self._does, weights)[0]
        try:
            async with asyncio.timeout(self._world.patience_s):
                answer = await action(api)
        except (httpx.TransportError, TimeoutError, IndexError):
            self._world.tally.asked[f"{name} gone"] += 1
            return
        assert answer.status_code != 500, answer.text
        self._world.tally.asked[f"{name} {answer.status_code}"] += 1

    async def _task(self, api: Api, *statuses: str) -> Answer:
        """Any of the tasks there are, or of those with such a status; `IndexError` without one."""
        wanted: dict[str, int | list[str]] = {"limit": 200, "status": list(statuses)}
        answer = await api.client.get("/users/me/tasks", params=wanted)
        assert answer.status_code in {200, 503}, answer.text
        found: list[Answer] = answer.json()["tasks"] if answer.is_success else []
        return self._rng.choice(found)

    async def _orders(self, api: Api) -> httpx.Response:
        tally = self._world.tally
        if tally.orders >= MOST_ORDERS:
            return await self._approves(api)
        body = {
            "preferences": {"learning_goal": "Bake sourdough bread at home"},
            "size": "short",
            "auto_approve": self._rng.random() < 0.7,
        }
        answer = await api.client.post("/tasks/generate", json=body)
        tally.orders += answer.is_success
        return answer

    async def _says(self, api: Api, word: str, *statuses: str) -> httpx.Response:
        task = await self._task(api, *statuses)
        return await api.client.post(f"/tasks/{task['task_id']}/{word}")

    async def _pauses(self, api: Api) -> httpx.Response:
        task = await self._task(api)
        now = {"now": self._rng.random() < 0.5}
        return await api.client.post(f"/tasks/{task['task_id']}/pause", params=now)

    async def _approves(self, api: Api) -> httpx.Response:
        task = await self._task(api, "human_review_pending")
        return await api.client.post(f"/tasks/{task['task_id']}/review", json={"decision": "approve"})

    async def _wishes(self, api: Api) -> httpx.Response:
        task = await self._task(api)
        answer = await api.client.get(f"/roadmaps/{task['roadmap_id']}")
        if not answer.is_success:
            return answer
        concepts = concepts_of(answer.json())
        concept_id, kind = self._rng.choice(concepts)["concept_id"], self._rng.choice(CONTENT)
        return await api.client.post(f"/roadmaps/{task['roadmap_id']}/concepts/{concept_id}/{kind}/retry")

    async def _retries_many(self, api: Api) -> httpx.Response:
        task = await self._task(api)
        which = {"items": self._rng.choice(["failed", "missing"])}
        return await api.client.post(f"/roadmaps/{task['roadmap_id']}/concepts/retry-batch", json=which)


async def to_the_end(api: Api) -> list[Answer]:
    """All tasks once each has ended: paused ones go on, what waits for a person is approved."""
    until = time.monotonic() + PEACE_WITHIN_S
    async with asyncio.timeout(2 * PEACE_WITHIN_S):
        while live := [task for task in await all_tasks(api) if task["status"] not in ENDED]:
            assert time.monotonic() < until, f"not over yet: {live}"
            for task in live:
                path = f"/tasks/{task['task_id']}"
                if task["status"] == "paused":
                    await api.client.post(f"{path}/resume")
                if task["status"] == "human_review_pending":
                    await api.client.post(f"{path}/review", json={"decision": "approve"})
            await asyncio.sleep(0.2)
    return await all_tasks(api)


async def all_tasks(api: Api) -> list[Answer]:
    """Every task there is."""
    found: list[Answer] = (await api.get("/users/me/tasks", limit=200))["tasks"]
    return found


async def all_made_after_all(api: Api) -> list[Answer]:
    """What was cancelled or failed is retried by whoever ordered it, until all is there."""
    for _ in range(3):
        for task in await to_the_end(api):
            path = f"/roadmaps/{task['roadmap_id']}/concepts/retry-batch"
            if task["task_type"] == "creation" and task["status"] != "completed":
                await api.client.post(f"/tasks/{task['task_id']}/retry")
            elif task["task_type"] == "creation":
                await api.client.post(path, json={"items": "failed"})
    return await to_the_end(api)
