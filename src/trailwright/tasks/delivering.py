"""Finished content, as many pieces of as many tasks as wait, in one transaction: all that settling means.

Who lost its lease meanwhile is refused and leaves no trace; the others go on.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, tuple_, update

from trailwright.contents.commands import add_versions, content_ref
from trailwright.domain.lifecycle import ItemEvent, ItemStatus, move
from trailwright.domain.sentences import say
from trailwright.domain.workflow import KINDS
from trailwright.events import log
from trailwright.events.shapes import EventType
from trailwright.kit.db import Row, Tx
from trailwright.tasks.booking import book
from trailwright.tasks.held import HeldTask, lock_tasks, write_all
from trailwright.tasks.leases import THING, Claimed, held_by
from trailwright.tasks.models import items, task_items
from trailwright.tasks.outcomes import Delivered
from trailwright.tasks.progressing import Concept, newest_version_ids

Delivery = tuple[Claimed, Delivered]
_ALL_THREE = 3


async def deliver(tx: Tx, deliveries: Sequence[Delivery]) -> set[tuple[str, int]]:
    """Settle pieces; the (item, token) pairs that counted. The others' leases were lost."""
    held = await lock_tasks(tx, {claimed.task_id for claimed, _ in deliveries})
    live = [one for one in deliveries if one[0].task_id in held]
    if not live:
        return set()
    siblings = await _lock_siblings(tx, {_concept(claimed) for claimed, _ in live})
    versions = await _close(tx, held, [claimed for claimed, _ in live])
    counted = [(held[one[0].task_id], *one) for one in live if one[0].item_id in versions]
    if not counted:
        return set()
    await add_versions(tx, [_version_row(*one, versions) for one in counted])
    await set_outcome(tx, [(task.task_id, claimed.item_id) for task, claimed, _ in counted], "completed")
    await book(tx, [(task, one.item_id, one.kind.value, made.spent) for task, one, made in counted])
    await log.note(tx, [_note(*one) for one in counted])
    ids = await _ids_of_finished(tx, siblings, versions)
    last = {_concept(claimed): claimed.item_id for _, claimed, _ in counted}
    for task, claimed, made in counted:
        task.quiet = True
        task.row["done"] += 1
        _say_delivered(task, claimed, made, versions[claimed.item_id])
        if _concept(claimed) in ids and last[_concept(claimed)] == claimed.item_id:
            _say_all_there(task, claimed, ids[_concept(claimed)])
    await write_all(tx, {task.task_id: task for task, _, _ in counted}.values())
    return {claimed.key for _, claimed, _ in counted}


def _concept(claimed: Claimed) -> Concept:
    return claimed.roadmap_id, claimed.concept_id


async def _lock_siblings(tx: Tx, concepts: set[Concept]) -> dict[Concept, list[Row]]:
    """All items of these concepts, locked before anyone judges that a concept's three are there."""
    statement = (
        select(items.c.item_id, items.c.roadmap_id, items.c.concept_id, items.c.status)
        .where(
            tuple_(items.c.roadmap_id, items.c.concept_id).in_(list(concepts)),
            items.c.dropped_at.is_(None),
        )
        .order_by(items.c.item_id)
        .with_for_update(key_share=True)
    )
    found: dict[Concept, list[Row]] = defaultdict(list)
    for row in await tx.rows(statement):
        found[row["roadmap_id"], row["concept_id"]].append(row)
    return found


async def _close(tx: Tx, held: Mapping[str, HeldTask], claimed: Sequence[Claimed]) -> dict[str, int]:
    """Complete and free the rows that are still held under these tokens; item → its new version."""
    task_of = {one.item_id: held[one.task_id] for one in claimed}
    statement = (
        update(items)
        .where(*held_by([one.key for one in claimed]), items.c.task_id.in_(list(held)))
        .values(
            status=move(ItemStatus.GENERATING, ItemEvent.DELIVERED).value,
            current_version=items.c.current_version + 1,
            task_id=None,
            lease_until=None,
            reserved_cost=0,
            tries=0,
            losses=0,
            error_code=None,
            error_message=None,
            payload=None,
            updated_at=max(task.now for task in held.values()),
        )
        .returning(items.c.item_id, items.c.current_version)
    )
    rows = await tx.rows(statement)
    for row in rows:
        task_of[row["item_id"]].row["open_items"] -= 1
    return {row["item_id"]: row["current_version"] for row in rows}


def _version_row(
    held: HeldTask, claimed: Claimed, made: Delivered, versions: Mapping[str, int]
) -> dict[str, Any]:
    spent = made.spent
    return made.version.row(
        item_id=claimed.item_id,
        version=versions[claimed.item_id],
        token=claimed.token,
        input_tokens=spent.input_tokens,
        output_tokens=spent.output_tokens,
        cost_usd=spent.cost_usd,
        duration_ms=spent.duration_ms,
        created_at=held.now,
    )


async def set_outcome(tx: Tx, pieces: Sequence[tuple[str, str]], outcome: str) -> None:
    """What each task's own log says of its item, for good; ids of tasks and items."""
    about = tuple_(task_items.c.task_id, task_items.c.item_id).in_(pieces)
    await tx.run(update(task_items).where(about).values(outcome=outcome))


def _note(held: HeldTask, claimed: Claimed, made: Delivered) -> dict[str, Any]:
    facts = KINDS[claimed.kind]
    return log.line(
        held.task_id,
        step=facts.log_step,
        agent=facts.agent,
        words=say("ready", title=made.version.title),
        now=held.now,
        duration_ms=made.spent.duration_ms,
        details={
            "concept_id": claimed.concept_id,
            "attempt": claimed.attempt,
            "version_id": made.version.version_id,
        },
    )


async def _ids_of_finished(
    tx: Tx, siblings: Mapping[Concept, Sequence[Row]], versions: Mapping[str, int]
) -> dict[Concept, dict[str, str]]:
    """Newest version ids of the concepts whose three items are all completed now."""
    ready = [
        concept
        for concept, rows in siblings.items()
        if len([row for row in rows if _is_ready(row, versions)]) == _ALL_THREE
    ]
    found = await newest_version_ids(tx, ready)
    return {concept: ids for concept, ids in found.items() if len(ids) == _ALL_THREE}


def _is_ready(row: Row, versions: Mapping[str, int]) -> bool:
    return row["item_id"] in versions or row["status"] == ItemStatus.COMPLETED.value


def _say_delivered(held: HeldTask, claimed: Claimed, made: Delivered, version: int) -> None:
    kind = claimed.kind.value
    held.say(
        EventType.CONCEPT_COMPLETE,
        f"{THING[claimed.kind]} of {claimed.concept_name} is ready.",
        concept_id=claimed.concept_id,
        concept_name=claimed.concept_name,
        content_type=kind,
        progress=held.progress(),
        data={
            f"{kind}_id": made.version.version_id,
            "title": made.version.title,
            "version": version,
            "content_ref": content_ref(claimed.roadmap_id, claimed.concept_id, kind, version),
            "attempt": claimed.attempt,
        },
    )
    say_tenth(held)


def say_tenth(held: HeldTask) -> None:
    """A `progress` event when another tenth of the content is finished."""
    total = held.row["total"]
    current = held.row["done"] + held.row["failed"]
    if current * 10 // total > (current - 1) * 10 // total:
        held.say(
            EventType.PROGRESS,
            f"{current} of {total} are finished.",
            step="content_generation",
            status="completed" if current == total else "processing",
            progress=held.progress(),
        )


def _say_all_there(held: HeldTask, claimed: Claimed, ids: dict[str, str]) -> None:
    """Once a concept, after the last of its pieces that was handed in."""
    held.say(
        EventType.CONCEPT_ALL_CONTENT_COMPLETE,
        f"{claimed.concept_name} can be learned now.",
        concept_id=claimed.concept_id,
        concept_name=claimed.concept_name,
        data=ids,
    )
