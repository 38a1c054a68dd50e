"""What the reconciler asks of tasks: counters compared with rows, and a pause when a model stays away."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, or_, select

from trailwright.domain.lifecycle import TERMINAL, Asked, ItemEvent, TaskStatus, sources
from trailwright.domain.workflow import Kind
from trailwright.events.shapes import EventType
from trailwright.kit.db import Row, Snapshot, Tx
from trailwright.tasks.held import lock_task
from trailwright.tasks.models import items, ledger, task_items, tasks
from trailwright.tasks.turns import paid_by

_AWAY = "The model has not answered for 15 minutes. When it is back, resume; everything made so far is kept."


async def live_tasks(reader: Snapshot) -> Sequence[Row]:
    """Tasks that have not ended."""
    statement = select(tasks.c.task_id, tasks.c.roadmap_id).where(
        tasks.c.status.not_in([status.value for status in TERMINAL])
    )
    return await reader.rows(statement)


async def counted(reader: Snapshot, task_id: str) -> dict[str, Any]:
    """What a task's counters should say, from the rows."""
    open_items = await reader.value(select(func.count()).select_from(items).where(items.c.task_id == task_id))
    rows = await reader.rows(
        select(task_items.c.outcome, func.count().label("count"))
        .where(task_items.c.task_id == task_id)
        .group_by(task_items.c.outcome)
    )
    by_outcome = {row["outcome"]: row["count"] for row in rows}
    done, failed = by_outcome.get("completed", 0), by_outcome.get("failed", 0)
    return {
        "open_items": open_items,
        "done": done,
        "failed": failed,
        "total": done + failed + by_outcome.get(None, 0),
    }


async def mend_counters(tx: Tx, task_id: str) -> dict[str, tuple[int, int]]:
    """Compare a live task's counters with the rows under its lock; what differed, mended."""
    held = await lock_task(tx, task_id)
    if held is None or held.is_terminal:
        return {}
    right = await counted(tx, task_id)
    wrong = {key: (held.row[key], value) for key, value in right.items() if held.row[key] != value}
    if wrong:
        held.row.update(right)
        await held.write(tx)
    return wrong


async def pause_for_model(tx: Tx, task_id: str) -> None:
    """Pause a going task because its model stays away; resume goes on."""
    held = await lock_task(tx, task_id)
    if held is None or held.asked is not Asked.GOING or held.is_terminal:
        return
    held.row.update(asked=Asked.PAUSED.value, error_code="model_unavailable", error_message=_AWAY)
    error = {"code": "model_unavailable", "message": _AWAY}
    held.say(EventType.PAUSED, _AWAY, status=TaskStatus.PAUSED.value, error=error)
    await held.write(tx)


async def waiting_by_kind(reader: Snapshot) -> dict[str, int]:
    """How many items of going tasks could be claimed, now or after a wait, by kind; covers too."""
    statement = (
        select(items.c.kind, func.count().label("count"))
        .join(tasks, tasks.c.task_id == items.c.task_id, isouter=True)
        .where(
            items.c.lease_until.is_(None),
            items.c.dropped_at.is_(None),
            items.c.status.in_([status.value for status in sources(ItemEvent.CLAIMED)]),
            or_(tasks.c.asked == Asked.GOING.value, items.c.kind == Kind.COVER.value),
        )
        .group_by(items.c.kind)
    )
    return {row["kind"]: row["count"] for row in await reader.rows(statement)}


async def tasks_waiting_for(reader: Snapshot, kinds: Sequence[str], payer: str | None = None) -> list[str]:
    """Going tasks with open items of these kinds."""
    statement = (
        select(items.c.task_id)
        .join(tasks, tasks.c.task_id == items.c.task_id)
        .where(items.c.kind.in_(kinds), tasks.c.asked == Asked.GOING.value, paid_by(payer))
        .distinct()
    )
    return [row["task_id"] for row in await reader.rows(statement)]


async def forget_spending(tx: Tx, user_id: str) -> None:
    """Drop what the ledger says of a user who is gone."""
    await tx.run(delete(ledger).where(ledger.c.user_id == user_id))
