"""The local model: started when first needed, in a child process on loopback, ended with this one.

The child runs llama.cpp's native server (`xllamacpp`), which speaks OpenAI's format and lets no answer leave
its JSON Schema. Why it is set up as it is, measured with the 1.5b model on two cores, tokens a second:

- Threads: all cores, waiting threads told to spin for a moment only (`GOMP_SPINCOUNT`). Alone 27; beside one
  busy process 12, beside two 5.5. Spinning as libgomp does by itself: 27, then under 1. One thread:
  19, 18, 5. Not spinning at all: 20, 17, 4. So no guess about the neighbours is needed.
- Memory: 2.3 GB with one slot and 16,384 tokens of context, 28 kB a token; the most that is given is 40,960.
- A secret path instead of a key: other users of the machine cannot ask it, and no header is needed.
- A closed connection frees the model within a batch of 128 tokens.
"""

import asyncio
import importlib.util
import json
import math
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from trailwright.llm import weights
from trailwright.llm.faults import Fault
from trailwright.llm.local_child import Order
from trailwright.llm.weights_errors import WeightsError
from trailwright.settings import Settings

LOAD_S = 300.0
"""A gigabyte from a slow disk."""
CLOSE_S = 2.0
CONTEXT_OF_ONE, CONTEXT_OF_NEXT, MOST_CONTEXT = 16_384, 8_192, 40_960
"""Tokens. One slot must hold the longest notes a learner may give, in any script."""
MOST_SLOTS, MOST_THREADS = 8, 16
SPIN = "1000"
MODULE = "trailwright.llm.local_child"

NO_RUNTIME = (
    "The local model's runtime (xllamacpp) is not installed, or there is none for this system. Install "
    "trailwright[local], or set TRAILWRIGHT_LLM__MODEL and TRAILWRIGHT_LLM__BASE_URL to a model server."
)
BROKEN_RUNTIME = (
    "The local model's runtime cannot be loaded on this system. On Linux it needs the OpenMP library "
    "(package libgomp1). Else set TRAILWRIGHT_LLM__MODEL and TRAILWRIGHT_LLM__BASE_URL to a model server."
)
NO_WEIGHTS = "The local model is not installed. Run: trailwright model install {name}"
WRONG_WEIGHTS = (
    "The local model's file cannot be used: it is missing, unreadable or not the one that was pinned. "
    "Run: trailwright doctor"
)
NOT_LOADED = "The local model could not be loaded. Run: trailwright doctor"
TOO_SLOW = "The local model took too long to load. The machine may be out of memory or its disk very slow."
OUT_OF_MEMORY = "The system ended the local model, most likely for want of memory: it needs {need} free."
OLD_PROCESSOR = (
    "This processor lacks instructions that the local model's runtime needs (AVX2 on x86-64). Set "
    "TRAILWRIGHT_LLM__MODEL and TRAILWRIGHT_LLM__BASE_URL to a model server."
)
RUNTIME_PROBLEMS = {"missing": NO_RUNTIME, "processor": OLD_PROCESSOR, "broken": BROKEN_RUNTIME}
"""Why the runtime does not work, by a word for programs."""

Find = Callable[[Settings], Path | None]


class LocalModel:
    """One per process, used from one event loop. Nothing is started before the first `ensure`."""

    def __init__(self, settings: Settings, *, find: Find = weights.find) -> None:
        self._settings = settings
        self._find = find
        self._child: asyncio.subprocess.Process | None = None
        self._words: IO[bytes] | None = None
        self._url = ""
        self._starting: asyncio.Task[str] | None = None

    async def ensure(self) -> str:
        """Base URL of the running server, ending in `/v1`; started, or started again, if need be.

        Callers at once wait for one start, which goes on when one of them is cancelled. Raises `Fault`:
        `model_not_found` when something must be installed first, `model_unavailable` when it does not start.
        """
        if self._starting is None and self._child is not None and self._child.returncode is None:
            return self._url
        if self._starting is None:
            self._starting = asyncio.create_task(self._start(), name="local model starts")
            self._starting.add_done_callback(self._started)
        return await asyncio.shield(self._starting)

    async def close(self) -> None:
        """End the child; a later `ensure` would start another."""
        if self._starting is not None:
            self._starting.cancel()
            with suppress(asyncio.CancelledError, Fault):
                await self._starting
        await self._end_child()

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        alive = self._child is not None and self._child.returncode is None
        return self._child.pid if alive and self._child is not None else None

    def _started(self, task: asyncio.Task[str]) -> None:
        self._starting = None
        if not task.cancelled():
            task.exception()  # read here, so that it is no warning when every caller was cancelled

    async def _start(self) -> str:
        await self._end_child()
        order = await asyncio.to_thread(self._order)
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the child
        environment = {"GOMP_SPINCOUNT": SPIN} | dict(os.environ)
        try:
            self._child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", MODULE),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=self._words,
                env=environment,
            )
            self._url = await self._address(self._child, order)
        except BaseException:
            await self._end_child()
            raise
        return self._url

    def _order(self) -> Order:
        """What to start; raises `Fault` when a part is missing. May read the whole file: not on the loop."""
        if importlib.util.find_spec("xllamacpp") is None:
            raise Fault("model_not_found", detail="no xllamacpp", message=NO_RUNTIME)
        try:
            path = self._find(self._settings)
        except (WeightsError, OSError) as error:
            raise Fault("model_not_found", detail=str(error), message=WRONG_WEIGHTS) from None
        if path is None:
            words = NO_WEIGHTS.format(name=self._settings.llm.local_model)
            raise Fault("model_not_found", detail="no weights", message=words)
        slots = slots_for(self._settings.llm.max_concurrency)
        return Order(
            model=str(path),
            threads=min(usable_cores(), MOST_THREADS),
            slots=slots,
            context=min(CONTEXT_OF_ONE + CONTEXT_OF_NEXT * (slots - 1), MOST_CONTEXT),
            prefix=f"/{secrets.token_urlsafe(24)}",
            parent=os.getpid(),
        )

    async def _address(self, child: asyncio.subprocess.Process, order: Order) -> str:
        """Give the order, wait for the answer; raises `Fault` with what a person can do."""
        assert child.stdin is not None  # noqa: S101 - both are pipes
        assert child.stdout is not None  # noqa: S101 - it was started with a pipe
        line = b""
        try:
            async with asyncio.timeout(LOAD_S):
                with suppress(ConnectionError):
                    child.stdin.write(order.line().encode())
                    await child.stdin.drain()
                line = await child.stdout.readline()
                if not line:
                    await child.wait()
        except TimeoutError:
            raise Fault("model_unavailable", detail=self._last_words(order), message=TOO_SLOW) from None
        answer = json.loads(line) if line else {}
        if url := answer.get("url"):
            return f"{url}/v1"
        raise self._fault(answer, child.returncode, order)

    def _fault(self, answer: dict[str, str], code: int | None, order: Order) -> Fault:
        detail = f"{answer.get('error', f'ended with {code}')}; {self._last_words(order)}"
        if answer.get("kind") == "runtime":
            return Fault("model_not_found", detail=detail, message=BROKEN_RUNTIME)
        if code == -signal.SIGILL:
            return Fault("model_not_found", detail=detail, message=OLD_PROCESSOR)
        if code == -signal.SIGKILL:
            words = OUT_OF_MEMORY.format(need=f"{_memory_of(order) / 1e9:.1f} GB")
            return Fault("model_unavailable", detail=detail, message=words)
        return Fault("model_unavailable", detail=detail, message=NOT_LOADED)

    def _last_words(self, order: Order) -> str:
        if self._words is None:
            return ""
        self._words.seek(0, os.SEEK_END)
        self._words.seek(max(self._words.tell() - 2_000, 0))
        return self._words.read().decode(errors="replace").replace(order.prefix, "/…")

    async def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is not None and child.returncode is None:
            if child.stdin is not None:
                child.stdin.close()
            try:
                async with asyncio.timeout(CLOSE_S):
                    await child.wait()
            except TimeoutError:
                child.kill()
                await child.wait()
        if self._words is not None:
            self._words.close()
            self._words = None


def runtime_problem() -> str | None:
    """Why the runtime does not work here and what to do, for a person; None when it does. Takes a second."""
    if importlib.util.find_spec("xllamacpp") is None:
        return NO_RUNTIME
    done = subprocess.run([sys.executable, "-c", "import xllamacpp"], capture_output=True, check=False)
    if done.returncode == -signal.SIGILL:
        return OLD_PROCESSOR
    return BROKEN_RUNTIME if done.returncode else None


def slots_for(max_concurrency: int | None) -> int:
    """Requests at once: as many as the gateway lets through, one per two cores unless set."""
    return min(max_concurrency or max((os.cpu_count() or 2) // 2, 1), MOST_SLOTS)


def usable_cores() -> int:
    """Cores that this process may use: those it is bound to, and not more than its container is granted."""
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(min(bound, granted_cores()), 1)


def granted_cores(limits: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """Whole cores that a Linux control group grants, rounded up; very many without a limit."""
    try:
        quota, period = limits.read_text(encoding="ascii").split()
        return math.ceil(int(quota) / int(period))
    except (OSError, ValueError):
        return 1_000_000


def _memory_of(order: Order) -> int:
    """About how many bytes it takes: the file twice over in part, and the context."""
    with suppress(OSError):
        return int(Path(order.model).stat().st_size * 1.6) + order.context * 28_672
    return 2_300_000_000
