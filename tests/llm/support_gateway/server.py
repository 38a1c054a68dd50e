"""A model's server on loopback that misbehaves on request: one TCP server, HTTP/1.1 by hand."""

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Act = Callable[["Talk"], Awaitable[None]]
JSON = "application/json"
SSE = "text/event-stream"


@dataclass
class Seen:
    """One request as the server saw it."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]


class Talk:
    """One request and the means to answer it, well or badly."""

    def __init__(self, seen: Seen, writer: asyncio.StreamWriter) -> None:
        self.seen = seen
        self._writer = writer
        self.keeps_open = False

    async def whole(
        self, status: int, body: bytes, *, kind: str = JSON, headers: Mapping[str, str] | None = None
    ) -> None:
        head = {"content-type": kind, "content-length": str(len(body)), **(headers or {})}
        await self.send(_head(status, head) + body)
        self.keeps_open = True

    async def begin(self, kind: str = SSE) -> None:
        await self.send(_head(200, {"content-type": kind, "transfer-encoding": "chunked"}))

    async def block(self, data: bytes) -> None:
        await self.send(b"%x\r\n%s\r\n" % (len(data), data))

    async def event(self, data: Any, name: str = "") -> None:
        text = data if isinstance(data, str) else json.dumps(data)
        prefix = f"event: {name}\n" if name else ""
        await self.block(f"{prefix}data: {text}\n\n".encode())

    async def end(self) -> None:
        await self.send(b"0\r\n\r\n")
        self.keeps_open = True

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    def reset(self) -> None:
        sock: socket.socket = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


@dataclass
class ModelServer:
    """Acts in the order given; the last act is repeated."""

    acts: list[Act] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    open: int = 0
    port: int = 0
    connections: int = 0
    keeps_promises: bool = True
    """Whether a second request on one connection is answered."""

    def __post_init__(self) -> None:
        self.started = asyncio.Event()
        self.hung_up = asyncio.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def does(self, *acts: Act) -> None:
        self.acts = list(acts)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["ModelServer"]:
        tasks: set[asyncio.Task[None]] = set()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(self._serve(reader, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        server = await asyncio.start_server(accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in tuple(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        first = b""
        try:
            while True:
                seen = await _request(first, reader)
                talk = Talk(seen, writer)
                watch = asyncio.ensure_future(reader.read(1))
                stayed = await self._answer(talk, watch)
                if not (stayed and talk.keeps_open):
                    await _given_up(watch)
                    return
                first = await watch
                if not self.keeps_promises:
                    return
        except (asyncio.IncompleteReadError, ConnectionError, EOFError):
            return
        finally:
            writer.close()

    async def _answer(self, talk: Talk, watch: asyncio.Future[bytes]) -> bool:
        """Act, unless the client hangs up first; whether it stayed."""
        self.seen.append(talk.seen)
        self.open += 1
        act = asyncio.ensure_future(self._next_act()(talk))
        self.started.set()
        await asyncio.wait((act, watch), return_when=asyncio.FIRST_COMPLETED)
        stayed = act.done() and not isinstance(act.exception(), ConnectionError)
        await _given_up(act)
        self.open -= 1
        if stayed:
            act.result()
        else:
            self.hung_up.set()
        return stayed

    def _next_act(self) -> Act:
        return self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]


async def _given_up(future: asyncio.Future[Any]) -> None:
    """Ended, and whatever it came to is of no interest."""
    future.cancel()
    await asyncio.gather(future, return_exceptions=True)


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode()


async def _request(first: bytes, reader: asyncio.StreamReader) -> Seen:
    head = first + await reader.readuntil(b"\r\n\r\n")
    start, *rest = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Seen(start.split()[1], headers, json.loads(body or b"{}"))
