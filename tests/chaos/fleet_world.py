"""A fleet whose processes die, freeze and are replaced, while everything it stands on fails too: seeded."""

import asyncio
import contextlib
import itertools
import random
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.world import SETTLING, World
from tests.support.door import Door
from tests.support.postgres import Postgres
from tests.support.product import Point, Process, Up
from tests.support.redis import Redis

ROLES = ("api 1", "api 2", "worker 1", "worker 2", "worker 3", "scheduler")
LONGEST_LIFE_S = 14.0
"""Of each of the six: somebody dies about every second; a start takes long where all fails at once."""
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'trailwright %'"
OUT_OF_ORDER = 0.8
"""So many of S3's answers are 500 while it is out of order: what is tried four times fails, too."""


@dataclass
class StandsOn:
    """What all processes need."""

    postgres: Postgres
    redis: Redis
    door: Door


@dataclass(kw_only=True)
class FleetWorld(World):
    """Six processes, four kinds of trouble beside their own, and users."""

    stands_on: StandsOn
    patience_s: float = 6.0
    befell: Counter[str] = field(default_factory=Counter)
    folders: list[Path] = field(default_factory=list)
    rolling: dict[str, asyncio.Event] = field(default_factory=dict)
    """Who is asked to end because a newer version is to take its place."""

    def troubles(self) -> Sequence[Coroutine[None, None, None]]:
        """Each process's lives, and what befalls the servers."""
        self.rolling = {role: asyncio.Event() for role in ROLES}
        lives = [self._lives(number, role) for number, role in enumerate(ROLES)]
        return [*lives, self._roll(), self._redis(), self._postgres(), self._connections(), self._s3()]

    @property
    def they_sleep(self) -> bool:
        """Workers do."""
        return True

    def late_refused(self) -> int:
        """As the workers' logs tell."""
        said = (Path(folder, "log").read_text(encoding="utf-8", errors="replace") for folder in self.folders)
        return sum(words.count("late result refused") for words in said)

    async def _lives(self, number: int, role: str) -> None:
        """One life after the other, as a supervisor has them; some workers sleep with a result in hand."""
        rng = random.Random(f"{self.seed} {role}")
        while not self.over.is_set():
            sleeps = role.startswith("worker") and rng.random() < 0.4
            point = [(SETTLING, rng.randint(1, 5), "SIGSTOP")] if sleeps and rng.random() < 0.7 else []
            async with self._begun(role, point) as process:
                if process is None:
                    self.befell["starts refused"] += 1
                    await self.waits(0.2)
                    continue
                if isinstance(process, Up):
                    self.apis[number] = process.api
                await self._until_it_ends(role, rng.uniform(1, LONGEST_LIFE_S))
                await self._ends(number, role, process, sleeps=sleeps)

    async def _until_it_ends(self, role: str, seconds: float) -> None:
        """So long, or until it is asked to end, or all is over."""
        waits = [asyncio.create_task(one.wait()) for one in (self.over, self.rolling[role])]
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for one in waits:
            one.cancel()

    async def _ends(self, number: int, role: str, process: Process, *, sleeps: bool) -> None:
        if self.rolling[role].is_set():
            self.apis.pop(number, None)
            process.thaw()
            assert await process.terminated() == 0, process.said
            self.befell["replaced"] += 1
            self.rolling[role].clear()
            return
        async with self.one_at_a_time:
            if sleeps:
                await self.sleeps(process)
            self.apis.pop(number, None)
            await process.killed()
        self.tally.kills += 1

    @asynccontextmanager
    async def _begun(self, role: str, points: Sequence[Point]) -> AsyncIterator[Process | None]:
        """The process, once it is ready; None when it says in plain words that it cannot start now."""
        async with contextlib.AsyncExitStack() as stack:
            process: Process | None = None
            refused = ""
            try:
                process = await stack.enter_async_context(self._started(role, points))
                self.folders.append(process.folder)
            except AssertionError as error:
                refused = str(error)
            assert "Traceback" not in refused, refused
            yield process

    def _started(self, role: str, points: Sequence[Point]) -> AbstractAsyncContextManager[Process]:
        home = self.homes[0]
        if role.startswith("api"):
            return home.api(self.nursery, *points)
        if role == "scheduler":
            return home.scheduler(self.nursery)
        return home.worker(self.nursery, "--name", role.replace(" ", "-"), points=points)

    async def _roll(self) -> None:
        """A new version takes the place of each, one after the other, again and again."""
        rng = random.Random(f"{self.seed} rolling")
        while not self.over.is_set():
            await self.waits(rng.uniform(4, 20))
            for role in ROLES:
                if self.over.is_set():
                    return
                self.rolling[role].set()
                while self.rolling[role].is_set() and not self.over.is_set():  # noqa: ASYNC110 - nobody tells
                    await asyncio.sleep(0.05)

    async def _redis(self) -> None:
        rng = random.Random(f"{self.seed} redis")
        for what in itertools.cycle(["restarted", "flushed", "paused"]):
            await self.waits(rng.uniform(1, 5))
            if self.over.is_set():
                break
            await asyncio.to_thread(self._befalls_redis, what)
            if what == "restarted":
                await self.waits(rng.uniform(0, 3))
                await asyncio.to_thread(self.stands_on.redis.start)
            self.befell[f"redis {what}"] += 1
        await asyncio.to_thread(self._befalls_redis, "allowed to go on")

    def _befalls_redis(self, what: str) -> None:
        redis = self.stands_on.redis
        if what == "restarted":
            redis.stop()
        elif what == "flushed":
            redis.run("FLUSHALL")
        elif what == "paused":
            redis.run("CLIENT", "PAUSE", "2500")
        else:
            redis.run("CLIENT", "UNPAUSE")

    async def _postgres(self) -> None:
        """It crashes after 5 s, and then every 5 to 40 s, sooner more often than later."""
        rng = random.Random(f"{self.seed} postgres")
        longest = 5.0
        while True:
            await self.waits(5 + (longest - 5) * rng.random() ** 3)
            longest = 40.0
            if self.over.is_set():
                return
            await asyncio.to_thread(self.stands_on.postgres.stop)
            await self.waits(rng.uniform(0, 2))
            await asyncio.to_thread(self.stands_on.postgres.start)
            self.befell["postgres restarted"] += 1

    async def _connections(self) -> None:
        """All of them are cut; where the server is away there are none."""
        rng = random.Random(f"{self.seed} connections")
        while not self.over.is_set():
            await self.waits(rng.uniform(1, 5))
            with contextlib.suppress(subprocess.CalledProcessError):
                await asyncio.to_thread(self.stands_on.postgres.run_sql, CUT)
                self.befell["connections cut"] += 1

    async def _s3(self) -> None:
        rng = random.Random(f"{self.seed} s3")
        while not self.over.is_set():
            await self.waits(rng.uniform(2, 8))
            self.stands_on.door.fails = OUT_OF_ORDER
            await self.waits(rng.uniform(0.3, 2))
            self.stands_on.door.fails = 0.05
        self.stands_on.door.fails = 0.0
