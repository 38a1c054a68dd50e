"""That a file is what it should be: hashes, and a ledger of those already taken.

Reading a gigabyte takes seconds, so what was read is remembered beside the weights, by path, length and time
of change. Somebody who can write that ledger can write the weights too.
"""

import hashlib
import json
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from trailwright.llm.weights_partial import CHUNK

_LEDGER = "checked.json"
_SHA256 = re.compile(r"\s*([0-9a-fA-F]{64})\b")


def sha256_of(path: Path, on_read: Callable[[int], None] | None = None) -> str:
    """SHA-256 of a file in hex; `on_read` hears bytes read so far."""
    digest = hashlib.sha256()
    read = 0
    with path.open("rb") as file:
        while block := file.read(CHUNK):
            digest.update(block)
            read += len(block)
            if on_read:
                on_read(read)
    return digest.hexdigest()


def pin_of(path: Path) -> str:
    """What `FILE.sha256` beside a file says it is, in the format of `sha256sum`; empty without one."""
    pin = path.with_name(path.name + ".sha256")
    if not pin.is_file():
        return ""
    found = _SHA256.match(pin.read_text(encoding="utf-8", errors="replace")[:200])
    return found[1].lower() if found else ""


class Ledger:
    """What was read before, in one small file of a folder; a folder that cannot be written is no error."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / _LEDGER

    def sha256(self, path: Path, on_read: Callable[[int], None] | None = None) -> str:
        """SHA-256 of a file, read anew only if it changed since."""
        entry = self._entries().get(str(path.resolve()))
        if entry is not None and entry[:2] == _mark(path):
            return str(entry[2])
        digest = sha256_of(path, on_read)
        self.remember(path, digest)
        return digest

    def remember(self, path: Path, digest: str) -> None:
        """This file, as it is now, has this hash."""
        self._write(self._entries() | {str(path.resolve()): [*_mark(path), digest]})

    def forget(self, path: Path) -> None:
        """Nothing is known of this file."""
        self._write({k: v for k, v in self._entries().items() if k != str(path.resolve())})

    def _entries(self) -> dict[str, list[int | str]]:
        try:
            entries = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return entries if isinstance(entries, dict) else {}

    def _write(self, entries: dict[str, list[int | str]]) -> None:
        kept = {path: entry for path, entry in entries.items() if Path(path).exists()}
        with suppress(OSError):
            new = self._file.with_name(f"{self._file.name}.new")
            new.write_text(json.dumps(kept, indent=1), encoding="utf-8")
            new.replace(self._file)


def _mark(path: Path) -> list[int | str]:
    about = path.stat()
    return [about.st_size, about.st_mtime_ns]
