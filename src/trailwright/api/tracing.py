"""A span for each request; one that carries `traceparent` becomes part of the caller's trace."""

from typing import TYPE_CHECKING

from trailwright.kit import tracing

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Traced:
    """Around everything else; sockets and streams are not requests that end, so they have none."""

    def __init__(self, app: "ASGIApp") -> None:
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """One request."""
        if scope["type"] != "http" or not tracing.is_on():
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        status = 0

        async def telling(message: "Message") -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        parent = tracing.caller(headers.get(b"traceparent", b"").decode("latin-1"))
        with tracing.span(scope["method"], parent) as span:
            await self._app(scope, receive, telling)
            path = getattr(scope.get("route"), "path", "")
            span.update_name(f"{scope['method']} {path}".strip())
            span.set_attribute("http.response.status_code", status)
