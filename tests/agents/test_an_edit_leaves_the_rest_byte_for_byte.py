import random
from typing import Any

import pytest

from tests.agents.people import a_framework, a_learner, a_plan, mint, random_answer, says
from trailwright.agents import editor
from trailwright.agents.base import Rejected
from trailwright.agents.plans import EditPlan
from trailwright.domain.framework import Framework
from trailwright.domain.framework_order import find_cycles, misplaced

KEEP: dict[str, Any] = {
    "parent": "",
    "after": "",
    "name": "",
    "description": "",
    "objectives": [],
    "difficulty": "keep",
    "hours": 0,
    "keywords": [],
    "prerequisites": [],
}


def an_edit(op: str, node: str, **changes: Any) -> dict[str, Any]:
    return {"op": op, "node": node, **KEEP, **changes}


def edited(plan: EditPlan, *edits: dict[str, Any], framework: Framework | None = None) -> Framework:
    return editor.parse_edit(framework or a_framework(), plan, says({"edits": edits}), "stop", mint())


def own_bytes(framework: Framework) -> dict[str, str]:
    """Node id → what the node itself says, as JSON: neither what it holds nor `order`, which is derived."""
    found = {c.concept_id: c.model_dump_json() for c in framework.concepts()}
    for stage in framework.stages:
        found[stage.stage_id] = stage.model_dump_json(exclude={"modules", "order"})
        found.update((m.module_id, m.model_dump_json(exclude={"concepts"})) for m in stage.modules)
    return found


def changed(after: Framework, before: Framework | None = None) -> set[str]:
    """Ids of nodes that are new, gone or not byte for byte what they were."""
    old, new = own_bytes(before or a_framework()), own_bytes(after)
    return {node for node in old.keys() | new.keys() if old.get(node) != new.get(node)}


def order(framework: Framework) -> list[str]:
    return [c.concept_id for c in framework.concepts()]


def holds(framework: Framework) -> None:
    ids = set(order(framework))
    assert all(set(c.prerequisites) <= ids for c in framework.concepts())
    assert find_cycles(framework) == []
    assert misplaced(framework) == []
    assert all(s.modules and all(m.concepts for m in s.modules) for s in framework.stages)


def test_an_update_changes_its_node_and_no_other_byte() -> None:
    after = edited(a_plan(("update", "c-steam")), an_edit("update", "2.1.2", name="Steam and crust", hours=2))
    assert changed(after) == {"c-steam"}
    assert after.stages[0].model_dump_json() == a_framework().stages[0].model_dump_json()
    concept = list(after.concepts())[-1]
    assert (concept.name, concept.estimated_hours, concept.difficulty) == ("Steam and crust", 2, "medium")
    assert concept.objectives == ["Explain Steam"]
    assert after.total_estimated_hours == 8


def test_operations_on_nodes_outside_the_plan_are_ignored() -> None:
    after = edited(
        a_plan(("update", "c-steam")),
        an_edit("update", "2.1.2", name="Steam and crust"),
        an_edit("update", "1.1.1", name="Vandalised"),
        an_edit("remove", "1.2.1"),
        an_edit("move", "1", after="2"),
        an_edit("add", "new1", parent="1.1", name="Uninvited"),
    )
    assert changed(after) == {"c-steam"}


def test_the_framework_that_was_given_is_not_changed() -> None:
    given = a_framework()
    edited(a_plan(("update", "c-steam")), an_edit("update", "2.1.2", name="New"), framework=given)
    assert given == a_framework()


def test_stages_and_modules_are_updated_without_what_they_hold() -> None:
    after = edited(
        a_plan(("update", "s-1"), ("update", "m-oven")),
        an_edit("update", "1", name="The dough"),
        an_edit("update", "2.1", description="Hot."),
    )
    assert changed(after) == {"s-1", "m-oven"}


def test_the_root_gives_the_roadmap_a_new_title() -> None:
    after = edited(a_plan(("update", "")), an_edit("update", "", name="Bread for friends"))
    assert after.title == "Bread for friends"
    assert changed(after) == set()


def test_a_removed_concept_is_taken_out_of_what_needed_it() -> None:
    after = edited(a_plan(("remove", "c-knead")), an_edit("remove", "1.2.1"))
    assert changed(after) == {"c-knead", "c-proof"}
    assert next(c for c in after.concepts() if c.concept_id == "c-proof").prerequisites == []
    holds(after)


def test_what_is_left_empty_goes() -> None:
    after = edited(a_plan(("remove", "m-oven")), an_edit("remove", "2.1"))
    assert changed(after) == {"s-2", "m-oven", "c-score", "c-steam"}
    assert [s.stage_id for s in after.stages] == ["s-1"]


def test_removing_needs_no_word_of_the_model() -> None:
    plan = a_plan(("remove", "c-steam"))
    alone = editor.without_model(a_framework(), plan)
    assert alone is not None
    assert changed(alone) == {"c-steam"}
    assert editor.without_model(a_framework(), a_plan(("update", "c-steam"))) is None
    assert editor.without_model(a_framework(), a_plan()) == a_framework()


def test_a_new_concept_gets_a_fresh_id_and_stands_where_it_is_put() -> None:
    after = edited(
        a_plan(("add", "m-dough")),
        an_edit("add", "new1", parent="1.2", after="1.2.1", name="Folding", hours=1, objectives=["Fold"]),
    )
    assert changed(after) == {"c-1"}
    assert order(after) == ["c-feed", "c-knead", "c-1", "c-proof", "c-score", "c-steam"]
    new = next(c for c in after.concepts() if c.concept_id == "c-1")
    assert new.prerequisites == ["c-knead"]
    holds(after)


@pytest.mark.parametrize(
    ("after", "place"), [("1.2", 1), ("1.2.1", 2), ("1.2.2", 3), ("", 3), ("2.1.1", 3), ("nonsense", 3)]
)
def test_a_place_is_after_a_sibling_first_or_last(after: str, place: int) -> None:
    made = edited(
        a_plan(("add", "m-dough")), an_edit("add", "new1", parent="1.2", after=after, name="Folding")
    )
    assert order(made).index("c-1") == place


@pytest.mark.parametrize("target", ["m-dough", "c-knead"])
@pytest.mark.parametrize("parent", ["", "1.2", "1.2.1", "2.1", "new9"])
def test_a_new_concept_goes_where_the_plan_says_whatever_the_edit_says(target: str, parent: str) -> None:
    made = edited(a_plan(("add", target)), an_edit("add", "new1", parent=parent, name="Folding"))
    home = next(m for s in made.stages for m in s.modules if m.module_id == "m-dough")
    assert "c-1" in [c.concept_id for c in home.concepts]


def test_a_new_module_brings_its_concepts() -> None:
    after = edited(
        a_plan(("add", "s-1")),
        an_edit("add", "new1", parent="1", after="1.1", name="Flours"),
        an_edit("add", "new2", parent="new1", name="Wheat"),
        an_edit("add", "new3", parent="new1", name="Rye", prerequisites=["Wheat"]),
    )
    assert [m.name for m in after.stages[0].modules] == ["Starter", "Flours", "Handling dough"]
    assert [c.name for c in after.stages[0].modules[1].concepts] == ["Wheat", "Rye"]
    assert len(changed(after)) == 3
    holds(after)


def test_a_new_stage_is_never_empty() -> None:
    after = edited(a_plan(("add", "")), an_edit("add", "new1", name="Selling bread"))
    assert [c.name for m in after.stages[2].modules for c in m.concepts] == ["Selling bread"]
    assert after.stages[2].order == 3
    holds(after)


def test_new_nodes_that_stand_under_each_other_in_a_circle_are_still_added() -> None:
    after = edited(
        a_plan(("add", "m-dough")),
        an_edit("add", "new1", parent="new2", name="Folding"),
        an_edit("add", "new2", parent="new1", name="Shaping"),
    )
    assert {"Folding", "Shaping"} <= {c.name for c in after.concepts()}


def test_a_move_keeps_ids_and_drops_only_what_no_longer_stands_earlier() -> None:
    after = edited(a_plan(("move", "c-knead")), an_edit("move", "1.2.1", parent="2.1", after="2.1.2"))
    assert order(after) == ["c-feed", "c-proof", "c-score", "c-steam", "c-knead"]
    assert changed(after) == {"c-proof"}
    holds(after)


def test_modules_and_stages_move_as_a_whole() -> None:
    module = edited(a_plan(("move", "m-start")), an_edit("move", "1.1", parent="2", after="2"))
    assert [m.module_id for m in module.stages[1].modules] == ["m-start", "m-oven"]
    stage = edited(a_plan(("move", "s-1")), an_edit("move", "1", after="2"))
    assert [s.stage_id for s in stage.stages] == ["s-2", "s-1"]
    assert [s.order for s in stage.stages] == [1, 2]
    holds(stage)


def test_prerequisites_are_set_by_name_or_number_and_cleared_by_none() -> None:
    plan = a_plan(("update", "c-steam"))
    named = edited(plan, an_edit("update", "2.1.2", prerequisites=["Proofing", "1.1.1", "Atlantis"]))
    assert next(c for c in named.concepts() if c.concept_id == "c-steam").prerequisites == [
        "c-proof",
        "c-feed",
    ]
    cleared = edited(plan, an_edit("update", "2.1.2", prerequisites=["none"]))
    assert next(c for c in cleared.concepts() if c.concept_id == "c-steam").prerequisites == []


def test_a_prerequisite_that_stands_later_is_not_taken() -> None:
    after = edited(
        a_plan(("update", "c-feed")), an_edit("update", "1.1.1", name="Feed it", prerequisites=["Steam"])
    )
    assert next(iter(after.concepts())).prerequisites == []
    holds(after)


@pytest.mark.parametrize(
    "edits", [[an_edit("update", "1.1.1", name="Elsewhere")], [an_edit("update", "2.1.2")]]
)
def test_an_edit_that_does_nothing_of_the_plan_is_rejected(edits: list[dict[str, Any]]) -> None:
    with pytest.raises(Rejected):
        edited(a_plan(("update", "c-steam")), *edits)


def test_ids_stay_through_many_edits() -> None:
    tree = a_framework()
    for n in range(5):
        plan = a_plan(("update", "c-proof"), ("update", "m-oven"))
        tree = edited(
            plan,
            an_edit("update", "1.2.2", name=f"Proofing {n}"),
            an_edit("update", "2.1", name=f"Oven {n}"),
            framework=tree,
        )
    assert tree.node_ids() == a_framework().node_ids()


@pytest.mark.parametrize("seed", range(40))
def test_any_plan_and_edit_that_obey_the_schemas_touch_only_what_they_name(seed: int) -> None:
    rng = random.Random(seed)
    before, learner = a_framework(), a_learner()
    asked = editor.build_plan(learner, before, [], "change something")
    try:
        plan = editor.parse_plan(before, says(random_answer(asked.schema or {}, rng)), "stop")
        sent = editor.build_edit(learner, before, plan)
        after = editor.parse_edit(before, plan, says(random_answer(sent.schema or {}, rng)), "stop", mint())
    except Rejected:
        return
    holds(after)
    gone = before.node_ids() - after.node_ids()
    moved = {c.node_id for c in plan.of("move")}
    new = after.node_ids() - before.node_ids()
    for node in changed(after, before) - plan.touched - gone - new:
        was = next(c for c in before.concepts() if c.concept_id == node)
        now = next(c for c in after.concepts() if c.concept_id == node)
        assert was.model_copy(update={"prerequisites": now.prerequisites}) == now
        assert gone or moved
