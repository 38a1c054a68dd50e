"""How one answer leaves the server: its pace, its pieces, and what goes wrong with it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import Scope, Send

from trailwright.llm.simulated import http, wire
from trailwright.llm.simulated.asked import Asked
from trailwright.llm.simulated.faults import FaultKind
from trailwright.llm.simulated.spoil import is_spoilt, spoil

HOLD_S = 3600.0
"""How long a request is held that gets no answer, when the client does not hang up before."""
SLOW_FACTOR = 10
SLOW_AT_LEAST_S = 1.0
HUGE_BYTES = 200 * 1024 * 1024
HUGE_PIECE = ("A simulated answer that does not end. " * 1725)[:65_536]

STATUS: dict[str, tuple[int, str, str, str | None]] = {
    "400format": (400, "This model does not support response_format.", "invalid_request_error", None),
    "401": (401, "Incorrect API key provided.", "invalid_request_error", "invalid_api_key"),
    "403": (403, "This key has no access to the model.", "permission_error", "forbidden"),
    "404": (404, "The model does not exist.", "invalid_request_error", "model_not_found"),
    "429": (429, "Rate limit reached.", "requests", "rate_limit_exceeded"),
    "500": (500, "The server had an error.", "server_error", None),
    "503": (503, "The server is overloaded.", "server_error", None),
}
BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"


@dataclass(frozen=True)
class Course:
    """What becomes of one request. `delay_s`: until the last byte, when all goes well."""

    number: int
    delay_s: float
    fault: FaultKind | None
    retry_after_s: int = 0


class Completion:
    """One answer on its way; `arrived` is the loop's time at which its request was there."""

    def __init__(self, scope: Scope, send: Send, asked: Asked, course: Course) -> None:
        self._scope = scope
        self._send = send
        self._asked = asked
        self._course = course
        self._loop = asyncio.get_running_loop()
        self._arrived = self._loop.time()
        self._envelope = wire.Envelope(course.number, asked.model, asked.tokens_in)

    async def run(self, make: Callable[[], str]) -> None:
        """Answers with what `make` says, unless the course has it otherwise."""
        fault = self._course.fault
        delay_s = self._course.delay_s
        if fault in STATUS:
            await self._status(fault)
        elif fault == "502":
            await http.reply(self._send, BAD_GATEWAY, 502, [(b"content-type", b"text/html")])
        elif fault == "timeout":
            await asyncio.sleep(HOLD_S)
        elif fault == "huge":
            await self._huge()
        elif fault in {"reset", "cut"}:
            await self._half(make(), delay_s)
        else:
            text = make()
            if is_spoilt(fault):
                text = spoil(fault, text)
            elif fault == "slow":
                delay_s = max(delay_s * SLOW_FACTOR, SLOW_AT_LEAST_S)
            await self._whole(text, delay_s)

    async def _whole(self, text: str, delay_s: float) -> None:
        if not self._asked.stream:
            await self._until(delay_s)
            await http.reply(self._send, self._envelope.whole(text))
            return
        events = self._envelope.events(wire.split(text))
        events[-1] += self._envelope.ending(text, include_usage=self._asked.include_usage)
        if delay_s == 0:
            events = [b"".join(events)]
        await self._paced(events, delay_s)
        await http.end(self._send)

    async def _paced(self, parts: list[bytes], delay_s: float) -> None:
        """The parts evenly over `delay_s`, the last one at its end; the first brings the headers."""
        for index, part in enumerate(parts, 1):
            await self._until(delay_s * index / len(parts))
            if index == 1:
                headers = http.EVENTS if self._asked.stream else http.JSON
                await http.start(self._send, 200, headers)
            await http.more(self._send, part)

    async def _half(self, text: str, delay_s: float) -> None:
        """The first half, then a reset, or an end that a whole answer does not have."""
        if self._asked.stream:
            events = self._envelope.events(wire.split(text))
            parts = events[: max(1, len(events) // 2)]
        else:
            whole = self._envelope.whole(text)
            parts = [whole[: len(whole) // 2]]
        await self._paced(parts, delay_s / 2)
        if self._course.fault == "cut":
            await http.end(self._send)
            return
        http.abort(self._scope)
        await asyncio.sleep(HOLD_S)  # ends at once, when the server notices that the connection is gone

    async def _huge(self) -> None:
        """Text without end, as fast as the client reads it and never more than a buffer ahead."""
        if self._asked.stream:
            first, again = self._envelope.events([HUGE_PIECE, HUGE_PIECE])
            last = self._envelope.ending("", include_usage=False)
        else:
            head, mark, rest = self._envelope.whole("").partition(b'"content":"')
            first, again, last = head + mark + HUGE_PIECE.encode(), HUGE_PIECE.encode(), rest
        await http.start(self._send, 200, http.EVENTS if self._asked.stream else http.JSON)
        for part in range(HUGE_BYTES // len(HUGE_PIECE)):
            await http.more(self._send, again if part else first)
        await http.end(self._send, last)

    async def _status(self, fault: str) -> None:
        status, message, kind, code = STATUS[fault]
        param = "response_format" if fault == "400format" else None
        headers = http.JSON
        if self._course.retry_after_s:
            headers = [*headers, (b"retry-after", b"%d" % self._course.retry_after_s)]
        await http.reply(self._send, wire.error_body(message, kind, code, param), status, headers)

    async def _until(self, delay_s: float) -> None:
        """Sleeps until `delay_s` after the arrival, whatever was done in between."""
        left_s = self._arrived + delay_s - self._loop.time()
        if left_s > 0:
            await asyncio.sleep(left_s)


async def bad_request(send: Send, message: str) -> None:
    """A request that makes no sense."""
    await http.reply(send, wire.error_body(message, "invalid_request_error", None), 400)
