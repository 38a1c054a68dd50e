"""Getting the local model in the background of this process: one at a time, watched, stopped, resumed."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from trailwright.errors import ConflictError, InvalidError
from trailwright.kit.log import get_logger
from trailwright.llm import weights
from trailwright.llm.weights_catalogue import CATALOGUE, ModelInfo
from trailwright.llm.weights_errors import (
    DiskFullError,
    NoSourceError,
    ReadOnlyFolderError,
    WeightsError,
    WrongHashError,
)
from trailwright.llm.weights_sources import Source

State = Literal["idle", "running", "done", "failed", "cancelled"]
Step = Literal["waiting", "fetching", "checking", "done"]
_CODES: Mapping[type[Exception], str] = {
    DiskFullError: "disk_full",
    ReadOnlyFolderError: "read_only",
    NoSourceError: "no_source",
    WrongHashError: "wrong_hash",
}

log = get_logger(__name__)


@dataclass(frozen=True)
class Installation:
    """How far it is, in bytes of the file. `source`: where they come from, for a person."""

    state: State = "idle"
    name: str | None = None
    step: Step | None = None
    done: int = 0
    total: int = 0
    source: str = ""
    error_code: str | None = None
    error_message: str | None = None


class _Stopped(Exception):  # noqa: N818 - ends an installation; what is there is kept
    """Somebody said so."""


class _Run:
    """One installation in a thread that does not hold up the end of the process."""

    def __init__(self, model: ModelInfo, data_dir: Path, sources: Sequence[Source] | None) -> None:
        self.told = Installation("running", model.name, "waiting", 0, model.bytes)
        self._model = model
        self._data_dir = data_dir
        self._sources = sources
        self._stopped = threading.Event()
        self.thread = threading.Thread(target=self._install, name="model install", daemon=True)

    def stop(self) -> None:
        """Told at once; the thread notices at its next piece."""
        if self.told.state == "running":
            self._stopped.set()
            self.told = replace(self.told, state="cancelled")

    def _install(self) -> None:
        models = {self._model.name: self._model}
        try:
            weights.install(
                self._model.name, self._data_dir, self._on_progress, models=models, sources=self._sources
            )
        except _Stopped:
            return
        except (WeightsError, OSError) as error:
            log.warning("model not installed", model=self._model.name, error=type(error).__name__)
            self._tell(state="failed", error_code=_code(error), error_message=_words(error))
            return
        self._tell(state="done", step="done", done=self._model.bytes)

    def _on_progress(self, progress: weights.Progress) -> None:
        if self._stopped.is_set():
            raise _Stopped
        self._tell(step=progress.step, done=progress.done, total=progress.total, source=progress.source)

    def _tell(self, **news: object) -> None:
        if not self._stopped.is_set():
            self.told = replace(self.told, **news)  # type: ignore[arg-type]  # named as the fields are


class Installer:
    """One per process."""

    def __init__(
        self,
        data_dir: Path,
        *,
        models: Mapping[str, ModelInfo] = CATALOGUE,
        sources: Sequence[Source] | None = None,
    ) -> None:
        self.models = models
        self._data_dir = data_dir
        self._sources = sources
        self._run: _Run | None = None

    @property
    def told(self) -> Installation:
        """The newest installation of this process."""
        return self._run.told if self._run is not None else Installation()

    def start(self, name: str) -> Installation:
        """Begin, or join the one that runs. Raises `InvalidError`, `ConflictError` while another runs."""
        if name not in self.models:
            field = {"field": "name", "message": f"must be one of {', '.join(self.models)}"}
            raise InvalidError("There is no such local model.", code="unknown_model", errors=[field])
        if self._run is not None and self._run.told.state == "running":
            if self._run.told.name != name:
                raise ConflictError("Another model is being installed.", code="install_running")
            return self._run.told
        self._run = _Run(self.models[name], self._data_dir, self._sources)
        self._run.thread.start()
        return self._run.told

    def stop(self) -> Installation:
        """End it; the same installation goes on later where it was cut off."""
        if self._run is not None:
            self._run.stop()
        return self.told

    def installed(self) -> set[str]:
        """Names of the models whose file is here."""
        return {one.model.name for one in weights.installed(self._data_dir, self.models)}

    def to_fetch(self, name: str) -> int:
        """Bytes that would be downloaded."""
        return weights.still_to_fetch(name, self._data_dir, self.models)


def _code(error: Exception) -> str:
    return next((code for kind, code in _CODES.items() if isinstance(error, kind)), "internal")


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, WeightsError) else "The disk reports an error. See the log."
