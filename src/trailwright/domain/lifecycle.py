"""Every status, every move and the one derivation of a task's status. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class ItemStatus(StrEnum):
    """Where an item stands."""

    PENDING = "pending"
    GENERATING = "generating"
    COMPLETED = "completed"
    FAILED = "failed"


class ItemEvent(StrEnum):
    """What can happen to an item."""

    CLAIMED = "claimed"  # a worker took the lease
    DELIVERED = "delivered"  # the holder of the lease handed its result in
    GAVE_UP = "gave_up"  # the holder, or three losses, say that no automatic try is left
    POSTPONED = "postponed"  # the holder asks for another try later
    TAKEN_BACK = "taken_back"  # lost, released, cancelled or dropped: waits again
    TAKEN_BACK_READABLE = "taken_back_readable"  # cancelled or dropped, a version is there
    CLICKED = "clicked"  # a user's own retry: generating from the moment of the answer
    QUEUED = "queued"  # a bulk retry or a restart took it
    BROUGHT = "brought"  # a person brought the finished thing: an uploaded cover


_P, _G, _C, _F = ItemStatus.PENDING, ItemStatus.GENERATING, ItemStatus.COMPLETED, ItemStatus.FAILED
_E = ItemEvent

MOVES: Mapping[tuple[ItemStatus, ItemEvent], ItemStatus] = {
    (_P, _E.CLAIMED): _G,
    (_G, _E.CLAIMED): _G,
    (_G, _E.DELIVERED): _C,
    (_G, _E.GAVE_UP): _F,
    (_G, _E.POSTPONED): _P,
    (_G, _E.TAKEN_BACK): _P,
    (_G, _E.TAKEN_BACK_READABLE): _C,
    (_P, _E.TAKEN_BACK): _P,
    (_P, _E.TAKEN_BACK_READABLE): _C,
    (_P, _E.CLICKED): _G,
    (_C, _E.CLICKED): _G,
    (_F, _E.CLICKED): _G,
    (_P, _E.QUEUED): _P,
    (_C, _E.QUEUED): _P,
    (_F, _E.QUEUED): _P,
    (_P, _E.BROUGHT): _C,
    (_G, _E.BROUGHT): _C,
    (_C, _E.BROUGHT): _C,
    (_F, _E.BROUGHT): _C,
}


def move(status: ItemStatus, event: ItemEvent) -> ItemStatus:
    """The status after `event`; `ValueError` when the table has no such move."""
    try:
        return MOVES[(status, event)]
    except KeyError:
        message = f"no move from {status} by {event}"
        raise ValueError(message) from None


def sources(event: ItemEvent) -> tuple[ItemStatus, ...]:
    """The statuses from which `event` may happen."""
    return tuple(status for status, happening in MOVES if happening is event)


class TaskStatus(StrEnum):
    """Contract section 1."""

    PENDING = "pending"
    PROCESSING = "processing"
    HUMAN_REVIEW_PENDING = "human_review_pending"
    PAUSED = "paused"
    COMPLETED = "completed"
    PARTIAL_FAILURE = "partial_failure"
    FAILED = "failed"
    CANCELLED = "cancelled"


TERMINAL = frozenset(
    {TaskStatus.COMPLETED, TaskStatus.PARTIAL_FAILURE, TaskStatus.FAILED, TaskStatus.CANCELLED}
)


class Asked(StrEnum):
    """What people, or a fault that no retry can mend, asked of a task."""

    GOING = "going"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    STOPPED = "stopped"


class TaskType(StrEnum):
    """Contract section 1."""

    CREATION = "creation"
    RETRY_TUTORIAL = "retry_tutorial"
    RETRY_RESOURCES = "retry_resources"
    RETRY_QUIZ = "retry_quiz"
    RETRY_BATCH = "retry_batch"


SINGLE_RETRIES = frozenset({TaskType.RETRY_TUTORIAL, TaskType.RETRY_RESOURCES, TaskType.RETRY_QUIZ})


class Priority:
    """Lower is claimed first; a shift puts a clicked bulk item to the front."""

    CLICK = 0
    FRAMEWORK = 10
    BULK = 20
    COVER = 30


@dataclass(frozen=True)
class TaskFacts:
    """What a task's status derives from. `open_items` counts unsettled items of any kind."""

    asked: Asked
    open_items: int
    under_review: bool
    step_failed: bool
    started: bool
    done: int
    failed: int


def derive_status(facts: TaskFacts) -> TaskStatus:
    """In this order: cancelled, stopped, nothing open, paused, review, pending, processing."""
    if facts.asked is Asked.CANCELLED:
        return TaskStatus.CANCELLED
    if facts.asked is Asked.STOPPED or facts.step_failed:
        return TaskStatus.FAILED
    if facts.open_items == 0 and not facts.under_review:
        return _ended(facts.done, facts.failed)
    if facts.asked is Asked.PAUSED:
        return TaskStatus.PAUSED
    if facts.under_review:
        return TaskStatus.HUMAN_REVIEW_PENDING
    return TaskStatus.PROCESSING if facts.started else TaskStatus.PENDING


def _ended(done: int, failed: int) -> TaskStatus:
    if done and failed:
        return TaskStatus.PARTIAL_FAILURE
    if failed:
        return TaskStatus.FAILED
    return TaskStatus.COMPLETED if done else TaskStatus.CANCELLED


def overall_status(statuses: Iterable[str]) -> str:
    """A concept's status from its items': the first that fits of the contract's order."""
    present = list(statuses)
    for status in (ItemStatus.GENERATING, ItemStatus.PENDING):
        if status in present:
            return status
    for status in (ItemStatus.COMPLETED, ItemStatus.FAILED):
        if all(one == status for one in present):
            return status
    return TaskStatus.PARTIAL_FAILURE


def percentage(current: int, total: int) -> int:
    """Whole percent, 100 only when all are there."""
    return current * 100 // total if total else 0
