"""From approval to the last settled item: 30 concepts x 3 items, model latency 1 s, database pool of 2.

Real processes: the simulated model server, and `trailwright up` as a person starts it. The person orders by
HTTP, follows over the socket, approves, and waits for the last event. The clock runs from sending the
approval to hearing that all is done. Several rounds one after the other in the same product; CPU is the
product's own.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.support.product import Person, Process, a_product, a_simulator, machine
from tests.support import postgres

GOAL_S = 3.0
LATENCY_S = 1.0
ITEMS = 90


def one_round(product: Process, simulator: Process) -> dict[str, float]:
    """Seconds and seconds of CPU of one content phase."""
    person = Person(product)
    task_id = person.orders(auto_approve=False)["task_id"]
    for event in person.follows(task_id):
        if event["type"] == "human_review_required":
            before = product.cpu_s(), simulator.cpu_s()
            began = time.perf_counter()
            person.approves(task_id, event["data"]["version"])
    took = time.perf_counter() - began
    after = product.cpu_s(), simulator.cpu_s()
    progress = person.get(f"/tasks/{task_id}")["progress"]
    if (progress["completed"], progress["total"]) != (ITEMS, ITEMS):
        raise SystemExit(f"not everything was made: {progress}")
    return {
        "seconds": round(took, 3),
        "product_cpu_s": round(after[0] - before[0], 3),
        "simulator_cpu_s": round(after[1] - before[1], 3),
    }


@contextmanager
def database(kind: str) -> Iterator[str | None]:
    """A new database; None: the product's own SQLite file. PostgreSQL flushes as it does by default."""
    if kind == "sqlite":
        yield None
        return
    postgres.FAST.update(fsync="on", full_page_writes="on")
    server = postgres.Postgres()
    try:
        yield server.fresh_database()
    finally:
        server.remove()


def measure(kind: str, rounds: int) -> dict[str, Any]:
    """The rounds on one kind of database."""
    with database(kind) as url, a_simulator(LATENCY_S) as simulator, a_product(simulator, url) as product:
        made = [one_round(product, simulator) for _ in range(rounds)]
    median = statistics.median(one["seconds"] for one in made)
    cpu = statistics.median(one["product_cpu_s"] for one in made)
    return {
        "database": kind,
        "median_s": median,
        "median_cpu_ms_per_item": round(cpu / ITEMS * 1000, 1),
        "rounds": made,
    }


def main() -> int:
    """1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    before = machine()
    results = [measure(kind, asked.rounds) for kind in asked.database or ("sqlite", "postgresql")]
    if asked.json:
        print(json.dumps({"goal_s": GOAL_S, "machine": before, "results": results}, indent=1))
    for result in [] if asked.json else results:
        raw = " ".join(f"{one['seconds']:.2f}" for one in result["rounds"])
        print(
            f"{result['database']}: {result['median_s']:.2f} s (goal {GOAL_S:.0f}; {raw}), "
            f"{result['median_cpu_ms_per_item']:.1f} ms of CPU an item"
        )
    return int(any(result["median_s"] > GOAL_S for result in results))


if __name__ == "__main__":
    sys.exit(main())
