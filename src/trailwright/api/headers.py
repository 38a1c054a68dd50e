"""What every answer tells a browser: frame it nowhere, share it with no other site, ask for no device."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trailwright.settings import Settings

_DEVICES = (
    *("accelerometer", "bluetooth", "camera", "display-capture", "geolocation", "gyroscope", "hid"),
    *("magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking"),
)
ALWAYS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _DEVICES),
    "X-Permitted-Cross-Domain-Policies": "none",
}
NO_PAGE = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""For what is no page: should a browser show it all the same, nothing in it runs."""

_FOR_THE_HOST = "max-age=31536000"
_AND_BELOW_IT = f"{_FOR_THE_HOST}; includeSubDomains"


class SafeHeaders:
    """Puts them on every answer; what a page says of itself stays."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`Strict-Transport-Security` only where people come by https: `PUBLIC_URL` says so."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", NO_PAGE)
                if (https_only := _https_only(scope)) is not None:
                    headers["Strict-Transport-Security"] = https_only
            await send(message)

        await self._app(scope, receive, send_safely)


def _https_only(scope: Scope) -> str | None:
    """Below a path the site is somebody else's, and what other hosts are below it is his to say."""
    settings: Settings = HTTPConnection(scope).app.state.settings
    if not (settings.public_url or "").lower().startswith("https://"):
        return None
    return _FOR_THE_HOST if settings.below else _AND_BELOW_IT
