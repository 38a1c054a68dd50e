"""Whoever asks too often waits: 429 with `Retry-After`, first by address, then by user.

Pages and files of the web app, health and metrics are not counted.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from trailwright.api.access import API
from trailwright.api.problems import problem
from trailwright.errors import TooManyRequestsError
from trailwright.kit.api import Caller, holding
from trailwright.limits.rates import Rates, address_key

TRY_AGAIN = 1013
"""How a socket is closed that is one too many: browsers come back later."""

SOCKETS_RETRY_S = 30
_NOT_COUNTED = (f"{API}/health/",)


def _rates(connection: HTTPConnection) -> Rates:
    return cast("Rates", connection.app.state.rates)


def _is_counted(scope: Scope) -> bool:
    if scope["type"] not in {"http", "websocket"}:
        return False
    path: str = scope["path"]
    return path.startswith(f"{API}/") and not path.startswith(_NOT_COUNTED)


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return f"a:{address_key(client[0] if client else '')}"


class ByAddress:
    """Counts the requests of each address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the one too many, else pass it on."""
        if _is_counted(scope):
            connection = HTTPConnection(scope)
            limit = holding(connection).address_requests_per_minute
            if limit is not None:
                wait_s = await _rates(connection).hit(_address(scope), limit)
                if wait_s is not None:
                    await _refuse(scope, receive, send, _too_often(wait_s))
                    return
        await self._app(scope, receive, send)


class ByUser:
    """Counts the requests of each user, and how many live lines are open; strangers go by address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the one too many, else pass it on."""
        if not _is_counted(scope):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        caller: Caller | None = scope.get("state", {}).get("caller")
        who, holds = f"u:{caller.user_id}" if caller else _address(scope), holding(connection)
        if caller is not None and holds.requests_per_minute is not None:
            wait_s = await _rates(connection).hit(who, holds.requests_per_minute)
            if wait_s is not None:
                await _refuse(scope, receive, send, _too_often(wait_s))
                return
        if not _is_live(scope) or holds.sockets is None:
            await self._app(scope, receive, send)
        elif self._open[who] >= holds.sockets:
            await _refuse(scope, receive, send, _too_many_lines(holds.sockets))
        else:
            with self._one_more(who):
                await self._app(scope, receive, send)

    @contextmanager
    def _one_more(self, who: str) -> Iterator[None]:
        self._open[who] += 1
        try:
            yield
        finally:
            self._open[who] -= 1
            if not self._open[who]:
                del self._open[who]


def _is_live(scope: Scope) -> bool:
    """A line that stays open: a socket, or a stream of events."""
    if scope["type"] == "websocket":
        return True
    asked = Headers(scope=scope).get("accept", "")
    return "text/event-stream" in asked and scope["path"].endswith("/events")


def _too_often(wait_s: int) -> TooManyRequestsError:
    return TooManyRequestsError(
        f"Too many requests. Go on in {wait_s} seconds.",
        code="too_many_requests",
        headers={"Retry-After": str(wait_s)},
    )


def _too_many_lines(limit: int) -> TooManyRequestsError:
    return TooManyRequestsError(
        f"At most {limit} live connections at a time. Close a page.",
        code="too_many_sockets",
        headers={"Retry-After": str(SOCKETS_RETRY_S)},
    )


async def _refuse(scope: Scope, receive: Receive, send: Send, error: TooManyRequestsError) -> None:
    if scope["type"] == "http":
        await problem(HTTPConnection(scope), error)(scope, receive, send)
        return
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": TRY_AGAIN, "reason": error.code})
