"""What is said of shared roadmaps over HTTP: nothing of their owner."""

from typing import Annotated

from pydantic import Field, StringConstraints

from trailwright.contents.schemas import Graded, QuizAnswer, ResourcesAnswer, Selected
from trailwright.covers.schemas import Cover
from trailwright.domain.content import Receipt
from trailwright.domain.framework import Concept, Framework, Module, Stage
from trailwright.domain.lifecycle import ItemStatus
from trailwright.kit.schemas import Absent, Answered, Sent
from trailwright.roadmaps.schemas import Overall, Renamed
from trailwright.tasks.schemas import Progress

__all__ = ["Graded", "QuizAnswer", "ResourcesAnswer", "Selected"]


class ShareWish(Sent):
    """`offered`: everybody may be shown it, if an admin wants to. `renew`: another link instead of this."""

    offered: bool | None = None
    renew: bool = False


class Share(Answered):
    """A roadmap's link as its owner sees it; without one the link's fields are left out."""

    roadmap_id: str
    shared: bool
    token: Absent[str]
    path: Absent[str]
    url: Absent[str]
    created_at: Absent[str]
    offered: bool
    featured: bool


class SharedConcept(Concept):
    """A concept and which of its content is there."""

    content_status: ItemStatus
    resources_status: ItemStatus
    quiz_status: ItemStatus
    overall_status: Overall
    tutorial_id: str | None
    content_version: int | None
    content_summary: str | None
    resources_id: str | None
    resources_count: int
    quiz_id: str | None
    quiz_questions_count: int


class SharedModule(Module):
    """A module with its concepts' content."""

    concepts: list[SharedConcept]  # type: ignore[assignment]  # says more of the same concepts


class SharedStage(Stage):
    """A stage with its concepts' content."""

    modules: list[SharedModule]  # type: ignore[assignment]  # says more of the same modules


class SharedFramework(Framework):
    """The tree with its concepts' content; its `roadmap_id` is the link's token."""

    stages: list[SharedStage]  # type: ignore[assignment]  # says more of the same stages


class SharedRoadmap(Answered):
    """A roadmap as anybody with the link sees it."""

    token: str
    title: str
    framework: SharedFramework
    cover: Cover
    progress: Progress | None
    created_at: str
    shared_at: str
    is_mine: bool
    owner_roadmap_id: Absent[str]


class SharedTutorial(Answered):
    """The newest version of a tutorial without its text."""

    tutorial_id: str
    concept_id: str
    version: int
    title: str
    summary: str
    receipt: Receipt
    created_at: str


class Copy(Sent):
    """Which shared roadmap is copied, and what the copy is called; as the original without."""

    token: Annotated[str, Field(max_length=64)]
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)] | None = (
        None
    )


class Copied(Renamed):
    """The copy's own id and title."""


class PublicRoadmap(Answered):
    """A roadmap that everybody is shown; read and copied by its token."""

    token: str
    title: str
    concepts: int
    total_estimated_hours: float
    language: str
    cover: Cover
    featured_at: str


class PublicRoadmaps(Answered):
    """A page of them, newest first."""

    roadmaps: list[PublicRoadmap]
    total: int


class Offer(Answered):
    """A roadmap whose owner lets everybody be shown it."""

    roadmap_id: str
    token: str
    title: str
    offered_at: str | None
    featured: bool
    featured_at: Absent[str]


class Offers(Answered):
    """A page of them, newest first."""

    shares: list[Offer]
    total: int


class Feature(Sent):
    """Whether everybody is shown it."""

    featured: bool
