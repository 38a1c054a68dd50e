"""Politeness: a host is not asked again before a moment has passed."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from time import monotonic

Sleep = Callable[[float], Awaitable[None]]
_REMEMBERED = 4_096


class Pace:
    """Gives turns per key, `gap_s` seconds apart, in the order of asking."""

    def __init__(
        self, gap_s: float, *, clock: Callable[[], float] = monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._gap_s = gap_s
        self._clock = clock
        self._sleep = sleep
        self._next: OrderedDict[str, float] = OrderedDict()

    async def turn(self, key: str) -> None:
        """Returns when it is the caller's turn; the turn is taken at once, so two callers never share one."""
        now = self._clock()
        start = max(now, self._next.get(key, now))
        self._next[key] = start + self._gap_s
        self._next.move_to_end(key)
        if len(self._next) > _REMEMBERED:
            self._next.popitem(last=False)
        if start > now:
            await self._sleep(start - now)
