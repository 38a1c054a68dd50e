"""What a prompt tells of the learner and of what is wanted, read from its text. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from trailwright.llm.simulated.asked import Asked
from trailwright.llm.simulated.phrases import Phrases, cut, phrases

TOPIC_CHARS = 40
DEFAULT_HOURS = 5.0
KEYWORD_CHARS = {"CJK": 4, "HANGUL": 4}
OTHER_KEYWORD_CHARS = 10
"""A longer word of the goal would make names too alike, by script (R6); a test tries it."""

_COMMON = frozenset(
    {"about", "around", "basics", "become", "beginner", "better", "from", "getting", "good", "home", "learn"}
    | {"learning", "like", "make", "master", "scratch", "start", "study", "that", "this", "understand"}
    | {"using", "want", "well", "with", "work", "your"}
)

_LEARNER = re.compile(r"<learner>\n(.*?)\n</learner>", re.DOTALL)
_GOAL = re.compile(r"^Goal: (.*?)(?=^Level: )", re.DOTALL | re.MULTILINE)
_HOURS = re.compile(r"^Time: (\d+(?:\.\d+)?) hours a week", re.MULTILINE)
_LANGUAGE = re.compile(r"^Language: .*?\(([A-Za-z0-9-]+)\)(?:;|$)", re.MULTILINE)
_WRITE_IN = re.compile(r"[Ww]rite (?:everything the learner will read )?in .*?\(([A-Za-z0-9-]+)\)")
_KNOWN = re.compile(r"^Knows already: (.*)$", re.MULTILINE)
_ANSWER = re.compile(r"^Asked: .* Answer: (.*)$", re.MULTILINE)
_SKILLS = re.compile(r"^Skills to cover:\n((?:\d+\. .*\n?)+)", re.MULTILINE)


@dataclass(frozen=True)
class Brief:
    """A request of the product, read. Everything is found by the marks that its prompts set."""

    asked: Asked

    @cached_property
    def text(self) -> str:
        """The first user turn: what every re-ask still begins with."""
        return self.asked.user

    @cached_property
    def learner(self) -> str:
        """The block about the learner; the whole text where there is none."""
        found = _LEARNER.search(self.text)
        return found.group(1) if found else self.text

    @cached_property
    def language(self) -> str:
        """BCP 47 tag of the language asked for; English when none is."""
        found = _LANGUAGE.search(self.learner) or _WRITE_IN.search(self.asked.system + self.text)
        return found.group(1) if found else "en"

    @cached_property
    def say(self) -> Phrases:
        """What can be said in that language."""
        return phrases(self.language)

    @cached_property
    def goal(self) -> str:
        """The goal, in one line."""
        found = _GOAL.search(self.learner)
        return " ".join(found.group(1).split()) if found else ""

    @cached_property
    def topic(self) -> str:
        """A short name for what is learnt: the goal, or as much of it as fits."""
        return cut(self.goal, TOPIC_CHARS).strip(" .!?…") or self.say["topic"]

    @cached_property
    def keyword(self) -> str:
        """The goal's most telling word, in the script of the language asked for; empty where there is none.

        What the learner knows already never is: it would seem to be taught.
        """
        script = _script(self.say["topic"])
        known = {skill.casefold() for skill in self.known}
        most = keyword_chars(self.say)
        words = [
            word
            for word in re.findall(r"[^\W\d_]{2,}", self.topic)
            if len(word) <= most and _script(word) == script and word.casefold() not in _COMMON | known
        ]
        return max(words, key=len, default="")

    @cached_property
    def hours(self) -> float:
        """Hours a week."""
        found = _HOURS.search(self.learner)
        return float(found.group(1)) if found else DEFAULT_HOURS

    @cached_property
    def known(self) -> list[str]:
        """Technologies that the learner knows."""
        found = _KNOWN.search(self.learner)
        return [part.partition(":")[0].strip() for part in found.group(1).split(";")] if found else []

    @cached_property
    def answer(self) -> str | None:
        """What the learner answered to a question about the goal; None when nothing was asked."""
        found = _ANSWER.search(self.learner)
        return found.group(1).strip() if found else None

    @cached_property
    def skills(self) -> list[str]:
        """Skills to cover, as an outline's prompt numbers them."""
        found = _SKILLS.search(self.text)
        return re.findall(r"^\d+\. (.*?)\s*$", found.group(1), re.MULTILINE) if found else []

    def block(self, tag: str) -> str:
        """What stands between `<tag>` and `</tag>`; empty when there is no such block."""
        found = re.search(rf"<{tag}>\n(.*?)\n</{tag}>", self.text, re.DOTALL)
        return found.group(1) if found else ""

    def number(self, pattern: str, default: int) -> int:
        """The number that `pattern` finds in the text."""
        found = re.search(pattern, self.text)
        return int(found.group(1)) if found else default


def keyword_chars(say: Phrases) -> int:
    """How long a word of the goal may be to stand in names."""
    return KEYWORD_CHARS.get(_script(say["topic"]), OTHER_KEYWORD_CHARS)


def _script(text: str) -> str:
    """The script of the first letter; Chinese and Japanese count as one."""
    name = unicodedata.name(text[0], "").partition(" ")[0]
    return "CJK" if name in {"HIRAGANA", "KATAKANA"} else name


def items(brief: Brief, name: str, default: tuple[int, int]) -> tuple[int, int]:
    """Fewest and most items of the list `name` in the schema that was sent."""
    node = brief.asked.schema.get("properties", {}).get(name, {})
    return int(node.get("minItems", default[0])), int(node.get("maxItems", default[1]))


def choices(brief: Brief, *path: str) -> list[str]:
    """The closed list of strings at `path`, through lists, in the schema that was sent; empty without one."""
    node = brief.asked.schema
    for name in path:
        node = node.get("items", node).get("properties", {}).get(name, {})
    return list(node.get("enum", []))
