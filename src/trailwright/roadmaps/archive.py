"""A roadmap with everything that belongs to it as plain data: rows by table, and stored texts by key.

Rows are handled by the tables' own description, so a new column travels without a word here.
`archive_check` judges what a file claims, `archive_copy` gives new ids.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Table, insert, select

from trailwright.domain.lifecycle import TERMINAL
from trailwright.domain.workflow import Kind
from trailwright.errors import ConflictError
from trailwright.kit.db import Snapshot, Tx, metadata
from trailwright.tasks import commands as tasks
from trailwright.users.commands import ensure_user

FORMAT = "trailwright-roadmap"
VERSION = 1
CANCEL_REASON = "imported"

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Part:
    """A table of the archive. `via`: the column that ties it to ids gathered from an earlier table."""

    table: str
    via: str
    ids_from: str
    made_anew: tuple[str, ...] = ()


PARTS = (
    Part("roadmaps", "roadmap_id", "roadmaps"),
    Part("framework_versions", "roadmap_id", "roadmaps"),
    Part("learned", "roadmap_id", "roadmaps"),
    Part("tasks", "roadmap_id", "roadmaps"),
    Part("items", "roadmap_id", "roadmaps"),
    Part("task_items", "task_id", "tasks"),
    Part("reviews", "task_id", "tasks"),
    Part("events", "task_id", "tasks"),
    Part("task_logs", "task_id", "tasks", made_anew=("log_id",)),
    Part("ledger", "task_id", "tasks", made_anew=("ledger_id",)),
    Part("content_versions", "item_id", "items"),
)
"""In the order in which rows may be inserted; numbers that the database gives are given anew."""

_PRIMARY = {"roadmaps": "roadmap_id", "tasks": "task_id", "items": "item_id"}
_AT_ONCE = 500


@dataclass(frozen=True)
class Archive:
    """One roadmap. `objects`: the text stored under each key that a version names."""

    rows: Rows
    objects: Mapping[str, str]

    @property
    def roadmap_id(self) -> str:
        """The roadmap's id."""
        return str(self.rows["roadmaps"][0]["roadmap_id"])

    @property
    def title(self) -> str:
        """The roadmap's title."""
        return str(self.rows["roadmaps"][0]["title"])

    def as_json(self) -> dict[str, Any]:
        """What a file holds."""
        return {"format": FORMAT, "version": VERSION, "rows": self.rows, "objects": dict(self.objects)}


def table_of(part: Part) -> Table:
    """The table's description."""
    return metadata.tables[part.table]


async def dump(reader: Snapshot, roadmap_id: str) -> Rows | None:
    """All rows of a roadmap, of one moment; None when there is none. A lease is nobody's elsewhere."""
    ids: dict[str, list[Any]] = {"roadmaps": [roadmap_id]}
    rows: Rows = {}
    for part in PARTS:
        table = table_of(part)
        found = await _rows(reader, table, table.c[part.via], ids[part.ids_from])
        if part.table == "items":  # a cover is made where the roadmap arrives
            found = [row for row in found if row["kind"] != Kind.COVER.value]
        rows[part.table] = [
            {name: value for name, value in row.items() if name not in part.made_anew} for row in found
        ]
        if part.table in _PRIMARY:
            ids[part.table] = [row[_PRIMARY[part.table]] for row in found]
    return rows if rows["roadmaps"] else None


async def _rows(
    reader: Snapshot, table: Table, column: ColumnElement[Any], wanted: Sequence[Any]
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for start in range(0, len(wanted), _AT_ONCE):
        chosen = select(table).where(column.in_(wanted[start : start + _AT_ONCE]))
        ordered = chosen.order_by(*table.primary_key.columns)
        found += [dict(row) for row in await reader.rows(ordered)]
    return found


async def clashes(reader: Snapshot, archive: Archive) -> list[str]:
    """Ids of the archive that this installation has already."""
    found: list[str] = []
    for table_name, column_name in (
        ("roadmaps", "roadmap_id"),
        ("tasks", "task_id"),
        ("items", "item_id"),
        ("items", "concept_id"),
        ("content_versions", "version_id"),
    ):
        column = metadata.tables[table_name].c[column_name]
        wanted = sorted({row[column_name] for row in archive.rows[table_name]} - {""})
        for start in range(0, len(wanted), _AT_ONCE):
            statement = select(column).where(column.in_(wanted[start : start + _AT_ONCE])).distinct()
            found += [row[column_name] for row in await reader.rows(statement)]
    return found


async def insert_all(tx: Tx, archive: Archive, user_id: str, role: str) -> None:
    """Insert every row as this user's; tasks that were under way are cancelled by the engine's own command.

    Raises `ConflictError` when an id is here already.
    """
    if found := await clashes(tx, archive):
        raise ConflictError(f"{found[0]} is here already.", code="exists")
    await ensure_user(tx, user_id, role=role)
    for part in PARTS:
        for rows in _alike(_owned(row, user_id) for row in archive.rows[part.table]):
            for start in range(0, len(rows), _AT_ONCE):
                await tx.run(insert(table_of(part)), rows[start : start + _AT_ONCE])
    for row in archive.rows["tasks"]:
        if row["status"] not in TERMINAL:
            await tasks.cancel(tx, row["task_id"], CANCEL_REASON)


def _owned(row: dict[str, Any], user_id: str) -> dict[str, Any]:
    """The row as this user's; a lease is nobody's here."""
    mine = row | {"user_id": user_id} if "user_id" in row else dict(row)
    for name in ("lease_until", "not_before"):
        mine.pop(name, None)
    return mine


def _alike(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Neighbours that fill the same columns; a null that stays would be a written `null` in JSON columns."""
    filled = [{name: value for name, value in row.items() if value is not None} for row in rows]
    for _, alike in groupby(filled, key=frozenset):
        yield list(alike)
