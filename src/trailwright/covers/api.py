"""Routes about covers."""

from typing import Any

from fastapi import APIRouter

from trailwright.covers.queries import cover_of
from trailwright.covers.schemas import Cover, Covers, RoadmapIds
from trailwright.errors import NotFoundError
from trailwright.kit.api import Db, Me, Route
from trailwright.roadmaps import queries as roadmaps

router = APIRouter(route_class=Route, tags=["covers"])


@router.get("/roadmap/{roadmap_id}/cover-image", response_model=Cover)
@router.get("/roadmaps/{roadmap_id}/cover-image", response_model=Cover, name="read_cover_alias")
async def read_cover(roadmap_id: str, me: Me, db: Db) -> dict[str, Any]:
    """One roadmap's cover."""
    async with db.reading() as reader:
        titles = await roadmaps.titles(reader, me.user_id, [roadmap_id])
    if roadmap_id not in titles:
        raise NotFoundError("There is no such roadmap.", code="roadmap_not_found")
    return cover_of(roadmap_id, titles[roadmap_id])


@router.post("/cover-images/batch-get", response_model=Covers)
async def read_covers(me: Me, db: Db, chosen: RoadmapIds) -> dict[str, Any]:
    """Several roadmaps' covers."""
    async with db.reading() as reader:
        titles = await roadmaps.titles(reader, me.user_id, chosen.roadmap_ids)
    return {"covers": {roadmap_id: cover_of(roadmap_id, title) for roadmap_id, title in titles.items()}}
