"""The installed program as a person or a script runs it: processes, signals, pipes, a terminal."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

PROGRAM = Path(sys.executable).parent / "trailwright"
WITHIN_S = 60.0
READY = re.compile(r"ready (http://\S+)\n")
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

Environment = Mapping[str, str]


@dataclass(frozen=True)
class Done:
    """How a call of the program ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as one JSON document a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def result(self) -> dict[str, Any]:
        """The last line of `--json`."""
        return self.lines[-1]


def environment(more: Environment | None = None) -> dict[str, str]:
    """That of the test, without a terminal's width, and what is given."""
    return {name: value for name, value in os.environ.items() if name != "COLUMNS"} | dict(more or {})


def call(
    *words: object, env: Environment | None = None, given: str | None = "", within_s: float = WITHIN_S
) -> Done:
    """Run the program to its end; `given` is its standard input, which is no terminal."""
    done = subprocess.run(
        [str(PROGRAM), *map(str, words)],
        env=environment(env),
        input=given,
        capture_output=True,
        text=True,
        timeout=within_s,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


class Running:
    """The program as a process that goes on; `folder` keeps what it says."""

    def __init__(
        self,
        folder: Path,
        words: Sequence[object],
        env: Environment | None = None,
        before: Sequence[str] = (),
    ) -> None:
        self._out, self._err = folder / "out", folder / "err"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [*before, str(PROGRAM), *map(str, words)],
                env=environment(env),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    @property
    def out(self) -> str:
        """Standard output so far."""
        return self._out.read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        """Standard error so far."""
        return self._err.read_text(encoding="utf-8")

    def says(self, pattern: str, within_s: float = WITHIN_S, *, in_err: bool = False) -> re.Match[str]:
        """Wait until it has said this."""
        until = time.monotonic() + within_s
        while True:
            ended = self.process.poll() is not None
            if found := re.search(pattern, self.err if in_err else self.out):
                return found
            assert not ended, f"ended with {self.process.returncode}: {self.out[-2000:]}{self.err[-2000:]}"
            assert time.monotonic() < until, f"never said {pattern}: {self.out[-2000:]}{self.err[-2000:]}"
            time.sleep(0.02)  # a file tells nobody that it grows

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        self.process.send_signal(number)

    def ends(self, within_s: float = WITHIN_S) -> Done:
        """Wait for its end."""
        code = self.process.wait(within_s)
        return Done(code, self.out, self.err)

    def kill(self) -> None:
        """As a power cut would."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


@contextmanager
def running(folder: Path, *words: object, env: Environment | None = None) -> Iterator[Running]:
    """The program until the block ends, by a kill if nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    program = Running(folder, words, env)
    try:
        yield program
    finally:
        program.kill()


@contextmanager
def up(
    folder: Path, data: Path, *words: object, env: Environment | None = None
) -> Iterator[tuple[Running, str]]:
    """`trailwright up` on a free port: the process and its address."""
    with running(folder, "up", "--port", 0, "--data", data, *words, env=env) as program:
        yield program, program.says(READY.pattern)[1]


class Terminal:
    """The program at a terminal of its own, 100 by 40."""

    def __init__(self, words: Sequence[object], env: Environment | None = None) -> None:
        self.screen, self.raw = "", ""
        self._pid, self._handle = pty.fork()
        if self._pid == 0:
            size = {"COLUMNS": "100", "LINES": "40", "TERM": "xterm-256color"}
            env = environment(env) | size
            os.execve(str(PROGRAM), [str(PROGRAM), *map(str, words)], env)  # noqa: S606 - what a shell does
        self._code: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._code is None:
            os.kill(self._pid, signal.SIGKILL)
            self.ends()
        os.close(self._handle)

    def types(self, text: str) -> None:
        """A line and Enter."""
        os.write(self._handle, f"{text}\n".encode())

    def presses(self, key: bytes) -> None:
        """One key, such as `\\x03` for Ctrl-C."""
        os.write(self._handle, key)

    def shows(self, pattern: str, within_s: float = WITHIN_S) -> str:
        """Wait until this has been on the screen since the last call; what came up to its end."""
        until = time.monotonic() + within_s
        while True:
            if found := re.search(pattern, self.screen):
                seen, self.screen = self.screen[: found.end()], self.screen[found.end() :]
                return seen
            assert self._read(max(until - time.monotonic(), 0)), (
                f"never showed {pattern}: {self.screen[-3000:]}"
            )

    def ends(self, within_s: float = WITHIN_S) -> int:
        """Wait for its end; the exit code."""
        if self._code is None:
            until = time.monotonic() + within_s
            while self._read(max(until - time.monotonic(), 0)):
                pass
            _, status = os.waitpid(self._pid, 0)
            self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def _read(self, wait_s: float) -> bool:
        ready, _, _ = select.select([self._handle], [], [], wait_s)
        if not ready:
            return False
        try:
            block = os.read(self._handle, 65_536)
        except OSError:  # the other end has gone
            return False
        self.raw += block.decode(errors="replace")
        self.screen += _ESCAPES.sub("", block.decode(errors="replace")).replace("\r", "")
        return bool(block)
