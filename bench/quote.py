"""What was quoted beside what was billed: a short roadmap, after another one of the same kind was made.

The simulated model answers under the name of one that has a price. The quotes are asked for as people see
them: of the whole before the order, and of the content under review.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.support.product import GOAL, Person, Process, a_simulator, machine, running, settings_of

WITHIN = 0.30
MODEL = "openai:gpt-4o-mini"
SIZE = "short"
LATENCY_S = 0.2
COMPARED = ("calls", "tokens", "cost_usd")


def bill(person: Person, task_id: str) -> dict[str, float]:
    """What a task has cost so far."""
    usage = person.get(f"/tasks/{task_id}")["usage"]
    tokens = usage["input_tokens"] + usage["output_tokens"]
    return {"calls": usage["llm_calls"], "tokens": tokens, "cost_usd": usage["cost_usd"]}


def compared(what: str, quote: dict[str, Any], billed: dict[str, float]) -> dict[str, Any]:
    """Quote and bill side by side, and how far the quote is off."""
    off = {name: round(quote[name] / billed[name] - 1, 3) for name in COMPARED}
    return {"what": what, "quote": {name: quote[name] for name in COMPARED}, "bill": billed, "off": off}


def measure(product: Process) -> list[dict[str, Any]]:
    """The second order, quoted from the first."""
    person = Person(product)
    first = person.orders(auto_approve=True, size=SIZE)
    for _ in person.follows(first["task_id"]):
        pass
    whole = person.post("/tasks/quote", {"preferences": {"learning_goal": GOAL}, "size": SIZE})
    second = person.orders(auto_approve=False, size=SIZE)
    task_id = second["task_id"]
    for event in person.follows(task_id):
        if event["type"] == "human_review_required":
            content = person.post("/tasks/quote", {"roadmap_id": second["roadmap_id"]})
            before = bill(person, task_id)
            person.approves(task_id, event["data"]["version"])
    after = bill(person, task_id)
    made = {name: round(after[name] - before[name], 6) for name in COMPARED}
    return [
        compared("the whole, before the order", whole, after),
        compared("content, under review", content, made),
    ]


def main() -> int:
    """1 when a quote is too far off."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    where = machine()
    with (
        a_simulator(LATENCY_S) as simulator,
        tempfile.TemporaryDirectory(prefix="trailwright-bench-") as folder,
    ):
        env = settings_of(simulator, Path(folder)) | {"TRAILWRIGHT_LLM__MODEL": MODEL}
        with running(["up", "--port", "0", "--no-open"], env) as product:
            results = measure(product)
    if asked.json:
        print(json.dumps({"within": WITHIN, "machine": where, "results": results}, indent=1))
    for one in [] if asked.json else results:
        off = ", ".join(f"{name} {share:+.0%}" for name, share in one["off"].items())
        quoted, billed = one["quote"]["cost_usd"], one["bill"]["cost_usd"]
        print(f"{one['what']}: ${quoted:.4f} quoted, ${billed:.4f} billed; {off}")
    return int(any(abs(share) > WITHIN for one in results for share in one["off"].values()))


if __name__ == "__main__":
    sys.exit(main())
