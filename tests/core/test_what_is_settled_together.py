"""Pieces of many tasks that come in at once: as many statements as for one task, and none spoils another."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import event

from tests.support import engine as e
from trailwright.domain.lifecycle import ItemStatus
from trailwright.domain.workflow import CONTENT_KINDS
from trailwright.kit.db import Database
from trailwright.tasks import commands, leases
from trailwright.tasks.delivering import deliver
from trailwright.tasks.leases import Claimed
from trailwright.work.settler import Settler

UNSENDABLE = "\ud800"
"""Half of a character: no database takes it."""


@pytest.fixture
async def db(migrated_database_url: str) -> AsyncIterator[Database]:
    async with e.a_database(migrated_database_url) as opened:
        yield opened


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """Those that change something or lock."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(db.engine.sync_engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine.sync_engine, "before_cursor_execute", note)


async def a_piece_of_each(db: Database, count: int) -> list[Claimed]:
    """One of each of so many tasks, claimed together."""
    wanted = {}
    for _ in range(count):
        task_id, _ = await e.a_task(db, 1)
        [item_id, *_] = await e.waiting(db, task_id, CONTENT_KINDS)
        wanted[item_id] = task_id
    claimed = await db.transact(partial(leases.claim, wanted=wanted, lease_ms=e.LEASE_MS))
    assert [one.item_id for one in claimed] == list(wanted), "all of them, in the order asked for"
    return claimed


async def status_of(db: Database, one: Claimed) -> str:
    rows = await e.item_rows(db, one.roadmap_id)
    return str(next(row["status"] for row in rows if row["item_id"] == one.item_id))


async def test_many_tasks_cost_as_many_statements_as_one(db: Database) -> None:
    sent = {}
    for count in (1, 8):
        claimed = await a_piece_of_each(db, count)
        with statements(db) as settling:
            made = [(one, e.a_version(one)) for one in claimed]
            counted = await db.transact(partial(deliver, deliveries=made))
        assert counted == {one.key for one in claimed}
        sent[count] = len(settling)
    assert sent[8] == sent[1], sent


async def test_each_task_hears_of_its_own_piece_alone(db: Database) -> None:
    claimed = await a_piece_of_each(db, 3)
    await db.transact(partial(deliver, deliveries=[(one, e.a_version(one)) for one in claimed]))
    for one in claimed:
        row = await e.task_row(db, one.task_id)
        assert (row["done"], row["open_items"], row["llm_calls"]) == (1, 2, row["llm_calls"])
        assert await status_of(db, one) == ItemStatus.COMPLETED


async def test_a_task_that_was_stopped_gives_nothing_and_the_others_all(db: Database) -> None:
    tasks = [await e.a_task(db, 1) for _ in "abc"]
    wanted = {(await e.waiting(db, task_id, CONTENT_KINDS))[0]: task_id for task_id, _ in tasks}
    await db.transact(partial(commands.cancel, task_id=tasks[1][0], reason=None))
    claimed = await db.transact(partial(leases.claim, wanted=wanted, lease_ms=e.LEASE_MS))
    assert [one.task_id for one in claimed] == [tasks[0][0], tasks[2][0]]
    await db.transact(partial(commands.cancel, task_id=tasks[0][0], reason=None))
    made = [(one, e.a_version(one)) for one in claimed]
    assert await db.transact(partial(deliver, deliveries=made)) == {claimed[1].key}


async def test_one_that_no_database_takes_spoils_no_other(db: Database) -> None:
    claimed = await a_piece_of_each(db, 4)
    made = [e.a_version(one) for one in claimed]
    made[1] = replace(made[1], version=replace(made[1].version, title=UNSENDABLE))
    settler = Settler(db)
    ended = await asyncio.gather(
        *(settler.deliver(one) for one in zip(claimed, made, strict=True)), return_exceptions=True
    )
    assert [ended[n] for n in (0, 2, 3)] == [True, True, True]
    assert isinstance(ended[1], Exception)
    assert [await status_of(db, one) for one in claimed] == [
        ItemStatus.GENERATING if n == 1 else ItemStatus.COMPLETED for n in range(4)
    ]
