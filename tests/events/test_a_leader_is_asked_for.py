"""Sentinels know which Redis leads; when another leads, the bus goes there."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.events.support_bus import a_bus, until, woken
from tests.support.processes import Server, binary, free_port, listens
from tests.support.redis import Redis
from trailwright.kit.broker import Broker
from trailwright.kit.redis_client import connect, disconnect

SENTINEL = """
port {port}
bind 127.0.0.1
dir {folder}
sentinel monitor main 127.0.0.1 {leader} 1
sentinel down-after-milliseconds main 300
sentinel failover-timeout main 2000
"""


@pytest.fixture
def two() -> Iterator[tuple[Redis, Redis]]:
    """A leader, and one that follows it."""
    with ExitStack() as stack:
        leader, follower = Redis(), Redis()
        stack.callback(leader.remove)
        stack.callback(follower.remove)
        follower.run("REPLICAOF", "127.0.0.1", str(leader.port))
        yield leader, follower


@pytest.fixture
def sentinel(two: tuple[Redis, Redis]) -> Iterator[int]:
    """The port of one that watches them."""
    server, port = Server("sentinel"), free_port()
    file = server.folder / "sentinel.conf"
    file.write_text(SENTINEL.format(port=port, folder=server.folder, leader=two[0].port))
    server.start([str(binary("redis-server")), str(file), "--sentinel"], lambda: listens(port))
    yield port
    server.remove()


def leads(server: Redis) -> bool:
    """Whether it says so; making it the leader, a sentinel cuts off whoever is asking."""
    try:
        return "role:master" in server.run("INFO", "replication")
    except subprocess.CalledProcessError:
        return False


async def test_the_bus_follows_the_leader(two: tuple[Redis, Redis], sentinel: int) -> None:
    leader, follower = two
    url = f"sentinel://127.0.0.1:{sentinel}/main/0"
    async with a_bus(url) as bus, a_bus(url) as other:
        with bus.listen("task") as ear:
            assert await woken(ear)
            other.wake(["task"])
            assert await woken(ear)
            await until(lambda: "slave0" in leader.run("INFO", "replication"))
            await until(lambda: "master_link_status:up" in follower.run("INFO", "replication"))
            leader.stop()
            await until(lambda: not bus.connected.is_set(), within_s=60)
            await until(lambda: leads(follower), within_s=60)
            await until(lambda: bus.connected.is_set() and other.connected.is_set(), within_s=60)
            await ear.wait(3)
            other.wake(["task"])
            assert await woken(ear)


@pytest.mark.parametrize(
    "url",
    [
        "sentinel://:open%20sesame@a:1,b:26379/main/2",
        "redis+sentinel://:open%20sesame@a:1,b/main/2",
        "sentinel://:open%20sesame@a:1/main/2;sentinel://:open%20sesame@b:26379/main/2",
    ],
)
async def test_sentinels_may_be_written_in_several_ways(url: str) -> None:
    broker = Broker.parse(url)
    assert (broker.sentinels, broker.master, broker.db) == ((("a", 1), ("b", 26379)), "main", 2)
    client = connect(broker)
    assert client.connection_pool.connection_kwargs["password"] == "open sesame"
    await disconnect(client)
