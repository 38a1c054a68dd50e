"""Prerequisites are repaired: known, acyclic, earlier in reading order, none that others imply."""

from hypothesis import given
from hypothesis import strategies as st

from tests.quality.samples import a_framework, ids, needs
from trailwright.domain.framework import Framework
from trailwright.domain.framework_order import (
    find_cycles,
    implied,
    longest_chain,
    misplaced,
    repaired,
    without_cycles,
    without_implied_prerequisites,
    without_unknown_prerequisites,
)
from trailwright.domain.framework_rules import check_r1, check_r2, check_r3


def test_what_needs_no_repair_stays_byte_for_byte() -> None:
    good = a_framework([[["a", "b"], ["c"]], [["d"]]], {"b": ["a"], "c": ["b"], "d": ["c"]})
    assert repaired(good).model_dump_json() == good.model_dump_json()


def test_unknown_own_and_doubled_prerequisites_are_dropped() -> None:
    framework = a_framework([[["a", "b"]]], {"b": ["ghost", "b", "a", "a"]})
    assert needs(without_unknown_prerequisites(framework)) == {"b": ["a"]}


def test_concepts_of_a_module_are_put_in_order_and_otherwise_stay() -> None:
    framework = a_framework([[["a", "b", "c", "d"]]], {"b": ["d"]})
    assert ids(repaired(framework)) == ["a", "c", "d", "b"]


def test_modules_of_a_stage_are_put_in_order() -> None:
    framework = a_framework([[["a", "b"], ["c"]]], {"a": ["c"]})
    done = repaired(framework)
    assert [m.module_id for m in done.stages[0].modules] == ["m2", "m1"]
    assert needs(done) == {"a": ["c"]}


def test_a_prerequisite_in_a_later_stage_is_dropped() -> None:
    framework = a_framework([[["a"]], [["b"]]], {"a": ["b"]})
    done = repaired(framework)
    assert ids(done) == ["a", "b"]
    assert needs(done) == {}


def test_two_modules_that_need_each_other_keep_the_edge_that_agrees_with_the_order() -> None:
    framework = a_framework([[["a", "b"], ["c", "d"]]], {"a": ["c"], "d": ["b"]})
    assert needs(repaired(framework)) == {"d": ["b"]}


def test_a_cycle_loses_the_edge_that_goes_against_the_order() -> None:
    framework = a_framework([[["a", "b", "c"]]], {"a": ["c"], "b": ["a"], "c": ["b"]})
    assert needs(without_cycles(framework)) == {"b": ["a"], "c": ["b"]}


def test_prerequisites_keep_their_order() -> None:
    framework = a_framework([[["a", "b", "c", "d"]]], {"c": ["d", "b", "a"]})
    assert needs(without_cycles(framework)) == {"c": ["d", "b", "a"]}


def test_what_another_prerequisite_needs_already_is_dropped() -> None:
    framework = a_framework([[["a", "b", "c", "d"]]], {"b": ["a"], "c": ["a", "b"], "d": ["a", "c"]})
    assert needs(without_implied_prerequisites(framework)) == {"b": ["a"], "c": ["b"], "d": ["c"]}
    assert [(c.concept_id, p) for c, p in implied(framework)] == [("c", "a"), ("d", "a")]


def test_cycles_are_found_as_knots() -> None:
    framework = a_framework(
        [[["a", "b", "c"], ["d", "e", "f"]]],
        {"a": ["b"], "b": ["a"], "c": ["a"], "d": ["e"], "e": ["f"], "f": ["d"]},
    )
    assert find_cycles(framework) == [["a", "b"], ["d", "e", "f"]]
    assert find_cycles(a_framework([[["a"]]], {"a": ["a"]})) == [["a"]]


def test_the_longest_chain_counts_concepts() -> None:
    assert longest_chain(a_framework([[["a", "b", "c"]]], {"b": ["a"], "c": ["b"]})) == 3
    assert longest_chain(a_framework([[["a", "b"]]])) == 1
    assert longest_chain(a_framework([])) == 0


def test_a_prerequisite_later_in_the_order_is_misplaced() -> None:
    framework = a_framework([[["a", "b"]]], {"a": ["b"], "b": ["ghost"]})
    assert [(c.concept_id, p) for c, p in misplaced(framework)] == [("a", "b")]


def test_ids_that_are_used_twice_are_left_for_others_to_mend() -> None:
    framework = a_framework([[["a", "b", "a"], ["c"]]], {"a": ["b"]})
    framework.stages[0].modules[1].module_id = "m1"
    assert ids(repaired(framework)) == ["a", "b", "a", "c"]


def test_a_framework_of_two_hundred_in_a_circle_is_repaired() -> None:
    names = [f"c{i}" for i in range(200)]
    circle = {name: [names[i - 1], names[i - 7]] for i, name in enumerate(names)}
    done = repaired(a_framework([[names]], circle))
    assert len(ids(done)) == 200
    assert not check_r2(done)


@st.composite
def frameworks(draw: st.DrawFn) -> Framework:
    shape = draw(st.lists(st.lists(st.integers(1, 3), min_size=1, max_size=3), min_size=1, max_size=3))
    names = [f"c{i}" for i in range(sum(map(sum, shape)))]
    tree, at = [], 0
    for modules in shape:
        stage = []
        for size in modules:
            stage.append(names[at : at + size])
            at += size
        tree.append(stage)
    edges = draw(
        st.dictionaries(
            st.sampled_from(names),
            st.lists(st.sampled_from([*names, "ghost"]), max_size=4),
            max_size=len(names),
        )
    )
    return a_framework(tree, edges)


@given(frameworks())
def test_whatever_was_sent_holds_after_the_repair(framework: Framework) -> None:
    done = repaired(framework)
    assert sorted(ids(done)) == sorted(ids(framework))
    assert [s.stage_id for s in done.stages] == [s.stage_id for s in framework.stages]
    assert not check_r1(done)
    assert not check_r2(done)
    assert not check_r3(done)
    assert implied(done) == []
    assert repaired(done) == done
