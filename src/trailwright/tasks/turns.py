"""Which items are next: asked at each look of a pump, so its cost must not grow with what waits.

Of bulk work only the tasks are looked at whose turn it can be, those with the fewest in flight, and of each
only what may be taken. Where those have too little that is due, all tasks are looked at.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Integer, and_, bindparam, exists, func, literal, not_, or_, select, true
from sqlalchemy.sql import visitors

from trailwright.domain.lifecycle import SINGLE_RETRIES, Asked, ItemEvent, Priority, sources
from trailwright.kit.clock import db_now
from trailwright.kit.db import Row, Snapshot
from trailwright.payers.queries import pays_himself
from trailwright.tasks.models import items, tasks

_FEWEST_TASKS, _ALL_TASKS = 8, 1_000_000
_LAST_POSITION = 2**31 - 1
_PAYER = "payer"


async def best(reader: Snapshot, kinds: tuple[str, ...], limit: int, payer: str | None) -> Sequence[Row]:
    """Of these kinds, whoever asked."""
    statement, most = _all(kinds, payer is not None, reader.is_postgres), _of_few_sizes(limit)
    among = max(most, _FEWEST_TASKS)
    given = {"most": most, **({} if reader.is_postgres else {"skipped": most - 1}), **_by(payer)}
    rows = await reader.rows(statement, {**given, "among": among})
    if len(rows) < limit and (not rows or rows[0]["looked_at"] >= among):
        rows = await reader.rows(statement, {**given, "among": _ALL_TASKS})
    return rows[:limit]


async def clicked(reader: Snapshot, kinds: tuple[str, ...], limit: int, payer: str | None) -> Sequence[Row]:
    """Of these kinds, only what users' single retries ask for."""
    rows = await reader.rows(_clicked(kinds, payer is not None), {"most": _of_few_sizes(limit), **_by(payer)})
    return rows[:limit]


def claimable() -> Any:
    """Nobody has it, it is there, and it is due."""
    return and_(
        items.c.lease_until.is_(None),
        items.c.dropped_at.is_(None),
        items.c.status.in_([status.value for status in sources(ItemEvent.CLAIMED)]),
        or_(items.c.not_before.is_(None), items.c.not_before <= db_now()),
    )


def paid_by(payer: Any) -> Any:
    """Condition on tasks: one person's who pays for himself; None: those that the installation pays for."""
    himself = pays_himself(tasks.c.user_id)
    return not_(himself) if payer is None else and_(tasks.c.user_id == payer, himself)


async def who_waits(reader: Snapshot) -> set[str]:
    """People who pay for themselves and have an item that may be claimed now."""
    statement = (
        select(tasks.c.user_id)
        .join(items, items.c.task_id == tasks.c.task_id)
        .where(claimable(), tasks.c.asked == Asked.GOING.value, pays_himself(tasks.c.user_id))
        .distinct()
    )
    return {row["user_id"] for row in await reader.rows(statement)}


def _of_few_sizes(limit: int) -> int:
    """The next power of two: each size is a statement of its own."""
    return 1 << (limit - 1).bit_length()


def _by(payer: str | None) -> dict[str, str]:
    return {} if payer is None else {_PAYER: payer}


def _paid(*, himself: bool) -> Any:
    return paid_by(bindparam(_PAYER) if himself else None)


@lru_cache
def _all(kinds: tuple[str, ...], himself: bool, lateral: bool) -> Any:  # noqa: FBT001 - a key of the cache
    chosen = _chosen(himself=himself)
    bulk = _first_of_each(chosen, kinds) if lateral else _first_by_position(chosen, kinds)
    return _written_out(_in_turn(_ahead(kinds, himself=himself).union_all(bulk)))


@lru_cache
def _clicked(kinds: tuple[str, ...], himself: bool) -> Any:  # noqa: FBT001 - as above
    ahead = _ahead(kinds, himself=himself).where(tasks.c.task_type.in_(list(SINGLE_RETRIES)))
    return _written_out(_in_turn(ahead))


def _written_out(statement: Any) -> Any:
    """The same with all but who pays in its text.

    So PostgreSQL plans it once a connection, and sees which partial index is for it; with parameters it may
    find that planning anew pays each time, and the planning costs more than the look.
    """

    def written(element: Any, **_: object) -> Any:
        if isinstance(element, BindParameter) and element.key != _PAYER:
            return element.render_literal_execute()
        return None

    return visitors.replacement_traverse(statement, {}, written)


def _in_turn(waiting: Any) -> Any:
    """Each task's items take turns with those of the others, behind what it has in flight."""
    found = waiting.subquery("waiting")
    turn = func.row_number().over(
        partition_by=found.c.task_id, order_by=(found.c.priority, found.c.position, found.c.item_id)
    )
    ordered = (found.c.priority, found.c.flying + turn, found.c.position, found.c.item_id)
    looked_at = func.max(found.c.among).over().label("looked_at")
    return select(found, looked_at).order_by(*ordered).limit(bindparam("most", type_=Integer))


def _flying(name: str) -> Any:
    """In flight, by task."""
    counted = select(items.c.task_id, func.count().label("n")).where(items.c.lease_until.is_not(None))
    return counted.group_by(items.c.task_id).cte(name)


def _row(item: Any, task_type: Any, flying: Any, among: Any) -> Any:
    return select(
        item.item_id,
        item.task_id,
        item.kind,
        item.priority,
        item.position,
        item.losses,
        (db_now() - func.coalesce(item.not_before, item.updated_at)).label("waited_ms"),
        task_type.label("task_type"),
        func.coalesce(flying, 0).label("flying"),
        among.label("among"),
    )


def _ahead(kinds: tuple[str, ...], *, himself: bool) -> Any:
    """What goes before bulk work: clicks, what was put to the front, framework steps. It is never much."""
    flying = _flying("flying_ahead")
    return (
        _row(items.c, tasks.c.task_type, flying.c.n, literal(0))
        .join(tasks, tasks.c.task_id == items.c.task_id)
        .join(flying, flying.c.task_id == items.c.task_id, isouter=True)
        .where(
            claimable(),
            tasks.c.asked == Asked.GOING.value,
            items.c.kind.in_(kinds),
            items.c.priority < Priority.BULK,
            _paid(himself=himself),
        )
    )


def _due(kinds: tuple[str, ...]) -> tuple[Any, ...]:
    return claimable(), items.c.kind.in_(kinds), items.c.priority == Priority.BULK


def _first_of_each(chosen: Any, kinds: tuple[str, ...]) -> Any:
    """Of each chosen task the first due items, as many as are wanted: only its index can lead to them."""
    reach = select(chosen, func.count().over().label("among")).cte("reach")
    first = (
        select(items)
        .where(items.c.task_id == reach.c.task_id, *_due(kinds))
        .order_by(items.c.position, items.c.item_id)
        .limit(bindparam("most", type_=Integer))
        .lateral("first")
    )
    return _row(first.c, reach.c.task_type, reach.c.n, reach.c.among).select_from(reach.join(first, true()))


def _first_by_position(chosen: Any, kinds: tuple[str, ...]) -> Any:
    """The same for SQLite, which knows no lateral join: up to the position of the last one that is wanted."""
    last = (
        select(items.c.position)
        .where(items.c.task_id == chosen.c.task_id, *_due(kinds))
        .order_by(items.c.position)
        .limit(1)
        .offset(bindparam("skipped", type_=Integer))
        .correlate(chosen)
        .scalar_subquery()
    )
    until = func.coalesce(last, _LAST_POSITION).label("until")
    reach = select(chosen, until, func.count().over().label("among")).cte("reach")
    its = (items.c.task_id == reach.c.task_id) & (items.c.position <= reach.c.until)
    return _row(items.c, reach.c.task_type, reach.c.n, reach.c.among).join(reach, its).where(*_due(kinds))


def _chosen(*, himself: bool) -> Any:
    """Tasks with the fewest in flight, of these those that have the least; an index tells who has none."""
    flying = _flying("flying")
    has = tasks.c.done + tasks.c.failed
    going = (tasks.c.finished_at.is_(None), tasks.c.asked == Asked.GOING.value, _paid(himself=himself))
    shown = (tasks.c.task_id, tasks.c.task_type, has.label("has"), tasks.c.created_at)
    among = bindparam("among", type_=Integer)
    idle = (
        select(*shown, literal(0).label("n"))
        .where(*going, tasks.c.open_items > 0, ~exists().where(flying.c.task_id == tasks.c.task_id))
        .order_by(has, tasks.c.created_at, tasks.c.task_id)
        .limit(among)
        .subquery("idle")
    )
    busy = (
        select(*shown, flying.c.n)
        .join(flying, flying.c.task_id == tasks.c.task_id)
        .where(*going, tasks.c.open_items > flying.c.n)
    )
    either = select(idle).union_all(busy).subquery("either")
    return (
        select(either.c.task_id, either.c.task_type, either.c.n)
        .order_by(either.c.n, either.c.has, either.c.created_at, either.c.task_id)
        .limit(among)
        .cte("chosen")
    )
