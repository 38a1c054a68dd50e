"""What is said of covers over HTTP."""

from typing import Annotated, Literal

from pydantic import Field

from trailwright.kit.schemas import Absent, Answered, Sent


class CoverFault(Answered):
    """Why there is none."""

    code: str
    message: str


class Cover(Answered):
    """A roadmap's picture; never missing, perhaps `not_started`."""

    roadmap_id: str
    status: Literal["not_started", "pending", "generating", "success", "failed"]
    url: Absent[str]
    alt: str
    attribution: Absent[str]
    error: Absent[CoverFault]


class Covers(Answered):
    """By roadmap id; an unknown roadmap is left out."""

    covers: dict[str, Cover]


class RoadmapIds(Sent):
    """Several roadmaps."""

    roadmap_ids: Annotated[list[Annotated[str, Field(max_length=160)]], Field(max_length=200)]
