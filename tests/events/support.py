"""Listening to a task as programs do, and making it say things."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.api.support import World
from trailwright.events.shapes import EventType
from trailwright.kit.db import Database, Tx
from trailwright.tasks.held import lock_task

WITHIN_S = 20.0


@asynccontextmanager
async def a_socket(
    place: str, task_id: str, query: str = "", **options: Any
) -> AsyncIterator[ClientConnection]:
    """A socket on a task."""
    async with connect(f"ws://{place}/api/v1/ws/{task_id}{query}", **options) as line:
        yield line


async def hear(line: ClientConnection) -> dict[str, Any]:
    """The next message."""
    async with asyncio.timeout(WITHIN_S):
        message: dict[str, Any] = json.loads(await line.recv())
    return message


async def hear_all(line: ClientConnection) -> list[dict[str, Any]]:
    """Everything until the server closes."""
    heard = []
    try:
        while True:
            heard.append(await hear(line))
    except ConnectionClosed:
        return heard


def numbers(heard: list[dict[str, Any]]) -> list[int]:
    """The seqs of what was heard, in order."""
    return [message["seq"] for message in heard if "seq" in message]


async def say(db: Database, task_id: str, count: int = 1, text: str = "Something.") -> None:
    """Let the task say `count` things, in one transaction."""

    async def work(tx: Tx) -> None:
        held = await lock_task(tx, task_id)
        assert held is not None
        for _ in range(count):
            held.say(EventType.PROGRESS, text)
        await held.write(tx)

    await db.transact(work)


def whisper(world: World, task_id: str, text: str) -> None:
    """A piece of text as a model streams it: not kept."""
    world.bus.publish_lossy(
        {
            "type": EventType.CONCEPT_PROGRESS.value,
            "task_id": task_id,
            "data": {"attempt": 1, "offset": 0, "text": text},
        }
    )


@asynccontextmanager
async def a_stream(
    place: str, task_id: str, headers: dict[str, str] | None = None, query: str = ""
) -> AsyncIterator[httpx.Response]:
    """A stream of server-sent events of a task."""
    quick = httpx.AsyncHTTPTransport(verify=False)  # certificates cost 40 ms to read, and none is met
    async with (
        httpx.AsyncClient(transport=quick, timeout=WITHIN_S) as client,
        client.stream(
            "GET",
            f"http://{place}/api/v1/tasks/{task_id}/events{query}",
            headers={"Accept": "text/event-stream", **(headers or {})},
        ) as answer,
    ):
        yield answer


async def parts(answer: httpx.Response) -> AsyncGenerator[dict[str, Any]]:
    """The stream's parts: `{id?, data?, comment?}`."""
    part: dict[str, Any] = {}
    async for line in answer.aiter_lines():
        if not line:
            yield part
            part = {}
        elif line.startswith(":"):
            part["comment"] = line[1:].strip()
        else:
            name, _, value = line.partition(": ")
            part[name] = json.loads(value)


async def nobody_follows(world: World) -> None:
    """Wait until the last reader was let go, and with it the tailer and its ear."""
    async with asyncio.timeout(WITHIN_S):
        while world.app.state.feed._tailers or world.bus._ears:
            await world.client.get("/users/me")  # a look at the database lets others go on
