"""What the simulated model can say: one file of phrases for each language, as data.

Slots: `{t}` topic, `{n}` name of a node, `{c}` name of a concept, `{x}` and `{y}` things (nominative),
`{s}` a statement, `{k}` a key, `{f}` feedback, `{a}` who, `{b}` when, `{q}` a question.
"""

from functools import cache
from importlib import resources
from typing import TypedDict, cast

import orjson

FALLBACK = "en"
"""Spoken where a language has no phrases: the checks will say that it is not the language asked for."""

NEAREST = {
    "no": "sv",
    "nb": "sv",
    "nn": "sv",
    "da": "sv",
    "sk": "cs",
    "ms": "id",
    "gl": "pt",
    "az": "tr",
    "prs": "fa",
    "ne": "hi",
    "cmn": "zh",
    "yue": "zh",
    "iw": "he",
    "in": "id",
}
"""Spoken instead of a language without phrases: the same under another code, or its nearest relative."""


class Phrases(TypedDict):
    """Everything one language says; lists of the same name have the same length in every language."""

    simulated: str
    title: str
    topic: str
    summary: str
    question: str
    options: list[str]
    stages: list[str]
    stage_text: str
    objects: list[str]
    module_text: str
    angles: list[str]
    concept_text: list[str]
    objectives: list[str]
    headings: dict[str, str]
    things: list[str]
    sentences: list[str]
    reader: list[str]
    who: list[str]
    when: list[str]
    ask: list[str]
    case: str
    holds: str
    true: str
    false: str
    good: list[str]
    bad: list[str]
    because: list[str]
    explain: list[str]
    queries: list[str]
    reasons: list[str]
    pick: str
    revised: str
    revised_text: str
    plan: str
    change: str


@cache
def phrases(language: str) -> Phrases:
    """Phrases of a BCP 47 language, whatever its region and script; else of its relative, else English."""
    tag = language.replace("_", "-").split("-", maxsplit=1)[0].casefold()
    folder = resources.files(__package__) / "phrases"
    file = folder / f"{NEAREST.get(tag, tag)}.json"
    if not file.is_file():
        file = folder / f"{FALLBACK}.json"
    return cast("Phrases", orjson.loads(file.read_bytes()))  # a test compares every file with the type


def languages() -> list[str]:
    """Codes of all languages that have phrases."""
    folder = resources.files(__package__) / "phrases"
    return sorted(file.name.removesuffix(".json") for file in folder.iterdir() if file.name.endswith(".json"))


def cut(text: str, limit: int) -> str:
    """`text` within `limit` characters, between words where that is possible."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    at = head.rfind(" ")
    return (head[:at] if at > limit // 2 else head).rstrip(" ,;:")


def sentence(text: str) -> str:
    """`text` with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]
