import random
from datetime import date
from typing import Any

import pytest

from tests.agents.people import a_learner, an_intent, mint, random_answer, says
from trailwright.agents import architect
from trailwright.agents.base import Rejected
from trailwright.agents.drafts import ModuleDraft, Outline, OutlineModule, OutlineStage
from trailwright.agents.schemas import ConceptAnswer
from trailwright.agents.sizes import EXTENTS
from trailwright.domain.framework import Concept, Framework
from trailwright.domain.framework_order import find_cycles, longest_chain, misplaced


def a_draft(name: str, *needs: str, hours: float = 1) -> ConceptAnswer:
    return ConceptAnswer(
        name=name,
        description=f"About {name}.",
        objectives=[f"Explain {name}"],
        difficulty="easy",
        hours=hours,
        keywords=[],
        prerequisites=list(needs),
    )


def assembled(*stages: list[list[ConceptAnswer]], **wishes: Any) -> Framework:
    """A framework of stages given as modules given as drafts; modules are called M1, M2 …"""
    outline = Outline(title="Bread")
    drafts: list[ModuleDraft] = []
    for stage in stages:
        outline.stages.append(OutlineStage(name=f"S{len(outline.stages) + 1}"))
        for concepts in stage:
            outline.stages[-1].modules.append(OutlineModule(name=f"M{len(drafts) + 1}"))
            drafts.append(ModuleDraft(concepts=concepts))
    return architect.assemble(
        a_learner(**wishes), an_intent(), outline, drafts, roadmap_id="bread-1", mint=mint()
    )


def named(framework: Framework, name: str) -> Concept:
    return next(c for c in framework.concepts() if c.name == name)


def needs(framework: Framework, name: str) -> list[str]:
    names = {c.concept_id: c.name for c in framework.concepts()}
    return [names[i] for i in named(framework, name).prerequisites]


def holds(framework: Framework) -> None:
    """R1 to R3, nothing empty, totals right."""
    ids = [c.concept_id for c in framework.concepts()]
    all_ids = framework.node_ids()
    nodes = len(ids) + len(framework.stages) + sum(len(s.modules) for s in framework.stages)
    assert len(all_ids) == nodes
    assert all(set(c.prerequisites) <= set(ids) for c in framework.concepts())
    assert find_cycles(framework) == []
    assert misplaced(framework) == []
    assert all(s.modules and all(m.concepts for m in s.modules) for s in framework.stages)
    assert [s.order for s in framework.stages] == list(range(1, len(framework.stages) + 1))
    assert all(0.25 <= c.estimated_hours <= 8 for c in framework.concepts())
    assert framework.total_estimated_hours == round(sum(c.estimated_hours for c in framework.concepts()), 2)


def test_prerequisites_go_from_names_to_ids_exactly_or_nearly() -> None:
    made = assembled(
        [[a_draft("Feeding a starter"), a_draft("Kneading by hand", "feeding A STARTER")]],
        [[a_draft("Proofing"), a_draft("Scoring", "Kneading by hands")]],
    )
    holds(made)
    assert needs(made, "Kneading by hand") == ["Feeding a starter"]
    assert "Kneading by hand" in needs(made, "Scoring")


def test_a_modules_name_means_its_last_concept() -> None:
    made = assembled([[a_draft("One"), a_draft("Two")], [a_draft("Three", "M1")]])
    assert needs(made, "Three") == ["Two"]


def test_unknown_names_are_dropped_and_the_lonely_are_tied_in() -> None:
    made = assembled([[a_draft("One", "Atlantis"), a_draft("Two", "Nowhere")]], [[a_draft("Three")]])
    holds(made)
    assert needs(made, "One") == []
    assert needs(made, "Two") == ["One"]
    assert needs(made, "Three") == ["Two"]


def test_modules_of_one_stage_stay_side_by_side() -> None:
    made = assembled([[a_draft("One")]], [[a_draft("Two")], [a_draft("Three")]], [[a_draft("Four")]])
    assert needs(made, "Two") == needs(made, "Three") == ["One"]
    assert longest_chain(made) >= len(made.stages)


def test_cycles_and_wrong_order_are_repaired() -> None:
    made = assembled(
        [[a_draft("One", "Three"), a_draft("Two", "One"), a_draft("Three", "Two")]],
        [[a_draft("Late", "Last"), a_draft("Last")]],
    )
    holds(made)
    order = [c.name for c in made.concepts()]
    assert order.index("Last") < order.index("Late")


def test_a_concept_said_twice_is_merged() -> None:
    made = assembled(
        [
            [a_draft("Kneading the dough"), a_draft("Proofing"), a_draft("Resting")],
            [a_draft("Kneading The Dough!"), a_draft("Shaping", "Kneading the dough"), a_draft("Scoring")],
        ],
        [[a_draft("Baking"), a_draft("Cooling")]],
    )
    holds(made)
    assert [c.name for c in made.concepts()].count("Kneading the dough") == 1
    assert len(list(made.concepts())) == 7


def test_hours_are_fitted_to_the_deadline() -> None:
    long = [[[a_draft(f"Skill number {s}{c}", hours=8) for c in range(4)]] for s in range(3)]
    made = assembled(*long, available_hours_per_week=5, target_deadline=date(2026, 12, 5))
    holds(made)
    assert made.total_estimated_hours <= 1.1 * 10
    assert made.recommended_completion_weeks <= 2
    assert all(left.reason for left in made.left_out)


def test_without_a_deadline_the_weeks_follow_from_the_hours() -> None:
    made = assembled([[a_draft("One", hours=8), a_draft("Two", hours=4)]], available_hours_per_week=4)
    assert made.recommended_completion_weeks == 3


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("size", ["mini", "short", "full"])
def test_any_answers_that_obey_the_schemas_make_a_framework_that_holds(size: Any, seed: int) -> None:
    rng = random.Random(seed)
    learner = a_learner(size=size, available_hours_per_week=rng.choice([1, 5, 40]))
    aim = an_intent()

    def answer(prompt: Any) -> str:
        return says(random_answer(prompt.schema, rng))

    try:
        outline = architect.parse_outline(learner, aim, answer(architect.build_outline(learner, aim)), "stop")
    except Rejected:  # a name of white space only
        return
    drafts = [
        architect.parse_module(outline, i, answer(architect.build_module(learner, aim, outline, i)), "stop")
        for i in range(0 if outline.complete else len(outline.modules()))
    ]
    made = architect.assemble(learner, aim, outline, drafts, roadmap_id="r-1", mint=mint())
    holds(made)
    assert len(list(made.concepts())) <= EXTENTS[learner.size].total.high
