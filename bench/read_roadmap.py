"""Time and statements of GET /roadmaps/{id} with 100 concepts and all content: promised are 30 ms and 4."""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import event

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.support.product import machine
from tests.api.support import World, a_world
from tests.support import engine
from tests.support.postgres import Postgres

CONCEPTS = 100
ROUNDS = 100
MAX_MS = 30.0
MAX_STATEMENTS = 4


async def measure(name: str, url: str) -> dict[str, Any]:
    """The figures of one database."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_world(url, Path(folder)) as world:
            task_id, roadmap_id = await engine.a_task(world.db, CONCEPTS)
            await world.make_content(task_id)
            counted = await statements(world, roadmap_id)
            times = [await once(world, roadmap_id) for _ in range(ROUNDS)]
    return {
        "database": name,
        "median_ms": round(statistics.median(times), 1),
        "worst_ms": round(max(times), 1),
        "statements": counted,
    }


async def once(world: World, roadmap_id: str) -> float:
    """Milliseconds of one read, application and JSON included."""
    started = time.perf_counter()
    answer = await world.client.get(f"/roadmaps/{roadmap_id}")
    assert answer.status_code == 200
    return (time.perf_counter() - started) * 1000


async def statements(world: World, roadmap_id: str) -> int:
    """SQL statements of a read that finds nothing in a cache."""
    seen: list[Any] = []
    for each in world.db.engines:
        event.listen(each.sync_engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    await once(world, roadmap_id)
    return len(seen)


def main() -> int:
    """1 when a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    before = machine()
    with tempfile.TemporaryDirectory() as folder:
        found = [asyncio.run(measure("SQLite", f"sqlite:///{folder}/bench.db"))]
    server = Postgres()
    try:
        found.append(asyncio.run(measure("PostgreSQL", server.fresh_database())))
    finally:
        server.remove()
    if as_json:
        print(json.dumps({"machine": before, "results": found}, indent=1))
    for one in [] if as_json else found:
        print("{database}: median {median_ms} ms, worst {worst_ms} ms, {statements} statements".format(**one))
    return int(any(one["median_ms"] > MAX_MS or one["statements"] > MAX_STATEMENTS for one in found))


if __name__ == "__main__":
    sys.exit(main())
