"""Three processes ended with it in hand: it fails, and nothing beside it does."""

from collections.abc import AsyncIterator

import pytest

from tests.machine.machine import promises_hold
from tests.support import engine as e
from trailwright.domain.workflow import Kind
from trailwright.kit.db import Database
from trailwright.tasks import leases, reaping
from trailwright.tasks.retrying import retry_task

OVERDUE_MS = -1


@pytest.fixture
async def db(migrated_database_url: str) -> AsyncIterator[Database]:
    opened = Database(migrated_database_url)
    yield opened
    await opened.close()


async def lost(db: Database, task_id: str) -> None:
    """The task's best item is claimed by a process that ends."""
    [_] = await e.claim(db, task_id, lease_ms=OVERDUE_MS)
    assert await db.transact(lambda tx: reaping.reap(tx, task_id)) == 1


async def suspects(db: Database) -> list[str]:
    """Items that run alone or not yet."""
    async with db.reading() as snapshot:
        return [one.item_id for one in await leases.candidates(snapshot, tuple(Kind), 100) if one.suspect]


async def test_a_piece_fails_after_three_losses_and_its_neighbours_are_made(db: Database) -> None:
    task_id, roadmap_id = await e.a_task(db, concepts=2)
    poison = (await e.waiting(db, task_id))[0]
    assert await suspects(db) == []
    for _ in range(2):
        await lost(db, task_id)
    assert await suspects(db) == [poison]
    await lost(db, task_id)
    for one in await e.claim(db, task_id, 10):
        await e.deliver(db, one)
    statuses = {row["item_id"]: row["status"] for row in await e.item_rows(db, roadmap_id)}
    assert statuses.pop(poison) == "failed"
    assert set(statuses.values()) == {"completed"}
    row = await e.task_row(db, task_id)
    assert (row["status"], row["done"], row["failed"], row["total"]) == ("partial_failure", 5, 1, 6)
    [failed] = [event for event in await e.events_of(db, task_id) if event["type"] == "concept_failed"]
    assert failed["error"]["code"] == "worker_lost"
    assert failed["data"]["attempt"] == 3
    await promises_hold(db)


async def test_a_step_fails_the_task_after_three_losses_and_a_retry_goes_on(db: Database) -> None:
    task_id, roadmap_id = await e.an_order(db)
    for _ in range(3):
        await lost(db, task_id)
    row = await e.task_row(db, task_id)
    assert (row["status"], row["error_code"]) == ("failed", "worker_lost")
    answer = await db.transact(lambda tx: retry_task(tx, task_id))
    assert (answer["recovery_type"], answer["retried_count"]) == ("resume_framework", 1)
    assert await suspects(db) == []
    await e.through_framework(db, task_id, roadmap_id, 1)
    assert (await e.task_row(db, task_id))["total"] == 3
    await promises_hold(db)
