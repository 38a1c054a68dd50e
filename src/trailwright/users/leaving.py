"""Somebody leaves for good, and everything of his goes: nothing here can be taken back.

The door is shut first, so that nothing new comes; from that commit on the deletion is decided. Cut off
anywhere after it, whoever tidies up goes on where it was: any number of processes may, at once.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import delete, func, select, update

from trailwright.errors import NotFoundError
from trailwright.kit.clock import db_now
from trailwright.kit.db import Database, Snapshot, Tx
from trailwright.limits import commands as limits
from trailwright.roadmaps import commands as roadmaps
from trailwright.roadmaps import queries as roadmap_queries
from trailwright.tasks.upkeep import forget_spending
from trailwright.users import accounts, audit, invites, proofs, throttle
from trailwright.users.models import idempotency, users


async def leave(db: Database, user_id: str, *, by: str, address: str) -> None:
    """Shut the account, stop what runs for it, drop what it made, then the account itself.

    Raises `ConflictError` for the last admin, `NotFoundError` for who is not there. Stored texts go with the
    next sweep, within an hour.
    """
    await db.transact(partial(begin, user_id=user_id, by=by, address=address))
    await finish(db, user_id)


async def begin(tx: Tx, user_id: str, *, by: str, address: str) -> None:
    """Shut the door, and say in the audit log who did; begun twice is begun once."""
    await tx.alone("admins")
    row = await accounts.by_id(tx, user_id)
    if row["leaving_at"] is not None:
        return
    await accounts.refuse_last_admin(tx, row)
    shut = {"disabled_at": func.coalesce(users.c.disabled_at, db_now()), "leaving_at": db_now()}
    await tx.run(update(users).where(users.c.user_id == user_id).values(shut))
    await proofs.revoke_all(tx, user_id, "session", "token", "ticket", "reset")
    await proofs.end_resets_by(tx, user_id)
    await audit.note(
        tx, "user_deleted", user_id=by, subject=user_id, address=address if by != user_id else ""
    )


async def under_way(reader: Snapshot) -> Sequence[str]:
    """Whoever has begun to leave and is still there."""
    statement = select(users.c.user_id).where(users.c.leaving_at.is_not(None)).order_by(users.c.leaving_at)
    return [row["user_id"] for row in await reader.rows(statement)]


async def finish(db: Database, user_id: str) -> None:
    """Drop what is left of whoever has begun to leave."""
    while True:
        async with db.reading() as reader:
            left = await roadmap_queries.ids_of(reader, user_id)
        if not left:
            break
        for roadmap_id, trashed in left.items():
            await _drop(db, user_id, roadmap_id, trashed=trashed)
    await db.transact(partial(_forget, user_id=user_id))


async def _drop(db: Database, user_id: str, roadmap_id: str, *, trashed: bool) -> None:
    """In two steps, as a person would: what runs is cancelled by the first. One that is gone is gone."""
    steps: list[Any] = [partial(roadmaps.purge, user_id=user_id, roadmap_id=roadmap_id)]
    if not trashed:
        steps.insert(0, partial(roadmaps.throw_away, roadmap_id=roadmap_id))
    try:
        for step in steps:
            await db.transact(step)
    except NotFoundError:
        return


async def _forget(tx: Tx, user_id: str) -> None:
    """The last step; done by another meanwhile, it is done."""
    row = await tx.row(select(users.c.email).where(users.c.user_id == user_id).with_for_update())
    if row is None:
        return
    await forget_spending(tx, user_id)
    await limits.forget(tx, user_id)
    await tx.run(delete(idempotency).where(idempotency.c.user_id == user_id))
    await invites.forget_of(tx, user_id, row["email"])
    await throttle.forget(tx, row["email"] or "")
    await audit.forget_who(tx, user_id, row["email"])
    await tx.run(delete(users).where(users.c.user_id == user_id))
