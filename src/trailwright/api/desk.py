"""What the routes about accounts share: the desk, where a request comes from, the session's cookie."""

from typing import Annotated, cast

from fastapi import Depends, Request, Response

from trailwright.api.access import cookie_at
from trailwright.api.peers import Place
from trailwright.errors import ConflictError
from trailwright.kit.api import address
from trailwright.settings import Settings
from trailwright.users.desk import Desk, SignedIn
from trailwright.users.proofs import Source


def _desk(request: Request) -> Desk:
    found: Desk | None = request.app.state.desk
    if found is None:
        raise ConflictError("There are no accounts here: AUTH__MODE is local.", code="local_mode")
    return found


def _source(request: Request) -> Source:
    return Source(address(request), request.headers.get("user-agent", ""))


At = Annotated[Desk, Depends(_desk)]
"""Only where there are accounts; local mode answers 409."""

From = Annotated[Source, Depends(_source)]


def place(request: Request) -> Place:
    """Where the request arrived, as its browser sees it."""
    settings = cast("Settings", request.app.state.settings)
    return Place(request.scope, settings.trusted_proxies, settings.public_url)


def keep(request: Request, response: Response, session: SignedIn) -> None:
    """Give the browser the session's cookie: no script can read it, no other site's page sends it along."""
    here = place(request)
    name, path = cookie_at(here)
    response.set_cookie(
        name,
        session.word,
        max_age=session.lives_s,
        path=path,
        secure=here.is_https,
        httponly=True,
        samesite="lax",
    )


def drop(request: Request, response: Response) -> None:
    """Take the cookie back."""
    here = place(request)
    name, path = cookie_at(here)
    response.delete_cookie(name, path=path, secure=here.is_https, httponly=True, samesite="lax")
