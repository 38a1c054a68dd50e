"""The lock that comes last of all: a user's own row."""

from sqlalchemy import select

from trailwright.errors import UnauthorizedError
from trailwright.kit.db import Tx
from trailwright.users.models import users


async def lock_user(tx: Tx, user_id: str) -> None:
    """Whoever adds up what a user spends holds this until its transaction ends."""
    await tx.row(select(users.c.user_id).where(users.c.user_id == user_id).with_for_update(key_share=True))


async def lock_welcome(tx: Tx, user_id: str) -> None:
    """The same for whoever starts work; raises `UnauthorizedError` for who was shut out since he was let in.

    Shutting out changes that row: either it comes first and is seen here, or what was started is there when
    whoever shuts out looks for it.
    """
    mine = select(users.c.disabled_at).where(users.c.user_id == user_id)
    row = await tx.row(mine.with_for_update(key_share=True))
    if row is not None and row["disabled_at"] is not None:
        raise UnauthorizedError
