"""Tutorials: Markdown in the sections that the prompt declares. Pure."""

import re
from collections.abc import Iterator
from random import Random

from trailwright.llm.simulated.brief import Brief
from trailwright.llm.simulated.phrases import sentence

SECTIONS: dict[int, tuple[str, ...]] = {
    4: ("idea", "example", "mistakes", "summary"),
    6: ("why", "idea", "example", "practice", "mistakes", "summary"),
    8: ("why", "idea", "steps", "example", "practice", "mistakes", "questions", "summary"),
}
"""What each declared heading is about, by how many there are."""

DEFAULT_WORDS = 400
SENTENCES_A_PARAGRAPH = 3
DIAGRAM_NODES = 4
WIDE_STOP = "\u3002"
"""A full stop after which Chinese and Japanese leave no space."""

_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_WORDS = re.compile(r"^- About (\d+) words", re.MULTILINE)
_SOURCE = re.compile(r"^(\d+)\. ", re.MULTILINE)
_PAIRS = re.compile("[\u1100-\u11ff\u3041-\u318f\u3400-\u9fff\uac00-\ud7ff]")
_FOURS = re.compile("[\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0ec6\u1000-\u102a\u1780-\u17b3]")


def tutorial(brief: Brief, rng: Random) -> str:
    """One lesson, near its target length, its own first line saying that it is simulated."""
    return _Lesson(brief, rng).markdown()


class _Lesson:
    def __init__(self, brief: Brief, rng: Random) -> None:
        self._say = brief.say
        self._rng = rng
        self._text = brief.text
        self._stop = self._say["simulated"][-1]
        title = _TITLE.search(brief.text)
        self._name = title.group(1).strip() if title else brief.topic
        self._headings = _HEADING.findall(brief.text) or list(self._say["headings"].values())
        self._kinds = SECTIONS.get(len(self._headings), SECTIONS[8])
        target = brief.number(_WORDS.pattern.replace("^", r"(?m)^"), DEFAULT_WORDS)
        self._words = target // len(self._headings)
        self._between = "" if self._stop == WIDE_STOP else " "
        self._deck: list[str] = []
        self._things: list[str] = []
        self._visual = "Likes: visual" in brief.learner
        self._sources = _SOURCE.findall(brief.block("sources"))

    def markdown(self) -> str:
        """The whole document."""
        parts = [f"# {self._name}", self._say["simulated"]]
        translate = "Translate the headings" in self._text
        for heading, kind in zip(self._headings, self._kinds, strict=False):
            parts.append(f"## {self._say['headings'][kind] if translate else heading.strip()}")
            parts += self._section(kind)
        return "\n\n".join(parts) + "\n"

    def _section(self, kind: str) -> list[str]:
        """Paragraphs of one section: what is special about it, then prose up to its length."""
        special = list(self._special(kind))
        left = self._words - sum(map(words, special))
        prose = list(self._prose(left))
        if kind == "idea" and self._sources:
            prose[0] += " " + " ".join(f"[{number}]" for number in self._sources)
        if kind in {"steps", "mistakes", "questions"}:
            return [*prose, *special]
        return [*special, *prose] if kind == "example" else [*prose, *special]

    def _special(self, kind: str) -> Iterator[str]:
        say = self._say
        match kind:
            case "idea" if self._visual:
                yield self._diagram()
            case "steps" | "example":
                if kind == "example":
                    yield self._case()
                good = self._rng.sample(say["good"], 4)
                yield "\n".join(f"{n}. {self._ended(step)}" for n, step in enumerate(good, 1))
            case "mistakes":
                chosen = self._rng.sample(range(len(say["bad"])), 3)
                yield "\n".join(f"- {self._ended(say['bad'][i])} {say['because'][i]}" for i in chosen)
            case "questions":
                yield "\n".join(f"- {self._fill(text)}" for text in self._rng.sample(say["reader"], 3))
            case "why" | "practice" | "summary":
                yield self._fill(self._rng.choice(say["reader"]))

    def _prose(self, target: int) -> Iterator[str]:
        """Paragraphs of about `target` words in all, at least one."""
        paragraph: list[str] = []
        count = 0
        while count < target or not count:
            if not self._deck:
                self._deck = self._rng.sample(self._say["sentences"], len(self._say["sentences"]))
            text = self._fill(self._deck.pop())
            paragraph.append(text)
            count += words(text)
            if len(paragraph) == SENTENCES_A_PARAGRAPH:
                yield self._between.join(paragraph)
                paragraph = []
        if paragraph:
            yield self._between.join(paragraph)

    def _fill(self, template: str) -> str:
        if len(self._things) < 2:  # noqa: PLR2004 - a sentence speaks of two things
            self._things = self._rng.sample(self._say["things"], len(self._say["things"]))
        return sentence(template.format(c=self._name, x=self._things.pop(), y=self._things.pop()))

    def _case(self) -> str:
        """Whose example it is."""
        who, when = self._rng.choice(self._say["who"]), self._rng.choice(self._say["when"])
        return self._say["case"].format(a=who, b=when, q=self._fill(self._rng.choice(self._say["sentences"])))

    def _ended(self, text: str) -> str:
        """The statement with the full stop of its language."""
        return text + self._stop

    def _diagram(self) -> str:
        things = self._rng.sample(self._say["things"], DIAGRAM_NODES)
        nodes = [f'    {chr(65 + i)}["{thing}"]' for i, thing in enumerate(things)]
        arrows = [f"    {chr(65 + i)} --> {chr(66 + i)}" for i in range(len(things) - 1)]
        return "\n".join(["```mermaid", "flowchart TD", *nodes, *arrows, "```"])


def words(text: str) -> int:
    """About how many words: two characters count as one in Chinese, Japanese and Korean, four in Thai."""
    if text.isascii():
        return len(text.split())
    text, pairs = _PAIRS.subn("", text)
    text, fours = _FOURS.subn("", text)
    return len(text.split()) + pairs // 2 + fours // 4
