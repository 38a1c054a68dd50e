"""Every move of an item, every status of a task: what the table and the one derivation promise."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailwright.domain.lifecycle import (
    MOVES,
    TERMINAL,
    Asked,
    ItemEvent,
    ItemStatus,
    TaskFacts,
    TaskStatus,
    derive_status,
    move,
    overall_status,
    percentage,
    sources,
)

S, E, T = ItemStatus, ItemEvent, TaskStatus
EVERY_PAIR = list(product(S, E))


def facts(**given: object) -> TaskFacts:
    """A task that is going and has begun, with one open item; and what is given."""
    usual = {"asked": Asked.GOING, "open_items": 1, "under_review": False, "step_failed": False}
    return TaskFacts(**(usual | {"started": True, "done": 0, "failed": 0} | given))  # type: ignore[arg-type]  # by name


any_facts = st.builds(
    TaskFacts,
    asked=st.sampled_from(Asked),
    open_items=st.integers(0, 3),
    under_review=st.booleans(),
    step_failed=st.booleans(),
    started=st.booleans(),
    done=st.integers(0, 3),
    failed=st.integers(0, 3),
)


@pytest.mark.parametrize(("status", "event"), EVERY_PAIR)
def test_what_the_table_does_not_hold_is_refused(status: ItemStatus, event: ItemEvent) -> None:
    if (status, event) in MOVES:
        assert move(status, event) is MOVES[status, event]
    else:
        with pytest.raises(ValueError, match=f"no move from {status} by {event}"):
            move(status, event)


@pytest.mark.parametrize("event", E)
def test_sources_are_where_an_event_may_happen(event: ItemEvent) -> None:
    assert set(sources(event)) == {status for status in S if (status, event) in MOVES} != set()


def test_only_a_claim_or_a_click_makes_an_item_generate() -> None:
    assert {event for (_, event), after in MOVES.items() if after is S.GENERATING} == {E.CLAIMED, E.CLICKED}


def test_only_who_works_on_an_item_delivers_gives_up_or_postpones() -> None:
    for event in (E.DELIVERED, E.GAVE_UP, E.POSTPONED):
        assert sources(event) == (S.GENERATING,)


def test_what_is_completed_or_failed_moves_only_when_a_person_asks() -> None:
    asked = {event for (status, event) in MOVES if status in {S.COMPLETED, S.FAILED}}
    assert asked == {E.CLICKED, E.QUEUED, E.BROUGHT}


def test_what_is_taken_back_never_generates() -> None:
    for event in (E.TAKEN_BACK, E.TAKEN_BACK_READABLE):
        assert {MOVES[status, event] for status in sources(event)} <= {S.PENDING, S.COMPLETED}


@given(any_facts)
def test_the_first_that_fits_is_the_status(given_facts: TaskFacts) -> None:
    f = given_facts
    ended = f.open_items == 0 and not f.under_review
    order = [
        (f.asked is Asked.CANCELLED, T.CANCELLED),
        (f.asked is Asked.STOPPED or f.step_failed, T.FAILED),
        (ended and f.done > 0 and f.failed > 0, T.PARTIAL_FAILURE),
        (ended and f.failed > 0, T.FAILED),
        (ended and f.done > 0, T.COMPLETED),
        (ended, T.CANCELLED),
        (f.asked is Asked.PAUSED, T.PAUSED),
        (f.under_review, T.HUMAN_REVIEW_PENDING),
        (f.started, T.PROCESSING),
        (True, T.PENDING),
    ]
    assert derive_status(f) is next(status for fits, status in order if fits)


def test_a_paused_task_with_nothing_left_to_do_has_ended() -> None:
    assert derive_status(facts(asked=Asked.PAUSED, open_items=0, done=3)) is T.COMPLETED


def test_a_task_that_waits_for_a_decision_is_not_over() -> None:
    assert derive_status(facts(open_items=0, under_review=True)) is T.HUMAN_REVIEW_PENDING


def test_a_task_whose_every_item_was_dropped_is_cancelled() -> None:
    assert derive_status(facts(open_items=0)) is T.CANCELLED


@given(any_facts)
def test_with_open_items_only_a_person_or_a_lasting_fault_ends_a_task(given_facts: TaskFacts) -> None:
    if given_facts.open_items and derive_status(given_facts) in TERMINAL:
        assert given_facts.asked in {Asked.CANCELLED, Asked.STOPPED} or given_facts.step_failed


@pytest.mark.parametrize("statuses", list(product(S, repeat=3)))
def test_a_concepts_status_is_the_first_that_fits(statuses: tuple[ItemStatus, ...]) -> None:
    expected: str = T.PARTIAL_FAILURE
    if S.GENERATING in statuses:
        expected = S.GENERATING
    elif S.PENDING in statuses:
        expected = S.PENDING
    elif len(set(statuses)) == 1:
        expected = statuses[0]
    assert overall_status(statuses) == expected


@given(st.integers(0, 600), st.integers(0, 600))
def test_a_hundred_percent_comes_only_with_the_last(one: int, other: int) -> None:
    current, total = min(one, other), max(one, other)
    assert 0 <= percentage(current, total) <= 100
    assert (percentage(current, total) == 100) is (current == total > 0)
    assert percentage(max(current - 1, 0), total) <= percentage(current, total)
