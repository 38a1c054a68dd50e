"""What the simulated server counts, and what can be turned while it runs."""

import math
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from trailwright.llm.simulated.faults import FaultRule, parse_faults

MINUTE_S = 60.0


@dataclass
class Knobs:
    """What `/control` changes. Times in seconds; `rpm`: completions in any minute, None for no limit."""

    latency: float = 0.0
    jitter: float = 0.0
    faults: str = ""
    rpm: int | None = None
    rules: tuple[FaultRule, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Raises ValueError with a message for people when a value makes no sense."""
        for name in ("latency", "jitter"):
            setattr(self, name, _seconds(name, getattr(self, name)))
        if self.rpm is not None and (type(self.rpm) is not int or self.rpm < 1):
            message = f"rpm must be a whole number from 1, or null for no limit, not {self.rpm!r}"
            raise ValueError(message)
        self.rules = parse_faults(_text(self.faults))

    def changed(self, changes: Mapping[str, object]) -> "Knobs":
        """These knobs with `changes`. Raises ValueError, in which case nothing has changed."""
        values: dict[str, Any] = self.as_dict()
        unknown = sorted(changes.keys() - values.keys())
        if unknown:
            message = f"unknown {', '.join(unknown)}; known are {', '.join(values)}"
            raise ValueError(message)
        return Knobs(**(values | dict(changes)))

    def as_dict(self) -> dict[str, float | str | int | None]:
        """What `/control` answers."""
        return {"latency": self.latency, "jitter": self.jitter, "faults": self.faults, "rpm": self.rpm}


def _text(value: object) -> str:
    if not isinstance(value, str):
        message = f"faults must be a text such as quiz.500:0.1,timeout:0.05, not {value!r}"
        raise ValueError(message)  # noqa: TRY004 - every wrong value is one kind of error here
    return value


def _seconds(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        message = f"{name} must be a number of seconds from 0, not {value!r}"
        raise ValueError(message)
    return float(value)


@dataclass
class Counts:
    """What `/stats` answers; only completions count."""

    requests: int = 0
    open: int = 0
    max_open: int = 0
    by_agent: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def enter(self) -> int:
        """One more completion is open; its number, from 1."""
        self.requests += 1
        self.open += 1
        self.max_open = max(self.max_open, self.open)
        return self.requests

    def leave(self) -> None:
        """One completion has ended, or its client has hung up."""
        self.open -= 1

    def reset(self) -> None:
        """All counts but `open`, which is a fact."""
        self.requests = 0
        self.max_open = self.open
        self.by_agent.clear()
        self.faults.clear()

    def as_dict(self) -> dict[str, object]:
        """Plain data."""
        return {
            "requests": self.requests,
            "open": self.open,
            "max_open": self.max_open,
            "by_agent": dict(self.by_agent),
            "faults": dict(self.faults),
        }


class MinuteLimit:
    """At most so many completions in any 60 seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._taken: deque[float] = deque()

    def wait_s(self, rpm: int | None) -> int:
        """0 when one more may pass now, which is then booked; else whole seconds until one may."""
        if rpm is None:
            return 0
        now = self._clock()
        while self._taken and self._taken[0] <= now - MINUTE_S:
            self._taken.popleft()
        if len(self._taken) < rpm:
            self._taken.append(now)
            return 0
        freeing = self._taken[len(self._taken) - rpm]
        return max(1, math.ceil(freeing + MINUTE_S - now))
