"""Reading roadmaps, their frameworks and how far their content is."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select

from trailwright.contents.commands import content_ref
from trailwright.covers import queries as covers
from trailwright.domain.content import CONTENT_TYPES
from trailwright.domain.framework import Framework
from trailwright.domain.framework_diff import diff as diff_of
from trailwright.domain.lifecycle import ItemStatus, TaskStatus, overall_status
from trailwright.errors import ForbiddenError, NotFoundError
from trailwright.kit.clock import rfc3339
from trailwright.kit.db import Row, Snapshot
from trailwright.kit.search import has_words
from trailwright.learning import queries as learning
from trailwright.roadmaps import frameworks
from trailwright.roadmaps.models import framework_versions, roadmaps
from trailwright.tasks import queries as tasks

ItemsOfConcept = dict[str, Row]

_FIELD = {"tutorial": "content", "resources": "resources", "quiz": "quiz"}
"""How a concept's fields are named after a content type."""


def missing() -> NotFoundError:
    """What is raised for a roadmap that is not there."""
    return NotFoundError("There is no such roadmap.", code="roadmap_not_found")


async def row(reader: Snapshot, user_id: str, roadmap_id: str, *, trashed: bool = False) -> Row:
    """The user's roadmap; raises `NotFoundError` or `ForbiddenError`. `trashed`: one in the trash will do."""
    found = await reader.row(select(roadmaps).where(roadmaps.c.roadmap_id == roadmap_id))
    if found is None or (found["deleted_at"] is not None and not trashed):
        raise missing()
    if found["user_id"] != user_id:
        raise ForbiddenError
    return found


async def _row_with_tasks(
    reader: Snapshot, user_id: str, roadmap_id: str
) -> tuple[dict[str, Any], Sequence[Row]]:
    """The user's roadmap and its telling tasks, newest first, each row with its cover: one statement."""
    telling = tasks.telling_tasks().subquery("telling")
    names = ("user_id", "deleted_at", "title", "version", "created_at")
    statement = (
        select(telling, *(roadmaps.c[name].label(f"roadmap_{name}") for name in names), *covers.COLUMNS)
        .join(telling, telling.c.roadmap_id == roadmaps.c.roadmap_id)
        .join(covers.COVERS, covers.COVERS.c.roadmap_id == roadmaps.c.roadmap_id, isouter=True)
        .where(roadmaps.c.roadmap_id == roadmap_id)
        .order_by(telling.c.created_at.desc(), telling.c.task_id)
    )
    rows = await reader.rows(statement)
    if not rows or rows[0]["roadmap_deleted_at"] is not None:
        raise missing()
    if rows[0]["roadmap_user_id"] != user_id:
        raise ForbiddenError
    return {name: rows[0][f"roadmap_{name}"] for name in names}, rows


async def ids_of(reader: Snapshot, user_id: str) -> dict[str, bool]:
    """All of a user's roadmaps: id → whether it is in the trash."""
    statement = select(roadmaps.c.roadmap_id, roadmaps.c.deleted_at).where(roadmaps.c.user_id == user_id)
    rows = await reader.rows(statement.order_by(roadmaps.c.created_at, roadmaps.c.roadmap_id))
    return {one["roadmap_id"]: one["deleted_at"] is not None for one in rows}


async def titles(reader: Snapshot, user_id: str, roadmap_ids: Sequence[str]) -> dict[str, str]:
    """Titles of those of the user's roadmaps that are there."""
    statement = select(roadmaps.c.roadmap_id, roadmaps.c.title).where(
        roadmaps.c.roadmap_id.in_([i for i in roadmap_ids if "\x00" not in i]),
        roadmaps.c.user_id == user_id,
        roadmaps.c.deleted_at.is_(None),
    )
    return {found["roadmap_id"]: found["title"] for found in await reader.rows(statement)}


async def listing(
    reader: Snapshot, user_id: str, *, words: str = "", limit: int, offset: int, trashed: bool = False
) -> dict[str, Any]:
    """A page of the user's roadmaps, newest first, or of those in the trash; `words`: of the title."""
    deleted = roadmaps.c.deleted_at
    mine = (
        roadmaps.c.user_id == user_id,
        deleted.is_not(None) if trashed else deleted.is_(None),
        has_words(roadmaps.c.title, words),
    )
    total = await reader.value(select(func.count()).select_from(roadmaps).where(*mine))
    newest = deleted.desc() if trashed else roadmaps.c.created_at.desc()
    found = await reader.rows(
        select(roadmaps).where(*mine).order_by(newest, roadmaps.c.roadmap_id).limit(limit).offset(offset)
    )
    ids = [one["roadmap_id"] for one in found]
    counts = await tasks.content_counts(reader, ids)
    learned = await learning.counts(reader, user_id, ids)
    heads = await tasks.heads(reader, [one["creation_task_id"] for one in found])
    following = await _next(reader, user_id, found)
    pictures = await covers.covers_of(reader, {one["roadmap_id"]: one["title"] for one in found})
    return {
        "roadmaps": [
            _listed(one, heads.get(one["creation_task_id"]), counts, learned.get(one["roadmap_id"]))
            | {"next": following.get(one["roadmap_id"]), "cover": pictures[one["roadmap_id"]]}
            for one in found
        ],
        "total": total,
        "as_of": tasks.as_of(heads.values()),
    }


async def _next(reader: Snapshot, user_id: str, found: Sequence[Row]) -> dict[str, dict[str, str]]:
    """Per roadmap what is next to learn, `{concept_id, name}`."""
    lessons = await learning.next_lessons(reader, user_id, [one["roadmap_id"] for one in found])
    versions = {one["roadmap_id"]: one["version"] for one in found if one["roadmap_id"] in lessons}
    trees = await frameworks.load_many(reader, versions)
    names = {c.concept_id: c.name for tree in trees.values() for c in tree.concepts()}
    return {
        roadmap_id: {"concept_id": concept_id, "name": names[concept_id]}
        for roadmap_id, concept_id in lessons.items()
        if concept_id in names
    }


def _listed(
    one: Row, head: Row | None, counts: dict[str, dict[str, int]], learned: dict[str, int] | None
) -> dict[str, Any]:
    roadmap_id = one["roadmap_id"]
    return {
        "roadmap_id": roadmap_id,
        "title": one["title"],
        "status": head["status"] if head is not None else TaskStatus.CANCELLED,
        "progress": tasks.progress_of_items(counts.get(roadmap_id, {})),
        "learned": learned or {"completed": 0, "total": 0},
        "created_at": rfc3339(one["created_at"]),
        "deleted_at": rfc3339(one["deleted_at"]),
    }


async def detail(reader: Snapshot, user_id: str, roadmap_id: str) -> dict[str, Any]:
    """A roadmap with its tree and how far each concept is: three statements, and BEGIN."""
    found, running = await _row_with_tasks(reader, user_id, roadmap_id)
    framework = await frameworks.load(reader, roadmap_id, found["version"]) if found["version"] else None
    items = await tasks.content_items(reader, roadmap_id)
    counts: dict[str, int] = {}
    for item in items:
        counts[item["status"]] = counts.get(item["status"], 0) + 1
    return {
        "roadmap_id": roadmap_id,
        "title": found["title"],
        "version": found["version"],
        "framework": _tree(framework, found["title"], items) if framework else None,
        "cover": covers.told(roadmap_id, found["title"], running[0]),
        "active_task": tasks.active(running),
        "progress": tasks.progress_of_items(counts),
        "created_at": rfc3339(found["created_at"]),
        "as_of": tasks.as_of(running),
    }


def _tree(framework: Framework, title: str, items: Iterable[Row]) -> dict[str, Any]:
    by_concept: dict[str, ItemsOfConcept] = {}
    for item in items:
        by_concept.setdefault(item["concept_id"], {})[item["kind"]] = item
    tree = framework.model_dump()
    tree["title"] = title
    for stage in tree["stages"]:
        for module in stage["modules"]:
            for concept in module["concepts"]:
                mine = by_concept.get(concept["concept_id"], {})
                concept.update(_content_of(framework.roadmap_id, concept["concept_id"], mine))
    return tree


def _content_of(roadmap_id: str, concept_id: str, mine: ItemsOfConcept) -> dict[str, Any]:
    """A concept's content fields; before there are items all is pending."""
    fields: dict[str, Any] = {}
    for kind in CONTENT_TYPES:
        item = mine.get(kind)
        fields[f"{_FIELD[kind]}_status"] = item["status"] if item else ItemStatus.PENDING.value
        fields[f"{kind}_id"] = item["version_id"] if item else None
        if item is not None and item["error_code"]:
            fault = {"code": item["error_code"], "message": item["error_message"] or ""}
            fields[f"{_FIELD[kind]}_error"] = fault
    fields["overall_status"] = overall_status(fields[f"{_FIELD[kind]}_status"] for kind in CONTENT_TYPES)
    lesson = mine.get("tutorial")
    version = lesson["current_version"] if lesson else 0
    fields["content_version"] = version or None
    fields["content_ref"] = content_ref(roadmap_id, concept_id, "tutorial", version) if version else None
    fields["content_summary"] = lesson["summary"] if lesson else None
    fields["resources_count"] = _count(mine.get("resources"), "count")
    fields["quiz_questions_count"] = _count(mine.get("quiz"), "questions")
    return fields


def _count(item: Row | None, name: str) -> int:
    return int((item["meta"] or {}).get(name, 0)) if item is not None else 0


async def framework(reader: Snapshot, user_id: str, roadmap_id: str) -> dict[str, Any]:
    """The newest version of the tree."""
    found = await row(reader, user_id, roadmap_id)
    tree = await frameworks.load(reader, roadmap_id, found["version"]) if found["version"] else None
    if tree is not None:
        tree = tree.model_copy(update={"title": found["title"]})
    return {"framework": tree, "version": found["version"]}


async def history(reader: Snapshot, roadmap_id: str) -> dict[str, Any]:
    """All versions, newest first, without their trees."""
    names = ("version", "author", "summary", "changed_node_ids")
    statement = (
        select(*(framework_versions.c[name] for name in (*names, "created_at")))
        .where(framework_versions.c.roadmap_id == roadmap_id)
        .order_by(framework_versions.c.version.desc())
    )
    versions = [
        {name: one[name] for name in names} | {"created_at": rfc3339(one["created_at"])}
        for one in await reader.rows(statement)
    ]
    return {"versions": versions}


async def diff(reader: Snapshot, roadmap_id: str, from_: int, to: int) -> dict[str, Any]:
    """What changed between two versions; 0 is the empty tree before the first."""
    after = await frameworks.load(reader, roadmap_id, to)
    before = await frameworks.load(reader, roadmap_id, from_) if from_ else None
    if after is None or (from_ and before is None):
        raise NotFoundError("There is no such version.", code="version_not_found")
    if before is None:
        before = after.model_copy(update={"stages": [], "left_out": []})
    return {"from": from_, "to": to, "changes": [change.as_json() for change in diff_of(before, after)]}


async def has_concept(reader: Snapshot, roadmap_id: str, concept_id: str) -> bool:
    """Whether the newest version of the tree holds this concept."""
    tree, _ = await frameworks.newest(reader, roadmap_id)
    return tree is not None and any(c.concept_id == concept_id for c in tree.concepts())
