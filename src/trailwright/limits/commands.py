"""Counting work that people start, in the transaction that starts it: exact whatever process answers.

The row of a person is the last lock of its transaction, like that of the month's budget. What is refused
rolls back with its count: nothing was started, nothing was counted.
"""

from collections.abc import Callable
from typing import Any, Literal

from sqlalchemy import case, delete, select
from sqlalchemy.dialects.postgresql import insert  # SQLite speaks the same clause

from trailwright.errors import TooManyRequestsError
from trailwright.kit.api import Answer, Work
from trailwright.kit.clock import db_now
from trailwright.kit.db import Tx
from trailwright.lids import Lids
from trailwright.limits.models import started
from trailwright.tasks.queries import running_count
from trailwright.users.locks import lock_welcome

Kind = Literal["generations", "retries", "covers"]
HOUR_MS = 3_600_000
TASKS_RETRY_S = 60
"""Nobody knows when a task will end; a minute is soon enough to ask again."""

_WORDS = {
    "generations": "At most {limit} roadmaps are begun in an hour.",
    "retries": "At most {limit} pieces are written anew in an hour.",
    "covers": "At most {limit} covers are made in an hour.",
}


def one(answer: Answer) -> int:
    """Each good answer counts once."""
    del answer
    return 1


def counted(work: Work, lids: Lids, user_id: str, kind: Kind, amount: Callable[[Answer], int] = one) -> Work:
    """The same work, counted; `amount`: how much an answer started. Raises `TooManyRequestsError`."""
    limit = getattr(lids, f"{kind}_per_hour")
    at_once = lids.tasks_at_once if kind != "covers" else None
    if limit is None and at_once is None:
        return work

    async def limited(tx: Tx) -> Answer:
        answer = await work(tx)
        if (more := amount(answer)) > 0:
            await _count(tx, user_id, kind, more, limit)
            await lock_welcome(tx, user_id)
            if at_once is not None:
                await _not_too_many(tx, user_id, at_once)
        return answer

    return limited


def within(work: Work, lids: Lids, user_id: str) -> Work:
    """The same work, refused where it sets more of a person's tasks going than may run at a time.

    Raises `TooManyRequestsError`. What sets nothing going passes, however many run.
    """
    limit = lids.tasks_at_once
    if limit is None:
        return work

    async def limited(tx: Tx) -> Answer:
        before = await running_count(tx, user_id)
        answer = await work(tx)
        if await running_count(tx, user_id) > before:
            await lock_welcome(tx, user_id)
            await _not_too_many(tx, user_id, limit)
        return answer

    return limited


async def _count(tx: Tx, user_id: str, kind: Kind, more: int, limit: int | None) -> None:
    now = int(await tx.value(select(db_now())))
    row = {"user_id": user_id, "kind": kind, "since": now, "count": more}
    is_over = started.c.since <= now - HOUR_MS
    fresh = insert(started).values(row)
    kept = fresh.on_conflict_do_update(
        index_elements=["user_id", "kind"],
        set_={
            "since": case((is_over, now), else_=started.c.since),
            "count": case((is_over, more), else_=started.c.count + more),
        },
    )
    found = await tx.row(kept.returning(started.c.since, started.c.count))
    assert found is not None  # noqa: S101 - an upsert returns its row
    if limit is not None and found["count"] > limit:
        wait_s = max(1, -(-(found["since"] + HOUR_MS - now) // 1000))
        raise _refused(_WORDS[kind].format(limit=limit), f"{kind}_limit", wait_s)


async def _not_too_many(tx: Tx, user_id: str, limit: int) -> None:
    """Judged under a row's lock, so that only one of a person's transactions passes at a time."""
    if await running_count(tx, user_id) > limit:
        raise _refused(f"At most {limit} tasks run at a time.", "tasks_limit", TASKS_RETRY_S)


def _refused(words: str, code: str, wait_s: int) -> TooManyRequestsError:
    return TooManyRequestsError(f"{words} Try again later.", code=code, headers={"Retry-After": str(wait_s)})


def of_batch(answer: Answer) -> int:
    """A batch of covers counts those that are made."""
    return int(answer["triggered"])


def of_several(answer: Answer) -> int:
    """A batch, or a task that goes on, counts its pieces."""
    return int(answer["retried_count"]) or 1


def of_click(answer: Answer) -> int:
    """A second click on what is being made starts nothing."""
    data: dict[str, Any] = answer["data"]
    return 0 if data["deduplicated"] else 1


async def forget(tx: Tx, user_id: str) -> None:
    """Drop what was counted of a user who is gone."""
    await tx.run(delete(started).where(started.c.user_id == user_id))
