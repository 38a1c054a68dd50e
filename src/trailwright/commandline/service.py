"""The product, running: one loop, one runtime, one web server, on a data folder that this process holds."""

import asyncio
import contextlib
import gc
import socket
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Self

import uvicorn
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from trailwright import __version__
from trailwright.api.app import Mode, create_app
from trailwright.api.metrics import alone
from trailwright.api.wire import Wire, wire
from trailwright.commandline.database import bring_up_to_date, faults_in_words, opened
from trailwright.commandline.left import Left
from trailwright.commandline.trouble import Trouble
from trailwright.commandline.watch import Tell, watch
from trailwright.domain.dispatch import Queue
from trailwright.domain.lifecycle import TaskStatus
from trailwright.kit import tracing
from trailwright.kit.db import Database
from trailwright.kit.log import get_logger
from trailwright.kit.storage import StorageUnavailable
from trailwright.settings import Settings
from trailwright.tasks.models import tasks
from trailwright.users.accounts import are_there_any
from trailwright.users.commands import ensure_user
from trailwright.users.desk import setup_code
from trailwright.work.runtime import Runtime

LOCAL_USER = "local"
GRACE_S = 1
"""Seconds that open connections get at the end."""

PING_S = 20.0
DRAIN_S = 6.0
_COLLECT = (5_000, 20, 50)
"""When Python looks for rings of dead objects. Going through all of them stops the loop for 10 to 50 ms; with
the usual (700, 10, 10) that was three times in 10 s of work.
"""

log = get_logger(__name__)


class _Server(uvicorn.Server):
    """Tells when it listens; signals stay with whoever owns the loop."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Service:
    """`start`, then `stop`. Whoever starts it holds the data folder."""

    def __init__(self, settings: Settings, runtime: Runtime, mode: Mode = "local") -> None:
        self.settings = settings
        self.runtime = runtime
        self._app = create_app(runtime, mode=mode)
        self._server = _Server(_config(self._app, settings.limits.header_bytes))
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    async def start(cls, settings: Settings, sock: socket.socket, tell: Tell, mode: Mode = "local") -> Self:
        """Migrate, take back what a dead process held, begin to work and to answer on `sock`."""
        saved = await bring_up_to_date(settings)
        if saved is not None:
            tell(f"the database was brought up to date; as it was it is kept in {saved}")
        runtime = await open_runtime(settings)
        with faults_in_words(settings):
            await _greet(runtime.db, settings, tell, mode)
            back = await runtime.take_all_back()
            if back:
                log.info("leases_taken_back", count=back)
            await runtime.start()
        service = cls(settings, runtime, mode)
        await service._serve(sock, tell)
        settle_down(port=sock.getsockname()[1])
        return service

    @classmethod
    async def start_api(
        cls, settings: Settings, sock: socket.socket, tell: Tell, mode: Mode = "local"
    ) -> Self:
        """Answer on `sock` and work on nothing: one of several, on a database that is of this version."""
        async with opened(settings) as db:
            await _greet(db, settings, tell, mode)
        runtime = await open_runtime(settings, ())
        with faults_in_words(settings):
            await runtime.start()
        service = cls(settings, runtime, mode)
        await service._serve(sock, tell)
        settle_down(port=sock.getsockname()[1])
        return service

    async def _serve(self, sock: socket.socket, tell: Tell) -> None:
        serving = asyncio.create_task(self._server.serve(sockets=[sock]))
        listening = asyncio.create_task(self._server.listening.wait())
        await asyncio.wait([serving, listening], return_when=asyncio.FIRST_COMPLETED)
        listening.cancel()
        if serving.done():
            serving.result()
            raise RuntimeError("the web server ended before it listened")
        self._tasks = [serving, asyncio.create_task(watch(self.settings.data_dir, tell))]

    async def until_broken(self) -> None:
        """Returns only when the web server has ended without being asked."""
        await asyncio.shield(self._tasks[0])

    async def stop(self, drain_s: float = DRAIN_S) -> Left:
        """Let items finish for a while, give the rest back, then end all. Within `drain_s` and 3 seconds."""
        anew = await self.runtime.drain(drain_s)
        left = await self._left(anew)
        await self._app.state.feed.close()
        self._server.should_exit = True
        serving, watching = self._tasks
        watching.cancel()
        with contextlib.suppress(TimeoutError, asyncio.CancelledError):
            async with asyncio.timeout(GRACE_S + 1):
                await serving
        await self.runtime.close()
        log.info("ended", going=left.going, waiting=left.waiting, anew=left.anew)
        return left

    async def _left(self, anew: int) -> Left:
        counted = select(tasks.c.status, func.count().label("n")).group_by(tasks.c.status)
        try:
            async with self.runtime.db.reading() as reader:
                by_status = {row["status"]: row["n"] for row in await reader.rows(counted)}
        except (SQLAlchemyError, OSError):
            by_status = {}  # a database that is away at the end changes nothing about the end
        going = by_status.get(TaskStatus.PENDING, 0) + by_status.get(TaskStatus.PROCESSING, 0)
        waiting = by_status.get(TaskStatus.HUMAN_REVIEW_PENDING, 0) + by_status.get(TaskStatus.PAUSED, 0)
        return Left(going, waiting, anew)


async def _greet(db: Database, settings: Settings, tell: Tell, mode: Mode) -> None:
    """In local mode there is its user; with accounts and none yet, what the first one needs is told."""
    if mode == "local":
        await db.transact(lambda tx: ensure_user(tx, LOCAL_USER, role="admin"))
        return
    async with db.reading() as reader:
        if await are_there_any(reader):
            return
    assert settings.secret_key is not None  # noqa: S101 - made at the start
    code = setup_code(settings.secret_key.get_secret_value())
    tell(
        f"there is no account yet; the first is the admin's. From elsewhere it needs this set-up code: {code}"
    )


async def serve_beside(runtime: Runtime, sock: socket.socket) -> None:
    """A worker's metrics, until cancelled."""
    config = _config(alone(runtime))
    config.lifespan = "off"  # it has none, and would be cancelled in the midst of it
    await _Server(config).serve(sockets=[sock])


def settle_down(**facts: object) -> None:
    """A process has started."""
    gc.collect()
    gc.freeze()  # what start-up made stays; going through it again stopped the loop for 0.2 s and more
    gc.set_threshold(*_COLLECT)
    log.info("started", version=__version__, python=sys.version.split()[0], **facts)


async def open_runtime(settings: Settings, queues: Sequence[Queue] = tuple(Queue)) -> Runtime:
    """Everything a process works with; raises `Trouble` for an address that cannot be used."""
    tracing.begin()
    try:
        return await Runtime.open(settings, queues)
    except StorageUnavailable as error:
        raise Trouble(error.detail) from None
    except ValueError as error:
        raise Trouble(f"a setting is wrong: {error}") from None


def _config(app: Any, header_bytes: int = Wire.most) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="none",
        http=wire(header_bytes),
        ws="websockets-sansio",
        ws_max_size=65_536,
        ws_ping_interval=PING_S,
        ws_ping_timeout=PING_S,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        backlog=2048,
    )
