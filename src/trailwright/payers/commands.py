"""Setting one's own model, and taking it away."""

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_change  # SQLite speaks the same clause

from trailwright.configuration.sealing import seal, unseal
from trailwright.errors import NotFoundError
from trailwright.kit.clock import db_now
from trailwright.kit.db import Tx
from trailwright.payers.models import own_models
from trailwright.payers.queries import Stored

NONE_SET = "You have not set a model of your own."


def label(user_id: str) -> str:
    """What a key is bound to where it lies: it opens for nobody else."""
    return f"own model of {user_id}"


async def save(tx: Tx, own: Stored) -> None:
    """From now on this person's tasks go to this model."""
    now = int(await tx.value(select(db_now())))
    row: dict[str, Any] = {"model": own.model, "base_url": own.base_url, "sealed_key": own.sealed_key}
    row["changed_at"] = now
    changed = insert_or_change(own_models).values(user_id=own.user_id, **row)
    await tx.run(changed.on_conflict_do_update(index_elements=["user_id"], set_=row))


async def forget(tx: Tx, user_id: str) -> None:
    """From now on the installation's model is used. Raises `NotFoundError` when there was no own one."""
    if not await tx.run(delete(own_models).where(own_models.c.user_id == user_id)):
        raise NotFoundError(NONE_SET, code="key_not_found")


async def reseal(tx: Tx, old: str, new: str) -> tuple[int, int]:
    """Seal every key with the new secret: how many, and how many neither opens. Can be done again."""
    sealed = lost = 0
    for row in await tx.rows(select(own_models).with_for_update()):
        name = label(row["user_id"])
        plain = unseal(new, name, row["sealed_key"]) or unseal(old, name, row["sealed_key"])
        if plain is None:
            lost += 1
            continue
        mine = own_models.c.user_id == row["user_id"]
        await tx.run(update(own_models).where(mine).values(sealed_key=seal(new, name, plain)))
        sealed += 1
    return sealed, lost
