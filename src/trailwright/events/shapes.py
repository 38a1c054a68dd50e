"""What one event is: contract section 5."""

from enum import StrEnum
from typing import Any


class EventType(StrEnum):
    """Every type of event; `CONCEPT_PROGRESS` is never stored."""

    PROGRESS = "progress"
    HUMAN_REVIEW_REQUIRED = "human_review_required"
    CONCEPT_START = "concept_start"
    CONCEPT_COMPLETE = "concept_complete"
    CONCEPT_FAILED = "concept_failed"
    CONCEPT_REQUEUED = "concept_requeued"
    CONCEPTS_CHANGED = "concepts_changed"
    CONCEPT_PROGRESS = "concept_progress"
    CONCEPT_ALL_CONTENT_COMPLETE = "concept_all_content_complete"
    PAUSED = "paused"
    RESUMED = "resumed"
    RETRIED = "retried"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    PARTIAL_FAILURE = "partial_failure"
    FAILED = "failed"
    COVER_READY = "cover_ready"


TERMINAL_EVENTS = frozenset(
    {EventType.CANCELLED, EventType.COMPLETED, EventType.PARTIAL_FAILURE, EventType.FAILED}
)

Event = dict[str, Any]
"""An event as sent: `{type, seq, task_id, roadmap_id, timestamp, message, …}` without empty fields."""
