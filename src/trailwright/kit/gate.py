"""Who is answered goes before bulk work: at the gate before a scarce thing, and on the loop."""

import asyncio
import enum
import heapq
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

LONGEST_COURTESY_S = 0.1
"""A request counts no longer than this, and bulk work waits no longer: neither can starve the other."""


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


class Courtesy:
    """`answering` around a request, `turn` before each stretch of bulk work; one per loop.

    When many models answer in one moment, what follows fills the loop for a tenth of a second; a request
    that comes then crosses it a dozen times.
    """

    def __init__(self) -> None:
        self._answered: set[object] = set()
        self._nobody = asyncio.Event()
        self._nobody.set()
        self._line = asyncio.Lock()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Somebody waits for an answer."""
        one = object()
        self._answered.add(one)
        self._nobody.clear()
        timer = asyncio.get_running_loop().call_later(LONGEST_COURTESY_S, self._let_go, one)
        try:
            yield
        finally:
            timer.cancel()
            self._let_go(one)

    def _let_go(self, one: object) -> None:
        self._answered.discard(one)
        if not self._answered:
            self._nobody.set()

    async def turn(self) -> None:
        """One after the other, the loop's round between, and when nobody waits for an answer."""
        until = asyncio.get_running_loop().time() + LONGEST_COURTESY_S
        async with self._line:
            await asyncio.sleep(0)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    await self._nobody.wait()
