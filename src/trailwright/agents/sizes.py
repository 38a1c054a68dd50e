"""How large things are for each size of roadmap, and how many tokens an answer may take. Pure.

Counts are those that the checks of quality judge by (R5, size of a quiz).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import langcodes

from trailwright.agents.contexts import Learner
from trailwright.domain.preferences import Size
from trailwright.quality.quiz import QUESTIONS
from trailwright.quality.roadmap import SIZES


@dataclass(frozen=True)
class Bounds:
    """At least and at most."""

    low: int
    high: int

    def clamp(self, number: float) -> int:
        """The nearest whole number within."""
        return min(max(round(number), self.low), self.high)

    def words(self) -> str:
        """For a prompt: `2 to 3`, or `1`."""
        return f"{self.low} to {self.high}" if self.low < self.high else f"{self.low}"


@dataclass(frozen=True)
class Extent:
    """Bounds of one size: stages, modules a stage, concepts a module, concepts in all, skills, questions."""

    stages: Bounds
    modules: Bounds
    concepts: Bounds
    total: Bounds
    skills: Bounds
    questions: Bounds


_SKILLS: Mapping[Size, tuple[int, int]] = {"mini": (2, 3), "short": (3, 5), "full": (4, 8)}
"""So many skills a goal is taken apart into: each needs a concept."""

EXTENTS: Mapping[Size, Extent] = {
    size: Extent(
        stages=Bounds(*stages),
        modules=Bounds(*modules),
        concepts=Bounds(*concepts),
        total=Bounds(*total),
        skills=Bounds(*_SKILLS[size]),
        questions=Bounds(*QUESTIONS[size]),
    )
    for size, (stages, modules, concepts, total) in SIZES.items()
}

_TOKENS_PER_WORD = 1.5
_DENSE = 2.6


def tokens(words: float, language: str) -> int:
    """Tokens that `words` words of a language may take; scripts other than Latin take more."""
    return round(words * (_TOKENS_PER_WORD if is_latin(language) else _DENSE))


def is_latin(language: str) -> bool:
    """Whether it is written in Latin letters."""
    return langcodes.Language.get(language).maximize().script == "Latn"


def budget_hours(learner: Learner, recommended_weeks: float) -> float:
    """Hours of study there are: a week's hours times the weeks to the deadline, else the recommended ones."""
    weeks = learner.weeks_to_deadline or recommended_weeks
    return learner.preferences.available_hours_per_week * weeks
