"""What the architect's answers become before there is a framework. Pure; all are JSON-serialisable."""

from pydantic import BaseModel, Field

from trailwright.agents.schemas import ConceptAnswer, ModuleAnswer

ModuleDraft = ModuleAnswer
"""The concepts of one module; prerequisites are names."""


class OutlineModule(BaseModel):
    """A module of an outline; `concepts` is filled only in a complete outline."""

    name: str
    description: str = ""
    concept_count: int = 1
    concepts: list[ConceptAnswer] = Field(default_factory=list)


class OutlineStage(BaseModel):
    """A stage of an outline."""

    name: str
    description: str = ""
    modules: list[OutlineModule] = Field(default_factory=list)


class Outline(BaseModel):
    """Stages and modules. `complete`: the concepts stand in it already, no module needs a call (mini)."""

    title: str
    complete: bool = False
    stages: list[OutlineStage] = Field(default_factory=list)

    def modules(self) -> list[tuple[OutlineStage, OutlineModule]]:
        """All modules in reading order, each with its stage; `build_module`'s index counts in it."""
        return [(stage, module) for stage in self.stages for module in stage.modules]
