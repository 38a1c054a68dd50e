"""Lines that stay open: how many one caller may have, and whether he is still let in. No domain word."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from trailwright.errors import TooManyRequestsError
from trailwright.kit.api import Caller
from trailwright.kit.db import AWAY

LOOK_EVERY_S = 10.0
"""So long at most a line outlives what let its caller in."""


async def _for_ever(caller: Caller) -> bool:
    del caller
    return True


class Lines:
    """The open lines of one process. `limit` None: as many as they like."""

    def __init__(
        self,
        limit: Callable[[], int | None] = lambda: None,
        still: Callable[[Caller], Awaitable[bool]] = _for_ever,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._limit = limit
        self._still = still
        self._look_every_s = look_every_s
        self._open: Counter[str] = Counter()

    @contextmanager
    def hold(self, caller: Caller) -> Iterator[None]:
        """Have one open; raises `TooManyRequestsError`."""
        limit = self._limit()
        if limit is not None and self._open[caller.user_id] >= limit:
            raise TooManyRequestsError(
                f"You follow {limit} tasks at once already. Close some pages.",
                code="too_many_connections",
                headers={"Retry-After": "5"},
            )
        self._open[caller.user_id] += 1
        try:
            yield
        finally:
            self._open[caller.user_id] -= 1
            if not self._open[caller.user_id]:
                del self._open[caller.user_id]

    async def until_out(self, caller: Caller) -> None:
        """Returns when the caller is let in no more; a database that is away lets nobody out."""
        while True:
            await asyncio.sleep(self._look_every_s)
            try:
                if not await self._still(caller):
                    return
            except AWAY:
                continue
