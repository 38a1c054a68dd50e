"""Another process with a bus of its own: it tells what it hears, and does what it is told."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from tests.support.source import ROOT
from trailwright.events.bus import Bus, Ear, bus_for
from trailwright.events.redis_bus import RedisBus

WITHIN_S = 30.0


class Neighbour:
    """The other process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def hears(self) -> dict[str, Any]:
        """What it heard next."""
        assert self.process.stdout is not None
        async with asyncio.timeout(WITHIN_S):
            line = await self.process.stdout.readline()
        heard: dict[str, Any] = json.loads(line)
        return heard

    async def does(self, **order: Any) -> None:
        """`listen`: a topic; `wake`: a topic; `tell`: an event."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{json.dumps(order)}\n".encode())
        await self.process.stdin.drain()


@asynccontextmanager
async def a_neighbour(url: str) -> AsyncIterator[Neighbour]:
    """A process with a bus, connected; the end of the block kills it."""
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "tests.events.support_bus", url)
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, cwd=ROOT)
    neighbour = Neighbour(process)
    try:
        assert await neighbour.hears() == {"connected": True}
        yield neighbour
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def a_bus(url: str) -> AsyncIterator[RedisBus]:
    """A bus of this process, connected."""
    bus = bus_for(url)
    assert isinstance(bus, RedisBus)
    bus.start()
    try:
        async with asyncio.timeout(WITHIN_S):
            await bus.connected.wait()
        yield bus
    finally:
        await bus.close()


async def woken(ear: Ear, *, within_s: float = WITHIN_S) -> bool:
    """Whether a wake comes in time."""
    return bool(await ear.wait(within_s))


async def until(holds: Callable[[], bool], within_s: float = WITHIN_S) -> None:
    """Wait until it holds; fails when it does not come to that."""
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.005)


def say(**what: Any) -> None:
    """A line for the test."""
    print(json.dumps(what), flush=True)  # noqa: T201 - how the test hears


async def relay(bus: Bus, topic: str) -> None:
    """Tell of everything that is heard on a topic."""
    with bus.listen(topic) as ear:
        say(listening=topic)
        while True:
            if reasons := await ear.wait(WITHIN_S):
                say(woken=sorted(reasons))
            for event in ear.take_lossy():
                say(event=event)


async def be_a_neighbour(url: str) -> None:
    """Do what the input says, until it ends."""
    jobs = set()
    async with a_bus(url) as bus:
        say(connected=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            match json.loads(line):
                case {"listen": topic}:
                    jobs.add(asyncio.create_task(relay(bus, topic)))
                case {"wake": topic}:
                    bus.wake([topic])
                case {"tell": event}:
                    bus.publish_lossy(event)


if __name__ == "__main__":
    asyncio.run(be_a_neighbour(sys.argv[1]))
