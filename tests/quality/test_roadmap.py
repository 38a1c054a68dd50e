"""R1-R7 of a framework: each with a good and a bad one, and at its borders."""

import datetime as dt

import pytest

from tests.quality.samples import a_concept, a_framework
from trailwright.domain.framework import Framework, LeftOut
from trailwright.domain.preferences import Preferences, Size
from trailwright.quality.roadmap import (
    check_r1,
    check_r2,
    check_r3,
    check_r4,
    check_r5,
    check_r6,
    check_r7,
    roadmap_checks,
    roadmap_findings,
)

TODAY = dt.date(2026, 1, 5)


def wishes(hours: float = 5, weeks: int | None = None, language: str = "en") -> Preferences:
    deadline = TODAY + dt.timedelta(weeks=weeks) if weeks else None
    return Preferences(
        learning_goal="Bake bread",
        available_hours_per_week=hours,
        target_deadline=deadline,
        primary_language=language,
    )


def hours_found(framework: Framework, preferences: Preferences | None) -> list[str]:
    return [f.message for f in check_r4(framework, preferences=preferences, today=TODAY)]


def test_ids_are_unique_and_prerequisites_exist() -> None:
    good = a_framework([[["a", "b"]]], {"b": ["a"]})
    assert check_r1(good) == []
    assert "used more than once" in check_r1(a_framework([[["a", "a"]]]))[0].message
    assert '"ghost" is no concept' in check_r1(a_framework([[["a"]]], {"a": ["ghost"]}))[0].message
    clash = a_framework([[["s1"]]])
    assert check_r1(clash)[0].where == '1.1.1 "Concept s1"'


def test_prerequisites_are_acyclic() -> None:
    assert check_r2(a_framework([[["a", "b"]]], {"b": ["a"]})) == []
    (found,) = check_r2(a_framework([[["a", "b", "c"]]], {"a": ["c"], "b": ["a"], "c": ["b"]}))
    assert found.message.endswith('1.1.1 "Concept a", 1.1.2 "Concept b", 1.1.3 "Concept c"')


def test_a_prerequisite_comes_earlier() -> None:
    assert check_r3(a_framework([[["a"]], [["b"]]], {"b": ["a"]})) == []
    (found,) = check_r3(a_framework([[["a"]], [["b"]]], {"a": ["b"]}))
    assert found.where == '1.1.1 "Concept a"'
    assert '2.1.1 "Concept b"' in found.message


@pytest.mark.parametrize(("hours", "fine"), [(0.24, False), (0.25, True), (8, True), (8.01, False)])
def test_a_concept_takes_a_quarter_to_eight_hours(hours: float, *, fine: bool) -> None:
    assert (hours_found(a_framework([[["a"]]], hours=hours), None) == []) is fine


def test_hours_fit_the_weeks_to_the_deadline() -> None:
    framework = a_framework([[["a", "b", "c", "d", "e"]]], hours=2.2, weeks=2)
    assert hours_found(framework, wishes(5, weeks=2)) == []
    (found,) = hours_found(framework, wishes(4.9, weeks=2))
    assert found.startswith("the required concepts take 11 hours; 4.9 hours a week for 2 weeks allow 10.78: ")


def test_optional_concepts_do_not_count_against_the_hours() -> None:
    framework = a_framework([[["a", "b"]]], hours=6, weeks=1)
    assert hours_found(framework, wishes(6, weeks=1)) != []
    framework.stages[0].modules[0].concepts[1] = a_concept("b", hours=6, optional=True)
    assert hours_found(framework, wishes(6, weeks=1)) == []


def test_without_a_deadline_the_recommended_weeks_count() -> None:
    framework = a_framework([[["a", "b"]]], hours=5, weeks=2)
    assert hours_found(framework, wishes(5)) == []
    hurried = framework.model_copy(update={"recommended_completion_weeks": 1})
    assert "for 1 weeks allow 5.5" in hours_found(hurried, wishes(5))[0]


def test_no_week_is_over_full() -> None:
    framework = a_framework([[["a", "b"]]], hours=6, weeks=2)
    assert hours_found(framework, wishes(5, weeks=8)) == []
    hurried = framework.model_copy(update={"recommended_completion_weeks": 1.9})
    assert hours_found(hurried, wishes(5, weeks=8)) == [
        "over the recommended 1.9 weeks a week holds 6.32 hours; the learner has 5: recommend more weeks"
    ]


@pytest.mark.parametrize(("hours", "fine"), [(6, True), (6.05, False)])
def test_a_week_may_hold_a_fifth_more(hours: float, *, fine: bool) -> None:
    framework = a_framework([[["a", "b"]]], hours=hours, weeks=2)
    assert (hours_found(framework, wishes(5, weeks=8)) == []) is fine


def test_what_was_left_out_has_its_reason() -> None:
    framework = a_framework([[["a"]]])
    with_reason = framework.model_copy(update={"left_out": [LeftOut(name="X", reason="no time")]})
    without = framework.model_copy(update={"left_out": [LeftOut(name="X", reason=" ")]})
    assert hours_found(with_reason, None) == []
    assert "without a reason" in hours_found(without, None)[0]


def shape(*stages: list[int]) -> Framework:
    """Stages as lists of how many concepts each module has."""
    count = 0
    tree = []
    for modules in stages:
        tree.append([[f"c{count + i + 100 * j}" for i in range(n)] for j, n in enumerate(modules)])
        count += 1000
    return a_framework(tree)


@pytest.mark.parametrize(
    ("size", "stages"),
    [
        ("mini", [[1]]),
        ("mini", [[2, 2]]),
        ("mini", [[3, 1]]),
        ("short", [[3], [3]]),
        ("short", [[5, 1, 1], [4], [3]]),
        ("full", [[5], [5], [5]]),
        ("full", [[7, 6], [7, 6], [7, 7], [7, 6], [7, 6], [7, 7]]),
    ],
)
def test_sizes_that_suit_pass(size: Size, stages: list[list[int]]) -> None:
    assert check_r5(shape(*stages), size=size) == []


@pytest.mark.parametrize(
    ("size", "stages", "said"),
    [
        ("mini", [], "0 stages; 1 are asked for"),
        ("mini", [[1], [1]], "2 stages"),
        ("mini", [[1, 1, 1]], "3 modules"),
        ("mini", [[4]], "4 concepts; 1 to 3"),
        ("mini", [[3, 2]], "5 concepts; 1 to 4"),
        ("mini", [[0]], "0 concepts"),
        ("mini", [[]], "0 modules"),
        ("short", [[3], [2]], "5 concepts; 6 to 14"),
        ("short", [[5, 5], [5]], "15 concepts"),
        ("full", [[5], [5], [4]], "14 concepts; 15 to 80"),
        ("full", [[8], [7], [1]], "8 concepts; 1 to 7"),
        ("full", [[7, 7], [7, 7], [7, 7], [7, 7], [7, 7], [7, 4]], "81 concepts"),
    ],
)
def test_sizes_that_do_not_suit_are_found(size: Size, stages: list[list[int]], said: str) -> None:
    assert any(said in f.message for f in check_r5(shape(*stages), size=size))


def test_without_a_size_only_emptiness_is_found() -> None:
    assert check_r5(shape([9, 9, 9, 9]), size=None) == []
    assert [f.message for f in check_r5(shape([1], []), size=None)] == [
        "it has 0 modules; at least 1 are asked for"
    ]
    framework = shape([1])
    framework.stages[0].modules[0].name = " "
    assert [(f.where, f.message) for f in check_r5(framework, size=None)] == [('1.1 ""', "it has no name")]


def test_near_duplicate_names_are_found_on_each_level() -> None:
    framework = a_framework([[["a", "b"], ["c"]]])
    assert check_r6(framework) == []
    first, second = framework.stages[0].modules
    first.concepts[1].name = "Feeding the starter"
    second.concepts[0].name = "The starter: feeding"
    second.name = "Module 1."
    found = check_r6(framework)
    assert [f.where for f in found] == ['1.2 "Module 1."', '1.2.1 "The starter: feeding"']
    assert '1.1.2 "Feeding the starter"' in found[1].message


def test_near_duplicate_stages_are_found() -> None:
    framework = a_framework([[["a"]], [["b"]]])
    framework.stages[1].name = "Stage 1!"
    assert [f.where for f in check_r6(framework)] == ['2 "Stage 1!"']


def test_a_name_on_two_levels_is_no_duplicate() -> None:
    framework = a_framework([[["a"]]])
    framework.stages[0].name = framework.stages[0].modules[0].name = "Concept a"
    assert check_r6(framework) == []


def test_a_list_in_disguise_is_noted() -> None:
    five = [["a", "b", "c", "d", "e", "f"]]
    linked = {"b": ["a"], "c": ["b"], "d": ["c"]}
    assert check_r7(a_framework([five], linked)) == []
    del linked["d"]
    (found,) = check_r7(a_framework([five], linked))
    assert (found.level, found.message) == (
        "score",
        "only 2 of the 5 concepts after the first have a prerequisite",
    )


def test_a_chain_is_at_least_as_long_as_there_are_stages() -> None:
    tree = [[["a"]], [["b"]], [["c"]]]
    assert check_r7(a_framework(tree, {"b": ["a"], "c": ["b"]})) == []
    assert "fewer than the 3 stages" in check_r7(a_framework(tree, {"b": ["a"], "c": ["a"]}))[0].message


def test_implied_prerequisites_are_noted() -> None:
    (found,) = check_r7(a_framework([[["a", "b", "c"]]], {"b": ["a"], "c": ["a", "b"]}))
    assert found.where == '1.1.3 "Concept c"'
    assert "implied" in found.message


def test_what_is_not_given_is_not_judged() -> None:
    framework = a_framework([[["a"]]])
    bare = roadmap_checks(framework, preferences=None, size=None, today=None)
    assert [r.check for r in bare] == ["R1", "R2", "R3", "R4", "R5", "R6", "R7", "R9"]
    everything = roadmap_checks(
        framework, preferences=wishes(), size="mini", today=TODAY, required_skills=["concept"]
    )
    assert [r.check for r in everything] == [f"R{n}" for n in range(1, 12)]


def test_findings_carry_their_place_and_results_their_level() -> None:
    framework = a_framework([[["a", "b"]]], {"a": ["ghost"]})
    findings = roadmap_findings(framework, preferences=None, size="mini", today=None)
    assert ("R1", "gate", '1.1.1 "Concept a"') in {(f.check, f.level, f.where) for f in findings}
    first = roadmap_checks(framework, preferences=None, size="mini", today=None)[0]
    assert (first.passed, first.message.startswith('1.1.1 "Concept a": ')) == (False, True)


def test_hundreds_of_concepts_are_not_compared_with_each_other() -> None:
    huge = a_framework([[[f"c{i}" for i in range(2_000)]]], {"c1": ["c0"]})
    judged = {r.check for r in roadmap_checks(huge, preferences=None, size="full", today=None)}
    assert "R6" not in judged
    assert "R5" in judged
