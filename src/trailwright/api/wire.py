"""The edge of the server: what a request may be before it is one. Heads have a size, and nobody may dawdle.

uvicorn with httptools keeps a head of any length, and a connection that says nothing for ever.
"""

import asyncio
from http import HTTPStatus

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_S = 20.0
"""From the first byte, or from connecting, to the end of the head."""

BODY_S = 30.0
"""Between two pieces of a body that the application is waiting for."""

_TITLES = {
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        "headers_too_large",
        "The head of the request is too large.",
    ),
    HTTPStatus.REQUEST_TIMEOUT: ("too_slow", "The request did not arrive in time."),
}


class Wire(HttpToolsProtocol):
    """One connection."""

    most = 32_768
    """Bytes of a head."""

    _refused = False
    _in_head = True
    _seen = 0
    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._wait(HEAD_S)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what belongs to a head that has not ended."""
        if self._refused:
            return
        super().data_received(data)
        if self._in_head and self.parser is not None:
            self._seen += len(data)
            if self._seen > self.most:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """A head begins."""
        self._in_head, self._seen = True, 0
        self._wait(HEAD_S)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """A head that came in one piece is measured here."""
        self._in_head = False
        self._stop_waiting()
        if self._refused:
            return
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > self.most:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            return
        self._wait(BODY_S)
        super().on_headers_complete()

    def handle_websocket_upgrade(self) -> None:
        """From here on it is a socket, with manners of its own."""
        self._stop_waiting()
        super().handle_websocket_upgrade()

    def on_body(self, body: bytes) -> None:
        """Some of it has come."""
        if not self._refused:
            self._wait(BODY_S)
            super().on_body(body)

    def on_message_complete(self) -> None:
        """All of it has come."""
        self._stop_waiting()
        if not self._refused:
            super().on_message_complete()

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._patience = self.loop.call_later(seconds, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _too_slow(self) -> None:
        self._patience = None
        if self.flow is not None and self.flow.read_paused:
            self._wait(BODY_S)  # it is ours not to have taken it
        elif self._in_head and self._seen:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        elif not self.transport.is_closing():
            self.transport.close()

    def _refuse(self, status: HTTPStatus) -> None:
        self._refused = True
        self._stop_waiting()
        if self.transport.is_closing():
            return
        code, title = _TITLES[status]
        kind = f"urn:trailwright:problem:{code}"
        body = orjson.dumps(
            {"type": kind, "title": title, "status": status, "detail": title, "code": code, "request_id": ""}
        )
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


def wire(header_bytes: int) -> type[Wire]:
    """The protocol with heads of at most so many bytes."""
    return type("SizedWire", (Wire,), {"most": header_bytes})
