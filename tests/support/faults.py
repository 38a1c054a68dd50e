"""A process that has the product loaded and forks copies of itself that run it, faults included.

It reads one order a line: `{"argv", "env", "folder", "points"}`. The copy's output goes to `folder/log`, its
number to `folder/pid`, and when it has ended, how it did to `folder/ended`. `points` are [name, nth, signal]:
when the copy passes the named point for the nth time it sends itself the signal, SIGKILL or SIGSTOP, and so
dies or freezes exactly there. All copies go with this process, and this process with whoever holds its input.
"""

import contextlib
import functools
import importlib
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

LOADED = (
    "aiosqlite",
    "asyncpg",
    "celery.worker",
    "kombu.transport.redis",
    "uvicorn.protocols.http.httptools_impl",
    "uvicorn.protocols.websockets.websockets_sansio_impl",
    "uvloop",
    "trailwright.cli",
    "trailwright.commandline.api",
    "trailwright.commandline.service",
    "trailwright.commandline.up",
    "trailwright.commandline.worker",
    "trailwright.llm.openai_wire",
    "trailwright.work.celery_app",
)
"""What takes most of a start; each copy has it at once."""


class Place(NamedTuple):
    """A function of the product, and which end of it."""

    module: str
    name: str
    end: str


POINTS: Mapping[str, Place] = {
    "an order is written, not committed": Place("trailwright.tasks.commands", "start", "after"),
    "a claim is written, not committed": Place("trailwright.tasks.leases", "claim", "after"),
    "a claim is committed, not begun": Place("trailwright.work.pump", "Pump._claim_together", "after"),
    "a model is about to be asked": Place("trailwright.llm.gateway", "Gateway.call", "before"),
    "a model has answered": Place("trailwright.llm.gateway", "Gateway.call", "after"),
    "a result is stored, not named": Place("trailwright.work.executor", "Executor._store", "after"),
    "a result is about to be settled": Place("trailwright.work.executor", "Executor._settle", "before"),
    "a step's end is written, not committed": Place("trailwright.work.executor", "settle", "after"),
    "deliveries are written, not committed": Place("trailwright.work.settler", "deliver", "after"),
    "a settle is committed": Place("trailwright.work.executor", "Executor._settle", "after"),
}
"""Where a copy can die or freeze."""


def main() -> None:
    """Fork a copy for each line, until the input ends."""
    for name in LOADED:
        importlib.import_module(name)
    copies: dict[int, Path] = {}
    signal.signal(signal.SIGCHLD, lambda *_: _note_ended(copies))
    for line in sys.stdin:
        order = json.loads(line)
        folder = Path(order["folder"])
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # known first, ended then
        pid = os.fork()
        if pid == 0:
            _be_the_product(order, folder)
        copies[pid] = folder
        _write(folder / "pid", str(pid))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    for pid in list(copies):
        os.kill(pid, signal.SIGKILL)


def _note_ended(copies: dict[int, Path]) -> None:
    """Whoever waits for the end of a copy reads of it in the copy's folder."""
    with contextlib.suppress(ChildProcessError):  # none is left
        while ended := os.waitpid(-1, os.WNOHANG):
            pid, status = ended
            if pid == 0:
                return
            _write(copies.pop(pid) / "ended", str(os.waitstatus_to_exitcode(status)))


def _write(file: Path, text: str) -> None:
    """Whole or not at all, for who polls."""
    new = file.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.replace(file)


def _be_the_product(order: Mapping[str, Any], folder: Path) -> None:
    """In the copy: `trailwright ARGV`, as its script runs it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(folder)
    for number, name in ((0, os.devnull), (1, "log"), (2, "log")):
        flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_APPEND
        os.dup2(os.open(name, flags, 0o600), number)
    for name, nth, how in order["points"]:
        _arm(POINTS[name], nth, signal.Signals[how])
    sys.argv = ["trailwright", *order["argv"]]
    code = 70
    try:
        importlib.import_module("trailwright.cli").main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _arm(place: Place, nth: int, how: signal.Signals) -> None:
    """Wrap the function so that its nth pass sends the signal."""
    *outer, name = place.name.split(".")
    holder: Any = functools.reduce(getattr, outer, importlib.import_module(place.module))
    setattr(holder, name, _armed(getattr(holder, name), place.end, nth, how))


def _armed(function: Callable[..., Any], end: str, nth: int, how: signal.Signals) -> Callable[..., Any]:
    passed = 0

    def passes() -> None:
        nonlocal passed
        passed += 1
        if passed == nth:
            os.kill(os.getpid(), how)

    @functools.wraps(function)
    async def wrapped(*args: Any, **values: Any) -> Any:
        if end == "before":
            passes()
        result = await function(*args, **values)
        if end == "after" and result not in ([], set()):  # nothing was claimed, or nothing counted
            passes()
        return result

    return wrapped


if __name__ == "__main__":
    main()
