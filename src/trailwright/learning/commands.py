"""Marking what is finished."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as insert_or_not  # SQLite speaks the same clause

from trailwright.kit.clock import db_now
from trailwright.kit.db import Tx
from trailwright.learning import queries
from trailwright.learning.models import learned


async def mark(
    tx: Tx, user_id: str, roadmap_id: str, concept_id: str, *, is_completed: bool
) -> dict[str, Any]:
    """Finished or not; the first time of finishing stays."""
    row = {"user_id": user_id, "roadmap_id": roadmap_id, "concept_id": concept_id}
    if is_completed:
        row["completed_at"] = await tx.value(select(db_now()))
        await tx.run(insert_or_not(learned).values(row).on_conflict_do_nothing())
    else:
        mine = [learned.c[name] == value for name, value in row.items()]
        await tx.run(delete(learned).where(*mine))
    return await queries.of_concept(tx, user_id, roadmap_id, concept_id)
