"""What a server that speaks OpenAI's format may do with a request."""

import asyncio
import json
from typing import Any

from tests.llm.support_gateway.server import SSE, Act, Talk

PIECES = 10


def chunk(text: str | None = None, *, finish: str | None = None, **delta: Any) -> dict[str, Any]:
    content = {} if text is None else {"content": text}
    return {
        "object": "chat.completion.chunk",
        "choices": [{"index": 0, "delta": {**content, **delta}, "finish_reason": finish}],
    }


def says(text: str, *, finish: str | None = "stop", usage: tuple[int, int] | None = (11, 7)) -> Act:
    async def act(talk: Talk) -> None:
        await talk.begin()
        size = max(len(text) // PIECES, 1)
        for at in range(0, len(text), size):
            await talk.event(chunk(text[at : at + size]))
        await talk.event(chunk(finish=finish))
        if usage and "stream_options" in talk.seen.body:
            counts = {"prompt_tokens": usage[0], "completion_tokens": usage[1]}
            await talk.event({"choices": [], "usage": counts})
        await talk.event("[DONE]")
        await talk.end()

    return act


def sends(*events: Any, kind: str = SSE, ends: bool = True) -> Act:
    """Exactly these events, `str` as they are."""

    async def act(talk: Talk) -> None:
        await talk.begin(kind)
        for event in events:
            await talk.event(event)
        if ends:
            await talk.end()

    return act


def sends_bytes(*blocks: bytes) -> Act:
    async def act(talk: Talk) -> None:
        await talk.begin()
        for block in blocks:
            await talk.block(block)
        await talk.end()

    return act


def refuses(status: int, error: Any = None, *, headers: dict[str, str] | None = None) -> Act:
    body = {"error": {"message": error} if isinstance(error, str) else error or {"message": "no"}}

    async def act(talk: Talk) -> None:
        await talk.whole(status, json.dumps(body).encode(), headers=headers)

    return act


def replies(status: int, body: bytes, kind: str) -> Act:
    async def act(talk: Talk) -> None:
        await talk.whole(status, body, kind=kind)

    return act


def hangs(after: str = "") -> Act:
    """No byte more, with the connection open."""

    async def act(talk: Talk) -> None:
        if after:
            await talk.begin()
            await talk.event(chunk(after))
        await asyncio.Event().wait()

    return act


def resets(after: str = "") -> Act:
    async def act(talk: Talk) -> None:
        if after:
            await talk.begin()
            await talk.event(chunk(after))
        talk.reset()

    return act


def is_cut(after: str, *, ends: bool = True) -> Act:
    """Some text, no `finish_reason`, no `[DONE]`; `ends`: as if that were all."""
    return sends(chunk(after), ends=ends)


def floods(megabytes: int, sent: list[int]) -> Act:
    """So much text; `sent` counts the megabytes that were taken."""

    async def act(talk: Talk) -> None:
        await talk.begin()
        piece = chunk("lorem ipsum " * 4000)
        for _ in range(megabytes):
            for _ in range(21):
                await talk.event(piece)
            sent[0] += 1

    return act


def floods_one_line(megabytes: int) -> Act:
    async def act(talk: Talk) -> None:
        await talk.begin()
        for _ in range(megabytes * 16):
            await talk.block(b"x" * 65536)

    return act


def trickles(text: str, *, every_s: float) -> Act:
    """A word every so many seconds."""

    async def act(talk: Talk) -> None:
        await talk.begin()
        for number, word in enumerate(text.split(" ")):
            await asyncio.sleep(every_s)
            await talk.event(chunk(word if number == 0 else f" {word}"))
        await talk.event(chunk(finish="stop"))
        await talk.end()

    return act
