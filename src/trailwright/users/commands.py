"""People: their rows, what they say of themselves, and answers that are given once per request."""

import hashlib
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_not  # SQLite speaks the same clause

from trailwright.errors import InvalidError
from trailwright.kit.api import Answer, Repeatable, Work
from trailwright.kit.clock import db_now
from trailwright.kit.db import Tx
from trailwright.users.models import idempotency, users

KEEP_ANSWERS_MS = 24 * 3600 * 1000


async def ensure_user(tx: Tx, user_id: str, *, role: str, email: str | None = None) -> None:
    """Make the user's row unless it is there."""
    row = {"user_id": user_id, "email": email, "role": role, "created_at": await tx.value(select(db_now()))}
    await tx.run(insert_or_not(users).values(row).on_conflict_do_nothing(index_elements=["user_id"]))


async def save_profile(tx: Tx, user_id: str, role: str, profile: dict[str, Any]) -> Answer:
    """Replace what the user says of himself."""
    await ensure_user(tx, user_id, role=role)
    await tx.run(update(users).where(users.c.user_id == user_id).values(profile=profile))
    return profile


async def once(tx: Tx, request: Repeatable, work: Work) -> Answer:
    """Run `work` unless this request was answered within 24 h; then the first's answer.

    The key's row is written in the command's own transaction: either both are there or neither. The second
    of two at once waits for the first's row. The row is the first lock of its transaction, and each
    transaction takes at most one, so it stands before the roadmap in the lock order.
    Raises `InvalidError` when the key came with another body.
    """
    mine = (
        idempotency.c.user_id == request.user_id,
        idempotency.c.path == request.path,
        idempotency.c.key == request.key,
    )
    now = int(await tx.value(select(db_now())))
    await tx.run(delete(idempotency).where(*mine, idempotency.c.created_at < now - KEEP_ANSWERS_MS))
    digest = hashlib.sha256(request.body).hexdigest()
    row = {
        "user_id": request.user_id,
        "path": request.path,
        "key": request.key,
        "body_hash": digest,
        "created_at": now,
    }
    fresh = insert_or_not(idempotency).values(row).on_conflict_do_nothing()
    if await tx.run(fresh) == 1:
        answer = await work(tx)
        await tx.run(update(idempotency).where(*mine).values(response=answer))
        return answer
    first = await tx.row(select(idempotency.c.body_hash, idempotency.c.response).where(*mine))
    assert first is not None  # noqa: S101 - a conflict was just seen
    if first["body_hash"] != digest:
        field = {"field": "Idempotency-Key", "message": "was used before with another body"}
        raise InvalidError("This key came with another body before.", code="key_reused", errors=[field])
    return dict(first["response"])


async def forget_answers(tx: Tx) -> int:
    """Drop answers older than 24 h; how many. For whoever tidies up."""
    return await tx.run(delete(idempotency).where(idempotency.c.created_at < db_now() - KEEP_ANSWERS_MS))
