"""The product in a thread of its own, for a command that needs one and finds none running."""

import asyncio
import socket
import threading
from concurrent.futures import Future

from trailwright.commandline.configured import say
from trailwright.commandline.left import Left
from trailwright.commandline.loops import new_loop
from trailwright.commandline.service import DRAIN_S, Service
from trailwright.settings import Settings

REST_S = 5.0


class Background:
    """`start` returns when it answers; `stop` when it has ended. The folder is held by the caller."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._loop: asyncio.AbstractEventLoop
        self._stopping: asyncio.Event
        self._drain_s = DRAIN_S
        self._thread: threading.Thread
        self._left: Future[Left] = Future()

    @classmethod
    def start(cls, settings: Settings, sock: socket.socket) -> "Background":
        """Raises what starting raises."""
        background = cls(settings)
        ready: Future[None] = Future()
        background._thread = threading.Thread(
            target=background._run, args=(sock, ready), name="product", daemon=True
        )
        background._thread.start()
        ready.result()
        return background

    def stop(self, drain_s: float) -> Left | None:
        """End it: at most `drain_s` seconds for what is being written, and a few for the rest.

        None when something hangs; then it ends with the process.
        """
        self._drain_s = drain_s
        self._loop.call_soon_threadsafe(self._stopping.set)
        try:
            return self._left.result(drain_s + REST_S)
        except TimeoutError:
            return None
        finally:
            self._thread.join(REST_S)  # in the loop's code while the interpreter ends, it may crash it

    def _run(self, sock: socket.socket, ready: Future[None]) -> None:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            runner.run(self._serve(sock, ready))

    async def _serve(self, sock: socket.socket, ready: Future[None]) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        starting = asyncio.create_task(Service.start(self._settings, sock, say))
        await asyncio.wait([starting])
        if (error := starting.exception()) is not None:
            ready.set_exception(error)
            return
        service = starting.result()
        ready.set_result(None)
        await self._stopping.wait()
        stopping = asyncio.create_task(service.stop(self._drain_s))
        await asyncio.wait([stopping])
        if (error := stopping.exception()) is not None:
            self._left.set_exception(error)
        else:
            self._left.set_result(stopping.result())
