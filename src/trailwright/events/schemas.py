"""What is said of events over HTTP and sockets: contract section 5. They are told as they are stored."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from trailwright.domain.content import ContentType
from trailwright.domain.lifecycle import TaskStatus
from trailwright.domain.workflow import Step
from trailwright.events.shapes import EventType
from trailwright.kit.schemas import Absent, Answered


class EventFault(Answered):
    """Why something ended or waits."""

    code: str
    message: str


class EventProgress(Answered):
    """Finished items (completed and failed), of how many; 100 only at the end."""

    current: int
    total: int
    percentage: int


class TaskEvent(BaseModel):
    """One thing that happened to a task. `concept_progress` has no `seq` and is not kept."""

    model_config = ConfigDict(extra="allow")

    type: EventType
    seq: Absent[int]
    task_id: str
    roadmap_id: str
    timestamp: str
    message: str
    step: Absent[str]
    status: Absent[str]
    concept_id: Absent[str]
    concept_name: Absent[str]
    content_type: Absent[ContentType]
    progress: Absent[EventProgress]
    data: Absent[dict[str, Any]]
    error: Absent[EventFault]


class Connected(Answered):
    """The first frame of a socket."""

    type: Literal["connected"]
    task_id: str
    status: TaskStatus
    current_step: Step
    last_seq: int


class Closing(Answered):
    """The log has ended; the socket closes."""

    type: Literal["closing"]
    reason: str


class Beat(Answered):
    """Either side may ask whether the other is there."""

    type: Literal["ping", "pong"]


Frame = Connected | TaskEvent | Closing | Beat
"""What a socket sends."""
