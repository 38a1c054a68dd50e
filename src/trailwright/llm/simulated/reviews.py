"""Validation, edit plan and edit: what the simulated model does to a roadmap that there is. Pure."""

import re
from random import Random
from typing import Any

from trailwright.llm.simulated.brief import Brief, items
from trailwright.llm.simulated.phrases import cut

Json = dict[str, Any]

NAME_CHARS = 80
TEXT_CHARS = 200
FEEDBACK_CHARS = 110
"""So much of a feedback fits into an instruction beside a node's name."""

_NODE = re.compile(
    r"^(?P<number>\d+(?:\.\d+){0,2}) (?:"
    r"(?:Stage|Module): (?P<part>.*?)\. .*|(?P<concept>.*?) \([\d.]+ h, (?:easy|medium|hard).*)$",
    re.MULTILINE,
)
_PLANNED = re.compile(r'^\d+\. (?P<op>\w+) (?P<number>\d[\d.]*) "(?P<name>.*)": (?P<text>.*)$', re.MULTILINE)
_QUOTED = re.compile(
    '["\u201c\u201e\u00ab\u300c\u2018\'](?!\\s)([^"\u201c\u201d\u201e\u00ab\u00bb\u300c\u300d]{2,80}?)'
    "[\"\u201c\u201d\u00bb\u300d\u2019'](?!\\w)"
)
_CONCEPT_NUMBER = re.compile(r"(?<![\d.])\d+\.\d+\.\d+")
_ANY_NUMBER = re.compile(r"(?<![\d.])\d+\.\d+(?:\.\d+)?")
"""Findings point with numbers; what a learner writes may hold others, such as 1.5 hours."""

_RENAME = re.compile(r"\b(?:rename|call)\b.*?\b(?:to|into|as)\s+(.+?)[.!]*$", re.IGNORECASE)


def validation(_brief: Brief, _rng: Random) -> Json:
    """Nothing is wrong."""
    return {"problems": []}


def edit_plan(brief: Brief, _rng: Random) -> Json:
    """One update for each node that the request names, else the findings; for the first concept if none."""
    say = brief.say
    asked = brief.block("request")
    feedback = " ".join((asked or brief.block("findings")).split())
    nodes = _nodes(brief.block("roadmap"))
    _, most = items(brief, "changes", (1, 8))
    named = _named(nodes, feedback, findings=not asked)[:most]
    first = next((number for number in nodes if number.count(".") == 2), next(iter(nodes), ""))  # noqa: PLR2004 - a concept's number has two points
    return {
        "summary": cut(say["plan"], TEXT_CHARS),
        "changes": [
            {
                "action": "update",
                "node": number,
                "instruction": cut(
                    say["change"].format(n=nodes.get(number, ""), f=cut(feedback, FEEDBACK_CHARS)), TEXT_CHARS
                ),
            }
            for number in named or [first]
        ],
    }


def edit(brief: Brief, _rng: Random) -> Json:
    """Each planned node gets the name that the instruction quotes, else its own marked as revised."""
    _, most = items(brief, "edits", (1, 12))
    planned = [found.groupdict() for found in _PLANNED.finditer(brief.block("plan"))]
    return {"edits": [_operation(brief, **change) for change in planned[:most]]}


def _operation(brief: Brief, op: str, number: str, name: str, text: str) -> Json:
    say = brief.say
    before, mark, _ = say["change"].format(n=name, f="\0").partition("\0")
    feedback = text.removeprefix(before) if mark else text
    return {
        "op": op,
        "node": number,
        "parent": "",
        "after": "",
        "name": cut(_new_name(brief, name, feedback), NAME_CHARS),
        "description": cut(say["revised_text"].format(f=feedback), TEXT_CHARS),
        "objectives": [],
        "difficulty": "medium",
        "hours": 0,
        "keywords": [],
        "prerequisites": [],
    }


def _new_name(brief: Brief, name: str, feedback: str) -> str:
    """What the feedback calls it, if it says so; else the name with a mark that stands once."""
    quoted = [text for text in _QUOTED.findall(feedback) if text.casefold() != name.casefold()]
    if quoted:
        return str(quoted[-1]).strip()
    if renamed := _RENAME.search(feedback):
        return renamed.group(1).strip("\"'\u201c\u201d ")
    suffix = brief.say["revised"].format(n="")
    return name if name.endswith(suffix) else cut(name, NAME_CHARS - len(suffix)) + suffix


def _nodes(roadmap: str) -> dict[str, str]:
    """Number → name of each node, in reading order."""
    return {found["number"]: found["part"] or found["concept"] for found in _NODE.finditer(roadmap)}


def _named(nodes: dict[str, str], feedback: str, *, findings: bool) -> list[str]:
    """Nodes whose name (not only as a part of a longer one) or number stands in the feedback.

    What a name has in parentheses at its end may be left out.
    """
    text = feedback.casefold()
    named: set[str] = set()
    names = [(number, form) for number, name in nodes.items() for form in {name, name.partition(" (")[0]}]
    for number, form in sorted(names, key=lambda found: -len(found[1])):
        if form.casefold() in text:
            named.add(number)
            text = text.replace(form.casefold(), "\0")
    number_form = _ANY_NUMBER if findings else _CONCEPT_NUMBER
    named.update(nodes.keys() & set(number_form.findall(feedback)))
    return [number for number in nodes if number in named]
