"""Below a path of another site, as `PUBLIC_URL` may say: nothing else of the server knows of that path."""

from starlette.types import ASGIApp, Receive, Scope, Send


class Below:
    """Around everything: takes the path off, where the proxy has not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Without a path in `PUBLIC_URL` nothing is changed."""
        if scope["type"] in {"http", "websocket"}:
            _take_off(scope, scope["app"].state.settings.below)
        await self._app(scope, receive, send)


def _take_off(scope: Scope, below: str) -> None:
    """In place: what answers faults, outside of all this, sees the same request."""
    path: str = scope["path"]
    if below and f"{path}/".startswith(f"{below}/"):
        scope["path"] = path.removeprefix(below) or "/"
        scope.pop("raw_path", None)  # may be left out, and would say another address
