"""The tree stage → module → concept: its shape and how to walk it. Pure."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Difficulty = Literal["easy", "medium", "hard"]
NodeId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]

MIN_HOURS = 0.25
MAX_HOURS = 8.0
MAX_CONCEPTS = 200


class Concept(BaseModel):
    """A leaf of the tree: the unit that is taught. `estimated_hours` in hours of study."""

    model_config = ConfigDict(extra="ignore")

    concept_id: str
    name: str
    description: str = ""
    estimated_hours: float = 1.0
    prerequisites: list[str] = Field(default_factory=list)
    difficulty: Difficulty = "medium"
    keywords: list[str] = Field(default_factory=list)
    objectives: list[str] = Field(default_factory=list)
    optional: bool = False


class Module(BaseModel):
    """A handful of concepts that belong together."""

    model_config = ConfigDict(extra="ignore")

    module_id: str
    name: str
    description: str = ""
    concepts: list[Concept] = Field(default_factory=list)


class Stage(BaseModel):
    """A leg of the way; `order` counts from 1."""

    model_config = ConfigDict(extra="ignore")

    stage_id: str
    name: str
    description: str = ""
    order: int = 1
    modules: list[Module] = Field(default_factory=list)


class LeftOut(BaseModel):
    """A concept that did not fit the hours, and why."""

    model_config = ConfigDict(extra="ignore")

    name: str
    reason: str


class Framework(BaseModel):
    """One learner's plan, structure only. Totals are derived: see `with_totals`."""

    model_config = ConfigDict(extra="ignore")

    roadmap_id: str
    title: str
    stages: list[Stage] = Field(default_factory=list)
    total_estimated_hours: float = 0.0
    recommended_completion_weeks: float = 1.0
    left_out: list[LeftOut] = Field(default_factory=list)

    def concepts(self) -> Iterator[Concept]:
        """All concepts in reading order."""
        for _, _, concept in self.walk():
            yield concept

    def walk(self) -> Iterator[tuple[Stage, Module, Concept]]:
        """Each concept with the stage and module it stands in, in reading order."""
        for stage in self.stages:
            for module in stage.modules:
                for concept in module.concepts:
                    yield stage, module, concept

    def node_ids(self) -> set[str]:
        """Ids of all stages, modules and concepts."""
        ids = {c.concept_id for c in self.concepts()}
        for stage in self.stages:
            ids.add(stage.stage_id)
            ids.update(m.module_id for m in stage.modules)
        return ids
