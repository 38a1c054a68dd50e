"""What a reader sees while an item is made: its text as it streams, at most four times a second; not kept."""

import time
from collections.abc import Callable

from trailwright.domain.workflow import Kind
from trailwright.events.bus import Bus
from trailwright.events.shapes import Event, EventType
from trailwright.kit.clock import rfc3339
from trailwright.tasks.leases import Claimed

EVERY_S = 0.25
_EXPECTED_CHARS = {Kind.TUTORIAL: 5_000, Kind.QUIZ: 4_500, Kind.RESOURCES: 900}
_MOST_PERCENT = 95


class Teller:
    """Collects streamed text and publishes it, a tutorial's words and everybody's percentage."""

    def __init__(self, bus: Bus, claimed: Claimed, clock: Callable[[], float] = time.monotonic) -> None:
        self._bus = bus
        self._claimed = claimed
        self._clock = clock
        self._sent = 0
        self._text: list[str] = []
        self._length = 0
        self._told_at = clock()

    def restart(self) -> None:
        """A new call begins: what was streamed before does not count."""
        self._sent, self._length = 0, 0
        self._text.clear()

    def __call__(self, piece: str) -> None:
        """One streamed piece of text."""
        self._text.append(piece)
        self._length += len(piece)
        if self._clock() - self._told_at >= EVERY_S:
            self._tell()

    def _tell(self) -> None:
        self._told_at = self._clock()
        claimed = self._claimed
        expected = _EXPECTED_CHARS.get(claimed.kind, 3_000)
        event: Event = {
            "type": EventType.CONCEPT_PROGRESS.value,
            "task_id": claimed.task_id,
            "roadmap_id": claimed.roadmap_id,
            "timestamp": rfc3339(round(time.time() * 1000)),
            "message": "Being written.",
            "concept_id": claimed.concept_id,
            "content_type": claimed.kind.value,
            "data": {
                "attempt": claimed.attempt,
                "percentage": min(self._length * 100 // expected, _MOST_PERCENT),
            },
        }
        if claimed.kind is Kind.TUTORIAL:
            event["data"] |= {"offset": self._sent, "text": "".join(self._text)}
        self._sent = self._length
        self._text.clear()
        self._bus.publish_lossy(event)
