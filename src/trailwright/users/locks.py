"""The lock that comes last of all: a user's own row."""

from sqlalchemy import select

from trailwright.kit.db import Tx
from trailwright.users.models import users


async def lock_user(tx: Tx, user_id: str) -> None:
    """Whoever adds up what a user spends holds this until its transaction ends."""
    await tx.row(select(users.c.user_id).where(users.c.user_id == user_id).with_for_update(key_share=True))
