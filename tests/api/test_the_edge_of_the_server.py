"""Heads of a size, nobody who dawdles, and what every answer tells a browser."""

import asyncio
import json
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from pydantic import SecretStr

from tests.api.support import World
from trailwright.api import wire as edge
from trailwright.api.headers import ALWAYS
from trailwright.api.wire import wire
from trailwright.settings import Settings

HEAD = 4_000


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """What the edge does depends on no database."""
    shutil.copyfile(sqlite_template, tmp_path / "trailwright.db")
    return f"sqlite:///{tmp_path / 'trailwright.db'}"


@asynccontextmanager
async def served(world: World) -> AsyncIterator[tuple[str, int]]:
    """The application behind the product's own protocol, heads of 4,000 bytes."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(world.app, http=wire(HEAD), log_level="error", lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    host, port = listener.getsockname()
    async with httpx.AsyncClient() as client:
        await client.get(f"http://{host}:{port}/api/v1/health/live")
    try:
        yield host, port
    finally:
        server.should_exit = True
        await serving


async def said(place: tuple[str, int], *pieces: bytes, end: bool = False) -> bytes:
    """All that is answered until the server closes."""
    reader, writer = await asyncio.open_connection(*place)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
    if end:
        writer.write_eof()
    async with asyncio.timeout(10):
        try:
            return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


GET = b"GET /api/v1/health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"


async def test_a_head_within_the_size_is_answered(world: World) -> None:
    async with served(world) as place:
        assert status(await said(place, GET, b"X-A: " + b"a" * (HEAD - 200) + b"\r\n\r\n")) == 200


@pytest.mark.parametrize(
    "pieces",
    [
        (GET + b"X-A: " + b"a" * HEAD + b"\r\n\r\n",),
        (GET, *[b"X-%d: %s\r\n" % (n, b"a" * 100) for n in range(60)], b"\r\n"),
        (b"GET /" + b"a" * (2 * HEAD) + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",),
        (GET, *[b"a" * 1_000] * 20),
    ],
    ids=["one header", "many headers", "the path", "a header without end"],
)
async def test_a_larger_one_is_refused(world: World, pieces: tuple[bytes, ...]) -> None:
    async with served(world) as place:
        answer = await said(place, *pieces)
        assert status(answer) == 431
        problem = json.loads(answer.partition(b"\r\n\r\n")[2])
        assert (problem["status"], problem["code"]) == (431, "headers_too_large")
        assert status(await said(place, GET, b"\r\n")) == 200


async def test_who_says_nothing_or_never_ends_is_cut_off(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "HEAD_S", 0.05)
    monkeypatch.setattr(edge, "BODY_S", 0.05)
    async with served(world) as place:
        assert await said(place) == b""
        assert status(await said(place, GET[:30])) == 408
        stalled = b"POST /api/v1/tasks/generate HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{"
        assert status(await said(place, stalled)) in {0, 400}
        assert status(await said(place, GET, b"\r\n")) == 200


async def test_two_requests_on_one_line_are_both_answered(world: World) -> None:
    first = b"GET /api/v1/health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    async with served(world) as place:
        answer = await said(place, first + GET + b"\r\n")
        assert answer.count(b"HTTP/1.1 200") == 2


async def test_every_answer_says_what_a_browser_may_do(world: World) -> None:
    async with world.client_from("127.0.0.1", tolerant=True) as client:

        @world.app.get("/api/v1/accident")
        async def accident() -> None:
            raise ValueError

        for path in ("/users/me", "/nothing", "/docs", "/health/live", "/accident", "/openapi.json"):
            headers = (await client.get(path)).headers
            for name, value in ALWAYS.items():
                assert headers.get_list(name) == [value], (path, name)
            if path != "/accident":
                assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert "strict-transport-security" not in headers


async def test_https_alone_is_asked_for_where_people_come_by_https(world: World) -> None:
    for url, expected in (("https://trail.example", True), ("http://trail.example", False), (None, False)):
        world.app.state.settings = Settings(secret_key=SecretStr("w" * 40), public_url=url)
        headers = (await world.client.get("/health/live")).headers
        assert ("strict-transport-security" in headers) is expected
