"""Time and size of a stranger's answer."""

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator

import pytest

from tests.research.world import Asked, Write, a_site, hang, reply
from trailwright.research.bodies import charset_of, decoded, read_capped
from trailwright.research.guard import Fetcher, Limits, Unreachable

SMALL = Limits(max_bytes=10_000)
SHORT = Limits(total_s=0.2)


async def test_a_giant_body_is_read_up_to_the_lid_and_no_further() -> None:
    written = 0

    async def endless(asked: Asked, write: Write) -> None:
        nonlocal written
        del asked
        await write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n")
        while True:
            await write(b"x" * 65_536)
            written += 65_536

    async with a_site({"/": endless}) as site, Fetcher(allow=site.allow, limits=SMALL) as fetcher:
        answer = await fetcher.fetch(site.url())
    assert (len(answer.body), answer.truncated) == (10_000, True)
    assert written < 30_000_000


async def test_a_body_as_large_as_the_lid_is_whole() -> None:
    async with (
        a_site({"/": reply(body="x" * 10_000)}) as site,
        Fetcher(allow=site.allow, limits=SMALL) as fetcher,
    ):
        answer = await fetcher.fetch(site.url())
    assert (len(answer.body), answer.truncated) == (10_000, False)


async def test_a_decompression_bomb_is_unpacked_up_to_the_lid() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000, compresslevel=1)
    async with (
        a_site({"/": reply(body=bomb, content_encoding="gzip")}) as site,
        Fetcher(allow=site.allow) as fetcher,
    ):
        answer = await fetcher.fetch(site.url())
    assert (len(answer.body), answer.truncated) == (2_000_000, True)


async def test_a_bomb_takes_no_more_memory_than_the_lid() -> None:
    async def one_chunk(bomb: bytes) -> AsyncIterator[bytes]:
        yield bomb

    bomb = gzip.compress(b"\0" * 50_000_000, compresslevel=1)
    tracemalloc.start()
    try:
        body, cut = await read_capped(one_chunk(bomb), "gzip", 1_000_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (len(body), cut) == (1_000_000, True)
    assert peak < 8_000_000


async def test_a_body_that_unpacks_to_nothing_for_ever_is_cut() -> None:
    async def nothing_for_ever() -> AsyncIterator[bytes]:
        yield b"\x78\x9c"
        while True:
            yield b"\x00\x00\x00\xff\xff" * 1_000

    assert await read_capped(nothing_for_ever(), "deflate", 100_000) == (b"", True)


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"hello", mtime=0)),
        ("X-Gzip", gzip.compress(b"hello", mtime=0)),
        ("deflate", zlib.compress(b"hello")),
        ("deflate", zlib.compress(b"hello")[2:-4]),
        ("identity", b"hello"),
    ],
)
async def test_what_was_asked_for_is_unpacked(coding: str, packed: bytes) -> None:
    async with (
        a_site({"/": reply(body=packed, content_encoding=coding)}) as site,
        Fetcher(allow=site.allow) as fetcher,
    ):
        answer = await fetcher.fetch(site.url())
    assert (answer.body, answer.truncated) == (b"hello", False)


@pytest.mark.parametrize(
    ("coding", "body"), [("gzip", b"not gzip at all"), ("br", b"xx"), ("gzip, gzip", b"xx")]
)
async def test_a_body_that_cannot_be_unpacked_is_empty_and_cut(coding: str, body: bytes) -> None:
    async with (
        a_site({"/": reply(body=body, content_encoding=coding)}) as site,
        Fetcher(allow=site.allow) as fetcher,
    ):
        answer = await fetcher.fetch(site.url())
    assert (answer.status, answer.body, answer.truncated) == (200, b"", True)


async def test_a_host_that_never_answers_is_given_up() -> None:
    async with a_site({"/": hang}) as site, Fetcher(allow=site.allow, limits=SHORT) as fetcher:
        with pytest.raises(Unreachable, match="timeout"):
            await fetcher.fetch(site.url())


async def test_a_body_that_trickles_is_given_up() -> None:
    async def trickle(asked: Asked, write: Write) -> None:
        await write(reply(body="x" * 100)[:-50])
        await hang(asked, write)

    async with a_site({"/": trickle}) as site, Fetcher(allow=site.allow, limits=SHORT) as fetcher:
        with pytest.raises(Unreachable, match="timeout"):
            await fetcher.fetch(site.url())


async def test_a_redirect_does_not_start_the_time_anew() -> None:
    async with (
        a_site({"/": reply(302, location="/slow"), "/slow": hang}) as site,
        Fetcher(allow=site.allow, limits=SHORT) as fetcher,
    ):
        with pytest.raises(Unreachable, match="timeout"):
            await fetcher.fetch(site.url())


async def test_waiting_for_room_does_not_count_as_time() -> None:
    going = asyncio.Event()

    async def slow_once(asked: Asked, write: Write) -> None:
        del asked
        going.set()
        await asyncio.Event().wait()
        await write(b"")

    async with (
        a_site({"/slow": slow_once, "/": reply(body="mine")}) as site,
        Fetcher(allow=site.allow, limits=Limits(total_s=0.5), max_connections=1) as fetcher,
    ):
        first = asyncio.create_task(fetcher.fetch(site.url("/slow")))
        await going.wait()
        assert (await fetcher.fetch(site.url(), total_s=0.1)).body == b"mine"
        with pytest.raises(Unreachable, match="timeout"):
            await first


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_an_answer_that_is_no_http_is_told_as_such(raw: bytes) -> None:
    async def play(asked: Asked, write: Write) -> None:
        del asked
        await write(raw)

    async with a_site({"/": play}) as site, Fetcher(allow=site.allow) as fetcher:
        with pytest.raises(Unreachable, match="protocol"):
            await fetcher.fetch(site.url())


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/html; charset=iso-8859-1", b"caf\xe9", "café"),
        ('text/html; charset="windows-1251"', "Привет".encode("cp1251"), "Привет"),
        (
            "text/html",
            b'<meta charset="shift_jis">' + "日本".encode("shift_jis"),
            '<meta charset="shift_jis">日本',
        ),
        ("text/html; charset=latin-1", b"\xef\xbb\xbfh\xc3\xa9", "hé"),
        ("text/html", b"\xff\xfeh\x00", "h"),
        ("text/html", b"\xff bad", "\ufffd bad"),
        ("text/html; charset=no-such", b"plain", "plain"),
        ("", b"", ""),
    ],
)
def test_text_comes_out_of_its_declared_charset(content_type: str, body: bytes, text: str) -> None:
    assert decoded(content_type, body) == text


@pytest.mark.parametrize(
    "name", ["punycode", "idna", "zip", "hex", "rot13", "utf-7", "unicode_escape", "undefined", "mbcs"]
)
def test_encodings_the_web_does_not_use_are_not_used(name: str) -> None:
    assert charset_of(f"text/html; charset={name}", b"x") == "utf-8"
