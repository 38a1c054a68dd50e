"""Which queue carries word of an item, under which name, and what a worker of some queues may claim."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from trailwright.domain.workflow import CONTENT_KINDS, FRAMEWORK_KINDS, Kind


class Queue(StrEnum):
    """In the order in which a worker of all of them serves them."""

    INTERACTIVE = "interactive"
    FRAMEWORK = "framework"
    CONTENT = "content_generation"
    COVERS = "covers"


class Hint(NamedTuple):
    """Word that an item may be claimed; losing or doubling one costs a look, never a fact."""

    name: str
    queue: Queue
    item_id: str
    task_id: str | None


GENERATE_ROADMAP = "generate_roadmap"
GENERATE_CONTENT = "generate_content"
RETRY_FAILED_CONTENT = "retry_failed_content"
GENERATE_COVER = "generate_cover"
NAMES = (
    GENERATE_ROADMAP,
    GENERATE_CONTENT,
    *(f"retry_{kind.value}" for kind in CONTENT_KINDS),
    RETRY_FAILED_CONTENT,
    GENERATE_COVER,
)
"""What operators see in their monitors."""


def hint(
    kind: Kind, item_id: str, task_id: str | None, *, clicked: bool = False, again: bool = False
) -> Hint:
    """Word of one item; `clicked`: a user's single retry, `again`: one of several that are retried."""
    if kind is Kind.COVER:
        return Hint(GENERATE_COVER, Queue.COVERS, item_id, task_id)
    if kind in FRAMEWORK_KINDS:
        return Hint(GENERATE_ROADMAP, Queue.FRAMEWORK, item_id, task_id)
    if clicked:
        return Hint(f"retry_{kind.value}", Queue.INTERACTIVE, item_id, task_id)
    return Hint(RETRY_FAILED_CONTENT if again else GENERATE_CONTENT, Queue.CONTENT, item_id, task_id)


@dataclass(frozen=True)
class Serves:
    """What a process claims: `kinds` whoever asked, `clicked` only for a user's single retry, and covers."""

    kinds: tuple[Kind, ...] = ()
    clicked: tuple[Kind, ...] = ()
    covers: bool = False


def with_clicks(queues: Collection[Queue]) -> tuple[Queue, ...]:
    """These queues in order; who serves content serves clicks too, and first."""
    served = {*queues, Queue.INTERACTIVE} if Queue.CONTENT in queues else set(queues)
    return tuple(queue for queue in Queue if queue in served)


def serves(queues: Collection[Queue]) -> Serves:
    """What a worker of these queues claims."""
    content = Queue.CONTENT in queues
    clicked = Queue.INTERACTIVE in queues and not content
    return Serves(
        kinds=(*(FRAMEWORK_KINDS if Queue.FRAMEWORK in queues else ()), *(CONTENT_KINDS if content else ())),
        clicked=CONTENT_KINDS if clicked else (),
        covers=Queue.COVERS in queues,
    )


ALL = serves(tuple(Queue))
"""What a process claims that is the whole product."""
