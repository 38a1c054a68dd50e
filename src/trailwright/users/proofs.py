"""What proves who somebody is: sessions, API tokens, tickets for a socket, links to a new password.

Each is a random word of 256 bits that its owner alone holds; the database knows its SHA-256. A word that long
cannot be guessed from its digest, so the digest needs no salt and finds the row by its key.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import and_, delete, insert, or_, select, update

from trailwright.kit.api import READ, WRITE
from trailwright.kit.clock import db_now, rfc3339
from trailwright.kit.db import Row, Snapshot, Tx
from trailwright.kit.ids import new_id
from trailwright.users.models import proofs, users

Kind = Literal["session", "token", "ticket", "reset"]
PREFIX = {"session": "tws_", "token": "twt_", "ticket": "twk_", "reset": "twr_", "invite": "twi_"}
"""How words begin, so that people and scanners for leaked keys know what they see."""

LONGEST = 200
MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
TICKET_MS = MINUTE_MS
RESET_MS = 60 * MINUTE_MS
SEEN_EVERY_MS = 5 * MINUTE_MS
"""How exact "last used" is: so a request writes nothing but once in five minutes."""

AGENT_LENGTH = 200
HINT_LENGTH = 9
BOTH = f"{READ} {WRITE}"


@dataclass(frozen=True)
class Source:
    """Where a request comes from: its address, and what its browser calls itself."""

    address: str = ""
    agent: str = ""


def mint(kind: str) -> tuple[str, str]:
    """A new word and its digest."""
    word = PREFIX[kind] + secrets.token_urlsafe(32)
    return word, digest_of(word)


def digest_of(word: str) -> str:
    """How the database knows a word."""
    return hashlib.sha256(word.encode("utf-8", "surrogateescape")).hexdigest()


_HOLDS = and_(
    or_(proofs.c.expires_at.is_(None), proofs.c.expires_at > db_now()),
    users.c.disabled_at.is_(None),
)
_WHO = (
    select(
        proofs.c.digest,
        proofs.c.proof_id,
        proofs.c.kind,
        proofs.c.user_id,
        proofs.c.scopes,
        proofs.c.used_at,
        users.c.role,
        db_now().label("now"),
    )
    .join(users, users.c.user_id == proofs.c.user_id)
    .where(_HOLDS)
)


async def holder(reader: Snapshot, digest: str) -> Row | None:
    """Who holds a session or an API token, by its digest; None when it proves nothing (any more)."""
    bearing = proofs.c.kind.in_(("session", "token"))
    return await reader.row(_WHO.where(proofs.c.digest == digest, bearing))


async def seen(tx: Tx, digest: str, user_id: str) -> None:
    """It was used just now."""
    await tx.run(update(proofs).where(proofs.c.digest == digest).values(used_at=db_now()))
    await tx.run(update(users).where(users.c.user_id == user_id).values(seen_at=db_now()))


async def begin_session(tx: Tx, user_id: str, source: Source, *, method: str, lives_ms: int) -> str:
    """Sign in: the session's word."""
    word = await _keep(
        tx,
        "session",
        user_id,
        now=db_now(),
        expires_at=db_now() + lives_ms,
        scopes=BOTH,
        method=method,
        address=source.address,
        agent=source.agent[:AGENT_LENGTH],
    )
    await tx.run(update(users).where(users.c.user_id == user_id).values(seen_at=db_now()))
    return word


async def new_ticket(tx: Tx, user_id: str, parent: str, scopes: str) -> str:
    """A word for one socket, good for a minute and as long as what it was got with."""
    now = int(await tx.value(select(db_now())))
    return await _keep(
        tx, "ticket", user_id, now=now, expires_at=now + TICKET_MS, scopes=scopes, parent=parent
    )


async def use_ticket(tx: Tx, digest: str) -> Row | None:
    """Who got the ticket, by what; it is used up with that. None when it is no good."""
    mine = and_(proofs.c.digest == digest, proofs.c.kind == "ticket")
    found = await tx.row(
        select(proofs.c.parent, proofs.c.expires_at, db_now().label("now")).where(mine).with_for_update()
    )
    if found is None or await tx.run(delete(proofs).where(mine)) == 0:
        return None
    return None if found["expires_at"] <= found["now"] else await holder(tx, found["parent"])


async def new_reset(tx: Tx, user_id: str, *, by: str | None = None) -> str:
    """A word with which a new password may be set, once, within an hour; older ones end.

    `by`: the admin who has it in his hands, see `end_resets_by`.
    """
    now = int(await tx.value(select(db_now())))
    await tx.run(delete(proofs).where(proofs.c.user_id == user_id, proofs.c.kind == "reset"))
    return await _keep(tx, "reset", user_id, now=now, expires_at=now + RESET_MS, scopes="", name=by)


async def end_resets_by(tx: Tx, user_id: str) -> None:
    """End the links that this admin made for others: he may no more."""
    await tx.run(delete(proofs).where(proofs.c.kind == "reset", proofs.c.name == user_id))


async def resets(reader: Snapshot, word: str) -> str | None:
    """The address of the account whose password the word may set; None when it is no good."""
    mine = (proofs.c.digest == digest_of(word), proofs.c.kind == "reset", _HOLDS)
    found: str | None = await reader.value(
        select(users.c.email).join(proofs, proofs.c.user_id == users.c.user_id).where(*mine)
    )
    return found


async def use_reset(tx: Tx, word: str) -> str | None:
    """Whose password may be set; the word is used up with that. None when it is no good."""
    mine = and_(proofs.c.digest == digest_of(word), proofs.c.kind == "reset")
    found = await tx.row(_WHO.where(mine))
    if await tx.run(delete(proofs).where(mine)) == 0 or found is None:
        return None
    return str(found["user_id"])


async def new_token(
    tx: Tx, user_id: str, name: str, scopes: Sequence[str], days: int | None
) -> dict[str, Any]:
    """An API token: its row, and once its word."""
    now = int(await tx.value(select(db_now())))
    said = " ".join(scope for scope in (READ, WRITE) if scope in {READ, *scopes})
    ends = None if days is None else now + days * DAY_MS
    word = await _keep(tx, "token", user_id, now=now, expires_at=ends, scopes=said, name=name)
    row = await tx.row(select(proofs).where(proofs.c.digest == digest_of(word)))
    assert row is not None  # noqa: S101 - just written
    return {**token_told(row), "token": word}


async def _keep(tx: Tx, kind: Kind, user_id: str, *, now: Any, **columns: Any) -> str:
    word, digest = mint(kind)
    row = {
        "digest": digest,
        "proof_id": new_id(kind),
        "kind": kind,
        "user_id": user_id,
        "hint": word[:HINT_LENGTH],
        "created_at": now,
        "used_at": now if kind == "session" else None,
        **columns,
    }
    await tx.run(insert(proofs).values(row))
    return word


async def listed(reader: Snapshot, user_id: str, kind: Kind) -> Sequence[Row]:
    """A user's sessions or tokens that hold, the last used first."""
    last = proofs.c.used_at
    statement = (
        select(proofs)
        .where(
            proofs.c.user_id == user_id,
            proofs.c.kind == kind,
            or_(proofs.c.expires_at.is_(None), proofs.c.expires_at > db_now()),
        )
        .order_by(last.is_(None), last.desc(), proofs.c.created_at.desc(), proofs.c.proof_id)
    )
    return await reader.rows(statement)


async def owner_of(reader: Snapshot, proof_id: str, kind: Kind) -> str | None:
    """Whose session or token it is; None when there is none of that name."""
    mine = (proofs.c.proof_id == proof_id, proofs.c.kind == kind)
    found: str | None = await reader.value(select(proofs.c.user_id).where(*mine))
    return found


async def revoke(tx: Tx, user_id: str, kind: Kind, proof_id: str) -> bool:
    """End one of the user's; whether there was one."""
    mine = (proofs.c.user_id == user_id, proofs.c.kind == kind, proofs.c.proof_id == proof_id)
    return await tx.run(delete(proofs).where(*mine)) > 0


async def revoke_all(tx: Tx, user_id: str, *kinds: Kind, but: str = "") -> int:
    """End all of these kinds but the one with this digest; how many."""
    mine = (proofs.c.user_id == user_id, proofs.c.kind.in_(kinds), proofs.c.digest != but)
    return await tx.run(delete(proofs).where(*mine))


async def end(tx: Tx, digest: str) -> None:
    """End this one."""
    await tx.run(delete(proofs).where(proofs.c.digest == digest))


async def forget_expired(tx: Tx) -> int:
    """Drop what holds no more; how many. For whoever tidies up."""
    return await tx.run(delete(proofs).where(proofs.c.expires_at <= db_now()))


def session_told(row: Row, current: str) -> dict[str, Any]:
    """A session as its owner sees it."""
    return {
        "session_id": row["proof_id"],
        "created_at": rfc3339(row["created_at"]),
        "last_used_at": rfc3339(row["used_at"]),
        "expires_at": rfc3339(row["expires_at"]),
        "address": row["address"] or "",
        "user_agent": row["agent"] or "",
        "method": row["method"] or "password",
        "current": row["digest"] == current,
    }


def token_told(row: Row) -> dict[str, Any]:
    """An API token as its owner sees it: never the word."""
    return {
        "token_id": row["proof_id"],
        "name": row["name"] or "",
        "scopes": row["scopes"].split(),
        "hint": f"{row['hint']}…",
        "created_at": rfc3339(row["created_at"]),
        "expires_at": rfc3339(row["expires_at"]),
        "last_used_at": rfc3339(row["used_at"]),
    }
