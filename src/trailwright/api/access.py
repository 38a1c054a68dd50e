"""Who is let in. Local mode: this machine's own user, and nobody whom a browser or a proxy brought along."""

import ipaddress
import re
import uuid
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trailwright.api.problems import problem
from trailwright.errors import ForbiddenError, NotFoundError
from trailwright.kit.api import Caller, ground
from trailwright.kit.db import Snapshot
from trailwright.kit.log import bound
from trailwright.roadmaps import queries as roadmaps
from trailwright.tasks import queries as tasks
from trailwright.users import queries as users

LOCAL_USER = Caller("local", "admin")
API = "/api/v1"
METRICS = "/metrics"
"""Judges by itself who may read it."""

OPEN = frozenset({f"{API}/health/live", f"{API}/health/ready", f"{API}/openapi.json", f"{API}/docs", METRICS})
OPEN_PATHS = (f"{API}/shared/", f"{API}/public/")
"""Open to all, but for what a route itself asks of its caller."""

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_SAFE_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_PROXY = re.compile(r"forwarded|x-forwarded(-.*)?")


def is_loopback(host: str) -> bool:
    """Whether a name or address without a port is this machine's own."""
    name = host.strip("[]").lower().rstrip(".")
    if name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _host_name(host: str) -> str:
    """`Host` without its port; empty when it is malformed."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return ""
    is_bare = not (parts.path or parts.query or parts.fragment or parts.username)
    return parts.hostname or "" if is_bare else ""


def local_caller(scope: Scope) -> Caller | None:
    """The local user, if the request comes from this machine, to it, from the app's own pages, directly."""
    headers = Headers(scope=scope)
    client = scope.get("client")
    host = headers.get("host", "")
    if client is None or not is_loopback(client[0]) or not is_loopback(_host_name(host)):
        return None
    if len(headers.getlist("host")) > 1 or any(_PROXY.fullmatch(name) for name in headers):
        return None
    return LOCAL_USER if all(_is_own(origin, host) for origin in headers.getlist("origin")) else None


def _is_own(origin: str, host: str) -> bool:
    scheme, _, place = origin.lower().partition("://")
    return scheme in {"http", "https"} and _with_port(place, scheme) == _with_port(host.lower(), scheme)


def _with_port(place: str, scheme: str) -> str:
    default = {"http": "80", "https": "443"}[scheme]
    return place if re.search(r":\d+$", place) else f"{place}:{default}"


def is_open(path: str) -> bool:
    """Whether anybody may ask for this path."""
    return path in OPEN or path.startswith(OPEN_PATHS)


class Access:
    """Finds out who asks and puts it on the connection; refuses strangers, but for what is open to all."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A refused request gets 403; a refused socket is told by whoever serves it."""
        if scope["type"] in {"http", "websocket"}:
            caller = local_caller(scope)
            scope.setdefault("state", {})["caller"] = caller
            if caller is None and scope["type"] == "http" and not is_open(scope["path"]):
                answer = problem(
                    HTTPConnection(scope), ForbiddenError("Only this machine's own user is let in.")
                )
                await answer(scope, receive, send)
                return
        if scope["type"] == "http" and scope["method"] not in _READS:
            with ground(HTTPConnection(scope)).db.courtesy.answering():
                await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, send)


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


async def guard(reader: Snapshot, caller: Caller, names: Mapping[str, str]) -> None:
    """404 for what a path names and is not there, 403 for another's (contract section 4, access)."""
    if "task_id" in names:
        head = await tasks.head(reader, names["task_id"])
        if head is None:
            raise NotFoundError("There is no such task.", code="task_not_found")
        if head.user_id != caller.user_id:
            raise ForbiddenError
    if "roadmap_id" in names:
        await roadmaps.row(reader, caller.user_id, names["roadmap_id"])
        if "concept_id" in names and not await roadmaps.has_concept(
            reader, names["roadmap_id"], names["concept_id"]
        ):
            raise NotFoundError("There is no such concept in this roadmap.", code="concept_not_found")
    user_id = names.get("user_id", "me")
    if user_id not in {"me", caller.user_id}:
        if await users.is_known(reader, user_id):
            raise ForbiddenError
        raise NotFoundError("There is no such user.", code="user_not_found")
