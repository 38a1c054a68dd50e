"""Taking an ended task off the list. The task itself, its log and its roadmap stay."""

from typing import Any

from sqlalchemy import ColumnElement, or_, update

from trailwright.domain.lifecycle import TERMINAL
from trailwright.errors import ConflictError, NotFoundError
from trailwright.kit.db import Tx
from trailwright.tasks.held import lock_task
from trailwright.tasks.models import tasks


async def hide(tx: Tx, task_id: str) -> dict[str, Any]:
    """Leave it out of lists, until it is retried."""
    held = await lock_task(tx, task_id)
    if held is None:
        raise NotFoundError("There is no such task.", code="task_not_found")
    if not held.is_terminal:
        raise ConflictError("The task still runs. Stop it first.", code="still_running")
    await tx.run(update(tasks).where(tasks.c.task_id == task_id).values(hidden_at=held.now))
    return {"success": True, "task_id": task_id}


def shown() -> ColumnElement[bool]:
    """Not hidden; or at work again, or ended again since."""
    return or_(
        tasks.c.hidden_at.is_(None),
        tasks.c.status.not_in([status.value for status in TERMINAL]),
        tasks.c.finished_at > tasks.c.hidden_at,
    )
