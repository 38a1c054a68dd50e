"""The end of a lease: the result, the status, the money and the events in one transaction, or nothing.

A write that hits no row raises `LeaseLost` and the transaction is rolled back whole.
"""

from typing import Any, assert_never

from sqlalchemy import select, update

from trailwright.contents.commands import add_version, content_ref
from trailwright.domain.lifecycle import Asked, ItemEvent, ItemStatus, move
from trailwright.domain.workflow import FRAMEWORK_KINDS, KINDS, Kind
from trailwright.errors import LeaseLost
from trailwright.events import log
from trailwright.events.shapes import EventType
from trailwright.kit.clock import rfc3339
from trailwright.kit.db import Row, Tx
from trailwright.roadmaps.frameworks import concept_names, lock_roadmap
from trailwright.tasks import progressing
from trailwright.tasks.booking import book
from trailwright.tasks.held import HeldTask, lock_task
from trailwright.tasks.leases import THING, Claimed, listed, say_requeued, take_back
from trailwright.tasks.models import items, task_items
from trailwright.tasks.outcomes import Delivered, GaveUp, Outcome, Postponed, StepDone

_ALL_THREE = 3


async def settle(tx: Tx, claimed: Claimed, outcome: Outcome) -> None:
    """Write what became of `claimed`. Raises `LeaseLost`, having written nothing."""
    is_step = claimed.kind in FRAMEWORK_KINDS
    roadmap = await lock_roadmap(tx, claimed.roadmap_id) if is_step else None
    held = await lock_task(tx, claimed.task_id)
    if held is None or (is_step and roadmap is None):
        raise LeaseLost
    match outcome:
        case Delivered():
            await _deliver(tx, held, claimed, outcome)
        case StepDone():
            assert roadmap is not None  # noqa: S101 - locked above for every step
            await _close(tx, held, claimed, ItemEvent.DELIVERED, result=outcome.result)
            await progressing.advance(tx, held, roadmap, claimed, outcome)
        case GaveUp():
            await _give_up(tx, held, claimed, outcome)
        case Postponed():
            await _postpone(tx, held, claimed, outcome)
        case _:
            assert_never(outcome)
    await book(tx, held, claimed.item_id, claimed.kind.value, outcome.spent)
    await _note(tx, held, claimed, outcome)
    await held.write(tx)


async def _close(tx: Tx, held: HeldTask, claimed: Claimed, event: ItemEvent, **values: Any) -> None:
    """Settle the row under its token and free it."""
    changes: dict[str, Any] = {
        "status": move(ItemStatus.GENERATING, event).value,
        "task_id": None,
        "lease_until": None,
        "reserved_cost": 0,
        "error_code": None,
        "error_message": None,
        "updated_at": held.now,
        **values,
    }
    statement = update(items).where(*_mine(claimed)).values(changes)
    if await tx.run(statement) != 1:
        raise LeaseLost
    held.row["open_items"] -= 1


def _mine(claimed: Claimed) -> tuple[Any, ...]:
    return (
        items.c.item_id == claimed.item_id,
        items.c.token == claimed.token,
        items.c.status == ItemStatus.GENERATING.value,
        items.c.lease_until.is_not(None),
    )


async def _deliver(tx: Tx, held: HeldTask, claimed: Claimed, outcome: Delivered) -> None:
    siblings = await _lock_siblings(tx, claimed)
    version = claimed.version + 1
    await _close(
        tx, held, claimed, ItemEvent.DELIVERED, current_version=version, tries=0, losses=0, payload=None
    )
    spent = outcome.spent
    facts = {
        "input_tokens": spent.input_tokens,
        "output_tokens": spent.output_tokens,
        "cost_usd": spent.cost_usd,
        "duration_ms": spent.duration_ms,
        "created_at": held.now,
    }
    await add_version(tx, claimed.item_id, version, claimed.token, outcome.version, facts)
    await set_outcome(tx, held, claimed.item_id, "completed")
    held.row["done"] += 1
    held.quiet = True
    _say_delivered(held, claimed, outcome, version)
    await _say_all_there(tx, held, claimed, siblings)


async def _lock_siblings(tx: Tx, claimed: Claimed) -> list[Row]:
    """The concept's items, locked before anyone judges that all are there."""
    statement = (
        select(items.c.item_id, items.c.status)
        .where(
            items.c.roadmap_id == claimed.roadmap_id,
            items.c.concept_id == claimed.concept_id,
            items.c.dropped_at.is_(None),
        )
        .order_by(items.c.item_id)
        .with_for_update(key_share=True)
    )
    return list(await tx.rows(statement))


async def set_outcome(tx: Tx, held: HeldTask, item_id: str, outcome: str) -> None:
    """What this task's own log says of the item, for good."""
    await tx.run(
        update(task_items)
        .where(task_items.c.task_id == held.task_id, task_items.c.item_id == item_id)
        .values(outcome=outcome)
    )


def _say_delivered(held: HeldTask, claimed: Claimed, outcome: Delivered, version: int) -> None:
    kind = claimed.kind.value
    held.say(
        EventType.CONCEPT_COMPLETE,
        f"{THING[claimed.kind]} of {claimed.concept_name} is ready.",
        concept_id=claimed.concept_id,
        concept_name=claimed.concept_name,
        content_type=kind,
        progress=held.progress(),
        data={
            f"{kind}_id": outcome.version.version_id,
            "title": outcome.version.title,
            "version": version,
            "content_ref": content_ref(claimed.roadmap_id, claimed.concept_id, kind, version),
            "attempt": claimed.attempt,
        },
    )
    _say_tenth(held)


def _say_tenth(held: HeldTask) -> None:
    """A `progress` event when another tenth of the content is finished."""
    total = held.row["total"]
    current = held.row["done"] + held.row["failed"]
    if current * 10 // total > (current - 1) * 10 // total:
        held.say(
            EventType.PROGRESS,
            f"{current} of {total} are finished.",
            step="content_generation",
            status="completed" if current == total else "processing",
            progress=held.progress(),
        )


async def _say_all_there(tx: Tx, held: HeldTask, claimed: Claimed, siblings: list[Row]) -> None:
    others = [row for row in siblings if row["item_id"] != claimed.item_id]
    done = [row for row in others if row["status"] == ItemStatus.COMPLETED.value]
    if len(done) != _ALL_THREE - 1:
        return
    ids = await progressing.newest_version_ids(tx, claimed.roadmap_id, claimed.concept_id)
    held.say(
        EventType.CONCEPT_ALL_CONTENT_COMPLETE,
        f"{claimed.concept_name} can be learned now.",
        concept_id=claimed.concept_id,
        concept_name=claimed.concept_name,
        data=ids,
    )


async def _give_up(tx: Tx, held: HeldTask, claimed: Claimed, outcome: GaveUp) -> None:
    if outcome.stops and not claimed.clicked:
        await _stop(tx, held, claimed, outcome)
        return
    await _close(tx, held, claimed, ItemEvent.GAVE_UP, error_code=outcome.code, error_message=outcome.message)
    await fail(tx, held, claimed.concept_id, claimed.kind.value, claimed.item_id, outcome, claimed.attempt)


async def fail(
    tx: Tx, held: HeldTask, concept_id: str, kind: str, item_id: str, outcome: GaveUp, attempt: int
) -> None:
    """What follows a failed item: a failed step ends the task, a failed piece of content only counts."""
    error = {"code": outcome.code, "message": outcome.message}
    if not concept_id:
        held.row.update(step_failed=True, error_code=outcome.code, error_message=outcome.message)
        await take_back(tx, held, free=True)
        return
    await set_outcome(tx, held, item_id, "failed")
    held.row["failed"] += 1
    held.last_failure = (outcome.code, outcome.message)
    names = await concept_names(tx, held.row["roadmap_id"])
    held.say(
        EventType.CONCEPT_FAILED,
        f"{THING[Kind(kind)]} of {names.get(concept_id, 'a concept')} failed.",
        concept_id=concept_id,
        concept_name=names.get(concept_id),
        content_type=kind,
        progress=held.progress(),
        data={"attempt": attempt},
        error=error,
    )
    _say_tenth(held)


async def _stop(tx: Tx, held: HeldTask, claimed: Claimed, outcome: GaveUp) -> None:
    """A fault that no other item can escape: the task ends, what is unfinished waits for a mended setting."""
    hit = await tx.row(select(items.c.item_id).where(*_mine(claimed)).with_for_update(key_share=True))
    if hit is None:
        raise LeaseLost
    held.row.update(asked=Asked.STOPPED.value, error_code=outcome.code, error_message=outcome.message)
    rows = await take_back(tx, held, free=True)
    held.released = listed(rows)


async def _postpone(tx: Tx, held: HeldTask, claimed: Claimed, outcome: Postponed) -> None:
    waiting = ItemStatus.GENERATING if claimed.clicked else move(ItemStatus.GENERATING, ItemEvent.POSTPONED)
    not_before = held.now + round(outcome.wait_s * 1000)
    statement = (
        update(items)
        .where(*_mine(claimed))
        .values(
            status=waiting.value,
            token=items.c.token + 1,
            lease_until=None,
            not_before=not_before,
            reserved_cost=0,
            updated_at=held.now,
        )
        .returning(items)
    )
    rows = await tx.rows(statement)
    if not rows:
        raise LeaseLost
    names = await concept_names(tx, claimed.roadmap_id)
    say_requeued(held, rows, "retry_later", names, rfc3339(not_before))


async def _note(tx: Tx, held: HeldTask, claimed: Claimed, outcome: Outcome) -> None:
    facts = KINDS[claimed.kind]
    level, message, details = _log_words(outcome)
    await log.note(
        tx,
        held.task_id,
        step=facts.log_step,
        agent=facts.agent,
        level=level,
        message=message,
        now=held.now,
        duration_ms=outcome.spent.duration_ms,
        details={"concept_id": claimed.concept_id, "attempt": claimed.attempt, **details},
    )


def _log_words(outcome: Outcome) -> tuple[str, str, dict[str, Any]]:
    match outcome:
        case Delivered(version=version):
            return "info", f"Ready: {version.title}", {"version_id": version.version_id}
        case StepDone(message=message):
            return "info", message, {}
        case GaveUp(code=code, message=message):
            return "error", message, {"code": code}
        case Postponed(code=code, wait_s=wait_s):
            return "warning", f"Another try in {wait_s:.0f} s.", {"code": code}
        case _:
            assert_never(outcome)
