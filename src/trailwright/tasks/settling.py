"""The end of a lease: the result, the status, the money and the events in one transaction, or nothing.

A write that hits no row raises `LeaseLost` and the transaction is rolled back whole.
"""

from typing import Any, assert_never

from sqlalchemy import select, update

from trailwright.domain.lifecycle import Asked, ItemEvent, ItemStatus, move
from trailwright.domain.sentences import Said, say
from trailwright.domain.workflow import FRAMEWORK_KINDS, KINDS, Kind
from trailwright.errors import LeaseLost
from trailwright.events import log
from trailwright.events.shapes import EventType
from trailwright.kit.clock import rfc3339
from trailwright.kit.db import Tx
from trailwright.roadmaps.frameworks import concept_names, lock_roadmap
from trailwright.tasks import progressing
from trailwright.tasks.booking import book
from trailwright.tasks.delivering import deliver, say_tenth, set_outcome
from trailwright.tasks.held import HeldTask, lock_task
from trailwright.tasks.leases import THING, Claimed, held_by, listed, say_requeued, take_back
from trailwright.tasks.models import items
from trailwright.tasks.outcomes import Delivered, GaveUp, Outcome, Postponed, StepDone


async def settle(tx: Tx, claimed: Claimed, outcome: Outcome) -> None:
    """Write what became of `claimed`. Raises `LeaseLost`, having written nothing."""
    if isinstance(outcome, Delivered):
        if not await deliver(tx, [(claimed, outcome)]):
            raise LeaseLost
        return
    is_step = claimed.kind in FRAMEWORK_KINDS
    roadmap = await lock_roadmap(tx, claimed.roadmap_id) if is_step else None
    held = await lock_task(tx, claimed.task_id)
    if held is None or (is_step and roadmap is None):
        raise LeaseLost
    match outcome:
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
    await book(tx, [(held, claimed.item_id, claimed.kind.value, outcome.spent)])
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
    statement = update(items).where(*held_by([claimed.key])).values(changes)
    if await tx.run(statement) != 1:
        raise LeaseLost
    held.row["open_items"] -= 1


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
    await set_outcome(tx, [(held.task_id, item_id)], "failed")
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
    say_tenth(held)


async def _stop(tx: Tx, held: HeldTask, claimed: Claimed, outcome: GaveUp) -> None:
    """A fault that no other item can escape: the task ends, what is unfinished waits for a mended setting."""
    hit = await tx.row(select(items.c.item_id).where(*held_by([claimed.key])).with_for_update(key_share=True))
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
        .where(*held_by([claimed.key]))
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


async def _note(tx: Tx, held: HeldTask, claimed: Claimed, outcome: StepDone | GaveUp | Postponed) -> None:
    facts = KINDS[claimed.kind]
    level, words, details = _log_words(outcome)
    line = log.line(
        held.task_id,
        step=facts.log_step,
        agent=facts.agent,
        level=level,
        words=words,
        now=held.now,
        duration_ms=outcome.spent.duration_ms,
        details={"concept_id": claimed.concept_id, "attempt": claimed.attempt, **details},
    )
    await log.note(tx, [line])


def _log_words(outcome: StepDone | GaveUp | Postponed) -> tuple[str, Said | str, dict[str, Any]]:
    match outcome:
        case StepDone(words=words):
            return "info", words, {}
        case GaveUp(code=code, message=message):
            return "error", message, {"code": code}
        case Postponed(code=code, wait_s=wait_s):
            return "warning", say("tried_again", seconds=round(wait_s)), {"code": code}
        case _:
            assert_never(outcome)
