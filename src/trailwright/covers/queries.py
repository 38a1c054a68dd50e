"""Reading covers as they are told."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from trailwright.covers import records
from trailwright.covers.models import covers
from trailwright.kit.db import Row, Snapshot
from trailwright.tasks.covering import COVER_ITEMS

NOT_STARTED = "not_started"
_TOLD = {"completed": "success"}

COVERS = (
    select(
        COVER_ITEMS.c.roadmap_id,
        COVER_ITEMS.c.status.label("cover_status"),
        COVER_ITEMS.c.error_code.label("cover_error_code"),
        COVER_ITEMS.c.error_message.label("cover_error_message"),
        *(covers.c[name] for name in ("digest", "source", "attribution")),
    )
    .join(covers, covers.c.roadmap_id == COVER_ITEMS.c.roadmap_id, isouter=True)
    .subquery("cover")
)
"""What `told` needs of each roadmap that has a cover's item: for other rooms to join with."""

COLUMNS = tuple(column for column in COVERS.c if column.name != "roadmap_id")


async def covers_of(reader: Snapshot, titles: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The covers of roadmaps given by id and title: contract section 4. One statement."""
    statement = select(COVERS).where(COVERS.c.roadmap_id.in_(list(titles)))
    rows = {row["roadmap_id"]: row for row in await reader.rows(statement)} if titles else {}
    return {one: told(one, title, rows.get(one)) for one, title in titles.items()}


def told(roadmap_id: str, title: str, row: Row | None) -> dict[str, Any]:
    """A cover from a row with the columns of `COVERS`; without one, or without a status: not started."""
    if row is None or row["cover_status"] is None:
        return records.told(roadmap_id, title, NOT_STARTED, None)
    status = _TOLD.get(row["cover_status"], row["cover_status"])
    cover = records.told(roadmap_id, title, status, row if row["digest"] else None)
    if row["cover_error_code"]:
        cover["error"] = {"code": row["cover_error_code"], "message": row["cover_error_message"] or ""}
    return cover


async def cover_of(reader: Snapshot, roadmap_id: str, title: str) -> dict[str, Any]:
    """One roadmap's cover."""
    return (await covers_of(reader, {roadmap_id: title}))[roadmap_id]
