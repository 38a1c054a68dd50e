"""`trailwright model`: what, how large, under which licence, before anything is fetched."""

import json
from pathlib import Path

import pytest

from tests.cli.program import Terminal, call

FILE = "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"


def test_what_there_is_is_listed(tmp_path: Path) -> None:
    done = call("model", "list", "--json", "--data", tmp_path)
    assert done.code == 0
    models = json.loads(done.out)["models"]
    assert [(m["name"], m["licence"], m["installed"], m["chosen"]) for m in models] == [
        ("1.5b", "Apache-2.0", None, True),
        ("0.5b", "Apache-2.0", None, False),
    ]
    assert "trailwright model install 0.5b" in call("model", "list", "--data", tmp_path).out


def test_what_is_here_is_told_and_deleted(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    with (tmp_path / "models" / FILE).open("wb") as file:
        file.truncate(491_400_064)
    assert str(tmp_path / "models" / FILE) in call("model", "list", "--data", tmp_path).out
    assert "is deleted" in call("model", "remove", "0.5b", "--data", tmp_path).err
    assert not (tmp_path / "models" / FILE).exists()
    assert "was not here" in call("model", "remove", "0.5b", "--data", tmp_path).err


def test_nothing_is_fetched_unasked(tmp_path: Path) -> None:
    done = call("model", "install", "0.5b", "--data", tmp_path)
    assert done.code == 2
    for word in ("Qwen2.5-Coder-0.5B", "Apache-2.0", "491 MB", str(tmp_path / "models"), "--yes"):
        assert word in done.err
    assert not list(tmp_path.rglob("*.partial"))


def test_a_person_may_say_no(tmp_path: Path) -> None:
    with Terminal(["model", "install", "0.5b", "--data", tmp_path]) as terminal:
        assert "491 MB" in terminal.shows(r"\[y/N\] ")
        terminal.types("")
        assert terminal.ends() == 1
    assert not list(tmp_path.rglob("*.partial"))


def test_an_unknown_one_is_refused_with_those_there_are(tmp_path: Path) -> None:
    for command in ("install", "remove"):
        done = call("model", command, "7b", "--data", tmp_path)
        assert done.code in {1, 2}
        assert "1.5b" in done.err
        assert "Traceback" not in done.err


@pytest.mark.parametrize("command", [["generate", "Bake bread"], ["up", "--port", "0"]])
def test_a_person_without_a_model_is_offered_one(tmp_path: Path, command: list[str]) -> None:
    with Terminal([*command, "--data", tmp_path / "data"]) as terminal:
        seen = terminal.shows(r"\[y/N\] ")
        assert "1,117 MB" in seen
        terminal.types("n")
        terminal.shows("trailwright model install 1.5b")
        if command[0] == "up":
            terminal.shows("ready http://")
            terminal.presses(b"\x03")
            assert terminal.ends() == 0
        else:
            assert terminal.ends() == 1
