"""What one process holds: its running items, their leases, and the watch over what was taken away."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from trailwright.events.bus import WORK, Bus
from trailwright.kit.db import AWAY, Database
from trailwright.kit.gate import Rank
from trailwright.kit.log import get_logger
from trailwright.tasks import leases
from trailwright.tasks.leases import Claimed

LOOK_EVERY_S = 0.5
LOOK_AT_MOST_EVERY_S = 0.1
_SAFETY = 0.9

log = get_logger(__name__)


@dataclass
class Running:
    """One item at work. `alone`: it was the only one when it started. `taken`: somebody took it away."""

    claimed: Claimed
    alone: bool
    task: "asyncio.Task[None] | None" = None
    taken: bool = False


@dataclass
class Counts:
    """What operators and tests ask about."""

    leases_lost: int = 0
    late_refused: int = 0
    settled: dict[str, int] = field(default_factory=dict)


class Keeper:
    """Renews all leases of the process every quarter of a lease and looks what was taken away.

    A process that could not renew for nine tenths of a lease ends its own work: others get its items.
    """

    def __init__(self, db: Database, bus: Bus, lease_s: float) -> None:
        self._db = db
        self._bus = bus
        self.lease_s = lease_s
        self.running: dict[tuple[str, int], Running] = {}
        self.counts = Counts()
        self.on_free: set[Callable[[], None]] = set()
        self._renewed = time.monotonic()

    @property
    def lease_ms(self) -> int:
        """A lease's length in milliseconds."""
        return round(self.lease_s * 1000)

    def start(self, claimed: Claimed, work: Callable[[Running], Awaitable[None]]) -> None:
        """Run `work` for a claimed item until it ends or is taken away."""
        running = Running(claimed, alone=not self.running)
        if not self.running:
            self._renewed = time.monotonic()
        self.running[claimed.key] = running
        running.task = asyncio.create_task(self._run(running, work), name=f"item {claimed.item_id}")

    async def _run(self, running: Running, work: Callable[[Running], Awaitable[None]]) -> None:
        try:
            await work(running)
        except asyncio.CancelledError:
            if not running.taken:
                raise
        finally:
            self.running.pop(running.claimed.key, None)
            for tell in tuple(self.on_free):
                tell()

    def deadline(self) -> float:
        """Monotonic time until which this process may believe in its leases."""
        return self._renewed + self.lease_s * _SAFETY

    async def renew_forever(self) -> None:
        """The heartbeat."""
        while True:
            await asyncio.sleep(self.lease_s / 4)
            await self.renew()

    async def renew(self) -> None:
        """One heartbeat; too long without a good one ends everything that runs here."""
        keys = list(self.running)
        if not keys:
            self._renewed = time.monotonic()
            return
        began = time.monotonic()
        try:
            async with asyncio.timeout(max(self.deadline() - began, 0.1)):
                await self._db.transact(lambda tx: leases.renew(tx, keys, self.lease_ms), Rank.REQUEST)
            self._renewed = began
        except AWAY as error:
            log.warning("renew failed", error=type(error).__name__)
        if time.monotonic() > self.deadline():
            self.counts.leases_lost += len(self.running)
            self._end(set(self.running))

    async def watch_forever(self) -> None:
        """Look on every wake, at most ten times and at least twice a second."""
        with self._bus.listen(WORK) as ear:
            while True:
                await ear.wait(LOOK_EVERY_S)
                await self.look()
                await asyncio.sleep(LOOK_AT_MOST_EVERY_S)

    async def look(self) -> None:
        """End the work on what is no longer this process's."""
        keys = list(self.running)
        if not keys:
            return
        try:
            async with self._db.reading() as snapshot:
                gone = await leases.lost(snapshot, keys)
        except AWAY as error:
            log.warning("look failed", error=type(error).__name__)
            return
        self._end(gone & set(self.running))

    def _end(self, keys: set[tuple[str, int]]) -> None:
        for key in keys:
            running = self.running[key]
            running.taken = True
            if running.task is not None:
                running.task.cancel()

    def tasks(self) -> list["asyncio.Task[None]"]:
        """What is under way."""
        return [running.task for running in self.running.values() if running.task is not None]

    async def idle(self, timeout_s: float) -> bool:
        """Wait until nothing runs, at most `timeout_s`; whether that came."""
        if tasks := self.tasks():
            await asyncio.wait(tasks, timeout=timeout_s)
        return not self.running

    async def abandon(self) -> list[Running]:
        """End everything that runs; what it was."""
        left = list(self.running.values())
        self._end(set(self.running))
        await self.idle(1.0)
        return left
