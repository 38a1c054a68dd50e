"""The learner as text: one block that every prompt carries. Pure.

Every field of `Preferences` that is given stands in it; so do the additional context, whole, and the answers
to the intent's questions. People's words are data: they stand between tags that they cannot close.
"""

import math
import re
from collections.abc import Iterator, Mapping

from trailwright.agents.contexts import Learner
from trailwright.domain.language_names import described
from trailwright.domain.preferences import ContentPreference, Level, Preferences

LEVELS: Mapping[Level, str] = {
    "beginner": "beginner (explain every term, assume nothing)",
    "intermediate": "intermediate (knows the basics, skip them)",
    "advanced": "advanced (go deep, no introductions)",
}
LIKES: Mapping[ContentPreference, str] = {
    "visual": "visual (diagrams, tables, pictures in words)",
    "text": "text (clear prose)",
    "audio": "audio (sentences that are easy to follow when heard)",
    "hands_on": "hands_on (things to do and try)",
}
_TAG = re.compile(
    r"<(/?)(?=(?:learner|notes|request|roadmap|sources|results|findings|plan)\b)", re.IGNORECASE
)


def tagged(tag: str, text: str) -> str:
    """`text` between `<tag>` and `</tag>`; empty for an empty text. Our tags inside it lose their bracket."""
    body = text.strip()
    return f"<{tag}>\n{data(body)}\n</{tag}>" if body else ""


def data(text: str) -> str:
    """Someone's words with nothing in them that could end or open one of our blocks."""
    return _TAG.sub("\u2039\\1", text)


def named(tag: str) -> str:
    """A language tag with its English name: `Chinese (zh)`."""
    return f"{described(tag)} ({tag})"


def language_of(learner: Learner) -> str:
    """The language to write in, for a prompt."""
    return named(learner.language)


def second_language_of(learner: Learner) -> str:
    """The second language, for a prompt; empty when there is none or it is the first."""
    tag = learner.preferences.secondary_language
    return "" if tag is None or tag == learner.language else named(tag)


def learner_block(learner: Learner) -> str:
    """All that is known of the learner, between tags; empty fields are left out."""
    block = tagged("learner", "\n".join(_lines(learner)))
    notes = tagged("notes", learner.additional_context)
    return f"{block}\n{notes}" if notes else block


def _lines(learner: Learner) -> Iterator[str]:
    wishes = learner.preferences
    yield f"Goal: {wishes.learning_goal}"
    yield f"Level: {LEVELS[wishes.current_level]}"
    yield f"Time: {wishes.available_hours_per_week:g} hours a week{_deadline(learner)}"
    for name, text in _texts(wishes):
        if text:
            yield f"{name}: {text}"
    if wishes.content_preference:
        yield "Likes: " + "; ".join(LIKES[like] for like in wishes.content_preference)
    if wishes.tech_stack:
        skills = (f"{s.technology}: {s.proficiency}".rstrip(": ") for s in wishes.tech_stack)
        yield "Knows already: " + "; ".join(skills)
    yield f"Language: {language_of(learner)}"
    if wishes.secondary_language:
        yield f"Second language: {named(wishes.secondary_language)}"
    for question, answer in learner.answers.items():
        yield f"Asked: {question} Answer: {answer or 'no answer'}"


def _texts(wishes: Preferences) -> Iterator[tuple[str, str | None]]:
    yield "Why", wishes.motivation
    yield "Background", wishes.career_background
    yield "Role", wishes.current_role
    yield "Industry", wishes.industry


def _deadline(learner: Learner) -> str:
    day = learner.preferences.deadline_date()
    weeks = learner.weeks_to_deadline
    if day is None or weeks is None:
        return ""
    return f", to be done by {day.isoformat()} ({_about(weeks)} from today, {learner.today.isoformat()})"


def _about(weeks: float) -> str:
    whole = math.floor(weeks)
    return f"{whole} weeks" if whole > 1 else f"{max(round(weeks * 7), 1)} days"
