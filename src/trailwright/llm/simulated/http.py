"""The little of HTTP that the simulated server needs, straight on ASGI: it must cost next to nothing."""

import asyncio
from types import TracebackType
from typing import Self

from starlette.types import Receive, Scope, Send

MAX_BODY_BYTES = 32 * 1024 * 1024
ABORT = "trailwright.abort"
"""Key of the scope's extensions under which our own uvicorn protocol puts `transport.abort`."""

Headers = list[tuple[bytes, bytes]]
JSON: Headers = [(b"content-type", b"application/json")]
EVENTS: Headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-cache")]


class HungUpError(Exception):
    """The client went away before its request was read."""


class TooLargeError(Exception):
    """The request is larger than MAX_BODY_BYTES."""


async def read_body(receive: Receive) -> bytes:
    """The whole request. Raises HungUpError or TooLargeError."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HungUpError
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            raise TooLargeError
        if not message.get("more_body", False):
            return bytes(body)


async def start(send: Send, status: int, headers: Headers) -> None:
    """Status line and headers."""
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def more(send: Send, body: bytes) -> None:
    """A part of the body; waits while the client reads slowly."""
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def end(send: Send, body: bytes = b"") -> None:
    """The last part of the body."""
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def reply(send: Send, body: bytes, status: int = 200, headers: Headers = JSON) -> None:
    """A whole answer at once."""
    await start(send, status, [*headers, (b"content-length", b"%d" % len(body))])
    await end(send, body)


def abort(scope: Scope) -> None:
    """Reset the connection. Raises ConnectionResetError where there is no connection (in process)."""
    cut = scope.get("extensions", {}).get(ABORT)
    if cut is None:
        raise ConnectionResetError
    cut["abort"]()


class UntilHangUp:
    """`async with UntilHangUp(receive):` ends its body silently when the client hangs up.

    A second task waits for the hang-up and cancels the first: cheaper than looking at every step, and the
    body may sleep as long as it likes.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._gone = False

    async def __aenter__(self) -> Self:
        self._main = asyncio.current_task()
        self._watcher = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._watcher.cancel()
        if self._gone and kind is asyncio.CancelledError and self._main is not None:
            self._main.uncancel()
            return True
        return False

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        if self._main is not None:
            self._main.cancel()
