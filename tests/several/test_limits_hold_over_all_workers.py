"""A model's limits hold for all workers together, whatever becomes of Redis."""

import pytest

from tests.support.product import Home, Nursery
from tests.support.redis import Redis
from tests.support.simulated import Simulated

LIMIT = 3


@pytest.mark.parametrize("befalls", ["nothing", "is killed", "forgets everything", "hangs"])
async def test_never_more_calls_than_the_limit(
    home: Home, nursery: Nursery, model: Simulated, redis: Redis, befalls: str
) -> None:
    await model.control(latency=0.3)
    home = home.but(LLM__MAX_CONCURRENCY=LIMIT)
    async with (
        home.api(nursery) as api,
        home.worker(nursery, "--name", "a"),
        home.worker(nursery, "--name", "b"),
    ):
        orders = [await api.api.order() for _ in range(3)]
        await api.api.until(orders[0].task_id, lambda task: task["progress"] is not None)
        if befalls == "is killed":
            redis.stop()
        elif befalls == "forgets everything":
            redis.run("FLUSHALL")
        elif befalls == "hangs":
            redis.run("CLIENT", "PAUSE", "3000")
        for one in orders:
            assert (await api.api.ended(one.task_id))["status"] == "completed"
        stats = await model.stats()
        assert LIMIT - 1 <= stats["max_open"] <= LIMIT
