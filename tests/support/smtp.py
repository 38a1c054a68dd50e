"""A mail server on loopback that takes everything and remembers it."""

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage


@dataclass
class Letters:
    """What came, and to whom."""

    port: int = 0
    came: asyncio.Queue[tuple[str, EmailMessage]] = field(default_factory=asyncio.Queue)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to = ""
        writer.write(b"220 test\r\n")
        while line := (await reader.readline()).decode().strip():
            verb = line.partition(" ")[0].upper()
            if verb == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
            if verb == "DATA":
                writer.write(b"354 go on\r\n")
                raw = await reader.readuntil(b"\r\n.\r\n")
                letter = email.message_from_bytes(raw[:-3], policy=email.policy.default)
                self.came.put_nowait((to, letter))
            writer.write(b"221 bye\r\n" if verb == "QUIT" else b"250 ok\r\n")
            await writer.drain()
            if verb == "QUIT":
                break
        writer.close()


@asynccontextmanager
async def a_mail_server() -> AsyncIterator[Letters]:
    """A server that answers until the end."""
    letters = Letters()
    server = await asyncio.start_server(letters._talk, "127.0.0.1", 0)
    letters.port = server.sockets[0].getsockname()[1]
    async with server:
        yield letters
