"""What a Redis that stood still runs when it wakes, after its sender has given up, changes nothing."""

import asyncio
import os
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.llm.support_shared import QUICK, a_worker, shared, taken, until
from tests.support.redis import Redis
from trailwright.kit.redis_client import end
from trailwright.llm.limits import Bounds
from trailwright.llm.shared_limits import SharedLimits

SHORT = replace(QUICK, answer_s=0.3, lease_s=30.0)


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    """One that the test may stop."""
    server = Redis()
    yield server
    server.remove()


async def test_it_gives_nothing_away(own_redis: Redis) -> None:
    """The worker offered its permits back and heard nothing: it goes on with them, so nobody else may."""
    pid = int(next(line for line in own_redis.run("INFO", "server").split() if "process_id:" in line)[11:])
    async with a_worker(own_redis.url(), Bounds(8), SHORT) as one:
        await shared(one)
        assert await taken(one, 7) == 7
        await until(lambda: held_by(one, own_redis) == "7")
        assert one._job is not None
        await end(one._job)
        offered = replace(one._ask(), used=0, own=0, want=0)
        before = calls_of_the_script(own_redis)
        os.kill(pid, signal.SIGSTOP)
        try:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(SHORT.answer_s):
                    await one._state.sync(Bounds(8), 1, offered)
            await asyncio.sleep(0.05)  # nobody waits any more, and the clock that is asked is another's
        finally:
            os.kill(pid, signal.SIGCONT)
        await until(lambda: calls_of_the_script(own_redis) > before)
        assert held_by(one, own_redis) == "7"
        again = await one._state.sync(Bounds(8), 1, offered)
        assert (again.all, held_by(one, own_redis)) == (0, "0"), "in time the same does what it says"


def held_by(one: SharedLimits, redis: Redis) -> str:
    """What Redis believes that it holds."""
    return redis.run("HVALS", one._state._keys[1])


def calls_of_the_script(redis: Redis) -> int:
    """How often it was run."""
    lines = redis.run("INFO", "commandstats").splitlines()
    return sum(int(line.split("calls=")[1].split(",")[0]) for line in lines if "evalsha" in line)
