"""The growing file of a download: in it stay only parts whose hash was right.

So it can be cut off anywhere, by a kill too: the next start reads what is there, keeps the good parts,
drops the rest, and any source goes on from there.
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from trailwright.llm.weights_catalogue import Part
from trailwright.llm.weights_errors import WrongHashError

CHUNK = 1 << 20


class Partial:
    """Use as a context manager; entering reads and judges what is there. `on_read` hears bytes read."""

    def __init__(
        self, path: Path, parts: Sequence[Part], *, on_read: Callable[[int], None] | None = None
    ) -> None:
        self.path = path
        self._parts = parts
        self._on_read = on_read
        self._finished = 0
        self._start = 0
        self._hash = hashlib.sha256()
        self._file: BinaryIO
        self.size = 0

    def __enter__(self) -> Self:
        self._file = self.path.open("r+b" if self.path.exists() else "w+b")
        self._keep_good_parts()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def missing(self) -> Sequence[Part]:
        """The parts that are still to come, in order."""
        return self._parts[self._finished :]

    def write(self, block: bytes) -> None:
        """The next bytes of the file; a part that ends in them is judged, and on disk when this returns.

        Raises `WrongHashError`, having dropped the part; `OSError` as the disk gives it.
        """
        rest = memoryview(block)
        while rest:
            if not self.missing:
                raise WrongHashError("More bytes came than the file has; they were not used.")
            part = self.missing[0]
            piece = rest[: self._start + part.bytes - self.size]
            self._file.write(piece)
            self._hash.update(piece)
            self.size += len(piece)
            rest = rest[len(piece) :]
            if self.size == self._start + part.bytes:
                self._judge(part)

    def rollback(self) -> None:
        """Drop an unfinished part."""
        self._file.seek(self._start)
        self._file.truncate()
        self.size = self._start
        self._hash = hashlib.sha256()

    def _judge(self, part: Part) -> None:
        if self._hash.hexdigest() != part.sha256:
            self.rollback()
            message = (
                f"Part {part.number} of {len(self._parts)} is not the one that was pinned; it was not used."
            )
            raise WrongHashError(message)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._finished += 1
        self._start = self.size
        self._hash = hashlib.sha256()

    def _keep_good_parts(self) -> None:
        for part in self._parts:
            digest, got = hashlib.sha256(), 0
            while got < part.bytes and (block := self._file.read(min(CHUNK, part.bytes - got))):
                digest.update(block)
                got += len(block)
                if self._on_read:
                    self._on_read(self._start + got)
            if got < part.bytes or digest.hexdigest() != part.sha256:
                break
            self._finished += 1
            self._start += got
        self.rollback()
