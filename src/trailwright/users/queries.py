"""Reading people."""

from typing import Any

from sqlalchemy import select

from trailwright.kit.db import Snapshot
from trailwright.users.models import users


async def is_known(reader: Snapshot, user_id: str) -> bool:
    """Whether there is such a user."""
    return await reader.row(select(users.c.user_id).where(users.c.user_id == user_id)) is not None


async def email(reader: Snapshot, user_id: str) -> str | None:
    """The user's address; None without a row or an address."""
    found: str | None = await reader.value(select(users.c.email).where(users.c.user_id == user_id))
    return found


async def profile(reader: Snapshot, user_id: str) -> dict[str, Any]:
    """What the user said of himself; empty before he did."""
    found = await reader.value(select(users.c.profile).where(users.c.user_id == user_id))
    return dict(found or {})
