"""Routes of admins: who has an account, who is invited, what was done."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from trailwright.api.desk import At, From, place
from trailwright.domain.preferences import Text
from trailwright.errors import ConflictError
from trailwright.kit.api import AdminRoute, Db, Me, address
from trailwright.kit.clock import rfc3339
from trailwright.kit.db import Tx
from trailwright.kit.schemas import Limit, Offset
from trailwright.users import accounts, audit, invites, leaving, proofs, schemas, shutting
from trailwright.users.post import Post

router = APIRouter(route_class=AdminRoute, tags=["administration"])


@router.get("/admin/users", response_model=schemas.AccountPage)
async def read_users(desk: At, db: Db, q: Text = "", limit: Limit = 50, offset: Offset = 0) -> dict[str, Any]:
    """All accounts, the newest first; `q`: words of the address."""
    del desk
    async with db.reading() as reader:
        return await accounts.listing(reader, words=q, limit=limit, offset=offset)


@router.patch("/admin/users/{user_id}", response_model=schemas.Account)
async def change_user(
    user_id: str, desk: At, me: Me, source: From, wish: schemas.AccountChange
) -> dict[str, Any]:
    """Another role, or shut out: sessions and tokens hold no more from now on, and his tasks pause."""

    async def work(tx: Tx) -> dict[str, Any]:
        changed = await accounts.change(tx, user_id, role=wish.role, disabled=wish.disabled)
        details = wish.model_dump(exclude_none=True)
        await audit.note(
            tx, "user_changed", user_id=me.user_id, subject=user_id, details=details, address=source.address
        )
        return changed

    changed = await desk.db.transact(work)
    if changed["disabled"]:
        await shutting.stop_work(desk.db, user_id)
    return changed


@router.post("/admin/users/{user_id}/reset", response_model=schemas.LinkAnswer)
async def make_reset_link(request: Request, user_id: str, desk: At, me: Me, source: From) -> dict[str, Any]:
    """A link to a new password, to hand over; nothing is mailed."""

    async def work(tx: Tx) -> tuple[str, int]:
        await accounts.by_id(tx, user_id)
        word = await proofs.new_reset(tx, user_id, by=me.user_id)
        await audit.note(tx, "reset_asked", user_id=me.user_id, subject=user_id, address=source.address)
        row = await proofs.listed(tx, user_id, "reset")
        return word, int(row[0]["expires_at"])

    word, ends = await desk.db.transact(work)
    return {"link": f"{place(request).address}/reset#{word}", "expires_at": rfc3339(ends)}


@router.delete("/admin/users/{user_id}", response_model=schemas.DoneAnswer)
async def delete_user(request: Request, user_id: str, desk: At, me: Me) -> dict[str, Any]:
    """Take an account away with everything; nothing of it can be brought back."""
    async with desk.db.reading() as reader:
        await accounts.refuse_last_admin(reader, await accounts.by_id(reader, user_id))
    await leaving.leave(desk.db, user_id, by=me.user_id, address=address(request))
    return {}


@router.get("/admin/invites", response_model=schemas.InvitationList)
async def read_invites(desk: At, db: Db) -> dict[str, Any]:
    """Invitations that nobody has used yet."""
    del desk
    async with db.reading() as reader:
        return {"invites": await invites.listed(reader)}


@router.post("/admin/invites", status_code=201, response_model=schemas.NewInvitation)
async def create_invite(
    request: Request, desk: At, me: Me, source: From, order: schemas.InviteOrder
) -> dict[str, Any]:
    """Invite somebody. The link is told this once, and mailed where there is an address and a mail server."""
    if desk.settings.auth.registration == "closed":
        raise ConflictError("AUTH__REGISTRATION is closed: nobody could use it.", code="registration_closed")
    email = accounts.email_of(order.email) if order.email else None

    async def work(tx: Tx) -> tuple[dict[str, Any], str]:
        made, word = await invites.make(
            tx, me.user_id, email=email, role=order.role, days=order.expires_in_days
        )
        details = {"role": order.role}
        await audit.note(
            tx, "invite_created", user_id=me.user_id, subject=email, details=details, address=source.address
        )
        return made, word

    made, word = await desk.db.transact(work)
    link = f"{place(request).address}/register#{word}"
    post = Post(desk.settings.smtp)
    mailed = email is not None and post.is_there and await post.send("invite", email, link)
    return {**made, "link": link, "mailed": mailed}


@router.delete("/admin/invites/{invite_id}", response_model=schemas.DoneAnswer)
async def revoke_invite(invite_id: str, desk: At, me: Me, source: From) -> dict[str, Any]:
    """Take an invitation back."""

    async def work(tx: Tx) -> None:
        await invites.revoke(tx, invite_id)
        await audit.note(tx, "invite_revoked", user_id=me.user_id, subject=invite_id, address=source.address)

    await desk.db.transact(work)
    return {}


@router.get("/admin/audit", response_model=schemas.AuditPage)
async def read_audit(
    db: Db,
    user_id: Annotated[str | None, Query(max_length=160, pattern="^[A-Za-z0-9_-]+$")] = None,
    action: Annotated[str | None, Query(max_length=32, pattern="^[a-z_]+$")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> dict[str, Any]:
    """Who did what to what, when, from where; the newest first."""
    async with db.reading() as reader:
        return await audit.page(reader, user_id=user_id, action=action, limit=limit, offset=offset)
