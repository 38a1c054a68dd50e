"""Routes of OpenID Connect: to the provider, and back with what it vouches for."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from trailwright.api.access import API
from trailwright.api.desk import At, From, keep, place
from trailwright.api.peers import Place
from trailwright.errors import InvalidError, NotFoundError
from trailwright.kit.api import OpenRoute
from trailwright.kit.db import Tx
from trailwright.kit.log import get_logger
from trailwright.users import accounts
from trailwright.users.desk import Desk, SignedIn
from trailwright.users.oidc import WITHIN_S, NotVouched, Provider

router = APIRouter(route_class=OpenRoute, tags=["accounts"])

COOKIE = "trailwright_oidc"
CALLBACK = f"{API}/auth/oidc/callback"
_OWN_PAGE = re.compile(r"/(?![/\\])[^\s\\]{0,500}")
_REDIRECT: dict[int | str, dict[str, Any]] = {
    302: {"description": "To the provider, or back to the web app."}
}

log = get_logger(__name__)


def _provider(request: Request, desk: Desk) -> Provider:
    """The provider of the settings as they are now; raises `NotFoundError` where there is none."""
    auth, secret = desk.settings.auth, desk.settings.secret_key
    if not auth.oidc_discovery_url or secret is None:
        raise NotFoundError("No OpenID provider is set up here.", code="oidc_not_found")
    known: Provider | None = getattr(request.app.state, "oidc", None)
    if known is None or not known.is_for(auth):
        known = request.app.state.oidc = Provider(auth, secret.get_secret_value())
    return known


@router.get("/auth/oidc/login", response_class=Response, status_code=302, responses=_REDIRECT)
async def begin_oidc(
    request: Request, desk: At, back_to: Annotated[str, Query(alias="next", max_length=600)] = "/"
) -> Response:
    """To the provider's page, and back to `next`, an address of this app."""
    own = back_to if _OWN_PAGE.fullmatch(back_to) else "/"
    here = place(request)
    try:
        there, kept = await _provider(request, desk).start(f"{here.address}{CALLBACK}", own)
    except NotVouched as fault:
        return _failed(here, "failed", fault)
    answer = RedirectResponse(there, 302)
    path = here.below + CALLBACK
    answer.set_cookie(
        COOKIE, kept, max_age=WITHIN_S, path=path, secure=here.is_https, httponly=True, samesite="lax"
    )
    return answer


@router.get("/auth/oidc/callback", response_class=Response, status_code=302, responses=_REDIRECT)
async def end_oidc(request: Request, desk: At, source: From) -> Response:
    """Back from the provider: signed in, or to the page that says why not."""
    here = place(request)
    came = {name: value[:4000] for name, value in request.query_params.items()}
    if any("\x00" in value for value in came.values()):
        return _failed(here, "failed")
    kept = request.cookies.get(COOKIE, "")
    try:
        issuer, claims, back_to = await _provider(request, desk).finish(
            came, kept, f"{here.address}{CALLBACK}"
        )
    except NotVouched as fault:
        return _failed(here, "failed", fault)

    async def work(tx: Tx) -> tuple[SignedIn | None, str]:
        registration = desk.settings.auth.registration
        user_id, why = await accounts.of_identity(tx, issuer, claims, registration, source.address)
        return (None, why) if user_id is None else (await desk.sign_in_by(tx, user_id, source), "")

    try:
        session, why = await desk.db.transact(work)
    except InvalidError:
        return _failed(here, "no_email")
    if session is None:
        return _failed(here, why)
    answer = RedirectResponse(here.below + back_to, 302)
    keep(request, answer, session)
    answer.delete_cookie(COOKIE, path=here.below + CALLBACK)
    return answer


def _failed(here: Place, why: str, fault: NotVouched | None = None) -> Response:
    """To the page to sign in, which says why in the reader's language."""
    if fault is not None:
        log.warning("nobody was signed in by the OpenID provider", why=str(fault))
    answer = RedirectResponse(f"{here.below}/login#oidc_{why}", 302)
    answer.delete_cookie(COOKIE, path=here.below + CALLBACK)
    return answer
