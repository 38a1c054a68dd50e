"""The data folder: made, tried, and held by one process at a time."""

import errno
import fcntl
import json
import os
import shutil
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TextIO

from trailwright.commandline.mounts import network_share
from trailwright.commandline.trouble import Trouble
from trailwright.settings import Settings

LOCK = "up.lock"
LEAST_FREE = 64_000_000
"""Bytes; with less nothing is started, so that what is there can always be written to its end."""

LITTLE_FREE = 500_000_000
"""Bytes; with less a person is told."""

_ELSEWHERE = "Name another one with --data or TRAILWRIGHT_DATA_DIR."
_ADDRESS_WITHIN_S = 10.0


def prepare(settings: Settings) -> list[str]:
    """Make the data folder (0700) and try it; lines a person should read. Raises `Trouble`."""
    folder = settings.data_dir
    _keep_to_owner()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _try(folder)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise Trouble(why(error, folder, _ELSEWHERE)) from None
    if free < LEAST_FREE:
        raise Trouble(f"the disk of {folder} is full ({_mb(free)} free). Free some space, then start again.")
    share = network_share(folder)
    if share and is_sqlite(settings):
        raise Trouble(
            f"{folder} lies on a network share ({share}), where the embedded database loses data.\n"
            "Name a folder on a disk of this machine with --data or TRAILWRIGHT_DATA_DIR, or a server with "
            "TRAILWRIGHT_DATABASE_URL=postgresql://…"
        )
    return [f"only {_mb(free)} are free on the disk of {folder}"] if free < LITTLE_FREE else []


_theirs: list[int] = []


def _keep_to_owner() -> None:
    """From now on this process writes for its owner alone."""
    before = os.umask(0o077)
    if not _theirs:
        _theirs.append(before)


def share_as_usual(path: Path) -> None:
    """A file or folder outside the data folder, which others may read as the person's own settings say."""
    if _theirs:
        path.chmod((0o777 if path.is_dir() else 0o666) & ~_theirs[0])


def is_sqlite(settings: Settings) -> bool:
    """Whether the database is a file here."""
    return settings.effective_database_url.startswith("sqlite")


def database_file(settings: Settings) -> Path:
    """The SQLite file that the settings name; raises `Trouble` when it is none."""
    name = settings.effective_database_url.partition(":///")[2]
    if name in {"", ":memory:"}:
        raise Trouble("TRAILWRIGHT_DATABASE_URL names no file: sqlite:////path/to/a/file.db")
    return Path(name)


def why(error: OSError, place: Path, elsewhere: str = "Name another place.") -> str:
    """What a person can do about a file or folder that cannot be used."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"the disk of {place} is full. Free some space, then start again."
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return f"{place} cannot be written ({error.strerror}). Mend its permissions. {elsewhere}"
    if error.errno in {errno.ENOTDIR, errno.EEXIST}:
        return f"{place} is no folder. {elsewhere}"
    return f"{place} cannot be used: {error.strerror or error}. {elsewhere}"


def _try(folder: Path) -> None:
    """Write, flush and delete a small file."""
    with tempfile.NamedTemporaryFile(prefix=".try-", dir=folder) as file:
        file.write(b"\0" * 4096)
        file.flush()
        os.fsync(file.fileno())


def _mb(count: int) -> str:
    return f"{count // 1_000_000} MB"


@dataclass(frozen=True)
class Holder:
    """Who holds a data folder; `address` empty until it listens."""

    pid: int
    address: str


class HeldElsewhere(Exception):  # noqa: N818 - an outcome the caller decides about
    """Another process holds the folder."""


class FolderLock:
    """Held from `take` until `release` or the end of the process, however that comes."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    @classmethod
    def take(cls, folder: Path) -> Self:
        """Hold the folder; raises `HeldElsewhere`, or `Trouble` where files cannot be locked."""
        with ExitStack() as undo:
            try:
                # not "w": whoever holds it has written there
                file = undo.enter_context((folder / LOCK).open("a+", encoding="utf-8"))
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise HeldElsewhere from None
            except OSError as error:
                raise Trouble(why(error, folder, _ELSEWHERE)) from None
            undo.pop_all()
        lock = cls(file)
        lock.tell("")
        return lock

    def tell(self, address: str) -> None:
        """Write down where the holder is reached."""
        self._file.seek(0)
        self._file.truncate()
        json.dump({"pid": os.getpid(), "address": address}, self._file)
        self._file.flush()

    def release(self) -> None:
        """Let others have it."""
        self._file.seek(0)
        self._file.truncate()
        self._file.close()


def holder(folder: Path) -> Holder | None:
    """Who holds the folder now; None when nobody does. Waits up to 10 s for a starting one's address."""
    until = time.monotonic() + _ADDRESS_WITHIN_S
    while True:
        found = _look(folder)
        if found is None or found.address or time.monotonic() > until:
            return found
        time.sleep(0.1)


def _look(folder: Path) -> Holder | None:
    try:
        with (folder / LOCK).open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return _read(file.read())
    except OSError:
        return None
    return None


def _read(text: str) -> Holder:
    try:
        said = json.loads(text)
        return Holder(int(said["pid"]), str(said["address"]))
    except (ValueError, KeyError, TypeError):
        return Holder(0, "")
