"""100 covers at once beside a running roadmap: how much later its content is, and how long asking takes.

Real processes: the simulated model server (1 s an answer) and `trailwright up`. Rounds alternate: a roadmap
of 30 concepts (90 items) from approval to its last event alone, then the same while 100 covers are drawn.
Every round beside covers checks that some still waited when the content was ready.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.content_phase import ITEMS, LATENCY_S, database
from bench.support.product import Person, Process, a_product, a_simulator, machine

COVERS = 100
GOAL_SHARE = 1.05
GOAL_ASKING_S = 0.2
_QUIET_S = 120.0


def content_phase(product: Process, person: Person, covers: list[str]) -> tuple[float, float, int]:
    """Seconds, and the product's own CPU, from approval to the end; covers that still wait then.

    The covers are ordered just before.
    """
    task_id = person.orders(auto_approve=False)["task_id"]
    for event in person.follows(task_id):
        if event["type"] == "human_review_required":
            for roadmap_id in covers:
                person.post(f"/roadmaps/{roadmap_id}/cover-image/generate", {})
            cpu, began = product.cpu_s(), time.perf_counter()
            person.approves(task_id, event["data"]["version"])
    took, cpu = time.perf_counter() - began, product.cpu_s() - cpu
    progress = person.get(f"/tasks/{task_id}")["progress"]
    if (progress["completed"], progress["total"]) != (ITEMS, ITEMS):
        raise SystemExit(f"not everything was made: {progress}")
    return took, cpu, waiting(person, covers)


def waiting(person: Person, covers: list[str]) -> int:
    """Covers that are not made yet."""
    told = person.post("/cover-images/batch-get", {"roadmap_ids": covers})["covers"]
    return sum(cover["status"] != "success" for cover in told.values())


def settled(person: Person, covers: list[str]) -> None:
    """Wait until all covers are made."""
    until = time.monotonic() + _QUIET_S
    while waiting(person, covers):
        if time.monotonic() > until:
            raise SystemExit("the covers were not made")
        time.sleep(0.2)


def roadmaps_without_work(person: Person) -> list[str]:
    """Roadmaps whose task was stopped at once."""
    made = [person.orders(auto_approve=False, size="mini") for _ in range(COVERS)]
    person.post("/tasks/cancel-batch", {"task_ids": [one["task_id"] for one in made]})
    return [one["roadmap_id"] for one in made]


def measure(kind: str, rounds: int) -> dict[str, Any]:
    """All rounds on one kind of database."""
    with database(kind) as url, a_simulator(LATENCY_S) as simulator, a_product(simulator, url) as product:
        person = Person(product)
        covers = roadmaps_without_work(person)
        began = time.perf_counter()
        person.post("/cover-images/batch-generate", {"roadmap_ids": covers})
        asking = time.perf_counter() - began
        settled(person, covers)
        all_made = time.perf_counter() - began
        alone, beside = [], []
        for _ in range(rounds):
            alone.append(content_phase(product, person, []))
            beside.append(content_phase(product, person, covers))
            if not beside[-1][2]:
                raise SystemExit("all covers were made before the content was: nothing was measured")
            settled(person, covers)
    return {
        "database": kind,
        "batch_generate_s": round(asking, 3),
        "covers_a_second": round(COVERS / all_made, 2),
        "alone_s": [round(one[0], 3) for one in alone],
        "beside_s": [round(one[0], 3) for one in beside],
        "covers_left": [one[2] for one in beside],
        "share": round(median(beside, 0) / median(alone, 0), 3),
        "cpu_share": round(median(beside, 1) / median(alone, 1), 3),
    }


def median(phases: list[tuple[float, float, int]], which: int) -> float:
    """The middle one of seconds (0) or seconds of CPU (1)."""
    return statistics.median(phase[which] for phase in phases)


def main() -> int:
    """1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    before = machine()
    results = [measure(kind, asked.rounds) for kind in asked.database or ("sqlite", "postgresql")]
    if asked.json:
        goals = {"goal_share": GOAL_SHARE, "goal_batch_generate_s": GOAL_ASKING_S}
        print(json.dumps({**goals, "machine": before, "results": results}, indent=1))
    for result in [] if asked.json else results:
        print(
            f"{result['database']}: content beside {COVERS} covers {result['share']:.3f} of alone "
            f"(goal {GOAL_SHARE}; CPU {result['cpu_share']:.3f}), "
            f"asking {result['batch_generate_s'] * 1000:.0f} ms, "
            f"{result['covers_a_second']:.1f} covers a second"
        )
    missed = [r for r in results if r["share"] > GOAL_SHARE or r["batch_generate_s"] > GOAL_ASKING_S]
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
