"""The same engine in several processes: two that people ask, three that work.

    python -m tests.machine.fleet ROLE SEED DATABASE_URL TASK_ID…

`api` changes its mind about the tasks and ends; `worker` works until all have ended, however others do.
"""

import asyncio
import itertools
import random
import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import func, select

from tests.machine.machine import EngineMachine
from tests.support import engine as e
from trailwright.domain.lifecycle import TERMINAL
from trailwright.domain.workflow import CONTENT_KINDS
from trailwright.errors import AppError, LeaseLost
from trailwright.kit.db import Database, Tx
from trailwright.tasks import commands, leases, reaping
from trailwright.tasks.delivering import deliver
from trailwright.tasks.models import tasks

T = TypeVar("T")
PROCESSES = 5
LEASE_MS = 400
"""So short that a pause of the machine makes somebody late."""


class FleetMachine(EngineMachine):
    """Each step comes through another's connections: five pools of their own, as five processes have."""

    def __init__(self) -> None:
        super().__init__()
        url = self.db.url.render_as_string(hide_password=False)
        self._all = [self.db, *(Database(url, 1) for _ in range(PROCESSES - 1))]
        self._turns = itertools.cycle(self._all)

    def do(self, work: Awaitable[T]) -> T:
        try:
            return super().do(work)
        finally:
            self.db = next(self._turns)

    def teardown(self) -> None:
        for db in self._all:
            self.loop.run_until_complete(db.close())
        self.loop.close()


async def api(db: Database, task_ids: Sequence[str], rng: random.Random) -> None:
    """People pause, resume and retry; some cancel. A refusal is an answer."""

    async def ask(work: Callable[[Tx], Awaitable[Any]]) -> None:
        try:
            await db.transact(work)
        except AppError:
            return

    for _ in range(6):
        for task_id in rng.sample(list(task_ids), len(task_ids)):
            await ask(partial(commands.pause, task_id=task_id, now=rng.random() < 0.5))
            await asyncio.sleep(rng.uniform(0, 0.01))
            await ask(partial(commands.resume, task_id=task_id))
    for task_id in task_ids[::3]:
        await ask(partial(commands.cancel, task_id=task_id, reason="no more"))
    for task_id in task_ids:
        await ask(partial(commands.resume, task_id=task_id))


async def worker(db: Database, task_ids: Sequence[str], rng: random.Random) -> None:
    """Claims, delivers, fails, comes late; takes back what the silent had."""
    while await _live(db, task_ids):
        async with db.reading() as snapshot:
            found = await leases.candidates(snapshot, CONTENT_KINDS, 3)
            overdue = await reaping.overdue(snapshot)
        for task_id in overdue:
            await db.transact(partial(reaping.reap, task_id=task_id))
        wanted = {one.item_id: one.task_id for one in found}
        mine = await db.transact(partial(leases.claim, wanted=wanted, lease_ms=LEASE_MS))
        if rng.random() < 0.5:
            await db.transact(partial(deliver, deliveries=[(one, e.a_version(one)) for one in mine]))
        else:
            for one in mine:
                await _settles(db, one, rng)
        await asyncio.sleep(0.01)


async def _settles(db: Database, mine: leases.Claimed, rng: random.Random) -> None:
    late = rng.random() < 0.05
    await asyncio.sleep(LEASE_MS / 1000 * 2 if late else rng.uniform(0, 0.01))
    try:
        await e.finish(db, mine, e.a_failure() if rng.random() < 0.1 else e.a_version(mine))
    except LeaseLost:
        return


async def _live(db: Database, task_ids: Sequence[str]) -> int:
    ended = [status.value for status in TERMINAL]
    left = select(func.count()).where(tasks.c.task_id.in_(task_ids), tasks.c.status.not_in(ended))
    async with db.reading() as snapshot:
        return int(await snapshot.value(left) or 0)


async def main(role: str, seed: str, url: str, *task_ids: str) -> None:
    db = Database(url, 2)
    try:
        await {"api": api, "worker": worker}[role](db, task_ids, random.Random(seed))
    finally:
        await db.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
