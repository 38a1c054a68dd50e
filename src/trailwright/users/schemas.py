"""What is said of people over HTTP."""

from typing import Annotated

from pydantic import Field

from trailwright.domain.preferences import ContentPreference, LanguageTag, Level, Skill, Text
from trailwright.kit.schemas import Answered, Sent


class UserAnswer(Answered):
    """Who is signed in."""

    user_id: str
    email: str | None
    role: str


class Profile(Sent):
    """What a learner need not say again with each goal; PUT replaces all of it."""

    display_name: Text | None = None
    available_hours_per_week: Annotated[float, Field(ge=1, le=168)] | None = None
    motivation: Text | None = None
    current_level: Level | None = None
    career_background: Text | None = None
    content_preference: tuple[ContentPreference, ...] = ()
    industry: Text | None = None
    current_role: Text | None = None
    tech_stack: Annotated[tuple[Skill, ...], Field(max_length=50)] = ()
    primary_language: LanguageTag | None = None
    secondary_language: LanguageTag | None = None
