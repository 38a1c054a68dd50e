"""A worker dies at any point, an API at any moment: the others go on, and nothing is lost or doubled."""

import asyncio

import httpx
import pytest

from tests.promises import facts
from tests.promises.test_nothing_is_lost import ACCEPTING, is_a_start
from tests.promises.test_two_servers_on_one_database import NORMAL, listens
from tests.several.test_work_is_done_by_others import all_is_there
from tests.support.faults import POINTS
from tests.support.product import Event, Home, Nursery, Up
from tests.support.simulated import Simulated

EACH_DAY = ("a claim is committed, not begun", "a result is stored, not named")
OF_WORKERS = [
    pytest.param(point, marks=() if point in EACH_DAY else pytest.mark.unhurried)
    for point in POINTS
    if point != ACCEPTING
]


@pytest.mark.fleet
@pytest.mark.parametrize("point", OF_WORKERS)
async def test_a_worker_dies_at_this_point(
    home: Home, nursery: Nursery, model: Simulated, point: str
) -> None:
    async with home.api(nursery) as api:
        async with home.worker(nursery, "--name", "dies", points=[(point, 1, "SIGKILL")]) as dies:
            ordered = await api.api.order()
            assert await dies.gone() == -9
        async with home.worker(nursery, "--name", "one"), home.worker(nursery, "--name", "other"):
            await all_is_there(home, api.api, ordered.task_id, ordered.roadmap_id)
    await facts.calls_are_accounted_for(home, model)


@pytest.mark.fleet
async def test_an_api_is_killed_under_its_readers(home: Home, nursery: Nursery, model: Simulated) -> None:
    """Who comes back to the other API hears the rest, each event once."""
    await model.control(latency=0.2)
    home = home.but(LLM__MAX_CONCURRENCY=2)
    heard: list[Event] = []
    async with home.api(nursery) as stays, home.worker(nursery):
        async with home.api(nursery) as dies:
            ordered = await dies.api.order()
            ear = asyncio.create_task(listens(dies.api, ordered.task_id, heard))
            await dies.api.heard(ordered.task_id, is_a_start)
            await dies.killed()
            assert await ear is None
        assert await listens(stays.api, ordered.task_id, heard) == NORMAL
        assert heard == await stays.api.events(ordered.task_id)
        facts.numbered_without_gap(heard)
        await all_is_there(home, stays.api, ordered.task_id, ordered.roadmap_id)


@pytest.mark.fleet
async def test_an_api_is_killed_before_it_answers_an_order(home: Home, nursery: Nursery) -> None:
    """The same order again, under the same key, at the other API: one roadmap."""
    async with home.api(nursery) as stays, home.api(nursery, (ACCEPTING, 1, "SIGKILL")) as dies:
        with pytest.raises(httpx.TransportError):
            await ordered_with_a_key(dies)
        assert await dies.gone() == -9
        answers = [await ordered_with_a_key(stays) for _ in range(2)]
        assert answers[0] == answers[1]
        assert (await stays.api.get("/roadmaps"))["total"] == 1


async def ordered_with_a_key(up: Up) -> object:
    """The answer to an order that carries a key."""
    body = {"preferences": {"learning_goal": "Bake bread"}, "size": "mini"}
    answer = await up.api.client.post("/tasks/generate", json=body, headers={"Idempotency-Key": "one"})
    return answer.json()
