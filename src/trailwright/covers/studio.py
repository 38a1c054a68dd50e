"""The parent's side of the process that draws and decodes: started by the first order, one order at a time.

A process that takes too long, or ends, is replaced by the next order; an idle one is let go.
"""

import asyncio
import contextlib
import json
import os
import struct
import sys
from hashlib import sha256
from typing import Any

from trailwright.kit.log import get_logger

DRAW_S = 20.0
IDLE_S = 60.0
_STARTING_S = 20.0
_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LANG", "TMPDIR", "SYSTEMROOT")
"""What the process that decodes strangers' bytes is told: nothing secret."""

log = get_logger(__name__)


class Unusable(Exception):  # noqa: N818 - an outcome the caller decides about
    """Not to be kept as a picture: `not_an_image`, `too_many_pixels`, `too_small`, `too_slow`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class StudioFault(Exception):  # noqa: N818 - a fault of ours, tried again
    """The process ended or did not answer."""


class Picture:
    """A finished cover: WebP by width, and the digest its address holds."""

    def __init__(self, made: dict[int, bytes]) -> None:
        self.made = made
        self.digest = sha256(made[max(made)]).hexdigest()[:32]


class Studio:
    """Draws and remakes covers in a process of its own."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._leaving: asyncio.subprocess.Process | None = None
        self._idle: asyncio.TimerHandle | None = None

    async def draw(self, roadmap_id: str, title: str, subject: str, choice: int) -> Picture:
        """The picture that this product draws itself. Raises `StudioFault`."""
        order = {"do": "draw", "roadmap_id": roadmap_id, "title": title, "subject": subject, "choice": choice}
        try:
            return await self._ask(order, b"")
        except (TimeoutError, Unusable) as error:
            raise StudioFault from error

    async def remake(self, data: bytes) -> Picture:
        """Somebody's PNG, JPEG or WebP, cut to shape and encoded anew. Raises `Unusable`, `StudioFault`."""
        try:
            return await self._ask({"do": "remake"}, data)
        except TimeoutError:
            raise Unusable("too_slow") from None

    async def close(self) -> None:
        """End the process."""
        async with self._turn:
            await self._end()

    async def _ask(self, order: dict[str, Any], data: bytes) -> Picture:
        async with self._turn:
            try:
                async with asyncio.timeout(_STARTING_S):
                    process = await self._started()
                async with asyncio.timeout(DRAW_S):
                    return await self._answer(process, order, data)
            except (TimeoutError, asyncio.CancelledError):
                await self._end()
                raise
            except (OSError, EOFError) as error:
                await self._end()
                log.warning("the process that draws covers ended", error=type(error).__name__)
                raise StudioFault from error
            finally:
                self._rest()

    async def _answer(
        self, process: asyncio.subprocess.Process, order: dict[str, Any], data: bytes
    ) -> Picture:
        assert process.stdin is not None  # noqa: S101 - opened with a pipe
        assert process.stdout is not None  # noqa: S101 - opened with a pipe
        for frame in (json.dumps(order).encode(), data):
            process.stdin.write(struct.pack(">I", len(frame)) + frame)
        await process.stdin.drain()
        answer = json.loads(await _frame(process.stdout))
        if not answer["ok"]:
            raise Unusable(answer["code"])
        made = [await _frame(process.stdout) for _ in range(answer["count"])]
        return Picture(dict(zip((1600, 800), made, strict=True)))

    async def _started(self) -> asyncio.subprocess.Process:
        if self._idle is not None:
            self._idle.cancel()
        if self._process is None or self._process.returncode is not None:
            await self._end()
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # what lies in the folder it is started in is not imported
                "-m",
                "trailwright.covers.studio_child",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={name: value for name in _ENVIRONMENT if (value := os.environ.get(name)) is not None},
                start_new_session=True,  # a Ctrl-C in the terminal is the parent's to hear
            )
        return self._process

    def _rest(self) -> None:
        """An idle process is let go after a while."""
        if self._process is not None:
            self._idle = asyncio.get_running_loop().call_later(IDLE_S, self._let_go)

    def _let_go(self) -> None:
        """Its input ends, and so does it."""
        self._leaving, self._process = self._process, None
        if self._leaving is not None and self._leaving.stdin is not None:
            self._leaving.stdin.close()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if self._idle is not None:
            self._idle.cancel()
        for one in (process, self._leaving):
            if one is not None:
                with contextlib.suppress(ProcessLookupError):
                    one.kill()
                await one.wait()
        self._leaving = None


async def _frame(stream: asyncio.StreamReader) -> bytes:
    size = struct.unpack(">I", await stream.readexactly(4))[0]
    return await stream.readexactly(size)
