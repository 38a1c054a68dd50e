"""What changed between two versions, as few changes as explain it."""

from collections.abc import Callable

from tests.quality.samples import a_concept, a_framework
from trailwright.domain.framework import Framework
from trailwright.domain.framework_diff import changed_node_ids, diff, summary

BEFORE = a_framework([[["a", "b", "c"], ["d"]], [["e"]]], {"b": ["a"]})


def after(change: Callable[[Framework], None]) -> Framework:
    copy = BEFORE.model_copy(deep=True)
    change(copy)
    return copy


def ops(framework: Framework) -> list[tuple[str, str]]:
    return [(c.op, c.node_id) for c in diff(BEFORE, framework)]


def test_no_change_is_no_change() -> None:
    assert diff(BEFORE, BEFORE) == []
    assert changed_node_ids(BEFORE, BEFORE) == []
    assert summary([]) == "no change"


def test_a_renamed_concept_is_one_update_with_both_values() -> None:
    def rename(f: Framework) -> None:
        f.stages[0].modules[0].concepts[1].name = "Renamed"

    (change,) = diff(BEFORE, after(rename))
    assert change.as_json() == {
        "op": "update",
        "node_id": "b",
        "path": "stages/s1/modules/m1/concepts/b/name",
        "before": "Concept b",
        "after": "Renamed",
    }


def test_an_added_concept_comes_without_a_before() -> None:
    def add(f: Framework) -> None:
        f.stages[1].modules[0].concepts.append(a_concept("new", "e", name="New"))

    (change,) = diff(BEFORE, after(add))
    sent = change.as_json()
    assert (sent["op"], sent["path"]) == ("add", "stages/s2/modules/m3/concepts/new")
    assert sent["after"]["prerequisites"] == ["e"]
    assert "before" not in sent


def test_a_removed_module_names_what_was_in_it() -> None:
    def remove(f: Framework) -> None:
        del f.stages[0].modules[1]

    framework = after(remove)
    assert ops(framework) == [("remove", "m2"), ("remove", "d")]
    removed = diff(BEFORE, framework)[0].as_json()
    assert removed["before"] == {"module_id": "m2", "name": "Module 2", "description": ""}
    assert "after" not in removed
    assert changed_node_ids(BEFORE, framework) == ["m2", "d"]


def test_a_concept_in_another_module_has_moved() -> None:
    def move(f: Framework) -> None:
        f.stages[1].modules[0].concepts.insert(0, f.stages[0].modules[0].concepts.pop(2))

    (change,) = diff(BEFORE, after(move))
    assert change.as_json() == {
        "op": "move",
        "node_id": "c",
        "path": "stages/s2/modules/m3/concepts/c",
        "before": {"parent": "m1", "index": 2},
        "after": {"parent": "m3", "index": 0},
    }


def test_of_reordered_siblings_the_fewest_have_moved() -> None:
    def rotate(f: Framework) -> None:
        concepts = f.stages[0].modules[0].concepts
        concepts.insert(0, concepts.pop())

    assert ops(after(rotate)) == [("move", "c")]


def test_removing_the_first_does_not_move_the_others() -> None:
    def remove(f: Framework) -> None:
        del f.stages[0].modules[0].concepts[0]
        f.stages[0].modules[0].concepts[0].prerequisites = []

    assert ops(after(remove)) == [("remove", "a"), ("update", "b")]


def test_stages_that_swap_are_one_move() -> None:
    def swap(f: Framework) -> None:
        f.stages.reverse()
        f.stages[0].order, f.stages[1].order = 1, 2

    assert len(ops(after(swap))) == 1


def test_the_roadmaps_own_fields_are_told_apart_from_nodes() -> None:
    def retitle(f: Framework) -> None:
        f.title = "Another"
        f.total_estimated_hours = 77

    framework = after(retitle)
    assert [(c.op, c.node_id, c.path) for c in diff(BEFORE, framework)] == [("update", "r", "title")]
    assert changed_node_ids(BEFORE, framework) == []


def test_the_summary_counts_nodes_not_fields() -> None:
    def much(f: Framework) -> None:
        first = f.stages[0].modules[0].concepts[0]
        first.name, first.description = "X", "Y"
        f.stages[0].name = "Z"
        f.stages[0].modules[0].concepts += [a_concept("n1"), a_concept("n2")]
        del f.stages[1]
        f.title = "T"

    assert summary(diff(BEFORE, after(much))) == (
        "1 stage removed, 1 module removed, 1 concept removed, 2 concepts added, "
        "1 stage changed, 1 concept changed, 1 roadmap field changed"
    )


def test_the_diff_the_other_way_round_undoes_it() -> None:
    def much(f: Framework) -> None:
        f.stages[0].modules[0].concepts.append(a_concept("n1"))
        f.stages[0].name = "Z"

    framework = after(much)
    back = {(c.op, c.node_id) for c in diff(framework, BEFORE)}
    assert back == {("remove", "n1"), ("update", "s1")}
