"""What people may do about covers. The roadmap is locked first, then looked at again."""

from collections.abc import Sequence
from typing import Any

from trailwright.covers.queries import cover_of
from trailwright.covers.records import NewCover
from trailwright.errors import NotFoundError
from trailwright.kit.db import Row, Tx
from trailwright.roadmaps import frameworks
from trailwright.tasks import covering


async def batch_generate(tx: Tx, user_id: str, roadmap_ids: Sequence[str]) -> dict[str, Any]:
    """Have covers made for the user's roadmaps that lack one; an unknown id is told as a foreign one."""
    asked = list(dict.fromkeys(roadmap_ids))
    needed = await covering.ask_there(tx, [one for one in asked if "\x00" not in one], user_id)
    triggered = [one for one in asked if needed.get(one)]
    words = {True: "triggered", False: "skipped", None: "not_found"}
    results = {one: words[needed.get(one)] for one in asked}
    return {
        "triggered": len(triggered),
        "skipped": len(needed) - len(triggered),
        "roadmap_ids": triggered,
        "results": results,
        "message": _words(len(triggered)),
    }


def _words(count: int) -> str:
    if count == 0:
        return "Nothing needs to be made."
    return "One cover is being made." if count == 1 else f"{count} covers are being made."


async def generate(tx: Tx, roadmap_id: str) -> dict[str, Any]:
    """Have a cover made, or another one where there is one; twice at once is once."""
    roadmap = await _lock(tx, roadmap_id)
    await covering.ask_anew(tx, roadmap_id, roadmap["now"], another=True)
    return await cover_of(tx, roadmap_id, roadmap["title"])


async def keep_upload(tx: Tx, roadmap_id: str, digest: str) -> dict[str, Any]:
    """Show a person's own picture, which is stored already."""
    roadmap = await _lock(tx, roadmap_id)
    await covering.brought(tx, roadmap_id, NewCover(digest, "upload"), roadmap["now"])
    return await cover_of(tx, roadmap_id, roadmap["title"])


async def _lock(tx: Tx, roadmap_id: str) -> Row:
    roadmap = await frameworks.lock_roadmap(tx, roadmap_id)
    if roadmap is None:
        raise NotFoundError("There is no such roadmap.", code="roadmap_not_found")
    return roadmap
