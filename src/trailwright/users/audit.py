"""The audit log: who did what, to what, when, from where. Written with the change, read by admins.

It holds no secret and no content: names of settings without their values, ids, reasons.
"""

from typing import Any

from sqlalchemy import delete, func, insert, select, update

from trailwright.kit.clock import db_now, rfc3339
from trailwright.kit.db import Row, Snapshot, Tx
from trailwright.users.models import audit, users

SUBJECT_LENGTH = 320
DAY_MS = 24 * 3600 * 1000


async def note(
    tx: Tx,
    action: str,
    *,
    user_id: str | None,
    subject: str | None = None,
    details: dict[str, Any] | None = None,
    address: str = "",
) -> None:
    """Write one line; it is there when the change is, and not when it is not."""
    row = {
        "at": db_now(),
        "user_id": user_id,
        "action": action,
        "subject": subject[:SUBJECT_LENGTH] if subject else None,
        "details": details,
        "address": address or None,
    }
    await tx.run(insert(audit).values(row))


async def page(
    reader: Snapshot, *, limit: int, offset: int, user_id: str | None = None, action: str | None = None
) -> dict[str, Any]:
    """Entries, the newest first; of one user, or of one action."""
    wanted = [
        column == value
        for column, value in ((audit.c.user_id, user_id), (audit.c.action, action))
        if value is not None
    ]
    total = await reader.value(select(func.count()).select_from(audit).where(*wanted))
    statement = (
        select(audit, users.c.email)
        .join(users, users.c.user_id == audit.c.user_id, isouter=True)
        .where(*wanted)
        .order_by(audit.c.audit_id.desc())
        .limit(limit)
        .offset(offset)
    )
    return {"entries": [_told(row) for row in await reader.rows(statement)], "total": total}


def _told(row: Row) -> dict[str, Any]:
    return {
        "at": rfc3339(row["at"]),
        "user_id": row["user_id"],
        "email": row["email"],
        "action": row["action"],
        "subject": row["subject"],
        "details": row["details"] or {},
        "address": row["address"] or "",
    }


async def forget_who(tx: Tx, user_id: str, email: str | None) -> None:
    """Of a user who is gone the log keeps that something was done, by an id nobody has, from nowhere."""
    await tx.run(update(audit).where(audit.c.user_id == user_id).values(address=None, details=None))
    if email:
        await tx.run(update(audit).where(audit.c.subject == email).values(subject=None, address=None))


async def forget_old(tx: Tx, days: int) -> int:
    """Drop entries older than so many days; how many."""
    return await tx.run(delete(audit).where(audit.c.at < db_now() - days * DAY_MS))
