"""Accounts: made, signed in to, given a new password, changed by an admin, ended."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_not  # SQLite speaks the same clause

from trailwright.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from trailwright.kit.clock import db_now, rfc3339
from trailwright.kit.db import Row, Snapshot, Tx
from trailwright.kit.ids import new_id
from trailwright.kit.search import has_words
from trailwright.users import audit, invites, proofs
from trailwright.users.models import identities, users

LOCAL = "local"
"""Whoever used this machine before there were accounts: the first account is his, with all he made."""

LONGEST_EMAIL = 254
_LABEL = r"[^\s\x00-/:-@\[-`{-\x7f]+(?:-+[^\s\x00-/:-@\[-`{-\x7f]+)*"
_EMAIL = re.compile(rf"[^\s@\"(),:;<>\[\\\]]{{1,64}}@(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")
"""Of a host's name letters, digits and inner hyphens: `=?utf-8?q?x?=` is read as `x` by who sends mail."""

Role = Literal["learner", "admin"]
ADMIN: Role = "admin"
LEARNER: Role = "learner"
Registration = Literal["open", "invite", "closed"]


@dataclass(frozen=True)
class Entry:
    """What somebody brings who wants an account. `may_be_first`: None: no set-up code was given."""

    email: str
    password_hash: str | None
    invite: str | None = None
    may_be_first: bool | None = None


def email_of(text: str) -> str:
    """An address in the one form in which it is kept; raises `InvalidError` for what is none."""
    email = _nfkc(_nfkc(text).strip().lower())  # lower case may compose again
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email) or not email.isprintable():
        field = {"field": "email", "message": "must be an e-mail address"}
        raise InvalidError("This is no e-mail address.", errors=[field])
    return email


def _nfkc(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


async def are_there_any(reader: Snapshot) -> bool:
    """Whether anybody has an account."""
    return bool(await reader.value(select(exists().where(users.c.email.is_not(None)))))


async def by_email(reader: Snapshot, email: str) -> Row | None:
    """The account of that address."""
    return await reader.row(select(users).where(users.c.email == email))


async def by_id(reader: Snapshot, user_id: str) -> Row:
    """The user; raises `NotFoundError`."""
    found = await reader.row(select(users).where(users.c.user_id == user_id))
    if found is None:
        raise NotFoundError("There is no such user.", code="user_not_found")
    return found


async def register(tx: Tx, entry: Entry, registration: Registration) -> str:
    """Make the account; its id. The first is an admin's, and takes over what the local user made.

    Raises `ForbiddenError` that says what is missing, `ConflictError` for an address that cannot be taken.
    """
    if not await are_there_any(tx):
        await tx.alone("first account")
        if not await are_there_any(tx):
            return await _first(tx, entry)
    role = await _role(tx, entry, registration)
    return await add(tx, entry.email, entry.password_hash, role)


async def _first(tx: Tx, entry: Entry) -> str:
    if entry.may_be_first is None:
        raise ForbiddenError(
            "The first account is the admin's. Enter the set-up code that the server printed at its start.",
            code="setup_code_needed",
        )
    if not entry.may_be_first:
        raise ForbiddenError("This is not the set-up code.", code="setup_code_invalid")
    claimed = update(users).where(users.c.user_id == LOCAL, users.c.email.is_(None))
    values = {"email": entry.email, "password_hash": entry.password_hash, "role": ADMIN}
    if await tx.run(claimed.values(values)):
        return LOCAL
    return await add(tx, entry.email, entry.password_hash, ADMIN)


async def _role(tx: Tx, entry: Entry, registration: Registration) -> Role:
    if registration == "closed":
        raise ForbiddenError("Nobody can make an account here by himself.", code="registration_closed")
    if entry.invite:
        return await invites.use(tx, entry.invite, entry.email)
    if registration == "invite":
        raise ForbiddenError("An invitation is needed to make an account here.", code="invite_needed")
    return LEARNER


async def add_here(tx: Tx, email: str, password_hash: str, role: Role) -> str:
    """Make an account at the machine itself; its id. The first takes over what the local user made."""
    await tx.alone("first account")
    if not await are_there_any(tx):
        return await _first(tx, Entry(email, password_hash, may_be_first=True))
    return await add(tx, email, password_hash, role)


async def add(tx: Tx, email: str, password_hash: str | None, role: Role) -> str:
    """Make the account, whoever asked for it; its id. Raises `ConflictError`."""
    user_id = new_id("user")
    row = {
        "user_id": user_id,
        "email": email,
        "password_hash": password_hash,
        "role": role,
        "created_at": await tx.value(select(db_now())),
    }
    if not await tx.run(insert_or_not(users).values(row).on_conflict_do_nothing(index_elements=["email"])):
        raise ConflictError(
            "This account cannot be made. If you have one, sign in or set a new password.",
            code="cannot_register",
        )
    return user_id


async def set_password(tx: Tx, user_id: str, password_hash: str, *, but: str = "") -> None:
    """A new password; every session but one ends, and every link to another one. API tokens stay."""
    await tx.run(update(users).where(users.c.user_id == user_id).values(password_hash=password_hash))
    await proofs.revoke_all(tx, user_id, "session", "reset", but=but)


async def keep_newer_hash(tx: Tx, user_id: str, password_hash: str) -> None:
    """The same password, hashed in today's way."""
    await tx.run(update(users).where(users.c.user_id == user_id).values(password_hash=password_hash))


async def change(
    tx: Tx, user_id: str, *, role: Role | None = None, disabled: bool | None = None
) -> dict[str, Any]:
    """Another role; shut out, at once, or let in again. Raises `ConflictError` for the last admin."""
    await tx.alone("admins")
    row = await by_id(tx, user_id)
    if row["email"] is None or row["leaving_at"] is not None:
        raise NotFoundError("There is no such user.", code="user_not_found")
    stays = (role or row["role"]) == ADMIN and not (disabled if disabled is not None else row["disabled_at"])
    if not stays:
        await refuse_last_admin(tx, row)
    values: dict[str, Any] = {}
    if role is not None:
        values["role"] = role
    if disabled is not None:
        now = await tx.value(select(db_now()))
        values["disabled_at"] = (row["disabled_at"] or now) if disabled else None
    if values:
        await tx.run(update(users).where(users.c.user_id == user_id).values(values))
    if not stays:
        await proofs.end_resets_by(tx, user_id)
    if disabled:
        await proofs.revoke_all(tx, user_id, "session", "ticket", "reset")
    return told(await by_id(tx, user_id))


async def refuse_last_admin(tx: Snapshot, row: Row) -> None:
    """Raises `ConflictError` when nobody else could administer."""
    if row["role"] != ADMIN or row["disabled_at"] is not None:
        return
    others = select(
        exists().where(
            users.c.role == ADMIN,
            users.c.email.is_not(None),
            users.c.disabled_at.is_(None),
            users.c.user_id != row["user_id"],
        )
    )
    if not await tx.value(others):
        raise ConflictError(
            "Nobody would be left to administer. Make another admin first.", code="last_admin"
        )


async def listing(reader: Snapshot, *, words: str, limit: int, offset: int) -> dict[str, Any]:
    """Accounts, the newest first; `words`: of the address."""
    wanted = (users.c.email.is_not(None), users.c.leaving_at.is_(None), has_words(users.c.email, words))
    total = await reader.value(select(func.count()).select_from(users).where(*wanted))
    rows = await reader.rows(
        select(users)
        .where(*wanted)
        .order_by(users.c.created_at.desc(), users.c.user_id)
        .limit(limit)
        .offset(offset)
    )
    return {"users": [told(row) for row in rows], "total": total}


def told(row: Row) -> dict[str, Any]:
    """An account as an admin sees it."""
    return {
        "user_id": row["user_id"],
        "email": row["email"],
        "role": row["role"],
        "disabled": row["disabled_at"] is not None,
        "created_at": rfc3339(row["created_at"]),
        "last_seen_at": rfc3339(row["seen_at"]),
        "has_password": row["password_hash"] is not None,
    }


async def of_identity(
    tx: Tx, issuer: str, claims: Mapping[str, Any], registration: Registration, address: str = ""
) -> tuple[str | None, str]:
    """Who somebody is whom an OpenID provider vouches for: his id, or None and why not.

    Known by subject; else by the address the provider has verified, which then belongs to that subject:
    another one of the provider to whom the address was given later does not get the account.
    """
    subject = str(claims["sub"])
    known = (
        select(users.c.user_id, users.c.disabled_at)
        .join(identities)
        .where(identities.c.issuer == issuer, identities.c.subject == subject)
    )
    if (row := await tx.row(known)) is not None:
        return (None, "no_account") if row["disabled_at"] is not None else (str(row["user_id"]), "")
    if not claims.get("email") or str(claims.get("email_verified")).lower() != "true":
        return None, "no_email"
    email = email_of(str(claims["email"]))
    if not await are_there_any(tx):
        return None, "first"
    user_id = await _by_address(tx, email, registration)
    if user_id is None or await _is_anothers(tx, user_id, issuer):
        return None, "no_account"
    # whoever made this account by password has not shown that the address is his; the provider has
    await tx.run(update(users).where(users.c.user_id == user_id).values(password_hash=None))
    await proofs.revoke_all(tx, user_id, "session", "token", "ticket", "reset")
    now = await tx.value(select(db_now()))
    row_of = {"issuer": issuer, "subject": subject, "user_id": user_id, "created_at": now}
    await tx.run(insert(identities).values(row_of))
    await audit.note(tx, "identity_linked", user_id=user_id, subject=issuer, address=address)
    return user_id, ""


async def _is_anothers(tx: Tx, user_id: str, issuer: str) -> bool:
    """Whether the account belongs to a subject of this provider already."""
    theirs = (identities.c.user_id == user_id, identities.c.issuer == issuer)
    return bool(await tx.value(select(exists().where(*theirs))))


async def _by_address(tx: Tx, email: str, registration: Registration) -> str | None:
    """The account of a verified address, made where registration is open or an invitation names it."""
    found = await by_email(tx, email)
    if found is not None:
        return None if found["disabled_at"] is not None else str(found["user_id"])
    role = await invites.use_for(tx, email) if registration == "invite" else None
    if registration == "open":
        role = LEARNER
    return None if role is None else await add(tx, email, None, role)


async def forget_expired(tx: Tx) -> None:
    """Drop what proves nothing any more. For whoever tidies up."""
    await proofs.forget_expired(tx)
    await invites.forget_expired(tx)
