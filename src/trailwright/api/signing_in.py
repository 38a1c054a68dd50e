"""Routes for whoever is not signed in yet, and to get a ticket for a socket."""

from typing import Any, cast

from fastapi import APIRouter, Request, Response

from trailwright.api.access import API, bearer, session_cookie
from trailwright.api.desk import At, From, drop, keep, place
from trailwright.api.peers import is_here
from trailwright.errors import NotFoundError
from trailwright.kit.api import Db, Me, OpenRoute, Route, reading
from trailwright.kit.clock import rfc3339
from trailwright.settings import Settings
from trailwright.users import accounts, audit, invites, proofs, schemas
from trailwright.users.desk import SignedIn, Wish
from trailwright.users.passwords import LONGEST, SHORTEST

router = APIRouter(route_class=OpenRoute, tags=["accounts"])
tickets = APIRouter(route_class=Route, tags=["accounts"])


@router.get("/auth/options", response_model=schemas.AuthOptions)
async def read_auth_options(request: Request, db: Db) -> dict[str, Any]:
    """How people sign in here, and whether the first account is still to be made."""
    settings = cast("Settings", request.app.state.settings)
    first = False
    if request.app.state.desk is not None:
        async with db.reading() as reader:
            first = not await accounts.are_there_any(reader)
    auth = settings.auth
    oidc = {"name": auth.oidc_name, "start": f"{API}/auth/oidc/login"}
    return {
        "mode": "local" if request.app.state.desk is None else "accounts",
        "registration": auth.registration,
        "first_account": first,
        "setup_code_needed": first and not is_here(request.scope),
        "reset_by_mail": bool(settings.smtp.host),
        "oidc": oidc if auth.oidc_discovery_url and request.app.state.desk is not None else None,
        "password_min": SHORTEST,
        "password_max": LONGEST,
    }


def _told(request: Request, response: Response, session: SignedIn) -> dict[str, Any]:
    keep(request, response, session)
    return {"access_token": session.word, "expires_in": session.lives_s}


@router.post("/auth/register", response_model=schemas.Session)
async def register(
    request: Request, response: Response, desk: At, source: From, new: schemas.NewAccount
) -> dict[str, Any]:
    """Make an account and sign in; the first one is the admin's."""
    wish = Wish(new.email, new.password, new.invite, new.setup_code, here=is_here(request.scope))
    return _told(request, response, await desk.register(wish, source))


@router.post("/auth/login", response_model=schemas.Session)
async def login(
    request: Request, response: Response, desk: At, source: From, who: schemas.Credentials
) -> dict[str, Any]:
    """Sign in. A wrong address and a wrong password are one answer."""
    return _told(request, response, await desk.sign_in(who.email, who.password, source))


@router.post("/auth/logout", response_model=schemas.DoneAnswer)
async def logout(request: Request, response: Response, desk: At, source: From) -> dict[str, Any]:
    """End this session, if there is one."""
    words = (bearer(request.scope), session_cookie(request.scope, place(request)))
    for digest in (proofs.digest_of(word) for word in words if word):
        async with desk.db.writing() as tx:
            row = await proofs.holder(tx, digest)
            if row is not None and row["kind"] == "session":
                await proofs.end(tx, digest)
                await audit.note(tx, "logout", user_id=row["user_id"], address=source.address)
    drop(request, response)
    return {}


@router.post("/auth/reset", status_code=202, response_model=schemas.AcceptedAnswer)
async def ask_reset(desk: At, source: From, who: schemas.ResetOrder) -> dict[str, Any]:
    """Send a link to a new password, if there is such an account; the answer is the same if not."""
    await desk.ask_reset(who.email, source)
    return {}


@router.post("/auth/reset/confirm", response_model=schemas.Session)
async def confirm_reset(
    request: Request, response: Response, desk: At, source: From, new: schemas.NewPassword
) -> dict[str, Any]:
    """Set a new password by the link, and sign in; all other sessions end."""
    return _told(request, response, await desk.reset(new.token, new.password, source))


@router.post("/auth/invite", response_model=schemas.InviteAnswer)
async def read_invite(desk: At, sent: schemas.InviteWord) -> dict[str, Any]:
    """What an invitation is for."""
    async with desk.db.reading() as reader:
        row = await invites.read(reader, sent.invite)
    if row is None:
        raise NotFoundError("This invitation is used up or too old.", code="invite_not_found")
    return {"email": row["email"], "role": row["role"], "expires_at": rfc3339(row["expires_at"])}


@tickets.post("/auth/ticket", response_model=schemas.Ticket)
@reading
async def get_ticket(me: Me, db: Db) -> dict[str, Any]:
    """What lets one socket in that can send neither cookie nor header: `?token=`, once, within a minute."""
    word, _ = proofs.mint("ticket")  # in local mode sockets need none, and take any
    if me.proof:
        scopes = " ".join(sorted(me.scopes))
        word = await db.transact(lambda tx: proofs.new_ticket(tx, me.user_id, me.proof, scopes))
    return {"ticket": word, "expires_in": proofs.TICKET_MS // 1000}
