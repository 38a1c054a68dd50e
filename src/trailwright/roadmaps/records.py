"""The roadmap's own row, as far as other rooms write it; imports nothing of theirs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, insert, select, update

from trailwright.kit.clock import db_now
from trailwright.kit.db import Tx
from trailwright.roadmaps.models import roadmaps
from trailwright.settings_parts import PURGE_AFTER_DAYS

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


async def empty_trash(tx: Tx, after_days: int = PURGE_AFTER_DAYS) -> None:
    """Purge roadmaps that were deleted so many days ago, with everything that hangs on them."""
    before = db_now() - after_days * _DAY_MS
    await tx.run(delete(roadmaps).where(roadmaps.c.deleted_at < before))


THERE = select(roadmaps.c.roadmap_id).where(roadmaps.c.deleted_at.is_(None)).subquery("there")
"""Roadmaps that are not in the trash, for other rooms to join with."""


TITLED = (
    select(*(roadmaps.c[name] for name in ("roadmap_id", "user_id", "title", "version", "preferences")))
    .where(roadmaps.c.deleted_at.is_(None))
    .subquery("titled")
)
"""The same with what names them, for other rooms to join with."""


def is_there(roadmap_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the roadmap a row names is not in the trash; for other rooms' conditions."""
    return exists().where(roadmaps.c.roadmap_id == roadmap_id, roadmaps.c.deleted_at.is_(None))


async def lock_there(tx: Tx, roadmap_ids: Sequence[str], user_id: str | None = None) -> set[str]:
    """Those of these roadmaps that are not in the trash, locked in the order of their ids; a user's alone."""
    conditions: list[ColumnElement[bool]] = [
        roadmaps.c.roadmap_id.in_(list(roadmap_ids)),
        roadmaps.c.deleted_at.is_(None),
    ]
    if user_id is not None:
        conditions.append(roadmaps.c.user_id == user_id)
    statement = select(roadmaps.c.roadmap_id).where(*conditions).order_by(roadmaps.c.roadmap_id)
    return {row["roadmap_id"] for row in await tx.rows(statement.with_for_update(key_share=True))}
