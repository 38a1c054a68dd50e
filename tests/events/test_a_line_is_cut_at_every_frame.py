"""However often a line is cut, who comes back with the last number hears the whole log, each event once."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from itertools import cycle
from typing import Any

import httpx
import pytest

from tests.api.support import World, a_server
from tests.events.support import a_socket, a_stream, hear, parts
from tests.support import engine

Frame = dict[str, Any]
Lines = Callable[[str, str, int], AsyncGenerator[Frame]]
"""Place, task, last number heard → the frames of one line."""


async def socket_frames(place: str, task_id: str, after: int) -> AsyncGenerator[Frame]:
    """What a socket says; it is cut without a word where the reader stops."""
    async with a_socket(place, task_id, f"?after_seq={after}") as line:
        try:
            while True:
                yield await hear(line)
        finally:
            line.transport.abort()


async def stream_frames(place: str, task_id: str, after: int) -> AsyncGenerator[Frame]:
    """What a stream of server-sent events says, its first comment too; 204: there is no more."""
    headers = {"Last-Event-ID": str(after)}
    async with a_stream(place, task_id, headers) as answer, aclosing(parts(answer)) as told:
        if answer.status_code == httpx.codes.NO_CONTENT:
            yield {"type": "closing"}
        async for part in told:
            yield part.get("data", {"type": "comment"})


async def heard_in_pieces(lines: Lines, place: str, task_id: str) -> list[Frame]:
    """Each line is cut after its first frame, the next after the first event that is new, and so on."""
    heard: list[Frame] = []
    for events in cycle((0, 1)):
        async with aclosing(lines(place, task_id, len(heard))) as frames:
            if await heard_until(len(heard) + events, frames, heard):
                break
    return heard


async def heard_until(wanted: int, frames: AsyncGenerator[Frame], heard: list[Frame]) -> bool:
    """Hear until so many events are there; whether the log has ended."""
    async for frame in frames:
        if frame["type"] == "closing":
            return True
        if "seq" in frame:
            heard.append(frame)
        if len(heard) >= wanted:
            return False
    return False


async def a_whole_life(world: World, task_id: str) -> None:
    """Some is made, paused and resumed, fails, is cancelled, retried and finished."""
    await world.make_content(task_id, 2)
    await world.post(f"/tasks/{task_id}/pause")
    await world.post(f"/tasks/{task_id}/resume")
    for one in await engine.claim(world.db, task_id, 2):
        await engine.finish(world.db, one, engine.a_failure())
    for _ in range(4):
        await world.make_content(task_id, 2)


@pytest.mark.parametrize("lines", [socket_frames, stream_frames])
async def test_the_pieces_are_the_whole_log(world: World, lines: Lines) -> None:
    task_id, _ = await engine.a_task(world.db, 3)
    async with a_server(world) as place, asyncio.TaskGroup() as together:
        hearing = together.create_task(heard_in_pieces(lines, place, task_id))
        together.create_task(a_whole_life(world, task_id))
    log = (await world.get(f"/tasks/{task_id}/events"))["events"]
    assert hearing.result() == log
    assert log[-1]["type"] == "partial_failure"
