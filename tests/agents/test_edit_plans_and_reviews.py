from typing import Any

import pytest

from tests.agents.people import a_framework, a_learner, an_intent, says, text_of
from trailwright.agents import editor, validator
from trailwright.agents.base import Rejected
from trailwright.domain.findings import Finding


def planned(*changes: tuple[str, str], **options: Any) -> list[tuple[str, str]]:
    answer = {
        "summary": "Change it.",
        "changes": [{"action": a, "node": n, "instruction": "Do it."} for a, n in changes],
    }
    plan = editor.parse_plan(a_framework(), says(answer), "stop", **options)
    return [(change.action, change.node_id) for change in plan.changes]


@pytest.mark.parametrize("node", ["1.2.1", "1.2.1 Kneading", " 1.2.1. ", "c-knead", "kneading", "Kneading"])
def test_a_node_is_found_by_number_id_or_name(node: str) -> None:
    assert planned(("update", node)) == [("update", "c-knead")]


def test_changes_that_name_nothing_are_dropped() -> None:
    assert planned(("update", "9.9"), ("remove", ""), ("move", "Oven and more"), ("update", "1")) == [
        ("update", "s-1")
    ]


def test_the_root_is_added_to_or_retitled_only() -> None:
    assert planned(("add", ""), ("update", ""), ("move", "")) == [("add", ""), ("update", "")]


def test_a_plan_never_removes_everything() -> None:
    assert planned(("remove", "1"), ("remove", "2"), ("remove", "2.1.1")) == [
        ("remove", "s-1"),
        ("remove", "c-score"),
    ]


def test_what_is_removed_has_no_other_change() -> None:
    assert planned(("update", "2.1.2"), ("remove", "2.1.2")) == [("remove", "c-steam")]


def test_a_plan_without_a_usable_change_is_rejected_when_a_change_is_needed() -> None:
    with pytest.raises(Rejected):
        planned(("update", "9.9"))
    assert planned(("update", "9.9"), needed=False) == []


def test_a_plan_can_be_kept_as_json_and_read_back() -> None:
    answer = {"summary": "s", "changes": [{"action": "update", "node": "1", "instruction": "i"}]}
    plan = editor.parse_plan(a_framework(), says(answer), "stop")
    assert editor.EditPlan.model_validate_json(plan.model_dump_json()) == plan


def test_the_plan_prompt_shows_numbered_nodes_findings_and_request() -> None:
    finding = Finding(check="R6", level="gate", where="Steam", message="says the same as Scoring")
    text = text_of(editor.build_plan(a_learner(), a_framework(), [finding], "Less oven, please"))
    assert "1.2.2 Proofing (1.5 h, medium, needs 1.2.1)" in text
    assert "- Steam: says the same as Scoring" in text
    assert "<request>\nLess oven, please\n</request>" in text
    assert "<request>" not in text_of(editor.build_plan(a_learner(), a_framework(), [finding], None))


def reviewed(*problems: Any) -> list[tuple[str, str]]:
    found = validator.parse(a_framework(), says({"problems": problems}), "stop")
    assert all(f.check == "V" for f in found)
    return [(f.level, f.where) for f in found]


def a_problem(node: str, severity: str) -> dict[str, str]:
    return {"problem": "Too large.", "node": node, "suggestion": "Split it.", "severity": severity}


def test_severe_problems_are_gates_others_are_scores() -> None:
    found = reviewed(a_problem("1.2.1", "major"), a_problem("", "minor"), a_problem("7.7", "minor"))
    assert found == [("gate", "1.2.1 Kneading"), ("score", "roadmap"), ("score", "roadmap")]


def test_an_empty_list_of_problems_is_a_pass() -> None:
    assert reviewed() == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Looks good to me!",
        "{}",
        '{"valid": true}',
        '{"problems": null}',
        '{"problems": [{"node": "1"}]}',
        '{"problems": [{"problem": ""}, {"problem": " "}]}',
        '{"problems": [{"problem": "It is',
        "I'm sorry, I can't review this.",
        "[[]]",
    ],
)
def test_a_review_that_cannot_be_read_is_never_a_pass(text: str) -> None:
    with pytest.raises(Rejected):
        validator.parse(a_framework(), text, "stop")


def test_the_reviewer_sees_aim_skills_tree_and_what_the_rules_found() -> None:
    finding = Finding(check="R8", level="gate", where="baking", message="no concept covers it")
    text = text_of(validator.build(a_learner(), an_intent(), a_framework(), [finding]))
    for part in ("Baking sourdough bread at home", "dough handling", "2.1.2 Steam", "no concept covers it"):
        assert part in text
