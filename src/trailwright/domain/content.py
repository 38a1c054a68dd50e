"""Content types and the shape of what is stored for each. Pure."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from trailwright.domain.sentences import Said

ContentType = Literal["tutorial", "resources", "quiz"]
CONTENT_TYPES: tuple[ContentType, ...] = ("tutorial", "resources", "quiz")

QuestionType = Literal["single_choice", "multiple_choice", "true_false"]
ResourceType = Literal["article", "video", "book", "course", "documentation", "tool"]


class OptionFeedback(BaseModel):
    """What choosing this option says about the learner; empty for a key."""

    model_config = ConfigDict(extra="ignore")

    misconception: str | None = None
    revisit_concept_id: str | None = None


class Question(BaseModel):
    """One quiz question as stored; `correct_answer` holds indexes into `options`."""

    model_config = ConfigDict(extra="ignore")

    question_id: str
    question_type: QuestionType
    question: str
    options: list[str]
    correct_answer: list[int]
    explanation: str
    difficulty: Literal["easy", "medium", "hard"] = "medium"
    option_feedback: list[OptionFeedback] = Field(default_factory=list)


class Quiz(BaseModel):
    """A quiz as stored, with keys. `questions_for_learner` is what may leave the server."""

    model_config = ConfigDict(extra="ignore")

    quiz_id: str
    concept_id: str
    questions: list[Question]
    total_questions: int

    def without_keys(self) -> dict[str, object]:
        """The quiz with neither key nor explanation nor feedback (contract section 4)."""
        secret = {"correct_answer", "explanation", "option_feedback"}
        return {
            "quiz_id": self.quiz_id,
            "concept_id": self.concept_id,
            "questions": [q.model_dump(exclude=secret) for q in self.questions],
            "total_questions": self.total_questions,
        }


class Grade(BaseModel):
    """The server's verdict on one answer."""

    correct: bool
    correct_answer: list[int]
    explanation: str
    option_feedback: list[OptionFeedback]


def grade(question: Question, selected: list[int]) -> Grade:
    """Right only when exactly the keys were selected; order and repeats do not matter."""
    return Grade(
        correct=set(selected) == set(question.correct_answer),
        correct_answer=question.correct_answer,
        explanation=question.explanation,
        option_feedback=question.option_feedback,
    )


class Resource(BaseModel):
    """A checked link. `checked_at` is RFC 3339, UTC."""

    model_config = ConfigDict(extra="ignore")

    title: str
    url: str
    type: ResourceType
    description: str
    language: str
    relevance_score: Annotated[float, Field(ge=0, le=1)]
    status: Literal["alive", "unknown"]
    checked_at: str


class Suggestion(BaseModel):
    """A search worth making, offered when nothing could be verified."""

    model_config = ConfigDict(extra="ignore")

    query: str
    type: ResourceType
    why: str


class Resources(BaseModel):
    """Resources as stored; without a search provider only suggestions and the note."""

    model_config = ConfigDict(extra="ignore")

    resources_id: str
    concept_id: str
    resources: list[Resource] = Field(default_factory=list)
    note: str | None = None
    suggestions: list[Suggestion] = Field(default_factory=list)


class Tutorial(BaseModel):
    """A tutorial as stored: Markdown with one H1."""

    model_config = ConfigDict(extra="ignore")

    tutorial_id: str
    concept_id: str
    title: str
    summary: str
    markdown: str


class Noted(BaseModel):
    """A sentence about one place; an empty place is the whole."""

    where: str
    said: Said


class CheckResult(BaseModel):
    """One line of a version's receipt. `said`: the message's parts for a program of another language."""

    check: str
    level: Literal["gate", "score"]
    passed: bool
    message: str = ""
    said: list[Noted] = Field(default_factory=list)


class Receipt(BaseModel):
    """Which checks a version passed, when (RFC 3339, UTC)."""

    checked_at: str
    checks: list[CheckResult]
