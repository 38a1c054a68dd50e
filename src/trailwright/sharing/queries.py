"""Reading links and what they lead to: plan and texts, nothing of who learns by it or what it cost."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select

from trailwright.covers import queries as covers
from trailwright.errors import NotFoundError
from trailwright.kit.clock import rfc3339
from trailwright.kit.db import Row, Snapshot
from trailwright.kit.search import has_words
from trailwright.roadmaps import frameworks
from trailwright.roadmaps import queries as roadmaps
from trailwright.roadmaps.records import TITLED
from trailwright.sharing.models import shares

API = "/api/v1"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_OF_THE_OWNER = ("content_ref", "content_error", "resources_error", "quiz_error")
_FOUND = (
    select(
        shares,
        TITLED.c.user_id,
        TITLED.c.title,
        TITLED.c.version,
        TITLED.c.preferences,
    )
    .join(TITLED, TITLED.c.roadmap_id == shares.c.roadmap_id)
    .where(TITLED.c.version > 0)
)


def nowhere() -> NotFoundError:
    """What is raised for a link that never was, was taken back, or leads into the trash."""
    return NotFoundError("This link leads nowhere. Ask whoever gave it to you.", code="share_not_found")


async def row(reader: Snapshot, roadmap_id: str) -> Row | None:
    """A roadmap's link."""
    return await reader.row(select(shares).where(shares.c.roadmap_id == roadmap_id))


async def share(reader: Snapshot, roadmap_id: str) -> dict[str, Any]:
    """A roadmap's link as its owner is told."""
    found = await row(reader, roadmap_id)
    if found is None:
        return {"roadmap_id": roadmap_id, "shared": False, "offered": False, "featured": False}
    return {
        "roadmap_id": roadmap_id,
        "shared": True,
        "token": found["token"],
        "path": f"/shared/{found['token']}",
        "created_at": rfc3339(found["created_at"]),
        "offered": found["offered_at"] is not None,
        "featured": found["featured_at"] is not None,
    }


async def behind(reader: Snapshot, token: str, concept_id: str | None = None) -> Row:
    """Link and roadmap in one row; raises `NotFoundError`, for a concept that is not in it too."""
    found = None
    if _TOKEN.fullmatch(token):
        found = await reader.row(_FOUND.where(shares.c.token == token))
    if found is None:
        raise nowhere()
    if concept_id is not None and not await roadmaps.has_concept(reader, found["roadmap_id"], concept_id):
        raise NotFoundError("There is no such concept in this roadmap.", code="concept_not_found")
    return found


async def shared(reader: Snapshot, found: Row, user_id: str | None) -> dict[str, Any]:
    """The roadmap behind a link as anybody may see it; `user_id`: who asks, if that is known."""
    detail = await roadmaps.detail(reader, found["user_id"], found["roadmap_id"])
    mine, token = user_id is not None and user_id == found["user_id"], found["token"]
    return {
        "token": token,
        "title": detail["title"],
        "framework": _for_all(detail["framework"], token),
        "cover": _cover(detail["cover"], token),
        "progress": detail["progress"],
        "created_at": detail["created_at"],
        "shared_at": rfc3339(found["created_at"]),
        "is_mine": mine,
        "owner_roadmap_id": found["roadmap_id"] if mine else None,
    }


def _for_all(tree: dict[str, Any], token: str) -> dict[str, Any]:
    """The tree without what only its owner is told."""
    tree["roadmap_id"] = token
    for stage in tree["stages"]:
        for module in stage["modules"]:
            for concept in module["concepts"]:
                for name in _OF_THE_OWNER:
                    concept.pop(name, None)
    return tree


def _cover(cover: Mapping[str, Any], token: str) -> dict[str, Any]:
    """The cover with addresses that lead through the link."""
    old, new = f"{API}/roadmaps/{cover['roadmap_id']}/", f"{API}/shared/{token}/"
    told = {name: value for name, value in cover.items() if name != "error"} | {"roadmap_id": token}
    if "url" in told:
        told["url"] = told["url"].replace(old, new)
        told["variants"] = [one | {"url": one["url"].replace(old, new)} for one in told["variants"]]
    return told


async def public(reader: Snapshot, *, words: str, limit: int, offset: int) -> dict[str, Any]:
    """A page of what everybody is shown, newest first; `words`: of the title."""
    chosen = _FOUND.where(shares.c.featured_at.is_not(None), has_words(TITLED.c.title, words))
    rows, total = await _page(reader, chosen, shares.c.featured_at, limit, offset)
    trees = await frameworks.load_many(reader, {one["roadmap_id"]: one["version"] for one in rows})
    pictures = await covers.covers_of(reader, {one["roadmap_id"]: one["title"] for one in rows})
    told = [
        {
            "token": one["token"],
            "title": one["title"],
            "concepts": sum(1 for _ in trees[one["roadmap_id"]].concepts()),
            "total_estimated_hours": trees[one["roadmap_id"]].total_estimated_hours,
            "language": one["preferences"].get("primary_language", "en"),
            "cover": _cover(pictures[one["roadmap_id"]], one["token"]),
            "featured_at": rfc3339(one["featured_at"]),
        }
        for one in rows
    ]
    return {"roadmaps": told, "total": total}


async def all_offered(reader: Snapshot, *, limit: int, offset: int) -> dict[str, Any]:
    """A page of what owners offer to everybody, newest first."""
    chosen = _FOUND.where(shares.c.offered_at.is_not(None))
    rows, total = await _page(reader, chosen, shares.c.offered_at, limit, offset)
    return {"shares": [_offer(one) for one in rows], "total": total}


async def _page(
    reader: Snapshot, chosen: Select[Any], newest: Any, limit: int, offset: int
) -> tuple[Sequence[Row], int]:
    total = await reader.value(select(func.count()).select_from(chosen.subquery("chosen")))
    ordered = chosen.order_by(newest.desc(), shares.c.roadmap_id)
    return await reader.rows(ordered.limit(limit).offset(offset)), int(total)


async def offered(reader: Snapshot, roadmap_id: str) -> dict[str, Any]:
    """One entry of `all_offered`."""
    found = await reader.row(_FOUND.where(shares.c.roadmap_id == roadmap_id))
    if found is None:
        raise nowhere()
    return _offer(found)


def _offer(one: Row) -> dict[str, Any]:
    return {
        "roadmap_id": one["roadmap_id"],
        "token": one["token"],
        "title": one["title"],
        "offered_at": rfc3339(one["offered_at"]),
        "featured": one["featured_at"] is not None,
        "featured_at": rfc3339(one["featured_at"]),
    }
