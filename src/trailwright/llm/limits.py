"""Permits and rate windows of one model.

A permit is the right to make one call: whoever takes one counts as one start in the window of requests and,
until `spend` says what it really was, as an average call in the window of tokens. Held by count in this
process and used from its event loop only; a variant shared by all workers implements `Limits`.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple, Protocol

WINDOW_S = 60.0
KEEPS_ONE_FROM = 4
"""Of so many permits one is kept for what a user just clicked."""
LONGEST_SLOW_S = 900.0
"""A provider's longer wait is asked again after this."""
FIRST_GUESS_TOKENS = 2_000
_SHARE_OF_NEWEST = 0.2

Later = Callable[[float, Callable[[], None]], object]
"""`loop.call_later`: seconds, what to call."""


class Limits(Protocol):
    """What the pump and the executor need of a model's limits."""

    capacity: int

    @property
    def used(self) -> int:
        """Permits that are out in this process."""
        ...

    def available(self, *, click: bool = False) -> int:
        """Calls that may start now, or as soon as `prepare` has asked the other workers."""
        ...

    async def prepare(self, want: int, *, clicks: int = 0) -> bool:
        """Get so many permits ready to be taken, of them `clicks` for clicks, as far as others leave any.

        0: nothing waits here, others may have what is free. True: some came, but it took time, in which
        something else may have come first.
        """
        ...

    def take(self, want: int, *, click: bool = False) -> int:
        """Up to `want` permits, without waiting; how many were given."""
        ...

    def give(self, n: int = 1, *, unused: bool = False) -> None:
        """Permits back; `unused`: no call was made with them, so they leave the rate windows too."""
        ...

    async def again(self, *, click: bool = False) -> None:
        """Wait for one permit, before any new item: for the next call of an item that runs."""
        ...

    def on_change(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back when a call may have become possible; returns what ends that."""
        ...

    def slow(self, seconds: float) -> None:
        """Nothing starts for so many seconds: what the provider asked for."""
        ...

    def spend(self, tokens: int) -> None:
        """The true tokens of one call that has ended."""
        ...

    async def close(self) -> None:
        """Take nothing more; other workers may."""
        ...


class Bounds(NamedTuple):
    """Of one model: calls at once, requests and tokens a minute; None: no limit."""

    capacity: int
    rpm: int | None = None
    tpm: int | None = None


@dataclass(eq=False)
class Start:
    """One call in the windows; not `own`: it stands for what others may have started."""

    at: float
    tokens: int
    guessed: bool = True
    own: bool = True


class ModelLimits:
    """`capacity` permits at once, `rpm` starts and `tpm` tokens a minute (None: no limit), in a process."""

    def __init__(
        self,
        capacity: int,
        *,
        rpm: int | None = None,
        tpm: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        later: Later | None = None,
    ) -> None:
        self.capacity = self._most = capacity
        self._rpm, self._tpm = rpm, tpm
        self._clock, self._later = clock, later
        self._used = 0
        self._starts: deque[Start] = deque()
        self._guess = float(FIRST_GUESS_TOKENS)
        self._not_before = 0.0
        self._waiters: deque[tuple[asyncio.Future[None], bool]] = deque()
        self._callbacks: list[Callable[[], None]] = []
        self._alarm_set = False
        self._window_s = WINDOW_S

    @property
    def used(self) -> int:
        """Permits out now."""
        return self._used

    def available(self, *, click: bool = False) -> int:
        """Calls that may start now; of four or more permits the last is for clicks."""
        self._serve()
        return self._room(click=click)

    async def prepare(self, want: int, *, clicks: int = 0) -> bool:
        """Nothing to do: all that there are, are here."""
        del want, clicks
        return False

    async def close(self) -> None:
        """Nothing to do: nobody else waits for them."""

    def take(self, want: int, *, click: bool = False) -> int:
        """Up to `want` permits, without waiting; how many were given."""
        self._serve()
        given = min(max(want, 0), self._room(click=click))
        for _ in range(given):
            self._start()
        return given

    def give(self, n: int = 1, *, unused: bool = False) -> None:
        """Permits back; `unused`: no call was made with them, so they leave the rate windows too."""
        self._used = max(self._used - n, 0)
        for _ in range(n if unused else 0):
            self._forget_newest()
        self._changed()

    async def again(self, *, click: bool = False) -> None:
        """Wait for one permit; served in order of asking, before any `take`."""
        self._serve()
        if self._room(click=click) > 0:
            self._start()
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (future, click)
        self._waiters.append(entry)
        self._wake_when_time_helps()
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self.give(unused=True)
            raise
        finally:
            with suppress(ValueError):
                self._waiters.remove(entry)

    def on_change(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back when permits come free or a window reopens; returns what ends that."""
        self._callbacks.append(callback)

        def end() -> None:
            with suppress(ValueError):
                self._callbacks.remove(callback)

        return end

    def slow(self, seconds: float) -> None:
        """Nothing starts for so many seconds (at most 15 minutes): what the provider asked for."""
        until = self._clock() + min(max(seconds, 0.0), LONGEST_SLOW_S)
        self._not_before = max(self._not_before, until)
        self._wake_when_time_helps()

    def spend(self, tokens: int) -> None:
        """The true tokens of one call that has ended, in place of the guess made at its start."""
        if tokens > 0:
            self._guess += (tokens - self._guess) * _SHARE_OF_NEWEST
        for start in self._starts:
            if start.guessed:
                start.tokens, start.guessed = tokens, False
                return

    def _room(self, *, click: bool) -> int:
        now = self._clock()
        if now < self._not_before:
            self._wake_when_time_helps()
            return 0
        kept = 1 if not click and self._most >= KEEPS_ONE_FROM else 0
        free = self._most - self._used - kept
        room = max(min(free, self._room_in_windows(now)), 0)
        if room == 0 and free > 0:
            self._wake_when_time_helps()
        return room

    def _room_in_windows(self, now: float) -> int:
        while self._starts and self._starts[0].at <= now - self._window_s:
            self._starts.popleft()
        room = self._most
        if self._rpm is not None:
            room = min(room, self._rpm - len(self._starts))
        if self._tpm is not None and self._starts:  # a call larger than the whole window still goes alone
            left = self._tpm - sum(start.tokens for start in self._starts)
            room = min(room, int(left / max(self._guess, 1.0)))
        elif self._tpm is not None:
            room = min(room, max(int(self._tpm / max(self._guess, 1.0)), 1))
        return room

    def _start(self) -> None:
        self._used += 1
        if self._rpm is not None or self._tpm is not None:
            self._starts.append(Start(self._clock(), round(self._guess)))

    def _forget_newest(self) -> None:
        for index in range(len(self._starts) - 1, -1, -1):
            if self._starts[index].guessed:
                del self._starts[index]
                return

    def _serve(self) -> None:
        """Permits to those who wait in `again`, in order; a click may pass over the others."""
        for entry in tuple(self._waiters):
            future, click = entry
            if future.done():
                continue
            if self._room(click=click) > 0:
                self._start()
                future.set_result(None)
                self._waiters.remove(entry)

    def _changed(self) -> None:
        self._serve()
        for callback in tuple(self._callbacks):
            callback()

    def _wake_when_time_helps(self) -> None:
        """One timer for the next moment at which time alone makes a call possible."""
        if self._alarm_set:
            return
        now = self._clock()
        moments = [self._not_before] if now < self._not_before else []
        if not moments and self._starts:
            moments = [self._starts[0].at + self._window_s]
        if not moments:
            return
        later = self._later or _running_loop_timer()
        if later is not None:
            self._alarm_set = True
            later(max(moments[0] - now, 0.001), self._on_time)

    def _on_time(self) -> None:
        self._alarm_set = False
        self._changed()


def _running_loop_timer() -> Later | None:
    try:
        return asyncio.get_running_loop().call_later
    except RuntimeError:
        return None
