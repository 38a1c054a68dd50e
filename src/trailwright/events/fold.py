"""Folding a task's log gives its row and the state of its items: what a reader keeps instead of asking again.

Pure and idempotent by `seq`. A reader that misses nothing never needs a second look; the tests compare.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from trailwright.domain.content import CONTENT_TYPES
from trailwright.domain.lifecycle import ItemStatus, TaskStatus
from trailwright.events.shapes import Event, EventType

_QUEUES = frozenset({"queued", "content_generation_queued"})
_ENDS = frozenset({"completed", "partial_failure", "failed", "cancelled"})


@dataclass
class Folded:
    """A task as its log tells it. `items`: (concept id, content type) → status, as far as events say."""

    last_seq: int = 0
    current_step: str = "queued"
    ended: str | None = None
    paused: bool = False
    under_review: bool = False
    started: bool = False
    progress: dict[str, int] | None = None
    items: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """The task's status, in the order in which the engine derives it."""
        if self.ended is not None:
            return self.ended
        if self.paused:
            return TaskStatus.PAUSED.value
        if self.under_review:
            return TaskStatus.HUMAN_REVIEW_PENDING.value
        return TaskStatus.PROCESSING.value if self.started else TaskStatus.PENDING.value


def fold(events: Iterable[Event], state: Folded | None = None) -> Folded:
    """`state` after `events`, in order; those it has seen already change nothing."""
    state = state or Folded()
    for event in events:
        if event["seq"] > state.last_seq:
            state.last_seq = event["seq"]
            _apply(state, event)
    return state


def _apply(state: Folded, event: Event) -> None:
    kind = event["type"]
    if "progress" in event:
        state.progress = event["progress"]
    if kind == EventType.PROGRESS:
        _apply_progress(state, event)
    elif kind == EventType.HUMAN_REVIEW_REQUIRED:
        state.under_review = True
        state.current_step = event["step"]
    elif kind in _ITEM_STATUS:
        state.items[(event["concept_id"], event["content_type"])] = _ITEM_STATUS[kind]
    elif kind == EventType.CONCEPT_REQUEUED:
        state.items[(event["concept_id"], event["content_type"])] = event["data"]["status"]
    elif kind == EventType.CONCEPTS_CHANGED:
        _apply_changed(state, event["data"])
    else:
        _apply_to_task(state, event)


_ITEM_STATUS = {
    EventType.CONCEPT_START: ItemStatus.GENERATING.value,
    EventType.CONCEPT_COMPLETE: ItemStatus.COMPLETED.value,
    EventType.CONCEPT_FAILED: ItemStatus.FAILED.value,
}


def _apply_progress(state: Folded, event: Event) -> None:
    if event.get("status") == "processing":
        state.current_step = event["step"]
        state.under_review = False
        state.started = state.started or event["step"] not in _QUEUES
    for item in event.get("data", {}).get("items", ()):
        state.items[(item["concept_id"], item["content_type"])] = item["status"]


def _apply_changed(state: Folded, data: dict[str, Any]) -> None:
    gone = set(data["dropped"])
    state.items = {key: status for key, status in state.items.items() if key[0] not in gone}
    for concept_id in data["added"]:
        for content_type in CONTENT_TYPES:
            state.items.setdefault((concept_id, content_type), ItemStatus.PENDING.value)


def _apply_to_task(state: Folded, event: Event) -> None:
    match event["type"]:
        case EventType.PAUSED:
            state.paused = True
        case EventType.RESUMED:
            state.paused = False
        case EventType.RETRIED:
            state.ended = None
            state.paused = False
            _apply_items(state, event)
        case ended if ended in _ENDS:
            state.ended = ended
            state.under_review = False
            state.current_step = event["step"]
            _apply_items(state, event)


def _apply_items(state: Folded, event: Event) -> None:
    for item in event.get("data", {}).get("items", ()):
        state.items[(item["concept_id"], item["content_type"])] = item["status"]
