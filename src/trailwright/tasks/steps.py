"""What each step of a task produced."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from trailwright.domain.lifecycle import TaskType
from trailwright.domain.workflow import FRAMEWORK_KINDS, KINDS, Kind
from trailwright.kit.clock import rfc3339
from trailwright.kit.db import Row, Snapshot
from trailwright.tasks.models import items, ledger, task_items, tasks


async def steps(reader: Snapshot, task_id: str) -> dict[str, Any]:
    """`steps`: the framework steps of a creation task in their order; `items`: the content it is about."""
    task = await reader.row(select(tasks.c.roadmap_id, tasks.c.task_type).where(tasks.c.task_id == task_id))
    rows: Sequence[Row] = ()
    if task is not None and task["task_type"] == TaskType.CREATION:
        rows = await reader.rows(
            select(items)
            .where(
                items.c.roadmap_id == task["roadmap_id"],
                items.c.kind.in_([kind.value for kind in FRAMEWORK_KINDS]),
            )
            .order_by(items.c.created_at, items.c.round, items.c.part, items.c.item_id)
        )
    spent = await _spent(reader, task_id)
    return {
        "steps": [_step(row, spent.get(row["item_id"])) for row in rows],
        "items": await _about(reader, task_id),
    }


def _step(row: Row, spent: Row | None) -> dict[str, Any]:
    facts = KINDS[Kind(row["kind"])]
    answer: dict[str, Any] = {
        "step": facts.step.value,
        "kind": row["kind"],
        "agent": facts.agent,
        "round": row["round"],
        "part": row["part"],
        "status": row["status"],
        "attempt": row["attempt"],
        "result": row["result"],
        "created_at": rfc3339(row["created_at"]),
        "updated_at": rfc3339(row["updated_at"]),
    }
    if row["error_code"]:
        answer["error"] = {"code": row["error_code"], "message": row["error_message"] or ""}
    if spent is not None:
        names = ("input_tokens", "output_tokens", "cost_usd", "llm_calls")
        answer["usage"] = {name: spent[name] for name in names}
        answer["duration_ms"] = spent["duration_ms"]
    return answer


async def _spent(reader: Snapshot, task_id: str) -> dict[str, Row]:
    statement = (
        select(
            ledger.c.item_id,
            func.sum(ledger.c.input_tokens).label("input_tokens"),
            func.sum(ledger.c.output_tokens).label("output_tokens"),
            func.sum(ledger.c.cost_usd).label("cost_usd"),
            func.sum(ledger.c.calls).label("llm_calls"),
            func.sum(ledger.c.duration_ms).label("duration_ms"),
        )
        .where(ledger.c.task_id == task_id)
        .group_by(ledger.c.item_id)
    )
    return {row["item_id"]: row for row in await reader.rows(statement)}


async def _about(reader: Snapshot, task_id: str) -> list[dict[str, Any]]:
    statement = (
        select(items, task_items.c.outcome)
        .join(task_items, task_items.c.item_id == items.c.item_id)
        .where(task_items.c.task_id == task_id)
        .order_by(items.c.position, items.c.item_id)
    )
    return [
        {
            "concept_id": row["concept_id"],
            "content_type": row["kind"],
            "outcome": row["outcome"],
            "status": row["status"],
            "attempt": row["attempt"],
        }
        for row in await reader.rows(statement)
    ]
