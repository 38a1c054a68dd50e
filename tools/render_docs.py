"""Draws the tables of the docs from the code: `make docs`. `--check` only says what is not up to date.

A page holds `<!-- from code: NAME -->` and `<!-- end -->`; what stands between is replaced.
"""

import re
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

from tools.settings_tables import settings_table
from trailwright.domain import lifecycle
from trailwright.domain.lifecycle import MOVES, ItemEvent, ItemStatus
from trailwright.domain.workflow import KINDS, RULES, Kind, Wait

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"(<!-- from code: (?P<name>[\w-]+) -->\n)(?P<body>.*?)(<!-- end -->)", re.DOTALL)

WAITS = {
    Wait.ANSWERS: "wait for the learner's answers",
    Wait.REVIEW: "wait for the learner's decision",
    Wait.SIBLINGS: "wait for the other modules",
}


def comments(module: object, enum: str) -> dict[str, str]:
    """Value → the comment at its line, of an enum whose members say their meaning there."""
    source = Path(str(vars(module)["__file__"])).read_text(encoding="utf-8")
    body = source.partition(f"class {enum}(")[2].partition("\n\n\n")[0]
    return dict(re.findall(r'^    \w+ = "(\w+)"  # (.+)$', body, re.MULTILINE))


def row(*cells: str) -> str:
    """A line of a table."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def moves() -> str:
    """`lifecycle.MOVES`: what happens, from where, to where."""
    said = comments(lifecycle, "ItemEvent")
    out = row("what happens", *(f"from `{status}`" for status in ItemStatus), "it means")
    out += row(*["---"] * (len(ItemStatus) + 2))
    for event in ItemEvent:
        after = (MOVES.get((status, event)) for status in ItemStatus)
        out += row(f"`{event}`", *(f"`{one}`" if one else "" for one in after), said[event])
    return out


def steps() -> str:
    """`workflow.RULES`, first match wins."""
    out = row("after", "when", "comes") + row("---", "---", "---")
    for rule in RULES:
        then = WAITS[rule.then] if isinstance(rule.then, Wait) else f"`{rule.then}`"
        out += row(f"`{rule.after}`", rule.when, then)
    return out


def steps_picture() -> str:
    """The same as a diagram; what approving and asking for a change begin is added."""
    out = "```mermaid\nstateDiagram-v2\n    [*] --> intent_analysis\n"
    for rule in RULES:
        if rule.then is not Wait.SIBLINGS:
            then = "answers" if rule.then is Wait.ANSWERS else str(rule.then)
            out += f"    {rule.after} --> {then}: {rule.when.replace(':', ',')}\n"
    out += f"    answers --> {Kind.OUTLINE}: answered\n"
    out += f"    human_review --> {Kind.FEEDBACK_PLAN}: ask for a change\n"
    out += "    human_review --> content: approve\n    content --> [*]\n```\n"
    return out


def kinds() -> str:
    """`workflow.KINDS`: what each kind of item shows and needs."""
    out = row("kind of item", "`current_step` of the task", "`step` in the log", "agent")
    out += row("---", "---", "---", "---")
    for kind, facts in KINDS.items():
        out += row(f"`{kind}`", f"`{facts.step}`", f"`{facts.log_step}`", facts.agent or "none: code alone")
    return out


def layers() -> str:
    """The import contract of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = next(c for c in project["tool"]["importlinter"]["contracts"] if c["id"] == "one-way")
    return (
        "```text\n" + "\n".join(re.sub(r" [:|] ", "   ", layer) for layer in contract["layers"]) + "\n```\n"
    )


BLOCKS: Mapping[str, Callable[[], str]] = {
    "moves": moves,
    "steps": steps,
    "steps-picture": steps_picture,
    "kinds": kinds,
    "layers": layers,
    "settings": settings_table,
}


def rendered(text: str) -> str:
    """The page with every block as the code has it now. Raises `KeyError` for a block nobody knows."""
    return BLOCK.sub(lambda found: f"{found[1]}{BLOCKS[found['name']]()}{found[4]}", text)


def pages() -> list[Path]:
    """Every page of the docs."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def stale() -> list[Path]:
    """Pages that the code has left behind."""
    texts = {page: page.read_text(encoding="utf-8") for page in pages()}
    return [page for page, text in texts.items() if rendered(text) != text]


def main() -> int:
    """0 when all is up to date at the end."""
    found = stale()
    for page in found:
        print(page.relative_to(ROOT))  # noqa: T201 - what it is asked for
        if "--check" not in sys.argv:
            page.write_text(rendered(page.read_text(encoding="utf-8")), encoding="utf-8")
    return 1 if found and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
