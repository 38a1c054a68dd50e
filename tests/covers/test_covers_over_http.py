"""What pages ask about covers, and the pictures themselves."""

import asyncio
import io
import time
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.api.support import API, World, refusal
from tests.covers.support import a_painter, change, claim_one, cover_row, paint
from tests.support import engine as e
from trailwright.kit.db import Database
from trailwright.kit.storage import Storage
from trailwright.work.painting import Painter

SITE = API.removesuffix("/api/v1")


async def others(world: World, roadmap_id: str) -> None:
    """Give a roadmap to somebody else."""
    await world.run_sql("INSERT INTO users (user_id, role, created_at) VALUES ('else', 'user', 1)")
    await world.run_sql(f"UPDATE roadmaps SET user_id = 'else' WHERE roadmap_id = '{roadmap_id}'")  # noqa: S608 - our own id


@pytest.mark.alone
async def test_a_hundred_covers_are_asked_for_within_200_ms(world: World, db: Database) -> None:
    ids = [(await e.an_order(db))[1] for _ in range(100)]
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        answer = await world.post("/cover-images/batch-generate", {"roadmap_ids": ids})
        taken.append(time.perf_counter() - began)
        assert answer["triggered"] == 100
        assert answer["results"] == dict.fromkeys(ids, "triggered")
        assert answer["roadmap_ids"] == ids
    assert min(taken) <= 0.2
    assert (await world.rows())["items"] == 200, "one of its own for each, however often it is asked"


async def test_only_what_needs_it_is_triggered(world: World, db: Database, painter: Painter) -> None:
    ids = [(await e.a_task(db, 1))[1] for _ in range(4)]
    done, working, failed, waiting = ids
    await paint(painter)
    await change(db, working, status="generating", lease_until=2**50)
    await change(db, failed, status="failed", error_code="internal", error_message="It failed.")
    await change(db, waiting, status="pending")
    answer = await world.post("/cover-images/batch-generate", {"roadmap_ids": ids})
    assert answer["results"] == {
        done: "skipped",
        working: "skipped",
        failed: "triggered",
        waiting: "triggered",
    }
    assert (answer["triggered"], answer["skipped"]) == (2, 2)
    assert (await world.get(f"/roadmaps/{failed}/cover-image"))["status"] == "pending"
    assert (await cover_row(db, done))["status"] == "completed"


async def test_anothers_roadmap_is_told_as_one_that_is_not_there(world: World, db: Database) -> None:
    foreign = (await e.an_order(db))[1]
    trashed = (await e.an_order(db))[1]
    await others(world, foreign)
    await world.client.delete(f"/roadmaps/{trashed}")
    ids = [foreign, trashed, "unknown", "☃", "nul\u0000byte"[:3]]
    answer = await world.post("/cover-images/batch-generate", {"roadmap_ids": ids})
    assert answer["results"] == dict.fromkeys(ids, "not_found")
    assert answer["triggered"] == answer["skipped"] == 0
    assert (await world.post("/cover-images/batch-get", {"roadmap_ids": ids}))["covers"] == {}


async def test_two_pages_that_ask_at_once_start_one(world: World, db: Database) -> None:
    ids = [(await e.an_order(db))[1] for _ in range(20)]
    both = [ids, list(reversed(ids))]
    await asyncio.gather(
        *(world.post("/cover-images/batch-generate", {"roadmap_ids": one}) for one in both),
        *(world.post(f"/roadmaps/{ids[0]}/cover-image/generate") for _ in range(4)),
    )
    assert (await world.rows())["items"] == 40


async def test_another_one_can_be_chosen_again_and_again(
    world: World, db: Database, painter: Painter
) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    seen = []
    for path in ("roadmap", "roadmaps", "roadmap"):
        await paint(painter)
        seen.append((await world.get(f"/{path}/{roadmap_id}/cover-image"))["url"])
        answer = await world.client.post(f"/{path}/{roadmap_id}/cover-image/generate")
        assert answer.status_code == 202
        assert (answer.json()["status"], answer.json()["url"]) == ("pending", seen[-1])
    assert len(set(seen)) == 3


async def test_asking_for_another_while_one_is_made_starts_nothing(
    world: World, db: Database, painter: Painter
) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    await claim_one(painter)
    before = await cover_row(db, roadmap_id)
    answer = await world.post(f"/roadmaps/{roadmap_id}/cover-image/generate")
    assert answer["status"] == "generating"
    assert await cover_row(db, roadmap_id) == before
    await painter.keeper.idle(60)
    assert (await world.get(f"/roadmaps/{roadmap_id}/cover-image"))["status"] == "success"


async def test_the_same_cover_is_told_wherever_a_roadmap_is(
    world: World, db: Database, painter: Painter
) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    await paint(painter)
    told = await world.get(f"/roadmaps/{roadmap_id}/cover-image")
    assert told["alt"] == "Cover of A way"
    assert (await world.get(f"/roadmaps/{roadmap_id}"))["cover"] == told
    assert (await world.get("/roadmaps"))["roadmaps"][0]["cover"] == told
    batch = await world.post("/cover-images/batch-get", {"roadmap_ids": [roadmap_id]})
    assert batch["covers"] == {roadmap_id: told}


async def test_strangers_learn_nothing(world: World, db: Database, painter: Painter) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    await paint(painter)
    url = (await world.get(f"/roadmaps/{roadmap_id}/cover-image"))["url"]
    await others(world, roadmap_id)
    refusal(await world.client.get(SITE + url), 403)
    for method, path in (("GET", ""), ("PUT", ""), ("POST", "/generate")):
        refusal(await world.client.request(method, f"/roadmaps/{roadmap_id}/cover-image{path}"), 403)
        refusal(await world.client.request(method, f"/roadmaps/unknown/cover-image{path}"), 404)


@pytest.fixture(params=["file", "s3"])
def objects(request: pytest.FixtureRequest) -> Storage:
    """Where pictures lie, once of each kind."""
    store: Storage = request.getfixturevalue("storage" if request.param == "file" else "bucket")
    return store


async def test_an_address_always_answers_the_same_bytes(
    db: Database, objects: Storage, tmp_path: Path
) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    world = World(db, objects, tmp_path)
    async with a_painter(db, objects) as painter, world.client:
        await paint(painter)
        told = await world.get(f"/roadmaps/{roadmap_id}/cover-image")
        answer = await world.client.get(SITE + told["url"])
        assert answer.headers["content-type"] == "image/webp"
        assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert Image.open(io.BytesIO(answer.content)).size == (1600, 900)
        for variant in told["variants"]:
            smaller = await world.client.get(SITE + variant["url"])
            assert Image.open(io.BytesIO(smaller.content)).size[0] == variant["width"]
        await _known_is_not_sent_again(world.client, SITE + told["url"], answer.headers["etag"])
        await world.post(f"/roadmaps/{roadmap_id}/cover-image/generate")
        await paint(painter)
        refusal(await world.client.get(SITE + told["url"]), 404)


async def _known_is_not_sent_again(client: httpx.AsyncClient, url: str, etag: str) -> None:
    for sent, status in ((etag, 304), (f'W/{etag}, "x"', 304), ("*", 304), ('"x"', 200)):
        answer = await client.get(url, headers={"If-None-Match": sent})
        assert (answer.status_code, bool(answer.content)) == (status, status == 200)
        assert answer.headers["etag"] == etag
    refusal(await client.get(f"{url}?w=801"), 422)
    refusal(await client.get(url[:-1]), 404)
