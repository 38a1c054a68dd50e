"""What a learner has finished."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, func, select

from trailwright.kit.clock import rfc3339
from trailwright.kit.db import Snapshot
from trailwright.learning.models import learned
from trailwright.tasks.queries import LEARNABLE, LESSONS


async def counts(reader: Snapshot, user_id: str, roadmap_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Per roadmap `{completed, total}` of the concepts that are in it now and have items."""
    mine = and_(
        learned.c.user_id == user_id,
        learned.c.roadmap_id == LEARNABLE.c.roadmap_id,
        learned.c.concept_id == LEARNABLE.c.concept_id,
    )
    statement = (
        select(
            LEARNABLE.c.roadmap_id,
            func.count().label("total"),
            func.count(learned.c.concept_id).label("completed"),
        )
        .select_from(LEARNABLE.outerjoin(learned, mine))
        .where(LEARNABLE.c.roadmap_id.in_(roadmap_ids))
        .group_by(LEARNABLE.c.roadmap_id)
    )
    return {
        row["roadmap_id"]: {"completed": row["completed"], "total": row["total"]}
        for row in await reader.rows(statement)
    }


async def next_lessons(reader: Snapshot, user_id: str, roadmap_ids: Sequence[str]) -> dict[str, str]:
    """Per roadmap the first concept in learning order that can be read and is not finished."""
    mine = and_(
        learned.c.user_id == user_id,
        learned.c.roadmap_id == LESSONS.c.roadmap_id,
        learned.c.concept_id == LESSONS.c.concept_id,
    )
    place = func.row_number().over(partition_by=LESSONS.c.roadmap_id, order_by=LESSONS.c.position)
    unread = (
        select(LESSONS.c.roadmap_id, LESSONS.c.concept_id, place.label("place"))
        .select_from(LESSONS.outerjoin(learned, mine))
        .where(LESSONS.c.roadmap_id.in_(roadmap_ids), learned.c.concept_id.is_(None))
        .subquery("unread")
    )
    statement = select(unread.c.roadmap_id, unread.c.concept_id).where(unread.c.place == 1)
    return {row["roadmap_id"]: row["concept_id"] for row in await reader.rows(statement)}


async def of_concept(reader: Snapshot, user_id: str, roadmap_id: str, concept_id: str) -> dict[str, Any]:
    """Whether and when a concept was finished."""
    statement = select(learned.c.completed_at).where(
        learned.c.user_id == user_id,
        learned.c.roadmap_id == roadmap_id,
        learned.c.concept_id == concept_id,
    )
    at = await reader.value(statement)
    return {"concept_id": concept_id, "is_completed": at is not None, "completed_at": rfc3339(at)}


async def of_roadmap(reader: Snapshot, user_id: str, roadmap_id: str) -> list[dict[str, Any]]:
    """What was finished of a roadmap, as `of_concept`; concepts that left it too."""
    statement = (
        select(learned.c.concept_id, learned.c.completed_at)
        .where(learned.c.user_id == user_id, learned.c.roadmap_id == roadmap_id)
        .order_by(learned.c.completed_at, learned.c.concept_id)
    )
    return [
        {"concept_id": row["concept_id"], "is_completed": True, "completed_at": rfc3339(row["completed_at"])}
        for row in await reader.rows(statement)
    ]
