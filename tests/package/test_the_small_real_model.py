"""Real weights, real text: what a person gets who types the README's command on a small machine."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from trailwright.settings import default_data_dir

MODELS = default_data_dir() / "models"
"""Looked up at import: a test sees platform folders of its own."""

TRAILWRIGHT = str(Path(sys.executable).with_name("trailwright"))
GOAL = "Bake sourdough bread at home"

pytestmark = [pytest.mark.real_model, pytest.mark.timeout(1500)]


class Written(NamedTuple):
    """How `generate` ended and what it wrote."""

    code: int
    result: dict[str, Any]
    book: dict[str, Any]
    folder: Path


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("real")
    data = folder / "data"
    data.mkdir()
    (data / "models").symlink_to(MODELS)
    out = folder / "out"
    command = [TRAILWRIGHT, "generate", GOAL, "--size", "mini", "--hours-per-week", "4", "--yes", "--json"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRAILWRIGHT_")}
    done = subprocess.run(
        [*command, "--out", str(out)],
        cwd=folder,
        env={**environment, "TRAILWRIGHT_DATA_DIR": str(data), "TRAILWRIGHT_LLM__LOCAL_MODEL": "0.5b"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=False,
        text=True,
    )
    last = json.loads(done.stdout.splitlines()[-1])
    book = json.loads((out / "roadmap.json").read_text(encoding="utf-8"))
    return Written(done.returncode, last, book, out)


def test_it_ends_with_content_all_or_some(written: Written) -> None:
    assert written.code in {0, 3}
    assert written.result["type"] == "result"


def test_there_is_something_to_read(written: Written) -> None:
    assert any(tutorial["markdown"].startswith("# ") for tutorial in written.book["tutorials"].values())
    assert list(written.folder.rglob("*.md"))


def verdict(file: Path, kind: str) -> dict[str, Any]:
    done = subprocess.run(
        [TRAILWRIGHT, "check", str(file), "--kind", kind, "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    judged: dict[str, Any] = json.loads(done.stdout)
    return judged


def test_every_tutorial_passes_its_gates(written: Written, tmp_path: Path) -> None:
    for tutorial in written.book["tutorials"].values():
        file = tmp_path / "tutorial.md"
        file.write_text(tutorial["markdown"], encoding="utf-8")
        judged = verdict(file, "tutorial")
        assert judged["passed"], judged["findings"]


def test_every_quiz_passes_its_gates(written: Written, tmp_path: Path) -> None:
    for quiz in written.book["quizzes"].values():
        file = tmp_path / "quiz.json"
        file.write_text(json.dumps(quiz), encoding="utf-8")
        judged = verdict(file, "quiz")
        assert judged["passed"], judged["findings"]
