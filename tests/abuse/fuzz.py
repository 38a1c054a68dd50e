"""Requests and frames that nobody should send, made from a seed, and how an answer to them is heard."""

import asyncio
import contextlib
import json
import os
import random
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

ANSWER_S = 10.0
"""Longer without an answer or an end is a hang."""

PATIENCE_S = 0.2
DEPTH = 4
ODD_KINDS = [b"application/json", b"text/plain", b"multipart/form-data", b"\xff", b""]
WORDS = [
    "",
    "a",
    "..",
    "null",
    "\x00",
    "\ud800",
    "ÿ" * 50,
    "💥",
    "' OR 1=1 --",
    "<script>",
    "%s%n",
    "../../etc",
]
NUMBERS = [0, -1, 1, 2**31, 2**63, -(2**63), 2**100, 1e308, 0.1, float("inf"), float("nan")]


@dataclass
class Found:
    """What came of it all."""

    statuses: dict[str, int] = field(default_factory=dict)
    slowest_s: float = 0.0
    bad: list[str] = field(default_factory=list)

    def add(self, kind: str, seconds: float, sent: bytes = b"") -> None:
        """One more; a status of 5xx, or none in time, is a find."""
        self.statuses[kind] = self.statuses.get(kind, 0) + 1
        self.slowest_s = max(self.slowest_s, seconds)
        if kind.startswith("5") or kind == "hang":
            self.bad.append(f"{kind} after {sent[:300]!r}")


def value(rng: random.Random, depth: int = 0) -> Any:
    """Any JSON, and what only looks like it."""
    ways: list[Callable[[], Any]] = [
        lambda: rng.choice(WORDS),
        lambda: rng.choice(NUMBERS),
        lambda: rng.choice([True, False, None]),
        lambda: "x" * rng.randrange(5000),
        lambda: "".join(chr(rng.randrange(0x3000)) for _ in range(rng.randrange(20))),
        lambda: rng.choice(["2026-13-45", "en", "zz-ZZ", "beginner", "0" * 40, "tutorial"]),
    ]
    if depth < DEPTH:
        ways += [lambda: [value(rng, depth + 1) for _ in range(rng.randrange(4))]] * 2
        ways.append(lambda: {rng.choice(WORDS): value(rng, depth + 1) for _ in range(rng.randrange(4))})
    return rng.choice(ways)()


def mutated(rng: random.Random, good: Any) -> Any:
    """A good body with one thing wrong in it."""
    if isinstance(good, dict) and good and rng.random() < 0.8:
        name = rng.choice(list(good))
        changed = {key: one for key, one in good.items() if key != name or rng.random() < 0.9}
        changed[name] = mutated(rng, good[name])
        return changed
    if isinstance(good, list) and good and rng.random() < 0.7:
        return [mutated(rng, good[0]), *good[1:]]
    return value(rng)


def as_json(thing: Any) -> bytes:
    """JSON with all that Python lets pass: NaN, lone surrogates."""
    return json.dumps(thing, ensure_ascii=False).encode("utf-8", "surrogatepass")


def body(rng: random.Random, good: Any) -> bytes:
    """A body that is wrong in one way or another."""
    whole = as_json(mutated(rng, good))
    ways: list[Callable[[], bytes]] = [
        lambda: whole,
        lambda: whole,
        lambda: whole[: rng.randrange(len(whole) + 1)],
        lambda: rng.randbytes(rng.randrange(2000)),
        lambda: b"[" * rng.randrange(1, 3000),
        lambda: b'{"a":' * 200 + b"1" + b"}" * 200,
        lambda: b'{"x": 1' + b"0" * rng.randrange(5000) + b"}",
        lambda: b"\xef\xbb\xbf" + whole,
        lambda: whole.replace(b'"', b"'"),
        lambda: b"a=b&c=d",
    ]
    return rng.choice(ways)()


def head(rng: random.Random) -> list[tuple[bytes, bytes]]:
    """Headers of which some are odd."""
    ways: list[tuple[bytes, bytes]] = [
        (
            b"Content-Type",
            rng.choice(ODD_KINDS),
        ),
        (b"Accept", rng.choice([b"*/*", b"text/event-stream", b"image/png;q=x", b"," * 500])),
        (b"X-Request-ID", rng.randbytes(30).replace(b"\r", b"").replace(b"\n", b"")),
        (b"Idempotency-Key", bytes(rng.randrange(1, 256) for _ in range(rng.randrange(300)))),
        (b"Authorization", rng.choice([b"Bearer", b"Bearer " + b"x" * 3000, b"Basic !!!!", b"\x01"])),
        (b"Cookie", b"; ".join(b"a=%d" % n for n in range(rng.randrange(200)))),
        (b"If-None-Match", rng.choice([b"*", b'W/"', b"\xff" * 40])),
        (b"Range", b"bytes=9999999999999-1"),
        (b"Last-Event-ID", rng.choice([b"-1", b"9" * 40, b"x"])),
        (b"X-Forwarded-For", b"1.2.3.4, " * 100),
        (b"Origin", rng.choice([b"null", b"http://evil.example", b"::::", b""])),
        (b"Content-Encoding", rng.choice([b"gzip", b"br", b"x" * 100])),
        (b"Expect", b"100-continue"),
        (b"X-" + b"Y" * rng.randrange(1, 40_000), b"v" * rng.randrange(200)),
        (b"Accept-Language", b"q" * rng.randrange(20_000)),
    ]
    return rng.sample(ways, rng.randrange(1, 5))


def request(rng: random.Random, method: bytes, path: bytes, sent: bytes, place: str) -> bytes:
    """A whole request with an honest frame; the rest may be anything."""
    lines = [b"%s %s HTTP/1.1" % (method, path), b"Host: " + place.encode(), b"Connection: close"]
    lines += [name + b": " + said for name, said in head(rng)]
    lines.append(b"Content-Length: %d" % len(sent))
    return b"\r\n".join(lines) + b"\r\n\r\n" + sent


def broken(rng: random.Random, place: str) -> bytes:
    """What is hardly HTTP."""
    host = b"Host: " + place.encode() + b"\r\n"
    ways: list[Callable[[], bytes]] = [
        lambda: rng.randbytes(rng.randrange(1, 4000)),
        lambda: b"GET / HTTP/9.9\r\n" + host + b"\r\n",
        lambda: b"GET " + b"/" * rng.randrange(40_000) + b" HTTP/1.1\r\n" + host + b"\r\n",
        lambda: b"POST /api/v1/tasks/generate HTTP/1.1\r\n" + host + b"Content-Length: -5\r\n\r\n{}",
        lambda: b"POST /api/v1/tasks/generate HTTP/1.1\r\n" + host + b"Content-Length: 99999999\r\n\r\n{}",
        lambda: (
            b"POST /api/v1/tasks/generate HTTP/1.1\r\n"
            + host
            + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        lambda: (
            b"POST /api/v1/tasks/generate HTTP/1.1\r\n"
            + host
            + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n"
        ),
        lambda: (
            b"POST /api/v1/tasks/generate HTTP/1.1\r\n"
            + host
            + b"Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n{}\r\n"
        ),
        lambda: b"GET /api/v1/roadmaps HTTP/1.1\r\n" + host * 2 + b"\r\n",
        lambda: b"GET /api/v1/roadmaps HTTP/1.1\r\n" + host + b"A: b\r\n" * rng.randrange(8000) + b"\r\n",
        lambda: b"GET /api/v1/roadmaps HTTP/1.1\r\n" + host + b"A\x00: b\r\n\r\n",
        lambda: b"GET /api/v1/roadmaps HTTP/1.1\n" + host + b" folded\r\n\r\n",
        lambda: b"GET http://evil.example/api/v1/roadmaps HTTP/1.1\r\n" + host + b"\r\n",
        lambda: b"CONNECT evil.example:443 HTTP/1.1\r\n" + host + b"\r\n",
        lambda: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        lambda: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + rng.randbytes(200),
        lambda: b"GET /api/v1/roadmaps?" + rng.randbytes(300).replace(b"\n", b"") + b" HTTP/1.1\r\n" + host,
    ]
    return rng.choice(ways)()


def frame(rng: random.Random) -> bytes:
    """A frame of a WebSocket: right, wrong, or not one at all."""
    opcode = rng.choice([0, 1, 2, 3, 7, 8, 9, 10, 15])
    first = (rng.choice([0x80, 0x00, 0xC0, 0xF0]) | opcode) & 0xFF
    data = rng.choice(
        [
            b'{"type":"ping"}',
            as_json(value(rng)),
            rng.randbytes(rng.randrange(300)),
            b"\xff\xfe" * 20,
            b"x" * rng.randrange(70_000),
            b"[" * 3000,
            struct.pack("!H", rng.choice([0, 999, 1005, 1006, 5000, 65535])) + b"why",
        ]
    )
    masked = rng.random() < 0.9
    told = rng.choice([len(data)] * 6 + [0, 2**40, 2**63])
    flag = 0x80 if masked else 0
    if told < 126:
        size = bytes([flag | told])
    elif told < 65_536:
        size = bytes([flag | 126]) + struct.pack("!H", told)
    else:
        size = bytes([flag | 127]) + struct.pack("!Q", told)
    key = b"\x01\x02\x03\x04" if masked else b""
    covered = bytes(one ^ key[n % 4] for n, one in enumerate(data)) if masked else data
    return bytes([first]) + size + key + covered


UPGRADE = (
    "GET /api/v1/ws/{task_id} HTTP/1.1\r\nHost: {place}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
)


async def ask(host: str, port: int, sent: bytes, *, whole: bool = True) -> str:
    """The status of the answer; `closed` without one, `hang` when neither comes.

    What is not `whole` may be waited for: then the server is told that there is no more.
    """
    reader, writer = await asyncio.open_connection(host, port)
    answer = b""
    try:
        async with asyncio.timeout(ANSWER_S):
            with contextlib.suppress(OSError):
                writer.write(sent)
                await writer.drain()
            with contextlib.suppress(OSError):
                answer = await (reader.read(64) if whole else _read_or_end(reader, writer))
                while whole and await reader.read(65_536):
                    pass
    except TimeoutError:
        return "hang"
    finally:
        writer.close()
    parts = answer.split(b" ", 2)
    return parts[1].decode("latin-1") if len(parts) > 2 and parts[0].startswith(b"HTTP/") else "closed"


async def _read_or_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    first = asyncio.ensure_future(reader.read(64))
    done, _ = await asyncio.wait([first], timeout=PATIENCE_S)
    if not done:
        writer.write_eof()
    return await first


async def talk(host: str, port: int, hello: bytes, frames: Sequence[bytes]) -> str:
    """How a socket ended that was sent these frames."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        async with asyncio.timeout(ANSWER_S):
            writer.write(hello)
            await writer.drain()
            told = await reader.readuntil(b"\r\n\r\n")
            status = told.split(b" ", 2)[1].decode("latin-1")
            if status != "101":
                return status
            with contextlib.suppress(OSError):
                for one in frames:
                    writer.write(one)
                    await writer.drain()
                writer.write_eof()
            with contextlib.suppress(OSError):
                while await reader.read(65_536):
                    pass
    except TimeoutError:
        return "hang"
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return "closed"
    finally:
        writer.close()
    return "socket ended"


def seeds() -> Iterator[int]:
    """`FUZZ_SEED`, or always the same."""
    start = int(os.environ.get("FUZZ_SEED", "6"))
    while True:
        yield start
        start += 1
