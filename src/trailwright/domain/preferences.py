"""What a learner tells us: the input of the main job."""

import datetime as dt
from typing import Annotated, Literal

import langcodes
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

Level = Literal["beginner", "intermediate", "advanced"]
ContentPreference = Literal["visual", "text", "audio", "hands_on"]
Size = Literal["mini", "short", "full"]
SIZES: tuple[Size, ...] = ("mini", "short", "full")

MAX_GOAL_CHARS = 2_000
MAX_CONTEXT_CHARS = 20_000


def _no_nul(text: str) -> str:
    if "\x00" in text:
        message = "must not contain a NUL character"
        raise ValueError(message)
    return text


def _language(tag: str) -> str:
    """A valid BCP 47 tag in its standard form."""
    if not langcodes.tag_is_valid(tag) or not langcodes.Language.get(tag).language:
        message = "is not a known language code (BCP 47), such as en, zh or pt-BR"
        raise ValueError(message)
    return langcodes.standardize_tag(tag)


Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000), AfterValidator(_no_nul)]
LanguageTag = Annotated[str, StringConstraints(max_length=35), AfterValidator(_language)]


class Skill(BaseModel):
    """One technology the learner knows, and how well."""

    model_config = ConfigDict(frozen=True)

    technology: Text
    proficiency: Text


class Preferences(BaseModel):
    """Contract section 4, `Preferences`. Unknown fields are ignored; every field reaches prompts."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    learning_goal: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_GOAL_CHARS),
        AfterValidator(_no_nul),
    ]
    available_hours_per_week: Annotated[float, Field(ge=1, le=168)] = 5
    motivation: Text = ""
    current_level: Level = "beginner"
    career_background: Text = ""
    content_preference: tuple[ContentPreference, ...] = ()
    target_deadline: Annotated[dt.date | dt.datetime | None, Field(union_mode="left_to_right")] = None
    industry: Text | None = None
    current_role: Text | None = None
    tech_stack: Annotated[tuple[Skill, ...], Field(max_length=50)] = ()
    primary_language: LanguageTag = "en"
    secondary_language: LanguageTag | None = None

    def deadline_date(self) -> dt.date | None:
        """The deadline as a UTC date; None without one."""
        return date_of(self.target_deadline)


def date_of(deadline: dt.date | dt.datetime | None) -> dt.date | None:
    """A day, or the day in UTC of a moment."""
    if isinstance(deadline, dt.datetime):
        return (deadline.astimezone(dt.UTC) if deadline.tzinfo else deadline).date()
    return deadline


AdditionalContext = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=MAX_CONTEXT_CHARS),
    AfterValidator(_no_nul),
]


def weeks_until(deadline: dt.date | None, today: dt.date) -> float | None:
    """Weeks from `today` to `deadline` (never under one seventh); None without a deadline."""
    if deadline is None:
        return None
    return max((deadline - today).days, 1) / 7
