"""Invitations: a word that makes one account, for one address or for whoever has it.

One holds as long as its maker may invite: who is an admin no more lets nobody in, and himself not back.
"""

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import and_, delete, exists, insert, or_, select

from trailwright.errors import ForbiddenError, NotFoundError
from trailwright.kit.clock import db_now, rfc3339
from trailwright.kit.db import Row, Snapshot, Tx
from trailwright.kit.ids import new_id
from trailwright.users.models import invites, users
from trailwright.users.proofs import DAY_MS, digest_of, mint

Role = Literal["learner", "admin"]

_HOLDS = and_(
    invites.c.expires_at > db_now(),
    exists().where(
        users.c.user_id == invites.c.created_by, users.c.role == "admin", users.c.disabled_at.is_(None)
    ),
)


async def make(tx: Tx, by: str, *, email: str | None, role: Role, days: int) -> tuple[dict[str, Any], str]:
    """The invitation as admins see it, and once its word."""
    word, digest = mint("invite")
    now = int(await tx.value(select(db_now())))
    row = {
        "digest": digest,
        "invite_id": new_id("invite"),
        "email": email,
        "role": role,
        "created_by": by,
        "created_at": now,
        "expires_at": now + days * DAY_MS,
    }
    await tx.run(insert(invites).values(row))
    return told(row), word


async def read(reader: Snapshot, word: str) -> Row | None:
    """The invitation that the word opens; None when it opens none (any more)."""
    return await reader.row(select(invites).where(invites.c.digest == digest_of(word), _HOLDS))


async def use(tx: Tx, word: str, email: str) -> Role:
    """Use it up; the role it gives. Raises `ForbiddenError` for one that is no good for this address."""
    row = await read(tx, word)
    good = row is not None and row["email"] in {None, email}
    if not good or not await tx.run(delete(invites).where(invites.c.digest == digest_of(word))):
        raise ForbiddenError(
            "This invitation is used up, too old, or for somebody else. Ask for a new one.",
            code="invite_invalid",
        )
    assert row is not None  # noqa: S101 - it is good
    return "admin" if row["role"] == "admin" else "learner"


async def use_for(tx: Tx, email: str) -> Role | None:
    """Use up the one that names this address; its role, None without one."""
    mine = (invites.c.email == email, _HOLDS)
    row = await tx.row(select(invites).where(*mine).order_by(invites.c.created_at.desc()))
    if row is None or not await tx.run(delete(invites).where(invites.c.digest == row["digest"])):
        return None
    return "admin" if row["role"] == "admin" else "learner"


async def listed(reader: Snapshot) -> Sequence[dict[str, Any]]:
    """Those that nobody has used yet, the newest first."""
    statement = select(invites).where(_HOLDS)
    return [told(row) for row in await reader.rows(statement.order_by(invites.c.created_at.desc()))]


async def made_by(reader: Snapshot, user_id: str) -> Sequence[dict[str, Any]]:
    """All that this admin made and nobody has used, those too that are too old."""
    statement = select(invites).where(invites.c.created_by == user_id).order_by(invites.c.created_at)
    return [told(row) for row in await reader.rows(statement)]


async def is_there(reader: Snapshot, invite_id: str) -> bool:
    """Whether there is one of that name."""
    return await reader.row(select(invites.c.digest).where(invites.c.invite_id == invite_id)) is not None


async def revoke(tx: Tx, invite_id: str) -> None:
    """Take it back; raises `NotFoundError`."""
    if not await tx.run(delete(invites).where(invites.c.invite_id == invite_id)):
        raise NotFoundError("There is no such invitation.", code="invite_not_found")


async def forget_of(tx: Tx, user_id: str, email: str | None) -> None:
    """Those that a user who is gone made, and those for him."""
    theirs = invites.c.created_by == user_id
    await tx.run(delete(invites).where(or_(theirs, invites.c.email == email) if email else theirs))


async def forget_expired(tx: Tx) -> int:
    """Drop those that are too old; how many."""
    return await tx.run(delete(invites).where(invites.c.expires_at <= db_now()))


def told(row: Row | dict[str, Any]) -> dict[str, Any]:
    """An invitation as admins see it: never the word."""
    names = ("invite_id", "email", "role", "created_by")
    moments = ("created_at", "expires_at")
    return {name: row[name] for name in names} | {name: rfc3339(row[name]) for name in moments}
