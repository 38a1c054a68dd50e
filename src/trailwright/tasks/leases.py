"""Who holds an item: claim, renew, look, take back. Settling is in `settling`. Nobody else moves an item.

A lease is a row with `lease_until` and a `token` that only grows; whatever a holder writes carries the token,
and a write that hits no row means that the item was taken away.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, literal, select, tuple_, update

from trailwright.domain.lifecycle import (
    SINGLE_RETRIES,
    Asked,
    ItemEvent,
    ItemStatus,
    TaskType,
    move,
)
from trailwright.domain.workflow import CONTENT_KINDS, KINDS, Kind, Step
from trailwright.events.shapes import EventType
from trailwright.kit.clock import db_now
from trailwright.kit.db import Row, Snapshot, Tx
from trailwright.roadmaps.frameworks import names_by_roadmap
from trailwright.tasks import turns
from trailwright.tasks.booking import book, cut_off
from trailwright.tasks.held import HeldTask, lock_tasks, write_all
from trailwright.tasks.models import items

MAX_LOSSES = 3
THING = {
    Kind.TUTORIAL: "The lesson",
    Kind.RESOURCES: "The list of links",
    Kind.QUIZ: "The quiz",
    Kind.COVER: "The cover",
}
"""What people call an item, for events."""


@dataclass(frozen=True)
class Claimed:
    """An item in hand. `clicked`: a user's single retry owns it. `suspect`: it was lost twice, runs alone."""

    item_id: str
    token: int
    task_id: str
    roadmap_id: str
    kind: Kind
    concept_id: str
    round: int
    part: int
    attempt: int
    tries: int
    losses: int
    version: int
    clicked: bool
    payload: dict[str, Any]
    concept_name: str = ""

    @property
    def key(self) -> tuple[str, int]:
        """What the registry is keyed by."""
        return self.item_id, self.token


@dataclass(frozen=True)
class Candidate:
    """An item that may be claimed now, in the order in which it should be.

    `waited_ms`: since it last changed, or since the moment before which it had to wait.
    """

    item_id: str
    task_id: str
    kind: Kind
    clicked: bool
    suspect: bool
    waited_ms: int


def is_clicked(task_type: str) -> bool:
    """Whether a task is a user's retry of one item, which stays `generating` without a lease."""
    return TaskType(task_type) in SINGLE_RETRIES


async def candidates(
    reader: Snapshot,
    kinds: Iterable[Kind],
    limit: int,
    *,
    clicks_only: bool = False,
    payer: str | None = None,
) -> list[Candidate]:
    """The best due items: clicks first, then the task with the fewest in flight, then learning order.

    `payer`: of whose tasks, see `turns.paid_by`.
    """
    served = tuple(kind.value for kind in kinds)
    look = turns.clicked if clicks_only else turns.best
    return [_candidate(row) for row in await look(reader, served, limit, payer)]


def _candidate(row: Row) -> Candidate:
    return Candidate(
        item_id=row["item_id"],
        task_id=row["task_id"],
        kind=Kind(row["kind"]),
        clicked=is_clicked(row["task_type"]),
        suspect=row["losses"] >= MAX_LOSSES - 1,
        waited_ms=int(row["waited_ms"]),
    )


async def claim(tx: Tx, wanted: Mapping[str, str], lease_ms: int) -> list[Claimed]:
    """Take the leases of those items that may still be claimed; the caller has the permits in hand.

    `wanted`: item id → id of its task, in the order in which they are given back. What people asked is read
    after the lock: a task that was just cancelled or paused gives nothing.
    """
    locked = await lock_tasks(tx, set(wanted.values()))
    going = {key: held for key, held in locked.items() if held.asked is Asked.GOING and not held.is_terminal}
    if not going:
        return []
    statement = (
        update(items)
        .where(items.c.item_id.in_(list(wanted)), items.c.task_id.in_(list(going)), turns.claimable())
        .values(
            status=move(ItemStatus.PENDING, ItemEvent.CLAIMED).value,
            token=items.c.token + 1,
            attempt=items.c.attempt + 1,
            lease_until=db_now() + lease_ms,
            not_before=None,
            updated_at=max(held.now for held in going.values()),
        )
        .returning(items)
    )
    rows = {row["item_id"]: row for row in await tx.rows(statement)}
    if not rows:
        return []
    names = await names_by_roadmap(tx, {row["roadmap_id"] for row in rows.values()})
    claimed = [
        _claimed(row, going[row["task_id"]], names.get(row["roadmap_id"], {}))
        for row in (rows[item_id] for item_id in wanted if item_id in rows)
    ]
    await _start(tx, going, claimed)
    return claimed


async def _start(tx: Tx, going: Mapping[str, HeldTask], claimed: Sequence[Claimed]) -> None:
    by_task: dict[str, list[Claimed]] = defaultdict(list)
    for one in claimed:
        by_task[one.task_id].append(one)
    for task_id, some in by_task.items():
        _say_started(going[task_id], some)
        going[task_id].quiet = True
    await write_all(tx, [going[task_id] for task_id in by_task])


def _claimed(row: Row, held: HeldTask, names: Mapping[str, str]) -> Claimed:
    return Claimed(
        item_id=row["item_id"],
        token=row["token"],
        task_id=held.task_id,
        roadmap_id=row["roadmap_id"],
        kind=Kind(row["kind"]),
        concept_id=row["concept_id"],
        round=row["round"],
        part=row["part"],
        attempt=row["attempt"],
        tries=row["tries"],
        losses=row["losses"],
        version=row["current_version"],
        clicked=is_clicked(held.row["task_type"]),
        payload=row["payload"] or {},
        concept_name=names.get(row["concept_id"], ""),
    )


def _say_started(held: HeldTask, claimed: list[Claimed]) -> None:
    held.row["started_at"] = held.row["started_at"] or held.now
    first = claimed[0]
    step = KINDS[first.kind].step
    if held.row["current_step"] != step.value:
        say_step(held, step)
    for one in claimed:
        if one.kind not in CONTENT_KINDS:
            continue
        held.say(
            EventType.CONCEPT_START,
            f"{THING[one.kind]} of {one.concept_name} is being written.",
            concept_id=one.concept_id,
            concept_name=one.concept_name,
            content_type=one.kind.value,
            progress=held.progress(),
            data={"attempt": one.attempt},
        )


def say_step(held: HeldTask, step: Step, **data: Any) -> None:
    """A step begins."""
    held.step(step)
    held.say(
        EventType.PROGRESS,
        STEP_WORDS[step],
        step=step.value,
        status="processing",
        progress=held.progress(),
        data={"roadmap_id": held.row["roadmap_id"], **data},
    )


STEP_WORDS = {
    Step.INTENT_ANALYSIS: "Understanding the goal.",
    Step.CURRICULUM_DESIGN: "Designing the roadmap.",
    Step.STRUCTURE_VALIDATION: "Checking the structure.",
    Step.VALIDATION_EDIT_PLAN_ANALYSIS: "Planning corrections.",
    Step.EDIT_PLAN_ANALYSIS: "Planning your changes.",
    Step.ROADMAP_EDIT: "Changing the roadmap.",
    Step.CONTENT_GENERATION: "Writing the content.",
    Step.FINALIZING: "Finishing.",
}
"""One sentence per step, for events."""


async def renew(tx: Tx, held_keys: Sequence[tuple[str, int]], lease_ms: int) -> None:
    """Extend the leases of a process, in the order of their ids; nothing else."""
    mine = and_(tuple_(items.c.item_id, items.c.token).in_(list(held_keys)), items.c.lease_until.is_not(None))
    await tx.rows(
        select(items.c.item_id).where(mine).order_by(items.c.item_id).with_for_update(key_share=True)
    )
    await tx.run(update(items).where(mine).values(lease_until=db_now() + lease_ms))


async def lost(reader: Snapshot, held_keys: Sequence[tuple[str, int]]) -> set[tuple[str, int]]:
    """Those of a process's items that it holds no longer."""
    statement = select(items.c.item_id, items.c.token).where(
        items.c.item_id.in_([item_id for item_id, _ in held_keys]), items.c.lease_until.is_not(None)
    )
    current = {(row["item_id"], row["token"]) for row in await reader.rows(statement)}
    return set(held_keys) - current


def held_by(keys: Collection[tuple[str, int]]) -> tuple[Any, ...]:
    """The condition under which a holder's write counts: its token is the row's, its lease not taken."""
    return (
        tuple_(items.c.item_id, items.c.token).in_(list(keys)),
        items.c.status == ItemStatus.GENERATING.value,
        items.c.lease_until.is_not(None),
    )


async def count_try(tx: Tx, claimed: Claimed) -> bool:
    """Count one passing fault on the row, so that no restart forgets it; False when the lease is lost."""
    hit = await tx.run(
        update(items)
        .where(items.c.item_id == claimed.item_id, items.c.token == claimed.token)
        .values(tries=items.c.tries + 1)
    )
    return hit == 1


async def take_back(
    tx: Tx, held: HeldTask, where: Any = None, *, free: bool = False, count_loss: int = 0
) -> Sequence[Row]:
    """End the leases of a task's items (all, or those `where` says): their holders' writes no longer count.

    `free` also takes the items from the task: what a cancel does. Bulk items wait again; freed ones are
    `completed` when they have a version; a user's retry stays `generating` unless freed. Money of an open
    call is booked as spent. Returns the rows as they are after.
    """
    mine = and_(items.c.task_id == held.task_id, literal(value=True) if where is None else where)
    before = await tx.rows(
        select(items.c.item_id, items.c.kind, items.c.lease_until, items.c.reserved_cost)
        .where(mine)
        .order_by(items.c.item_id)
        .with_for_update(key_share=True)
    )
    if not before:
        return []
    for row in before:
        if row["lease_until"] is not None and row["reserved_cost"] > 0:
            await book(tx, [(held, row["item_id"], row["kind"], cut_off(row["reserved_cost"]))])
    values: dict[str, Any] = {
        "status": _freed() if free else _waiting(held),
        "token": items.c.token + 1,
        "lease_until": None,
        "reserved_cost": 0,
        "losses": items.c.losses + count_loss,
        "updated_at": held.now,
    }
    if free:
        values |= {"task_id": None, "not_before": None}
        held.row["open_items"] -= len(before)
    chosen = items.c.item_id.in_([row["item_id"] for row in before])
    return await tx.rows(update(items).where(chosen).values(values).returning(items))


def _freed() -> Any:
    readable = move(ItemStatus.GENERATING, ItemEvent.TAKEN_BACK_READABLE).value
    return case(
        (items.c.current_version > 0, readable),
        else_=move(ItemStatus.GENERATING, ItemEvent.TAKEN_BACK).value,
    )


def _waiting(held: HeldTask) -> str:
    if is_clicked(held.row["task_type"]):
        return ItemStatus.GENERATING.value
    return move(ItemStatus.GENERATING, ItemEvent.TAKEN_BACK).value


def listed(rows: Iterable[Row]) -> list[dict[str, str]]:
    """Content items as events list them."""
    return [
        {"concept_id": row["concept_id"], "content_type": row["kind"], "status": row["status"]}
        for row in rows
        if row["concept_id"]
    ]


def say_requeued(
    held: HeldTask, rows: Iterable[Row], reason: str, names: dict[str, str], not_before: str | None = None
) -> None:
    """A `concept_requeued` for each content item in `rows`."""
    for row in rows:
        if row["concept_id"]:
            data = {"reason": reason, "attempt": row["attempt"], "status": row["status"]}
            if not_before:
                data["not_before"] = not_before
            held.say(
                EventType.CONCEPT_REQUEUED,
                f"{THING[row['kind']]} of {names.get(row['concept_id'], 'a concept')} waits again.",
                concept_id=row["concept_id"],
                concept_name=names.get(row["concept_id"]),
                content_type=row["kind"],
                data=data,
            )
