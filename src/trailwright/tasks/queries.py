"""Reading tasks and items in the form in which they are told; times become RFC 3339 here."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from trailwright.contents.queries import SUMMARY
from trailwright.domain.lifecycle import TERMINAL, ItemStatus, TaskStatus, TaskType, percentage
from trailwright.domain.workflow import FRAMEWORK_KINDS, Kind
from trailwright.events.models import task_logs
from trailwright.events.tailer import Head
from trailwright.kit.clock import db_now, rfc3339
from trailwright.kit.db import Row, Snapshot
from trailwright.kit.search import has_words
from trailwright.tasks.hiding import shown
from trailwright.tasks.models import items, tasks

Counts = Mapping[str, int]

JUST_NOW_MS = 10 * 60 * 1000
_ENDED = [status.value for status in TERMINAL]
_SHOWN = (
    "task_id",
    "task_type",
    "status",
    "current_step",
    "stopped_at_step",
    "roadmap_id",
    "title",
    "concept_id",
    "content_type",
    "cancel_reason",
    "last_seq",
)
_TIMES = ("created_at", "updated_at", "started_at", "finished_at")
_USAGE = ("input_tokens", "output_tokens", "cost_usd", "llm_calls")
_IS_CONTENT = and_(items.c.concept_id != "", items.c.dropped_at.is_(None))

LESSONS = (
    select(items.c.roadmap_id, items.c.concept_id, items.c.position)
    .where(items.c.kind == Kind.TUTORIAL.value, items.c.current_version > 0, items.c.dropped_at.is_(None))
    .subquery("lessons")
)
"""Concepts with a tutorial to read, in learning order by `position`: for other rooms to join with."""

LEARNABLE = select(items.c.roadmap_id, items.c.concept_id).where(_IS_CONTENT).distinct().subquery("learnable")
"""Concepts that are in a roadmap now and have items: for other rooms to join with."""


async def head(reader: Snapshot, task_id: str) -> Head | None:
    """A task as far as readers of its events need it."""
    columns = (tasks.c.task_id, tasks.c.user_id, tasks.c.status, tasks.c.current_step, tasks.c.last_seq)
    row = await reader.row(select(*columns).where(tasks.c.task_id == task_id))
    return Head(**row) if row is not None else None


def progress_of(completed: int, failed: int, generating: int, total: int) -> dict[str, int] | None:
    """`{completed, failed, generating, pending, total, percentage}`; None before there is content."""
    if not total:
        return None
    return {
        "completed": completed,
        "failed": failed,
        "generating": generating,
        "pending": total - completed - failed - generating,
        "total": total,
        "percentage": percentage(completed + failed, total),
    }


def progress_of_items(statuses: Counts) -> dict[str, int] | None:
    """The same from a count of items by status."""
    return progress_of(
        statuses.get(ItemStatus.COMPLETED, 0),
        statuses.get(ItemStatus.FAILED, 0),
        statuses.get(ItemStatus.GENERATING, 0),
        sum(statuses.values()),
    )


def told(row: Row, generating: int) -> dict[str, Any]:
    """A TaskSummary; `generating`: items of it that are being made."""
    answer: dict[str, Any] = {name: row[name] for name in _SHOWN}
    answer |= {name: rfc3339(row[name]) for name in _TIMES}
    answer["progress"] = progress_of(row["done"], row["failed"], generating, row["total"])
    if row["error_code"]:
        answer["error"] = {"code": row["error_code"], "message": row["error_message"] or ""}
    if row["review_version"] is not None:
        answer["version"] = row["review_version"]
        answer["data"] = {"version": row["review_version"], "questions": row["questions"]}
    return answer


async def _generating(reader: Snapshot, task_ids: Sequence[str]) -> Counts:
    if not task_ids:
        return {}
    statement = (
        select(items.c.task_id, func.count().label("count"))
        .where(
            items.c.task_id.in_(task_ids),
            items.c.status == ItemStatus.GENERATING.value,
            _IS_CONTENT,
        )
        .group_by(items.c.task_id)
    )
    return {row["task_id"]: row["count"] for row in await reader.rows(statement)}


async def task(reader: Snapshot, task_id: str) -> dict[str, Any] | None:
    """A task in full."""
    row = await reader.row(select(tasks).where(tasks.c.task_id == task_id))
    if row is None:
        return None
    generating = await _generating(reader, [task_id])
    answer = told(row, generating.get(task_id, 0))
    answer["usage"] = {name: row[name] for name in _USAGE}
    answer["as_of"] = {task_id: row["last_seq"]}
    return answer


async def task_list(
    reader: Snapshot,
    user_id: str,
    *,
    status: Sequence[str],
    task_type: Sequence[str],
    words: str,
    limit: int,
    offset: int,
) -> dict[str, Any]:
    """A page of the user's tasks, newest first, without those taken off the list.

    `total`: all that match; `status_counts`: whatever the filter.
    """
    mine = and_(tasks.c.user_id == user_id, shown())
    chosen: list[ColumnElement[bool]] = [mine, has_words(tasks.c.title, words)]
    if status:
        chosen.append(tasks.c.status.in_(status))
    if task_type:
        chosen.append(tasks.c.task_type.in_(task_type))
    counts = await reader.rows(
        select(tasks.c.status, func.count().label("count")).where(mine).group_by(tasks.c.status)
    )
    rows = await reader.rows(
        select(tasks)
        .where(*chosen)
        .order_by(tasks.c.created_at.desc(), tasks.c.task_id)
        .limit(limit)
        .offset(offset)
    )
    generating = await _generating(reader, [row["task_id"] for row in rows])
    return {
        "tasks": [_in_a_list(row, generating.get(row["task_id"], 0)) for row in rows],
        "total": await reader.value(select(func.count()).select_from(tasks).where(*chosen)),
        "status_counts": dict.fromkeys(map(str, TaskStatus), 0)
        | {row["status"]: row["count"] for row in counts},
        "as_of": {row["task_id"]: row["last_seq"] for row in rows},
    }


def _in_a_list(row: Row, generating: int) -> dict[str, Any]:
    spent = {"cost_usd": row["cost_usd"]} if row["cost_usd"] else {}
    return told(row, generating) | spent


async def logs(
    reader: Snapshot, task_id: str, *, level: str | None, step: str | None, limit: int, offset: int
) -> dict[str, Any]:
    """A page of the execution log, oldest first."""
    chosen = [task_logs.c.task_id == task_id]
    if level:
        chosen.append(task_logs.c.level == level)
    if step:
        chosen.append(task_logs.c.step == step)
    total = await reader.value(select(func.count()).select_from(task_logs).where(*chosen))
    rows = await reader.rows(
        select(task_logs).where(*chosen).order_by(task_logs.c.log_id).limit(limit).offset(offset)
    )
    names = ("step", "agent", "level", "message", "duration_ms", "details")
    lines = [{name: row[name] for name in names} | {"created_at": rfc3339(row["created_at"])} for row in rows]
    return {"logs": lines, "total": total}


def telling_tasks() -> Select[Any]:
    """Tasks that tell how a roadmap stands: its creation task, live ones, and those that changed just now.

    The last so that a reader who still has events of an ended one under way knows which of them an answer
    holds. For other rooms to join with.
    """
    return select(tasks).where(
        or_(
            tasks.c.status.not_in(_ENDED),
            tasks.c.task_type == TaskType.CREATION.value,
            tasks.c.updated_at > db_now() - JUST_NOW_MS,
        )
    )


async def roadmap_tasks(reader: Snapshot, roadmap_id: str) -> Sequence[Row]:
    """The `telling_tasks` of one roadmap, newest first."""
    mine = telling_tasks().where(tasks.c.roadmap_id == roadmap_id)
    return await reader.rows(mine.order_by(tasks.c.created_at.desc(), tasks.c.task_id))


def live(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Those that have not ended, as told with a roadmap."""
    names = ("task_id", "status", "current_step", "task_type", "concept_id", "content_type")
    return [{name: row[name] for name in names} for row in rows if row["status"] not in _ENDED]


def active(rows: Iterable[Row]) -> dict[str, Any] | None:
    """The newest running creation task, else the newest running one; `rows` newest first."""
    running = live(rows)
    creations = [one for one in running if one["task_type"] == TaskType.CREATION]
    return next(iter(creations or running), None)


def as_of(rows: Iterable[Row]) -> dict[str, int]:
    """Up to which event of each task an answer is true."""
    return {row["task_id"]: row["last_seq"] for row in rows}


async def content_items(reader: Snapshot, roadmap_id: str) -> Sequence[Row]:
    """All content items of a roadmap with what their newest version shows."""
    newest = and_(SUMMARY.c.item_id == items.c.item_id, SUMMARY.c.version == items.c.current_version)
    statement = (
        select(
            items.c.concept_id,
            items.c.kind,
            items.c.status,
            items.c.error_code,
            items.c.error_message,
            items.c.current_version,
            SUMMARY.c.version_id,
            SUMMARY.c.summary,
            SUMMARY.c.meta,
        )
        .join(SUMMARY, newest, isouter=True)
        .where(items.c.roadmap_id == roadmap_id, _IS_CONTENT)
    )
    return await reader.rows(statement)


async def content_item(reader: Snapshot, roadmap_id: str, concept_id: str, kind: str) -> Row | None:
    """One content item; None before approval, or when the concept was taken out."""
    statement = select(items.c.item_id, items.c.status, items.c.current_version).where(
        items.c.roadmap_id == roadmap_id, items.c.concept_id == concept_id, items.c.kind == kind, _IS_CONTENT
    )
    return await reader.row(statement)


async def content_counts(reader: Snapshot, roadmap_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Per roadmap how many content items stand in each status."""
    found: dict[str, dict[str, int]] = {}
    for row in await reader.rows(_counted(roadmap_ids)):
        found.setdefault(row["roadmap_id"], {})[row["status"]] = row["count"]
    return found


def _counted(roadmap_ids: Sequence[str]) -> Select[Any]:
    return (
        select(items.c.roadmap_id, items.c.status, func.count().label("count"))
        .where(items.c.roadmap_id.in_(roadmap_ids), _IS_CONTENT)
        .group_by(items.c.roadmap_id, items.c.status)
    )


async def heads(reader: Snapshot, task_ids: Sequence[str]) -> dict[str, Row]:
    """Status and last event of tasks, by id."""
    columns = (tasks.c.task_id, tasks.c.status, tasks.c.last_seq)
    return {
        row["task_id"]: row
        for row in await reader.rows(select(*columns).where(tasks.c.task_id.in_(task_ids)))
    }


async def live_task_ids(reader: Snapshot, roadmap_id: str) -> list[str]:
    """Tasks of a roadmap that have not ended."""
    statement = select(tasks.c.task_id).where(tasks.c.roadmap_id == roadmap_id, tasks.c.status.not_in(_ENDED))
    return [row["task_id"] for row in await reader.rows(statement)]


_RUNNING = tasks.c.status.in_((TaskStatus.PENDING.value, TaskStatus.PROCESSING.value))


async def running_count(reader: Snapshot, user_id: str) -> int:
    """How many of a user's tasks run or wait for their turn; not those that wait for the user."""
    mine = (tasks.c.user_id == user_id, _RUNNING)
    return int(await reader.value(select(func.count()).select_from(tasks).where(*mine)))


async def running_of(reader: Snapshot, user_id: str) -> list[str]:
    """Those tasks themselves, the oldest first."""
    mine = select(tasks.c.task_id).where(tasks.c.user_id == user_id, _RUNNING).order_by(tasks.c.created_at)
    return [row["task_id"] for row in await reader.rows(mine)]


async def framework_step_is_open(reader: Snapshot, roadmap_id: str) -> bool:
    """Whether a task still owns a framework step."""
    statement = select(items.c.item_id).where(
        items.c.roadmap_id == roadmap_id,
        items.c.task_id.is_not(None),
        items.c.kind.in_([kind.value for kind in FRAMEWORK_KINDS]),
    )
    return await reader.row(statement.limit(1)) is not None


async def has_content(reader: Snapshot, roadmap_id: str) -> bool:
    """Whether the framework was approved: content items exist."""
    statement = select(items.c.item_id).where(items.c.roadmap_id == roadmap_id, items.c.concept_id != "")
    return await reader.row(statement.limit(1)) is not None
