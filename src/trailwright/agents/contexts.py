"""What agents are told: values only. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from trailwright.domain.framework import Concept, Framework, Module, Stage
from trailwright.domain.preferences import Preferences, Size, weeks_until
from trailwright.domain.research import SearchHit


@dataclass(frozen=True)
class Learner:
    """Who learns what, and how large a roadmap.

    `answers` holds the learner's answers to the intent's questions, by the question's text.
    `today` is a UTC date, against which a deadline is weighed.
    """

    preferences: Preferences
    additional_context: str
    size: Size
    today: date
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """BCP 47 tag of the language that all text is written in."""
        return self.preferences.primary_language

    @property
    def weeks_to_deadline(self) -> float | None:
        """Weeks from today to the deadline, None without one."""
        return weeks_until(self.preferences.deadline_date(), self.today)


@dataclass(frozen=True)
class ContentContext:
    """What one piece of content is made from.

    `learner.preferences` are those in force (a retry's own have been merged in by the caller).
    `instruction`: what the learner asked for in a retry. `sources`: search hits the text may cite.
    `earlier_stems`: questions of the roadmap's other quizzes. `seed` steers shuffling only.
    Raises KeyError when `concept_id` is not in the framework.
    """

    learner: Learner
    framework: Framework
    concept_id: str
    instruction: str = ""
    sources: tuple[SearchHit, ...] = ()
    earlier_stems: tuple[str, ...] = ()
    seed: int = 0

    @cached_property
    def _places(self) -> dict[str, tuple[Stage, Module, Concept]]:
        return {place[2].concept_id: place for place in self.framework.walk()}

    def place(self) -> tuple[Stage, Module, Concept]:
        """The concept and where it stands."""
        return self._places[self.concept_id]

    @property
    def concept(self) -> Concept:
        """The concept that is taught."""
        return self.place()[2]

    def prerequisites(self) -> list[Concept]:
        """Concepts this one builds on, in the order it names them."""
        return [self._places[i][2] for i in self.concept.prerequisites if i in self._places]

    def siblings(self) -> list[Concept]:
        """The other concepts of its module, in reading order."""
        return [c for c in self.place()[1].concepts if c.concept_id != self.concept_id]
