"""Covers in the engine: made by themselves, once, and never in the way of what is learned."""

import asyncio
import time
from functools import partial

import pytest
from sqlalchemy import delete, select

from tests.covers.support import (
    a_painter,
    change,
    claim_one,
    cover,
    cover_row,
    paint,
    pictures,
)
from tests.support import engine as e
from trailwright.covers import retention
from trailwright.domain.workflow import Kind
from trailwright.kit.clock import db_now
from trailwright.kit.db import Database
from trailwright.kit.storage import Storage
from trailwright.roadmaps import commands as roadmaps
from trailwright.roadmaps.archive import dump
from trailwright.tasks import commands, covering, reaping, upkeep
from trailwright.tasks.models import items
from trailwright.work import painting
from trailwright.work.painting import Painter

HOUR_MS = 3600 * 1000


async def ready_events(db: Database, task_id: str) -> list[e.Event]:
    return [event for event in await e.events_of(db, task_id) if event["type"] == "cover_ready"]


async def test_a_cover_waits_from_the_moment_a_plan_is_approved(db: Database) -> None:
    task_id, roadmap_id = await e.a_task(db, 1, auto_approve=False)
    assert (await cover(db, roadmap_id))["status"] == "not_started"
    await e.approve(db, task_id)
    assert (await cover(db, roadmap_id))["status"] == "pending"


async def test_a_living_task_tells_that_its_cover_is_ready(
    db: Database, storage: Storage, painter: Painter
) -> None:
    task_id, roadmap_id = await e.a_task(db, 1)
    await paint(painter)
    told = await cover(db, roadmap_id)
    assert (told["status"], told["source"]) == ("success", "local")
    [event] = await ready_events(db, task_id)
    assert event["data"] == told
    assert {one.size for one in await pictures(storage)} != {0}
    assert len(await pictures(storage)) == 2


async def test_nothing_follows_the_end_of_a_task(db: Database, painter: Painter) -> None:
    task_id, roadmap_id = await e.a_task(db, 1)
    for claimed in await e.claim(db, task_id, 10):
        await e.deliver(db, claimed)
    await paint(painter)
    assert e.types_of(await e.events_of(db, task_id))[-1] == "completed"
    assert (await cover(db, roadmap_id))["status"] == "success"


async def test_a_cover_is_no_content_of_its_task(db: Database) -> None:
    task_id, roadmap_id = await e.a_task(db, 2)
    row = await e.task_row(db, task_id)
    assert (row["open_items"], row["total"]) == (6, 6)
    async with db.reading() as snapshot:
        assert (await upkeep.counted(snapshot, task_id))["open_items"] == 6
    assert (await cover_row(db, roadmap_id))["task_id"] is None
    assert await e.waiting(db, task_id, [Kind.COVER]) == []


async def test_a_cancelled_task_keeps_its_cover(db: Database, painter: Painter) -> None:
    task_id, roadmap_id = await e.a_task(db, 1)
    await db.transact(lambda tx: commands.cancel(tx, task_id, None))
    await paint(painter)
    assert (await cover(db, roadmap_id))["status"] == "success"
    assert e.types_of(await e.events_of(db, task_id))[-1] == "cancelled"


async def test_many_painters_make_each_cover_once(db: Database, storage: Storage) -> None:
    ids = [(await e.a_task(db, 1))[1] for _ in range(6)]
    async with a_painter(db, storage) as one, a_painter(db, storage) as other:
        await asyncio.gather(paint(one), paint(other))
        made = [painter.keeper.counts.settled.get("NewCover", 0) for painter in (one, other)]
    assert sum(made) == len(ids)
    assert {(await cover_row(db, roadmap_id))["attempt"] for roadmap_id in ids} == {1}
    assert len(await pictures(storage)) == 2 * len(ids)


async def test_a_process_that_dies_with_a_cover_loses_none_and_makes_none_twice(
    db: Database, storage: Storage
) -> None:
    ids = [(await e.a_task(db, 1))[1] for _ in range(5)]
    async with a_painter(db, storage) as dead, a_painter(db, storage) as heir:
        await claim_one(dead)
        first = [await cover(db, roadmap_id) for roadmap_id in ids]
        assert [one["status"] for one in first].count("generating") == painting.SLOTS
        assert await db.transact(covering.take_all_back) == painting.SLOTS
        await paint(heir)
        await dead.keeper.idle(60)
        assert dead.keeper.counts.late_refused == painting.SLOTS
        assert heir.keeper.counts.settled == {"NewCover": len(ids)}
    told = [await cover(db, roadmap_id) for roadmap_id in ids]
    assert {one["status"] for one in told} == {"success"}
    assert {(await cover_row(db, roadmap_id))["current_version"] for roadmap_id in ids} == {1}


async def test_what_a_leaving_process_was_at_is_given_back(db: Database, painter: Painter) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    await claim_one(painter)
    assert await painter.drain() == 1
    row = await cover_row(db, roadmap_id)
    assert (row["status"], row["lease_until"], row["losses"]) == ("pending", None, 0)


async def test_a_silent_lease_is_taken_back_and_the_third_loss_ends_it(db: Database) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    for losses in (1, 2, 3):
        [item_id] = [(await cover_row(db, roadmap_id))["item_id"]]
        assert len(await db.transact(partial(covering.claim, item_ids=[item_id], lease_ms=1000))) == 1
        async with db.reading() as snapshot:
            assert not await covering.is_overdue(snapshot)
        assert await db.transact(covering.reap) == 0
        await change(db, roadmap_id, lease_until=1)
        async with db.reading() as snapshot:
            assert await covering.is_overdue(snapshot)
            assert await reaping.overdue(snapshot) == []
            assert await reaping.leased_tasks(snapshot) == {}
        assert await db.transact(covering.reap) == 1
        assert (await cover_row(db, roadmap_id))["losses"] == losses
    told = await cover(db, roadmap_id)
    assert (told["status"], told["error"]["code"]) == ("failed", "worker_lost")


async def test_three_tries_with_growing_waits_then_failed(
    db: Database, painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id, roadmap_id = await e.a_task(db, 1)
    monkeypatch.setattr("trailwright.covers.studio.sys.executable", "/nowhere/python")  # it cannot start
    waits = []
    for _ in range(2):
        await paint(painter)
        row = await cover_row(db, roadmap_id)
        assert row["status"] == "pending"
        waits.append(row["not_before"] - row["updated_at"])
        await change(db, roadmap_id, not_before=1)
    assert waits == [5_000, 20_000]
    await paint(painter)
    told = await cover(db, roadmap_id)
    assert (told["status"], told["error"]["code"]) == ("failed", "internal")
    assert (await cover_row(db, roadmap_id))["attempt"] == 3
    assert (await e.task_row(db, task_id))["status"] == "processing"


async def test_a_failed_cover_is_tried_again_hourly_and_five_times_a_day(db: Database) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    for hour in range(7):
        await change(db, roadmap_id, status="failed", error_code="internal", updated_at=db_now())
        assert await db.transact(covering.retry_failed) == 0, "not before an hour has passed"
        await change(db, roadmap_id, updated_at=db_now() - HOUR_MS)
        assert await db.transact(covering.retry_failed) == (1 if hour < 5 else 0)
    again = [at - 24 * HOUR_MS for at in (await cover_row(db, roadmap_id))["payload"]["again"]]
    await change(db, roadmap_id, payload={"again": again})
    assert await db.transact(covering.retry_failed) == 1, "a day later it begins again"
    assert "error" not in await cover(db, roadmap_id)


async def test_a_store_that_is_away_costs_no_try(db: Database, storage: Storage) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    keys = {"access_key_id": "someone", "secret_access_key": "secret"}
    gone = Storage.from_url("s3://nothing/here", endpoint="http://127.0.0.1:9", **keys)
    async with a_painter(db, gone) as painter:
        await paint(painter)
    gone.close()
    row = await cover_row(db, roadmap_id)
    assert (row["status"], row["tries"]) == ("pending", 0)
    assert row["not_before"] > row["updated_at"]
    await change(db, roadmap_id, not_before=None)
    async with a_painter(db, storage) as painter:
        await paint(painter)
    assert (await cover(db, roadmap_id))["status"] == "success"


async def test_a_roadmap_in_the_trash_gets_no_cover(db: Database, painter: Painter) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    await db.transact(lambda tx: roadmaps.throw_away(tx, roadmap_id))
    await paint(painter)
    assert (await cover_row(db, roadmap_id))["status"] == "pending"


async def test_another_title_gets_another_picture_and_the_same_title_none(
    db: Database, painter: Painter
) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    await paint(painter)
    before = await cover(db, roadmap_id)
    await db.transact(lambda tx: roadmaps.rename(tx, roadmap_id, "A way"))
    assert (await cover(db, roadmap_id))["status"] == "success"
    await db.transact(lambda tx: roadmaps.rename(tx, roadmap_id, "Learn to sail"))
    meanwhile = await cover(db, roadmap_id)
    assert (meanwhile["status"], meanwhile["url"]) == ("pending", before["url"])
    await paint(painter)
    after = await cover(db, roadmap_id)
    assert (after["status"], after["url"] != before["url"]) == ("success", True)


async def test_titles_that_change_all_day_are_worth_so_many_pictures(db: Database, painter: Painter) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    await paint(painter)
    asked = []
    for n in range(covering.MAX_RETITLED_AN_HOUR + 2):
        for title in (f"Learn to sail {n}", f"Learn to row {n}"):  # the second before the first is drawn
            await db.transact(partial(roadmaps.rename, roadmap_id=roadmap_id, title=title))
        asked.append((await cover(db, roadmap_id))["status"])
        await change(db, roadmap_id, status="completed")
    assert asked == ["pending"] * covering.MAX_RETITLED_AN_HOUR + ["success"] * 2
    payload = (await cover_row(db, roadmap_id))["payload"]
    long_ago = [at - covering.HOUR_MS for at in payload["retitled"]]
    await change(db, roadmap_id, payload=payload | {"retitled": long_ago})
    await db.transact(lambda tx: roadmaps.rename(tx, roadmap_id, "Learn to swim"))
    assert (await cover(db, roadmap_id))["status"] == "pending"


async def test_a_title_that_changes_while_it_is_drawn_is_the_one_that_is_shown(
    db: Database, storage: Storage
) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    async with a_painter(db, storage) as slow, a_painter(db, storage) as next_one:
        await claim_one(slow)
        await db.transact(lambda tx: roadmaps.rename(tx, roadmap_id, "Learn to sail"))
        await paint(next_one)
        shown = await cover(db, roadmap_id)
        await slow.keeper.idle(60)
    assert await cover(db, roadmap_id) == shown


async def test_a_roadmap_from_before_there_were_covers_gets_one(db: Database) -> None:
    _, approved = await e.a_task(db, 1)
    _, under_review = await e.a_task(db, 1, auto_approve=False)
    await db.transact(lambda tx: tx.run(delete(items).where(items.c.kind == "cover")))
    async with db.reading() as snapshot:
        assert await covering.missing(snapshot) == [approved]
    await db.transact(lambda tx: covering.ask_there(tx, [approved]))
    async with db.reading() as snapshot:
        assert await covering.missing(snapshot) == []
    assert (await cover(db, under_review))["status"] == "not_started"


async def test_a_cover_does_not_travel_with_an_export(db: Database) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    async with db.reading() as snapshot:
        rows = await dump(snapshot, roadmap_id)
    assert rows is not None
    assert {row["kind"] for row in rows["items"]} & {"cover"} == set()


async def test_pictures_nobody_shows_any_more_are_thrown_away(
    db: Database, storage: Storage, painter: Painter
) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    await paint(painter)
    old = {one.key for one in await pictures(storage)}
    await db.transact(lambda tx: roadmaps.rename(tx, roadmap_id, "Learn to sail"))
    await paint(painter)
    soon, later = time.time() * 1000, time.time() * 1000 + retention.GRACE_MS + 60_000
    assert await retention.sweep(db, storage, round(soon)) == 0
    assert await retention.sweep(db, storage, round(later)) == 2
    assert {one.key for one in await pictures(storage)} & old == set()
    await db.transact(lambda tx: roadmaps.throw_away(tx, roadmap_id))
    await db.transact(lambda tx: roadmaps.purge(tx, e.USER, roadmap_id))
    assert await retention.sweep(db, storage, round(later)) == 2
    assert await pictures(storage) == []


async def test_covers_lie_in_a_bucket_as_in_a_folder(db: Database, bucket: Storage) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    async with a_painter(db, bucket) as painter:
        await paint(painter)
    assert (await cover(db, roadmap_id))["status"] == "success"
    assert len(await pictures(bucket)) == 2


async def test_no_connection_is_held_while_a_cover_is_drawn(db: Database, painter: Painter) -> None:
    await e.a_task(db, 1)
    await claim_one(painter)
    async with asyncio.timeout(5):
        for _ in range(3):
            await db.transact(lambda tx: tx.value(select(1)))
    await painter.keeper.idle(60)
