"""Retry in every form. What is missing is judged by one query, `unfinished`, for everyone who asks."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import case, func, insert, null, select, update

from trailwright.domain.content import CONTENT_TYPES, ContentType
from trailwright.domain.dispatch import hint
from trailwright.domain.lifecycle import ItemEvent, ItemStatus, Priority, TaskStatus, TaskType, move
from trailwright.domain.workflow import FRAMEWORK_KINDS, KINDS, Kind
from trailwright.errors import AppError, BadRequestError, ConflictError, NotFoundError, TooManyRequestsError
from trailwright.events.shapes import EventType
from trailwright.kit import ids
from trailwright.kit.db import Row, Snapshot, Tx
from trailwright.roadmaps import frameworks
from trailwright.tasks.commands import lock_with_roadmap, must_lock, new_task_row, refuse_past
from trailwright.tasks.held import HeldTask, lock_task
from trailwright.tasks.leases import is_clicked, listed, say_step
from trailwright.tasks.models import FRESH, items, task_items, tasks
from trailwright.tasks.progressing import ask_questions, ask_review, link, say_content_queued


@dataclass(frozen=True)
class Wish:
    """What a learner asks of a new version of one item."""

    preferences: dict[str, Any] = field(default_factory=dict)
    instruction: str = ""
    deadline: dt.date | None = None


_NOT_ENDED = {
    TaskStatus.PAUSED: "The task is paused. Resume it, and it goes on where it was.",
    TaskStatus.HUMAN_REVIEW_PENDING: "The task waits for your decision about its plan.",
}
NOT_APPROVED = "The plan is not approved yet. Its content is made once it is."


async def unfinished(
    reader: Snapshot,
    roadmap_id: str,
    content_types: Collection[str] | None = None,
    only: str = "unfinished",
) -> Sequence[Row]:
    """A roadmap's content items that are not completed, in learning order.

    `only`: `failed`, `missing` (never written, or not ready) or `unfinished`, which is both.
    """
    conditions = [
        items.c.roadmap_id == roadmap_id,
        items.c.concept_id != "",
        items.c.dropped_at.is_(None),
        items.c.status != ItemStatus.COMPLETED.value,
        items.c.kind.in_(list(content_types or CONTENT_TYPES)),
    ]
    if only == "failed":
        conditions.append(items.c.status == ItemStatus.FAILED.value)
    if only == "missing":
        conditions.append(items.c.current_version == 0)
    return await reader.rows(select(items).where(*conditions).order_by(items.c.position))


async def retry_task(tx: Tx, task_id: str, content_types: Collection[str] | None = None) -> dict[str, Any]:
    """The same task goes on where it can: contract section 4, `recovery_type`."""
    roadmap, held = await lock_with_roadmap(tx, task_id)
    if not held.is_terminal:
        raise ConflictError(_NOT_ENDED.get(held.status, "The task is still running."), code="still_running")
    if held.row["task_type"] == TaskType.CREATION and not await _has_content(tx, held):
        return await _retry_framework(tx, roadmap, held)
    rows = await _own_unfinished(tx, held, content_types)
    free = [row for row in rows if row["task_id"] is None]
    skipped = len(rows) - len(free)
    if not free:
        if skipped:
            raise ConflictError("What is missing is being made by another task.", code="still_running")
        raise BadRequestError("Nothing is missing.", code="nothing_to_retry")
    was_cancelled = held.status is TaskStatus.CANCELLED
    recovery = "restart_content_generation" if was_cancelled else "retry_failed_items"
    held.reopen()
    finished = await _square(tx, held)
    _say_retried(held, [*finished, *await queue(tx, held, free)], recovery)
    concepts = len({row["concept_id"] for row in free})
    say_content_queued(held, total_concepts=concepts, recovery_type=recovery)
    await held.write(tx)
    return _answer(held, recovery, len(free), skipped)


async def _has_content(tx: Tx, held: HeldTask) -> bool:
    about = (items.c.roadmap_id == held.row["roadmap_id"], items.c.concept_id != "")
    return bool(await tx.value(select(func.count()).where(*about)))


async def _own_unfinished(tx: Tx, held: HeldTask, content_types: Collection[str] | None) -> Sequence[Row]:
    rows = await unfinished(tx, held.row["roadmap_id"], content_types)
    if held.row["task_type"] == TaskType.CREATION:
        return rows
    own = await tx.rows(select(task_items.c.item_id).where(task_items.c.task_id == held.task_id))
    mine = {row["item_id"] for row in own}
    return [row for row in rows if row["item_id"] in mine]


async def _square(tx: Tx, held: HeldTask) -> Sequence[Row]:
    """What happened to its items since it ended counts before it goes on; those that others finished."""
    statement = (
        select(items, task_items.c.outcome)
        .join(task_items, task_items.c.item_id == items.c.item_id)
        .where(task_items.c.task_id == held.task_id)
        .order_by(items.c.position)
    )
    finished = []
    for row in await tx.rows(statement):
        before, after = row["outcome"], row["outcome"]
        if row["dropped_at"] is not None:
            after = "dropped"
        elif row["status"] == ItemStatus.COMPLETED.value:
            after = "completed"
        elif before == "dropped":
            after = None
        if after != before:
            await _recount(tx, held, row["item_id"], before, after)
            if after == "completed":
                finished.append(row)
    return finished


async def _recount(tx: Tx, held: HeldTask, item_id: str, before: str | None, after: str | None) -> None:
    held.row["done"] += (after == "completed") - (before == "completed")
    held.row["failed"] += (after == "failed") - (before == "failed")
    held.row["total"] += (before == "dropped") - (after == "dropped")
    await tx.run(
        update(task_items)
        .where(task_items.c.task_id == held.task_id, task_items.c.item_id == item_id)
        .values(outcome=after)
    )


async def queue(tx: Tx, held: HeldTask, rows: Sequence[Row]) -> Sequence[Row]:
    """Give free items to a task, to wait for their turn; the rows as they are then.

    A person's retry of one item goes first and is generating at once, here as in `retry_item`. Of a completed
    item nothing stays that was wished and taken back.
    """
    about = await tx.rows(select(task_items).where(task_items.c.task_id == held.task_id))
    outcomes = {row["item_id"]: row["outcome"] for row in about}
    await link(tx, held, [row["item_id"] for row in rows if row["item_id"] not in outcomes])
    for row in rows:
        if outcomes.get(row["item_id"]) is not None:
            await _recount(tx, held, row["item_id"], outcomes[row["item_id"]], None)
    clicked = is_clicked(held.row["task_type"])
    values = {
        "status": move(ItemStatus.FAILED, ItemEvent.CLICKED if clicked else ItemEvent.QUEUED).value,
        "task_id": held.task_id,
        "priority": Priority.CLICK if clicked else Priority.BULK,
        "payload": case((items.c.status == ItemStatus.COMPLETED.value, null()), else_=items.c.payload),
        "updated_at": held.now,
        **FRESH,
    }
    chosen = items.c.item_id.in_([row["item_id"] for row in rows])
    held.row["open_items"] += len(rows)
    queued = await tx.rows(update(items).where(chosen).values(values).returning(items))
    kinds = [(Kind(row["kind"]), row["item_id"]) for row in queued]
    tx.hints += [hint(kind, one, held.task_id, clicked=clicked, again=True) for kind, one in kinds]
    return sorted(queued, key=lambda row: row["position"])


def _say_retried(held: HeldTask, rows: Sequence[Row], recovery: str) -> None:
    held.say(
        EventType.RETRIED,
        "Going on with what is missing.",
        progress=held.progress(),
        data={"items": listed(rows), "recovery_type": recovery},
    )


def _answer(held: HeldTask, recovery: str, retried: int, skipped: int) -> dict[str, Any]:
    return {
        "success": True,
        "task_id": held.task_id,
        "roadmap_id": held.row["roadmap_id"],
        "recovery_type": recovery,
        "retried_count": retried,
        "skipped": skipped,
        "message": "Going on with what is missing.",
    }


async def _retry_framework(tx: Tx, roadmap: Row, held: HeldTask) -> dict[str, Any]:
    steps = await tx.rows(
        select(items)
        .where(items.c.roadmap_id == held.row["roadmap_id"], items.c.kind.in_(list(FRAMEWORK_KINDS)))
        .order_by(items.c.created_at, items.c.round, items.c.part)
    )
    open_steps = [row for row in steps if row["status"] != ItemStatus.COMPLETED.value]
    held.reopen()
    if not open_steps:
        return await _retry_review(tx, roadmap, held, steps)
    chosen = items.c.item_id.in_([row["item_id"] for row in open_steps])
    values = {
        "status": move(ItemStatus.FAILED, ItemEvent.QUEUED).value,
        "task_id": held.task_id,
        "updated_at": held.now,
        **FRESH,
    }
    await tx.run(update(items).where(chosen).values(values))
    tx.hints += [hint(Kind(row["kind"]), row["item_id"], held.task_id) for row in open_steps]
    held.row["open_items"] += len(open_steps)
    step = KINDS[Kind(open_steps[0]["kind"])].step
    _say_retried(held, open_steps, "resume_framework")
    say_step(held, step, recovery_type="resume_framework")
    await held.write(tx)
    return _answer(held, "resume_framework", len(open_steps), 0)


async def _retry_review(tx: Tx, roadmap: Row, held: HeldTask, steps: Sequence[Row]) -> dict[str, Any]:
    _say_retried(held, [], "resume_review")
    last = [row for row in steps if row["kind"] == Kind.VALIDATION.value]
    if last:
        newest = max(last, key=lambda row: row["round"])
        ask_review(held, int(roadmap["version"]), (newest["result"] or {}).get("findings", []))
    else:
        ask_questions(held, (steps[0]["result"] or {}).get("questions", []))
    await held.write(tx)
    return _answer(held, "resume_review", 0, 0)


async def retry_item(
    tx: Tx,
    user_id: str,
    roadmap_id: str,
    concept_id: str,
    content_type: ContentType,
    wish: Wish,
    *,
    limit: int,
    window_s: float,
    max_cost_usd: float | None = None,
) -> dict[str, Any]:
    """A user's retry of one item; a double click is one task. Raises `InvalidError` for a past deadline."""
    roadmap = await must_lock_roadmap(tx, roadmap_id)
    refuse_past(wish.deadline, roadmap["now"])
    row = await _item_row(tx, roadmap_id, concept_id, content_type)
    if row["task_id"] is not None:
        doubled = await _join_owner(tx, row)
        if doubled is not None:
            return doubled
        row = await _item_row(tx, roadmap_id, concept_id, content_type)
    await _within_limit(tx, roadmap, concept_id, content_type, limit, window_s)
    task_id = ids.retry_task_id(content_type, concept_id)
    held = await open_task(
        tx,
        new_task_row(
            task_id=task_id,
            user_id=user_id,
            roadmap_id=roadmap_id,
            task_type=TaskType(f"retry_{content_type}"),
            title=roadmap["title"],
            now=roadmap["now"],
            concept_id=concept_id,
            content_type=content_type,
            max_cost_usd=max_cost_usd,
        ),
    )
    await _click(tx, held, row, wish)
    return item_answer(concept_id, content_type, task_id, ItemStatus.GENERATING, deduplicated=False)


async def _item_row(tx: Tx, roadmap_id: str, concept_id: str, content_type: str) -> Row:
    statement = select(items).where(
        items.c.roadmap_id == roadmap_id,
        items.c.concept_id == concept_id,
        items.c.kind == content_type,
        items.c.dropped_at.is_(None),
    )
    row = await tx.row(statement)
    if row is None:
        raise await absent_concept(tx, roadmap_id, {concept_id})
    return row


async def absent_concept(reader: Snapshot, roadmap_id: str, concept_ids: Collection[str]) -> AppError:
    """Why these concepts have no items: one is not in the plan, or the plan is not approved."""
    if set(concept_ids) <= set(await frameworks.concept_names(reader, roadmap_id)):
        return ConflictError(NOT_APPROVED, code="not_approved")
    return NotFoundError("There is no such concept in this roadmap.", code="concept_not_found")


async def _click(tx: Tx, held: HeldTask, row: Row, wish: Wish) -> None:
    """The item belongs to the user's own retry: generating, next in line."""
    values = {
        "status": move(ItemStatus(row["status"]), ItemEvent.CLICKED).value,
        "task_id": held.task_id,
        "priority": Priority.CLICK,
        "payload": {"preferences": wish.preferences, "instruction": wish.instruction},
        "updated_at": held.now,
        **FRESH,
    }
    clicked = items.c.item_id == row["item_id"]
    after = await tx.rows(update(items).where(clicked).values(values).returning(items))
    tx.hints.append(hint(Kind(row["kind"]), row["item_id"], held.task_id, clicked=True))
    await link(tx, held, [row["item_id"]])
    held.row["open_items"] = 1
    say_content_queued(held, items=listed(after))
    await held.write(tx)


async def must_lock_roadmap(tx: Tx, roadmap_id: str) -> Row:
    """The roadmap under lock; `NotFoundError` when it is gone or deleted."""
    roadmap = await frameworks.lock_roadmap(tx, roadmap_id)
    if roadmap is None:
        raise NotFoundError("There is no such roadmap.", code="roadmap_not_found")
    return roadmap


async def open_task(tx: Tx, row: dict[str, Any]) -> HeldTask:
    """Insert a task and lock it."""
    await tx.run(insert(tasks), row)
    return await must_lock(tx, row["task_id"])


async def _join_owner(tx: Tx, row: Row) -> dict[str, Any] | None:
    """The answer when a live task owns the item; None when it was settled meanwhile."""
    owner = await lock_task(tx, row["task_id"])
    now = await tx.row(select(items).where(items.c.item_id == row["item_id"]))
    if owner is None or now is None or now["task_id"] != owner.task_id:
        return None
    if owner.status is TaskStatus.PAUSED:
        raise ConflictError("The task that makes this is paused. Resume it first.", code="paused")
    await tx.run(update(items).where(items.c.item_id == row["item_id"]).values(priority=Priority.CLICK))
    tx.topics.add(owner.task_id)
    return item_answer(
        row["concept_id"], row["kind"], owner.task_id, ItemStatus(now["status"]), deduplicated=True
    )


def item_answer(
    concept_id: str, content_type: str, task_id: str, status: ItemStatus, *, deduplicated: bool
) -> dict[str, Any]:
    """The answer to a single retry."""
    return {
        "success": True,
        "concept_id": concept_id,
        "content_type": content_type,
        "message": "It is being made already." if deduplicated else "It is being made anew.",
        "data": {"task_id": task_id, "status": status.value, "deduplicated": deduplicated},
    }


async def _within_limit(
    tx: Tx, roadmap: Row, concept_id: str, content_type: str, limit: int, window_s: float
) -> None:
    since = roadmap["now"] - round(window_s * 1000)
    statement = select(func.count().label("count"), func.min(tasks.c.created_at).label("oldest")).where(
        tasks.c.roadmap_id == roadmap["roadmap_id"],
        tasks.c.concept_id == concept_id,
        tasks.c.task_type == f"retry_{content_type}",
        tasks.c.created_at > since,
    )
    row = await tx.row(statement)
    if row is not None and row["count"] >= limit:
        wait_s = max(1, -(-(row["oldest"] - since) // 1000))
        raise TooManyRequestsError(
            f"This was written anew {row['count']} times already. Try again later.",
            code="retry_limit",
            headers={"Retry-After": str(wait_s)},
        )
