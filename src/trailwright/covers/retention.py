"""Pictures that no roadmap shows any more are thrown away."""

from collections.abc import Sequence

from trailwright.covers.records import FOLDER, parsed_key, shown
from trailwright.kit.db import Database
from trailwright.kit.storage import Storage, Stored

GRACE_MS = 6 * 3600 * 1000
"""A picture is stored before the row that names it is written; younger ones are left alone."""


async def sweep(db: Database, storage: Storage, now_ms: int) -> int:
    """Delete pictures of purged roadmaps and those that were replaced; lists first, then asks. How many."""
    swept = 0
    async for page in storage.pages(FOLDER):
        garbage = await _garbage(db, [one for one in page if one.changed_at < now_ms - GRACE_MS])
        await storage.delete(garbage)
        swept += len(garbage)
    return swept


async def _garbage(db: Database, page: Sequence[Stored]) -> list[str]:
    named = {one.key: found for one in page if (found := parsed_key(one.key))}
    if not named:
        return []
    async with db.reading() as snapshot:
        rows = await shown(snapshot, sorted({roadmap_id for roadmap_id, _ in named.values()}))
    kept = {(roadmap_id, row["digest"]) for roadmap_id, row in rows.items()}
    return [key for key, found in named.items() if found not in kept]
