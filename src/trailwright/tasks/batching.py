"""One task for several items that a person chose: a list, all that failed, or all that is missing."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from trailwright.domain.lifecycle import TaskType
from trailwright.errors import BadRequestError, ConflictError
from trailwright.kit import ids
from trailwright.kit.db import Row, Tx
from trailwright.tasks.commands import new_task_row
from trailwright.tasks.leases import listed
from trailwright.tasks.models import items
from trailwright.tasks.progressing import say_content_queued
from trailwright.tasks.queries import has_content
from trailwright.tasks.retrying import (
    NOT_APPROVED,
    absent_concept,
    must_lock_roadmap,
    open_task,
    queue,
    unfinished,
)


async def retry_batch(
    tx: Tx,
    user_id: str,
    roadmap_id: str,
    *,
    chosen: Sequence[tuple[str, str]] | str,
    content_types: Collection[str] | None = None,
    max_cost_usd: float | None = None,
) -> dict[str, Any]:
    """One task for several items: a list of (concept_id, content_type), `failed` or `missing`."""
    roadmap = await must_lock_roadmap(tx, roadmap_id)
    rows = await _chosen_rows(tx, roadmap_id, chosen, content_types)
    free = [row for row in rows if row["task_id"] is None]
    if not free:
        if rows:
            raise ConflictError("These are being made by another task.", code="still_running")
        if not await has_content(tx, roadmap_id):
            raise ConflictError(NOT_APPROVED, code="not_approved")
        raise BadRequestError("Nothing to make here.", code="nothing_to_retry")
    held = await open_task(
        tx,
        new_task_row(
            task_id=ids.task_id(),
            user_id=user_id,
            roadmap_id=roadmap_id,
            task_type=TaskType.RETRY_BATCH,
            title=roadmap["title"],
            now=roadmap["now"],
            max_cost_usd=max_cost_usd,
        ),
    )
    queued = await queue(tx, held, free)
    concepts = len({row["concept_id"] for row in queued})
    say_content_queued(held, items=listed(queued), total_concepts=concepts)
    await held.write(tx)
    return {"task_id": held.task_id, "retried_count": len(free), "total": len(rows)}


async def _chosen_rows(
    tx: Tx,
    roadmap_id: str,
    chosen: Sequence[tuple[str, str]] | str,
    content_types: Collection[str] | None,
) -> Sequence[Row]:
    if isinstance(chosen, str):
        return await unfinished(tx, roadmap_id, content_types, only=chosen)
    rows = await tx.rows(
        select(items)
        .where(items.c.roadmap_id == roadmap_id, items.c.concept_id != "", items.c.dropped_at.is_(None))
        .order_by(items.c.position)
    )
    wanted = {(c, k) for c, k in chosen if content_types is None or k in content_types}
    found = [row for row in rows if (row["concept_id"], row["kind"]) in wanted]
    if len(found) < len(wanted):
        there = {row["concept_id"] for row in rows}
        raise await absent_concept(tx, roadmap_id, {concept_id for concept_id, _ in wanted} - there)
    return found
