"""`trailwright user add|reset|disable|admin`: accounts from the machine that runs the product."""

import asyncio
import getpass
import secrets
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from trailwright.commandline.configured import say, settings_for
from trailwright.commandline.database import opened
from trailwright.commandline.output import put
from trailwright.commandline.trouble import Trouble
from trailwright.errors import AppError
from trailwright.kit.db import Database, Row
from trailwright.settings import Settings
from trailwright.users import accounts, audit, proofs, shutting
from trailwright.users.passwords import Passwords, check_new

FROM_HERE = "command line"
Work = Callable[[Database, Settings], Awaitable[dict[str, object]]]


def add(email: str, data: Path | None, *, admin: bool, as_json: bool) -> int:
    """Make an account with a password from the terminal, from standard input, or made up and printed."""
    password, made_up = _password()

    async def work(db: Database, settings: Settings) -> dict[str, object]:
        del settings
        address = accounts.email_of(email)
        check_new(password, address)
        passwords = Passwords()
        try:
            kept = await passwords.hashed(password)
        finally:
            passwords.close()
        role = accounts.ADMIN if admin else accounts.LEARNER
        async with db.writing() as tx:
            user_id = await accounts.add_here(tx, address, kept, role)
            await audit.note(tx, "register", user_id=None, subject=user_id, address=FROM_HERE)
            given = (await accounts.by_id(tx, user_id))["role"]
        told: dict[str, object] = {"user_id": user_id, "email": address, "role": given}
        return told | ({"password": password} if made_up else {})

    return _run(work, data, as_json=as_json)


def reset(email: str, data: Path | None, *, as_json: bool) -> int:
    """Print a link to a new password, good for an hour."""

    async def work(db: Database, settings: Settings) -> dict[str, object]:
        async with db.writing() as tx:
            row = _there(await accounts.by_email(tx, accounts.email_of(email)), email)
            word = await proofs.new_reset(tx, row["user_id"])
            await audit.note(tx, "reset_asked", user_id=None, subject=row["user_id"], address=FROM_HERE)
        place = (settings.public_url or "").rstrip("/")
        return {"email": row["email"], "link": f"{place}/reset#{word}"}

    return _run(work, data, as_json=as_json)


def disable(email: str, data: Path | None, *, enable: bool, as_json: bool) -> int:
    """Shut somebody out at once, or let him in again."""
    return _change(email, data, as_json=as_json, disabled=not enable)


def admin(email: str, data: Path | None, *, revoke: bool, as_json: bool) -> int:
    """Make somebody an admin, or a learner again."""
    role = accounts.LEARNER if revoke else accounts.ADMIN
    return _change(email, data, as_json=as_json, role=role)


def _change(
    email: str,
    data: Path | None,
    *,
    as_json: bool,
    role: accounts.Role | None = None,
    disabled: bool | None = None,
) -> int:
    async def work(db: Database, settings: Settings) -> dict[str, object]:
        del settings
        async with db.writing() as tx:
            row = _there(await accounts.by_email(tx, accounts.email_of(email)), email)
            changed = await accounts.change(tx, row["user_id"], role=role, disabled=disabled)
            details = {"role": role} if role else {"disabled": disabled}
            await audit.note(
                tx, "user_changed", user_id=None, subject=row["user_id"], details=details, address=FROM_HERE
            )
        if changed["disabled"]:
            await shutting.stop_work(db, row["user_id"])
        return {name: changed[name] for name in ("user_id", "email", "role", "disabled")}

    return _run(work, data, as_json=as_json)


def _there(row: Row | None, email: str) -> Row:
    if row is None:
        raise Trouble(f"there is no account with the address {email}.")
    return row


def _run(work: Work, data: Path | None, *, as_json: bool) -> int:
    settings = settings_for(data)

    async def inside() -> dict[str, object]:
        async with opened(settings) as db:
            return await work(db, settings)

    try:
        told = asyncio.run(inside())
    except AppError as error:
        raise Trouble(error.detail or error.title) from None
    if as_json:
        put(told)
    else:
        for name, value in told.items():
            sys.stdout.write(f"{name}: {value}\n")
    return 0


def _password() -> tuple[str, bool]:
    """From a person at the terminal (twice), from a pipe (a line), or made up when the line is empty."""
    if not sys.stdin.isatty():
        given = sys.stdin.readline().rstrip("\n")
    else:
        given = getpass.getpass("Password (empty: one is made up): ")
        if given and getpass.getpass("Again: ") != given:
            raise Trouble("these are two different passwords.")
    if given:
        return given, False
    say("a password was made up; it is shown this once.")
    return secrets.token_urlsafe(12), True
