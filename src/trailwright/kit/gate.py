"""A gate with two ranks before a scarce thing: requests and renewals go before bulk writes."""

import asyncio
import enum
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Rank(enum.IntEnum):
    """Lower goes first."""

    REQUEST = 0
    BULK = 1


class RankGate:
    """At most `capacity` holders; who waits is let in by rank, then by arrival."""

    def __init__(self, capacity: int) -> None:
        self._free = capacity
        self._order = itertools.count()
        self._waiting: list[tuple[Rank, int, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def hold(self, rank: Rank) -> AsyncIterator[None]:
        """Wait for a place and give it back at the end."""
        await self._enter(rank)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, rank: Rank) -> None:
        if self._free > 0:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (rank, next(self._order), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave()
            raise

    def _leave(self) -> None:
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
