"""A small made-up internet on loopback: sites, names and wires that record instead of leaving the machine."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpcore

from trailwright.research.guard import dial

PUBLIC = "93.184.215.14"
PUBLIC_TOO = "93.184.215.15"


@dataclass(frozen=True)
class Asked:
    """One request as a site saw it."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


Write = Callable[[bytes], Awaitable[None]]
Play = Callable[[Asked, Write], Awaitable[None]]


def reply(status: int = 200, body: bytes | str = b"", **headers: str) -> bytes:
    """Bytes of a whole answer; `content_type` becomes `content-type`."""
    raw = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named = {"content-type": "text/html; charset=utf-8", "content-length": str(len(raw)), **named}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status} Whatever\r\n{head}connection: close\r\n\r\n".encode() + raw


def page(title: str, lang: str = "en") -> str:
    """A small HTML page."""
    return f'<!doctype html><html lang="{lang}"><head><title>{title}</title></head><body>text</body></html>'


def redirect(to: str, status: int = 302) -> bytes:
    """A redirect."""
    return reply(status, location=to)


async def hang(asked: Asked, write: Write) -> None:
    """Never answers."""
    del asked, write
    await asyncio.Event().wait()


@dataclass
class Site:
    """Answers by target (`/path`, or `METHOD /path`), else 404; remembers what it was asked."""

    port: int = 0
    routes: dict[str, bytes | Play] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    @property
    def seen(self) -> list[str]:
        """`METHOD /target` of each request, in order."""
        return [f"{asked.method} {asked.target}" for asked in self.asked]

    def url(self, target: str = "/") -> str:
        """A URL that names the loopback address."""
        return f"http://127.0.0.1:{self.port}{target}"

    @property
    def allow(self) -> tuple[str]:
        """`FETCH__ALLOW` for this site."""
        return (f"127.0.0.1:{self.port}",)

    async def answer(self, asked: Asked, write: Write) -> None:
        """Play what the route says."""
        path = asked.target.partition("?")[0]
        chosen = self.routes.get(f"{asked.method} {path}", self.routes.get(path, reply(404)))
        if not isinstance(chosen, bytes):
            await chosen(asked, write)
            return
        head, _, _ = chosen.partition(b"\r\n\r\n")
        await write(head + b"\r\n\r\n" if asked.method == "HEAD" else chosen)


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)
    }
    return Asked(method, target, headers, await reader.readexactly(int(headers.get("content-length", 0))))


@asynccontextmanager
async def a_site(
    routes: dict[str, bytes | Play] | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Site]:
    """A site on a free loopback port."""
    site = Site(routes=routes or {})
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def write(data: bytes) -> None:
            writer.write(data)
            await writer.drain()

        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            asked = await _read(reader)
            site.asked.append(asked)
            await site.answer(asked, write)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(serve(reader, writer))
        serving.add(task)
        task.add_done_callback(serving.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        for task in list(serving):
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
        await server.wait_closed()


@dataclass
class Names:
    """A resolver: each name has answers given in turn, the last one for ever; unknown names do not exist."""

    answers: dict[str, list[Sequence[str]]]
    asked: list[str] = field(default_factory=list)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """The next answer for `host`."""
        del port
        self.asked.append(host)
        left = self.answers.get(host)
        if not left:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return left.pop(0) if len(left) > 1 else left[0]


@dataclass
class Wire:
    """A connector that records where a connection would go and leads it to a loopback site instead."""

    port: int
    dead: frozenset[str] = frozenset()
    dialled: list[tuple[str, int]] = field(default_factory=list)

    async def __call__(self, address: str, port: int) -> httpcore.AsyncNetworkStream:
        """Record, then connect to the site."""
        self.dialled.append((address, port))
        if address in self.dead:
            raise httpcore.ConnectError
        return await dial("127.0.0.1", self.port)


class TlsWire:
    """A connector whose streams pretend TLS and record the server name that was asked for."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.dialled: list[tuple[str, int]] = []
        self.server_names: list[str | None] = []
        self.sent = b""

    async def __call__(self, address: str, port: int) -> httpcore.AsyncNetworkStream:
        """Record, then give a stream that holds the answer."""
        self.dialled.append((address, port))
        return _TlsStream(self)


class _TlsStream(httpcore.AsyncMockStream):
    def __init__(self, wire: TlsWire) -> None:
        super().__init__([wire.answer])
        self._wire = wire

    async def start_tls(
        self,
        ssl_context: object,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        del ssl_context, timeout
        self._wire.server_names.append(server_hostname)
        return self

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as above
        del timeout
        self._wire.sent += buffer
