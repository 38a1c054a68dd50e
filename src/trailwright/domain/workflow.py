"""What follows a finished step: a pure function over the finished step. The docs render `RULES`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from trailwright.domain.prompt import AgentName


class Kind(StrEnum):
    """What an item makes."""

    INTENT = "intent_analysis"
    OUTLINE = "curriculum_outline"
    MODULE = "curriculum_module"
    ASSEMBLY = "curriculum_assembly"
    VALIDATION = "structure_validation"
    VALIDATION_PLAN = "validation_edit_plan_analysis"
    FEEDBACK_PLAN = "edit_plan_analysis"
    EDIT = "roadmap_edit"
    TUTORIAL = "tutorial"
    RESOURCES = "resources"
    QUIZ = "quiz"
    COVER = "cover"


class Step(StrEnum):
    """`task.current_step`, contract section 1."""

    QUEUED = "queued"
    INTENT_ANALYSIS = "intent_analysis"
    CURRICULUM_DESIGN = "curriculum_design"
    STRUCTURE_VALIDATION = "structure_validation"
    VALIDATION_EDIT_PLAN_ANALYSIS = "validation_edit_plan_analysis"
    EDIT_PLAN_ANALYSIS = "edit_plan_analysis"
    ROADMAP_EDIT = "roadmap_edit"
    HUMAN_REVIEW = "human_review"
    CONTENT_GENERATION_QUEUED = "content_generation_queued"
    CONTENT_GENERATION = "content_generation"
    FINALIZING = "finalizing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class KindFacts:
    """`step` is what a task shows while the kind runs; `agent` None: no model is needed."""

    step: Step
    log_step: str
    agent: AgentName | None


_DESIGN = Step.CURRICULUM_DESIGN
KINDS: Mapping[Kind, KindFacts] = {
    Kind.INTENT: KindFacts(Step.INTENT_ANALYSIS, "intent_analysis", "intent"),
    Kind.OUTLINE: KindFacts(_DESIGN, "curriculum_design", "architect"),
    Kind.MODULE: KindFacts(_DESIGN, "curriculum_design", "architect"),
    Kind.ASSEMBLY: KindFacts(_DESIGN, "curriculum_design", None),
    Kind.VALIDATION: KindFacts(Step.STRUCTURE_VALIDATION, "structure_validation", "validator"),
    Kind.VALIDATION_PLAN: KindFacts(
        Step.VALIDATION_EDIT_PLAN_ANALYSIS, "validation_edit_plan_analysis", "editor"
    ),
    Kind.FEEDBACK_PLAN: KindFacts(Step.EDIT_PLAN_ANALYSIS, "edit_plan_analysis", "editor"),
    Kind.EDIT: KindFacts(Step.ROADMAP_EDIT, "roadmap_edit", "editor"),
    Kind.TUTORIAL: KindFacts(Step.CONTENT_GENERATION, "tutorial_generation", "tutorial"),
    Kind.RESOURCES: KindFacts(Step.CONTENT_GENERATION, "resource_recommendation", "resources"),
    Kind.QUIZ: KindFacts(Step.CONTENT_GENERATION, "quiz_generation", "quiz"),
    Kind.COVER: KindFacts(Step.FINALIZING, "cover", None),
}
CONTENT_KINDS = (Kind.TUTORIAL, Kind.RESOURCES, Kind.QUIZ)
FRAMEWORK_KINDS = tuple(kind for kind in Kind if kind not in {*CONTENT_KINDS, Kind.COVER})
DESIGN_KINDS = (Kind.OUTLINE, Kind.MODULE, Kind.ASSEMBLY)
MAX_AUTO_ROUNDS = 3


@dataclass(frozen=True)
class Finished:
    """A framework step that has just ended, as far as the way on depends on it.

    `auto_rounds`: automatic edit rounds since the last human decision. `open_modules`: sibling modules
    still unsettled. `complete`: the outline already holds the concepts (mini).
    """

    kind: Kind
    round: int
    valid: bool = True
    auto_rounds: int = 0
    questions: bool = False
    modules: int = 0
    open_modules: int = 0
    complete: bool = False


class Wait(StrEnum):
    """A person's decision is waited for."""

    ANSWERS = "clarification"
    REVIEW = "human_review"
    SIBLINGS = "other modules"


@dataclass(frozen=True)
class Follow:
    """New items of one kind and round, `parts` of them; or what is waited for."""

    then: Kind | Wait
    round: int
    parts: int = 1


@dataclass(frozen=True)
class Rule:
    """After a step, when `holds`, comes `then`. `when` says the condition for the docs."""

    after: Kind
    when: str
    holds: Callable[[Finished], bool]
    then: Kind | Wait


def _always(finished: Finished) -> bool:
    del finished
    return True


def _good_enough(finished: Finished) -> bool:
    return finished.valid or finished.auto_rounds >= MAX_AUTO_ROUNDS


RULES: tuple[Rule, ...] = (
    Rule(Kind.INTENT, "the goal is ambiguous", lambda f: f.questions, Wait.ANSWERS),
    Rule(Kind.INTENT, "the goal is clear", _always, Kind.OUTLINE),
    Rule(Kind.OUTLINE, "mini: the concepts are there", lambda f: f.complete, Kind.ASSEMBLY),
    Rule(Kind.OUTLINE, "one row per module, side by side", _always, Kind.MODULE),
    Rule(Kind.MODULE, "other modules are still open", lambda f: f.open_modules > 0, Wait.SIBLINGS),
    Rule(Kind.MODULE, "it was the last module", _always, Kind.ASSEMBLY),
    Rule(Kind.ASSEMBLY, "always", _always, Kind.VALIDATION),
    Rule(Kind.VALIDATION, "valid, or 3 automatic rounds are spent", _good_enough, Wait.REVIEW),
    Rule(Kind.VALIDATION, "findings are open", _always, Kind.VALIDATION_PLAN),
    Rule(Kind.VALIDATION_PLAN, "always", _always, Kind.EDIT),
    Rule(Kind.FEEDBACK_PLAN, "always", _always, Kind.EDIT),
    Rule(Kind.EDIT, "always", _always, Kind.VALIDATION),
)
"""The table of steps, in order of precedence; rendered in docs/architecture.md."""


def follow(finished: Finished) -> Follow:
    """What comes next: the first rule of `RULES` that holds."""
    for rule in RULES:
        if rule.after is finished.kind and rule.holds(finished):
            parts = finished.modules if rule.then is Kind.MODULE else 1
            return Follow(rule.then, finished.round + (finished.kind is Kind.EDIT), parts)
    message = f"{finished.kind} is no framework step"
    raise ValueError(message)
