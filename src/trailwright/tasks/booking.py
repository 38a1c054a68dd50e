"""The ledger: what every call cost, on the task's row and in a line of its own."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert

from trailwright.kit.db import Tx
from trailwright.tasks.held import HeldTask
from trailwright.tasks.models import ledger
from trailwright.tasks.outcomes import Spent


async def book(tx: Tx, held: HeldTask, spendings: Sequence[tuple[str, str, Spent]]) -> None:
    """Add the calls of items (id, kind, what it cost) to their task and to the ledger."""
    rows = [_row(held, *one) for one in spendings if one[2].calls]
    if not rows:
        return
    for row in rows:
        held.row["input_tokens"] += row["input_tokens"]
        held.row["output_tokens"] += row["output_tokens"]
        held.row["cost_usd"] += row["cost_usd"]
        held.row["llm_calls"] += row["calls"]
    await tx.run(insert(ledger), rows)


def _row(held: HeldTask, item_id: str, kind: str, spent: Spent) -> dict[str, Any]:
    return {
        "user_id": held.row["user_id"],
        "task_id": held.task_id,
        "item_id": item_id,
        "kind": kind,
        "model": spent.model,
        "input_tokens": spent.input_tokens,
        "output_tokens": spent.output_tokens,
        "cost_usd": spent.cost_usd,
        "calls": spent.calls,
        "estimated": spent.estimated,
        "duration_ms": spent.duration_ms,
        "created_at": held.now,
    }


def cut_off(reserved_cost: float) -> Spent:
    """A call that was taken away while it was open: what was set aside counts as spent, estimated."""
    return Spent(cost_usd=reserved_cost, calls=1, estimated=True)
