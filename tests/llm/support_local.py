"""The real small model, for tests marked `real_model`: where its weights lie, and how to ask it."""

import json
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

from trailwright.llm.weights_catalogue import CATALOGUE
from trailwright.settings import default_data_dir

SMALL = CATALOGUE["0.5b"]
_PLACES = [
    Path(place)
    for name, below in (("TRAILWRIGHT_TEST_MODELS", ""), ("TRAILWRIGHT_DATA_DIR", "models"))
    if (place := os.environ.get(name) and str(Path(os.environ[name]) / below))
]
"""Read when the tests are collected: a running test sees none of this machine's settings."""


def weights_here() -> Path | None:
    """The small model's file, if this machine has it."""
    folders = [*_PLACES, default_data_dir() / "models"]
    return next((f / SMALL.file for f in folders if (f / SMALL.file).is_file()), None)


WEIGHTS = weights_here()
NO_WEIGHTS = "no weights here: trailwright model install 0.5b, or TRAILWRIGHT_TEST_MODELS=FOLDER"


def ask(text: str, **more: Any) -> dict[str, Any]:
    """The body of a streamed request."""
    return {
        "messages": [{"role": "user", "content": text}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0,
        "max_tokens": 64,
    } | more


@asynccontextmanager
async def streamed(url: str, body: dict[str, Any]) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """The chunks of an answer as they come."""
    async with (
        httpx.AsyncClient(timeout=120) as client,
        client.stream("POST", f"{url}/chat/completions", json=body) as response,
    ):
        assert response.status_code == 200, await response.aread()
        yield _chunks(response)


async def _chunks(response: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    async for line in response.aiter_lines():
        if line.startswith("data: {"):
            yield json.loads(line.removeprefix("data: "))


async def said(url: str, body: dict[str, Any]) -> tuple[str, str, dict[str, int]]:
    """Text, reason of the end, usage."""
    text, finish = "", ""
    usage: dict[str, int] = {}
    async with streamed(url, body) as chunks:
        async for chunk in chunks:
            usage = chunk.get("usage") or usage
            for choice in chunk["choices"]:
                text += choice["delta"].get("content") or ""
                finish = choice["finish_reason"] or finish
    return text, finish, usage


def cpu_s(pid: int) -> float:
    """Seconds of CPU a process has used."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def wait_until(holds: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether something comes to hold in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return holds()
