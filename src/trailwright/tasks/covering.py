"""Covers' items: leased like all others, but no task owns them, so none is delayed or ended by them.

Who asks for a cover holds the roadmap's lock; claim, settle and take-back lean on the item's token alone.
Lock order: the roadmap, its live tasks by id (settle says `cover_ready` in their logs), the item.
"""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import and_, case, exists, insert, literal, select, tuple_, update

from trailwright.covers import records
from trailwright.covers.records import NewCover
from trailwright.domain.dispatch import hint
from trailwright.domain.lifecycle import ItemEvent, ItemStatus, Priority, move
from trailwright.domain.workflow import Kind
from trailwright.errors import LeaseLost
from trailwright.events.bus import WORK
from trailwright.events.shapes import EventType
from trailwright.kit.clock import db_now
from trailwright.kit.db import Row, Snapshot, Tx
from trailwright.kit.ids import new_id
from trailwright.roadmaps import records as roadmaps
from trailwright.tasks.held import lock_tasks
from trailwright.tasks.leases import MAX_LOSSES, Claimed, held_by
from trailwright.tasks.models import FRESH, items
from trailwright.tasks.outcomes import GaveUp, Postponed
from trailwright.tasks.queries import live_task_ids

HOUR_MS = 3600 * 1000
RETRY_AFTER_MS = HOUR_MS
DAY_MS = 24 * 3600 * 1000
MAX_RETRIES_A_DAY = 5
MAX_RETITLED_AN_HOUR = 10
"""Pictures that other titles of one roadmap are worth: each may be paid for."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_AT_ONCE = 100
_IS_COVER = items.c.kind == Kind.COVER.value
_LOST = "The program ended three times while this picture was being made. Try again."

COVER_ITEMS = (
    select(items.c.roadmap_id, items.c.status, items.c.error_code, items.c.error_message)
    .where(_IS_COVER)
    .subquery("cover_items")
)
"""How far each roadmap's cover is: for other rooms to join with."""

_OPEN = (ItemStatus.PENDING.value, ItemStatus.FAILED.value)


async def _clock(tx: Tx) -> int:
    """The database's clock."""
    return int(await tx.value(select(db_now())))


async def _locked(tx: Tx, roadmap_ids: Sequence[str]) -> dict[str, Row]:
    statement = (
        select(items)
        .where(items.c.roadmap_id.in_(list(roadmap_ids)), _IS_COVER)
        .order_by(items.c.item_id)
        .with_for_update(key_share=True)
    )
    return {row["roadmap_id"]: row for row in await tx.rows(statement)}


async def ask(tx: Tx, roadmap_ids: Sequence[str], now: int) -> list[str]:
    """Have covers made where there is none: those asked for now. Their roadmaps are locked by the caller."""
    known = await _locked(tx, roadmap_ids)
    fresh = [roadmap_id for roadmap_id in roadmap_ids if roadmap_id not in known]
    if fresh:
        rows = [_row(roadmap_id, now) for roadmap_id in fresh]
        await tx.run(insert(items), rows)
        tx.hints += [hint(Kind.COVER, row["item_id"], None) for row in rows]
    waiting = [row["item_id"] for row in known.values() if row["status"] in _OPEN]
    await _queue(tx, items.c.item_id.in_(waiting), now)
    return [one for one in roadmap_ids if one not in known or known[one]["status"] in _OPEN]


async def ask_anew(
    tx: Tx, roadmap_id: str, now: int, *, another: bool, more: Mapping[str, Any] = _NOTHING
) -> str:
    """Have the cover made again, `another` one or the same with a new title; the status after it.

    `more`: what its item remembers besides.

    One that is about to be made is made with the new title anyway; one that is being made begins again for a
    new title, and is left alone when just another was wanted. The one before is shown until then.
    """
    row = (await _locked(tx, [roadmap_id])).get(roadmap_id)
    if row is None:
        fresh = _row(roadmap_id, now)
        await tx.run(insert(items), fresh)
        tx.hints.append(hint(Kind.COVER, fresh["item_id"], None))
        tx.topics.add(WORK)
        return ItemStatus.PENDING.value
    if row["status"] == ItemStatus.GENERATING.value and another:
        return str(row["status"])
    payload = dict(row["payload"] or {})
    if another and row["status"] == ItemStatus.COMPLETED.value:
        payload["choice"] = int(payload.get("choice", 0)) + 1
    await _queue(tx, items.c.item_id == row["item_id"], now, payload={**payload, **more})
    return ItemStatus.PENDING.value


async def retitled(tx: Tx, roadmap_id: str, now: int) -> None:
    """A roadmap has another title: its cover is made anew, unless it is a person's own picture.

    Past `MAX_RETITLED_AN_HOUR` the one there is stays; whoever wants another asks for it.
    """
    shown = (await records.shown(tx, [roadmap_id])).get(roadmap_id)
    item = (await _locked(tx, [roadmap_id])).get(roadmap_id)
    if item is None or (shown is not None and shown["source"] == "upload"):
        return
    if item["status"] == ItemStatus.PENDING.value:  # it is made with this title, and counted already
        await ask_anew(tx, roadmap_id, now, another=False)
        return
    recent = [at for at in (item["payload"] or {}).get("retitled", []) if at > now - HOUR_MS]
    if len(recent) < MAX_RETITLED_AN_HOUR:
        await ask_anew(tx, roadmap_id, now, another=False, more={"retitled": [*recent, now]})


async def brought(tx: Tx, roadmap_id: str, cover: NewCover, now: int) -> None:
    """A person's own picture is shown from now on; what was being made no longer counts."""
    row = (await _locked(tx, [roadmap_id])).get(roadmap_id)
    if row is None:
        await tx.run(insert(items), _row(roadmap_id, now) | {"status": ItemStatus.COMPLETED.value})
    else:
        values = _rested(ItemEvent.BROUGHT, now) | {"token": items.c.token + 1}
        await tx.run(update(items).where(items.c.item_id == row["item_id"]).values(values))
    await records.keep(tx, roadmap_id, cover, now)


def _row(roadmap_id: str, now: int) -> dict[str, Any]:
    return {
        "item_id": new_id("item"),
        "roadmap_id": roadmap_id,
        "kind": Kind.COVER.value,
        "status": ItemStatus.PENDING.value,
        "priority": Priority.COVER,
        "created_at": now,
        "updated_at": now,
    }


async def _queue(tx: Tx, where: Any, now: int, **values: Any) -> None:
    """Let items wait to be made, at once and with all their tries."""
    changes = {
        "status": move(ItemStatus.FAILED, ItemEvent.QUEUED).value,
        "token": items.c.token + 1,
        "lease_until": None,
        **FRESH,
        "updated_at": now,
        **values,
    }
    queued = update(items).where(where, _IS_COVER).values(changes).returning(items.c.item_id)
    tx.hints += [hint(Kind.COVER, row["item_id"], None) for row in await tx.rows(queued)]
    tx.topics.add(WORK)


async def candidates(reader: Snapshot, limit: int) -> list[str]:
    """Ids of covers that may be made now, those that were asked for first."""
    statement = (
        select(items.c.item_id)
        .where(_claimable(), roadmaps.is_there(items.c.roadmap_id))
        .order_by(items.c.created_at, items.c.item_id)
        .limit(limit)
    )
    return [row["item_id"] for row in await reader.rows(statement)]


def _claimable() -> Any:
    return and_(
        _IS_COVER,
        items.c.lease_until.is_(None),
        items.c.status == ItemStatus.PENDING.value,
        (items.c.not_before.is_(None)) | (items.c.not_before <= db_now()),
    )


async def claim(tx: Tx, item_ids: Sequence[str], lease_ms: int) -> list[Claimed]:
    """Take the leases of those of `item_ids` that may still be claimed."""
    statement = (
        update(items)
        .where(items.c.item_id.in_(list(item_ids)), _claimable())
        .values(
            status=move(ItemStatus.PENDING, ItemEvent.CLAIMED).value,
            token=items.c.token + 1,
            attempt=items.c.attempt + 1,
            lease_until=db_now() + lease_ms,
            not_before=None,
            updated_at=db_now(),
        )
        .returning(items)
    )
    return [_claimed(row) for row in await tx.rows(statement)]


def _claimed(row: Row) -> Claimed:
    names = ("item_id", "token", "roadmap_id", "concept_id", "round", "part", "attempt", "tries", "losses")
    return Claimed(
        **{name: row[name] for name in names},
        task_id="",
        kind=Kind.COVER,
        version=row["current_version"],
        clicked=False,
        payload=row["payload"] or {},
    )


async def settle(tx: Tx, claimed: Claimed, outcome: NewCover | GaveUp | Postponed, title: str) -> None:
    """Write what became of a cover. Raises `LeaseLost`, having written nothing."""
    live: dict[str, Any] = {}
    if isinstance(outcome, NewCover):
        live = await lock_tasks(tx, set(await live_task_ids(tx, claimed.roadmap_id)))
    now = await _clock(tx)
    values = _values(outcome, now)
    if await tx.run(update(items).where(*held_by([claimed.key])).values(values)) != 1:
        raise LeaseLost
    if not isinstance(outcome, NewCover):
        return
    await records.keep(tx, claimed.roadmap_id, outcome, now)
    row = (await records.shown(tx, [claimed.roadmap_id]))[claimed.roadmap_id]
    told = records.told(claimed.roadmap_id, title, "success", row)
    for held in live.values():
        if not held.is_terminal:
            held.say(EventType.COVER_READY, "The cover is ready.", data=told)
            held.quiet = True
            await held.write(tx)


def _values(outcome: NewCover | GaveUp | Postponed, now: int) -> dict[str, Any]:
    match outcome:
        case NewCover():
            return _rested(ItemEvent.DELIVERED, now) | {"current_version": items.c.current_version + 1}
        case GaveUp(code=code, message=message):
            return _rested(ItemEvent.GAVE_UP, now) | {"error_code": code, "error_message": message}
        case Postponed(wait_s=wait_s):
            return {
                "status": move(ItemStatus.GENERATING, ItemEvent.POSTPONED).value,
                "token": items.c.token + 1,
                "lease_until": None,
                "not_before": now + round(wait_s * 1000),
                "updated_at": now,
            }


def _rested(event: ItemEvent, now: int) -> dict[str, Any]:
    """An item at which nobody works, after `event`."""
    return {
        "status": move(ItemStatus.GENERATING, event).value,
        "lease_until": None,
        **FRESH,
        "updated_at": now,
    }


async def release(tx: Tx, keys: Collection[tuple[str, int]]) -> int:
    """Give back what a leaving process still holds."""
    return await _take_back(tx, tuple_(items.c.item_id, items.c.token).in_(list(keys)), count_loss=0)


async def take_all_back(tx: Tx) -> int:
    """Take every cover's lease back: the process that held them is known to be dead."""
    return await _take_back(tx, literal(value=True), count_loss=1)


async def is_overdue(reader: Snapshot) -> bool:
    """Whether a cover's lease has run out."""
    overdue = select(items.c.item_id).where(_IS_COVER, items.c.lease_until < db_now()).limit(1)
    return await reader.row(overdue) is not None


async def reap(tx: Tx) -> int:
    """Take back covers whose lease has run out; how many."""
    return await _take_back(tx, items.c.lease_until < db_now(), count_loss=1)


async def _take_back(tx: Tx, where: Any, *, count_loss: int) -> int:
    """End leases; a cover that three processes did not survive fails."""
    spent = items.c.losses + count_loss >= MAX_LOSSES
    waiting = move(ItemStatus.GENERATING, ItemEvent.TAKEN_BACK).value
    return await tx.run(
        update(items)
        .where(_IS_COVER, items.c.lease_until.is_not(None), where)
        .values(
            status=case((spent, move(ItemStatus.GENERATING, ItemEvent.GAVE_UP).value), else_=waiting),
            error_code=case((spent, "worker_lost"), else_=None),
            error_message=case((spent, _LOST), else_=None),
            token=items.c.token + 1,
            lease_until=None,
            losses=items.c.losses + count_loss,
            updated_at=db_now(),
        )
    )


async def count_try(tx: Tx, claimed: Claimed) -> None:
    """Count a try that failed. Raises `LeaseLost`."""
    counted = update(items).where(*held_by([claimed.key])).values(tries=items.c.tries + 1)
    if await tx.run(counted) != 1:
        raise LeaseLost


async def retry_failed(tx: Tx) -> int:
    """Let covers that failed an hour ago be tried again, each at most five times a day; how many."""
    now = await _clock(tx)
    statement = (
        select(items.c.item_id, items.c.payload)
        .where(
            _IS_COVER,
            items.c.status == ItemStatus.FAILED.value,
            items.c.updated_at <= now - RETRY_AFTER_MS,
            roadmaps.is_there(items.c.roadmap_id),
        )
        .order_by(items.c.item_id)
        .limit(_AT_ONCE)
        .with_for_update(key_share=True)
    )
    queued = 0
    for row in await tx.rows(statement):
        payload = dict(row["payload"] or {})
        again = [at for at in payload.get("again", []) if at > now - DAY_MS]
        if len(again) < MAX_RETRIES_A_DAY:
            payload["again"] = [*again, now]
            await _queue(tx, items.c.item_id == row["item_id"], now, payload=payload)
            queued += 1
    return queued


async def missing(reader: Snapshot) -> list[str]:
    """Approved roadmaps that have no cover item yet: from before there were covers, or imported."""
    mine = items.c.roadmap_id == roadmaps.THERE.c.roadmap_id
    statement = (
        select(roadmaps.THERE.c.roadmap_id)
        .where(~exists().where(mine, _IS_COVER), exists().where(mine, items.c.concept_id != ""))
        .limit(_AT_ONCE)
    )
    return sorted(row["roadmap_id"] for row in await reader.rows(statement))


async def ask_there(tx: Tx, roadmap_ids: Sequence[str], user_id: str | None = None) -> dict[str, bool]:
    """`ask` for those of these roadmaps that are there (and the user's): whether it was needed."""
    there = await roadmaps.lock_there(tx, roadmap_ids, user_id)
    known = [one for one in roadmap_ids if one in there]
    asked = await ask(tx, known, await _clock(tx)) if known else []
    return {one: one in asked for one in known}
