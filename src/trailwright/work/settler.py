"""Deliveries of one task that wait at the same time are settled together; alone, one waits for nobody."""

import asyncio
from functools import partial

from trailwright.kit.db import Database
from trailwright.kit.gate import Rank
from trailwright.tasks.delivering import Delivery, deliver

MOST = 20
_Waiting = tuple[Delivery, "asyncio.Future[bool]"]


class Settler:
    """One per process. While one transaction runs, what comes in gathers for the next."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: dict[str, list[_Waiting]] = {}
        self._loop: asyncio.Task[None] | None = None

    async def deliver(self, delivery: Delivery) -> bool:
        """Whether it counted; False when the lease was lost. Raises what the database raises."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(delivery[0].task_id, []).append((delivery, future))
        if self._loop is None or self._loop.done():
            self._loop = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        while self._waiting:
            await self._db.courtesy.turn()
            task_id, waiting = next(iter(self._waiting.items()))
            del self._waiting[task_id]
            batch, rest = waiting[:MOST], waiting[MOST:]
            if rest:
                self._waiting[task_id] = rest
            await self._settle(task_id, batch)

    async def _settle(self, task_id: str, batch: list[_Waiting]) -> None:
        deliveries = [delivery for delivery, _ in batch]
        work = partial(deliver, task_id=task_id, deliveries=deliveries)
        settling = asyncio.ensure_future(self._db.transact(work, Rank.BULK))
        await asyncio.wait([settling])
        error = settling.exception()
        for (claimed, _), future in batch:
            if future.done():
                continue
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(claimed.key in settling.result())
