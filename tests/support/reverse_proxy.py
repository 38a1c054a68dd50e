"""A reverse proxy that shows a product below a path of its own address, and nothing else there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PATH = "/learn"
_NOTHING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass
class ReverseProxy:
    """`strips`: it takes the path off. `product`: port on loopback. `astray`: what was asked elsewhere."""

    strips: bool
    port: int = 0
    product: int = 0
    astray: list[str] = field(default_factory=list)

    @property
    def site(self) -> str:
        """Its own address, where somebody else's pages would be."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Where the product is seen: its `PUBLIC_URL`."""
        return f"{self.site}{PATH}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request or one socket; the connection ends with it."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            first, *headers = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
            verb, asked, version = first.split(" ")
            if f"{urlsplit(asked).path}/".startswith(f"{PATH}/"):
                address = f"/{asked.removeprefix(PATH).lstrip('/')}" if self.strips else asked
                await self._pass_on([f"{verb} {address} {version}", *_told(headers)], reader, writer)
            else:
                self.astray.append(asked)
                writer.write(_NOTHING)
                await writer.drain()
        writer.close()

    async def _pass_on(
        self, head: list[str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        back, there = await asyncio.open_connection("127.0.0.1", self.product)
        there.write("\r\n".join([*head, "", ""]).encode("latin-1"))
        await asyncio.gather(_pour(reader, there), _pour(back, writer))


def _told(headers: list[str]) -> list[str]:
    """As they came, and who came; a plain request is the last one of its connection."""
    told = [*headers, "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: http"]
    if any(header.lower().startswith("upgrade:") for header in headers):
        return told
    return [header for header in told if not header.lower().startswith("connection:")] + ["Connection: close"]


async def _pour(source: asyncio.StreamReader, into: asyncio.StreamWriter) -> None:
    """Until either side is gone; then the other one is let go, too."""
    with suppress(ConnectionError):
        while piece := await source.read(65_536):
            into.write(piece)
            await into.drain()
    into.close()


@asynccontextmanager
async def a_reverse_proxy(*, strips: bool) -> AsyncIterator[ReverseProxy]:
    """On loopback, until the end; `product` is set once there is one."""
    proxy = ReverseProxy(strips)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    async with server:
        yield proxy
