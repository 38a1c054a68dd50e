"""Money: set aside before a call, settled after; at the cap the task pauses and nothing is lost."""

import datetime as dt

from sqlalchemy import func, select, update

from trailwright.domain.lifecycle import Asked, TaskStatus
from trailwright.errors import LeaseLost
from trailwright.events.shapes import EventType
from trailwright.kit.db import Database, Tx
from trailwright.tasks.held import HeldTask, lock_task
from trailwright.tasks.leases import Claimed, say_requeued, take_back
from trailwright.tasks.models import items, ledger, tasks
from trailwright.users.locks import lock_user

_TASK_WORDS = "The money set for this is used up. Raise the limit and resume; everything made so far is kept."
_MONTH_WORDS = "The money set for this month is used up. Raise the limit and resume; everything is kept."


async def reserve(db: Database, claimed: Claimed, cost_usd: float, user_month_usd: float | None) -> None:
    """Set `cost_usd` aside for the next call of an item. Raises `LeaseLost` when it may not be made.

    At the cap of its task, or of its user's month, the task pauses with `budget_exceeded` and the item
    waits again.
    """
    if cost_usd > 0 and not await db.transact(lambda tx: _reserve(tx, claimed, cost_usd, user_month_usd)):
        raise LeaseLost


async def _reserve(tx: Tx, claimed: Claimed, cost_usd: float, user_month_usd: float | None) -> bool:
    held = await lock_task(tx, claimed.task_id)
    if held is None:
        return False
    if await _over_task(tx, held, claimed, cost_usd):
        await _pause(tx, held, claimed, _TASK_WORDS)
        return False
    if user_month_usd is not None and await _over_month(tx, held, claimed, cost_usd, user_month_usd):
        await _pause(tx, held, claimed, _MONTH_WORDS)
        return False
    mine = (items.c.item_id == claimed.item_id, items.c.token == claimed.token)
    return await tx.run(update(items).where(*mine).values(reserved_cost=cost_usd)) == 1


async def _over_task(tx: Tx, held: HeldTask, claimed: Claimed, cost_usd: float) -> bool:
    cap = held.row["max_cost_usd"]
    if cap is None:
        return False
    others = select(func.coalesce(func.sum(items.c.reserved_cost), 0.0)).where(
        items.c.task_id == claimed.task_id, items.c.item_id != claimed.item_id
    )
    return bool(held.row["cost_usd"] + float(await tx.value(others)) + cost_usd > cap)


async def _over_month(tx: Tx, held: HeldTask, claimed: Claimed, cost_usd: float, cap: float) -> bool:
    """Spent this month (UTC), and set aside by all tasks of the user; the user's row is locked last."""
    user_id = held.row["user_id"]
    await lock_user(tx, user_id)
    spent = select(func.coalesce(func.sum(ledger.c.cost_usd), 0.0)).where(
        ledger.c.user_id == user_id, ledger.c.created_at >= month_start(held.now)
    )
    aside = (
        select(func.coalesce(func.sum(items.c.reserved_cost), 0.0))
        .join(tasks, tasks.c.task_id == items.c.task_id)
        .where(tasks.c.user_id == user_id, items.c.item_id != claimed.item_id)
    )
    return bool(float(await tx.value(spent)) + float(await tx.value(aside)) + cost_usd > cap)


def month_start(now: int) -> int:
    """The first millisecond of the calendar month, UTC."""
    moment = dt.datetime.fromtimestamp(now / 1000, tz=dt.UTC)
    first = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return round(first.timestamp() * 1000)


async def _pause(tx: Tx, held: HeldTask, claimed: Claimed, words: str) -> None:
    rows = await take_back(tx, held, items.c.item_id == claimed.item_id)
    say_requeued(held, rows, "released", {claimed.concept_id: claimed.concept_name})
    is_news = held.row["error_code"] != "budget_exceeded" or held.asked is not Asked.PAUSED
    held.row.update(asked=Asked.PAUSED.value, error_code="budget_exceeded", error_message=words)
    if is_news:  # its other items in flight meet the same cap
        error = {"code": "budget_exceeded", "message": words}
        held.say(EventType.PAUSED, words, status=TaskStatus.PAUSED.value, error=error)
    await held.write(tx)
