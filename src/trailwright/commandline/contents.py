"""Everything that was written for a roadmap, in the shape of the contract, from database and storage."""

from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import and_, select

from trailwright.commandline.database import opened
from trailwright.commandline.trouble import Trouble
from trailwright.contents.models import content_versions
from trailwright.kit.db import Row
from trailwright.kit.storage import Storage, StorageMissing, StorageUnavailable
from trailwright.roadmaps.models import roadmaps
from trailwright.settings import Settings
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


async def contents_of(settings: Settings, roadmap_id: str) -> Contents:
    """Read it all; raises `Trouble` when a text that the database names is not stored."""
    newest = and_(
        content_versions.c.item_id == items.c.item_id, content_versions.c.version == items.c.current_version
    )
    statement = (
        select(items.c.concept_id, items.c.kind, content_versions)
        .join(content_versions, newest)
        .where(items.c.roadmap_id == roadmap_id, items.c.dropped_at.is_(None))
        .order_by(items.c.position)
    )
    async with opened(settings) as db, db.reading() as reader:
        rows = await reader.rows(statement)
        roadmap = await reader.row(select(roadmaps).where(roadmaps.c.roadmap_id == roadmap_id))
    contents = Contents(asked=_asked(roadmap) if roadmap is not None else {})
    storage = storage_of(settings)
    try:
        for row in rows:
            _put(contents, row, orjson.loads(await storage.get(row["object_key"])))
    except StorageMissing:
        raise Trouble(f"the stored text of {row['concept_id']} is missing. Restore a backup.") from None
    except StorageUnavailable as error:
        raise Trouble(error.detail) from None
    finally:
        storage.close()
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


def storage_of(settings: Settings) -> Storage:
    """The store that the settings name; raises `Trouble`."""
    secret = settings.storage.secret_access_key
    try:
        return Storage.from_url(
            settings.effective_storage_url,
            endpoint=settings.storage.endpoint,
            access_key_id=settings.storage.access_key_id,
            secret_access_key=secret.get_secret_value() if secret else None,
            region=settings.storage.region,
        )
    except StorageUnavailable as error:
        raise Trouble(error.detail) from None
    except ValueError as error:
        raise Trouble(str(error)) from None
