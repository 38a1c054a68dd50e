"""Intent: what the learner wants, in which sense. Pure."""

import math
import re
from collections.abc import Iterable

from trailwright.agents.base import prompt_file, refuse_opening
from trailwright.agents.contexts import Learner
from trailwright.agents.learner import language_of, learner_block
from trailwright.agents.reading import read_answer
from trailwright.agents.schemas import IntentAnswer, IntentQuestion, Items, answer_schema
from trailwright.agents.sizes import EXTENTS, tokens
from trailwright.domain.prompt import Prompt

Intent = IntentAnswer
"""Result of the intent step; serialise with `model_dump`, read back with `model_validate`."""

_WORDS = 270
_ASK = (
    "an empty list. Only when the goal has two quite different meanings and nothing above tells which one "
    "is meant: 1 question with 2 to 4 short options."
)
_ASKED = "an empty list; the learner has answered."
_MIN_OPTIONS = 2
_LEARNING = re.compile(
    r"(?i)^(?:(?:learn(?:ing)?|know(?:ing)?)(?: how)? to|how to|be able to"
    r"|(?:learn(?:ing)?|know(?:ing)?) about|understand(?:ing)?)\s+(?:the\s+)?(?=\w)"
    r"|^(?:\u5b66\u4e60|\u5b66\u4f1a|\u4e86\u89e3|\u7406\u89e3|\u638c\u63e1)(?:\u5982\u4f55)?(?=.{4})"
)
"""What small models put before a skill: "learn how to", "understand the", in Chinese the same."""


def build(learner: Learner) -> Prompt:
    """Asks what the goal means, which skills it needs and how long it takes."""
    file = prompt_file("intent")
    skills = EXTENTS[learner.size].skills
    return Prompt(
        agent="intent",
        messages=file.messages(
            language_of(learner),
            learner=learner_block(learner),
            skills=skills.words(),
            hours=f"{learner.preferences.available_hours_per_week:g}",
            questions=_ASKED if learner.answers else _ASK,
        ),
        max_output_tokens=tokens(_WORDS, learner.language),
        digest=file.digest,
        schema=answer_schema(IntentAnswer, {"required_skills": Items(skills.low, skills.high)}),
        schema_name=IntentAnswer.schema_name,
        temperature=0.2,
    )


def parse(learner: Learner, text: str, finish: str) -> Intent:
    """The intent; a deadline overrules the model's weeks, questions already answered are dropped.

    Raises `Rejected` when the answer cannot be read or is a refusal.
    """
    intent = read_answer(IntentAnswer, answer_schema(IntentAnswer), text, finish)
    refuse_opening(intent.summary)
    known = {skill.casefold() for skill in intent.known_skills}
    required = _skills(s for s in intent.required_skills if s.casefold() not in known)
    limit = EXTENTS[learner.size].skills.high
    weeks = learner.weeks_to_deadline
    return intent.model_copy(
        update={
            "required_skills": (required or _skills(intent.required_skills))[:limit],
            "known_skills": _distinct(intent.known_skills),
            "recommended_weeks": max(math.ceil(weeks), 1) if weeks else intent.recommended_weeks,
            "questions": [] if learner.answers else _questions(intent),
        }
    )


def _questions(intent: Intent) -> list[IntentQuestion]:
    """Questions that give a choice: at least two different options."""
    asked: list[IntentQuestion] = []
    for question in intent.questions:
        options = _distinct(question.options)
        new = all(question.question != other.question for other in asked)
        if len(options) >= _MIN_OPTIONS and new:
            asked.append(question.model_copy(update={"options": options}))
    return asked


def _skills(texts: Iterable[str]) -> list[str]:
    """Skills by what is done or known, not by how one comes to it."""
    return _distinct(_LEARNING.sub("", text) for text in texts)


def _distinct(texts: Iterable[str]) -> list[str]:
    return list({text.casefold(): text for text in texts}.values())
