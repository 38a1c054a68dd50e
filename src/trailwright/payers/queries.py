"""Reading who pays for himself, by what."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from trailwright.kit.db import Row, Snapshot
from trailwright.payers.models import own_models


@dataclass(frozen=True)
class Stored:
    """A person's own model; its key as it lies in the database."""

    user_id: str
    model: str
    base_url: str | None
    sealed_key: str


def pays_himself(user_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Condition: this user has a model of his own."""
    return select(own_models.c.user_id).where(own_models.c.user_id == user_id).exists()


async def everybody(reader: Snapshot) -> dict[str, Stored]:
    """All who pay for themselves, by user."""
    return {row["user_id"]: _stored(row) for row in await reader.rows(select(own_models))}


async def of(reader: Snapshot, user_id: str) -> Stored | None:
    """This person's own model; None for who has none."""
    row = await reader.row(select(own_models).where(own_models.c.user_id == user_id))
    return None if row is None else _stored(row)


def _stored(row: Row) -> Stored:
    return Stored(row["user_id"], row["model"], row["base_url"], row["sealed_key"])
