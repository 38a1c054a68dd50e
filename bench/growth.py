"""What an item costs in a large task, and among many: 20 against 2,000 items, 10 against 1,000 tasks.

    python bench/growth.py [--json] [--small]

One product's runtime makes content on PostgreSQL, 4 calls at a time and then 64, with a model that takes 25
to 75 ms: as pieces that begin and end together are settled together and cost less, none shall. CPU of the
product's process, CPU of the database server and the statements sent to it are counted for each item, not the
time by the clock. What is small is made again and again, until there are enough items to tell. In the large
one an item may cost a tenth more. The server has counted its tables. The tasks that
differ in size have lessons and resources and no quizzes: the simulated model has not a thousand that are not
like one another.
"""

import argparse
import asyncio
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import delete, event, func, select, text, update

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.support.cpu import server_cpu_s
from bench.support.product import machine
from tests.support import engine as e
from tests.support.postgres import Postgres
from tests.support.simulated import a_simulated_process
from trailwright import migrations
from trailwright.domain.lifecycle import Asked, ItemStatus, TaskStatus
from trailwright.domain.workflow import CONTENT_KINDS, Kind
from trailwright.kit.db import Database, Tx
from trailwright.settings import Llm, Settings
from trailwright.tasks import commands
from trailwright.tasks.models import items, task_items, tasks
from trailwright.work.runtime import Runtime

GOAL = 1.10
PERMITS = (4, 64)
LATENCY_S, JITTER_S = 0.025, 0.05
PER_MODULE = 5
COSTS = ("product_ms", "database_ms", "statements")


@dataclass(frozen=True)
class Load:
    """`tasks` at once, each of so many concepts, `times` one after the other."""

    tasks: int
    concepts: int
    times: int
    quizzes: bool = True

    @property
    def items_of_a_task(self) -> int:
        return self.concepts * (len(CONTENT_KINDS) if self.quizzes else len(CONTENT_KINDS) - 1)

    @property
    def items(self) -> int:
        return self.tasks * self.items_of_a_task * self.times


STEPS = {
    "items of a task": (Load(1, 10, 30, quizzes=False), Load(1, 1000, 1, quizzes=False)),
    "tasks": (Load(10, 1, 30), Load(1000, 1, 1)),
}
SMALL = {
    "items of a task": (Load(1, 10, 10, quizzes=False), Load(1, 200, 1, quizzes=False)),
    "tasks": (Load(10, 1, 10), Load(100, 1, 1)),
}


class Meter:
    """CPU seconds of this process and of the server at the other end, and statements, from one moment on."""

    def __init__(self, runtime: Runtime, server: Postgres) -> None:
        self.statements = 0
        self._port = server.port
        for engine in runtime.db.engines:
            event.listen(engine.sync_engine, "before_cursor_execute", self._count)
        self.restart()

    def _count(self, *_: object) -> None:
        self.statements += 1

    def restart(self) -> None:
        self._began = (time.process_time(), self._server_s(), self.statements)

    def read(self, items: int) -> dict[str, float]:
        """Since `restart`, for each of so many items."""
        product, server, statements = self._began
        return {
            "product_ms": round((time.process_time() - product) * 1000 / items, 2),
            "database_ms": round((self._server_s() - server) * 1000 / items, 2),
            "statements": round((self.statements - statements) / items, 2),
        }

    def _server_s(self) -> float:
        return server_cpu_s(self._port)


async def prepared(db: Database, load: Load) -> list[list[str]]:
    """Tasks whose content waits, paused: one list for each time."""
    rounds = []
    for _ in range(load.times):
        ids = [(await e.a_task(db, load.concepts, per_module=PER_MODULE))[0] for _ in range(load.tasks)]
        for task_id in ids:
            if not load.quizzes:
                await db.transact(partial(without_quizzes, task_id=task_id))
            await db.transact(partial(commands.pause, task_id=task_id))
        rounds.append(ids)
    return rounds


async def without_quizzes(tx: Tx, task_id: str) -> None:
    """The simulated model has not 1,000 quizzes that are not like one another: these are there already."""
    quizzes = (items.c.task_id == task_id, items.c.kind == Kind.QUIZ.value)
    ids = [row["item_id"] for row in await tx.rows(select(items.c.item_id).where(*quizzes))]
    await tx.run(delete(task_items).where(task_items.c.item_id.in_(ids)))
    await tx.run(update(items).where(*quizzes).values(task_id=None, status=ItemStatus.COMPLETED.value))
    fewer = {"open_items": tasks.c.open_items - len(ids), "total": tasks.c.total - len(ids)}
    await tx.run(update(tasks).where(tasks.c.task_id == task_id).values(fewer))


async def let_go(db: Database, task_ids: list[str]) -> None:
    """All of them in one statement, which is not counted."""
    going = {"asked": Asked.GOING.value, "status": TaskStatus.PROCESSING.value}
    await db.transact(lambda tx: tx.run(update(tasks).where(tasks.c.task_id.in_(task_ids)).values(going)))


async def counted(db: Database) -> None:
    """PostgreSQL counts its tables, as it does each minute: its plans follow what was there then."""
    async with db.engines[0].begin() as connection:
        await connection.execute(text("ANALYZE"))


async def all_ended(db: Database) -> None:
    """Those that were let go."""
    left = select(func.count()).where(tasks.c.finished_at.is_(None), tasks.c.asked == Asked.GOING.value)
    while True:
        async with db.reading() as reader:
            if not await reader.value(left):
                return
        await asyncio.sleep(0.1)


async def measured(load: Load, permits: int, base_url: str, server: Postgres) -> dict[str, Any]:
    """The load on a database of its own, after one round that warms up."""
    url = server.fresh_database()
    llm = Llm(model="openai:simulated", base_url=base_url, api_key="x", max_concurrency=permits)
    settings = Settings(data_dir=Path(tempfile.mkdtemp()), database_url=url, llm=llm)
    runtime = await Runtime.open(settings)
    await migrations.upgrade(runtime.db)
    other = Database(url, 1)
    [[warm], *_] = await prepared(other, Load(1, 7, 1))
    rounds = await prepared(other, load)
    await runtime.start()
    meter = Meter(runtime, server)
    began = 0.0
    try:
        for ids in ([warm], *rounds):
            if ids is rounds[0]:
                await asyncio.sleep(1)
                began = time.monotonic()
            await let_go(other, ids)
            if ids is rounds[0]:
                await counted(other)
                meter.restart()
            runtime.look()
            await all_ended(other)
        found = meter.read(load.items)
    finally:
        await runtime.drain(0)
        await runtime.close()
        await other.close()
    return {
        "load": asdict(load),
        **found,
        "items_a_second": round(load.items / (time.monotonic() - began), 1),
    }


async def measure(steps: Mapping[str, tuple[Load, Load]]) -> list[dict[str, Any]]:
    """Each step's small and large load, and how much more an item costs in the large one."""
    server = Postgres()
    results = []
    try:
        async with a_simulated_process(latency=LATENCY_S, jitter=JITTER_S) as model:
            for permits, (what, loads) in itertools.product(PERMITS, steps.items()):
                small, large = [await measured(load, permits, model.base_url, server) for load in loads]
                growth = {name: round(large[name] / small[name], 3) for name in COSTS}
                both = [one["product_ms"] + one["database_ms"] for one in (small, large)]
                growth["cpu"] = round(both[1] / both[0], 3)
                results.append(
                    {"what": what, "permits": permits, "small": small, "large": large, "growth": growth}
                )
    finally:
        server.remove()
    return results


def main() -> int:
    """1 when an item costs more than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--small", action="store_true", help="a tenth of it, to see that it runs")
    asked = parser.parse_args()
    before = machine()
    results = asyncio.run(measure(SMALL if asked.small else STEPS))
    if asked.json:
        print(json.dumps({"goal": GOAL, "machine": before, "results": results}, indent=1))
    for one in [] if asked.json else results:
        small, large, growth = one["small"], one["large"], one["growth"]
        told = (f"{name} {small[name]} -> {large[name]}" for name in COSTS)
        grows = f"CPU x {growth['cpu']}, statements x {growth['statements']}"
        print(f"{one['what']}, {one['permits']} calls: {grows}; {', '.join(told)}")
    return int(any(one["growth"][name] > GOAL for one in results for name in ("cpu", "statements")))


if __name__ == "__main__":
    sys.exit(main())
