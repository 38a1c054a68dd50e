"""Ten roadmaps of 90 items at once: two workers, 128 model slots, a model that takes 5 s.

    python bench/fleet.py [--json] [--latency 5] [--roadmaps 10] [--size full]

One API, two workers and a scheduler run as processes of their own on PostgreSQL and Redis. A person orders
the roadmaps, waits until each asks for a decision, and approves them all at once; the clock runs from the
first approval to the last event of the last task. 900 calls of 5 s at 128 slots are eight rounds, and so 40 s
at least: that is the bound. Promised is 1.25 times the bound, with at most 20 database connections.
"""

import argparse
import json
import math
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.support.product import Person, a_simulator, machine
from bench.support.several import Installation, an_installation

GOAL = 1.25
CONNECTIONS = 20
WORKERS, SLOTS, ROADMAPS, LATENCY_S = 2, 128, 10, 5.0
WITHIN_S = 600.0


def approved(person: Person, task_id: str, ready: threading.Barrier, ended: dict[str, float]) -> None:
    """Follows a task to its end; says yes when all the others may be answered too."""
    for event in person.follows(task_id, WITHIN_S):
        if event["type"] == "human_review_required":
            ready.wait()
            person.approves(task_id, event["data"]["version"])
    ended[task_id] = time.monotonic()


def one_round(made: Installation, roadmaps: int, size: str) -> dict[str, Any]:
    """Seconds from the approvals to the last end, and who spent how much CPU meanwhile."""
    person = Person(made.api)
    began: dict[str, Any] = {}

    def begin() -> None:
        began["cpu"], began["at"] = made.cpu_s(), time.monotonic()

    ready = threading.Barrier(roadmaps, action=begin)
    ids = [person.orders(auto_approve=False, size=size)["task_id"] for _ in range(roadmaps)]
    ended: dict[str, float] = {}
    followers = [threading.Thread(target=approved, args=(person, one, ready, ended)) for one in ids]
    with made.connections() as connections:
        for follower in followers:
            follower.start()
        for follower in followers:
            follower.join()
    after = made.cpu_s()
    progress = [person.get(f"/tasks/{one}")["progress"] for one in ids]
    items = sum(one["total"] for one in progress)
    if sum(one["completed"] for one in progress) != items or len(ended) != roadmaps:
        raise SystemExit(f"not everything was made: {progress}")
    spent = {kind: after[kind] - before for kind, before in began["cpu"].items()}
    return {
        "items": items,
        "seconds": round(max(ended.values()) - began["at"], 2),
        "cpu_ms_per_item": {kind: round(seconds / items * 1000, 2) for kind, seconds in spent.items()},
        "connections_open": connections.most_open,
        "connections_active": connections.most_active,
    }


def bound_s(items: int, slots: int, latency_s: float) -> float:
    """So many calls that take equally long, so many at once: whole rounds."""
    return math.ceil(items / slots) * latency_s


def measure(latency_s: float, roadmaps: int, size: str = "full", *, slots: int = SLOTS) -> dict[str, Any]:
    """One installation, warmed up by a small roadmap, then the roadmaps."""
    with (
        a_simulator(latency_s) as simulator,
        an_installation(simulator, workers=WORKERS, permits=slots) as made,
    ):
        one_round(made, 1, "mini")
        found = one_round(made, roadmaps, size)
    bound = bound_s(found["items"], slots, latency_s)
    share = round(found["seconds"] / bound, 3) if bound else None
    return {**found, "bound_s": bound, "share": share}


def words(found: Mapping[str, Any]) -> str:
    """For who reads a terminal."""
    cpu = ", ".join(f"{kind} {spent}" for kind, spent in found["cpu_ms_per_item"].items())
    return (
        f"{found['items']} items in {found['seconds']} s, {found['share']} of the bound {found['bound_s']} s "
        f"(goal {GOAL}); {found['connections_open']} connections (goal {CONNECTIONS}); CPU ms an item: {cpu}"
    )


def main() -> int:
    """1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--latency", type=float, default=LATENCY_S)
    parser.add_argument("--roadmaps", type=int, default=ROADMAPS)
    parser.add_argument("--size", choices=("mini", "short", "full"), default="full")
    asked = parser.parse_args()
    before = machine()
    found = measure(asked.latency, asked.roadmaps, asked.size)
    goals = {"goal": GOAL, "goal_connections": CONNECTIONS, "latency_s": asked.latency}
    print(json.dumps({**goals, "machine": before, **found}, indent=1) if asked.json else words(found))
    return int(found["share"] > GOAL or found["connections_open"] > CONNECTIONS)


if __name__ == "__main__":
    sys.exit(main())
