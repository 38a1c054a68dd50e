"""Which queue carries word of what, and who may claim it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailwright.domain.dispatch import ALL, NAMES, Queue, hint, serves, with_clicks
from trailwright.domain.workflow import CONTENT_KINDS, FRAMEWORK_KINDS, Kind


@pytest.mark.parametrize(
    ("kind", "how", "name", "queue"),
    [
        (Kind.OUTLINE, {}, "generate_roadmap", Queue.FRAMEWORK),
        (Kind.QUIZ, {}, "generate_content", Queue.CONTENT),
        (Kind.QUIZ, {"clicked": True}, "retry_quiz", Queue.INTERACTIVE),
        (Kind.TUTORIAL, {"again": True}, "retry_failed_content", Queue.CONTENT),
        (Kind.COVER, {}, "generate_cover", Queue.COVERS),
    ],
)
def test_names_follow_what_is_asked(kind: Kind, how: dict[str, bool], name: str, queue: Queue) -> None:
    said = hint(kind, "item", "task", **how)
    assert (said.name, said.queue) == (name, queue)
    assert said.name in NAMES


def test_there_are_seven_names() -> None:
    assert len(set(NAMES)) == len(NAMES) == 7


@given(st.sets(st.sampled_from(Queue)))
def test_a_worker_claims_what_its_queues_carry_and_nothing_else(queues: set[Queue]) -> None:
    found = serves(with_clicks(queues))
    assert (set(FRAMEWORK_KINDS) <= set(found.kinds)) == (Queue.FRAMEWORK in queues)
    assert (set(CONTENT_KINDS) <= set(found.kinds)) == (Queue.CONTENT in queues)
    assert bool(found.clicked) == (Queue.INTERACTIVE in queues and Queue.CONTENT not in queues)
    assert found.covers == (Queue.COVERS in queues)


def test_who_serves_content_serves_clicks_first() -> None:
    assert with_clicks([Queue.COVERS, Queue.CONTENT]) == (Queue.INTERACTIVE, Queue.CONTENT, Queue.COVERS)


def test_the_whole_product_claims_everything() -> None:
    assert set(ALL.kinds) == set(Kind) - {Kind.COVER}
    assert ALL.covers
