"""What people may do to a roadmap itself: edit its tree by hand, rename it, throw it away, bring it back.

Lock order: the roadmap, then all its live tasks in the order of their ids.
"""

import asyncio
import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update

from trailwright.domain.findings import Finding
from trailwright.domain.framework import Framework
from trailwright.domain.framework_diff import changed_node_ids, diff, summary
from trailwright.domain.framework_edit import hand_edit, structure_findings
from trailwright.domain.preferences import Preferences
from trailwright.errors import ConflictError, InvalidError
from trailwright.kit.clock import db_now, rfc3339, today_utc
from trailwright.kit.db import Database, Row, Snapshot, Tx
from trailwright.kit.ids import new_id
from trailwright.quality.roadmap import roadmap_findings
from trailwright.roadmaps import frameworks, queries
from trailwright.roadmaps.models import framework_versions, roadmaps
from trailwright.settings_parts import PURGE_AFTER_DAYS
from trailwright.tasks import commands as tasks
from trailwright.tasks import covering
from trailwright.tasks.held import HeldTask, lock_tasks
from trailwright.tasks.progressing import ask_review
from trailwright.tasks.queries import framework_step_is_open, has_content, live_task_ids
from trailwright.tasks.reshaping import reshape, say_changed
from trailwright.tasks.retrying import unfinished

DAY_MS = 24 * 3600 * 1000
MAX_WARNINGS = 200


@dataclass(frozen=True)
class Edit:
    """A hand edit that keeps the structure, ready to be saved over version `base`."""

    base: int
    framework: Framework
    id_map: dict[str, str]
    warnings: list[Finding]
    changed: list[str]
    summary: str


async def prepare_edit(db: Database, user_id: str, roadmap_id: str, sent: Framework, base: int) -> Edit:
    """Give ids to what is new, judge the structure, collect warnings; nothing is held meanwhile.

    Raises `InvalidError` with each broken rule of structure.
    """
    async with db.reading() as reader:
        roadmap = await queries.row(reader, user_id, roadmap_id)
        before = await frameworks.load(reader, roadmap_id, roadmap["version"]) if roadmap["version"] else None
        known = await _ids_ever(reader, roadmap_id)
        today = today_utc(await reader.value(select(db_now())))
    if before is not None:  # the pace stays what it was
        names = ("total_estimated_hours", "recommended_completion_weeks")
        sent = sent.model_copy(update={name: getattr(before, name) for name in names})
    edited, id_map = hand_edit(sent, known, new_id)
    broken = structure_findings(edited)
    if broken:
        errors = [
            {"field": "framework", "check": f.check, "where": f.where, "message": f.message} for f in broken
        ]
        raise InvalidError("The structure of the roadmap is broken.", code="broken_structure", errors=errors)
    before = before or edited
    return Edit(
        base=base,
        framework=edited,
        id_map=id_map,
        warnings=await asyncio.to_thread(_warnings, edited, roadmap, today),
        changed=changed_node_ids(before, edited),
        summary=summary(diff(before, edited)),
    )


def _warnings(framework: Framework, roadmap: Row, today: dt.date) -> list[Finding]:
    """What the rubric would have otherwise; seconds of CPU for a very large tree, so never on the loop."""
    intent = roadmap["intent"] or {}
    found = roadmap_findings(
        framework,
        preferences=Preferences.model_validate(roadmap["preferences"]),
        size=roadmap["size"],
        today=today,
        required_skills=intent.get("required_skills", ()),
        known_skills=intent.get("known_skills", ()),
    )
    return found[:MAX_WARNINGS]


async def _ids_ever(reader: Snapshot, roadmap_id: str) -> set[str]:
    """Ids of all nodes that any version of this roadmap had."""
    statement = select(framework_versions.c.framework).where(framework_versions.c.roadmap_id == roadmap_id)
    return {
        node_id
        for found in await reader.rows(statement)
        for node_id in Framework.model_validate(found["framework"]).node_ids()
    }


async def save_edit(tx: Tx, roadmap_id: str, edit: Edit) -> dict[str, Any]:
    """Save the edit as the newest version and bring everything in line with it.

    Raises `ConflictError`: `old_version` when another version came first, `framework_busy` while a
    framework step is open.
    """
    roadmap = await _lock(tx, roadmap_id)
    newest = int(roadmap["version"])
    if newest and newest != edit.base:
        raise ConflictError(f"Version {newest} is the newest now. Look at it first.", code="old_version")
    creation_id = roadmap["creation_task_id"]
    held = await lock_tasks(tx, {creation_id, *await live_task_ids(tx, roadmap_id)})
    if await framework_step_is_open(tx, roadmap_id):
        raise ConflictError("The roadmap is being changed by a model. Wait a little.", code="framework_busy")
    if not newest:
        raise ConflictError("There is no roadmap to edit yet.", code="no_framework")
    version = edit.base
    if edit.changed or edit.summary != "no change":
        version = await frameworks.save(
            tx,
            roadmap,
            edit.framework,
            author="user",
            summary=edit.summary,
            changed_node_ids=edit.changed,
        )
        await _follow(tx, held, held[creation_id], edit, version)
        if edit.framework.title != roadmap["title"]:
            await covering.retitled(tx, roadmap_id, roadmap["now"])
    waiting = await unfinished(tx, roadmap_id, only="missing")
    return {
        "framework": edit.framework.model_dump(mode="json"),
        "version": version,
        "id_map": edit.id_map,
        "warnings": [f.model_dump(include={"check", "where", "message", "said"}) for f in edit.warnings],
        "missing": sum(item["task_id"] is None for item in waiting),
    }


async def _follow(tx: Tx, held: dict[str, HeldTask], creation: HeldTask, edit: Edit, version: int) -> None:
    """Tasks follow the new version: in review it is asked about, later items are added and dropped."""
    live = {task_id: task for task_id, task in held.items() if not task.is_terminal}
    for task in live.values():
        task.row["title"] = edit.framework.title
    if creation.task_id in live and creation.row["review_version"] is not None:
        findings = [f.model_dump() for f in edit.warnings]
        ask_review(creation, version, findings)
    elif await has_content(tx, creation.row["roadmap_id"]):
        added, dropped = await reshape(tx, creation, live, edit.framework)
        for task in live.values():
            say_changed(task, added, dropped, version)
    for task in live.values():
        await task.write(tx)


async def _lock(tx: Tx, roadmap_id: str) -> Row:
    roadmap = await frameworks.lock_roadmap(tx, roadmap_id)
    if roadmap is None:
        raise queries.missing()
    return roadmap


async def rename(tx: Tx, roadmap_id: str, title: str) -> dict[str, Any]:
    """Another title; the tree's own title follows when it is read, the cover is made anew."""
    roadmap = await _lock(tx, roadmap_id)
    await _set(tx, roadmap_id, title=title, updated_at=roadmap["now"])
    if title != roadmap["title"]:
        await covering.retitled(tx, roadmap_id, roadmap["now"])
    return {"roadmap_id": roadmap_id, "title": title}


async def throw_away(tx: Tx, roadmap_id: str, purge_after_days: int = PURGE_AFTER_DAYS) -> dict[str, Any]:
    """Into the trash; what runs is cancelled."""
    roadmap = await _lock(tx, roadmap_id)
    held = await lock_tasks(tx, set(await live_task_ids(tx, roadmap_id)))
    running = [task for task in held.values() if not task.is_terminal]
    for task in running:
        await tasks.cancel_held(tx, task, "deleted")
        await task.write(tx)
    now = roadmap["now"]
    await _set(tx, roadmap_id, deleted_at=now, updated_at=now)
    return {
        "success": True,
        "roadmap_id": roadmap_id,
        "deleted_at": rfc3339(now),
        "purge_at": rfc3339(now + purge_after_days * DAY_MS),
        "cancelled_tasks": [task.task_id for task in running],
    }


async def bring_back(tx: Tx, user_id: str, roadmap_id: str) -> dict[str, Any]:
    """Out of the trash; what was cancelled waits for a retry."""
    await _lock_trashed(tx, user_id, roadmap_id)
    await _set(tx, roadmap_id, deleted_at=None, updated_at=db_now())
    return {"success": True, "roadmap_id": roadmap_id}


async def purge(tx: Tx, user_id: str, roadmap_id: str) -> dict[str, Any]:
    """Out of the trash for good, with its tasks, items, versions and logs; its objects are swept later."""
    await _lock_trashed(tx, user_id, roadmap_id)
    await tx.run(delete(roadmaps).where(roadmaps.c.roadmap_id == roadmap_id))
    return {"success": True, "roadmap_id": roadmap_id}


async def _lock_trashed(tx: Tx, user_id: str, roadmap_id: str) -> None:
    statement = select(roadmaps.c.roadmap_id).where(roadmaps.c.roadmap_id == roadmap_id)
    await tx.row(statement.with_for_update(key_share=True))
    found = await queries.row(tx, user_id, roadmap_id, trashed=True)
    if found["deleted_at"] is None:
        raise ConflictError("The roadmap is not in the trash.", code="not_in_trash")


async def _set(tx: Tx, roadmap_id: str, **values: Any) -> None:
    await tx.run(update(roadmaps).where(roadmaps.c.roadmap_id == roadmap_id).values(values))
