"""Doctor tells whether what several processes share is enough for them."""

import asyncio
import json

from tests.cli.program import call
from tests.support.product import Home, Nursery
from tests.support.redis import Redis
from trailwright.commandline.doctor.several import judged

Parts = dict[str, dict[str, str]]


async def examined(home: Home, **more: object) -> Parts:
    """What doctor says of each part."""
    given = {f"TRAILWRIGHT_{name}": str(value) for name, value in home.but(**more).given.items()}
    words = ("doctor", "--json", "--data", home.folder)
    done = await asyncio.to_thread(call, *words, env=given)
    return {one["part"]: one for one in json.loads(done.out)["parts"]}


async def test_connections_of_all_processes_are_compared_with_what_is_allowed(
    home: Home, nursery: Nursery, redis: Redis
) -> None:
    async with home.api(nursery), home.worker(nursery), home.scheduler(nursery):
        parts = await examined(home)
        assert parts["connections"]["state"] == "ok"
        assert "(5 + 0) × 3 processes = 15 of 197" in parts["connections"]["message"]
        assert parts["broker"]["state"] == "ok"
        assert f"redis://127.0.0.1:{redis.port}/0: Redis " in parts["broker"]["message"]
        assert (await examined(home, DATABASE__POOL_SIZE=100))["connections"]["state"] == "wrong"


async def test_a_broker_that_is_away_is_named_without_its_password(home: Home, redis: Redis) -> None:
    redis.stop()
    found = (await examined(home, BROKER_URL=f"redis://:sesame@127.0.0.1:{redis.port}/0"))["broker"]
    assert found["state"] == "wrong"
    assert "sesame" not in str(found)


def test_what_is_judged() -> None:
    assert judged(5, 0, 97, 2).words.endswith("others have 2; there is room for 19 processes in all")
    assert judged(10, 9, 97, 8).state == "wrong"
    assert judged(10, 9, 97, 7).state == "ok"
