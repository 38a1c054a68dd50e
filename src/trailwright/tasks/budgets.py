"""Money: set aside before a call, settled after; at the cap the task pauses and nothing is lost."""

from sqlalchemy import func, select, update

from trailwright.domain.lifecycle import Asked, TaskStatus
from trailwright.errors import LeaseLost
from trailwright.events.shapes import EventType
from trailwright.kit.db import Database, Tx
from trailwright.roadmaps.frameworks import concept_names
from trailwright.tasks.held import lock_task
from trailwright.tasks.leases import Claimed, say_requeued, take_back
from trailwright.tasks.models import items

_WORDS = "The money set for this is used up. Raise the limit and resume; everything made so far is kept."


async def reserve(db: Database, claimed: Claimed, cost_usd: float) -> None:
    """Set `cost_usd` aside for the next call of an item. Raises `LeaseLost` when it may not be made.

    At the cap of its task the task pauses with `budget_exceeded` and the item waits again.
    """
    if cost_usd <= 0:
        return
    if not await db.transact(lambda tx: _reserve(tx, claimed, cost_usd)):
        raise LeaseLost


async def _reserve(tx: Tx, claimed: Claimed, cost_usd: float) -> bool:
    held = await lock_task(tx, claimed.task_id)
    if held is None:
        return False
    cap = held.row["max_cost_usd"]
    mine = (items.c.item_id == claimed.item_id, items.c.token == claimed.token)
    if cap is not None:
        statement = select(func.coalesce(func.sum(items.c.reserved_cost), 0.0)).where(
            items.c.task_id == claimed.task_id, items.c.item_id != claimed.item_id
        )
        if held.row["cost_usd"] + float(await tx.value(statement)) + cost_usd > cap:
            rows = await take_back(tx, held, (items.c.item_id == claimed.item_id))
            names = await concept_names(tx, claimed.roadmap_id)
            say_requeued(held, rows, "released", names)
            held.row.update(asked=Asked.PAUSED.value, error_code="budget_exceeded", error_message=_WORDS)
            error = {"code": "budget_exceeded", "message": _WORDS}
            held.say(EventType.PAUSED, _WORDS, status=TaskStatus.PAUSED.value, error=error)
            await held.write(tx)
            return False
    return await tx.run(update(items).where(*mine).values(reserved_cost=cost_usd)) == 1
