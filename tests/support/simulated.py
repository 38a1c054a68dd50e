"""The simulated model server for tests: in a process of its own, or inside the loop that runs already."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.support.processes import Server
from trailwright.llm.simulated import create_app, serving

READY = "ready "


@dataclass(frozen=True)
class Simulated:
    """A running server; `url` is its root, `base_url` what `LLM__BASE_URL` takes."""

    url: str

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"

    async def stats(self) -> dict[str, Any]:
        """Counts: requests, open, max_open, by_agent, faults."""
        return await self._ask("GET", "/stats")

    async def control(self, **changes: object) -> dict[str, Any]:
        """Changes latency, jitter, faults, rpm; gives all four. Fails the test on a value without sense."""
        return await self._ask("POST", "/control", changes)

    async def reset(self) -> dict[str, Any]:
        """Clears the counts but `open`."""
        return await self._ask("POST", "/reset")

    async def has_open(self, count: int) -> dict[str, Any]:
        """Waits until so many completions are open; gives the counts."""
        while (stats := await self.stats())["open"] != count:  # noqa: ASYNC110 - it tells nobody of itself
            await asyncio.sleep(0.002)
        return stats

    async def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as client:
            answer = await client.request(method, path, json=body)
        answer.raise_for_status()
        said: dict[str, Any] = answer.json()
        return said


@asynccontextmanager
async def a_simulated_process(**options: float | str) -> AsyncIterator[Simulated]:
    """`python -m trailwright.llm.simulated` on a free port; `options` as on its command line."""
    async with a_process("trailwright.llm.simulated", **options) as url:
        yield Simulated(url)


@asynccontextmanager
async def a_random_process(**options: float | str) -> AsyncIterator[str]:
    """The server that knows nothing but schemas, in a process of its own; its root address."""
    async with a_process(str(Path(__file__).with_name("random_server.py")), **options) as url:
        yield url


@asynccontextmanager
async def a_process(program: str, **options: float | str) -> AsyncIterator[str]:
    """A module or a file that prints `ready URL`, as a process that ends with this one."""
    named = [program] if program.endswith(".py") else ["-m", program]
    flags = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    server = Server("model")
    log = server.folder / "log"
    command = [sys.executable, *named, "--port", "0", *flags]
    try:
        await asyncio.to_thread(server.start, command, lambda: READY in log.read_text())
        lines = log.read_text().splitlines()
        yield next(line.removeprefix(READY) for line in lines if line.startswith(READY))
    finally:
        await asyncio.to_thread(server.remove)


@asynccontextmanager
async def a_simulated_server(
    *, latency: float = 0.0, jitter: float = 0.0, faults: str = "", rpm: int | None = None, seed: int = 0
) -> AsyncIterator[Simulated]:
    """The same server inside the running loop: cheap, and its end is the block's end."""
    app = create_app(latency=latency, jitter=jitter, faults=faults, rpm=rpm, seed=seed)
    async with serving(app) as url:
        yield Simulated(url)
