"""Deliveries that wait at the same time are settled together; alone, one waits for nobody."""

import asyncio

from trailwright.kit.db import Database, is_refused
from trailwright.kit.gate import Rank
from trailwright.tasks.delivering import Delivery, deliver

MOST = 20
_Waiting = tuple[Delivery, "asyncio.Future[bool]"]


class Settler:
    """One per process. While one transaction runs, what comes in gathers for the next."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: list[_Waiting] = []
        self._loop: asyncio.Task[None] | None = None

    async def deliver(self, delivery: Delivery) -> bool:
        """Whether it counted; False when the lease was lost. Raises what the database raises."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((delivery, future))
        if self._loop is None or self._loop.done():
            self._loop = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        while self._waiting:
            await self._db.courtesy.turn()
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            await self._settle(batch)

    async def _settle(self, batch: list[_Waiting]) -> None:
        deliveries = [delivery for delivery, _ in batch]
        settling = asyncio.ensure_future(self._db.transact(lambda tx: deliver(tx, deliveries), Rank.BULK))
        await asyncio.wait([settling])
        error = settling.exception()
        if error is not None and len(batch) > 1 and is_refused(error):  # each alone: one spoils no other
            for one in batch:
                await self._settle([one])
            return
        for (claimed, _), future in batch:
            if future.done():
                continue
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(claimed.key in settling.result())
