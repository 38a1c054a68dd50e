"""The roadmap's own row, as far as other rooms write it; imports nothing of theirs."""

from typing import Any

from sqlalchemy import delete, insert, update

from trailwright.kit.clock import db_now
from trailwright.kit.db import Tx
from trailwright.roadmaps.models import roadmaps
from trailwright.settings import PURGE_AFTER_DAYS

_DAY_MS = 24 * 3600 * 1000


async def create(tx: Tx, row: dict[str, Any]) -> None:
    """A new roadmap, before there is a framework."""
    await tx.run(insert(roadmaps), row)


async def keep_intent(tx: Tx, roadmap_id: str, intent: dict[str, Any], title: str, now: int) -> None:
    """What the goal was understood to mean."""
    await tx.run(
        update(roadmaps)
        .where(roadmaps.c.roadmap_id == roadmap_id)
        .values(intent=intent, title=title, updated_at=now)
    )


async def empty_trash(tx: Tx) -> None:
    """Purge roadmaps that were deleted 30 days ago, with everything that hangs on them."""
    before = db_now() - PURGE_AFTER_DAYS * _DAY_MS
    await tx.run(delete(roadmaps).where(roadmaps.c.deleted_at < before))
