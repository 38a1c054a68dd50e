"""The ledger: what every call cost, on the task's row and in a line of its own."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert

from trailwright.kit.db import Tx
from trailwright.tasks.held import HeldTask
from trailwright.tasks.models import ledger
from trailwright.tasks.outcomes import Spent


async def book(tx: Tx, spendings: Sequence[tuple[HeldTask, str, str, Spent]]) -> None:
    """Add the calls of items (their task, id, kind, what it cost) to their tasks and to the ledger."""
    called = [one for one in spendings if one[3].calls]
    if not called:
        return
    for held, _, _, spent in called:
        held.row["input_tokens"] += spent.input_tokens
        held.row["output_tokens"] += spent.output_tokens
        held.row["cost_usd"] += spent.cost_usd
        held.row["llm_calls"] += spent.calls
    await tx.run(insert(ledger), [_row(*one) for one in called])


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
