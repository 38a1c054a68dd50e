"""What can be set, called or run has its place in the docs, or a test fails."""

import re
from collections.abc import Iterator

import pytest
import typer

from tests.support.source import ROOT, listed, source_files
from tools.render_docs import BLOCK, BLOCKS, pages, rendered, stale
from tools.settings_words import WORDS
from trailwright.cli import app
from trailwright.settings import PREFIX, known_names


def docs() -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in pages())


def agents_as_one(name: str) -> str:
    """`LLM__AGENTS__QUIZ__MODEL` is one row of the table for all agents."""
    return re.sub(r"LLM__AGENTS__[A-Z]+__", "LLM__AGENTS__<AGENT>__", name.removeprefix(PREFIX))


def test_every_setting_is_in_the_docs() -> None:
    text = docs()
    missing = sorted({agents_as_one(name) for name in known_names() if agents_as_one(name) not in text})
    assert not missing, listed(missing)


def test_every_setting_the_docs_name_exists() -> None:
    known = {agents_as_one(name) for name in known_names()}
    named = {agents_as_one(name) for name in re.findall(rf"{PREFIX}([A-Z_<>]+[A-Z>])(?![A-Z_<]|\*)", docs())}
    assert not (named - known), listed(sorted(named - known))


def test_every_make_target_the_docs_name_exists() -> None:
    named_in = docs() + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    targets = set(
        re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    named = set(re.findall(r"(?:`|^\s*\$? ?)make ([a-z-]+)", named_in, re.MULTILINE))
    assert not (named - targets), listed(sorted(named - targets))


def test_tables_of_the_docs_are_those_of_the_code() -> None:
    assert not stale(), listed([f"{page.relative_to(ROOT)}: make docs" for page in stale()])


@pytest.mark.parametrize("block", BLOCKS)
def test_every_table_of_the_code_stands_in_the_docs(block: str) -> None:
    assert block in {found["name"] for found in BLOCK.finditer(docs())}


def test_a_table_that_was_changed_by_hand_is_drawn_anew() -> None:
    page = "# Moves\n\n<!-- from code: moves -->\n| by hand |\n<!-- end -->\n\nMore.\n"
    drawn = rendered(page)
    assert "by hand" not in drawn
    assert "`claimed`" in drawn
    assert drawn.endswith("<!-- end -->\n\nMore.\n")
    assert rendered(drawn) == drawn


def test_a_setting_is_called_unused_only_while_nothing_reads_it() -> None:
    code = "\n".join((ROOT / path).read_text(encoding="utf-8") for path in source_files())
    later = {
        name: ["settings", *name.lower().split("__")][-2:] for name, words in WORDS.items() if words.later
    }
    read = [name for name, path in later.items() if re.search(rf"\b{'[.]'.join(path)}\b", code)]
    assert not read, listed(read)


def test_no_setting_is_explained_that_is_gone() -> None:
    assert set(WORDS) == {agents_as_one(name) for name in known_names()}


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages()
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target.strip("<>")).exists()
    ]
    assert not broken, listed(broken)


def called_in_the_docs() -> Iterator[tuple[str, set[str]]]:
    """Command and options of each line of the docs that calls the program."""
    lines = docs().replace("\\\n", " ").splitlines()
    code = [line for line in lines if line.startswith("    ")] + re.findall(r"`([^`\n]+)`", docs())
    for line in code:
        for found in re.finditer(r"(?:^|[\s/])trailwright ([a-z][a-z-]*)([^#&|]*)", line):
            yield found[1], set(re.findall(r"(?<=\s)--[a-z][a-z-]*", found[2]))


def test_every_command_and_option_the_docs_call_exists() -> None:
    known = typer.main.get_command(app)
    assert isinstance(known, typer.core.TyperGroup)
    options = {
        name: {opt for param in command.params for opt in (*param.opts, *param.secondary_opts)}
        for name, command in known.commands.items()
    }
    options["model"] = {"--yes", "--json", "--data"}  # a group: its commands stand below
    called = list(called_in_the_docs())
    assert len(called) > 20
    wrong = [
        f"trailwright {name} {' '.join(sorted(used - options.get(name, set())))}"
        for name, used in called
        if name not in options or used - options[name] - {"--help"}
    ]
    assert not wrong, listed(wrong)


def test_every_command_stands_in_the_docs() -> None:
    known = typer.main.get_command(app)
    assert isinstance(known, typer.core.TyperGroup)
    assert set(known.commands) <= {name for name, _ in called_in_the_docs()}
