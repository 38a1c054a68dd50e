"""Framework steps: one small function each, from materials to `StepDone`."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from trailwright.agents import architect, assembly, editor, intent, validator
from trailwright.agents.intent import Intent
from trailwright.domain.findings import Finding, gates
from trailwright.domain.framework import Framework
from trailwright.domain.framework_diff import changed_node_ids
from trailwright.domain.sentences import Said, say
from trailwright.domain.workflow import Kind
from trailwright.kit.ids import random_chars
from trailwright.llm.faults import Fault
from trailwright.quality.roadmap import roadmap_findings
from trailwright.tasks.leases import Claimed
from trailwright.work.asking import Asker
from trailwright.work.materials import Materials

_ID_CHARS = 12
_JUDGED_BY_WORDS = frozenset({"R8", "R10"})
"""Skills matched by their words: for three concepts too coarse to spend edit rounds of a small model on."""


@dataclass(frozen=True)
class StepResult:
    """What a step made: `result` is stored on its row, `framework` becomes the next version.

    `words` go to the execution log: a sentence, or what the model wrote.
    """

    result: dict[str, Any]
    words: Said | str
    framework: Framework | None = None
    summary: str = ""
    changed: tuple[str, ...] = ()


Step = Callable[[Asker, Claimed, Materials], Awaitable[StepResult]]


def mint(prefix: str) -> str:
    """A fresh node id, unique in the installation."""
    return f"{prefix}-{random_chars(_ID_CHARS)}"


def _intent_of(materials: Materials) -> Intent:
    return Intent.model_validate(materials.intent)


async def analyse_intent(asker: Asker, claimed: Claimed, materials: Materials) -> StepResult:
    """What the goal means; questions when it is ambiguous."""
    del claimed
    learner = materials.learner
    found = await asker.ask(intent.build(learner), lambda text, end: intent.parse(learner, text, end))
    questions = [
        {"question_id": f"q{n}", "question": q.question, "options": list(q.options)}
        for n, q in enumerate(found.questions, start=1)
    ]
    result = {"intent": found.model_dump(mode="json"), "questions": questions}
    return StepResult(result, say("understood", subject=found.subject))


async def draw_outline(asker: Asker, claimed: Claimed, materials: Materials) -> StepResult:
    """Stages and modules; for mini the concepts too."""
    del claimed
    learner, goal = materials.learner, _intent_of(materials)
    outline = await asker.ask(
        architect.build_outline(learner, goal),
        lambda text, end: architect.parse_outline(learner, goal, text, end),
    )
    modules = sum(len(stage.modules) for stage in outline.stages)
    result = {
        "outline": outline.model_dump(mode="json"),
        "complete": outline.complete,
        "modules": modules,
    }
    return StepResult(result, say("outline_drawn", stages=len(outline.stages), modules=modules))


async def fill_module(asker: Asker, claimed: Claimed, materials: Materials) -> StepResult:
    """The concepts of one module; all modules are made side by side."""
    learner, goal = materials.learner, _intent_of(materials)
    outline = _outline_of(materials, claimed.round)
    draft = await asker.ask(
        architect.build_module(learner, goal, outline, claimed.part),
        lambda text, end: architect.parse_module(outline, claimed.part, text, end),
    )
    words = say("module_filled", concepts=len(draft.concepts))
    return StepResult({"module": draft.model_dump(mode="json")}, words)


def _outline_of(materials: Materials, round_: int) -> architect.Outline:
    return architect.Outline.model_validate(materials.result(Kind.OUTLINE, round_)["outline"])


async def assemble(asker: Asker, claimed: Claimed, materials: Materials) -> StepResult:
    """One tree from all parts: ordered, checked and repaired without a model."""
    del asker
    outline = materials.result(Kind.OUTLINE, claimed.round)
    count = 0 if outline["complete"] else int(outline["modules"])
    drafts = [
        architect.ModuleDraft.model_validate(materials.result(Kind.MODULE, claimed.round, n)["module"])
        for n in range(count)
    ]
    goal, drawn = _intent_of(materials), _outline_of(materials, claimed.round)
    framework = await asyncio.to_thread(
        lambda: assembly.assemble(
            materials.learner, goal, drawn, drafts, roadmap_id=materials.roadmap_id, mint=mint
        )
    )
    concepts = sum(1 for _ in framework.concepts())
    return StepResult(
        {},
        say("plan_assembled", concepts=concepts, hours=framework.total_estimated_hours),
        framework,
        "First design",
        tuple(sorted(framework.node_ids())),
    )


async def validate(asker: Asker, claimed: Claimed, materials: Materials) -> StepResult:
    """By rule, then by model; mini asks no model when the rules find nothing."""
    del claimed
    learner, framework = materials.learner, materials.tree()
    findings = await asyncio.to_thread(rule_findings, materials, framework)
    if learner.size != "mini" or gates(findings):
        prompt = validator.build(learner, _intent_of(materials), framework, findings)
        said = await asker.ask(prompt, lambda text, end: validator.parse(framework, text, end))
        findings = [*findings, *said]
    open_gates = gates(findings)
    result = {
        "valid": not open_gates,
        "findings": [f.model_dump(mode="json") for f in findings],
    }
    words = say("to_correct", count=len(open_gates)) if open_gates else say("structure_holds")
    return StepResult(result, words)


def rule_findings(materials: Materials, framework: Framework) -> list[Finding]:
    """What the rules of the rubric find in a framework."""
    found = roadmap_findings(
        framework,
        preferences=materials.learner.preferences,
        size=materials.learner.size,
        today=materials.learner.today,
        required_skills=materials.intent.get("required_skills", ()),
        known_skills=materials.intent.get("known_skills", ()),
    )
    if materials.learner.size != "mini":
        return found
    return [f.model_copy(update={"level": "score"}) if f.check in _JUDGED_BY_WORDS else f for f in found]


async def plan_corrections(asker: Asker, claimed: Claimed, materials: Materials) -> StepResult:
    """Which nodes to change for the open findings; what no plan mends is left to who reviews."""
    stored = materials.result(Kind.VALIDATION, claimed.round)["findings"]
    findings = gates([Finding.model_validate(one) for one in stored])
    framework = materials.tree()
    prompt = editor.build_plan(materials.learner, framework, findings, None)
    plan = await asker.ask(prompt, lambda text, end: editor.parse_plan(framework, text, end, needed=False))
    return StepResult({"plan": plan.model_dump(mode="json")}, plan.summary)


async def plan_feedback(asker: Asker, claimed: Claimed, materials: Materials) -> StepResult:
    """Which nodes the person's words concern."""
    framework = materials.tree()
    feedback = claimed.payload["feedback"]
    prompt = editor.build_plan(materials.learner, framework, [], feedback)
    plan = await asker.ask(prompt, lambda text, end: editor.parse_plan(framework, text, end))
    return StepResult({"plan": plan.model_dump(mode="json")}, plan.summary)


async def edit(asker: Asker, claimed: Claimed, materials: Materials) -> StepResult:
    """Change the planned nodes and nothing else; what only removes needs no model."""
    framework = materials.tree()
    source, stored = _plan_of(materials.steps, claimed.round)
    plan = editor.EditPlan.model_validate(stored)
    edited = editor.without_model(framework, plan)
    if edited is None or not edited.stages:
        try:
            edited = await asker.ask(
                editor.build_edit(materials.learner, framework, plan),
                lambda text, end: editor.parse_edit(framework, plan, text, end, mint),
            )
        except Fault as fault:
            if fault.code != "model_invalid_output" or source == "human_review":
                raise
            return StepResult({"edit_source": source}, say("nothing_changed"))
    changed = tuple(changed_node_ids(framework, edited))
    words = say("place_changed") if len(changed) == 1 else say("places_changed", count=len(changed))
    return StepResult({"edit_source": source}, words, edited, plan.summary, changed)


def _plan_of(
    steps: Mapping[tuple[Kind, int, int], Mapping[str, Any]], round_: int
) -> tuple[str, Mapping[str, Any]]:
    human = steps.get((Kind.FEEDBACK_PLAN, round_, 0))
    if human is not None:
        return "human_review", human["plan"]
    return "validation_failed", steps[(Kind.VALIDATION_PLAN, round_, 0)]["plan"]


STEPS: Mapping[Kind, Step] = {
    Kind.INTENT: analyse_intent,
    Kind.OUTLINE: draw_outline,
    Kind.MODULE: fill_module,
    Kind.ASSEMBLY: assemble,
    Kind.VALIDATION: validate,
    Kind.VALIDATION_PLAN: plan_corrections,
    Kind.FEEDBACK_PLAN: plan_feedback,
    Kind.EDIT: edit,
}
