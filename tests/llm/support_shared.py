"""Workers that share one model's limits, and the provider that sees how many calls are open at once."""

import asyncio
import json
import random
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from tests.support.source import ROOT
from trailwright.kit.broker import Broker
from trailwright.kit.db import Database
from trailwright.llm.limits import Bounds
from trailwright.llm.shared_limits import SharedLimits
from trailwright.llm.shared_state import Times
from trailwright.llm.sharing import Sharing

WITHIN_S = 30.0
MODEL = "openai https://models.example/v1 large"
QUICK = Times(lease_s=2.5, grace_s=1.5, window_s=4.0, answer_s=1.0)
"""Seconds in which a test can see leases end and windows pass."""


@asynccontextmanager
async def a_sharing(url: str, times: Times = QUICK) -> AsyncIterator[Sharing]:
    """One process's way to the others."""
    db = Database("sqlite:///nothing-is-read.db")
    sharing = Sharing(Broker.parse(url), db, times)
    try:
        yield sharing
    finally:
        await sharing.close()
        await db.close()


@asynccontextmanager
async def a_worker(url: str, bounds: Bounds, times: Times = QUICK) -> AsyncIterator[SharedLimits]:
    """One worker's limits."""
    async with a_sharing(url, times) as sharing:
        limits = sharing.limits(MODEL, bounds)
        assert isinstance(limits, SharedLimits)
        try:
            yield limits
        finally:
            await limits.close()


@asynccontextmanager
async def workers(url: str, count: int, bounds: Bounds) -> AsyncIterator[list[SharedLimits]]:
    """Several, each with connections of its own, all known to Redis."""
    async with AsyncExitStack() as stack:
        found = [await stack.enter_async_context(a_worker(url, bounds)) for _ in range(count)]
        for one in found:
            await shared(one)
        yield found


async def shared(limits: SharedLimits) -> None:
    """Wait until it has heard from Redis."""
    limits.available()
    await until(lambda: limits._known and not limits.alone)


async def until(holds: Callable[[], object], within_s: float = WITHIN_S) -> None:
    """Wait until it holds; fails when it does not come to that."""
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.005)


async def taken(limits: SharedLimits, want: int, *, clicks: int = 0) -> int:
    """As a pump does: ask, then take."""
    await limits.prepare(want, clicks=clicks)
    given = sum(limits.take(1, click=True) for _ in range(clicks))
    return given + limits.take(want - clicks)


async def took(limits: SharedLimits, want: int, within_s: float = WITHIN_S) -> None:
    """Ask again and again until all are taken."""
    async with asyncio.timeout(within_s):
        while want:
            want -= await taken(limits, want)
            await asyncio.sleep(0.005)


@dataclass
class Provider:
    """What is open at it, by worker; `starts`: when each call began."""

    open: int = 0
    most: int = 0
    starts: list[float] = field(default_factory=list)

    async def call(self, seconds: float) -> None:
        """One call."""
        self.open += 1
        self.most = max(self.most, self.open)
        self.starts.append(asyncio.get_running_loop().time())
        try:
            await asyncio.sleep(seconds)
        finally:
            self.open -= 1


async def work(
    limits: SharedLimits, provider: Provider, calls: int, rng: random.Random, longest_s: float
) -> None:
    """So many calls, as a pump and an executor make them: some with a second call after a pause."""
    left, running = calls, set[asyncio.Task[None]]()

    async def item() -> None:
        await provider.call(rng.uniform(0, longest_s))
        limits.give()
        if rng.random() < 0.3:
            await limits.again(click=rng.random() < 0.1)
            await provider.call(rng.uniform(0, longest_s))
            limits.give()

    look = asyncio.Event()
    end = limits.on_change(look.set)
    while left or running:
        want = min(left, limits.available(click=True))
        if want:
            clicks = sum(rng.random() < 0.05 for _ in range(want))
            given = await taken(limits, want, clicks=clicks)
            for _ in range(given):
                task = asyncio.create_task(item())
                running.add(task)
                task.add_done_callback(running.discard)
            left -= given
        look.clear()
        try:
            async with asyncio.timeout(0.2):
                await look.wait()
        except TimeoutError:
            pass
    end()


async def hold(url: str, capacity: int, want: int) -> None:
    """A process that takes permits and keeps them until it is killed."""
    async with a_worker(url, Bounds(capacity)) as limits:
        await took(limits, want)
        print(json.dumps({"holds": limits.used}), flush=True)  # noqa: T201 - how the test hears
        await asyncio.Event().wait()


@asynccontextmanager
async def a_holder(url: str, capacity: int, want: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """Such a process, once it holds them."""
    command = (sys.executable, "-m", "tests.llm.support_shared", url, str(capacity), str(want))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(WITHIN_S):
            assert json.loads(await process.stdout.readline()) == {"holds": want}
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


if __name__ == "__main__":
    asyncio.run(hold(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
