"""Taking items back from processes that are silent, ended or leaving."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, func, select, tuple_, update

from trailwright.domain.dispatch import hint
from trailwright.domain.lifecycle import ItemEvent, ItemStatus, move
from trailwright.domain.workflow import FRAMEWORK_KINDS, Kind
from trailwright.kit.clock import db_now
from trailwright.kit.db import Row, Snapshot, Tx
from trailwright.roadmaps.frameworks import concept_names, lock_roadmap
from trailwright.tasks.held import HeldTask, lock_task
from trailwright.tasks.leases import MAX_LOSSES, is_clicked, say_requeued, take_back
from trailwright.tasks.models import items
from trailwright.tasks.outcomes import GaveUp, Spent
from trailwright.tasks.settling import fail

_LOST = GaveUp(
    "worker_lost",
    "The program ended three times while this was being made. Try again; if it repeats, look into the log.",
    Spent(),
)


_IS_OWNED = and_(items.c.lease_until.is_not(None), items.c.task_id.is_not(None))
"""Leased and a task's; covers are nobody's, `covering` takes them back."""


async def overdue(reader: Snapshot) -> list[str]:
    """Tasks with at least one lease that has run out."""
    statement = select(items.c.task_id).where(_IS_OWNED, items.c.lease_until < db_now()).distinct()
    return [row["task_id"] for row in await reader.rows(statement)]


async def reap(tx: Tx, task_id: str) -> int:
    """Take back a task's items whose lease has run out, tested again under the lock; how many."""
    expired = and_(items.c.lease_until.is_not(None), items.c.lease_until < db_now())
    return await _take_back(tx, task_id, expired, reason="worker_lost", count_loss=1)


async def leased_tasks(reader: Snapshot) -> dict[str, int]:
    """Every task with leases, and how many leases there are in all."""
    statement = (
        select(items.c.task_id, func.count().label("count")).where(_IS_OWNED).group_by(items.c.task_id)
    )
    return {row["task_id"]: row["count"] for row in await reader.rows(statement)}


async def take_all_back(tx: Tx, task_id: str, *, alone: bool) -> int:
    """Take every lease of a task back: the process that held them is known to be dead."""
    held = items.c.lease_until.is_not(None)
    return await _take_back(tx, task_id, held, reason="worker_lost", count_loss=int(alone))


async def release(tx: Tx, task_id: str, keys: Collection[tuple[str, int]], *, alone: bool) -> int:
    """Give back what a leaving process still holds."""
    mine = and_(tuple_(items.c.item_id, items.c.token).in_(list(keys)), items.c.lease_until.is_not(None))
    return await _take_back(tx, task_id, mine, reason="released", count_loss=int(alone))


async def _take_back(tx: Tx, task_id: str, where: Any, *, reason: str, count_loss: int) -> int:
    roadmap_id = await _roadmap_of_step(tx, task_id)
    if roadmap_id is not None:
        await lock_roadmap(tx, roadmap_id)
    held = await lock_task(tx, task_id)
    if held is None:
        return 0
    rows = await take_back(tx, held, where, count_loss=count_loss)
    poisoned = [row for row in rows if row["losses"] >= MAX_LOSSES]
    waiting = [row for row in rows if row["losses"] < MAX_LOSSES]
    names = await concept_names(tx, held.row["roadmap_id"]) if rows else {}
    say_requeued(held, waiting, reason, names)
    for row in poisoned:
        await _poison(tx, held, row)
    clicked = is_clicked(held.row["task_type"])
    tx.hints += [hint(Kind(row["kind"]), row["item_id"], task_id, clicked=clicked) for row in waiting]
    if rows:
        await held.write(tx)
    return len(rows)


async def _roadmap_of_step(tx: Tx, task_id: str) -> str | None:
    """The roadmap, when a framework step is leased: its failure ends the task."""
    statement = select(items.c.roadmap_id).where(
        items.c.task_id == task_id,
        items.c.kind.in_([kind.value for kind in FRAMEWORK_KINDS]),
        items.c.lease_until.is_not(None),
    )
    found = await tx.value(statement)
    return str(found) if found is not None else None


async def _poison(tx: Tx, held: HeldTask, row: Row) -> None:
    """Three processes ended with this item in hand: it fails, so that it takes no fourth with it."""
    await tx.run(
        update(items)
        .where(items.c.item_id == row["item_id"], items.c.task_id == held.task_id)
        .values(
            status=move(ItemStatus.GENERATING, ItemEvent.GAVE_UP).value,
            task_id=None,
            error_code=_LOST.code,
            error_message=_LOST.message,
        )
    )
    held.row["open_items"] -= 1
    await fail(tx, held, row["concept_id"], row["kind"], row["item_id"], _LOST, row["attempt"])
