"""Architect: the outline first, then each module's concepts, then one assembly by code. Pure."""

from collections.abc import Sequence

from trailwright.agents.assembly import assemble
from trailwright.agents.base import Rejected, numbered, prompt_file, refuse_opening
from trailwright.agents.contexts import Learner
from trailwright.agents.drafts import ModuleDraft, Outline, OutlineModule, OutlineStage
from trailwright.agents.intent import Intent
from trailwright.agents.learner import data, language_of, learner_block
from trailwright.agents.reading import read_answer
from trailwright.agents.schemas import (
    ConceptAnswer,
    Items,
    MiniOutlineAnswer,
    ModuleAnswer,
    Narrow,
    OneOf,
    OutlineAnswer,
    answer_schema,
)
from trailwright.agents.sizes import EXTENTS, Bounds, budget_hours, tokens
from trailwright.domain.framework import MAX_HOURS, MIN_HOURS
from trailwright.domain.prompt import Prompt

__all__ = [
    "ModuleDraft",
    "Outline",
    "assemble",
    "build_module",
    "build_outline",
    "parse_module",
    "parse_outline",
]

HOURS_A_CONCEPT = 1.5
LEAST_HOURS_A_CONCEPT = 0.5
_MINI_MOST_HOURS = 4.0
_WORDS_A_MODULE = 45
_WORDS_A_CONCEPT = 120


def build_outline(learner: Learner, intent: Intent) -> Prompt:
    """Asks for stages and modules; for size mini for the whole small roadmap in one answer."""
    return _mini_outline(learner, intent) if learner.size == "mini" else _outline(learner, intent)


def parse_outline(learner: Learner, intent: Intent, text: str, finish: str) -> Outline:
    """The outline within the bounds of its size; counts of concepts are put right by code.

    Not more concepts than the hours hold at half an hour each, as far as the size allows.

    Raises `Rejected`: unreadable, refused, or fewer stages than the size has.
    """
    if learner.size == "mini":
        return _parse_mini(intent, text, finish)
    extent = EXTENTS[learner.size]
    answer = read_answer(OutlineAnswer, answer_schema(OutlineAnswer), text, finish)
    refuse_opening(answer.title)
    if len(answer.stages) < extent.stages.low:
        message = f"there must be {extent.stages.words()} stages, not {len(answer.stages)}"
        raise Rejected.because(message, check="R5", where="stages")
    stages = [
        OutlineStage(
            name=stage.name,
            description=stage.description,
            modules=[
                OutlineModule(
                    name=m.name,
                    description=m.description,
                    concept_count=extent.concepts.clamp(m.concept_count),
                )
                for m in stage.modules[: extent.modules.high]
            ],
        )
        for stage in answer.stages[: extent.stages.high]
    ]
    budget = budget_hours(learner, intent.recommended_weeks)
    most = extent.total.clamp(budget / LEAST_HOURS_A_CONCEPT)
    _spread([m for stage in stages for m in stage.modules], Bounds(extent.total.low, most))
    return Outline(title=answer.title, stages=stages)


def build_module(learner: Learner, intent: Intent, outline: Outline, index: int) -> Prompt:
    """Asks for the concepts of module `index` of `outline.modules()`; others' names are shown."""
    stage, module = outline.modules()[index]
    file = prompt_file("module")
    count = module.concept_count
    planned = sum(m.concept_count for _, m in outline.modules())
    hours = min(max(budget_hours(learner, intent.recommended_weeks) / planned, MIN_HOURS), MAX_HOURS)
    return Prompt(
        agent="architect",
        messages=file.messages(
            language_of(learner),
            learner=learner_block(learner),
            subject=data(intent.subject),
            aim=data(intent.summary),
            known=data("; ".join(intent.known_skills)),
            outline=data(_drawn(outline, module)),
            module=data(f'"{module.name}" ({module.description}), in stage "{stage.name}".'),
            count=str(count),
            hours=f"{min(hours, 3):.1g}",
            skills=data("; ".join(intent.required_skills)),
        ),
        max_output_tokens=tokens(_WORDS_A_CONCEPT * count + 40, learner.language),
        digest=file.digest,
        schema=answer_schema(ModuleAnswer, {"concepts": Items(count, count)}),
        schema_name=ModuleAnswer.schema_name,
    )


def parse_module(outline: Outline, index: int, text: str, finish: str) -> ModuleDraft:
    """The module's concepts, at most as many as were asked for; raises `Rejected` when unreadable."""
    module = outline.modules()[index][1]
    schema = answer_schema(ModuleAnswer)
    answer = read_answer(ModuleAnswer, schema, text, finish, salvage="concepts")
    return ModuleDraft(concepts=answer.concepts[: module.concept_count])


def _outline(learner: Learner, intent: Intent) -> Prompt:
    extent = EXTENTS[learner.size]
    budget = budget_hours(learner, intent.recommended_weeks)
    total = extent.total.clamp(budget / HOURS_A_CONCEPT)
    file = prompt_file("outline")
    return Prompt(
        agent="architect",
        messages=file.messages(
            language_of(learner),
            **_aims(learner, intent),
            stages=extent.stages.words(),
            modules=extent.modules.words(),
            total=str(total),
            budget=f"{budget:.0f}",
        ),
        max_output_tokens=tokens(
            _WORDS_A_MODULE * (extent.stages.high * extent.modules.high * 0.7 + extent.stages.high),
            learner.language,
        ),
        digest=file.digest,
        schema=answer_schema(
            OutlineAnswer,
            {
                "stages": Items(extent.stages.low, extent.stages.high),
                "stages.modules": Items(extent.modules.low, extent.modules.high),
            },
        ),
        schema_name=OutlineAnswer.schema_name,
    )


def _mini_outline(learner: Learner, intent: Intent) -> Prompt:
    """One module, a concept for each skill and named after it: left to itself, the small model forgets both.

    Each further concept is a minute of a small model.
    """
    file = prompt_file("mini_outline")
    budget = budget_hours(learner, intent.recommended_weeks)
    names = _skill_names(intent)
    count = EXTENTS["mini"].skills.clamp(len(names))
    most = min(max(budget / count, LEAST_HOURS_A_CONCEPT), _MINI_MOST_HOURS)
    limits: dict[str, Narrow] = {"modules": Items(1, 1), "modules.concepts": Items(count, count)}
    in_turn = "modules.concepts.name" if len(names) >= count else ""
    if in_turn:
        limits[in_turn] = OneOf(tuple(names))
    return Prompt(
        agent="architect",
        messages=file.messages(
            language_of(learner),
            **_aims(learner, intent),
            total=str(count),
            most_hours=f"{most:.1f}",
        ),
        max_output_tokens=tokens(_WORDS_A_CONCEPT * count + 2 * _WORDS_A_MODULE, learner.language),
        digest=file.digest,
        schema=answer_schema(MiniOutlineAnswer, limits),
        schema_name=MiniOutlineAnswer.schema_name,
        in_turn=in_turn,
    )


def _aims(learner: Learner, intent: Intent) -> dict[str, str]:
    return {
        "learner": learner_block(learner),
        "subject": data(intent.subject),
        "aim": data(intent.summary),
        "skills": data(numbered(_skill_names(intent))),
        "known": data("; ".join(intent.known_skills)),
    }


def _skill_names(intent: Intent) -> list[str]:
    """The skills as names of lessons."""
    return [skill[:1].upper() + skill[1:] for skill in intent.required_skills]


def _parse_mini(intent: Intent, text: str, finish: str) -> Outline:
    answer = read_answer(MiniOutlineAnswer, answer_schema(MiniOutlineAnswer), text, finish)
    refuse_opening(answer.stage_name)
    room = EXTENTS["mini"].total.high
    modules: list[OutlineModule] = []
    for module in answer.modules:
        concepts = _told_apart(module.concepts[:room], _skill_names(intent))
        room -= len(concepts)
        if concepts:
            modules.append(
                OutlineModule(
                    name=module.name,
                    description=module.description,
                    concept_count=len(concepts),
                    concepts=concepts,
                )
            )
    stage = OutlineStage(name=answer.stage_name, description=answer.stage_description, modules=modules)
    return Outline(title=intent.title, complete=True, stages=[stage])


def _told_apart(concepts: Sequence[ConceptAnswer], skills: Sequence[str]) -> list[ConceptAnswer]:
    """A skill chosen twice: each concept takes the skill of its place."""
    names = [concept.name for concept in concepts]
    if len(set(names)) == len(names) or not set(names) <= set(skills):
        return list(concepts)
    pairs = zip(concepts, skills, strict=False)
    return [concept.model_copy(update={"name": skill, "prerequisites": []}) for concept, skill in pairs]


def _spread(modules: Sequence[OutlineModule], bounds: Bounds) -> None:
    """Brings the sum of counts within bounds: the largest give, but never their last; the smallest get."""
    total = sum(m.concept_count for m in modules)
    while total > max(bounds.high, len(modules)):
        max(modules, key=lambda m: m.concept_count).concept_count -= 1
        total -= 1
    while total < bounds.low:
        min(modules, key=lambda m: m.concept_count).concept_count += 1
        total += 1


def _drawn(outline: Outline, here: OutlineModule) -> str:
    lines: list[str] = []
    for stage in outline.stages:
        lines.append(f"Stage: {stage.name}. {stage.description}")
        for module in stage.modules:
            mark = "  <- this module" if module is here else ""
            lines.append(f"- Module: {module.name}. {module.description}{mark}")
    return "\n".join(lines)
