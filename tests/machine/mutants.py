"""Ways in which the engine could be wrong: each must make a test fail, or nobody wrote the promise down."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import event, update

from trailwright.domain.lifecycle import Asked, ItemStatus
from trailwright.events import log
from trailwright.kit.clock import db_now
from trailwright.kit.db import Database, Tx
from trailwright.tasks import delivering, held, leases, reaping, settling, turns
from trailwright.tasks.models import items, tasks

Patch = pytest.MonkeyPatch
Open = Callable[[], Database]
Mutant = Callable[[Patch, Open], Open]


def rewritten(open_database: Open, pattern: str, replacement: str) -> Open:
    """Databases whose statements are changed on their way out."""

    def fresh() -> Database:
        db = open_database()

        @event.listens_for(db.engine.sync_engine, "before_cursor_execute", retval=True)
        def change(
            connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
        ) -> tuple[str, Any]:
            del connection, cursor, context, many
            return re.sub(pattern, replacement, statement), parameters

        return db

    return fresh


def no_token_in_where(patch: Patch, open_database: Open) -> Open:
    def anyone(keys: Collection[tuple[str, int]]) -> tuple[Any, ...]:
        ids = [item_id for item_id, _ in keys]
        return (items.c.item_id.in_(ids), items.c.status == ItemStatus.GENERATING.value)

    for module in (leases, settling, delivering):
        patch.setattr(module, "held_by", anyone)
    return open_database


def row_count_ignored(patch: Patch, open_database: Open) -> Open:
    close = delivering._close

    async def careless(
        tx: Tx, locked: Mapping[str, held.HeldTask], claimed: Sequence[leases.Claimed]
    ) -> dict[str, int]:
        await close(tx, locked, claimed)
        return {one.item_id: one.version + 1 for one in claimed}

    patch.setattr(delivering, "_close", careless)
    return open_database


def event_outside_the_transaction(patch: Patch, open_database: Open) -> Open:
    kept: list[tuple[Any, ...]] = []
    append = log.append

    async def later(tx: Tx, *rest: Any) -> None:
        """What was said in the last transaction is written with the next one, unless the process dies."""
        for said in kept:
            await append(tx, *said)
        kept[:] = [rest]

    patch.setattr(log, "append", later)
    return open_database


def token_not_raised(patch: Patch, open_database: Open) -> Open:
    del patch
    return rewritten(open_database, r"token=\(items\.token \+ ([^)]*)\)", r"token=(items.token + 0 * \1)")


def reap_takes_live_leases(patch: Patch, open_database: Open) -> Open:
    async def greedy(tx: Tx, task_id: str) -> int:
        anyone = items.c.lease_until.is_not(None)
        return await reaping._take_back(tx, task_id, anyone, reason="worker_lost", count_loss=1)

    patch.setattr(reaping, "reap", greedy)
    return open_database


def numbers_with_gaps(patch: Patch, open_database: Open) -> Open:
    finish = held.HeldTask.finish

    def skipping(self: held.HeldTask) -> list[dict[str, Any]]:
        self.row["last_seq"] += 1
        return finish(self)

    patch.setattr(held.HeldTask, "finish", skipping)
    return open_database


def asked_read_in_the_update(patch: Patch, open_database: Open) -> Open:
    """Claim as one statement: what people asked is read in a sub-select, the task is locked only after."""

    async def claim(tx: Tx, wanted: Mapping[str, str], lease_ms: int) -> list[leases.Claimed]:
        going = tasks.select().where(tasks.c.task_id == items.c.task_id, tasks.c.asked == Asked.GOING.value)
        statement = (
            update(items)
            .where(
                items.c.item_id.in_(list(wanted)),
                items.c.task_id.in_(set(wanted.values())),
                turns.claimable(),
                going.exists(),
            )
            .values(
                status=ItemStatus.GENERATING.value,
                token=items.c.token + 1,
                attempt=items.c.attempt + 1,
                lease_until=db_now() + lease_ms,
            )
            .returning(items)
        )
        rows = await tx.rows(statement)
        locked = await held.lock_tasks(tx, {row["task_id"] for row in rows})
        claimed = [leases._claimed(row, locked[row["task_id"]], {}) for row in rows]
        for one in claimed:
            leases._say_started(locked[one.task_id], [one])
        await held.write_all(tx, locked.values())
        return claimed

    patch.setattr(leases, "claim", claim)
    return open_database


def task_lock_left_out(patch: Patch, open_database: Open) -> Open:
    async def look(tx: Tx, task_ids: Collection[str]) -> dict[str, held.HeldTask]:
        statement = tasks.select().add_columns(db_now().label("now")).where(tasks.c.task_id.in_(task_ids))
        return {row["task_id"]: held.HeldTask(row) for row in await tx.rows(statement)}

    for module in (held, leases, delivering):
        patch.setattr(module, "lock_tasks", look)
    return open_database


IN_ANY_ORDER: dict[str, Mutant] = {
    "no token in WHERE": no_token_in_where,
    "row count ignored": row_count_ignored,
    "event outside the transaction": event_outside_the_transaction,
    "token not raised": token_not_raised,
    "reap takes live leases": reap_takes_live_leases,
    "numbers with gaps": numbers_with_gaps,
}
AT_ONCE: dict[str, Mutant] = {
    "asked read in the item's UPDATE": asked_read_in_the_update,
    "task lock left out": task_lock_left_out,
}
