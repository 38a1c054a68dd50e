"""Whoever asks too often waits: 429 with `Retry-After`, first by address, then by user.

Pages and files of the web app, health and metrics are not counted.
"""

from typing import cast

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from trailwright.api.access import API, Door
from trailwright.api.problems import problem
from trailwright.errors import TooManyRequestsError
from trailwright.kit.api import Caller, holding
from trailwright.limits.rates import Rates, address_key

TRY_AGAIN = 1013
"""How a socket is closed that is one too many: browsers come back later."""

_NOT_COUNTED = (f"{API}/health/",)


def _rates(connection: HTTPConnection) -> Rates:
    return cast("Rates", connection.app.state.rates)


def _is_counted(scope: Scope) -> bool:
    if scope["type"] not in {"http", "websocket"}:
        return False
    path: str = scope["path"]
    return path.startswith(f"{API}/") and not path.startswith(_NOT_COUNTED)


class ByAddress:
    """Counts the requests of each address, as the trusted proxies tell it."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the one too many, else pass it on."""
        if _is_counted(scope):
            limit = holding(HTTPConnection(scope)).address_requests_per_minute
            refusal = await _counted(scope, f"a:{address_key(self._door.address(scope))}", limit)
            if refusal is not None:
                await _refuse(scope, receive, send, refusal)
                return
        await self._app(scope, receive, send)


class ByUser:
    """Counts the requests of each user."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the one too many, else pass it on."""
        caller: Caller | None = scope.get("state", {}).get("caller")
        if caller is not None and _is_counted(scope):
            limit = holding(HTTPConnection(scope)).requests_per_minute
            refusal = await _counted(scope, f"u:{caller.user_id}", limit)
            if refusal is not None:
                await _refuse(scope, receive, send, refusal)
                return
        await self._app(scope, receive, send)


async def _counted(scope: Scope, key: str, limit: int | None) -> TooManyRequestsError | None:
    """Count a request under this key; the refusal of the one too many."""
    if limit is None:
        return None
    wait_s = await _rates(HTTPConnection(scope)).hit(key, limit)
    return None if wait_s is None else _too_often(wait_s)


def _too_often(wait_s: int) -> TooManyRequestsError:
    return TooManyRequestsError(
        f"Too many requests. Go on in {wait_s} seconds.", headers={"Retry-After": str(wait_s)}
    )


async def _refuse(scope: Scope, receive: Receive, send: Send, error: TooManyRequestsError) -> None:
    if scope["type"] == "http":
        await problem(HTTPConnection(scope), error)(scope, receive, send)
        return
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": TRY_AGAIN, "reason": error.code})
