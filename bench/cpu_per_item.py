"""CPU of the product per item, with a model that answers at once, and its ratio to bare httpx calls.

Two full roadmaps (180 items) are ordered at once over HTTP from a product that was warmed up by a small one,
and followed over the socket to their end. All CPU of the product's one process counts, from the orders on:
API, framework, calls, checks, storage, database, events. Then the same requests, as the product makes them
for these concepts, are made by a loop that does nothing but httpx: stream, read, join.
"""

import argparse
import asyncio
import json
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.support.product import GOAL, Person, Process, a_product, a_simulator, machine
from trailwright.agents import quiz, resources, tutorial
from trailwright.agents.contexts import ContentContext, Learner
from trailwright.commandline.loops import new_loop
from trailwright.domain.framework import Framework
from trailwright.domain.preferences import Preferences
from trailwright.llm.manners import Manner, body_of

GOAL_MS = 25.0
AT_ONCE = 96
ROADMAPS = 2
ITEMS = 90


def made(product: Process, *, size: str = "full", count: int = ROADMAPS) -> list[dict[str, Any]]:
    """Orders roadmaps at once and follows each to its end; the tasks as they are then."""
    person = Person(product)
    ordered = [person.orders(auto_approve=True, size=size)["task_id"] for _ in range(count)]
    followers = [threading.Thread(target=lambda t=task: list(person.follows(t))) for task in ordered]
    for follower in followers:
        follower.start()
    for follower in followers:
        follower.join()
    return [person.get(f"/tasks/{task_id}") for task_id in ordered]


def one_round(product: Process) -> dict[str, Any]:
    """CPU of two roadmaps."""
    before = product.cpu_s()
    tasks = made(product)
    spent = product.cpu_s() - before
    if [task["progress"]["completed"] for task in tasks] != [ITEMS] * ROADMAPS:
        raise SystemExit(f"not everything was made: {[task['progress'] for task in tasks]}")
    return {
        "items": ITEMS * ROADMAPS,
        "calls": sum(task["usage"]["llm_calls"] for task in tasks),
        "cpu_ms_per_item": round(spent / (ITEMS * ROADMAPS) * 1000, 2),
        "roadmap_id": tasks[0]["roadmap_id"],
    }


def requests_of(product: Process, roadmap_id: str) -> list[bytes]:
    """The bodies of a roadmap's 90 content calls."""
    found = Person(product).get(f"/roadmaps/{roadmap_id}/framework")["framework"]
    framework = Framework.model_validate(found)
    learner = Learner(Preferences(learning_goal=GOAL), "", "full", datetime.now(UTC).date())
    return list(_bodies(framework, learner))


def _bodies(framework: Framework, learner: Learner) -> Iterator[bytes]:
    for concept in framework.concepts():
        context = ContentContext(learner, framework, concept.concept_id)
        for build in (tutorial.build, quiz.build, resources.build_queries):
            yield json.dumps(body_of(build(context), "simulated", Manner(), seed=None)).encode()


async def bare_calls(url: str, bodies: list[bytes]) -> float:
    """Milliseconds of this process's CPU for a call."""
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    turn = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=60, trust_env=False) as client:

        async def call(body: bytes) -> str:
            pieces: list[str] = []
            async with turn, client.stream("POST", "/v1/chat/completions", content=body) as response:
                async for line in response.aiter_lines():
                    if line.startswith("data: {"):
                        choices = json.loads(line[6:])["choices"]
                        pieces += [choice["delta"].get("content") or "" for choice in choices]
            return "".join(pieces)

        assert all(await asyncio.gather(*(call(body) for body in bodies[:AT_ONCE])))
        began = time.process_time()
        assert all(await asyncio.gather(*(call(body) for body in bodies)))
        return (time.process_time() - began) / len(bodies) * 1000


def measure(rounds: int) -> dict[str, Any]:
    """Product and bare loop, one after the other, each round."""
    found = []
    with (
        a_simulator(0) as simulator,
        a_product(simulator) as product,
        asyncio.Runner(loop_factory=new_loop) as runner,
    ):
        made(product, size="mini", count=1)
        for _ in range(rounds):
            one = one_round(product)
            bodies = requests_of(product, one.pop("roadmap_id")) * ROADMAPS
            bare = runner.run(bare_calls(simulator.url, bodies))
            found.append({**one, "httpx_ms_per_call": round(bare, 2)})
    item = statistics.median(one["cpu_ms_per_item"] for one in found)
    call = statistics.median(one["httpx_ms_per_call"] for one in found)
    return {
        "cpu_ms_per_item": item,
        "httpx_ms_per_call": call,
        "ratio": round(item / call, 2),
        "rounds": found,
    }


def main() -> int:
    """1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    before = machine()
    found = measure(asked.rounds)
    if asked.json:
        print(json.dumps({"goal_ms": GOAL_MS, "machine": before, **found}, indent=1))
    else:
        print(
            f"{found['cpu_ms_per_item']:.1f} ms of CPU an item (goal {GOAL_MS:.0f}), "
            f"{found['ratio']:.1f} times a bare httpx call ({found['httpx_ms_per_call']:.1f} ms)"
        )
    return int(found["cpu_ms_per_item"] > GOAL_MS)


if __name__ == "__main__":
    sys.exit(main())
