"""What docs/scale.md says: a model of how long a load takes, held against measured runs, and what parts cost.

    python bench/scale.py [--json] [--small]

One run whose model answers sooner than the machine can ask tells how many items a second this machine makes,
everything on it; one with few slots tells how long a slot is without a call between two. From these two
numbers the seconds of other loads are foretold, and then measured: they may differ by 20 %. After that what
happens all the time is asked of databases that hold ten, a hundred and a thousand times as much.
"""

import argparse
import asyncio
import json
import math
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench import fleet
from bench.support.cpu import server_cpu_s
from bench.support.product import machine
from tests.support import engine as e
from tests.support.postgres import Postgres
from trailwright import migrations
from trailwright.domain.workflow import CONTENT_KINDS
from trailwright.kit.db import Database, Tx
from trailwright.llm.limits import KEEPS_ONE_FROM
from trailwright.tasks import leases
from trailwright.tasks.models import items

GOAL = 0.2
AT_ONCE = 128
CONCEPTS = 30
ITEMS = CONCEPTS * 3
FASTER = (10, 128, 0.5)
"""Roadmaps of 90 items, slots and seconds a call takes: 256 calls a second could be answered."""
IDLE = (1, 8, 0.5)
"""The machine has little to do."""
LOADS = (
    (3, 16, 1.0),
    (10, 128, 5.0),
    (10, 128, 1.0),
    (2, 64, 2.0),
    (5, 48, 0.5),
    (6, 96, 0.8),
)
SIZES = (1_000, 10_000, 100_000)
LEASE_MS = 3_600_000

_CLONE = """
INSERT INTO {table} SELECT (jsonb_populate_record(one, {changed})).*
FROM {table} one, generate_series(1, {count}) n WHERE one.roadmap_id = '{roadmap_id}'
"""


@dataclass(frozen=True)
class Machine:
    """What was measured once: items it makes a second, and seconds a slot is without a call between two."""

    items_a_second: float
    between_s: float

    def foretold_s(self, items_: int, slots: int, latency_s: float) -> float:
        """The greater of the model's and the machine's own; where they are near, both hold it up."""
        slots = min(_for_bulk(slots), items_)
        rounds = math.ceil(items_ / slots) * (latency_s + self.between_s) + slots / self.items_a_second
        work = items_ / self.items_a_second + latency_s
        return math.cbrt(rounds**3 + work**3)


def _for_bulk(slots: int) -> int:
    """One of four and more is kept for clicks."""
    return slots - 1 if slots >= KEEPS_ONE_FROM else slots


def measured(load: tuple[int, int, float]) -> dict[str, Any]:
    """One load on a new installation."""
    roadmaps, slots, latency_s = load
    return fleet.measure(latency_s, roadmaps, slots=slots)


def loads(wanted: tuple[tuple[int, int, float], ...]) -> dict[str, Any]:
    """What two runs tell of the machine, and each load, foretold and measured."""
    busy, idle = measured(FASTER), measured(IDLE)
    rounds = math.ceil(idle["items"] / _for_bulk(IDLE[1]))
    machine_ = Machine(busy["items"] / (busy["seconds"] - FASTER[2]), idle["seconds"] / rounds - IDLE[2])
    rows = []
    for load in wanted:
        found = measured(load)
        foretold = machine_.foretold_s(found["items"], *load[1:])
        rows.append(
            {
                "items": found["items"],
                "slots": load[1],
                "latency_s": load[2],
                "foretold_s": round(foretold, 1),
                "measured_s": round(found["seconds"], 1),
                "off": round(found["seconds"] / foretold - 1, 3),
                "cpu_ms_per_item": found["cpu_ms_per_item"],
            }
        )
    return {
        "items_a_second": round(machine_.items_a_second, 1),
        "between_s": round(machine_.between_s, 3),
        "cpu_ms_per_item": busy["cpu_ms_per_item"],
        "loads": rows,
    }


async def filled(url: str, count: int, *, leased: bool) -> Database:
    """A database with so many items of content, all at work or all waiting, of roadmaps of 90."""
    db = Database(url, 2)
    await migrations.upgrade(db)
    task_id, roadmap_id = await e.a_task(db, CONCEPTS)
    if leased:
        await e.claim(db, task_id, ITEMS, lease_ms=LEASE_MS)
    named = {"roadmaps": "'roadmap_id', n", "tasks": "'task_id', n, 'roadmap_id', n"}
    named["items"] = "'item_id', one.item_id || n, 'task_id', n, 'roadmap_id', n"
    for table, names in named.items():
        changed = f"jsonb_build_object({names})"
        clone = _CLONE.format(table=table, changed=changed, count=count // ITEMS, roadmap_id=roadmap_id)
        await db.transact(partial(Tx.run, statement=text(clone)))
    async with db.engines[0].connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM ANALYZE"))
    return db


async def cost(server: Postgres, times: int, work: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds of the server's CPU a time."""
    await work()
    before = server_cpu_s(server.port)
    for _ in range(times):
        await work()
    return round((server_cpu_s(server.port) - before) * 1000 / times, 3)


async def parts_at(server: Postgres, count: int, times: int) -> dict[str, Any]:
    """What a pump, a watch and a heartbeat of 128 items cost the server, with so many items in all."""
    waiting = await filled(server.fresh_database(), count, leased=False)
    working = await filled(server.fresh_database(), count, leased=True)
    try:
        async with working.reading() as reader:
            rows = await reader.rows(
                select(items.c.item_id, items.c.token)
                .where(items.c.lease_until.is_not(None))
                .order_by(func.md5(items.c.item_id))
                .limit(AT_ONCE)
            )
        mine = [(row["item_id"], row["token"]) for row in rows]

        async def look() -> None:
            async with working.reading() as reader:
                await leases.lost(reader, mine)

        async def pump() -> None:
            async with waiting.reading() as reader:
                assert len(await leases.candidates(reader, CONTENT_KINDS, 4)) == 4

        async def renew() -> None:
            await working.transact(lambda tx: leases.renew(tx, mine, LEASE_MS))

        return {
            "items": count,
            "pump_ms": await cost(server, times, pump),
            "watch_128_ms": await cost(server, times, look),
            "renew_128_ms": await cost(server, times, renew),
        }
    finally:
        await waiting.close()
        await working.close()


async def parts(sizes: tuple[int, ...], times: int) -> list[dict[str, Any]]:
    """The same on databases of each size."""
    server = Postgres()
    try:
        return [await parts_at(server, size, times) for size in sizes]
    finally:
        server.remove()


def main() -> int:
    """1 when a load took a fifth more or less than foretold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--small", action="store_true", help="to see that it runs")
    asked = parser.parse_args()
    before, began = machine(), time.monotonic()
    found = loads(LOADS[:1] if asked.small else LOADS)
    found["parts"] = asyncio.run(parts(SIZES[:1] if asked.small else SIZES, 20))
    found["took_s"] = round(time.monotonic() - began)
    if asked.json:
        print(json.dumps({"goal": GOAL, "machine": before, **found}, indent=1))
    else:
        print(f"{found['items_a_second']} items a second, {found['between_s']} s between two calls of a slot")
        print(f"CPU ms an item: {found['cpu_ms_per_item']}")
        for one in (*found["loads"], *found["parts"]):
            print(", ".join(f"{name} {value}" for name, value in one.items()))
    return int(any(abs(one["off"]) > GOAL for one in found["loads"]))


if __name__ == "__main__":
    sys.exit(main())
