"""Intent, outline and modules: a simulated roadmap. Pure."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from trailwright.llm.simulated.brief import Brief, choices, items
from trailwright.llm.simulated.phrases import cut

Json = dict[str, Any]

AMBIGUOUS = frozenset(
    {"c", "crystal", "dart", "elixir", "go", "java", "julia", "mercury"}
    | {"processing", "python", "r", "ruby", "rust", "scala", "swift"}
)
"""Goals that mean two things when nothing else is said."""

NAME_CHARS = 80
PHRASE_CHARS = 120
SENTENCE_CHARS = 200
SUMMARY_CHARS = 320
KEYWORD_CHARS = 40
MODULE_NAME_CHARS = 50

FULL_SKILLS = 4
SHORT_SKILLS = 3
HOURS_NEEDED = {FULL_SKILLS: 45, SHORT_SKILLS: 15}
MINI_HOURS = 4
MOST_WEEKS = 104
MOST_CONCEPTS = 30
CONCEPTS_A_MODULE = 3
MINI_CONCEPTS = 3
MOST_A_MODULE = 7
STAGES_FULL = 4
STAGES_SHORT = 2
FULL_FROM = 15

_MARK = "  <- this module"
_DIFFICULTIES = ("easy", "medium", "hard")


def intent(brief: Brief, rng: Random) -> Json:
    """What the learner wants; asks only when the goal is one of the `AMBIGUOUS` and nothing was answered."""
    say = brief.say
    wanted = brief.number(r"required_skills: the (\d+)", 2)
    needed = next((hours for skills, hours in HOURS_NEEDED.items() if wanted >= skills), MINI_HOURS)
    ask = brief.goal.casefold() in AMBIGUOUS and brief.answer is None
    question = {"question": say["question"].format(t=brief.topic), "options": say["options"]}
    subject = f"{brief.topic} ({brief.answer})" if brief.answer else brief.topic
    return {
        "title": cut(say["title"].format(t=brief.topic), NAME_CHARS),
        "subject": cut(subject, PHRASE_CHARS),
        "summary": cut(say["summary"].format(t=brief.topic), SUMMARY_CHARS),
        "required_skills": [say["objects"][0], *_some(say["objects"][1:], min(wanted, 8) - 1, rng)],
        "known_skills": [cut(skill, NAME_CHARS) for skill in brief.known[:6] if skill],
        "recommended_weeks": min(math.ceil(needed / brief.hours), MOST_WEEKS),
        "questions": [question] if ask else [],
    }


def outline(brief: Brief, rng: Random) -> Json:
    """Stages and modules: one module for each skill first, then as many more as the concepts need."""
    say = brief.say
    total = min(brief.number(r"about (\d+) in the whole roadmap", MOST_CONCEPTS), MOST_CONCEPTS)
    fewest, most = items(brief, "stages", (2, 6))
    stages = min(max(STAGES_FULL if total >= FULL_FROM else STAGES_SHORT, fewest), most)
    names = _module_names(brief, max(math.ceil(total / CONCEPTS_A_MODULE), stages), rng)
    modules = [
        {
            "name": name,
            "description": say["module_text"],
            "concept_count": min(count, MOST_A_MODULE),
        }
        for name, count in zip(names, _shares(total, len(names)), strict=True)
    ]
    parts = _shares(len(modules), stages)
    starts = [sum(parts[:i]) for i in range(stages)]
    return {
        "title": cut(say["title"].format(t=brief.topic), NAME_CHARS),
        "stages": [
            {
                "name": say["stages"][index],
                "description": say["stage_text"],
                "modules": modules[start : start + part],
            }
            for index, (start, part) in enumerate(zip(starts, parts, strict=True))
        ],
    }


def mini_outline(brief: Brief, rng: Random) -> Json:
    """A whole mini roadmap: one module whose concepts take the skills to cover one after the other."""
    say = brief.say
    found = re.search(r"hours: 0\.5 to (\d+(?:\.\d+)?)", brief.text)
    make = _Maker(brief, float(found.group(1)) if found else 1.0, rng)
    themes = _module_names(brief, MINI_CONCEPTS, rng)[:MINI_CONCEPTS]
    names = choices(brief, "modules", "concepts", "name")
    concepts = make.named(names) if names else make.one_of_each(themes)
    return {
        "stage_name": say["stages"][0],
        "stage_description": say["stage_text"],
        "modules": [{"name": say["objects"][0], "description": say["module_text"], "concepts": concepts}],
    }


def module(brief: Brief, rng: Random) -> Json:
    """The concepts of the module that the prompt marks; the first builds on the module before."""
    names = [line[len("- Module: ") :] for line in brief.block("roadmap").split("\n") if line[:2] == "- "]
    here = next((index for index, line in enumerate(names) if line.endswith(_MARK)), 0)
    found = re.search(r'one module only: "(.*?)" \(', brief.text)
    name = found.group(1) if found else brief.say["objects"][here % 12]
    before = names[here - 1].partition(". ")[0] if here else ""
    count, _ = items(brief, "concepts", (CONCEPTS_A_MODULE, MOST_A_MODULE))
    found = re.search(r"one lesson of about (\d+(?:\.\d+)?) hours", brief.text)
    make = _Maker(brief, float(found.group(1)) if found else 1.0, rng)
    return {"concepts": make.concepts(name, before, count)}


def _module_names(brief: Brief, count: int, rng: Random) -> list[str]:
    """At least `count` different names: the skills to cover, then what every subject has."""
    names = list(dict.fromkeys(cut(skill, MODULE_NAME_CHARS) for skill in brief.skills))
    others = [name for name in brief.say["objects"] if name not in names]
    return names + _some(others, count - len(names), rng)


def _some(names: list[str], count: int, rng: Random) -> list[str]:
    """`count` of the names, in their order; all when there are fewer, none when `count` is negative."""
    chosen = set(rng.sample(range(len(names)), min(max(count, 0), len(names))))
    return [name for index, name in enumerate(names) if index in chosen]


def _shares(total: int, parts: int) -> list[int]:
    """`total` in even whole shares, the larger ones first, none under 1."""
    return [max(1, total // parts + (index < total % parts)) for index in range(parts)]


@dataclass(frozen=True)
class _Maker:
    """Makes concepts of about `hours` hours; stays below, since prompts round hours up."""

    brief: Brief
    hours: float
    rng: Random

    def concepts(self, theme: str, before: str, count: int) -> list[Json]:
        """A chain of concepts on one theme; the first needs the module `before`, if there is one."""
        return self._chain([(theme, angle) for angle in self.brief.say["angles"][:count]], before)

    def one_of_each(self, themes: Sequence[str]) -> list[Json]:
        """A chain of concepts, one a theme, each from another angle."""
        return self._chain(list(zip(themes, self.brief.say["angles"], strict=False)), "")

    def named(self, names: Sequence[str]) -> list[Json]:
        """A chain of concepts with names that were given."""
        needs = [[], *([name] for name in names)]
        parts = list(zip(names, self.brief.say["angles"], strict=False))
        return [self._concept(n, name, needs[n], parts[n]) for n, name in enumerate(names[: len(parts)])]

    def _chain(self, parts: Sequence[tuple[str, str]], before: str) -> list[Json]:
        about = f" ({self.brief.keyword})" if self.brief.keyword else ""
        names = [f"{cut(theme, MODULE_NAME_CHARS)}: {angle}{about}" for theme, angle in parts]
        needs = [[before] if before else [], *([name] for name in names)]
        return [self._concept(index, name, needs[index], parts[index]) for index, name in enumerate(names)]

    def _concept(self, index: int, name: str, needs: list[str], part: tuple[str, str]) -> Json:
        say = self.brief.say
        text = self.rng.choice(say["concept_text"])
        objectives = [aim.format(n=name) for aim in self.rng.sample(say["objectives"], 2)]
        return {
            "name": name,
            "description": cut(text.format(t=self.brief.topic), SENTENCE_CHARS),
            "objectives": [cut(aim, PHRASE_CHARS) for aim in objectives],
            "difficulty": _DIFFICULTIES[index % 3],
            "hours": max(math.floor(self.hours * 3) / 4, 0.25),
            "keywords": [cut(word, KEYWORD_CHARS) for word in (*part, self.brief.topic)],
            "prerequisites": needs,
        }
