"""What can become of an item in a worker's hands: a closed set of values."""

from dataclasses import dataclass, field
from typing import Any

from trailwright.contents.commands import NewVersion
from trailwright.domain.framework import Framework
from trailwright.domain.sentences import Said


@dataclass(frozen=True)
class Spent:
    """What the work cost: model, tokens, money, calls, and milliseconds from claim to settle."""

    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    calls: int = 0
    estimated: bool = False
    duration_ms: int = 0


@dataclass(frozen=True)
class Delivered:
    """A piece of content that passed its gates."""

    version: NewVersion
    spent: Spent


@dataclass(frozen=True)
class StepDone:
    """A framework step's result. `framework`: the new version it made, with what changed."""

    result: dict[str, Any]
    spent: Spent
    words: Said | str
    framework: Framework | None = None
    summary: str = ""
    changed_node_ids: list[str] = field(default_factory=list)

    @property
    def message(self) -> str:
        """The words in English."""
        return self.words if isinstance(self.words, str) else self.words.english


@dataclass(frozen=True)
class GaveUp:
    """No automatic try is left. `stops`: no item of the task can succeed (a wrong key, no such model)."""

    code: str
    message: str
    spent: Spent
    stops: bool = False
    detail: str = ""


@dataclass(frozen=True)
class Postponed:
    """Another try in `wait_s` seconds."""

    wait_s: float
    spent: Spent
    code: str


Outcome = Delivered | StepDone | GaveUp | Postponed
