"""The two commands of the README pass on what a person typed, and do nothing twice."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.source import ROOT

RECORDS = """#!/bin/sh
{ printf '%s\\0' "$@"; printf '\\n--end--\\n'; } >>"$(dirname "$0")/calls"
"""
"""Stands where the installed command stands and writes down how it was called."""

GOALS = [
    "Bake sourdough bread at home",
    'it\'s "quoted"',
    "costs $5, $HOME and $$",
    "`touch pwned` $(touch pwned) $(shell touch pwned)",
    "a # comment; rm -rf x & y | z > w \\ ^ % * ? [a]",
    "--help",
    "two\nlines",
    "学习 Go 语言 🥖 مرحبا",
    "blanks at the end  ",
]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that is set up, but for the command, which only records."""
    folder = tmp_path / "a checkout"
    (folder / ".venv" / "bin").mkdir(parents=True)
    shutil.copytree(ROOT / "tools", folder / "tools")
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, folder)
    stamp = "cat requirements.lock pyproject.toml | cksum | tr ' ' '-'"
    mark = subprocess.run(
        ["sh", "-c", stamp], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()
    (folder / ".venv" / f".run-{mark}").touch()
    for name, text in (("trailwright", RECORDS), ("python", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')):
        program = folder / ".venv" / "bin" / name
        program.write_text(text, encoding="utf-8")
        program.chmod(0o755)
    return folder


def outside_of_make() -> dict[str, str]:
    """The environment without what `make test` itself put there."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "RUN_"))
    }


def make(checkout: Path, *words: str, **environment: str) -> list[list[str]]:
    """How the command was called, call by call."""
    subprocess.run(
        ["make", "-s", *words],
        cwd=checkout,
        env={**outside_of_make(), "TRAILWRIGHT_LLM__MODEL": "openai:some-model", **environment},
        stdin=subprocess.DEVNULL,
        check=True,
    )
    calls = (checkout / ".venv" / "bin" / "calls").read_text(encoding="utf-8").split("\n--end--\n")[:-1]
    return [call.split("\0")[:-1] for call in calls]


@pytest.mark.parametrize("goal", GOALS)
def test_a_goal_arrives_as_it_was_typed(checkout: Path, goal: str) -> None:
    assert make(checkout, "run", f"GOAL={goal}") == [["generate", "--", goal]]
    assert not list(checkout.rglob("pwned*"))


@pytest.mark.parametrize("goal", GOALS)
def test_a_goal_in_the_environment_arrives_too(checkout: Path, goal: str) -> None:
    assert make(checkout, "run", GOAL=goal) == [["generate", "--", goal]]
    assert not list(checkout.rglob("pwned*"))


def test_more_words_for_the_command_come_before_the_goal(checkout: Path) -> None:
    called = make(checkout, "run", "GOAL=Learn * Go", "ARGS=--size mini --yes")
    assert called == [["generate", "--size", "mini", "--yes", "--", "Learn * Go"]]


def test_without_a_goal_the_product_starts(checkout: Path) -> None:
    assert make(checkout, "run") == [["up"]]


def test_the_local_model_is_there_before_the_product_starts(checkout: Path) -> None:
    assert make(checkout, "run", TRAILWRIGHT_LLM__MODEL="local") == [["model", "install", "--yes"], ["up"]]


def test_weights_of_ones_own_are_enough(checkout: Path) -> None:
    assert make(checkout, "run", TRAILWRIGHT_LLM__MODEL="local", TRAILWRIGHT_LLM__LOCAL_PATH="w.gguf") == [
        ["up"]
    ]


def test_setting_up_twice_does_nothing_and_is_quick(checkout: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in checkout.rglob("*")}
    began = time.monotonic()
    done = subprocess.run(
        ["make", "-s", "setup"], cwd=checkout, env=outside_of_make(), check=True, capture_output=True
    )
    assert time.monotonic() - began < 5
    assert (done.stdout, done.stderr) == (b"", b"")
    assert {path: path.stat().st_mtime_ns for path in checkout.rglob("*")} == before


def test_a_python_that_is_too_old_is_refused_by_name(checkout: Path, tmp_path: Path) -> None:
    old = tmp_path / "python2"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo "Python 2.7.18"\nexit 1\n', encoding="utf-8")
    old.chmod(0o755)
    shutil.rmtree(checkout / ".venv")
    done = subprocess.run(
        ["make", "-s", "setup", f"PYTHON={old}"],
        cwd=checkout,
        env=outside_of_make(),
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "needs Python 3.11 or newer" in done.stderr
    assert "Python 2.7.18" in done.stderr
