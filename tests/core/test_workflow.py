"""From a goal to a review and on: what follows a finished step."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailwright.domain.prompt import AgentName
from trailwright.domain.workflow import (
    CONTENT_KINDS,
    FRAMEWORK_KINDS,
    KINDS,
    MAX_AUTO_ROUNDS,
    RULES,
    Finished,
    Follow,
    Kind,
    Wait,
    follow,
)


def after(kind: Kind, **known: object) -> Follow:
    return follow(Finished(kind, **({"round": 0} | known)))  # type: ignore[arg-type]  # by name


def test_a_clear_goal_becomes_an_outline() -> None:
    assert after(Kind.INTENT) == Follow(Kind.OUTLINE, 0)


def test_an_ambiguous_goal_is_asked_about_first() -> None:
    assert after(Kind.INTENT, questions=True).then is Wait.ANSWERS


@pytest.mark.parametrize("modules", [1, 2, 36])
def test_an_outline_becomes_one_row_a_module(modules: int) -> None:
    assert after(Kind.OUTLINE, modules=modules) == Follow(Kind.MODULE, 0, modules)


def test_an_outline_that_holds_the_concepts_is_assembled_at_once() -> None:
    assert after(Kind.OUTLINE, modules=2, complete=True) == Follow(Kind.ASSEMBLY, 0)


def test_only_the_last_module_is_followed_by_the_assembly() -> None:
    assert after(Kind.MODULE, open_modules=1).then is Wait.SIBLINGS
    assert after(Kind.MODULE, open_modules=0) == Follow(Kind.ASSEMBLY, 0)


@pytest.mark.parametrize("kind", [Kind.ASSEMBLY, Kind.EDIT])
def test_whatever_changes_the_plan_is_validated(kind: Kind) -> None:
    assert after(kind).then is Kind.VALIDATION


@pytest.mark.parametrize("rounds", range(MAX_AUTO_ROUNDS + 2))
def test_a_valid_plan_comes_before_the_learner(rounds: int) -> None:
    assert after(Kind.VALIDATION, valid=True, auto_rounds=rounds).then is Wait.REVIEW


def test_findings_are_mended_three_times_and_then_shown() -> None:
    then = [after(Kind.VALIDATION, valid=False, auto_rounds=n).then for n in range(5)]
    assert then == [Kind.VALIDATION_PLAN] * 3 + [Wait.REVIEW] * 2


@pytest.mark.parametrize("plan", [Kind.VALIDATION_PLAN, Kind.FEEDBACK_PLAN])
def test_a_plan_of_changes_is_carried_out(plan: Kind) -> None:
    assert after(plan, round=2) == Follow(Kind.EDIT, 2)


def test_an_edit_begins_a_new_round() -> None:
    assert after(Kind.EDIT, round=2).round == 3


@pytest.mark.parametrize("kind", [*CONTENT_KINDS, Kind.COVER])
def test_content_is_no_step_of_the_framework(kind: Kind) -> None:
    with pytest.raises(ValueError, match="no framework step"):
        after(kind)


@pytest.mark.parametrize("kind", FRAMEWORK_KINDS)
def test_every_step_of_the_framework_is_followed_by_something(kind: Kind) -> None:
    last = [rule for rule in RULES if rule.after is kind][-1]
    for valid in (True, False):
        assert (
            last.holds(Finished(kind, 0, valid=valid, questions=True, open_modules=3)) or kind is Kind.MODULE
        )


@given(
    st.lists(st.booleans(), min_size=12, max_size=12), st.sampled_from([Kind.ASSEMBLY, Kind.FEEDBACK_PLAN])
)
def test_whatever_validation_says_the_learner_is_asked_soon(verdicts: list[bool], start: Kind) -> None:
    step, rounds, number = follow(Finished(start, 0)), 0, 0
    for _ in range(20):
        if isinstance(step.then, Wait):
            break
        valid = verdicts[number]
        number += step.then is Kind.VALIDATION
        rounds += step.then is Kind.VALIDATION_PLAN
        step = follow(Finished(step.then, step.round, valid=valid, auto_rounds=rounds))
    assert step.then is Wait.REVIEW
    assert rounds <= MAX_AUTO_ROUNDS
    assert verdicts[number - 1] or rounds == MAX_AUTO_ROUNDS


def test_every_kind_of_item_is_known() -> None:
    assert set(KINDS) == set(Kind)
    assert {facts.agent for facts in KINDS.values()} - {None} == set(get_args(AgentName))
