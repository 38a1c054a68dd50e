"""A task row under its lock: changed in memory, said in events, written once at the end.

Every command and every settle ends with `write`, which derives the status by the one pure function, numbers
the events and stores both with the change. Number order is commit order because the lock is held.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select, update

from trailwright.domain.lifecycle import (
    TERMINAL,
    Asked,
    TaskFacts,
    TaskStatus,
    derive_status,
    percentage,
)
from trailwright.domain.workflow import Step
from trailwright.events import log
from trailwright.events.bus import WORK
from trailwright.events.shapes import Event, EventType
from trailwright.kit.clock import db_now
from trailwright.kit.db import Row, Tx
from trailwright.tasks.models import tasks

_END_STEP = {
    TaskStatus.COMPLETED: Step.COMPLETED,
    TaskStatus.PARTIAL_FAILURE: Step.COMPLETED,
    TaskStatus.FAILED: Step.FAILED,
    TaskStatus.CANCELLED: Step.CANCELLED,
}
_END_WORDS = {
    TaskStatus.COMPLETED: "Everything is ready.",
    TaskStatus.PARTIAL_FAILURE: "Ready, but some parts failed; they can be retried.",
    TaskStatus.FAILED: "It could not be done.",
    TaskStatus.CANCELLED: "Stopped. What was finished is kept.",
}


class HeldTask:
    """One task under lock; `row` may be changed, `now` is the database's clock at the lock.

    `released`: items a cancel took back, for the event that says so. `quiet`: this change gives no worker
    anything to do or to end, so none is woken.
    `last_failure`: code and words of an item that failed in this change; a task that made nothing ends so.
    """

    def __init__(self, row: Row) -> None:
        self._before = dict(row)
        self.now: int = self._before.pop("now")
        self.row: dict[str, Any] = dict(self._before)
        self._said: list[Event] = []
        self._reopened = False
        self.released: list[dict[str, str]] = []
        self.quiet = False
        self.last_failure: tuple[str, str] | None = None

    @property
    def task_id(self) -> str:
        """Its id."""
        return str(self.row["task_id"])

    @property
    def asked(self) -> Asked:
        """What people asked, as read after the lock."""
        return Asked(self.row["asked"])

    @property
    def status(self) -> TaskStatus:
        """The status it had when it was locked."""
        return TaskStatus(self._before["status"])

    @property
    def is_terminal(self) -> bool:
        """Whether it had ended when it was locked and was not reopened since."""
        return self.status in TERMINAL and not self._reopened

    def reopen(self) -> None:
        """Let an ended task go on: its status is derived again."""
        self._reopened = True
        self.row.update(
            asked=Asked.GOING,
            step_failed=False,
            error_code=None,
            error_message=None,
            cancel_reason=None,
            finished_at=None,
            stopped_at_step=None,
        )

    def say(self, kind: EventType, message: str, **fields: Any) -> None:
        """Add an event; empty fields are left out."""
        event = {"type": kind.value, "roadmap_id": self.row["roadmap_id"], "message": message}
        event.update({key: value for key, value in fields.items() if value is not None})
        self._said.append(event)

    def progress(self) -> dict[str, int] | None:
        """`{current, total, percentage}` of content; None before there is any."""
        total = self.row["total"]
        if not total:
            return None
        current = self.row["done"] + self.row["failed"]
        return {"current": current, "total": total, "percentage": percentage(current, total)}

    def step(self, step: Step) -> None:
        """What the task is at now."""
        self.row["current_step"] = step.value

    async def write(self, tx: Tx) -> None:
        """Derive the status, say an end if it is one, number and store everything."""
        await write_all(tx, [self])

    def finish(self) -> list[dict[str, Any]]:
        """Derive the status, say an end if it is one, number what was said; rows for the log of events."""
        self._settle_status()
        first = self.row["last_seq"] + 1
        self.row["last_seq"] += len(self._said)
        return log.numbered(self.task_id, first, self._said, self.now)

    def changed(self) -> set[str]:
        """Names of the columns that are not as they were."""
        return {key for key, value in self.row.items() if value != self._before[key]}

    def _settle_status(self) -> None:
        if self.is_terminal:
            return
        status = derive_status(self._facts())
        self.row["status"] = status.value
        if status in TERMINAL:
            self._end(status)

    def _facts(self) -> TaskFacts:
        row = self.row
        return TaskFacts(
            asked=Asked(row["asked"]),
            open_items=row["open_items"],
            under_review=row["review_version"] is not None,
            step_failed=row["step_failed"],
            started=row["started_at"] is not None,
            done=row["done"],
            failed=row["failed"],
        )

    def _end(self, status: TaskStatus) -> None:
        row = self.row
        if status in {TaskStatus.FAILED, TaskStatus.CANCELLED}:
            row["stopped_at_step"] = row["current_step"]
        row["current_step"] = _END_STEP[status].value
        row["finished_at"] = self.now
        if status is TaskStatus.FAILED and row["error_code"] is None and self.last_failure is not None:
            row["error_code"], row["error_message"] = self.last_failure
        if status is TaskStatus.CANCELLED and row["asked"] != Asked.CANCELLED:
            row["cancel_reason"] = "dropped"
        error = {"code": row["error_code"], "message": row["error_message"]} if row["error_code"] else None
        data: dict[str, Any] = {"completed": row["done"], "failed": row["failed"], "total": row["total"]}
        if self.released or status is TaskStatus.CANCELLED:
            data["items"] = self.released
        if status is TaskStatus.CANCELLED:
            data["reason"] = row["cancel_reason"]
        self.say(
            EventType(status.value),
            row["error_message"] or _END_WORDS[status],
            step=row["current_step"],
            status=status.value,
            progress=self.progress(),
            data=data,
            error=error,
        )


async def write_all(tx: Tx, held: Collection[HeldTask]) -> None:
    """What `HeldTask.write` does for one, for several: in as many statements."""
    said = [row for one in held for row in one.finish()]
    if said:
        await log.append(tx, said)
    changed = [one for one in held if one.changed()]
    if changed:
        columns = sorted(set().union(*(one.changed() for one in changed)) | {"updated_at"})
        for one in changed:
            one.row["updated_at"] = one.now
        await tx.run(_update(tuple(columns)), [_values(one, columns) for one in changed])
    for one in held:
        tx.topics |= {one.task_id} if one.quiet else {one.task_id, WORK}


@lru_cache(maxsize=64)
def _update(columns: tuple[str, ...]) -> Any:
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
    return update(tasks).where(tasks.c.task_id == bindparam("of_task")).values(new)


def _values(held: HeldTask, columns: Sequence[str]) -> dict[str, Any]:
    return {"of_task": held.task_id, **{f"new_{name}": held.row[name] for name in columns}}


async def lock_task(tx: Tx, task_id: str) -> HeldTask | None:
    """The task under `FOR NO KEY UPDATE` (SQLite: the transaction is the lock); None if there is none."""
    return (await lock_tasks(tx, {task_id})).get(task_id)


async def lock_tasks(tx: Tx, task_ids: Collection[str]) -> dict[str, HeldTask]:
    """Several tasks, locked in the order of their ids; those that are not there are left out."""
    statement = (
        select(tasks, db_now().label("now"))
        .where(tasks.c.task_id.in_(task_ids))
        .order_by(tasks.c.task_id)
        .with_for_update(key_share=True, of=tasks)
    )
    return {row["task_id"]: HeldTask(row) for row in await tx.rows(statement)}
