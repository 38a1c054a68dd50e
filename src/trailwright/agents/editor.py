"""Editor: plans an edit, then carries it out; what the plan does not name stays byte for byte. Pure."""

from collections.abc import Sequence

from trailwright.agents.base import Rejected, numbered, prompt_file
from trailwright.agents.contexts import Learner
from trailwright.agents.edits import Mint, applied
from trailwright.agents.growth import MAX_NEW
from trailwright.agents.learner import data, language_of, learner_block, tagged
from trailwright.agents.plans import Change, EditPlan, usable
from trailwright.agents.reading import read_answer
from trailwright.agents.schemas import EditAnswer, EditPlanAnswer, Items, Narrow, OneOf, answer_schema
from trailwright.agents.sizes import tokens
from trailwright.agents.tree import drawn, numbers, said
from trailwright.domain.findings import Finding
from trailwright.domain.framework import Framework
from trailwright.domain.prompt import Prompt

__all__ = ["Change", "EditPlan", "build_edit", "build_plan", "parse_edit", "parse_plan", "without_model"]

_PLAN_WORDS = 320
_EDIT_WORDS = 110
_MAX_EDITS = 12


def build_plan(
    learner: Learner, framework: Framework, findings: Sequence[Finding], feedback: str | None
) -> Prompt:
    """Asks for the smallest set of changes that mends the findings, or does what the learner asked."""
    file = prompt_file("edit_plan")
    aim = "does what the learner asks for under request" if feedback else "mends the findings"
    anywhere = ("", *numbers(framework).values())
    return Prompt(
        agent="editor",
        messages=file.messages(
            language_of(learner),
            learner=learner_block(learner),
            roadmap=drawn(framework),
            findings=tagged("findings", said(findings)),
            request=tagged("request", feedback or ""),
            aim=aim,
        ),
        max_output_tokens=tokens(_PLAN_WORDS, learner.language),
        digest=file.digest,
        schema=answer_schema(EditPlanAnswer, {"changes.node": OneOf(anywhere)}),
        schema_name=EditPlanAnswer.schema_name,
        temperature=0.2,
    )


def parse_plan(framework: Framework, text: str, finish: str, *, needed: bool = True) -> EditPlan:
    """The plan with node ids.

    Raises `Rejected`: unreadable; or, where a change is `needed` (a learner asked for it), none that names a
    node there is.
    """
    answer = read_answer(EditPlanAnswer, answer_schema(EditPlanAnswer), text, finish)
    changes = usable(framework, answer.changes)
    if needed and not changes:
        message = "no change names a node of the roadmap; use the number in front of its line"
        raise Rejected.because(message, check="plan", where="changes")
    return EditPlan(summary=answer.summary, changes=changes)


def without_model(framework: Framework, plan: EditPlan) -> Framework | None:
    """The edited framework when the plan only removes (or is empty), else None: a model is needed."""
    if plan.of("add", "update", "move"):
        return None
    return applied(framework, plan, (), str)


def build_edit(learner: Learner, framework: Framework, plan: EditPlan) -> Prompt:
    """Asks for the operations that carry out the plan."""
    file = prompt_file("edit")
    most = min(len(plan.changes) + (MAX_NEW - 1 if plan.of("add") else 0), _MAX_EDITS)
    return Prompt(
        agent="editor",
        messages=file.messages(
            language_of(learner),
            learner=learner_block(learner),
            roadmap=drawn(framework),
            plan=data(numbered(plan.lines(framework))),
        ),
        max_output_tokens=tokens(_EDIT_WORDS * most + 60, learner.language),
        digest=file.digest,
        schema=answer_schema(EditAnswer, {"edits": Items(1, most), **_reach(framework, plan)}),
        schema_name=EditAnswer.schema_name,
        temperature=0.3,
    )


def parse_edit(framework: Framework, plan: EditPlan, text: str, finish: str, mint: Mint) -> Framework:
    """The edited framework. Nodes that the plan does not name stay byte for byte, ids stay.

    Only a prerequisite that no longer stands earlier (its concept was removed or moved) is taken out
    elsewhere. Removing is done by the program, as planned. Totals are made new at the old pace.
    Raises `Rejected`: unreadable, or nothing of the plan was carried out.
    """
    answer = read_answer(EditAnswer, answer_schema(EditAnswer), text, finish)
    edited = applied(framework, plan, answer.edits, mint)
    if not edited.stages:
        message = "the edit would leave nothing of the roadmap"
        raise Rejected.because(message, check="edit", where="edits")
    if edited.model_dump() == framework.model_dump():
        message = "none of these edits carries out a change of the plan"
        raise Rejected.because(message, check="edit", where="edits")
    return edited


def _reach(framework: Framework, plan: EditPlan) -> dict[str, Narrow]:
    """What an edit may name: planned nodes, new ones, and places only where something is put."""
    number = numbers(framework)
    added = [f"new{n}" for n in range(1, MAX_NEW + 1)] if plan.of("add") else []
    root = [""] if "" in plan.touched else []
    places = [*number.values(), *added] if plan.of("add", "move") else []
    return {
        "edits.op": OneOf(tuple(dict.fromkeys(c.action for c in plan.changes))),
        "edits.node": OneOf((*root, *(number[i] for i in number if i in plan.touched), *added)),
        "edits.parent": OneOf(("", *places)),
        "edits.after": OneOf(("", *places)),
    }
