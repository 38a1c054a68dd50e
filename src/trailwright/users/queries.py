"""Reading people."""

from typing import Any

from sqlalchemy import select

from trailwright.kit.clock import rfc3339
from trailwright.kit.db import Snapshot
from trailwright.users.models import identities, users


async def is_known(reader: Snapshot, user_id: str) -> bool:
    """Whether there is such a user."""
    return await reader.row(select(users.c.user_id).where(users.c.user_id == user_id)) is not None


async def me(reader: Snapshot, user_id: str) -> dict[str, Any]:
    """What a user's row says to himself; of the local user there is no account, so no address."""
    row = await reader.row(select(users).where(users.c.user_id == user_id))
    if row is None or row["email"] is None:
        return {"email": None}
    return {
        "email": row["email"],
        "created_at": rfc3339(row["created_at"]),
        "has_password": row["password_hash"] is not None,
    }


async def profile(reader: Snapshot, user_id: str) -> dict[str, Any]:
    """What the user said of himself; empty before he did."""
    found = await reader.value(select(users.c.profile).where(users.c.user_id == user_id))
    return dict(found or {})


async def providers_of(reader: Snapshot, user_id: str) -> list[dict[str, Any]]:
    """Where the user signs in besides, and by what the provider knows him."""
    mine = select(identities).where(identities.c.user_id == user_id).order_by(identities.c.created_at)
    return [
        {"issuer": row["issuer"], "subject": row["subject"], "since": rfc3339(row["created_at"])}
        for row in await reader.rows(mine)
    ]
