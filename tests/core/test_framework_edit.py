"""A person's edit: new nodes get ids, the rest keeps them, and only broken structure is refused."""

import itertools
import math
from collections.abc import Callable

import pytest

from tests.quality.samples import a_concept, a_framework, ids, needs
from trailwright.domain.framework import Framework
from trailwright.domain.framework_edit import hand_edit, structure_findings

KNOWN = {"a", "b", "c", "s1", "m1", "m2", "s2", "gone-before"}
GOOD = a_framework([[["a", "b"]], [["c"]]], {"b": ["a"]})


def mint() -> Callable[[str], str]:
    numbers = itertools.count(1)
    return lambda prefix: f"{prefix}-{next(numbers)}"


def edited(change: Callable[[Framework], None]) -> Framework:
    copy = GOOD.model_copy(deep=True)
    change(copy)
    return copy


def broken(change: Callable[[Framework], None]) -> list[str]:
    return [f.check for f in structure_findings(edited(change))]


def test_an_edit_without_new_nodes_keeps_every_id() -> None:
    assert hand_edit(GOOD, KNOWN, mint()) == (GOOD, {})


def test_new_nodes_get_ids_and_prerequisites_that_name_them_follow() -> None:
    def add(f: Framework) -> None:
        new = a_framework([[["tmp1", "tmp2"]]], {"tmp2": ["tmp1", "a"]}).stages[0]
        new.stage_id, new.modules[0].module_id = "tmp-s", "tmp-m"
        f.stages.insert(1, new)
        f.stages[2].modules[0].concepts[0].prerequisites = ["tmp2"]

    saved, id_map = hand_edit(edited(add), KNOWN, mint())
    assert set(id_map) == {"tmp1", "tmp2", "tmp-s", "tmp-m"}
    assert {sent: given[0] for sent, given in id_map.items()} == {
        "tmp1": "c",
        "tmp2": "c",
        "tmp-s": "s",
        "tmp-m": "m",
    }
    assert ids(saved) == ["a", "b", id_map["tmp1"], id_map["tmp2"], "c"]
    assert needs(saved) == {"b": ["a"], id_map["tmp2"]: [id_map["tmp1"], "a"], "c": [id_map["tmp2"]]}
    assert structure_findings(saved) == []


def test_a_prerequisite_may_name_a_new_node_that_stands_later() -> None:
    def add(f: Framework) -> None:
        f.stages[0].modules[0].concepts[0].prerequisites = ["new"]
        f.stages[1].modules[0].concepts.append(a_concept("new"))

    saved, id_map = hand_edit(edited(add), KNOWN, mint())
    assert needs(saved)["a"] == [id_map["new"]]
    assert [f.check for f in structure_findings(saved)] == ["R3"]


def test_an_id_the_roadmap_once_had_is_not_new() -> None:
    def bring_back(f: Framework) -> None:
        f.stages[0].modules[0].concepts.append(a_concept("gone-before"))

    saved, id_map = hand_edit(edited(bring_back), KNOWN, mint())
    assert "gone-before" in ids(saved)
    assert id_map == {}


def test_two_new_nodes_under_one_id_are_still_two_of_one_id() -> None:
    def twice(f: Framework) -> None:
        f.stages[0].modules[0].concepts += [a_concept("new"), a_concept("new")]

    saved, _ = hand_edit(edited(twice), KNOWN, mint())
    assert [f.check for f in structure_findings(saved)] == ["R1"]


def test_nodes_without_an_id_get_one_each() -> None:
    def nameless(f: Framework) -> None:
        f.stages[0].modules[0].concepts += [a_concept("", name="X"), a_concept("", name="Y")]

    saved, id_map = hand_edit(edited(nameless), KNOWN, mint())
    assert structure_findings(saved) == []
    assert id_map == {}


def test_order_and_totals_are_made_new_and_what_was_sent_stays() -> None:
    def swap(f: Framework) -> None:
        f.stages.reverse()
        f.total_estimated_hours = 1234

    sent = edited(swap)
    before = sent.model_dump_json()
    saved, _ = hand_edit(sent, KNOWN, mint())
    assert [s.order for s in saved.stages] == [1, 2]
    assert saved.total_estimated_hours == 3
    assert sent.model_dump_json() == before


def first(f: Framework, **values: object) -> None:
    for name, value in values.items():
        setattr(f.stages[0].modules[0].concepts[0], name, value)


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda f: first(f, concept_id="b"), "R1"),
        (lambda f: first(f, concept_id="m1", prerequisites=[]), "R1"),
        (lambda f: first(f, prerequisites=["ghost"]), "R1"),
        (lambda f: first(f, prerequisites=["b"]), "R2"),
        (lambda f: first(f, prerequisites=["a"]), "R2"),
        (lambda f: first(f, prerequisites=["c"]), "R3"),
        (lambda f: f.stages.clear(), "structure"),
        (lambda f: f.stages[1].modules.clear(), "structure"),
        (lambda f: f.stages[1].modules[0].concepts.clear(), "structure"),
        (lambda f: first(f, name="  "), "structure"),
        (lambda f: setattr(f.stages[0], "name", ""), "structure"),
        (lambda f: setattr(f.stages[0].modules[0], "name", "\n"), "structure"),
        (lambda f: first(f, estimated_hours=0.24), "structure"),
        (lambda f: first(f, estimated_hours=8.01), "structure"),
        (lambda f: first(f, estimated_hours=math.nan), "structure"),
    ],
)
def test_broken_structure_is_refused(change: Callable[[Framework], None], check: str) -> None:
    assert check in broken(change)


@pytest.mark.parametrize("hours", [0.25, 8.0])
def test_the_bounds_of_hours_are_allowed(hours: float) -> None:
    assert broken(lambda f: first(f, estimated_hours=hours)) == []


def test_two_hundred_concepts_are_allowed_and_no_more() -> None:
    assert structure_findings(a_framework([[[f"c{i}" for i in range(200)]]])) == []
    found = structure_findings(a_framework([[[f"c{i}" for i in range(201)]]]))
    assert [(f.check, f.where) for f in found] == [("structure", "framework")]


def test_a_finding_names_the_node_by_number_and_name() -> None:
    found = structure_findings(edited(lambda f: first(f, prerequisites=["c"])))
    assert found[0].where == '1.1.1 "Concept a"'
    assert '2.1.1 "Concept c"' in found[0].message


def test_what_is_only_a_matter_of_taste_is_not_refused() -> None:
    def bad_taste(f: Framework) -> None:
        first(f, name="Concept b", objectives=[], description="")

    assert broken(bad_taste) == []
