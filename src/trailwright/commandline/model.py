"""`trailwright model`: the local model's weights, said what they are before anything is fetched."""

import importlib.util
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from trailwright.commandline.configured import say, settings_for
from trailwright.commandline.folder import prepare
from trailwright.commandline.output import put
from trailwright.commandline.trouble import Trouble
from trailwright.domain.prompt import AGENTS
from trailwright.llm import weights
from trailwright.llm.endpoints import endpoint_of
from trailwright.llm.local import NO_RUNTIME
from trailwright.llm.weights_catalogue import ModelInfo
from trailwright.llm.weights_errors import WeightsError, in_mb
from trailwright.settings import Settings

_STEPS = {"waiting": "Waiting for another installation", "fetching": "Fetching", "checking": "Checking"}


def install(name: str | None, data: Path | None, *, yes: bool) -> int:
    """Get it; 1 when the person says no. Raises `Trouble`."""
    settings = settings_for(data)
    for note in prepare(settings):
        say(note)
    wanted = name or settings.llm.local_model
    try:
        model = next((m for m in weights.catalogue() if m.name == wanted), None)
        if model is None:
            known = ", ".join(m.name for m in weights.catalogue())
            raise Trouble(f"there is no local model called {wanted}. Known: {known}.", 2)
        missing = weights.still_to_fetch(wanted, settings.data_dir)
        if missing:
            say(
                f"{model.title}, licence {model.licence}, {in_mb(model.bytes)}, "
                f"of which {in_mb(missing)} are to fetch."
            )
            say(f"It goes to {settings.data_dir / weights.FOLDER} and is checked against its pinned SHA-256.")
            if not yes and not _agreed():
                return 1
        _fetch(wanted, settings.data_dir)
    except KeyboardInterrupt:
        say("stopped. The same command goes on from here.")
        raise
    except WeightsError as error:
        raise Trouble(str(error)) from None
    say(f"{model.title} is here.")
    _tell_of_runtime()
    return 0


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise Trouble("nobody is at the terminal to agree; say --yes.", 2)
    sys.stderr.write("Fetch it? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _fetch(name: str, data_dir: Path) -> None:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("Fetching", total=None)

        def on_progress(progress: weights.Progress) -> None:
            words = _STEPS.get(progress.step, "Done")
            source = f" from {progress.source}" if progress.source else ""
            bar.update(task, description=f"{words}{source}", completed=progress.done, total=progress.total)

        weights.install(name, data_dir, on_progress)


def list_models(data: Path | None, *, as_json: bool) -> int:
    """What there is and what is here."""
    settings = settings_for(data)
    here = {one.model.name: one.path for one in weights.installed(settings.data_dir)}
    if as_json:
        rows = [_as_json(model, here.get(model.name), settings) for model in weights.catalogue()]
        put({"models": rows})
        return 0
    for model in weights.catalogue():
        state = str(here.get(model.name) or f"not here: trailwright model install {model.name}")
        chosen = " (chosen)" if model.name == settings.llm.local_model else ""
        print(f"{model.name}{chosen}  {model.title}, {model.licence}, {in_mb(model.bytes)}\n      {state}")  # noqa: T201 - as above
    return 0


def _as_json(model: ModelInfo, path: Path | None, settings: Settings) -> dict[str, Any]:
    return {
        "name": model.name,
        "title": model.title,
        "licence": model.licence,
        "bytes": model.bytes,
        "installed": str(path) if path else None,
        "chosen": model.name == settings.llm.local_model,
    }


def remove(name: str | None, data: Path | None) -> int:
    """Delete it."""
    settings = settings_for(data)
    wanted = name or settings.llm.local_model
    try:
        gone = weights.remove(wanted, settings.data_dir)
    except WeightsError as error:
        raise Trouble(str(error)) from None
    say(f"{wanted} is deleted." if gone else f"{wanted} was not here.")
    return 0


def uses_local(settings: Settings) -> bool:
    """Whether some agent's model is the local one."""
    return any(endpoint_of(settings.llm, agent).provider == "local" for agent in AGENTS)


def missing_weights(settings: Settings) -> bool:
    """Whether the local model's weights are not here."""
    if settings.llm.local_path is not None:
        return False  # whether that file will do is told when it is loaded
    return settings.llm.local_model not in {one.model.name for one in weights.installed(settings.data_dir)}


def offer(settings: Settings, *, required: bool = True) -> None:
    """Explain that a model is missing, and get it if the person at the terminal wants.

    Raises `Trouble` when it is `required` and stays missing.
    """
    if not uses_local(settings):
        return
    if not runtime_is_here():
        if required:
            raise Trouble(NO_RUNTIME)
        say(NO_RUNTIME)
        return
    if not missing_weights(settings):
        return
    say("no model is set, and the local one is not here yet.")
    if sys.stdin.isatty() and sys.stderr.isatty() and install(None, settings.data_dir, yes=False) == 0:
        return
    words = (
        f"Get the local one: trailwright model install {settings.llm.local_model}\n"
        "or name another: TRAILWRIGHT_LLM__MODEL=provider:model with TRAILWRIGHT_LLM__API_KEY"
    )
    if required:
        raise Trouble(words)
    say(words)


def runtime_is_here() -> bool:
    """Whether what runs the local model is installed."""
    return importlib.util.find_spec("xllamacpp") is not None


def _tell_of_runtime() -> None:
    if not runtime_is_here():
        say(NO_RUNTIME)
