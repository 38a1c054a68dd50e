"""Everything that was written for a roadmap, in the shape of the contract, from database and storage."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import and_, select

from trailwright.contents.models import content_versions
from trailwright.kit.db import Row, Snapshot
from trailwright.kit.storage import Storage
from trailwright.roadmaps.models import roadmaps
from trailwright.tasks.models import items

ByConcept = dict[str, dict[str, Any]]


@dataclass
class Contents:
    """The newest version of each piece that is there, by concept id; quizzes with their keys."""

    tutorials: ByConcept = field(default_factory=dict)
    resources: ByConcept = field(default_factory=dict)
    quizzes: ByConcept = field(default_factory=dict)
    asked: dict[str, Any] = field(default_factory=dict)
    """`preferences`, `size` and `required_skills`, by which `check` judges the roadmap."""

    def as_json(self) -> dict[str, Any]:
        """`{tutorials, resources, quizzes}` and what was asked."""
        made = {"tutorials": self.tutorials, "resources": self.resources, "quizzes": self.quizzes}
        return made | self.asked


@dataclass(frozen=True)
class Named:
    """What the database says of a roadmap's content; the texts are in the storage."""

    rows: Sequence[Row]
    asked: dict[str, Any]


async def named(reader: Snapshot, roadmap_id: str) -> Named:
    """The newest version of each piece, in learning order."""
    newest = and_(
        content_versions.c.item_id == items.c.item_id, content_versions.c.version == items.c.current_version
    )
    statement = (
        select(items.c.concept_id, items.c.kind, content_versions)
        .join(content_versions, newest)
        .where(items.c.roadmap_id == roadmap_id, items.c.dropped_at.is_(None))
        .order_by(items.c.position)
    )
    rows = await reader.rows(statement)
    roadmap = await reader.row(select(roadmaps).where(roadmaps.c.roadmap_id == roadmap_id))
    return Named(rows, _asked(roadmap) if roadmap is not None else {})


async def collected(found: Named, storage: Storage) -> Contents:
    """The texts themselves; raises `StorageMissing` for one that is gone, `StorageUnavailable`."""
    contents = Contents(asked=found.asked)
    for row in found.rows:
        _put(contents, row, orjson.loads(await storage.get(row["object_key"])))
    return contents


def _asked(roadmap: Row) -> dict[str, Any]:
    skills = (roadmap["intent"] or {}).get("required_skills", [])
    return {"preferences": roadmap["preferences"], "size": roadmap["size"], "required_skills": skills}


def _put(contents: Contents, row: Row, stored: dict[str, Any]) -> None:
    concept_id = row["concept_id"]
    match row["kind"]:
        case "tutorial":
            shown = {name: stored[name] for name in ("title", "summary", "markdown")}
            contents.tutorials[concept_id] = shown | {"receipt": row["receipt"]}
        case "resources":
            contents.resources[concept_id] = stored
        case "quiz":
            contents.quizzes[concept_id] = stored
