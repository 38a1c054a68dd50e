"""Learning order; a user's own wish overtakes bulk work; a large roadmap does not hold up a small one."""

from collections.abc import Sequence

import pytest

from tests.support import engine
from tests.support.product import PIECES, Answer, Api, Event, Home, Ordered
from tests.support.simulated import Simulated

PERMITS = 2


async def a_large_task(home: Home, concepts: int) -> Ordered:
    """Its framework is there, its content waits."""
    async with engine.a_database(home.database_url) as db:
        return Ordered(*await engine.a_task(db, concepts=concepts))


def begun(log: Sequence[Event], after: int = 0) -> list[tuple[str, str]]:
    """Items in the order in which they began, after an event."""
    starts = [event for event in log if event["type"] == "concept_start" and event["seq"] > after]
    return [(event["concept_id"], event["content_type"]) for event in starts]


def is_a_piece(event: Event) -> bool:
    """An item is there."""
    return bool(event["type"] == "concept_complete")


async def last_seq(api: Api, task_id: str) -> int:
    """The number of the task's newest event."""
    return int((await api.task(task_id))["last_seq"])


async def test_pieces_are_made_in_the_order_in_which_they_are_learned(home: Home, model: Simulated) -> None:
    ordered = await a_large_task(home, 5)
    async with home.but(LLM__MAX_CONCURRENCY=1).here() as here:
        await here.api.ended(ordered.task_id)
        log = await here.api.events(ordered.task_id)
        assert begun(log) == list(await here.api.items(ordered.roadmap_id))
    assert (await model.stats())["max_open"] == 1


async def test_a_wish_overtakes_everything_that_waits(home: Home, model: Simulated) -> None:
    ordered = await a_large_task(home, 12)
    await model.control(latency=0.2)
    async with home.but(LLM__MAX_CONCURRENCY=PERMITS).here() as here:
        first = await here.api.heard(ordered.task_id, is_a_piece)
        wish = await here.api.retry_item(ordered.roadmap_id, first["concept_id"], first["content_type"])
        assert wish["deduplicated"] is False
        asked_at = await last_seq(here.api, ordered.task_id)
        assert (await here.api.ended(wish["task_id"]))["status"] == "completed"
        [began] = [one for one in await here.api.events(wish["task_id"]) if one["type"] == "concept_start"]
        log = await here.api.events(ordered.task_id)
        sooner = [event for event in log if event["timestamp"] < began["timestamp"]]
        assert len(begun(sooner, asked_at)) <= PERMITS, "bulk work began before the wish, again and again"
        assert (await here.api.task(ordered.task_id))["status"] == "processing"
        await here.api.post(f"/tasks/{ordered.task_id}/cancel")


async def test_a_wish_overtakes_many_small_tasks(home: Home, model: Simulated) -> None:
    """None of them has anything in flight, and their lessons come first in learning order."""
    ordered = await a_large_task(home, 1)
    async with home.but(LLM__MAX_CONCURRENCY=1).here() as here:
        await here.api.ended(ordered.task_id)
        concept_id, _ = next(iter(await here.api.items(ordered.roadmap_id)))
        await model.control(latency=600)
        running = await here.api.order()
        await model.has_open(1)
        small = [await a_large_task(home, 1) for _ in range(6)]
        wish = await here.api.retry_item(ordered.roadmap_id, concept_id, "quiz")
        await here.api.post(f"/tasks/{running.task_id}/cancel")
        await here.api.heard(wish["task_id"], lambda event: event["type"] == "concept_start")
        assert not any([begun(await here.api.events(one.task_id)) for one in small])


@pytest.mark.one_process
async def test_a_wish_overtakes_what_was_chosen_before_it(
    home: Home, model: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between choice and call other workers may be asked for a permit, which takes time."""
    ordered = await a_large_task(home, 1)
    async with home.but(LLM__MAX_CONCURRENCY=1).here() as here:
        await here.api.ended(ordered.task_id)
        concept_id, _ = next(iter(await here.api.items(ordered.roadmap_id)))
        wishes: list[Answer] = []

        async def a_user_clicks_meanwhile(want: int, **_: int) -> bool:
            if not want or wishes:
                return False
            wishes.append(await here.api.retry_item(ordered.roadmap_id, concept_id, "quiz"))
            return True

        limits = here.runtime.gateway.limits("tutorial")
        monkeypatch.setattr(limits, "prepare", a_user_clicks_meanwhile)
        await model.reset()
        await model.control(latency=600)
        await here.api.order()
        assert (await model.has_open(1))["by_agent"] == {"quiz": 1}


async def test_a_permit_is_kept_for_wishes(home: Home, model: Simulated) -> None:
    """Of four permits bulk work takes three: a wish needs to wait for nobody."""
    ordered = await a_large_task(home, 12)
    async with home.but(LLM__MAX_CONCURRENCY=4).here() as here:
        first = await here.api.heard(ordered.task_id, is_a_piece)
        await model.control(latency=600)
        await model.has_open(3)
        await here.api.retry_item(ordered.roadmap_id, first["concept_id"], first["content_type"])
        await model.has_open(4)
        await here.api.post(f"/tasks/{ordered.task_id}/cancel")


async def test_a_piece_that_waits_moves_to_the_front_when_it_is_wished_for(
    home: Home, model: Simulated
) -> None:
    ordered = await a_large_task(home, 12)
    await model.control(latency=0.2)
    async with home.but(LLM__MAX_CONCURRENCY=1).here() as here:
        await here.api.heard(ordered.task_id, is_a_piece)
        concept_id, kind = list(await here.api.items(ordered.roadmap_id))[-1]
        asked_at = await last_seq(here.api, ordered.task_id)
        wish = await here.api.retry_item(ordered.roadmap_id, concept_id, kind)
        assert wish == {"task_id": ordered.task_id, "status": "pending", "deduplicated": True}
        await here.api.heard(ordered.task_id, lambda event: event.get("concept_id") == concept_id)
        log = await here.api.events(ordered.task_id)
        assert (concept_id, kind) in begun(log, asked_at)[:3]
        await here.api.post(f"/tasks/{ordered.task_id}/cancel")


async def test_a_small_task_gets_its_share_beside_a_large_one(home: Home, model: Simulated) -> None:
    large = await a_large_task(home, 25)
    await model.control(latency=0.1)
    async with home.but(LLM__MAX_CONCURRENCY=5).here() as here:
        await here.api.heard(large.task_id, is_a_piece)
        small = await here.api.order()
        await here.api.heard(small.task_id, lambda event: event["type"] == "concept_start")
        before = (await here.api.task(large.task_id))["progress"]["completed"]
        assert (await here.api.ended(small.task_id))["status"] == "completed"
        meanwhile = (await here.api.task(large.task_id))["progress"]["completed"] - before
        assert meanwhile <= 2 * PIECES, "the large one took more than its share"
        assert (await here.api.task(large.task_id))["status"] == "processing"
        await here.api.post(f"/tasks/{large.task_id}/cancel")
