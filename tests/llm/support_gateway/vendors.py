"""Servers that speak Anthropic's and Google's own formats, streaming, as far as one answer needs."""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

from tests.llm.support_gateway.server import Act, Talk

PIECES = 4


def _pieces(text: str) -> list[str]:
    size = max(len(text) // PIECES, 1)
    return [text[at : at + size] for at in range(0, len(text), size)]


def _streams(events: Sequence[tuple[str, Any]], *, then: Callable[[Talk], Any] | None = None) -> Act:
    async def act(talk: Talk) -> None:
        await talk.begin()
        for name, event in events:
            await talk.event(event, name)
        if then is None:
            await talk.end()
        else:
            await then(talk)

    return act


async def _for_ever(talk: Talk) -> None:
    del talk
    await asyncio.Event().wait()


def _repeats(event: tuple[str, Any]) -> Callable[[Talk], Any]:
    """The same event without end."""

    async def then(talk: Talk) -> None:
        while True:
            await talk.event(event[1], event[0])

    return then


async def _resets(talk: Talk) -> None:
    talk.reset()


def _endings(events: Sequence[tuple[str, Any]]) -> dict[str, Callable[[Talk], Any] | None]:
    return {"cut": None, "reset": _resets, "hang": _for_ever, "flood": _repeats(events[-1])}


def _anthropic(text: str) -> list[tuple[str, Any]]:
    message: dict[str, Any] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-haiku-4-5",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 11, "output_tokens": 1},
    }
    deltas: list[dict[str, Any]] = [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
        for piece in _pieces(text)
    ]
    block: dict[str, Any] = {
        "type": "content_block_start",
        "index": 0,
        "content_block": {"type": "text", "text": ""},
    }
    events: list[dict[str, Any]] = [{"type": "message_start", "message": message}, block, {"type": "ping"}]
    return [(event["type"], event) for event in [*events, *deltas]]


def anthropic_says(text: str, *, reason: str = "end_turn") -> Act:
    ended = {
        "type": "message_delta",
        "delta": {"stop_reason": reason, "stop_sequence": None},
        "usage": {"output_tokens": 7},
    }
    closing: list[dict[str, Any]] = [
        {"type": "content_block_stop", "index": 0},
        ended,
        {"type": "message_stop"},
    ]
    return _streams([*_anthropic(text), *((event["type"], event) for event in closing)])


def anthropic_breaks(text: str, how: str) -> Act:
    """`cut`, `reset`, `hang`, `flood` or `error`: an error amid the stream."""
    events = _anthropic(text)
    if how == "error":
        error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
        return _streams([*events, ("error", error)])
    return _streams(events, then=_endings(events)[how])


def _gemini(text: str) -> list[tuple[str, Any]]:
    return [
        ("", {"candidates": [{"content": {"parts": [{"text": piece}], "role": "model"}, "index": 0}]})
        for piece in _pieces(text)
    ]


def gemini_says(text: str, *, reason: str = "STOP") -> Act:
    last: dict[str, Any] = {
        "candidates": [
            {"content": {"parts": [{"text": ""}], "role": "model"}, "index": 0, "finishReason": reason}
        ],
        "usageMetadata": {"promptTokenCount": 11, "candidatesTokenCount": 7, "totalTokenCount": 18},
        "modelVersion": "gemini-2.5-flash",
    }
    return _streams([*_gemini(text), ("", last)])


def gemini_breaks(text: str, how: str) -> Act:
    events = _gemini(text)
    if how == "error":
        error = {"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}}
        return _streams([*events, ("", error)])
    return _streams(events, then=_endings(events)[how])


def gemini_blocks_the_prompt() -> Act:
    blocked = {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 11}}
    return _streams([("", blocked)])


def vendor_refuses(status: int, error: dict[str, Any], *, headers: dict[str, str] | None = None) -> Act:
    async def act(talk: Talk) -> None:
        await talk.whole(status, json.dumps(error).encode(), headers=headers)

    return act
