import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from tests.api.support import World, good, refusal
from tests.support import engine
from tests.support.redis import Redis
from trailwright.kit.storage import Storage
from trailwright.lids import IN_ACCOUNTS_MODE, NONE, Limits
from trailwright.limits.rates import Rates, address_key, rates_for
from trailwright.settings import Settings

ORDER = {"preferences": {"learning_goal": "Bake bread"}, "size": "mini"}


@asynccontextmanager
async def a_limited_world(database_url: str, folder: Path, **limits: int) -> AsyncIterator[World]:
    settings = Settings(secret_key=SecretStr("w" * 40), limits=Limits(**limits))
    storage = Storage.from_url(f"file://{folder / 'objects'}")
    async with engine.a_database(database_url) as db:
        world = World(db, storage, folder, settings)
        try:
            yield world
        finally:
            await world.client.aclose()
            await world.app.state.feed.close()
    storage.close()


def wait_of(answer: httpx.Response, code: str) -> int:
    """Seconds that a refusal says to wait; it must be one."""
    refusal(answer, 429, code)
    return int(answer.headers["retry-after"])


def test_nothing_is_limited_in_local_mode_and_all_with_accounts() -> None:
    assert Limits().lids(accounts=False) == NONE
    assert Limits().lids(accounts=True) == IN_ACCOUNTS_MODE
    assert None not in IN_ACCOUNTS_MODE


def test_what_is_set_counts_in_every_mode_and_zero_is_no_limit() -> None:
    limits = Limits(generations_per_hour=3, covers_per_hour=0)
    for accounts in (False, True):
        holds = limits.lids(accounts=accounts)
        assert (holds.generations_per_hour, holds.covers_per_hour) == (3, None)


async def test_roadmaps_of_an_hour_are_counted_and_the_one_too_many_starts_nothing(
    migrated_database_url: str, tmp_path: Path
) -> None:
    async with a_limited_world(migrated_database_url, tmp_path, generations_per_hour=2) as world:
        for _ in range(2):
            await world.post("/tasks/generate", ORDER)
        before = await world.rows()
        wait_s = wait_of(await world.client.post("/tasks/generate", json=ORDER), "generations_limit")
        assert 3500 < wait_s <= 3600
        assert await world.rows() == before
        await world.run_sql("UPDATE started SET since = since - 3600000")
        await world.post("/tasks/generate", ORDER)


async def test_two_at_once_are_not_both_let_past(migrated_database_url: str, tmp_path: Path) -> None:
    async with a_limited_world(migrated_database_url, tmp_path, generations_per_hour=3) as world:
        answers = await asyncio.gather(*(world.client.post("/tasks/generate", json=ORDER) for _ in range(10)))
        assert sorted(answer.status_code for answer in answers) == [202] * 3 + [429] * 7
        assert (await world.rows())["roadmaps"] == 3


async def test_a_refused_order_and_a_repeated_one_are_not_counted(
    migrated_database_url: str, tmp_path: Path
) -> None:
    async with a_limited_world(migrated_database_url, tmp_path, generations_per_hour=1) as world:
        late = {"preferences": {"learning_goal": "x", "target_deadline": "2001-01-01"}}
        refusal(await world.client.post("/tasks/generate", json=late), 422)
        key = {"Idempotency-Key": "once"}
        for _ in range(3):
            good(await world.client.post("/tasks/generate", json=ORDER, headers=key))
        wait_of(await world.client.post("/tasks/generate", json=ORDER), "generations_limit")


async def test_only_so_many_tasks_run_at_once(migrated_database_url: str, tmp_path: Path) -> None:
    async with a_limited_world(migrated_database_url, tmp_path, tasks_at_once=2) as world:
        first = await world.post("/tasks/generate", ORDER)
        await world.post("/tasks/generate", ORDER)
        assert wait_of(await world.client.post("/tasks/generate", json=ORDER), "tasks_limit") == 60
        await world.post(f"/tasks/{first['task_id']}/cancel")
        await world.post("/tasks/generate", ORDER)


async def test_going_on_is_no_way_round(migrated_database_url: str, tmp_path: Path) -> None:
    async with a_limited_world(migrated_database_url, tmp_path, tasks_at_once=1) as world:
        paused = (await world.post("/tasks/generate", ORDER))["task_id"]
        await world.post(f"/tasks/{paused}/pause")
        under_review, _ = await engine.a_task(world.db, 1, auto_approve=False)
        running = (await world.post("/tasks/generate", ORDER))["task_id"]
        version = (await world.get(f"/tasks/{under_review}"))["version"]
        decision = {"decision": "approve", "version": version}
        for path, body in ((f"{paused}/resume", {}), (f"{under_review}/review", decision)):
            wait_of(await world.client.post(f"/tasks/{path}", json=body), "tasks_limit")
        await world.post(f"/tasks/{running}/cancel")
        await world.post(f"/tasks/{under_review}/review", decision)
        again = await world.post(f"/tasks/{under_review}/review", decision)
        assert again["decision"] == "approve"
        wait_of(await world.client.post(f"/tasks/{paused}/resume"), "tasks_limit")


async def test_a_duplicate_counts_as_a_roadmap_begun(migrated_database_url: str, tmp_path: Path) -> None:
    async with a_limited_world(migrated_database_url, tmp_path, generations_per_hour=1) as world:
        task_id, roadmap_id = await engine.a_task(world.db, 1)
        await world.make_content(task_id)
        await world.post(f"/roadmaps/{roadmap_id}/duplicate")
        before = await world.rows()
        wait_of(await world.client.post(f"/roadmaps/{roadmap_id}/duplicate"), "generations_limit")
        assert await world.rows() == before


async def test_pieces_and_covers_of_an_hour_are_counted(migrated_database_url: str, tmp_path: Path) -> None:
    async with a_limited_world(
        migrated_database_url, tmp_path, retries_per_hour=3, covers_per_hour=1
    ) as world:
        task_id, roadmap_id = await engine.a_task(world.db, 2)
        await world.make_content(task_id)
        concepts = [
            c["concept_id"]
            for s in (await world.get(f"/roadmaps/{roadmap_id}"))["framework"]["stages"]
            for m in s["modules"]
            for c in m["concepts"]
        ]
        base = f"/roadmaps/{roadmap_id}/concepts"
        path = f"{base}/{concepts[0]}/tutorial/retry"
        await world.post(path)
        again = await world.post(path)
        assert again["data"]["deduplicated"] is True
        batch: dict[str, Any] = {"concept_ids": concepts, "content_types": ["quiz"]}
        await world.post(f"{base}/retry-batch", batch)
        wait_of(await world.client.post(f"{base}/{concepts[0]}/resources/retry"), "retries_limit")
        cover = f"/roadmaps/{roadmap_id}/cover-image/generate"
        good(await world.client.post(cover))
        wait_of(await world.client.post(cover), "covers_limit")


async def test_a_user_and_an_address_may_ask_so_often_in_a_minute(
    migrated_database_url: str, tmp_path: Path
) -> None:
    async with a_limited_world(
        migrated_database_url, tmp_path, requests_per_minute=3, address_requests_per_minute=8
    ) as world:
        world.app.state.rates = Rates(clock=lambda: 90.0)
        for _ in range(3):
            good(await world.client.get("/users/me"))
        answer = await world.client.get("/users/me")
        assert wait_of(answer, "too_many_requests") == 30
        assert answer.headers["x-content-type-options"] == "nosniff"
        for _ in range(20):
            good(await world.client.get("/health/live"))
        async with world.client_from("203.0.113.9", base="http://a.example/api/v1") as stranger:
            for _ in range(8):
                refusal(await stranger.get("/public/nothing"), 404)
            wait_of(await stranger.get("/public/nothing"), "too_many_requests")
        async with world.client_from("203.0.113.10", base="http://a.example/api/v1") as another:
            refusal(await another.get("/public/nothing"), 404)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.9", "203.0.113.10", False),
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:203.0.113.9", "203.0.113.9", True),
    ],
)
def test_an_address_stands_for_one_customer(one: str, other: str, *, same: bool) -> None:
    assert (address_key(one) == address_key(other)) is same


async def test_many_strangers_do_not_fill_the_memory() -> None:
    rates = Rates(clock=lambda: 0.0)
    for n in range(60_000):
        await rates.hit(f"a:{n}", 5)
    assert len(rates._counts) <= 50_001
    assert await rates.hit("a:0", 5) is None


async def test_processes_count_together_in_redis_and_each_alone_without(redis: Redis) -> None:
    here, there = rates_for(redis.url()), rates_for(redis.url())
    try:
        waits = [await one.hit("u:ann", 3) for one in (here, there, here, there)]
        assert waits[:3] == [None] * 3
        assert waits[3] is not None
        redis.stop()
        try:
            assert [await here.hit("u:ann", 3) for _ in range(4)][:3] == [None] * 3
        finally:
            redis.start()
    finally:
        await here.close()
        await there.close()


async def test_bodies_and_nesting_have_the_size_that_is_set(
    migrated_database_url: str, tmp_path: Path
) -> None:
    async with a_limited_world(
        migrated_database_url, tmp_path, body_bytes=2_000, json_depth=8, upload_bytes=1_000
    ) as world:
        big = {"preferences": {"learning_goal": "x" * 3_000}}
        refusal(await world.client.post("/tasks/generate", json=big), 413, "payload_too_large")
        deep = b'{"a": ' + b"[" * 12 + b"]" * 12 + b"}"
        refusal(await world.client.post("/tasks/generate", content=deep), 422, "too_deep")
        _, roadmap_id = await engine.a_task(world.db, 1)
        cover = f"/roadmaps/{roadmap_id}/cover-image"
        refusal(await world.client.put(cover, content=b"x" * 2_000), 413, "picture_too_large")
