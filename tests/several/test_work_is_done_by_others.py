"""What is ordered at one process is made by others, whatever becomes of one of them or of the broker."""

import asyncio
import os
import re
import signal

import pytest

from tests.promises import facts
from tests.promises.test_nothing_is_lost import is_a_start
from tests.support.product import PIECES, Answer, Api, Home, Nursery
from tests.support.redis import Redis
from tests.support.simulated import Simulated


async def all_is_there(home: Home, api: Api, task_id: str, roadmap_id: str) -> None:
    assert (await api.ended(task_id))["status"] == "completed"
    await facts.everything_can_be_read(api, roadmap_id)
    facts.nothing_was_made_twice(await api.events(task_id))
    await facts.rows_hold(home)


async def at_least(api: Api, task_id: str, count: int) -> None:
    """Waits until so many pieces are completed: word of them crosses processes, several at a time."""

    def are_made(task: Answer) -> bool:
        return bool(task["progress"]) and task["progress"]["completed"] >= count

    await api.until(task_id, are_made)


@pytest.mark.parametrize("broker", [True, False], ids=["with a broker", "on the database alone"])
async def test_ordered_at_the_api_made_by_workers(
    home: Home, alone: Home, nursery: Nursery, *, broker: bool
) -> None:
    home = home if broker else alone
    async with (
        home.api(nursery) as api,
        home.worker(nursery, "--queues", "framework"),
        home.worker(nursery, "--queues", "content_generation,covers"),
        home.scheduler(nursery),
        home.scheduler(nursery),
    ):
        ordered = await api.api.order()
        await all_is_there(home, api.api, ordered.task_id, ordered.roadmap_id)
        concept = (await api.api.concepts(ordered.roadmap_id))[0]["concept_id"]
        retry = await api.api.retry_item(ordered.roadmap_id, concept, "quiz")
        assert (await api.api.ended(retry["task_id"]))["status"] == "completed"


async def test_an_api_makes_nothing(home: Home, nursery: Nursery) -> None:
    async with home.api(nursery) as api, home.scheduler(nursery):
        ordered = await api.api.order()
        async with home.worker(nursery, "--queues", "content_generation") as worker:
            assert "interactive, content_generation" in worker.said
            task = await api.api.task(ordered.task_id)
            assert (task["status"], task["last_seq"]) == ("pending", 1)
        async with home.worker(nursery, "--queues", "framework"):
            await api.api.until(ordered.task_id, lambda task: task["progress"] is not None)
            assert set((await api.api.items(ordered.roadmap_id)).values()) == {"pending"}


async def test_a_worker_of_clicks_leaves_the_rest(home: Home, nursery: Nursery) -> None:
    async with home.api(nursery) as api:
        async with home.worker(nursery):
            first = await api.api.order()
            await api.api.ended(first.task_id)
        async with home.worker(nursery, "--queues", "interactive"):
            second = await api.api.order()
            concept = (await api.api.concepts(first.roadmap_id))[0]["concept_id"]
            retry = await api.api.retry_item(first.roadmap_id, concept, "tutorial")
            assert (await api.api.ended(retry["task_id"]))["status"] == "completed"
            assert (await api.api.task(second.task_id))["status"] == "pending"


async def test_a_worker_is_killed(home: Home, nursery: Nursery, model: Simulated) -> None:
    await model.control(latency=0.5)
    home = home.but(LLM__MAX_CONCURRENCY=2)
    async with home.api(nursery) as api:
        async with home.worker(nursery, "--name", "first") as first:
            ordered = await api.api.order()
            await at_least(api.api, ordered.task_id, 1)
            await api.api.heard(ordered.task_id, is_a_start)
            await first.killed()
        async with home.worker(nursery, "--name", "second"):
            await all_is_there(home, api.api, ordered.task_id, ordered.roadmap_id)


async def test_redis_ends_and_comes_back_empty(
    home: Home, nursery: Nursery, redis: Redis, model: Simulated
) -> None:
    await model.control(latency=0.5)
    home = home.but(LLM__MAX_CONCURRENCY=1)
    async with home.api(nursery) as api, home.worker(nursery):
        ordered = await api.api.order()
        await at_least(api.api, ordered.task_id, 1)
        redis.stop()
        await at_least(api.api, ordered.task_id, 3)
        redis.start()
        await all_is_there(home, api.api, ordered.task_id, ordered.roadmap_id)
        again = await api.api.order()
        await all_is_there(home, api.api, again.task_id, again.roadmap_id)


async def test_redis_is_not_there_at_all(home: Home, nursery: Nursery, redis: Redis) -> None:
    redis.stop()
    async with home.api(nursery) as api, home.worker(nursery):
        ordered = await api.api.order()
        await all_is_there(home, api.api, ordered.task_id, ordered.roadmap_id)


async def test_a_redis_that_stands_still_delays_nobody(home: Home, nursery: Nursery, redis: Redis) -> None:
    async with home.api(nursery) as api, home.worker(nursery):
        await api.api.ended((await api.api.order()).task_id)
        found = re.search(r"process_id:(\d+)", redis.run("INFO", "server"))
        assert found
        os.kill(int(found[1]), signal.SIGSTOP)
        try:
            async with asyncio.timeout(1):
                ordered = await api.api.order()
            await all_is_there(home, api.api, ordered.task_id, ordered.roadmap_id)
        finally:
            os.kill(int(found[1]), signal.SIGCONT)


async def test_everything_in_redis_is_flushed(
    home: Home, nursery: Nursery, redis: Redis, model: Simulated
) -> None:
    await model.control(latency=0.5)
    home = home.but(LLM__MAX_CONCURRENCY=1)
    async with home.api(nursery) as api, home.worker(nursery):
        ordered = await api.api.order()
        for count in range(1, PIECES):
            await at_least(api.api, ordered.task_id, count)
            redis.run("FLUSHALL")
        await all_is_there(home, api.api, ordered.task_id, ordered.roadmap_id)


async def test_up_with_a_broker(home: Home, nursery: Nursery, redis: Redis) -> None:
    async with home.up(nursery) as up:
        ordered = await up.api.order()
        await all_is_there(home, up.api, ordered.task_id, ordered.roadmap_id)
    assert redis.run("LLEN", "content_generation") == "0"
