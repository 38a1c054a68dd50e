"""A door before the S3 server that answers 500 when it is told to: before or after what was asked is done."""

import asyncio
import contextlib
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_OUT_OF_ORDER = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Door:
    """`fails`: what share of requests is answered 500.

    Of these about half were done all the same, and the first for each object.
    """

    def __init__(self, behind: int, seed: str) -> None:
        self.fails = 0.0
        self.refused = 0
        self.url = ""
        self._told: set[bytes] = set()
        self._behind = behind
        self._rng = random.Random(seed)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, one answer."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            asked = head[:-2] + b"Connection: close\r\n\r\n"
            asked += await reader.readexactly(int(length[1])) if length else b""
            what = head.partition(b"\r\n")[0]
            fails = self._rng.random() < self.fails
            done = (fails and what not in self._told) or self._rng.random() < 0.5
            answer = await self._passed_on(asked) if done or not fails else b""
            if fails:
                self.refused += 1
                self._told.add(what)
            writer.write(_OUT_OF_ORDER if fails else answer)
            await writer.drain()
        writer.close()

    async def _passed_on(self, asked: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._behind)
        try:
            writer.write(asked)
            return await reader.read()
        finally:
            writer.close()


@asynccontextmanager
async def a_door(behind: int, seed: str = "") -> AsyncIterator[Door]:
    """On a port of its own, open."""
    door = Door(behind, seed)
    server = await asyncio.start_server(door.serve, "127.0.0.1", 0)
    door.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield door
    finally:
        server.close()
