"""A breaker per model: when every call faults, items wait instead of using up their tries."""

import time
from collections.abc import Callable

from trailwright.llm.faults import Fault

OPENS_AFTER_S = 20.0
OPENS_AT_FAULTS = 20
PROBE_EVERY_S = 30.0
FORGETS_AFTER_S = 300.0
"""Faults before so long a silence say nothing about now."""


class Breaker:
    """Opens when each call has met a passing fault for 20 s, at least 20 of them; closes at the first answer.

    Any other fault (a refusal, an unusable answer, a refused key) is an answer: the server is there.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._faults = 0
        self._first_at = 0.0
        self._last_at = 0.0
        self._open_since: float | None = None
        self._next_probe_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether items must wait."""
        return self._open_since is not None

    def open_since(self) -> float | None:
        """Reading of the breaker's clock when it opened; None while closed."""
        return self._open_since

    def open_for_s(self) -> float:
        """Seconds it has been open; 0 while closed."""
        return 0.0 if self._open_since is None else self._clock() - self._open_since

    def told_away(self) -> None:
        """Who waited was told; the time it is open counts anew, so that a resume has time for an answer."""
        if self._open_since is not None:
            self._open_since = self._clock()

    def may_start(self) -> bool:
        """Whether a call may start; while open this hands out one probe every 30 s."""
        if self._open_since is None:
            return True
        now = self._clock()
        if now < self._next_probe_at:
            return False
        self._next_probe_at = now + PROBE_EVERY_S
        return True

    def probe_unused(self) -> None:
        """The probe that `may_start` handed out started no call; it may be handed out again."""
        self._next_probe_at = self._clock()

    def answered(self) -> None:
        """A call brought an answer: closed, and nothing is counted any more."""
        self._open_since = None
        self._faults = 0

    def faulted(self, fault: Fault) -> None:
        """A call ended in `fault`."""
        if not fault.passing:
            self.answered()
            return
        now = self._clock()
        if self._faults == 0 or (not self.is_open and now - self._last_at > FORGETS_AFTER_S):
            self._faults, self._first_at = 0, now
        self._faults += 1
        self._last_at = now
        if self.is_open:
            return
        if self._faults >= OPENS_AT_FAULTS and now - self._first_at >= OPENS_AFTER_S:
            self._open_since = now
            self._next_probe_at = now + PROBE_EVERY_S
