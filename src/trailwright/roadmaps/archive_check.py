"""What a file that claims to be a roadmap must be: judged before anything is written.

The file may come from anywhere. So every value is held against its column, every reference against the rows,
every document against its shape, and the whole against what holds in a database of our own.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Integer, String, Table

from trailwright.domain.content import Quiz, Receipt, Resources, Tutorial
from trailwright.domain.framework import Framework, NodeId
from trailwright.domain.framework_rules import structure_findings
from trailwright.domain.lifecycle import TERMINAL, Asked, ItemStatus, TaskStatus, TaskType
from trailwright.domain.preferences import SIZES, Preferences
from trailwright.domain.workflow import CONTENT_KINDS, Kind, Step
from trailwright.events.shapes import EventType
from trailwright.roadmaps.archive import FORMAT, PARTS, VERSION, Archive, Rows, table_of

MAX_ROWS = 200_000
MAX_DEPTH = 40
_LEAST_INT, _LARGEST_INT = -(2**63), 2**63 - 1
_ID = TypeAdapter(NodeId)
_STORED: Mapping[str, type[BaseModel]] = {"tutorial": Tutorial, "resources": Resources, "quiz": Quiz}


class NotAnArchive(Exception):  # noqa: N818 - an outcome
    """The file is not what `export --format json` writes; the words say what is wrong with it."""


def read(document: Any) -> Archive:
    """The archive in a parsed file; raises `NotAnArchive`."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise NotAnArchive("it was not written by: trailwright export --format json")
    if document.get("version") != VERSION:
        raise NotAnArchive("it was written by a newer version of this program")
    rows, objects = document.get("rows"), document.get("objects")
    if not isinstance(rows, dict) or not isinstance(objects, dict):
        raise NotAnArchive("rows or objects are missing")
    archive = Archive(_rows(rows), _texts(objects))
    for judge in _JUDGES:
        judge(archive)
    return archive


def _rows(given: Mapping[str, Any]) -> Rows:
    tables = {part.table for part in PARTS}
    if unknown := sorted(set(given) - tables):
        raise NotAnArchive(f"{unknown[0][:40]} is no part of a roadmap")
    rows: Rows = {}
    for part in PARTS:
        found = given.get(part.table, [])
        if not isinstance(found, list) or len(found) > MAX_ROWS:
            raise NotAnArchive(f"{part.table} is no list, or too long")
        table = table_of(part)
        rows[part.table] = [_row(table, part.made_anew, row, n) for n, row in enumerate(found, 1)]
    return rows


def _row(table: Table, made_anew: tuple[str, ...], row: Any, number: int) -> dict[str, Any]:
    where = f"{table.name}, row {number}"
    if not isinstance(row, dict):
        raise NotAnArchive(f"{where} is no object")
    known = {column.name: column for column in table.columns if column.name not in made_anew}
    if unknown := sorted(set(row) - set(known)):
        raise NotAnArchive(f"{where}: {unknown[0][:40]} is unknown")
    for name, column in known.items():
        if name in row:
            _judge_value(column, row[name], f"{where}, {name}")
        elif not column.nullable and column.server_default is None:
            raise NotAnArchive(f"{where}: {name} is missing")
    return row


def _judge_value(column: Column[Any], value: Any, where: str) -> None:
    if value is None:
        if not column.nullable:
            raise NotAnArchive(f"{where} must not be null")
        return
    if not _fits(column.type, value):
        raise NotAnArchive(f"{where} has a value that does not belong there")


def _fits(kind: Any, value: Any) -> bool:
    match kind:
        case JSON():
            return _is_plain(value, MAX_DEPTH)
        case Boolean():
            return isinstance(value, bool)
        case BigInteger() | Integer():
            return type(value) is int and _LEAST_INT <= value <= _LARGEST_INT
        case Float():
            return type(value) in {int, float}
        case String():
            fits = isinstance(value, str) and (kind.length is None or len(value) <= kind.length)
            return fits and "\x00" not in value
        case _:
            return False


def _is_plain(value: Any, depth: int) -> bool:
    """JSON that both databases can store."""
    if isinstance(value, str):
        return "\x00" not in value
    if depth == 0:
        return False
    if isinstance(value, dict):
        return all("\x00" not in name and _is_plain(one, depth - 1) for name, one in value.items())
    if isinstance(value, list):
        return all(_is_plain(one, depth - 1) for one in value)
    return True


def _texts(objects: Mapping[str, Any]) -> dict[str, str]:
    if not all(isinstance(text, str) for text in objects.values()):
        raise NotAnArchive("objects hold something else than text")
    return dict(objects)


def _one_roadmap(archive: Archive) -> None:
    if len(archive.rows["roadmaps"]) != 1:
        raise NotAnArchive("it does not hold exactly one roadmap")
    roadmap = archive.rows["roadmaps"][0]
    with _words("preferences"):
        Preferences.model_validate(roadmap["preferences"])
    if roadmap["size"] not in SIZES:
        raise NotAnArchive("its size is unknown")


def _ids(archive: Archive) -> None:
    """Well-formed, and each named where it must exist."""
    rows = archive.rows
    known = {
        "roadmap_id": {archive.roadmap_id},
        "task_id": {row["task_id"] for row in rows["tasks"]},
        "item_id": {row["item_id"] for row in rows["items"]},
    }
    for name, ids in known.items():
        if not all(id_ and all(c.isascii() and (c.isalnum() or c in "-_") for c in id_) for id_ in ids):
            raise NotAnArchive(f"a {name} is malformed")
    for part in PARTS:
        for row in rows[part.table]:
            for name, ids in known.items():
                if row.get(name) is not None and row[name] not in ids:
                    raise NotAnArchive(f"{part.table} names a {name} that is not in the file")
    if rows["roadmaps"][0]["creation_task_id"] not in known["task_id"]:
        raise NotAnArchive("the task that made the roadmap is not in the file")
    for table, name in (("tasks", "task_id"), ("items", "item_id"), ("content_versions", "version_id")):
        if len({row[name] for row in rows[table]}) != len(rows[table]):
            raise NotAnArchive(f"a {name} stands there twice")


def _frameworks(archive: Archive) -> None:
    versions = [row["version"] for row in archive.rows["framework_versions"]]
    newest = archive.rows["roadmaps"][0].get("version", 0)
    if sorted(versions) != list(range(1, newest + 1)):
        raise NotAnArchive("the versions of its framework are not complete")
    for row in archive.rows["framework_versions"]:
        with _words(f"framework, version {row['version']}"):
            framework = Framework.model_validate(row["framework"])
            for node_id in framework.node_ids():
                _ID.validate_python(node_id)
        if framework.roadmap_id != archive.roadmap_id:
            raise NotAnArchive("a framework is another roadmap's")
        if row["version"] == newest and (findings := structure_findings(framework)):
            raise NotAnArchive(f"the framework does not hold: {findings[0].message}")


def _statuses(archive: Archive) -> None:
    """Known words only, and what holds in every database: a live task owns what is being made."""
    live = set()
    for task in archive.rows["tasks"]:
        _known(TaskStatus, task["status"])
        _known(TaskType, task["task_type"])
        _known(Asked, task["asked"])
        _known(Step, task["current_step"])
        if task["status"] not in TERMINAL:
            live.add(task["task_id"])
    for item in archive.rows["items"]:
        _known(Kind, item["kind"])
        _known(ItemStatus, item["status"])
        owner = item.get("task_id")
        if owner is not None and owner not in live:
            raise NotAnArchive("an ended task owns an item")
        if owner is None and item["status"] == ItemStatus.GENERATING:
            raise NotAnArchive("an item is being made by nobody")
        if item.get("concept_id"):
            with _words("a concept's id"):
                _ID.validate_python(item["concept_id"])


def _known(words: Callable[[str], Any], word: str) -> None:
    try:
        words(word)
    except ValueError:
        raise NotAnArchive(f"the word {word[:40]!r} is unknown") from None


def _logs(archive: Archive) -> None:
    """Each task's events are numbered 1, 2, 3 … up to its last."""
    numbers: dict[str, list[int]] = {task["task_id"]: [] for task in archive.rows["tasks"]}
    for event in archive.rows["events"]:
        _known(EventType, event["type"])
        if not isinstance(event["body"], dict):
            raise NotAnArchive("an event is no object")
        numbers[event["task_id"]].append(event["seq"])
    for task in archive.rows["tasks"]:
        if sorted(numbers[task["task_id"]]) != list(range(1, task.get("last_seq", 0) + 1)):
            raise NotAnArchive("the events of a task are not complete")


def _versions(archive: Archive) -> None:
    """Versions 1 to the newest of each item, each with a stored text of its shape, and no other text."""
    items = {row["item_id"]: row for row in archive.rows["items"]}
    found: dict[str, list[int]] = {item_id: [] for item_id in items}
    keys = set()
    for row in archive.rows["content_versions"]:
        item = items[row["item_id"]]
        found[row["item_id"]].append(row["version"])
        key = row["object_key"]
        if key != f"items/{row['item_id']}/{row['token']}.json" or item["kind"] not in CONTENT_KINDS:
            raise NotAnArchive("a version names a text that is not its own")
        keys.add(key)
        with _words(f"{item['kind']}, version {row['version']}"):
            Receipt.model_validate(row["receipt"])
            _STORED[item["kind"]].model_validate_json(archive.objects.get(key, ""))
    if keys != set(archive.objects):
        raise NotAnArchive("it holds texts that no version names")
    for item_id, item in items.items():
        newest = item.get("current_version", 0)
        if sorted(found[item_id]) != list(range(1, newest + 1)):
            raise NotAnArchive("the versions of a piece are not complete")


_JUDGES = (_one_roadmap, _ids, _frameworks, _statuses, _logs, _versions)


class _words:  # noqa: N801 - reads as what it does
    """A document that has another shape is no archive."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        """Nothing to do."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ValidationError):
            raise NotAnArchive(f"{self._what}: {_first(error)}") from None


def _first(error: ValidationError) -> str:
    problem = error.errors()[0]
    place = ".".join(str(part)[:40] for part in problem["loc"])
    return f"{place}: {problem['msg']}" if place else problem["msg"]
