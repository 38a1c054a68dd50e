"""Somebody leaves for good, and everything of his goes: nothing here can be taken back."""

from functools import partial
from typing import Any

from sqlalchemy import delete, update

from trailwright.errors import NotFoundError
from trailwright.kit.clock import db_now
from trailwright.kit.db import Database, Tx
from trailwright.roadmaps import commands as roadmaps
from trailwright.roadmaps import queries as roadmap_queries
from trailwright.tasks.upkeep import forget_spending
from trailwright.users import accounts, audit, invites, proofs, throttle
from trailwright.users.models import idempotency, users


async def leave(db: Database, user_id: str, *, by: str, address: str) -> None:
    """Shut the account, stop what runs for it, drop what it made, then the account itself.

    The door is shut first, so that nothing new comes; done again after a crash it goes on where it was.
    Raises `ConflictError` for the last admin. Stored texts go with the next sweep, within an hour.
    """
    await db.transact(lambda tx: _shut(tx, user_id))
    while True:
        async with db.reading() as reader:
            left = await roadmap_queries.ids_of(reader, user_id)
        if not left:
            break
        for roadmap_id, trashed in left.items():
            await _drop(db, user_id, roadmap_id, trashed=trashed)
    await db.transact(lambda tx: _forget(tx, user_id, by=by, address=address))


async def _shut(tx: Tx, user_id: str) -> None:
    await tx.alone("admins")
    await accounts.refuse_last_admin(tx, await accounts.by_id(tx, user_id))
    await tx.run(update(users).where(users.c.user_id == user_id).values(disabled_at=db_now()))
    await proofs.revoke_all(tx, user_id, "session", "token", "ticket", "reset")


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


async def _forget(tx: Tx, user_id: str, *, by: str, address: str) -> None:
    row = await accounts.by_id(tx, user_id)
    await forget_spending(tx, user_id)
    await tx.run(delete(idempotency).where(idempotency.c.user_id == user_id))
    await invites.forget_of(tx, user_id, row["email"])
    await throttle.forget(tx, row["email"] or "")
    await audit.forget_who(tx, user_id, row["email"])
    await tx.run(delete(users).where(users.c.user_id == user_id))
    await audit.note(
        tx, "user_deleted", user_id=by, subject=user_id, address=address if by != user_id else ""
    )
