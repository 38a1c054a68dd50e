"""Where a concept stands, as text for the prompts of content. Pure."""

from collections.abc import Iterator

from trailwright.agents.contexts import ContentContext
from trailwright.agents.learner import data, tagged
from trailwright.domain.framework import Concept


def place_of(ctx: ContentContext) -> str:
    """The roadmap's title, stage and module, sibling titles, prerequisites and what they taught."""
    return data("\n".join(_lines(ctx)))


def concept_line(concept: Concept) -> str:
    """The concept in one paragraph: name, description, objectives, keywords, difficulty."""
    parts = [f'"{concept.name}".', concept.description]
    if concept.objectives:
        parts.append("Afterwards the learner can: " + "; ".join(concept.objectives) + ".")
    if concept.keywords:
        parts.append("Key terms: " + ", ".join(concept.keywords) + ".")
    parts.append(f"Difficulty: {concept.difficulty}.")
    return data(" ".join(part for part in parts if part))


def request_of(ctx: ContentContext) -> str:
    """What the learner asked for in a retry, between tags; empty without."""
    block = tagged("request", ctx.instruction)
    return f"The learner asks for a new version; do what they want of its content:\n{block}" if block else ""


def _lines(ctx: ContentContext) -> Iterator[str]:
    stage, module, _ = ctx.place()
    yield f"Roadmap: {ctx.framework.title}"
    yield f"Stage: {stage.name}. Module: {module.name}."
    siblings = ctx.siblings()
    if siblings:
        yield "Other lessons of this module: " + "; ".join(c.name for c in siblings)
    for concept in ctx.prerequisites():
        taught = "; ".join(concept.objectives) or concept.description
        yield f"Builds on: {concept.name} ({taught})" if taught else f"Builds on: {concept.name}"
