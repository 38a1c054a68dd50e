"""Changing what was set in the web app."""

from collections.abc import Mapping

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_change  # SQLite speaks the same clause

from trailwright.configuration.catalogue import CATALOGUE
from trailwright.configuration.models import configured
from trailwright.configuration.sealing import seal, unseal
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


async def reseal(tx: Tx, old: str, new: str) -> tuple[int, int]:
    """Seal every key with the new secret: how many, and how many neither opens. Can be done again."""
    sealed = lost = 0
    for row in await tx.rows(select(configured).with_for_update()):
        name, value = row["name"], row["value"]
        if name not in CATALOGUE or CATALOGUE[name].kind != "secret":
            continue
        if unseal(new, name, value) is not None:
            sealed += 1
            continue
        plain = unseal(old, name, value)
        if plain is None:
            lost += 1
            continue
        fresh = seal(new, name, plain)
        await tx.run(update(configured).where(configured.c.name == name).values(value=fresh))
        sealed += 1
    return sealed, lost
