"""Runs the simulated server under uvicorn: as a program, or inside a loop that already runs."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from trailwright.llm.simulated.app import Simulator, create_app
from trailwright.llm.simulated.http import ABORT

HOST = "127.0.0.1"
GRACE_S = 1


class _Protocol(HttpToolsProtocol):
    """Lets the application reset its connection."""

    def on_headers_complete(self) -> None:
        self.scope["extensions"] = {ABORT: {"abort": self._abort}}
        super().on_headers_complete()

    def _abort(self) -> None:
        """Closes with RST instead of FIN."""
        sock = self.transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


class _Server(uvicorn.Server):
    """Calls `ready` once it listens."""

    def __init__(self, app: Simulator, ready: Callable[[], None]) -> None:
        super().__init__(_config(app))
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def _config(app: Simulator) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        log_level="critical",
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )


def listen(port: int) -> socket.socket:
    """A socket on loopback; `port` 0 takes a free one. Raises OSError when the port is taken."""
    return socket.create_server((HOST, port), backlog=2048)


def address(sock: socket.socket) -> str:
    """Where the socket is reached."""
    return f"http://{HOST}:{sock.getsockname()[1]}"


def run(
    port: int = 0,
    *,
    latency: float = 0.0,
    jitter: float = 0.0,
    faults: str = "",
    rpm: int | None = None,
    seed: int = 0,
) -> None:
    """Serves until Ctrl-C or SIGTERM; prints `ready http://127.0.0.1:PORT` when requests are taken.

    Times in seconds. Raises ValueError for a value without sense and OSError when the port is taken.
    """
    app = create_app(latency=latency, jitter=jitter, faults=faults, rpm=rpm, seed=seed)
    sock = listen(port)
    ready = f"ready {address(sock)}"
    server = _Server(app, lambda: print(ready, flush=True))  # noqa: T201 - what it promises
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[sock])


@asynccontextmanager
async def serving(app: Simulator, port: int = 0) -> AsyncIterator[str]:
    """Serves `app` in the running loop; gives its address. For tests: no process, no signals, no waiting."""
    config, state = _config(app), ServerState()
    sock = listen(port)
    url = address(sock)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Protocol(config, state, {}), sock=sock)
    try:
        yield url
    finally:
        server.close()
        for connection in list(state.connections):
            connection.transport.abort()
        if state.tasks:
            await asyncio.wait(state.tasks, timeout=GRACE_S)
        await server.wait_closed()
