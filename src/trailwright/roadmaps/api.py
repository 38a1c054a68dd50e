"""Routes about roadmaps and their trees (contract section 4)."""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Query, Request

from trailwright.domain.framework import Framework
from trailwright.domain.preferences import Text
from trailwright.errors import NotFoundError
from trailwright.kit.api import BareRoute, Db, Holding, Me, Note, Objects, Route, TrashRoute, Write
from trailwright.kit.db import Tx
from trailwright.kit.schemas import Limit, Offset, Version
from trailwright.limits.commands import counted
from trailwright.roadmaps import commands, duplicating, queries, schemas
from trailwright.settings import Settings
from trailwright.tasks import queries as tasks

router = APIRouter(route_class=Route, tags=["roadmaps"])
own = APIRouter(route_class=BareRoute, tags=["roadmaps"])
"""Routes whose own statement asks whether the roadmap is the caller's, and so saves one."""

trash = APIRouter(route_class=TrashRoute, tags=["roadmaps"])
"""Routes about what is in the trash."""

MAX_VERSION = 2**31 - 1


@router.get("/roadmaps", response_model=schemas.RoadmapList)
async def list_roadmaps(
    me: Me, db: Db, q: Text = "", limit: Limit = 50, offset: Offset = 0
) -> dict[str, Any]:
    """My roadmaps, newest first; `q`: words of the title."""
    async with db.reading() as reader:
        return await queries.listing(reader, me.user_id, words=q, limit=limit, offset=offset)


@router.get("/roadmaps/trash", response_model=schemas.RoadmapList)
async def list_trash(me: Me, db: Db, limit: Limit = 50, offset: Offset = 0) -> dict[str, Any]:
    """What I threw away, newest first."""
    async with db.reading() as reader:
        return await queries.listing(reader, me.user_id, limit=limit, offset=offset, trashed=True)


@own.get("/roadmaps/{roadmap_id}", response_model=schemas.RoadmapDetail)
async def read_roadmap(roadmap_id: str, me: Me, db: Db) -> dict[str, Any]:
    """A roadmap with its tree and how far each concept is."""
    async with db.reading() as reader:
        return await queries.detail(reader, me.user_id, roadmap_id)


@router.patch("/roadmaps/{roadmap_id}", response_model=schemas.Renamed)
async def rename_roadmap(roadmap_id: str, wish: schemas.Rename, write: Write) -> dict[str, Any]:
    """Give it another title."""
    return await write(lambda tx: commands.rename(tx, roadmap_id, wish.title))


@router.delete("/roadmaps/{roadmap_id}", response_model=schemas.Trashed)
async def delete_roadmap(request: Request, roadmap_id: str, write: Write) -> dict[str, Any]:
    """Into the trash; what runs is cancelled."""
    settings = cast("Settings", request.app.state.settings)
    days = settings.retention.trash_days
    return await write(
        lambda tx: commands.throw_away(tx, roadmap_id, days), Note("roadmap_deleted", roadmap_id)
    )


@router.post("/roadmaps/{roadmap_id}/duplicate", status_code=201, response_model=schemas.Renamed)
async def duplicate_roadmap(
    roadmap_id: str,
    me: Me,
    db: Db,
    storage: Objects,
    lids: Holding,
    write: Write,
    wish: schemas.Duplicate | None = None,
) -> dict[str, Any]:
    """A second one with the same plan and content; nothing is learned in it yet."""
    copy = await duplicating.prepare(db, storage, roadmap_id, wish.title if wish else None)

    async def work(tx: Tx) -> dict[str, Any]:
        return await duplicating.insert(tx, copy, me.user_id, me.role)

    answer = await write(counted(work, lids, me.user_id, "generations"))
    await duplicating.keep_texts(storage, copy)
    return answer


@trash.post("/roadmaps/{roadmap_id}/restore", response_model=schemas.Done)
async def restore_roadmap(roadmap_id: str, me: Me, write: Write) -> dict[str, Any]:
    """Out of the trash."""
    return await write(lambda tx: commands.bring_back(tx, me.user_id, roadmap_id))


@trash.delete("/roadmaps/{roadmap_id}/permanent", response_model=schemas.Done)
async def purge_roadmap(roadmap_id: str, me: Me, write: Write) -> dict[str, Any]:
    """Out of the trash for good."""
    note = Note("roadmap_purged", roadmap_id)
    return await write(lambda tx: commands.purge(tx, me.user_id, roadmap_id), note)


@own.get("/roadmaps/{roadmap_id}/framework", response_model=schemas.FrameworkAnswer)
async def read_framework(roadmap_id: str, me: Me, db: Db) -> dict[str, Any]:
    """The newest version of the tree."""
    async with db.reading() as reader:
        return await queries.framework(reader, me.user_id, roadmap_id)


@router.put("/roadmaps/{roadmap_id}/framework", response_model=schemas.FrameworkSaved)
@router.post(
    "/roadmaps/{roadmap_id}/framework", response_model=schemas.FrameworkSaved, name="save_framework_alias"
)
async def save_framework(
    roadmap_id: str, me: Me, db: Db, edit: schemas.FrameworkEdit, write: Write
) -> dict[str, Any]:
    """Save a hand edit of the tree."""
    sent = Framework(roadmap_id=roadmap_id, **edit.framework.model_dump())
    ready = await commands.prepare_edit(db, me.user_id, roadmap_id, sent, edit.version)
    return await write(lambda tx: commands.save_edit(tx, roadmap_id, ready))


@router.get("/roadmaps/{roadmap_id}/framework/history", response_model=schemas.History)
async def read_history(roadmap_id: str, db: Db) -> dict[str, Any]:
    """All versions of the tree, newest first."""
    async with db.reading() as reader:
        return await queries.history(reader, roadmap_id)


@router.get(
    "/roadmaps/{roadmap_id}/framework/{version}/diff",
    response_model=schemas.Diff,
    response_model_exclude_unset=True,
)
async def read_diff(
    roadmap_id: str, version: int, db: Db, since: Annotated[Version | None, Query(alias="from")] = None
) -> dict[str, Any]:
    """What changed in a version, since the one before it or since `from`."""
    if not 0 < version <= MAX_VERSION:
        raise NotFoundError("There is no such version.", code="version_not_found")
    async with db.reading() as reader:
        return await queries.diff(reader, roadmap_id, version - 1 if since is None else since, version)


@router.get("/roadmaps/{roadmap_id}/active-task", response_model=schemas.ActiveTaskAnswer)
async def read_active_task(roadmap_id: str, db: Db) -> dict[str, Any]:
    """The newest running creation task, else the newest running one."""
    async with db.reading() as reader:
        rows = await tasks.roadmap_tasks(reader, roadmap_id)
    active = tasks.active(rows)
    return {"has_active_task": active is not None, **(active or {}), "as_of": tasks.as_of(rows)}


@router.get("/roadmaps/{roadmap_id}/status-check", response_model=schemas.StatusCheck)
async def check_status(roadmap_id: str, db: Db) -> dict[str, Any]:
    """What runs for this roadmap."""
    async with db.reading() as reader:
        rows = await tasks.roadmap_tasks(reader, roadmap_id)
    running = tasks.live(rows)
    return {
        "roadmap_id": roadmap_id,
        "has_active_task": bool(running),
        "active_tasks": running,
        "stale_concepts": [],
        "as_of": tasks.as_of(rows),
    }
