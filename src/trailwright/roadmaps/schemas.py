"""What is said of roadmaps over HTTP."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from trailwright.covers.schemas import Cover
from trailwright.domain.content import ContentType
from trailwright.domain.framework import (
    Concept,
    Difficulty,
    Framework,
    LeftOut,
    Module,
    Stage,
)
from trailwright.domain.framework_diff import Change
from trailwright.domain.lifecycle import ItemStatus, TaskStatus, TaskType
from trailwright.domain.sentences import Said
from trailwright.domain.workflow import Step
from trailwright.kit.schemas import Absent, Answered, Sent, Version
from trailwright.tasks.schemas import Fault, Progress

Overall = Literal["pending", "generating", "completed", "failed", "partial_failure"]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4_000)]
SentId = Annotated[str, StringConstraints(max_length=200)]
Few = Annotated[list[Words], Field(default_factory=list, max_length=50)]
MAX_NODES = 400


class Learned(Answered):
    """Concepts finished, of how many."""

    completed: int
    total: int


class NextLesson(Answered):
    """The first concept in learning order that can be read and is not finished."""

    concept_id: str
    name: str


class RoadmapSummary(Answered):
    """A roadmap as lists show it; `status` is its creation task's."""

    roadmap_id: str
    title: str
    status: TaskStatus
    progress: Progress | None
    learned: Learned
    next: NextLesson | None
    cover: Cover
    created_at: str
    deleted_at: Absent[str]


class RoadmapList(Answered):
    """A page of roadmaps."""

    roadmaps: list[RoadmapSummary]
    total: int
    as_of: dict[str, int]


class ConceptDetail(Concept):
    """A concept and how far its content is."""

    content_status: ItemStatus
    resources_status: ItemStatus
    quiz_status: ItemStatus
    overall_status: Overall
    content_error: Absent[Fault]
    resources_error: Absent[Fault]
    quiz_error: Absent[Fault]
    tutorial_id: str | None
    content_ref: str | None
    content_version: int | None
    content_summary: str | None
    resources_id: str | None
    resources_count: int
    quiz_id: str | None
    quiz_questions_count: int


class ModuleDetail(Module):
    """A module with its concepts' content."""

    concepts: list[ConceptDetail]  # type: ignore[assignment]  # says more of the same concepts


class StageDetail(Stage):
    """A stage with its concepts' content."""

    modules: list[ModuleDetail]  # type: ignore[assignment]  # says more of the same modules


class FrameworkDetail(Framework):
    """The tree with its concepts' content."""

    stages: list[StageDetail]  # type: ignore[assignment]  # says more of the same stages


class ActiveTask(Answered):
    """A task that has not ended."""

    task_id: str
    status: TaskStatus
    current_step: Step
    task_type: TaskType
    concept_id: Absent[str]
    content_type: Absent[ContentType]


class RoadmapDetail(Answered):
    """A roadmap from its order on; `framework` is null before there is one."""

    roadmap_id: str
    title: str
    version: int
    framework: FrameworkDetail | None
    cover: Cover
    active_task: ActiveTask | None
    progress: Progress | None
    created_at: str
    as_of: dict[str, int]


class ActiveTaskAnswer(Answered):
    """The newest running creation task, else the newest running one."""

    has_active_task: bool
    task_id: Absent[str]
    status: Absent[TaskStatus]
    current_step: Absent[Step]
    task_type: Absent[TaskType]
    concept_id: Absent[str]
    content_type: Absent[ContentType]
    as_of: dict[str, int]


class StatusCheck(Answered):
    """What runs; nothing is ever stale: an item is `generating` only while a live task owns it."""

    roadmap_id: str
    has_active_task: bool
    active_tasks: list[ActiveTask]
    stale_concepts: list[str]
    as_of: dict[str, int]


class FrameworkAnswer(Answered):
    """The newest version; null and 0 before there is one."""

    framework: Framework | None
    version: int


class SentConcept(Sent):
    """A concept as a person edits it; without an id it is new."""

    concept_id: SentId = ""
    name: Name = ""
    description: Words = ""
    estimated_hours: Annotated[float, Field(ge=-1e6, le=1e6)] = 1.0
    prerequisites: Annotated[list[SentId], Field(default_factory=list, max_length=200)]
    difficulty: Difficulty = "medium"
    keywords: Few
    objectives: Few
    optional: bool = False


class SentModule(Sent):
    """A module as a person edits it."""

    module_id: SentId = ""
    name: Name = ""
    description: Words = ""
    concepts: Annotated[list[SentConcept], Field(default_factory=list, max_length=MAX_NODES)]


class SentStage(Sent):
    """A stage as a person edits it; its `order` is its place."""

    stage_id: SentId = ""
    name: Name = ""
    description: Words = ""
    modules: Annotated[list[SentModule], Field(default_factory=list, max_length=MAX_NODES)]


class SentFramework(Sent):
    """The whole tree; totals and order are made new."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    stages: Annotated[list[SentStage], Field(max_length=MAX_NODES)]
    left_out: Annotated[list[LeftOut], Field(default_factory=list, max_length=MAX_NODES)]


class FrameworkEdit(Sent):
    """A hand edit of a version."""

    framework: SentFramework
    version: Version


class Warned(Answered):
    """What a check would have liked otherwise; saved all the same."""

    check: str
    where: str
    message: str
    said: Absent[Said]


class FrameworkSaved(Answered):
    """What was saved; `missing`: content items that nobody makes yet (retry-batch `missing`)."""

    framework: Framework
    version: int
    id_map: dict[str, str]
    warnings: list[Warned]
    missing: int


class HistoryEntry(Answered):
    """One version."""

    version: int
    author: Literal["agent", "user"]
    summary: str
    changed_node_ids: list[str]
    created_at: str


class History(Answered):
    """All versions, newest first."""

    versions: list[HistoryEntry]


class Diff(Answered):
    """What changed from one version to another."""

    from_: int = Field(alias="from")
    to: int
    changes: list[Change]


class Rename(Sent):
    """Another title."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class Renamed(Answered):
    """The title now."""

    roadmap_id: str
    title: str


class Duplicate(Sent):
    """What the copy is called; as the original without."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)] | None = (
        None
    )


class Trashed(Answered):
    """It lies in the trash and can be brought back until `purge_at`."""

    success: Literal[True]
    roadmap_id: str
    deleted_at: str
    purge_at: str
    cancelled_tasks: list[str]


class Done(Answered):
    """It is done."""

    success: Literal[True]
    roadmap_id: str
