"""The two live forms of a task's log: a WebSocket and a stream of server-sent events (contract section 5)."""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Any, cast

import orjson
from fastapi import APIRouter, WebSocket
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from trailwright.errors import AppError, BusyError, TooManyRequestsError
from trailwright.events.tailer import AWAY, STOPPING, Feed, Head, Sent, Stream, TooSlow
from trailwright.kit.api import Caller, caller
from trailwright.kit.lines import Lines

NORMAL, REFUSED, RESTART, SLOW = 1000, 1008, 1012, 1013
MAX_SEQ = 2**53
MAX_FRAME = 4096
CLOSE_WITHIN_S = 15.0
"""A reader that was too slow gets so long to take what is on its way, and with it the reason."""

STALLED_S = 60.0
"""A reader of a stream that takes nothing for so long is given up."""

GONE = (WebSocketDisconnect, RuntimeError)
"""What sending to a client that left may raise, by server."""

router = APIRouter()


def feed(connection: HTTPConnection) -> Feed:
    """The process's tailers."""
    return cast("Feed", connection.app.state.feed)


def lines(connection: HTTPConnection) -> Lines:
    """The process's open lines."""
    return cast("Lines", connection.app.state.lines)


@dataclass(frozen=True)
class Farewell:
    """How a socket is closed; None as code: the client has left already."""

    code: int | None
    reason: str = ""


class Wrong(Exception):  # noqa: N818 - becomes a close code
    """The socket is refused, and why."""

    code = REFUSED


class Later(Wrong):
    """Not now: the database is away, or this one has too many sockets open."""

    code = SLOW


@router.websocket("/ws/{task_id}")
async def follow_task(websocket: WebSocket, task_id: str) -> None:
    """Follow a task: `connected`, what happened after `after_seq`, then what happens."""
    offered = websocket.scope.get("subprotocols") or []
    await websocket.accept(subprotocol=next((p for p in offered if p.startswith("bearer.")), None))
    try:
        me = _known(websocket)
        head, after_seq = await _admit(websocket, me, task_id)
        with lines(websocket).hold(me):
            await Socket(websocket, feed(websocket), me).serve(head, after_seq)
    except Wrong as wrong:
        await websocket.close(wrong.code, str(wrong))
    except TooManyRequestsError as error:
        await websocket.close(Later.code, error.code)


def _known(websocket: WebSocket) -> Caller:
    try:
        return caller(websocket)
    except BusyError:
        raise Later("try again") from None
    except AppError as error:
        raise Wrong(error.code) from None


async def _admit(websocket: WebSocket, me: Caller, task_id: str) -> tuple[Head, int]:
    try:
        head = await feed(websocket).head(task_id) if task_id.isprintable() else None
    except AWAY:
        raise Later("try again") from None
    if head is None:
        raise Wrong("task_not_found")
    if head.user_id != me.user_id:
        raise Wrong("forbidden")
    asked = websocket.query_params
    history = {"true": True, "1": True, "false": False, "0": False}.get(
        asked.get("include_history", "true").lower()
    )
    after = asked.get("after_seq", "0")
    if history is None or not (after.isascii() and after.isdigit()) or len(after) > len(str(MAX_SEQ)):
        raise Wrong("invalid")
    return head, int(after) if history else head.last_seq


class Socket:
    """One open socket: one part sends, one hears, one pings; the first to end ends all."""

    def __init__(self, websocket: WebSocket, feed_: Feed, me: Caller) -> None:
        self._websocket = websocket
        self._feed = feed_
        self._me = me
        self._turn = asyncio.Lock()

    async def serve(self, head: Head, after_seq: int) -> None:
        """Until the log ends, the client leaves or lags too far behind."""
        async with self._feed.follow(head.task_id, after_seq) as stream:
            parts = [
                asyncio.create_task(part)
                for part in (
                    self._tell(head, stream),
                    self._hear(),
                    self._ping(),
                    self._watch(stream),
                    self._until_out(),
                )
            ]
            try:
                done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for part in parts:
                    part.cancel()
                await asyncio.gather(*parts, return_exceptions=True)
        await self._close(done.pop().result())

    async def _send(self, text: str) -> None:
        async with self._turn:
            await self._websocket.send_text(text)

    async def _tell(self, head: Head, stream: Stream) -> Farewell:
        hello = {
            "type": "connected",
            "task_id": head.task_id,
            "status": head.status,
            "current_step": head.current_step,
            "last_seq": head.last_seq,
        }
        try:
            await self._send(_text(hello))
            while (sent := await stream.next()) is not None:
                await self._send(sent.text)
            if stream.ended == STOPPING:
                return Farewell(RESTART, STOPPING)
            await self._send(_text({"type": "closing", "reason": stream.ended}))
        except TooSlow:
            return Farewell(SLOW, "too slow")
        except GONE:
            return Farewell(None)
        except AWAY:
            return Farewell(SLOW, "try again")
        return Farewell(NORMAL, stream.ended or "")

    async def _hear(self) -> Farewell:
        """Answer pings; whatever else a client sends is no reason to lose it."""
        try:
            while True:
                message = await self._websocket.receive()
                if message["type"] == "websocket.disconnect":
                    return Farewell(None)
                if _is_ping(message.get("text")):
                    await self._send(_text({"type": "pong"}))
        except GONE:
            return Farewell(None)

    async def _ping(self) -> Farewell:
        try:
            while True:
                await asyncio.sleep(self._feed.ping_s)
                await self._send(_text({"type": "ping"}))
        except GONE:
            return Farewell(None)

    async def _watch(self, stream: Stream) -> Farewell:
        """A reader that takes nothing more is noticed even while a send to it waits."""
        await stream.overrun.wait()
        return Farewell(SLOW, "too slow")

    async def _until_out(self) -> Farewell:
        """Who signs out, or is signed out, hears no more."""
        await lines(self._websocket).until_out(self._me)
        return Farewell(REFUSED, "signed_out")

    async def _close(self, farewell: Farewell) -> None:
        if farewell.code is None:
            return
        with contextlib.suppress(TimeoutError, *GONE):
            async with asyncio.timeout(CLOSE_WITHIN_S):
                await self._websocket.close(farewell.code, farewell.reason)


def _text(message: dict[str, Any]) -> str:
    return orjson.dumps(message).decode()


def _is_ping(text: str | None) -> bool:
    if not text or len(text) > MAX_FRAME:
        return False
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return isinstance(message, dict) and message.get("type") == "ping"


class EventStream(Response):
    """A task's log as server-sent events: `id:` is the seq; it ends when the log does."""

    media_type = "text/event-stream"

    def __init__(self, asked: HTTPConnection, task_id: str, after_seq: int) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._feed, self._lines, self._me = feed(asked), lines(asked), caller(asked)
        self._task_id = task_id
        self._after_seq = after_seq

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the log ends, or the client leaves, stalls or is let in no more."""
        del scope
        with self._lines.hold(self._me):
            sending = asyncio.create_task(self._send_all(send))
            leaving = asyncio.create_task(_disconnected(receive))
            out = asyncio.create_task(self._lines.until_out(self._me))
            parts = {sending, leaving, out}
            try:
                await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            finally:
                signed_out = out.done()
                for part in parts:
                    part.cancel()
                await asyncio.wait(parts)
            if not sending.cancelled():
                sending.result()
            elif signed_out:
                await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_all(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        try:
            await _put(send, ": connected\n\n")
            async with self._feed.follow(self._task_id, self._after_seq) as stream:
                while (line := await self._line(stream)) is not None:
                    await _put(send, line)
                if stream.ended != STOPPING:
                    await _put(send, _sse(Sent(None, _text({"type": "closing", "reason": stream.ended}))))
        except Stalled:
            return
        except (TooSlow, *AWAY):
            pass  # the stream ends as a whole one; the client comes back with Last-Event-ID
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _line(self, stream: Stream) -> str | None:
        try:
            async with asyncio.timeout(self._feed.comment_s):
                sent = await stream.next()
        except TimeoutError:
            return ": still here\n\n"
        return None if sent is None else _sse(sent)


class Stalled(Exception):  # noqa: N818 - an outcome
    """The client takes nothing."""


async def _put(send: Send, text: str) -> None:
    try:
        async with asyncio.timeout(STALLED_S):
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
    except OSError:
        raise Stalled from None


def _sse(sent: Sent) -> str:
    number = "" if sent.seq is None else f"id: {sent.seq}\n"
    return f"{number}data: {sent.text}\n\n"


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
