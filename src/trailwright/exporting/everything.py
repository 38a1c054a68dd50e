"""Everything of one person, to take along: a ZIP of JSON documents, written to disk as it is read.

A roadmap stands in it twice: to read, as it is now, and whole, with all versions, decisions, wishes and
costs, as `trailwright import` takes it.
"""

import asyncio
import contextlib
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import orjson

from trailwright.covers import records as covers
from trailwright.exporting.contents import collected, named
from trailwright.kit.db import Database
from trailwright.kit.storage import Storage, StorageMissing
from trailwright.learning import queries as learning
from trailwright.payers import queries as payers
from trailwright.roadmaps import queries as roadmaps
from trailwright.roadmaps.archive import Archive, dump
from trailwright.roadmaps.schemas import RoadmapDetail
from trailwright.sharing import queries as sharing
from trailwright.tasks import queries as tasks
from trailwright.users import audit, invites, proofs
from trailwright.users import queries as users

PAGE = 200
WIDTH = 1600
"""Pixels of a cover: the larger of the two that are stored."""


async def write_everything(db: Database, storage: Storage, user_id: str) -> Path:
    """The file; whoever asked for it deletes it. One roadmap is in memory at a time."""
    with tempfile.NamedTemporaryFile(prefix="trailwright-export-", suffix=".zip", delete=False) as place:
        path = Path(place.name)
    try:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            await _put(file, "account.json", await _account(db, user_id))
            await _put(file, "tasks.json", await _tasks(db, user_id))
            async with db.reading() as reader:
                ids = await roadmaps.ids_of(reader, user_id)
            for roadmap_id, trashed in ids.items():
                told = await _roadmap(db, storage, user_id, roadmap_id, trashed=trashed)
                await _put(file, f"roadmaps/{roadmap_id}.json", told)
                await _put(file, f"archives/{roadmap_id}.json", await _archive(db, storage, roadmap_id))
                await _put_cover(file, db, storage, roadmap_id)
    except BaseException:
        await asyncio.to_thread(path.unlink, missing_ok=True)
        raise
    return path


async def _put(file: zipfile.ZipFile, name: str, document: Any) -> None:
    form = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS  # columns have names of a kind of their own
    data = await asyncio.to_thread(orjson.dumps, document, None, form)
    await asyncio.to_thread(file.writestr, name, data)


async def _put_cover(file: zipfile.ZipFile, db: Database, storage: Storage, roadmap_id: str) -> None:
    """The picture that is shown, if there is one."""
    async with db.reading() as reader:
        row = (await covers.shown(reader, [roadmap_id])).get(roadmap_id)
    if row is None:
        return
    try:
        picture = await storage.get(covers.object_key(roadmap_id, row["digest"], WIDTH))
    except StorageMissing:
        return
    await asyncio.to_thread(file.writestr, f"covers/{roadmap_id}.webp", picture)


async def _archive(db: Database, storage: Storage, roadmap_id: str) -> dict[str, Any]:
    """All there is of it; a stored text that is gone is left out."""
    async with db.reading() as reader:
        rows = await dump(reader, roadmap_id)
    if rows is None:
        return {}
    texts = {}
    for row in rows["content_versions"]:
        with contextlib.suppress(StorageMissing):
            texts[row["object_key"]] = (await storage.get(row["object_key"])).decode()
    return Archive(rows, texts).as_json()


async def _account(db: Database, user_id: str) -> dict[str, Any]:
    async with db.reading() as reader:
        sessions = await proofs.listed(reader, user_id, "session")
        tokens = await proofs.listed(reader, user_id, "token")
        own = await payers.of(reader, user_id)
        return {
            "user_id": user_id,
            **await users.me(reader, user_id),
            "profile": await users.profile(reader, user_id),
            "sessions": [proofs.session_told(row, "") for row in sessions],
            "tokens": [proofs.token_told(row) for row in tokens],
            "signs_in_at": await users.providers_of(reader, user_id),
            "own_model": None if own is None else {"model": own.model, "base_url": own.base_url},
            "invitations": await invites.made_by(reader, user_id),
            "audit": (await audit.page(reader, user_id=user_id, limit=100_000, offset=0))["entries"],
        }


async def _tasks(db: Database, user_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        async with db.reading() as reader:
            page = await tasks.task_list(
                reader, user_id, status=(), task_type=(), words="", limit=PAGE, offset=len(found)
            )
        found += page["tasks"]
        if len(page["tasks"]) < PAGE:
            return found


async def _roadmap(
    db: Database, storage: Storage, user_id: str, roadmap_id: str, *, trashed: bool
) -> dict[str, Any]:
    """As `export` writes it, with what was learned; of one in the trash what was asked and written."""
    async with db.reading() as reader:
        detail = None if trashed else await roadmaps.detail(reader, user_id, roadmap_id)
        row = await roadmaps.row(reader, user_id, roadmap_id, trashed=True)
        found = await named(reader, roadmap_id)
        learned = await learning.of_roadmap(reader, user_id, roadmap_id)
        share = await sharing.share(reader, roadmap_id)
    told: dict[str, Any] = {"roadmap_id": roadmap_id, "title": row["title"], "in_trash": trashed}
    if detail is not None:
        told["roadmap"] = RoadmapDetail.model_validate(detail).model_dump(mode="json")
    try:
        told |= (await collected(found, storage)).as_json()
    except StorageMissing:
        told |= {"missing": "a stored text is gone"} | found.asked
    return told | {"learned": learned, "share": share}
