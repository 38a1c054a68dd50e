"""The image and the composition, where there is no container engine: names in the files exist."""

import re

import pytest
import typer

from tests.support.source import ROOT
from trailwright.cli import app
from trailwright.settings import PREFIX, known_names

FILES = ("Dockerfile", "compose.yaml", "deploy/example.env")


@pytest.mark.parametrize("name", FILES)
def test_every_setting_that_is_named_exists(name: str) -> None:
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]+", (ROOT / name).read_text(encoding="utf-8")))
    assert named <= set(known_names())


def test_every_command_that_is_started_exists() -> None:
    known = typer.main.get_command(app)
    assert isinstance(known, typer.core.TyperGroup)
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    started = re.findall(r"^    command: \[(migrate|api|worker|scheduler)(.*)\]$", text, re.MULTILINE)
    assert [command for command, _ in started] == ["migrate", "api", "api", "worker", "worker", "scheduler"]
    for command, words in started:
        options = {option for param in known.commands[command].params for option in param.opts}
        assert set(re.findall(r"--[a-z-]+", words)) <= options


def test_every_secret_of_the_composition_is_asked_for() -> None:
    asked = set(re.findall(r"\$\{(\w+):\?\}", (ROOT / "compose.yaml").read_text(encoding="utf-8")))
    given = re.findall(r"^(\w+)=", (ROOT / "deploy/example.env").read_text(encoding="utf-8"), re.MULTILINE)
    assert asked <= set(given)


def test_what_the_image_copies_is_there_and_sent() -> None:
    sent = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    for line in re.findall(
        r"^COPY (?!--from)(.+)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE
    ):
        for path in line.split()[:-1]:
            assert (ROOT / path).exists(), path
            assert f"!{path}" in sent or f"!{path.split('/')[0]}\n" in sent, path
