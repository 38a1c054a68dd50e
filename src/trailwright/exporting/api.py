"""A roadmap with everything in it, to take along."""

import asyncio
import io
import zipfile
from collections.abc import Iterable
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Query, Request, Response
from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from trailwright.errors import ConflictError, NotFoundError
from trailwright.exporting.contents import collected, named
from trailwright.exporting.everything import write_everything
from trailwright.exporting.pages import Page, pages
from trailwright.kit.api import Db, Me, Note, Objects, PersonRoute, Route, address, ground
from trailwright.kit.storage import StorageMissing
from trailwright.roadmaps import queries
from trailwright.roadmaps.schemas import RoadmapDetail

router = APIRouter(route_class=Route, tags=["roadmaps"])
own = APIRouter(route_class=PersonRoute, tags=["accounts"])

_FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "application/zip": {"schema": {"type": "string", "format": "binary"}},
        }
    }
}


@router.get("/roadmaps/{roadmap_id}/export", response_class=Response, responses=_FILES)
async def export_roadmap(
    roadmap_id: str,
    me: Me,
    db: Db,
    storage: Objects,
    form: Annotated[Literal["json", "markdown"], Query(alias="format")] = "json",
) -> Response:
    """All of it with the quizzes' keys: one JSON document, or a zip of it and a folder per concept."""
    async with db.reading() as reader:
        detail = await queries.detail(reader, me.user_id, roadmap_id)
        found = await named(reader, roadmap_id)
    if detail["framework"] is None:
        raise ConflictError("There is no plan yet that could be taken along.", code="no_framework")
    try:
        contents = await collected(found, storage)
    except StorageMissing:
        raise NotFoundError("A stored text of this roadmap is gone.", code="content_gone") from None
    roadmap = RoadmapDetail.model_validate(detail).model_dump(mode="json")
    document = orjson.dumps({"roadmap": roadmap, **contents.as_json()}, option=orjson.OPT_INDENT_2)
    if form == "json":
        return _file(document, "application/json", f"{roadmap_id}.json")
    readable = pages(roadmap["framework"], contents)
    packed = await asyncio.to_thread(_packed, [("roadmap.json", document.decode()), *readable])
    return _file(packed, "application/zip", f"{roadmap_id}.zip")


_ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
}


@own.get("/users/me/export", response_class=Response, responses=_ZIP)
async def export_me(request: Request, me: Me, db: Db, storage: Objects) -> Response:
    """Everything of mine in a ZIP: account, tasks, roadmaps with all that was written, what I learned."""
    file = await write_everything(db, storage, me.user_id)
    place = address(request)
    await db.transact(
        lambda tx: ground(request).audit(tx, Note("user_exported"), user_id=me.user_id, address=place)
    )
    return FileResponse(
        file,
        media_type="application/zip",
        filename="trailwright.zip",
        background=BackgroundTask(file.unlink, missing_ok=True),
    )


def _file(content: bytes, media_type: str, name: str) -> Response:
    return Response(
        content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _packed(found: Iterable[Page]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in found:
            file.writestr(name, text)
    return held.getvalue()
