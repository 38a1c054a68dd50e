"""What people may ask of tasks: one function, one transaction each; the first argument is the transaction."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from trailwright.domain.lifecycle import Asked, TaskStatus, TaskType
from trailwright.domain.preferences import Preferences, Size
from trailwright.domain.workflow import Kind, Step
from trailwright.errors import BadRequestError, ConflictError, InvalidError, NotFoundError
from trailwright.events.shapes import EventType
from trailwright.kit import ids
from trailwright.kit.clock import db_now, today_utc
from trailwright.kit.db import Row, Tx
from trailwright.roadmaps import frameworks, records
from trailwright.tasks.held import HeldTask, lock_task
from trailwright.tasks.leases import listed, say_requeued, say_step, take_back
from trailwright.tasks.models import items, reviews, tasks
from trailwright.tasks.progressing import add_steps, begin_content

PAUSABLE = frozenset({TaskStatus.PENDING, TaskStatus.PROCESSING, TaskStatus.HUMAN_REVIEW_PENDING})


@dataclass(frozen=True)
class Order:
    """What a learner orders with POST `/tasks/generate`."""

    preferences: Preferences
    additional_context: str = ""
    auto_approve: bool = False
    size: Size = "full"
    max_cost_usd: float | None = None


def new_task_row(
    *,
    task_id: str,
    user_id: str,
    roadmap_id: str,
    task_type: TaskType,
    title: str,
    now: int,
    **values: Any,
) -> dict[str, Any]:
    """A task's first row: going, pending, queued."""
    return {
        "task_id": task_id,
        "user_id": user_id,
        "roadmap_id": roadmap_id,
        "task_type": task_type.value,
        "title": title,
        "asked": Asked.GOING.value,
        "status": TaskStatus.PENDING.value,
        "current_step": Step.QUEUED.value,
        "auto_approve": False,
        "step_failed": False,
        "created_at": now,
        "updated_at": now,
        **values,
    }


def refuse_past(deadline: dt.date | None, now: int) -> None:
    """Raises `InvalidError` for a deadline that was before today (UTC)."""
    if deadline is not None and deadline < today_utc(now):
        field = {"field": "preferences.target_deadline", "message": "lies in the past"}
        raise InvalidError("The deadline lies in the past.", code="deadline_in_past", errors=[field])


async def start(tx: Tx, user_id: str, order: Order) -> tuple[str, str]:
    """A new roadmap and its creation task: their ids. Raises `InvalidError` for a past deadline."""
    now = int(await tx.value(select(db_now())))
    refuse_past(order.preferences.deadline_date(), now)
    goal = order.preferences.learning_goal
    task_id, roadmap_id = ids.task_id(), ids.roadmap_id(goal)
    title = " ".join(goal.split())[:120]
    roadmap = {
        "roadmap_id": roadmap_id,
        "user_id": user_id,
        "creation_task_id": task_id,
        "title": title,
        "preferences": order.preferences.model_dump(mode="json"),
        "additional_context": order.additional_context,
        "size": order.size,
        "created_at": now,
        "updated_at": now,
    }
    await records.create(tx, roadmap)
    row = new_task_row(
        task_id=task_id,
        user_id=user_id,
        roadmap_id=roadmap_id,
        task_type=TaskType.CREATION,
        title=title,
        now=now,
        auto_approve=order.auto_approve,
        max_cost_usd=order.max_cost_usd,
    )
    await tx.run(insert(tasks), row)
    held = await must_lock(tx, task_id)
    held.say(EventType.PROGRESS, "Accepted.", step=Step.QUEUED.value, status="processing")
    await add_steps(tx, held, Kind.INTENT, 0)
    await held.write(tx)
    return task_id, roadmap_id


async def must_lock(tx: Tx, task_id: str) -> HeldTask:
    """The task under lock; `NotFoundError` if there is none."""
    held = await lock_task(tx, task_id)
    if held is None:
        raise NotFoundError("There is no such task.", code="task_not_found")
    return held


async def lock_with_roadmap(tx: Tx, task_id: str) -> tuple[Row, HeldTask]:
    """Roadmap first, then the task: for whoever will also write the roadmap."""
    roadmap_id = await tx.value(select(tasks.c.roadmap_id).where(tasks.c.task_id == task_id))
    if roadmap_id is None:
        raise NotFoundError("There is no such task.", code="task_not_found")
    roadmap = await frameworks.lock_roadmap(tx, roadmap_id)
    if roadmap is None:
        raise NotFoundError("The roadmap of this task was deleted.", code="roadmap_not_found")
    return roadmap, await must_lock(tx, task_id)


@dataclass(frozen=True)
class Decision:
    """A person's word on what is under review; `version` None: whatever is under review now."""

    decision: str
    version: int | None = None
    feedback: str | None = None
    answers: dict[str, str] | None = None


async def review(tx: Tx, task_id: str, said: Decision) -> dict[str, Any]:
    """Approve or revise. The same decision on the same version again changes nothing and answers the same."""
    if said.decision == "revise" and not (said.feedback or "").strip():
        field = {"field": "feedback", "message": "is required to revise"}
        raise InvalidError("Say what should change.", code="feedback_required", errors=[field])
    roadmap, held = await lock_with_roadmap(tx, task_id)
    before = await _decided_before(tx, held, said)
    if before is not None:
        return before
    version = held.row["review_version"]
    if held.status is TaskStatus.PAUSED:
        raise ConflictError("The task is paused. Resume it first.", code="paused")
    if version is None or held.status is not TaskStatus.HUMAN_REVIEW_PENDING:
        raise ConflictError("Nothing waits for a decision here.", code="not_under_review")
    if said.version is not None and said.version != version:
        raise ConflictError(f"Version {version} is under review now. Look at it first.", code="old_version")
    if version == 0 and said.decision == "revise":
        raise ConflictError("Answer the questions with approve.", code="questions_open")
    await _decide(tx, roadmap, held, said, version)
    await held.write(tx)
    answer = {
        "task_id": task_id,
        "status": held.row["status"],
        "decision": said.decision,
        "version": version,
    }
    row = {
        "task_id": task_id,
        "version": version,
        "decision": said.decision,
        "feedback": said.feedback,
        "answers": said.answers,
        "answered_status": held.row["status"],
        "created_at": held.now,
    }
    await tx.run(insert(reviews), row)
    return answer


async def _decided_before(tx: Tx, held: HeldTask, said: Decision) -> dict[str, Any] | None:
    version = said.version
    if version is None and held.row["review_version"] is None:
        version = await tx.value(
            select(reviews.c.version)
            .where(reviews.c.task_id == held.task_id)
            .order_by(reviews.c.version.desc())
            .limit(1)
        )
    statement = select(reviews).where(reviews.c.task_id == held.task_id, reviews.c.version == version)
    row = await tx.row(statement) if version is not None else None
    if row is None:
        return None
    same = row["decision"] == said.decision and (row["feedback"] or "") == (said.feedback or "")
    if not same:
        raise ConflictError("This version was decided on already.", code="already_decided")
    return {
        "task_id": held.task_id,
        "status": row["answered_status"],
        "decision": row["decision"],
        "version": version,
    }


async def _decide(tx: Tx, roadmap: Row, held: HeldTask, said: Decision, version: int) -> None:
    held.row.update(review_version=None, questions=None, auto_rounds=0)
    if version == 0:
        say_step(held, Step.CURRICULUM_DESIGN)
        await add_steps(tx, held, Kind.OUTLINE, 0)
        return
    if said.decision == "approve":
        framework = await frameworks.load(tx, roadmap["roadmap_id"], version)
        assert framework is not None  # noqa: S101 - what is under review is stored
        await begin_content(tx, held, framework)
        return
    last = await tx.value(
        select(items.c.round)
        .where(items.c.roadmap_id == held.row["roadmap_id"], items.c.kind == Kind.VALIDATION.value)
        .order_by(items.c.round.desc())
        .limit(1)
    )
    say_step(held, Step.EDIT_PLAN_ANALYSIS, edit_source="human_review")
    payload = {"feedback": said.feedback}
    await add_steps(tx, held, Kind.FEEDBACK_PLAN, int(last), payload=payload)


async def cancel(tx: Tx, task_id: str, reason: str | None) -> dict[str, Any]:
    """Stop a task for good: its items are free before this returns, their holders' writes no longer count."""
    held = await must_lock(tx, task_id)
    if held.is_terminal:
        raise BadRequestError("The task has already ended.", code="not_cancellable")
    await cancel_held(tx, held, reason)
    await held.write(tx)
    return {
        "success": True,
        "task_id": task_id,
        "message": "Stopped. What was finished is kept.",
        "previous_status": held.status.value,
    }


async def cancel_held(tx: Tx, held: HeldTask, reason: str | None) -> None:
    """The same for a task that is locked already, and is going."""
    held.row.update(asked=Asked.CANCELLED.value, cancel_reason=reason, review_version=None)
    rows = await take_back(tx, held, free=True)
    held.released = listed(rows)


async def pause(tx: Tx, task_id: str, *, now: bool = False) -> dict[str, Any]:
    """Nothing new starts; what runs is let finish, or with `now` released to wait again.

    What a paused task let finish may still be released with `now`, as long as something runs.
    """
    held = await must_lock(tx, task_id)
    paused = held.status is TaskStatus.PAUSED
    rows = await take_back(tx, held, items.c.lease_until.is_not(None)) if now else []
    if held.status not in PAUSABLE and not (paused and rows):
        raise ConflictError(f"A task that is {held.status.value} cannot be paused.", code="not_pausable")
    held.row["asked"] = Asked.PAUSED.value
    if rows:
        names = await frameworks.concept_names(tx, held.row["roadmap_id"])
        say_requeued(held, rows, "released", names)
    if not paused:
        held.say(EventType.PAUSED, "Paused.", status=TaskStatus.PAUSED.value, progress=held.progress())
    await held.write(tx)
    return {"success": True, "task_id": task_id, "status": held.row["status"]}


async def resume(tx: Tx, task_id: str, max_cost_usd: float | None = None) -> dict[str, Any]:
    """Go on where it was; may carry a new cap of money."""
    held = await must_lock(tx, task_id)
    if held.status is not TaskStatus.PAUSED:
        raise ConflictError(f"A task that is {held.status.value} cannot be resumed.", code="not_paused")
    held.row.update(asked=Asked.GOING.value, error_code=None, error_message=None)
    if max_cost_usd is not None:
        held.row["max_cost_usd"] = max_cost_usd
    held.say(EventType.RESUMED, "Going on.", progress=held.progress())
    await held.write(tx)
    return {"success": True, "task_id": task_id, "status": held.row["status"]}
