"""A person's word at the terminal: on a plan, and on what a goal means."""

import sys
from dataclasses import dataclass
from typing import Any, Literal

from rich.console import Console
from rich.text import Text

from trailwright.kit.words import clean


class NobodyAnswers(Exception):  # noqa: N818 - an outcome the caller decides about
    """The terminal was closed, or the person leaves the decision for later."""


@dataclass(frozen=True)
class Word:
    """What the person decided."""

    decision: Literal["approve", "revise"]
    feedback: str | None = None


def line(console: Console, prompt: str) -> str:
    """One line from the terminal; raises `NobodyAnswers` at its end."""
    console.print(Text(prompt), end="", soft_wrap=True)
    said = sys.stdin.readline()
    if not said:
        console.print()
        raise NobodyAnswers
    return said.strip()


def decide(console: Console) -> Word:
    """Approve, revise with words, or quit (`NobodyAnswers`)."""
    while True:
        said = line(console, "[a]pprove and write it, [r]evise in your words, [q]uit and decide later: ")
        verb, _, rest = said.partition(" ")
        verb = verb.lower()
        if verb in {"a", "approve", "y", "yes"} and not rest:
            return Word("approve")
        if verb in {"q", "quit"} and not rest:
            raise NobodyAnswers
        if verb in {"r", "revise"}:
            words = rest.strip() or line(console, "What should change? ")
            if words:
                return Word("revise", words)


def answers(console: Console, questions: list[dict[str, Any]]) -> dict[str, str]:
    """The person's answers; a number picks an option, an empty line leaves it open."""
    console.print(Text("A question first (an empty line leaves it open):"))
    found = {}
    for one in questions:
        console.print(Text(f"\n{clean(one['question'])}"), soft_wrap=True)
        options = [clean(option) for option in one.get("options") or []]
        for number, option in enumerate(options, 1):
            console.print(Text(f"  {number}  {option}"), soft_wrap=True)
        said = line(console, "> ")
        if said.isdecimal() and 1 <= int(said) <= len(options):
            said = options[int(said) - 1]
        found[one["question_id"]] = said
    return found
