"""What can go wrong with weights, in words that a person can act on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from errno import EACCES, EDQUOT, ENOSPC, EPERM, EROFS
from pathlib import Path


class WeightsError(Exception):
    """The weights of the local model are not to be had. `str()` says why and what to do."""


class UnknownModelError(WeightsError):
    """There is no such model."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no local model called {name}. Known: {', '.join(known)}.")


class DiskFullError(WeightsError):
    """Too little room on the disk. Sizes in bytes; `needed` None when it ran out in the middle."""

    def __init__(self, folder: Path, needed: int | None = None, free: int | None = None) -> None:
        what = (
            "" if needed is None or free is None else f" {in_mb(needed)} are needed, {in_mb(free)} are free."
        )
        super().__init__(
            f"The disk that holds {folder} is full.{what} Make room, or set TRAILWRIGHT_DATA_DIR to a folder "
            "on a larger disk; what is there already is kept."
        )


class ReadOnlyFolderError(WeightsError):
    """The folder cannot be written."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} cannot be written. Give yourself the right to, or set TRAILWRIGHT_DATA_DIR to another "
            "folder."
        )


class WrongHashError(WeightsError):
    """These are not the bytes that were pinned; they are not used."""


class NoSourceError(WeightsError):
    """No place gave the weights; `reasons`: one line for each that was tried."""

    def __init__(self, reasons: Sequence[str]) -> None:
        tried = "".join(f"\n  - {reason}" for reason in reasons)
        super().__init__(
            f"The weights cannot be had from anywhere:{tried}\nCheck the network and run the same command "
            "again (what is there already is kept), or set TRAILWRIGHT_LLM__LOCAL_PATH to the file."
        )


class LocalPathError(WeightsError):
    """`LLM__LOCAL_PATH` names a file that cannot be used."""


def in_mb(count: int) -> str:
    """Bytes for a person: `1,117 MB`."""
    return f"{count / 1_000_000:,.0f} MB"


@contextmanager
def disk_faults_in_words(folder: Path) -> Iterator[None]:
    """A full or unwritable disk becomes the error that says so; other errors of the system pass."""
    try:
        yield
    except OSError as error:
        if error.errno in {ENOSPC, EDQUOT}:
            raise DiskFullError(folder) from None
        if error.errno in {EROFS, EACCES, EPERM}:
            raise ReadOnlyFolderError(folder) from None
        raise
