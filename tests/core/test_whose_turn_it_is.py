"""What a pump may take next: clicks, then the task with the fewest in flight, then learning order."""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, select, update

from tests.support import engine as e
from tests.support.postgres import Postgres
from trailwright.domain.lifecycle import Priority
from trailwright.domain.workflow import CONTENT_KINDS, Kind
from trailwright.kit.db import Database, Row, Tx
from trailwright.tasks import leases
from trailwright.tasks.models import items

FAR_AWAY = 9_999_999_999_999


async def in_turn(db: Database, kinds: Sequence[Kind]) -> list[str]:
    """All of it by the definition, from all rows."""
    async with db.reading() as reader:
        rows = await reader.rows(select(items).where(items.c.task_id.is_not(None)))
    flying = Counter(row["task_id"] for row in rows if row["lease_until"] is not None)
    waiting: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["lease_until"] is None and row["not_before"] is None and row["kind"] in kinds:
            waiting[row["task_id"]].append(row)
    turns = []
    for task_id, mine in waiting.items():
        mine.sort(key=lambda row: (row["priority"], row["position"], row["item_id"]))
        turns += [
            (row["priority"], flying[task_id] + turn, row["position"], row["item_id"])
            for turn, row in enumerate(mine, 1)
        ]
    return [item_id for *_, item_id in sorted(turns)]


async def some_tasks(db: Database, rng: random.Random, count: int) -> None:
    """Of different sizes, some of their items at work, some not due, some put to the front."""
    for _ in range(count):
        task_id, roadmap_id = await e.a_task(db, rng.randint(1, 6))
        await e.claim(db, task_id, rng.randint(0, 4))
        for row in await e.item_rows(db, roadmap_id):
            if row["lease_until"] is None and rng.random() < 0.3:
                changed = rng.choice([{"not_before": FAR_AWAY}, {"priority": Priority.CLICK}])
                change = update(items).where(items.c.item_id == row["item_id"]).values(changed)
                await db.transact(partial(Tx.run, statement=change))


async def found(db: Database, kinds: Sequence[Kind], limit: int) -> list[str]:
    async with db.reading() as reader:
        return [one.item_id for one in await leases.candidates(reader, kinds, limit)]


@pytest.mark.parametrize("seed", range(4))
async def test_as_the_definition_says(migrated_database_url: str, seed: int) -> None:
    rng = random.Random(seed)
    async with e.a_database(migrated_database_url) as db:
        await some_tasks(db, rng, 6)
        for kinds in (CONTENT_KINDS, [Kind.QUIZ]):
            right = await in_turn(db, kinds)
            for limit in (8, 11, 16, 200):
                assert await found(db, kinds, limit) == right[:limit]


async def test_tasks_whose_work_is_not_due_keep_nobody_from_it(migrated_database_url: str) -> None:
    """However many of them there are that have nothing in flight."""
    async with e.a_database(migrated_database_url) as db:
        busy, _ = await e.a_task(db, 2)
        await e.claim(db, busy, 3)
        for _ in range(12):
            _, roadmap_id = await e.a_task(db, 1)
            away = update(items).where(items.c.roadmap_id == roadmap_id).values(not_before=FAR_AWAY)
            await db.transact(partial(Tx.run, statement=away))
        assert await found(db, CONTENT_KINDS, 1) == (await e.waiting(db, busy, CONTENT_KINDS))[:1]
        assert len(await found(db, CONTENT_KINDS, 5)) == 3


async def test_a_large_task_is_not_read_to_its_end(migrated_database_url: str) -> None:
    async with e.a_database(migrated_database_url) as db:
        task_id, _ = await e.a_task(db, 40)
        right = await in_turn(db, CONTENT_KINDS)
        assert await found(db, CONTENT_KINDS, 5) == right[:5]
        await e.claim(db, task_id, 7, kinds=CONTENT_KINDS)
        assert await found(db, CONTENT_KINDS, 5) == right[7:12]


MANY = """
INSERT INTO roadmaps SELECT (jsonb_populate_record(one, jsonb_build_object('roadmap_id', n))).*
  FROM roadmaps one, generate_series(1, 1000) n;
INSERT INTO tasks SELECT (jsonb_populate_record(one, jsonb_build_object('task_id', n, 'roadmap_id', n))).*
  FROM tasks one, generate_series(1, 1000) n;
INSERT INTO items SELECT (jsonb_populate_record(one,
    jsonb_build_object('item_id', one.item_id || n, 'task_id', n, 'roadmap_id', n))).*
  FROM items one, generate_series(1, 1000) n WHERE one.task_id IS NOT NULL;
"""


async def test_a_look_reads_as_little_however_much_there_is(
    postgres: Postgres, postgres_template: str
) -> None:
    """Of a thousand tasks and one of 120 items PostgreSQL reads some rows; planned once a connection."""
    async with e.a_database(postgres.fresh_database(postgres_template)) as db:
        name = db.url.database or ""
        await e.a_task(db, 1)
        postgres.run_sql(MANY, name)
        task_id, _ = await e.a_task(db, 40)
        await e.claim(db, task_id, 1)
        postgres.run_sql("ANALYZE", name)
        asked: list[tuple[str, object]] = []
        event.listen(db.engines[-1].sync_engine, "before_cursor_execute", lambda *of: asked.append(of[2:4]))
        assert len(await found(db, CONTENT_KINDS, 4)) == 4
        [(statement, parameters)] = [one for one in asked if "flying" in one[0]]
        assert not parameters
        [plan] = json.loads(postgres.run_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", name))
        assert rows_read(plan["Plan"]) < 100


def rows_read(plan: dict[str, Any]) -> int:
    """By all scans, what was thrown away again too."""
    mine = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    below = sum(rows_read(part) for part in plan.get("Plans", ()))
    return below + (mine if "Scan" in plan["Node Type"] and "Relation Name" in plan else 0)
