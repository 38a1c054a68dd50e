"""What is said of tasks over HTTP: contract sections 1, 4 and 5."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, create_model

from trailwright.domain.content import ContentType
from trailwright.domain.lifecycle import TaskStatus, TaskType
from trailwright.domain.preferences import AdditionalContext, Preferences, Size, Text, date_of
from trailwright.domain.workflow import Step
from trailwright.events.schemas import TaskEvent
from trailwright.kit.schemas import Absent, Answered, AnyId, Sent, Version, without_nulls

MAX_IDS = 200
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,160}$")]
Money = Annotated[float, Field(gt=0, le=1_000_000)]
Feedback = Annotated[str, Field(max_length=20_000)]


class GenerateOrder(Sent):
    """What a learner orders."""

    preferences: Annotated[Preferences, BeforeValidator(without_nulls)]
    additional_context: AdditionalContext = ""
    auto_approve: bool = False
    size: Size = "full"
    max_cost_usd: Money | None = None


class Accepted(Answered):
    """The roadmap will be made; follow the task."""

    task_id: str
    roadmap_id: str
    status: TaskStatus


class Progress(Answered):
    """Content items by status; `percentage` of finished ones, 100 only at the end."""

    completed: int
    failed: int
    generating: int
    pending: int
    total: int
    percentage: int


class Usage(Answered):
    """Tokens and US dollars so far."""

    input_tokens: int
    output_tokens: int
    cost_usd: float
    llm_calls: int


class Fault(Answered):
    """A code a program can act on and words for a person."""

    code: str
    message: str


class Question(Sent):
    """Asked when a goal can mean several things."""

    model_config = ConfigDict(extra="allow")

    question_id: str
    question: str
    options: Absent[list[str]]


class ReviewData(Answered):
    """What waits for a person: a version, or (version 0) answers to questions."""

    version: int
    questions: Absent[list[Question]]


class TaskSummary(Answered):
    """A task as lists show it; `cost_usd` (US dollars so far) only there, and only where some were spent."""

    task_id: str
    task_type: TaskType
    status: TaskStatus
    current_step: Step
    stopped_at_step: Absent[Step]
    roadmap_id: str
    title: str
    concept_id: Absent[str]
    content_type: Absent[ContentType]
    progress: Progress | None
    created_at: str
    updated_at: str
    started_at: Absent[str]
    finished_at: Absent[str]
    error: Absent[Fault]
    cancel_reason: Absent[str]
    last_seq: int
    version: Absent[int]
    data: Absent[ReviewData]
    cost_usd: Absent[float]


class Task(TaskSummary):
    """A task in full."""

    usage: Usage
    as_of: dict[str, int]


class TaskList(Answered):
    """A page of tasks; `status_counts` has all eight, whatever the filter."""

    tasks: list[TaskSummary]
    total: int
    status_counts: dict[TaskStatus, int]
    as_of: dict[str, int]


class EventPage(Answered):
    """Events after `after_seq`, oldest first; `last_seq` is the task's newest."""

    events: list[TaskEvent]
    last_seq: int


class StepResult(Answered):
    """One framework step and what it produced."""

    step: Step
    kind: str
    agent: str | None
    round: int
    part: int
    status: str
    attempt: int
    result: dict[str, Any] | None
    created_at: str
    updated_at: str
    error: Absent[Fault]
    usage: Absent[Usage]
    duration_ms: Absent[int]


class TaskItem(Answered):
    """A piece of content that a task is about; `outcome`: what this task's own log said of it."""

    concept_id: str
    content_type: ContentType
    outcome: str | None
    status: str
    attempt: int


class StepList(Answered):
    """What each step produced."""

    steps: list[StepResult]
    items: list[TaskItem]


class LogLine(Answered):
    """One line of the execution log."""

    step: str
    agent: str | None
    level: str
    message: str
    duration_ms: int | None
    details: dict[str, Any]
    created_at: str


class LogPage(Answered):
    """A page of the execution log, oldest first."""

    logs: list[LogLine]
    total: int


class ReviewDecision(Sent):
    """A person's word on what is under review."""

    decision: Literal["approve", "revise"]
    version: Version | None = None
    feedback: Feedback | None = None
    answers: Annotated[dict[Id, Text], Field(max_length=50)] | None = None


class Reviewed(Answered):
    """What was decided; the same again gives the same answer."""

    task_id: str
    status: TaskStatus
    decision: Literal["approve", "revise"]
    version: int


class Cancel(Sent):
    """Why, for the record."""

    reason: Text | None = None


class Cancelled(Answered):
    """It is stopped."""

    success: Literal[True]
    task_id: str
    message: str
    previous_status: TaskStatus


class TaskIds(Sent):
    """Several tasks; an id of no possible form is one that is not there."""

    task_ids: Annotated[list[AnyId], Field(min_length=1, max_length=MAX_IDS)]


class BatchResult(Answered):
    """What became of one of several."""

    ok: bool
    code: Absent[str]


class BatchResults(Answered):
    """By task id."""

    results: dict[str, BatchResult]


class Hidden(Answered):
    """It is off the list; a retry brings it back."""

    success: Literal[True]
    task_id: str


class Moved(Answered):
    """The task's status now."""

    success: Literal[True]
    task_id: str
    status: TaskStatus


class Resume(Sent):
    """A new cap of money, if wanted."""

    max_cost_usd: Money | None = None


class TaskRetry(Sent):
    """Which kinds of content; all without."""

    content_types: Annotated[list[ContentType], Field(min_length=1)] | None = None


class Retried(Answered):
    """The same task goes on."""

    success: Literal[True]
    task_id: str
    roadmap_id: str
    recovery_type: Literal[
        "resume_framework", "resume_review", "restart_content_generation", "retry_failed_items"
    ]
    retried_count: int
    skipped: int
    message: str


_FIELDS: dict[str, Any] = {
    name: (Annotated[field.annotation, Field(), *field.metadata] | None, None)
    for name, field in Preferences.model_fields.items()
}
SomePreferences: type[Sent] = create_model("SomePreferences", __base__=Sent, **_FIELDS)
"""Any of the fields of `Preferences`, each under its own rules."""


class ItemRetry(Sent):
    """What should be different this time."""

    preferences: SomePreferences | None = None
    instruction: Text = ""

    def wished(self) -> dict[str, Any]:
        """The preferences that were sent, as JSON."""
        return {} if self.preferences is None else self.preferences.model_dump(mode="json", exclude_none=True)

    def deadline(self) -> dt.date | None:
        """The deadline that was sent, as a UTC date."""
        return date_of(getattr(self.preferences, "target_deadline", None))


class RetriedItem(Answered):
    """Which task makes it, and whether that was running already."""

    task_id: str
    status: str
    deduplicated: bool


class ItemRetried(Answered):
    """One item is made anew."""

    success: Literal[True]
    concept_id: str
    content_type: ContentType
    message: str
    data: RetriedItem


class ItemName(Sent):
    """One item of a roadmap."""

    concept_id: Id
    content_type: ContentType


class BatchRetry(Sent):
    """Chosen items, all `failed`, all `missing`, or kinds of content of chosen concepts."""

    items: (
        Annotated[list[ItemName], Field(min_length=1, max_length=600)] | Literal["failed", "missing"] | None
    ) = None
    concept_ids: Annotated[list[Id], Field(min_length=1, max_length=200)] | None = None
    content_types: Annotated[list[ContentType], Field(min_length=1)] | None = None


class BatchRetried(Answered):
    """One task makes them."""

    task_id: str
    retried_count: int
    total: int
