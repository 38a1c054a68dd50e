"""What is said of covers over HTTP."""

from typing import Annotated, Literal

from pydantic import Field

from trailwright.kit.schemas import Absent, Answered, AnyId, Sent


class CoverFault(Answered):
    """Why there is none."""

    code: str
    message: str


class CoverVariant(Answered):
    """The same picture in another width; the address always answers the same bytes."""

    width: int
    url: str


class Cover(Answered):
    """A roadmap's picture, 16 : 9; perhaps `not_started`. The one before stays until the next."""

    roadmap_id: str
    status: Literal["not_started", "pending", "generating", "success", "failed"]
    url: Absent[str]
    variants: Absent[list[CoverVariant]]
    alt: str
    source: Absent[Literal["local", "unsplash", "openai", "upload"]]
    attribution: Absent[str]
    attribution_url: Absent[str]
    error: Absent[CoverFault]


class Covers(Answered):
    """By roadmap id; an unknown roadmap is left out."""

    covers: dict[str, Cover]


class RoadmapIds(Sent):
    """Several roadmaps; an id of no possible form is one that is not there."""

    roadmap_ids: Annotated[list[AnyId], Field(max_length=200)]


class CoversAsked(Answered):
    """What became of each id."""

    triggered: int
    skipped: int
    roadmap_ids: list[str]
    results: dict[str, Literal["triggered", "skipped", "not_found"]]
    message: str
