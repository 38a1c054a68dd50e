"""Time and statements of GET /roadmaps/{id} with 100 concepts and all content: promised are 30 ms and 4."""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import event

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.api.support import World, a_world
from tests.support import engine
from tests.support.postgres import Postgres

CONCEPTS = 100
ROUNDS = 100
MAX_MS = 30.0
MAX_STATEMENTS = 4


async def measure(name: str, url: str) -> bool:
    """Print the figures of one database; whether they keep the promise."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_world(url, Path(folder)) as world:
            task_id, roadmap_id = await engine.a_task(world.db, CONCEPTS)
            await world.make_content(task_id)
            counted = await statements(world, roadmap_id)
            times = [await once(world, roadmap_id) for _ in range(ROUNDS)]
    median, worst = statistics.median(times), max(times)
    print(f"{name}: median {median:.1f} ms, worst {worst:.1f} ms, {counted} statements")
    return median <= MAX_MS and counted <= MAX_STATEMENTS


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
    with tempfile.TemporaryDirectory() as folder:
        kept = [asyncio.run(measure("SQLite", f"sqlite:///{folder}/bench.db"))]
    server = Postgres()
    try:
        kept.append(asyncio.run(measure("PostgreSQL", server.fresh_database())))
    finally:
        server.remove()
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
