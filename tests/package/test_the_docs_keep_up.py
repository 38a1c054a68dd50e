"""What can be set, called or run has its place in the docs, or a test fails."""

import re

from tests.support.source import ROOT, listed
from trailwright.settings import PREFIX, known_names


def docs() -> str:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


def agents_as_one(name: str) -> str:
    """`LLM__AGENTS__QUIZ__MODEL` is one row of the table for all agents."""
    return re.sub(r"LLM__AGENTS__[A-Z]+__", "LLM__AGENTS__<AGENT>__", name.removeprefix(PREFIX))


def test_every_setting_is_in_the_docs() -> None:
    text = docs()
    if not text.strip():
        return  # nothing is written yet
    missing = sorted({agents_as_one(name) for name in known_names() if agents_as_one(name) not in text})
    assert not missing, listed(missing)


def test_every_setting_the_docs_name_exists() -> None:
    known = {agents_as_one(name) for name in known_names()}
    named = set(re.findall(rf"{PREFIX}([A-Z_<>]+[A-Z>])(?![A-Z_<]|\*)", docs()))
    assert not (named - known), listed(sorted(named - known))


def test_every_make_target_the_docs_name_exists() -> None:
    pages = docs() + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    targets = set(
        re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    named = set(re.findall(r"(?:`|^\s*\$? ?)make ([a-z-]+)", pages, re.MULTILINE))
    assert not (named - targets), listed(sorted(named - targets))
