import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import orjson
import pytest
from redis.asyncio import Redis as Client

from tests.events.support_bus import a_bus, a_neighbour, until, woken
from tests.support.redis import Redis
from trailwright.events import redis_bus
from trailwright.events.bus import WORK, Bus, Ear, bus_for
from trailwright.events.redis_bus import MOST_BYTES, MOST_LOSSY, MOST_TOPICS, RedisBus

SOON_S = 1.0
"""Much less than after what time one looks again by himself."""
QUIET_S = 0.3


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    """One that the test may end."""
    server = Redis()
    yield server
    server.remove()


@pytest.fixture
async def client(redis: Redis) -> AsyncIterator[Client]:
    async with Client.from_url(redis.url()) as client:
        yield client


async def pid_of(server: Redis) -> int:
    async with Client.from_url(server.url()) as client:
        return int((await client.info("server"))["process_id"])


def a_piece(task_id: str, text: str = "Bread") -> dict[str, object]:
    return {"type": "concept_progress", "task_id": task_id, "data": {"text": text}}


@asynccontextmanager
async def heard_by(bus: RedisBus, topic: str) -> AsyncIterator[Ear]:
    """An ear that others already reach."""
    with bus.listen(topic) as ear:
        assert await woken(ear), "the subscription was not confirmed"
        yield ear


async def test_without_a_broker_the_bus_stays_in_its_process() -> None:
    bus = bus_for(None)
    assert type(bus) is Bus
    bus.start()
    await bus.close()


async def test_two_processes_wake_each_other(redis: Redis) -> None:
    async with a_bus(redis.url()) as bus, a_neighbour(redis.url()) as neighbour:
        await neighbour.does(listen="task-1")
        assert await neighbour.hears() == {"listening": "task-1"}
        assert await neighbour.hears() == {"woken": ["task-1"]}, "once it can be reached, it looks"
        bus.wake({"task-1"})
        assert await neighbour.hears() == {"woken": ["task-1"]}
        async with heard_by(bus, "task-2") as ear:
            await neighbour.does(wake="task-2")
            assert await woken(ear, within_s=SOON_S)


async def test_streamed_text_crosses_processes(redis: Redis) -> None:
    async with a_bus(redis.url()) as bus, a_neighbour(redis.url()) as neighbour:
        async with heard_by(bus, "task-1") as ear:
            await neighbour.does(tell=a_piece("task-1", "Sourdough"))
            await until(lambda: bool(ear.lossy))
            assert ear.take_lossy() == [a_piece("task-1", "Sourdough")]
        await neighbour.does(listen="task-3")
        assert [await neighbour.hears() for _ in range(2)][-1] == {"woken": ["task-3"]}
        bus.publish_lossy(a_piece("task-3"))
        assert await neighbour.hears() == {"event": a_piece("task-3")}


async def test_work_wakes_all_and_not_for_each_item(redis: Redis) -> None:
    async with a_bus(redis.url()) as bus, a_bus(redis.url()) as other:
        with bus.listen(WORK) as ear:
            await ear.wait(QUIET_S)
            wakes = 0
            began = asyncio.get_running_loop().time()
            while (passed := asyncio.get_running_loop().time() - began) < SOON_S:
                other.wake({WORK})
                wakes += await woken(ear, within_s=0.005)
            assert 2 <= wakes <= passed / redis_bus.WORK_APART_S + 2


async def test_one_hears_oneself_once(redis: Redis) -> None:
    async with (
        a_bus(redis.url()) as bus,
        a_bus(redis.url()) as other,
        heard_by(bus, "mine") as ear,
        heard_by(other, "mine") as theirs,
    ):
        bus.wake(["mine"])
        bus.publish_lossy(a_piece("mine"))
        assert await woken(theirs, within_s=SOON_S)
        await until(lambda: bool(theirs.lossy))
        assert await ear.wait(0) == {"mine"}
        assert len(ear.take_lossy()) == 1
        assert not await woken(ear, within_s=QUIET_S)
        assert ear.take_lossy() == []


async def test_another_installation_on_the_same_server_is_not_heard(redis: Redis) -> None:
    async with a_bus(redis.url(1)) as bus, a_bus(redis.url(2)) as stranger, heard_by(bus, "task") as ear:
        stranger.wake(["task"])
        assert not await woken(ear, within_s=QUIET_S)


async def test_whoever_listens_no_more_is_not_subscribed(redis: Redis, client: Client) -> None:
    async def channels() -> set[bytes | str]:
        return set(await client.pubsub_channels("trailwright.0.topic-*"))

    async with a_bus(redis.url()) as bus:
        async with heard_by(bus, "topic-1"), heard_by(bus, "topic-2"):
            assert await channels() == {b"trailwright.0.topic-1", b"trailwright.0.topic-2"}
        async with heard_by(bus, "topic-3"):
            async with asyncio.timeout(SOON_S * 10):
                while await channels() != {b"trailwright.0.topic-3"}:
                    pass


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'"x"',
        b"{}",
        b'{"from": 3}',
        b'{"from": "x", "event": 3}',
        b'{"from": "x", "event": {"type": "completed", "task_id": "task", "seq": 9}}',
        b'{"from": "x", "event": {"type": "concept_progress", "task_id": "another"}}',
        b'{"from": "x", "event": {"type": "concept_progress", "task_id": "task", "seq": 9}}',
        orjson.dumps({"from": "x", "event": a_piece("task", "x" * MOST_BYTES)}),
        b"[" * 10_000,
    ],
)
async def test_what_is_no_message_of_ours_is_dropped(redis: Redis, client: Client, message: bytes) -> None:
    async with a_bus(redis.url()) as bus, heard_by(bus, "task") as ear, heard_by(bus, "another") as next_ear:
        await client.publish("trailwright.0.task", message)
        await client.publish("trailwright.0.task", b'{"from": "x"}')
        assert await ear.wait(SOON_S) == {"task"}
        assert ear.take_lossy() == next_ear.take_lossy() == []
        assert bus.connected.is_set()


async def test_a_text_that_is_too_long_stays_here(redis: Redis) -> None:
    async with a_bus(redis.url()) as bus, a_bus(redis.url()) as other, heard_by(other, "task") as theirs:
        with bus.listen("task") as ear:
            bus.publish_lossy(a_piece("task", "x" * MOST_BYTES))
            assert not bus._lossy
            bus.publish_lossy(a_piece("task", "short"))
            assert len(ear.take_lossy()) == 2
        await until(lambda: bool(theirs.lossy))
        assert theirs.take_lossy() == [a_piece("task", "short")]


async def test_a_redis_that_dies_and_comes_back_empty_is_found_again(own_redis: Redis) -> None:
    async with (
        a_bus(own_redis.url()) as bus,
        a_bus(own_redis.url()) as other,
        heard_by(bus, "task") as ear,
    ):
        own_redis.stop()
        await until(lambda: not bus.connected.is_set() and not other.connected.is_set())
        bus.wake(["task"])
        assert await ear.wait(0) == {"task"}, "this process goes on"
        own_redis.start()
        await until(lambda: bus.connected.is_set() and other.connected.is_set())
        assert await woken(ear), "what was missed is unknown: everybody looks once"
        await ear.wait(QUIET_S)
        other.wake(["task"])
        assert await woken(ear, within_s=SOON_S)


async def test_after_redis_returns_listeners_look_one_by_one(
    own_redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random, "uniform", max)
    async with a_bus(own_redis.url()) as bus, heard_by(bus, "task") as ear:
        own_redis.stop()
        await until(lambda: not bus.connected.is_set())
        own_redis.start()
        await until(bus.connected.is_set)
        assert not await woken(ear, within_s=SOON_S), "not all in the moment it returns"
        assert await woken(ear)


async def test_a_redis_that_hangs_delays_nobody(own_redis: Redis) -> None:
    pid = await pid_of(own_redis)
    async with a_bus(own_redis.url()) as bus, heard_by(bus, "task") as ear:
        os.kill(pid, signal.SIGSTOP)
        try:
            loop = asyncio.get_running_loop()
            began = loop.time()
            for number in range(MOST_TOPICS * 3):
                bus.wake([f"task-{number}", "task"])
                bus.publish_lossy(a_piece("task"))
            assert await ear.wait(0) == {"task"}
            assert loop.time() - began < SOON_S
            assert len(bus._topics) <= MOST_TOPICS
            assert len(bus._lossy) <= MOST_LOSSY
            await until(lambda: not bus.connected.is_set())
        finally:
            os.kill(pid, signal.SIGCONT)
        await until(bus.connected.is_set)
        async with a_bus(own_redis.url()) as other:
            await ear.wait(QUIET_S)
            other.wake(["task"])
            assert await woken(ear)


async def test_a_pause_of_all_clients_is_outlived(own_redis: Redis) -> None:
    async with (
        Client.from_url(own_redis.url()) as client,
        a_bus(own_redis.url()) as bus,
        a_bus(own_redis.url()) as other,
        heard_by(bus, "task") as ear,
    ):
        await client.client_pause(1500)
        bus.wake(["task"])
        assert await ear.wait(0) == {"task"}
        await until(lambda: bus.connected.is_set() and other.connected.is_set())
        await ear.wait(QUIET_S)
        other.wake(["task"])
        assert await woken(ear)


async def test_a_redis_that_never_was_there_is_waited_for(own_redis: Redis) -> None:
    own_redis.stop()
    bus = bus_for(own_redis.url())
    assert isinstance(bus, RedisBus)
    bus.start()
    with bus.listen("task") as ear:
        bus.wake(["task"])
        assert await ear.wait(0) == {"task"}
        own_redis.start()
        await until(bus.connected.is_set)
    await bus.close()
