"""Who is let in.

Local mode: this machine's own user, and nobody whom a browser or a proxy brought along. Accounts: whoever
proves who he is by a session's cookie, a bearer token or, for a socket, a ticket.
"""

import contextlib
import re
import uuid
from collections.abc import Callable
from typing import Protocol
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trailwright.api.peers import Place, address_of, is_here, is_own
from trailwright.api.problems import problem
from trailwright.errors import AppError, BusyError, ForbiddenError, UnauthorizedError
from trailwright.kit.api import Caller, ground
from trailwright.kit.db import AWAY, Row
from trailwright.kit.log import bound
from trailwright.settings import Settings
from trailwright.users import proofs
from trailwright.users.desk import Desk

LOCAL_USER = Caller("local", "admin")
API = "/api/v1"
METRICS = "/metrics"
"""Judges by itself who may read it."""

_AUTH = ("login", "register", "logout", "reset", "reset/confirm", "invite", "options")
OPEN = frozenset(
    {
        *(f"{API}/{path}" for path in ("health/live", "health/ready", "openapi.json", "docs")),
        *(f"{API}/auth/{path}" for path in _AUTH),
        METRICS,
    }
)
SHARED = f"{API}/shared/"
OPEN_PREFIXES = (f"{API}/auth/oidc/", SHARED, f"{API}/public/")
"""Everything below is open, too; a route there says so by its class, `OpenRoute`."""

CSRF = "x-trailwright"
"""A header that no other site can make a browser send: no answer of ours ever allows it to."""

COOKIE, SECURE_COOKIE = "trailwright_session", "__Host-trailwright_session"
"""The second over https: then no other host of the same domain can plant one."""

COOKIE_BELOW = "trailwright_session_below"
"""Below a path: the site's other paths are not sent it, and one for the whole host is not taken for it."""

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_SAFE_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_BEARER = "bearer."
_CHALLENGE = {"WWW-Authenticate": "Bearer"}


class Door(Protocol):
    """Finds out who asks."""

    def address(self, scope: Scope) -> str:
        """Where the request comes from."""

    def is_open(self, path: str) -> bool:
        """Whether everybody may come here, known or not."""

    def check(self, scope: Scope) -> None:
        """Raises `AppError` for what no page of ours sent, whoever it is."""

    async def who(self, scope: Scope) -> Caller:
        """Raises `AppError` for whoever is not let in."""


def is_open(path: str) -> bool:
    """Whether a path of the API is open to all (contract section 4, access)."""
    return path in OPEN or path.startswith(OPEN_PREFIXES)


def local_caller(scope: Scope) -> Caller | None:
    """The local user, if the request comes from this machine, to it, from the app's own pages, directly."""
    headers = Headers(scope=scope)
    own = all(is_own(origin, headers.get("host", "")) for origin in headers.getlist("origin"))
    return LOCAL_USER if is_here(scope) and own else None


class LocalDoor:
    """Whoever sits at this machine, with no password."""

    def address(self, scope: Scope) -> str:
        """Whoever connected: no proxy is let in."""
        return address_of(scope, ())

    def is_open(self, path: str) -> bool:
        """Only what the contract names; the web app itself is for the local user."""
        return is_open(path)

    def check(self, scope: Scope) -> None:
        """Strangers are told apart by `who`."""

    async def who(self, scope: Scope) -> Caller:
        """The local user."""
        found = local_caller(scope)
        if found is None:
            raise ForbiddenError("Only this machine's own user is let in.")
        return found


class AccountsDoor:
    """Whoever proves that he has an account."""

    def __init__(self, desk: Desk, settings: Callable[[], Settings]) -> None:
        self._desk = desk
        self._settings = settings

    def place(self, scope: Scope) -> Place:
        """Where the request arrived."""
        settings = self._settings()
        return Place(scope, settings.trusted_proxies, settings.public_url)

    def address(self, scope: Scope) -> str:
        """As the trusted proxies say, else whoever connected."""
        return address_of(scope, self._settings().trusted_proxies)

    def is_open(self, path: str) -> bool:
        """The web app is for everybody: it shows where to sign in."""
        return is_open(path) or not (path.startswith("/api/") or path == "/api")

    def check(self, scope: Scope) -> None:
        """A browser says where a page that changes something comes from: it must be ours."""
        if scope["type"] == "http" and scope["method"] in _READS:
            return
        if bearer(scope) is not None:
            return  # no browser sends one by itself
        headers = Headers(scope=scope)
        origins = headers.getlist("origin")
        place = self.place(scope)
        foreign = not origins and headers.get("sec-fetch-site") in {"cross-site", "same-site"}
        if foreign or not all(place.is_ours(origin) for origin in origins):
            raise ForbiddenError("This request comes from another site's page.", code="bad_origin")

    async def who(self, scope: Scope) -> Caller:
        """The holder of the bearer token, else of the ticket, else of the cookie; the first that is there."""
        try:
            row = await self._find(scope)
        except AWAY:
            raise BusyError("The database cannot be reached at the moment.") from None
        if row is None:
            raise UnauthorizedError(headers=_CHALLENGE)
        if row["used_at"] is None or row["now"] - row["used_at"] > proofs.SEEN_EVERY_MS:
            self._desk.seen(row["digest"], row["user_id"])
        return caller_of(row)

    async def _find(self, scope: Scope) -> Row | None:
        if (word := bearer(scope)) is not None:
            return await self._holder(word)
        if (word := _ticket(scope)) is not None:
            self.check(scope)
            digest = proofs.digest_of(word)
            return await self._desk.db.transact(lambda tx: proofs.use_ticket(tx, digest))
        word = session_cookie(scope, self.place(scope))
        if word is None:
            return None
        self._check_cookie(scope)
        return await self._holder(word)

    def _check_cookie(self, scope: Scope) -> None:
        """A cookie comes along by itself, so what it allows must be asked for by a page of ours."""
        self.check(scope)
        if scope["type"] == "http" and scope["method"] not in _READS and CSRF not in Headers(scope=scope):
            raise ForbiddenError(
                "Send the header X-Trailwright: 1 with what changes something.", code="csrf_header_missing"
            )

    async def _holder(self, word: str) -> Row | None:
        if len(word) > proofs.LONGEST:
            return None
        async with self._desk.db.glancing() as reader:
            return await proofs.holder(reader, proofs.digest_of(word))

    async def still(self, caller: Caller) -> bool:
        """Whether what let somebody in still does."""
        async with self._desk.db.glancing() as reader:
            return await proofs.holder(reader, caller.proof) is not None


def caller_of(row: Row) -> Caller:
    """Who a session or a token belongs to."""
    scopes = frozenset(row["scopes"].split())
    is_person = row["kind"] == "session"
    return Caller(row["user_id"], row["role"], "session" if is_person else "token", scopes, row["digest"])


def bearer(scope: Scope) -> str | None:
    """The word of `Authorization: Bearer`, or of a socket's subprotocol; other schemes are a proxy's."""
    scheme, _, word = Headers(scope=scope).get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return word.strip()
    offered = scope.get("subprotocols") or []
    return next((one.removeprefix(_BEARER) for one in offered if one.startswith(_BEARER)), None)


def _ticket(scope: Scope) -> str | None:
    """The ticket of a socket; nothing else is let in by what stands in an address."""
    if scope["type"] != "websocket":
        return None
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return asked["token"][0] if "token" in asked else None


def session_cookie(scope: Scope, place: Place) -> str | None:
    """The session's word as the browser sent it."""
    return HTTPConnection(scope).cookies.get(cookie_at(place)[0])


def cookie_at(place: Place) -> tuple[str, str]:
    """Name and path of the session's cookie."""
    if place.below:
        return f"__Secure-{COOKIE_BELOW}" if place.is_https else COOKIE_BELOW, place.below
    return SECURE_COOKIE if place.is_https else COOKIE, "/"


class Access:
    """Finds out who asks and puts it on the connection; refuses strangers, but for what is open to all."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A refused request gets its answer; a refused socket is told by whoever serves it."""
        if scope["type"] in {"http", "websocket"}:
            refusal = await self._judge(scope)
            if refusal is not None and scope["type"] == "http":
                await problem(HTTPConnection(scope), refusal)(scope, receive, send)
                return
        if scope["type"] == "http" and scope["method"] not in _READS:
            with ground(HTTPConnection(scope)).db.courtesy.answering():
                await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _judge(self, scope: Scope) -> AppError | None:
        """Put who asks, or why nobody is let in, on the connection; the refusal, if this is not open."""
        state = scope.setdefault("state", {})
        state["address"] = self._door.address(scope)
        state["caller"] = state["refusal"] = None
        is_free = scope["type"] == "http" and self._door.is_open(scope["path"])
        try:
            if is_free:
                self._door.check(scope)
                if scope["path"].startswith(SHARED):  # whoever is known is told what is his own
                    with contextlib.suppress(AppError):
                        state["caller"] = await self._door.who(scope)
                return None
            state["caller"] = await self._door.who(scope)
        except AppError as error:
            state["refusal"] = error
            return error
        return None


class RequestId:
    """`X-Request-ID`: the client's, when it is safe to echo, or a new one; on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put it on the request and on the answer, with headers that every answer has."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _SAFE_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                headers["X-Content-Type-Options"] = "nosniff"
                headers.setdefault("Referrer-Policy", "no-referrer")
                if scope["path"].startswith("/api/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        with bound(request_id=request_id):
            await self._app(scope, receive, send_with_id)
