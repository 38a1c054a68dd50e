"""The local model's weights: where they lie, where they come from, and that they are the right ones.

Looked for, in this order: `LLM__LOCAL_PATH`; `DATA_DIR/models`; the publisher's hub; the data parts among
Python packages. Nothing is used whose SHA-256 is not pinned: by the catalogue, or, for a person's own file,
by `FILE.sha256` beside it.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from trailwright.llm.weights_catalogue import CATALOGUE, ModelInfo, model_named
from trailwright.llm.weights_check import Ledger, pin_of
from trailwright.llm.weights_errors import (
    DiskFullError,
    LocalPathError,
    NoSourceError,
    WrongHashError,
    disk_faults_in_words,
)
from trailwright.llm.weights_partial import Partial
from trailwright.llm.weights_sources import SCRATCH_PREFIX, Hub, Packages, Source, SourceAwayError
from trailwright.settings import Settings

FOLDER = "models"
_PARTIAL = ".partial"
_SPARE_BYTES = 64_000_000
"""Left free on the disk, for everything else that writes there meanwhile."""


@dataclass(frozen=True)
class Progress:
    """How far an installation is, in bytes of the file. `source`: where they come from, for a person."""

    step: Literal["waiting", "fetching", "checking", "done"]
    done: int
    total: int
    source: str = ""


OnProgress = Callable[[Progress], None]
"""What it raises ends the installation; what is there already is kept."""


@dataclass(frozen=True)
class Installed:
    """A model in the data folder."""

    model: ModelInfo
    path: Path


def _silent(_: Progress) -> None:
    pass


def catalogue() -> list[ModelInfo]:
    """The models that can be installed."""
    return list(CATALOGUE.values())


def installed(data_dir: Path, models: Mapping[str, ModelInfo] = CATALOGUE) -> list[Installed]:
    """Those whose file is there in full length."""
    places = ((m, data_dir / FOLDER / m.file) for m in models.values())
    return [Installed(m, p) for m, p in places if p.is_file() and p.stat().st_size == m.bytes]


def find(settings: Settings, models: Mapping[str, ModelInfo] = CATALOGUE) -> Path | None:
    """The file to load; None when the model must be installed first.

    Reads the whole file when it is new or changed, else nothing. Raises `LocalPathError`, `WrongHashError`.
    """
    model = model_named(settings.llm.local_model, models)
    ledger = Ledger(settings.data_dir / FOLDER)
    if settings.llm.local_path is not None:
        return _own_file(settings.llm.local_path.expanduser(), model, models, ledger)
    path = settings.data_dir / FOLDER / model.file
    if not path.is_file():
        return None
    if ledger.sha256(path) != model.sha256:
        message = (
            f"{path} is not the file that was pinned, so it is not used. "
            f"Run: trailwright model remove {model.name}, then trailwright model install {model.name}"
        )
        raise WrongHashError(message)
    return path


def _own_file(given: Path, model: ModelInfo, models: Mapping[str, ModelInfo], ledger: Ledger) -> Path:
    path = given / model.file if given.is_dir() else given
    if not path.is_file():
        message = f"TRAILWRIGHT_LLM__LOCAL_PATH: there is no file {path}."
        raise LocalPathError(message)
    digest = ledger.sha256(path)
    if digest not in {*(m.sha256 for m in models.values()), pin_of(path)}:
        message = (
            f"TRAILWRIGHT_LLM__LOCAL_PATH: {path} is none of the known models, so it is not used. If you "
            f"trust it, write down what it is: sha256sum '{path.name}' > '{path.name}.sha256' in its folder."
        )
        raise WrongHashError(message)
    return path


def install(
    name: str,
    data_dir: Path,
    on_progress: OnProgress = _silent,
    *,
    models: Mapping[str, ModelInfo] = CATALOGUE,
    sources: Sequence[Source] | None = None,
) -> Path:
    """The model's file in the data folder, fetched and checked unless it is there.

    Goes on where an earlier run was cut off. Of two at once the second waits. Raises a `WeightsError`.
    """
    model = model_named(name, models)
    folder = data_dir / FOLDER
    path = folder / model.file
    with disk_faults_in_words(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder, lambda: on_progress(Progress("waiting", 0, model.bytes))):
            if not (path.is_file() and Ledger(folder).sha256(path) == model.sha256):
                _fetch(model, path, on_progress, sources or (Hub(), Packages()))
    on_progress(Progress("done", model.bytes, model.bytes))
    return path


def remove(name: str, data_dir: Path, models: Mapping[str, ModelInfo] = CATALOGUE) -> bool:
    """Deletes the model and what is there of a download; False when there was nothing."""
    model = model_named(name, models)
    folder = data_dir / FOLDER
    path = folder / model.file
    with disk_faults_in_words(folder):
        if not folder.is_dir():
            return False
        with _alone(folder, lambda: None):
            there = [p for p in (path, _partial_of(path)) if p.exists()]
            for each in there:
                each.unlink()
            Ledger(folder).forget(path)
    return bool(there)


def still_to_fetch(name: str, data_dir: Path, models: Mapping[str, ModelInfo] = CATALOGUE) -> int:
    """Bytes that an installation would download, for a person; parts on disk are taken as good."""
    model = model_named(name, models)
    path = data_dir / FOLDER / model.file
    if path.is_file() and path.stat().st_size == model.bytes:
        return 0
    held = _partial_of(path).stat().st_size if _partial_of(path).is_file() else 0
    return model.bytes - held // model.part_bytes * model.part_bytes


def _fetch(model: ModelInfo, path: Path, on_progress: OnProgress, sources: Sequence[Source]) -> None:
    partial_path = _partial_of(path)
    for left in path.parent.glob(f"{SCRATCH_PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)

    def checking(count: int) -> None:
        on_progress(Progress("checking", count, model.bytes))

    with Partial(partial_path, model.parts, on_read=checking) as partial:
        _room_for(model, partial, path.parent)
        _from_first_that_gives(model, partial, on_progress, sources)
    ledger = Ledger(path.parent)
    if ledger.sha256(partial_path, on_read=checking) != model.sha256:
        partial_path.unlink()
        raise WrongHashError("The whole is not the file that was pinned; it was deleted. Run this again.")
    partial_path.replace(path)
    _sync_folder(path.parent)
    ledger.remember(path, model.sha256)


def _from_first_that_gives(
    model: ModelInfo, partial: Partial, on_progress: OnProgress, sources: Sequence[Source]
) -> None:
    reasons: list[str] = []
    wrong: WrongHashError | None = None
    for source in sources:
        if not partial.missing:
            return

        def tell(count: int, title: str = source.title) -> None:
            on_progress(Progress("fetching", count, model.bytes, title))

        tell(partial.size)
        try:
            source.feed(model, partial, tell)
        except SourceAwayError as away:
            reasons.append(f"{source.title}: {away}")
        except WrongHashError as error:
            wrong = error
    if partial.missing:
        raise wrong or NoSourceError(reasons)


def _room_for(model: ModelInfo, partial: Partial, folder: Path) -> None:
    """Beside what is missing of the file there lies one package, and its copy while pip moves it."""
    if not partial.missing:
        return
    needed = model.bytes - partial.size + 2 * model.part_bytes + _SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise DiskFullError(folder, needed, free)


def _partial_of(path: Path) -> Path:
    return path.with_name(path.name + _PARTIAL)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems refuse it for folders
            os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone(folder: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """One process at a time; the lock goes with the process that held it."""
    with (folder / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
