"""The numbered log of each task: written with the change, read in pages."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, insert, select

from trailwright.domain.sentences import Said
from trailwright.events.models import events, task_logs
from trailwright.events.shapes import Event
from trailwright.kit import sanitiser
from trailwright.kit.clock import rfc3339
from trailwright.kit.db import Row, Snapshot, Tx

PAGE = 200


def numbered(task_id: str, first_seq: int, bodies: Sequence[Event], now: int) -> list[dict[str, Any]]:
    """Rows for `append`, from `first_seq` on; the caller holds the task's lock and raises its counter."""
    return [
        {
            "task_id": task_id,
            "seq": first_seq + n,
            "type": one["type"],
            "body": sanitiser.body(one),
            "created_at": now,
        }
        for n, one in enumerate(bodies)
    ]


async def append(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Write events, as `numbered` made them."""
    await tx.run(insert(events), rows)


async def page(reader: Snapshot, task_id: str, after_seq: int, limit: int = PAGE) -> list[Event]:
    """Events after `after_seq`, oldest first, at most `limit`."""
    statement = (
        select(events.c.seq, events.c.body, events.c.created_at)
        .where(and_(events.c.task_id == task_id, events.c.seq > after_seq))
        .order_by(events.c.seq)
        .limit(limit)
    )
    return [as_sent(task_id, row) for row in await reader.rows(statement)]


def as_sent(task_id: str, row: Row) -> Event:
    """The stored row in the form of contract section 5."""
    body: Event = dict(row["body"])
    body["seq"] = row["seq"]
    body["task_id"] = task_id
    body["timestamp"] = rfc3339(row["created_at"])
    return body


def line(
    task_id: str,
    *,
    step: str,
    words: Said | str,
    now: int,
    agent: str | None = None,
    level: str = "info",
    duration_ms: int | None = None,
    details: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """One line of the execution log; a sentence goes into `details` too, as `said`, for other languages."""
    message = words if isinstance(words, str) else words.english
    said = {} if isinstance(words, str) else {"said": words.model_dump()}
    return {
        "task_id": task_id,
        "step": step,
        "agent": agent,
        "level": level,
        "message": message,
        "duration_ms": duration_ms,
        "details": {**(details or {}), **said},
        "created_at": now,
    }


async def note(tx: Tx, lines: Sequence[dict[str, Any]]) -> None:
    """Write lines of the execution log."""
    await tx.run(insert(task_logs), [sanitiser.body(one) for one in lines])
