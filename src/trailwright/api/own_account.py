"""Routes about one's own account: password, sessions, API tokens, what happened, leaving for good."""

from typing import Any

from fastapi import APIRouter, Request, Response

from trailwright.api.desk import At, From, drop
from trailwright.errors import ConflictError, InvalidError
from trailwright.kit.api import Db, Me, PersonRoute, address
from trailwright.kit.db import Tx
from trailwright.kit.schemas import Limit, Offset
from trailwright.users import accounts, audit, leaving, proofs, schemas

router = APIRouter(route_class=PersonRoute, tags=["accounts"])

MAX_TOKENS = 50


@router.put("/auth/password", response_model=schemas.DoneAnswer)
async def change_password(desk: At, me: Me, source: From, change: schemas.PasswordChange) -> dict[str, Any]:
    """Set another password; every other session ends."""
    await desk.change_password(
        me.user_id, change.current_password, change.new_password, proof=me.proof, source=source
    )
    return {}


@router.get("/auth/sessions", response_model=schemas.SessionList)
async def read_sessions(desk: At, me: Me, db: Db) -> dict[str, Any]:
    """Where I am signed in."""
    del desk
    async with db.reading() as reader:
        rows = await proofs.listed(reader, me.user_id, "session")
    return {"sessions": [proofs.session_told(row, me.proof) for row in rows]}


@router.delete("/auth/sessions", response_model=schemas.Revoked)
async def revoke_other_sessions(desk: At, me: Me, source: From) -> dict[str, Any]:
    """Sign out everywhere but here."""

    async def work(tx: Tx) -> int:
        ended = await proofs.revoke_all(tx, me.user_id, "session", but=me.proof)
        details = {"sessions": ended}
        await audit.note(tx, "session_revoked", user_id=me.user_id, details=details, address=source.address)
        return ended

    return {"revoked": await desk.db.transact(work)}


@router.delete("/auth/sessions/{session_id}", response_model=schemas.DoneAnswer)
async def revoke_session(session_id: str, desk: At, me: Me, source: From) -> dict[str, Any]:
    """Sign out there."""

    async def work(tx: Tx) -> None:
        await proofs.revoke(tx, me.user_id, "session", session_id)
        await audit.note(
            tx, "session_revoked", user_id=me.user_id, subject=session_id, address=source.address
        )

    await desk.db.transact(work)
    return {}


@router.get("/auth/tokens", response_model=schemas.TokenList)
async def read_tokens(desk: At, me: Me, db: Db) -> dict[str, Any]:
    """My programs' tokens; never their words."""
    del desk
    async with db.reading() as reader:
        return {
            "tokens": [proofs.token_told(row) for row in await proofs.listed(reader, me.user_id, "token")]
        }


@router.post("/auth/tokens", status_code=201, response_model=schemas.NewApiToken)
async def create_token(desk: At, me: Me, source: From, order: schemas.TokenOrder) -> dict[str, Any]:
    """A token for a program. Its word is told this once."""

    async def work(tx: Tx) -> dict[str, Any]:
        if len(await proofs.listed(tx, me.user_id, "token")) >= MAX_TOKENS:
            raise ConflictError("There are 50 tokens already. Revoke one first.", code="too_many_tokens")
        made = await proofs.new_token(tx, me.user_id, order.name, order.scopes, order.expires_in_days)
        details = {"name": order.name, "scopes": made["scopes"]}
        await audit.note(
            tx,
            "token_created",
            user_id=me.user_id,
            subject=made["token_id"],
            details=details,
            address=source.address,
        )
        return made

    return await desk.db.transact(work)


@router.delete("/auth/tokens/{token_id}", response_model=schemas.DoneAnswer)
async def revoke_token(token_id: str, desk: At, me: Me, source: From) -> dict[str, Any]:
    """End a program's token."""

    async def work(tx: Tx) -> None:
        await proofs.revoke(tx, me.user_id, "token", token_id)
        await audit.note(tx, "token_revoked", user_id=me.user_id, subject=token_id, address=source.address)

    await desk.db.transact(work)
    return {}


@router.get("/users/me/audit", response_model=schemas.AuditPage)
async def read_my_audit(me: Me, db: Db, limit: Limit = 50, offset: Offset = 0) -> dict[str, Any]:
    """What happened with my account, the newest first."""
    async with db.reading() as reader:
        return await audit.page(reader, user_id=me.user_id, limit=limit, offset=offset)


@router.post("/users/me/delete", response_model=schemas.DoneAnswer)
async def delete_me(
    request: Request,
    response: Response,
    desk: At,
    me: Me,
    source: From,
    said: schemas.Farewell,
) -> dict[str, Any]:
    """Leave for good, with everything. Nothing of it can be brought back."""
    async with desk.db.reading() as reader:
        row = await accounts.by_id(reader, me.user_id)
        await accounts.refuse_last_admin(reader, row)
    if accounts.email_of(said.email) != row["email"]:
        field = {"field": "email", "message": "is not the address of this account"}
        raise InvalidError("Type the address of your account to confirm.", errors=[field])
    await desk.confirm(me.user_id, said.password, source)
    await leaving.leave(desk.db, me.user_id, by=me.user_id, address=address(request))
    drop(request, response)
    return {}
