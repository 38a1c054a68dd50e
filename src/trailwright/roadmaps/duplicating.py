"""A second roadmap with the same framework and content under new ids; no model is asked for it."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from trailwright.domain.lifecycle import ItemStatus
from trailwright.errors import ConflictError
from trailwright.kit.clock import db_now
from trailwright.kit.db import Database, Tx
from trailwright.kit.storage import Storage, StorageMissing
from trailwright.roadmaps import queries
from trailwright.roadmaps.archive import Archive, Rows, dump, insert_all
from trailwright.roadmaps.archive_copy import renamed

_LEFT = ("learned", "ledger", "reviews", "task_logs")
"""Who learned what, what it cost and how it was decided belong to the original."""

_SPENT = ("input_tokens", "output_tokens", "cost_usd", "llm_calls")


async def prepare(
    db: Database,
    storage: Storage,
    roadmap_id: str,
    title: str | None,
    stripped: Callable[[Rows], Rows] = lambda rows: rows,
) -> Archive:
    """The copy, its texts stored already; raises `NotFoundError`, `ConflictError` before there is a plan.

    `stripped`: what of the rows goes along.
    """
    async with db.reading() as reader:
        rows = await dump(reader, roadmap_id)
        now = int(await reader.value(select(db_now())))
    if rows is None:
        raise queries.missing()
    if not rows["framework_versions"]:
        raise ConflictError("There is no plan yet that could be copied.", code="no_framework")
    kept = stripped(_of_creation(rows, title, now))
    texts = {
        row["object_key"]: (await storage.get(row["object_key"])).decode() for row in kept["content_versions"]
    }
    copy = await asyncio.to_thread(renamed, Archive(kept, texts))
    await _store(storage, copy.objects)
    return copy


async def insert(tx: Tx, copy: Archive, user_id: str, role: str) -> dict[str, Any]:
    """Insert the prepared copy as this user's."""
    await insert_all(tx, copy, user_id, role)
    return {"roadmap_id": copy.roadmap_id, "title": copy.title}


async def keep_texts(storage: Storage, copy: Archive) -> None:
    """Store again what was swept before a row named it."""
    missing = {}
    for key, text in copy.objects.items():
        try:
            await storage.get(key)
        except StorageMissing:
            missing[key] = text
    await _store(storage, missing)


async def _store(storage: Storage, texts: Mapping[str, str]) -> None:
    for key, text in texts.items():
        await storage.put(key, text.encode())


def _of_creation(rows: Rows, title: str | None, now: int) -> Rows:
    """The roadmap with the task that made it; what other tasks were about waits, or is there."""
    roadmap = rows["roadmaps"][0] | {"created_at": now, "updated_at": now}
    if title is not None:
        roadmap["title"] = title
    task_id = roadmap["creation_task_id"]
    task = next(row for row in rows["tasks"] if row["task_id"] == task_id)
    task = task | {"created_at": now, "updated_at": now, "title": roadmap["title"]} | dict.fromkeys(_SPENT, 0)
    of_task = {
        name: [row for row in rows[name] if row["task_id"] == task_id] for name in ("task_items", "events")
    }
    left: Rows = {name: [] for name in _LEFT}
    items = [_free(row, task_id) for row in rows["items"]]
    return {**rows, **of_task, **left, "roadmaps": [roadmap], "tasks": [task], "items": items}


def _free(item: dict[str, Any], creation_task_id: str) -> dict[str, Any]:
    """An item of another live task is nobody's in the copy."""
    if item["task_id"] in (None, creation_task_id):
        return item
    status = ItemStatus.COMPLETED if item["current_version"] else ItemStatus.PENDING
    return item | {"task_id": None, "status": status.value}
