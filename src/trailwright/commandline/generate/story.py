"""What is known of a task while it is followed: its log folded, and what people like to see beside it."""

from dataclasses import dataclass, field
from typing import Any

from trailwright.domain.content import CONTENT_TYPES
from trailwright.domain.framework import Framework
from trailwright.domain.lifecycle import ItemStatus
from trailwright.events.fold import Folded, fold
from trailwright.events.shapes import Event, EventType

Item = tuple[str, str]
CONTENT_NAMES = {"tutorial": "lesson", "resources": "links", "quiz": "quiz"}
_FINISHED = (ItemStatus.COMPLETED.value, ItemStatus.FAILED.value)


@dataclass(frozen=True)
class StageState:
    """One stage of the roadmap; `being_written`: concept, content type, percent."""

    name: str
    finished: int
    failed: int
    total: int
    being_written: tuple[tuple[str, str, int], ...]


@dataclass
class Story:
    """`began_at`: seconds, when content began in this session, and how much was finished by then.

    `pieces`: how many the task has, by its newest event that says so; items are heard of only as they begin.
    """

    folded: Folded = field(default_factory=Folded)
    framework: Framework | None = None
    usage: dict[str, Any] = field(default_factory=dict)
    percent: dict[Item, int] = field(default_factory=dict)
    error: dict[str, str] | None = None
    began_at: float | None = None
    finished_before: int = 0
    pieces: int = 0

    def hear(self, event: Event, now: float) -> None:
        """Take one event in; `now` in seconds of any steady clock."""
        kind = event["type"]
        if kind == EventType.CONCEPT_PROGRESS:
            item = (event["concept_id"], event["content_type"])
            self.percent[item] = int(event.get("data", {}).get("percentage", 0))
            return
        fold([event], self.folded)
        self.pieces = int(event.get("progress", {}).get("total") or self.pieces)
        if kind == EventType.CONCEPT_START:
            self.percent.pop((event["concept_id"], event["content_type"]), None)
        if "error" in event and kind != EventType.CONCEPT_FAILED:
            self.error = event["error"]
        if kind in {EventType.RETRIED, EventType.RESUMED}:
            self.error = None
        if self.began_at is None and self.in_content:
            self.began_at, self.finished_before = now, self.finished

    @property
    def in_content(self) -> bool:
        """Whether lessons are being written."""
        return bool(self.folded.items) and self.folded.current_step.startswith("content_generation")

    @property
    def finished(self) -> int:
        """Pieces that are done, well or not."""
        return sum(status in _FINISHED for status in self.folded.items.values())

    @property
    def failed(self) -> int:
        """Pieces that failed."""
        return sum(status == ItemStatus.FAILED.value for status in self.folded.items.values())

    @property
    def total(self) -> int:
        """All pieces, begun or not."""
        return max(self.pieces, len(self.folded.items))

    def stages(self) -> list[StageState]:
        """In reading order; none before there is a framework."""
        if self.framework is None:
            return []
        return [
            self._stage(stage.name, [(c.concept_id, c.name) for m in stage.modules for c in m.concepts])
            for stage in self.framework.stages
        ]

    def _stage(self, name: str, concepts: list[tuple[str, str]]) -> StageState:
        states = {
            (concept_id, title, kind): status
            for concept_id, title in concepts
            for kind in CONTENT_TYPES
            if (status := self.folded.items.get((concept_id, kind))) is not None
        }
        written = tuple(
            (title, kind, self.percent.get((concept_id, kind), 0))
            for (concept_id, title, kind), status in states.items()
            if status == ItemStatus.GENERATING.value
        )
        finished = sum(status in _FINISHED for status in states.values())
        failed = sum(status == ItemStatus.FAILED.value for status in states.values())
        total = len(concepts) * len(CONTENT_TYPES) if self._of_all else len(states)
        return StageState(name, finished, failed, total, written)

    @property
    def _of_all(self) -> bool:
        """Whether the task writes the whole roadmap: then what it has not begun counts too."""
        concepts = list(self.framework.concepts()) if self.framework is not None else []
        return self.total == len(concepts) * len(CONTENT_TYPES)

    def seconds_left(self, now: float) -> float | None:
        """By the pace of this session; None while too little is known."""
        if self.began_at is None or not self.total:
            return None
        open_ones = [
            self.percent.get(item, 0) / 100
            for item, status in self.folded.items.items()
            if status == ItemStatus.GENERATING.value
        ]
        made = self.finished - self.finished_before + sum(open_ones)
        if made < 1 or now <= self.began_at:
            return None
        rest = self.total - self.finished - sum(open_ones)
        return rest * (now - self.began_at) / made
