"""Changing what was set in the web app."""

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as insert_or_change  # SQLite speaks the same clause

from trailwright.configuration.models import configured
from trailwright.kit.api import Answer
from trailwright.kit.clock import db_now
from trailwright.kit.db import Tx


async def save(tx: Tx, user_id: str, values: Mapping[str, str | None]) -> Answer:
    """Store values as they are given; None takes the setting away."""
    now = int(await tx.value(select(db_now())))
    for name, value in sorted(values.items()):
        if value is None:
            await tx.run(delete(configured).where(configured.c.name == name))
            continue
        row = {"name": name, "value": value, "changed_by": user_id, "changed_at": now}
        changed = insert_or_change(configured).values(row)
        await tx.run(
            changed.on_conflict_do_update(
                index_elements=["name"], set_={key: row[key] for key in ("value", "changed_by", "changed_at")}
            )
        )
    return {"saved": len(values)}
