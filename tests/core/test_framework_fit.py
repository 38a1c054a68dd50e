"""Hours fit the learner's weeks: scaled, then left out with the reason, never below the smallest size."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.quality.samples import a_concept, a_framework, ids
from trailwright.domain.framework import Framework
from trailwright.domain.framework_fit import (
    WeekSpan,
    fit_to_hours,
    heaviest_week,
    over_budget,
    reason,
    required_hours,
    total_hours,
    week_plan,
    with_totals,
)

TEN = [f"c{i}" for i in range(10)]


def hours(framework: Framework) -> list[float]:
    return [c.estimated_hours for c in framework.concepts()]


def with_first(framework: Framework, **update: object) -> Framework:
    first = next(framework.concepts())
    changed = first.model_copy(update=update)
    module = framework.stages[0].modules[0]
    stage = framework.stages[0].model_copy(
        update={"modules": [module.model_copy(update={"concepts": [changed, *module.concepts[1:]]})]}
    )
    return framework.model_copy(update={"stages": [stage, *framework.stages[1:]]})


def test_totals_and_order_are_made_new() -> None:
    framework = a_framework([[["a"]], [["b", "c"]]], hours=1.5)
    framework = framework.model_copy(update={"stages": framework.stages[::-1], "total_estimated_hours": 99.0})
    done = with_totals(framework, hours_per_week=2)
    assert [s.order for s in done.stages] == [1, 2]
    assert done.total_estimated_hours == 4.5
    assert done.recommended_completion_weeks == 3


def test_weeks_do_not_run_past_the_deadline() -> None:
    framework = a_framework([[TEN]])
    assert with_totals(framework, 4, weeks_available=2.57).recommended_completion_weeks == 2.5
    assert with_totals(framework, 4, weeks_available=9).recommended_completion_weeks == 3
    assert with_totals(framework, 168, weeks_available=1 / 7).recommended_completion_weeks == 0.1


def test_without_hours_a_week_the_pace_is_kept() -> None:
    framework = with_totals(a_framework([[TEN]]), hours_per_week=5)
    fewer = framework.model_copy(
        update={"stages": a_framework([[TEN[:5]]]).stages, "total_estimated_hours": 10.0}
    )
    assert with_totals(fewer).recommended_completion_weeks == 1.0
    assert with_totals(framework) == framework


def test_more_hours_at_the_same_pace_take_more_weeks() -> None:
    framework = a_framework([[TEN]]).model_copy(update={"recommended_completion_weeks": 3.0})
    more = framework.model_copy(update={"total_estimated_hours": 4.0})
    assert with_totals(more).recommended_completion_weeks == 7.5
    tiny = framework.model_copy(update={"total_estimated_hours": 4_000.0})
    assert with_totals(tiny).recommended_completion_weeks == 0.1


@pytest.mark.parametrize("bad", [math.nan, math.inf, 0.0, -3.0])
def test_a_pace_that_makes_no_sense_does_no_harm(bad: float) -> None:
    framework = a_framework([[["a"]]]).model_copy(update={"recommended_completion_weeks": bad})
    assert math.isfinite(with_totals(framework).recommended_completion_weeks)


def test_hours_are_kept_within_their_bounds() -> None:
    framework = with_first(a_framework([[["a", "b", "c"]]]), estimated_hours=40.0)
    assert hours(fit_to_hours(framework, 5, None)) == [8.0, 1.0, 1.0]
    assert hours(fit_to_hours(with_first(framework, estimated_hours=0.0), 5, None)) == [0.25, 1.0, 1.0]
    assert hours(fit_to_hours(with_first(framework, estimated_hours=math.nan), 5, None)) == [1.0, 1.0, 1.0]


def test_what_fits_is_not_touched() -> None:
    framework = a_framework([[TEN]], hours=1.1)
    assert hours(fit_to_hours(framework, 5, 2)) == [1.1] * 10


def test_a_little_too_much_is_scaled() -> None:
    done = fit_to_hours(a_framework([[TEN]], hours=1.5), 5, 2)
    assert hours(done) == [1.0] * 10
    assert done.left_out == []


def test_far_too_much_is_left_out_from_the_end_with_the_reason() -> None:
    done = fit_to_hours(a_framework([[TEN]], hours=4), 5, 2)
    assert not over_budget(done, 5, 2)
    assert ids(done) == TEN[: len(ids(done))]
    assert [x.name for x in done.left_out] == [f"Concept {i}" for i in TEN[len(ids(done)) :]]
    assert {x.reason for x in done.left_out} == {"It does not fit into the 10 hours there are"}


def test_optional_concepts_go_first_and_needed_ones_stay() -> None:
    framework = a_framework([[TEN]], {"c9": ["c0"], "c5": ["c4"]}, hours=4)
    framework = with_first(framework, optional=True)
    done = fit_to_hours(framework, 5, 2.8)
    assert "c0" in ids(done) or "c9" not in ids(done)
    lone = with_first(a_framework([[TEN]], hours=4), optional=True)
    assert "Concept c0" in [x.name for x in fit_to_hours(lone, 5, 4).left_out]


def test_nothing_goes_below_the_smallest_size() -> None:
    tree = [[["a", "b", "c"]], [["d", "e"]], [["f"]]]
    done = fit_to_hours(a_framework(tree, hours=8), 1, 1, size="short")
    assert len(ids(done)) == 6
    assert set(hours(done)) == {0.25}
    full = a_framework([[["a", "b"]], [["c"]], [["d"]]], hours=8)
    assert len(fit_to_hours(full, 1, 1, size="full").stages) == 3
    assert len(ids(fit_to_hours(full, 1, 1 / 7))) == 1


def test_a_full_roadmap_keeps_fifteen_concepts_and_three_stages() -> None:
    tree = [[[f"{s}{i}" for i in range(6)]] for s in "abc"]
    done = fit_to_hours(a_framework([*tree, [["d"]]], hours=8), 1, 1, size="full")
    assert (len(ids(done)), len(done.stages)) == (15, 3)
    assert len(done.left_out) == 4


def test_stages_do_not_run_empty_below_the_smallest_size() -> None:
    tree = [[[f"a{i}" for i in range(9)]], [["z"]]]
    done = fit_to_hours(a_framework(tree, hours=8), 4, 2, size="short")
    assert [s.stage_id for s in done.stages] == ["s1", "s2"]
    assert len(ids(done)) == 6


def test_the_reason_is_given_in_the_learners_language() -> None:
    assert reason("zh-Hant", 6.5) == "可用的 6.5 小时内安排不下"
    assert reason("tlh", 1234.5) == "It does not fit into the 1234 hours there are"


def test_each_concept_has_its_weeks() -> None:
    plan = week_plan(a_framework([[["a", "b", "c", "d"]]], hours=2), hours_per_week=3)
    assert plan == {"a": WeekSpan(1, 1), "b": WeekSpan(1, 2), "c": WeekSpan(2, 2), "d": WeekSpan(3, 3)}


def test_a_long_concept_spreads_over_weeks() -> None:
    assert week_plan(a_framework([[["a"]]], hours=8), hours_per_week=3) == {"a": WeekSpan(1, 3)}


def test_the_heaviest_week_counts_required_hours_over_the_recommended_weeks() -> None:
    framework = with_first(a_framework([[["a", "b", "c"]]], hours=2, weeks=2), optional=True)
    assert heaviest_week(framework) == 2
    assert required_hours(framework) == 4
    assert total_hours(framework) == 6


@given(
    st.lists(st.floats(0.01, 60), min_size=1, max_size=30),
    st.floats(1, 168),
    st.floats(1 / 7, 60) | st.none(),
)
def test_whatever_the_estimates_are_every_concept_stays_within_bounds(
    estimates: list[float], per_week: float, weeks: float | None
) -> None:
    framework = a_framework([[[f"c{i}" for i in range(len(estimates))]]])
    module = (
        framework.stages[0]
        .modules[0]
        .model_copy(update={"concepts": [a_concept(f"c{i}", hours=h) for i, h in enumerate(estimates)]})
    )
    framework.stages[0].modules[0] = module
    done = fit_to_hours(framework, per_week, weeks)
    assert all(0.25 <= h <= 8 for h in hours(done))
    assert done.total_estimated_hours == round(sum(hours(done)), 2)
    if weeks is not None and per_week * weeks >= 0.25:
        assert not over_budget(done, per_week, weeks)
    assert len(ids(done)) + len(done.left_out) == len(estimates)
    assert fit_to_hours(done, per_week, weeks).stages == done.stages
