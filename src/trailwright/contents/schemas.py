"""What is said of content over HTTP; never a key or an explanation before the answer."""

from typing import Annotated

from pydantic import Field

from trailwright.domain.content import Grade, QuestionType, Receipt, Resource, Suggestion
from trailwright.domain.framework import Difficulty
from trailwright.kit.schemas import Absent, Answered, Sent, Version


class Cost(Answered):
    """What a version took; `duration_ms` from claim to settle."""

    input_tokens: int
    output_tokens: int
    cost_usd: float
    duration_ms: int


class TutorialInfo(Answered):
    """A version of a tutorial without its text, which is at `content_ref` + `/content`."""

    tutorial_id: str
    roadmap_id: str
    concept_id: str
    version: int
    title: str
    summary: str
    content_ref: str
    model: str
    receipt: Receipt
    cost: Cost
    created_at: str


class TutorialList(Answered):
    """All versions, newest first."""

    tutorials: list[TutorialInfo]
    total: int


class ResourcesAnswer(Answered):
    """Checked links; with `note` and `suggestions` where nothing could be searched."""

    resources_id: str
    concept_id: str
    version: int
    resources: list[Resource]
    note: Absent[str]
    suggestions: Absent[list[Suggestion]]
    receipt: Receipt
    created_at: str


class QuestionForLearner(Answered):
    """A question without what gives it away."""

    question_id: str
    question_type: QuestionType
    question: str
    options: list[str]
    difficulty: Difficulty


class QuizAnswer(Answered):
    """A quiz as a learner gets it."""

    quiz_id: str
    concept_id: str
    version: int
    questions: list[QuestionForLearner]
    total_questions: int
    created_at: str


class Selected(Sent):
    """A learner's answer: indexes into the options. `version`: of the quiz; the newest without."""

    question_id: Annotated[str, Field(max_length=160)]
    selected: Annotated[list[Annotated[int, Field(ge=0, le=99)]], Field(max_length=20)]
    version: Version | None = None


class Graded(Grade):
    """The server's verdict."""
