"""The product as several processes: two APIs, three workers and a scheduler on one PostgreSQL and one Redis.

For a test it is a `Home` like any other. What the end of an `up` kills, `hits` says; whoever is missing then
is started again by the next `up`, as an operator's supervisor does it.
"""

import asyncio
import enum
import itertools
import os
import signal
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from tests.support.product import POLL_S, WITHIN_S, Api, Here, Home, Nursery, Point, Process, Up, _pid, _ready
from tests.support.product import _there as there
from trailwright.kit.db import Database
from trailwright.tasks.models import items
from trailwright.work.runtime import Runtime

HOSTS = (("api 1", "worker 1", "worker 2"), ("api 2", "worker 3", "scheduler"))
NAMES = (*HOSTS[0], *HOSTS[1])
IN_TURN = ("api 1", "worker 1", "api 2", "worker 2", "scheduler", "worker 3")
SEVERAL = {"AUTH__MODE": "local", "SECRET_KEY": "a secret that all of them share, 40 characters"}
"""Settings that one process on its own does not need."""


class Hits(enum.Enum):
    """Whom the end of an `up` kills."""

    ALL = "everybody, as a power cut does"
    HOST = "half of them, which share a machine"
    ONE = "one process, each time another"


@dataclass(frozen=True)
class Member:
    """A process that runs, and the settings it was started with."""

    process: Process
    given: Mapping[str, object]
    address: str


class Yard:
    """The processes of one fleet; every `Fleet` that is made of another by `but` has the same."""

    def __init__(self, nursery: Nursery) -> None:
        self.nursery = nursery
        self.members: dict[str, Member] = {}
        self.taken: set[str] = set()
        self.turns = itertools.count()
        self.left: Collection[tuple[str, int]] = ()
        """What was in hand when the last process died."""

    def end(self) -> None:
        """All are killed, by a test that is over."""
        for member in self.members.values():
            if not (member.process.folder / "ended").exists():
                with suppress(ProcessLookupError):
                    os.kill(member.process.pid, signal.SIGKILL)
        self.members.clear()


@dataclass(frozen=True)
class Part(Up):
    """Some processes of a fleet, and an API of it: one of them, or one that stays."""

    processes: Sequence[Process]

    def freeze(self) -> None:
        """All of them stop where they are."""
        for one in self.processes:
            one.freeze()

    def thaw(self) -> None:
        """All of them go on."""
        for one in self.processes:
            one.thaw()

    async def killed(self) -> None:
        """SIGKILL, all in one moment."""
        for one in self.processes:
            if not (one.folder / "ended").exists():
                os.kill(one.pid, signal.SIGKILL)
        for one in self.processes:
            await one.gone()

    async def terminated(self) -> int:
        """SIGTERM to all; the worst exit code."""
        return max(await asyncio.gather(*(one.terminated() for one in self.processes)))

    async def frozen(self) -> None:
        """Wait until one of them stands still."""
        waits = [asyncio.create_task(one.frozen()) for one in self.processes if self._may_freeze(one)]
        _, others = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for other in others:
            other.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _may_freeze(self, one: Process) -> bool:
        return not (one.folder / "ended").exists()


class There(Here):
    """The product in other processes: no test can look inside."""

    @property
    def runtime(self) -> Runtime:
        """Nobody's."""
        raise AssertionError("on a fleet nobody looks inside: mark the test `one_process`")


@dataclass(frozen=True)
class Fleet(Home):
    """Two APIs, three workers, a scheduler: what a test of one product needs not know."""

    yard: Yard
    hits: Hits = Hits.ALL

    def beside(self, name: str) -> "Home":
        """The other half of the same fleet."""
        del name
        return self

    @asynccontextmanager
    async def up(self, nursery: Nursery, *points: Point, port: str = "0") -> AsyncIterator[Up]:
        """All run; those that are hit have the points; the end of the block is their SIGKILL."""
        del nursery, port
        async with self._part(points) as part:
            try:
                yield part
            finally:
                await part.killed()
                if all((one.process.folder / "ended").exists() for one in self.yard.members.values()):
                    self.yard.left = await self._leased()

    @asynccontextmanager
    async def here(self) -> AsyncIterator[Here]:
        """All run, and go on after the block."""
        async with self._part(()) as part:
            yield There(part.api, None)  # type: ignore[arg-type]  # nobody can look inside

    @asynccontextmanager
    async def _part(self, points: Sequence[Point]) -> AsyncIterator[Part]:
        yard = self.yard
        names = self._hit()
        await self._complete(names if points else (), points)
        yard.taken.update(names)
        asked = next((name for name in names if name.startswith("api")), "api 1")
        member = yard.members[asked]
        try:
            async with Api(member.address) as api:
                hit = [yard.members[name].process for name in names]
                yield Part(member.process.pid, member.process.folder, api, hit)
        finally:
            yard.taken.difference_update(names)

    def _hit(self) -> tuple[str, ...]:
        turn = next(self.yard.turns)
        if self.hits is Hits.ALL:
            return NAMES if turn % 2 else (*HOSTS[1], *HOSTS[0])
        if self.hits is Hits.ONE:
            return (IN_TURN[turn % len(IN_TURN)],)
        return next(host for host in HOSTS if not self.yard.taken.intersection(host))

    async def _complete(self, armed: Collection[str], points: Sequence[Point]) -> None:
        """Whoever is missing, or has other settings, or is to have points, is started anew."""
        yard, wanted = self.yard, []
        for name in NAMES:
            member = yard.members.get(name)
            if name in yard.taken or (
                member is not None and name not in armed and self._is_as_wished(member)
            ):
                continue
            if member is not None:
                await member.process.killed()
            wanted.append((name, self._run(yard.nursery, _words(name), points if name in armed else ())))
        for name, folder in wanted:
            await there(folder / "pid")
            yard.members[name] = Member(Process(_pid(folder), folder), self.given, await _ready(folder))
        await self._taken_back()

    def _is_as_wished(self, member: Member) -> bool:
        return member.given == self.given and not (member.process.folder / "ended").exists()

    async def _taken_back(self) -> None:
        """What all of them had in hand when they died is nobody's once its leases have run out."""
        async with asyncio.timeout(WITHIN_S):
            while set(self.yard.left) & set(await self._leased()):  # noqa: ASYNC110 - rows are mute
                await asyncio.sleep(5 * POLL_S)
        self.yard.left = ()

    async def _leased(self) -> list[tuple[str, int]]:
        db = Database(self.database_url)
        try:
            async with db.reading() as reader:
                held = select(items.c.item_id, items.c.token).where(items.c.lease_until.is_not(None))
                return [(row["item_id"], row["token"]) for row in await reader.rows(held)]
        finally:
            await db.close()


def _words(name: str) -> tuple[str, ...]:
    role, _, number = name.partition(" ")
    more: dict[str, tuple[str, ...]] = {"api": ("--port", "0"), "worker": ("--name", f"w{number}")}
    return (role, *more.get(role, ()))


def a_fleet(folder: Any, given: Mapping[str, object], nursery: Nursery, hits: Hits) -> Fleet:
    """None of its processes runs yet; `yard.end()` ends them."""
    return Fleet(folder, {**given, **SEVERAL}, Yard(nursery), hits)
