"""A leader dies, sentinels make its follower the leader: messages and limits go on there."""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.several.test_brokers import Brokers
from tests.several.test_metrics import values
from tests.several.test_work_is_done_by_others import all_is_there
from tests.support.processes import binary, free_port
from tests.support.product import WITHIN_S, Api, Home, Nursery
from tests.support.simulated import Simulated

_SENTINEL = """
port {port}
sentinel monitor leader 127.0.0.1 {leader} 1
sentinel down-after-milliseconds leader 500
sentinel failover-timeout leader 2000
"""


@pytest.fixture
def brokers() -> Iterator[Brokers]:
    """None yet."""
    made = Brokers()
    yield made
    made.remove()


def cli(port: int, *words: str) -> str:
    """What the server on this port answers."""
    command = [str(binary("redis-cli")), "-p", str(port), *words]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


async def until_says(port: int, question: str, wanted: str) -> None:
    """Ask again and again: a server tells nobody of itself."""
    async with asyncio.timeout(WITHIN_S):
        while wanted not in await asyncio.to_thread(cli, port, *question.split()):  # noqa: ASYNC110 - as said
            await asyncio.sleep(0.1)


async def messages(api: Api) -> float:
    """Sent by this API so far."""
    async with httpx.AsyncClient() as client:
        seen = values((await client.get(f"{api.url}/metrics")).text)
    return seen["trailwright_messages_sent_total"]


async def test_its_follower_takes_over(
    alone: Home, nursery: Nursery, model: Simulated, brokers: Brokers, tmp_path: Path
) -> None:
    leader, follower, sentinel = free_port(), free_port(), free_port()
    brokers.start(leader, "--port", str(leader), "--repl-diskless-sync-delay", "0")
    brokers.start(follower, "--port", str(follower), "--replicaof", "127.0.0.1", str(leader))
    await until_says(follower, "INFO replication", "master_link_status:up")
    file = tmp_path / "sentinel.conf"
    file.write_text(_SENTINEL.format(port=sentinel, leader=leader))
    brokers.start(sentinel, str(file), "--sentinel")
    await until_says(sentinel, "SENTINEL replicas leader", str(follower))
    await model.control(latency=0.2)
    home = alone.but(BROKER_URL=f"sentinel://127.0.0.1:{sentinel}/leader/0", LLM__MAX_CONCURRENCY=2)
    async with home.api(nursery) as api, home.worker(nursery, "--name", "a"), home.worker(nursery) as other:
        ordered = await api.api.order()
        await api.api.until(ordered.task_id, lambda task: task["progress"] is not None)
        await asyncio.to_thread(cli, leader, "SHUTDOWN", "NOSAVE")
        await all_is_there(home, api.api, ordered.task_id, ordered.roadmap_id)
        await until_says(sentinel, "SENTINEL get-master-addr-by-name leader", str(follower))
        await other.says("limits are shared again")
        before = await messages(api.api)
        again = await api.api.order()
        await all_is_there(home, api.api, again.task_id, again.roadmap_id)
        async with asyncio.timeout(WITHIN_S):
            while await messages(api.api) == before:  # noqa: ASYNC110 - as said
                await asyncio.sleep(0.1)
    assert (await model.stats())["max_open"] <= 2
