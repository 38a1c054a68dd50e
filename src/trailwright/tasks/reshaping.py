"""Items follow a hand edit: added concepts get items, removed ones are dropped, kept ones keep everything.

The caller holds the roadmap's lock and then those of its live tasks, in the order of their ids.
"""

from typing import Any

from sqlalchemy import insert, select, update

from trailwright.domain.framework import Framework
from trailwright.events.shapes import EventType
from trailwright.kit.db import Row, Tx
from trailwright.tasks.held import HeldTask
from trailwright.tasks.leases import take_back
from trailwright.tasks.models import items, task_items
from trailwright.tasks.progressing import add_content, content_item, in_order, link


async def reshape(
    tx: Tx, creation: HeldTask, live: dict[str, HeldTask], framework: Framework
) -> tuple[list[str], list[str]]:
    """Bring a roadmap's content items in line with `framework`; concept ids (added, dropped).

    New items join the creation task while it lives (it is in `live`), else they wait free for `missing`.
    """
    rows = await tx.rows(
        select(items).where(items.c.roadmap_id == creation.row["roadmap_id"], items.c.concept_id != "")
    )
    known = {(row["concept_id"], row["kind"]): row for row in rows}
    fresh: list[dict[str, Any]] = []
    back: list[Row] = []
    added: set[str] = set()
    for position, concept, kind in in_order(framework):
        row = known.pop((concept.concept_id, kind.value), None)
        if row is None:
            fresh.append(content_item(creation, concept.concept_id, kind, position))
            added.add(concept.concept_id)
        elif row["dropped_at"] is not None:
            back.append(row)
            added.add(concept.concept_id)
        if row is not None and (row["position"] != position or row["dropped_at"] is not None):
            values = {"position": position, "dropped_at": None}
            await tx.run(update(items).where(items.c.item_id == row["item_id"]).values(values))
    if creation.task_id in live:
        await add_content(tx, creation, fresh)
        await _bring_back(tx, creation, back)
    elif fresh:
        await tx.run(insert(items), [{**row, "task_id": None} for row in fresh])
    gone = [row for row in known.values() if row["dropped_at"] is None]
    await _drop(tx, creation, live, gone)
    return sorted(added), sorted({row["concept_id"] for row in gone})


async def _bring_back(tx: Tx, creation: HeldTask, rows: list[Row]) -> None:
    """A dropped item that is unfinished joins the live creation task again; a finished one counts again."""
    for row in rows:
        mine = (task_items.c.task_id == creation.task_id, task_items.c.item_id == row["item_id"])
        if await tx.row(select(task_items).where(*mine)) is None:
            await link(tx, creation, [row["item_id"]])
        else:
            creation.row["total"] += 1
        ready = row["current_version"] > 0
        await tx.run(update(task_items).where(*mine).values(outcome="completed" if ready else None))
        if ready:
            creation.row["done"] += 1
            continue
        await tx.run(update(items).where(items.c.item_id == row["item_id"]).values(task_id=creation.task_id))
        creation.row["open_items"] += 1


async def _drop(tx: Tx, creation: HeldTask, live: dict[str, HeldTask], rows: list[Row]) -> None:
    """Take items out of every live task's counts and stop who works on them; their versions stay."""
    if not rows:
        return
    ids = [row["item_id"] for row in rows]
    for held in live.values():
        await take_back(tx, held, items.c.item_id.in_(ids), free=True)
        await _uncount(tx, held, ids)
    await tx.run(update(items).where(items.c.item_id.in_(ids)).values(dropped_at=creation.now))


async def _uncount(tx: Tx, held: HeldTask, ids: list[str]) -> None:
    about = (task_items.c.task_id == held.task_id, task_items.c.item_id.in_(ids))
    for row in await tx.rows(select(task_items).where(*about)):
        if row["outcome"] == "dropped":
            continue
        held.row["total"] -= 1
        held.row["done"] -= row["outcome"] == "completed"
        held.row["failed"] -= row["outcome"] == "failed"
    await tx.run(update(task_items).where(*about).values(outcome="dropped"))


def say_changed(held: HeldTask, added: list[str], dropped: list[str], version: int) -> None:
    """`concepts_changed`: a reader looks at the framework again."""
    held.say(
        EventType.CONCEPTS_CHANGED,
        "The roadmap was edited.",
        progress=held.progress(),
        data={"added": added, "dropped": dropped, "version": version},
    )
