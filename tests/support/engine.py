"""The trade's words for tests of the engine: a task, a claim, a delivery; real rows, no model."""

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import select

from trailwright import migrations
from trailwright.contents.commands import NewVersion
from trailwright.domain.content import Receipt
from trailwright.domain.framework import Concept, Framework, Module, Stage
from trailwright.domain.preferences import Preferences
from trailwright.domain.workflow import Kind
from trailwright.errors import LeaseLost
from trailwright.events import log
from trailwright.events.shapes import Event
from trailwright.kit.db import Database, Row
from trailwright.kit.ids import new_id
from trailwright.tasks import leases
from trailwright.tasks.commands import Decision, Order, review, start
from trailwright.tasks.leases import Claimed
from trailwright.tasks.models import items, tasks
from trailwright.tasks.outcomes import Delivered, GaveUp, Outcome, Spent, StepDone
from trailwright.tasks.settling import settle

__all__ = ["Event", "LeaseLost", "StepDone", "log"]
USER = "local"
LEASE_MS = 30_000
SPENT = Spent(model="test", input_tokens=10, output_tokens=20, cost_usd=0.01, calls=1, duration_ms=5)


@asynccontextmanager
async def a_database(url: str, pool_size: int = 5) -> AsyncIterator[Database]:
    """A migrated database, closed at the end."""
    db = Database(url, pool_size)
    try:
        await migrations.upgrade(db)
        yield db
    finally:
        await db.close()


def a_framework(roadmap_id: str, concepts: int, prefix: str = "", per_module: int = 10_000) -> Framework:
    """One stage, `concepts` concepts in a chain; one module, unless there are more than `per_module`."""
    tag = prefix or roadmap_id[-8:]
    made = [
        Concept(
            concept_id=f"c-{tag}-{n}",
            name=f"Concept {n}" if per_module > concepts else a_name(n),
            prerequisites=[f"c-{tag}-{n - 1}"] if n else [],
        )
        for n in range(concepts)
    ]
    modules = [
        Module(module_id=f"m-{tag}-{n}", name="Module", concepts=made[n : n + per_module])
        for n in range(0, concepts, per_module)
    ]
    stage = Stage(stage_id=f"s-{tag}", name="Stage", modules=modules)
    return Framework(
        roadmap_id=roadmap_id, title="A way", stages=[stage], total_estimated_hours=float(concepts)
    )


def a_name(number: int) -> str:
    """Three made-up words that are not like those of another number: questions about it are not, either."""
    rng = random.Random(number)
    return " ".join("".join(rng.choice(s) for s in ("bdfgklmnprstvz", "aeiou") * 3) for _ in "abc").title()


async def an_order(db: Database, *, auto_approve: bool = True, goal: str = "Bake bread") -> tuple[str, str]:
    """A task that has just been accepted: (task_id, roadmap_id)."""
    order = Order(Preferences(learning_goal=goal), auto_approve=auto_approve, size="mini")
    return await db.transact(lambda tx: start(tx, USER, order))


async def a_task(
    db: Database, concepts: int = 3, *, auto_approve: bool = True, per_module: int = 10_000
) -> tuple[str, str]:
    """A task whose framework is done: content waits (or the review, without `auto_approve`)."""
    task_id, roadmap_id = await an_order(db, auto_approve=auto_approve)
    await through_framework(db, task_id, roadmap_id, concepts, per_module)
    return task_id, roadmap_id


async def through_framework(
    db: Database, task_id: str, roadmap_id: str, concepts: int, per_module: int = 10_000
) -> None:
    """Do the steps that are open, as a mini roadmap has them, until content or review."""
    made = {
        Kind.INTENT: StepDone({"intent": {"title": "A way"}, "questions": []}, SPENT, "Understood."),
        Kind.OUTLINE: StepDone({"outline": {}, "complete": True, "modules": 1}, SPENT, "Drawn."),
        Kind.ASSEMBLY: StepDone(
            {},
            SPENT,
            "Assembled.",
            framework=a_framework(roadmap_id, concepts, per_module=per_module),
            summary="First design",
        ),
        Kind.VALIDATION: StepDone({"valid": True, "findings": []}, SPENT, "It holds."),
    }
    while claimed := await claim(db, task_id, kinds=list(made)):
        for one in claimed:
            await finish(db, one, made[one.kind])


async def waiting(db: Database, task_id: str, kinds: Sequence[Kind] = tuple(Kind)) -> list[str]:
    """Ids of a task's items that may be claimed now, best first."""
    async with db.reading() as snapshot:
        found = await leases.candidates(snapshot, kinds, 1000)
    return [one.item_id for one in found if one.task_id == task_id]


async def claim(
    db: Database,
    task_id: str,
    count: int = 1,
    *,
    kinds: Sequence[Kind] = tuple(Kind),
    lease_ms: int = LEASE_MS,
) -> list[Claimed]:
    """Claim the best `count` items of a task."""
    ids = (await waiting(db, task_id, kinds))[:count]
    if not ids:
        return []
    return await db.transact(lambda tx: leases.claim(tx, dict.fromkeys(ids, task_id), lease_ms))


async def finish(db: Database, claimed: Claimed, outcome: Outcome) -> None:
    """Settle, as the holder of the lease."""
    await db.transact(lambda tx: settle(tx, claimed, outcome))


def a_version(claimed: Claimed) -> Delivered:
    """A delivery; the object it names is not looked at by the engine."""
    version = NewVersion(
        version_id=new_id("v"),
        object_key=f"items/{claimed.item_id}/{claimed.token}.json",
        title="Title",
        summary="Summary",
        meta={},
        receipt=Receipt(checked_at="2026-01-01T00:00:00Z", checks=[]),
        model="test",
        prompt_digest="0" * 12,
    )
    return Delivered(version, SPENT)


def a_failure(code: str = "model_unavailable", *, stops: bool = False) -> GaveUp:
    """The end of an item without a version."""
    return GaveUp(code, "It failed.", SPENT, stops=stops)


async def deliver(db: Database, claimed: Claimed) -> None:
    """Hand a result in."""
    await finish(db, claimed, a_version(claimed))


async def approve(db: Database, task_id: str) -> None:
    """A person says yes."""
    await db.transact(lambda tx: review(tx, task_id, Decision("approve")))


async def task_row(db: Database, task_id: str) -> Row:
    """The task's row."""
    async with db.reading() as snapshot:
        row = await snapshot.row(select(tasks).where(tasks.c.task_id == task_id))
    assert row is not None
    return row


async def item_rows(db: Database, roadmap_id: str, *, content: bool = True) -> Sequence[Row]:
    """The roadmap's items in learning order."""
    statement = select(items).where(items.c.roadmap_id == roadmap_id).order_by(items.c.position)
    if content:
        statement = statement.where(items.c.concept_id != "")
    async with db.reading() as snapshot:
        return await snapshot.rows(statement)


async def events_of(db: Database, task_id: str) -> list[Event]:
    """The whole log."""
    async with db.reading() as snapshot:
        return await log.page(snapshot, task_id, 0, 100_000)


def types_of(events: Sequence[dict[str, Any]]) -> list[str]:
    """Just the types, in order."""
    return [event["type"] for event in events]
