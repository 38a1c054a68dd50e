"""Routes that read content and grade answers (contract section 4)."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from trailwright.contents import queries, reading, schemas
from trailwright.contents.commands import content_ref
from trailwright.domain.content import Grade
from trailwright.kit.api import Db, Objects, Route
from trailwright.kit.clock import rfc3339
from trailwright.kit.db import Database, Row
from trailwright.kit.schemas import Version
from trailwright.kit.storage import Storage
from trailwright.tasks.queries import content_item

router = APIRouter(route_class=Route, tags=["content"])

CONCEPT = "/roadmaps/{roadmap_id}/concepts/{concept_id}"
MAX_VERSION = 2**31 - 1
_COST = ("input_tokens", "output_tokens", "cost_usd", "duration_ms")


def _info(roadmap_id: str, concept_id: str, row: Row) -> dict[str, Any]:
    return {
        "tutorial_id": row["version_id"],
        "roadmap_id": roadmap_id,
        "concept_id": concept_id,
        "version": row["version"],
        "title": row["title"],
        "summary": row["summary"],
        "content_ref": content_ref(roadmap_id, concept_id, "tutorial", row["version"]),
        "model": row["model"],
        "receipt": row["receipt"],
        "cost": {name: row[name] for name in _COST},
        "created_at": rfc3339(row["created_at"]),
    }


@router.get(f"{CONCEPT}/tutorials", response_model=schemas.TutorialList)
async def list_tutorials(roadmap_id: str, concept_id: str, db: Db) -> dict[str, Any]:
    """All versions of a concept's tutorial, newest first."""
    async with db.reading() as reader:
        item = await content_item(reader, roadmap_id, concept_id, "tutorial")
        rows = await queries.versions(reader, item["item_id"]) if item else []
    return {"tutorials": [_info(roadmap_id, concept_id, row) for row in rows], "total": len(rows)}


@router.get(f"{CONCEPT}/tutorials/latest", response_model=schemas.TutorialInfo)
async def read_latest_tutorial(roadmap_id: str, concept_id: str, db: Db) -> dict[str, Any]:
    """The newest version."""
    return _info(roadmap_id, concept_id, await reading.version(db, roadmap_id, concept_id, "tutorial", None))


@router.get(f"{CONCEPT}/tutorials/v{{number}}", response_model=schemas.TutorialInfo)
async def read_tutorial(roadmap_id: str, concept_id: str, number: int, db: Db) -> dict[str, Any]:
    """One version."""
    return _info(
        roadmap_id, concept_id, await reading.version(db, roadmap_id, concept_id, "tutorial", _own(number))
    )


def _own(number: int) -> int:
    return number if 0 < number <= MAX_VERSION else 0


_MARKDOWN: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/markdown": {"schema": {"type": "string"}}}}
}


@router.get(f"{CONCEPT}/tutorials/content", response_class=Response, responses=_MARKDOWN)
@router.get(
    f"{CONCEPT}/tutorials/latest/content",
    response_class=Response,
    responses=_MARKDOWN,
    name="read_latest_content",
)
async def read_newest_content(roadmap_id: str, concept_id: str, db: Db, storage: Objects) -> Response:
    """The newest version's text, Markdown."""
    return await _markdown(db, storage, roadmap_id, concept_id, None)


@router.get(f"{CONCEPT}/tutorials/v{{number}}/content", response_class=Response, responses=_MARKDOWN)
async def read_content(roadmap_id: str, concept_id: str, number: int, db: Db, storage: Objects) -> Response:
    """One version's text, Markdown."""
    return await _markdown(db, storage, roadmap_id, concept_id, _own(number))


async def _markdown(
    db: Database, storage: Storage, roadmap_id: str, concept_id: str, number: int | None
) -> Response:
    found = await reading.version(db, roadmap_id, concept_id, "tutorial", number)
    text = await reading.markdown(storage, found)
    return Response(text, media_type="text/markdown; charset=utf-8")


@router.get(f"{CONCEPT}/resources", response_model=schemas.ResourcesAnswer)
async def read_resources(
    roadmap_id: str,
    concept_id: str,
    db: Db,
    storage: Objects,
    version: Annotated[Version | None, Query()] = None,
) -> dict[str, Any]:
    """Links that were looked at, or searches worth making."""
    found = await reading.version(db, roadmap_id, concept_id, "resources", version)
    return await reading.resources(storage, concept_id, found)


@router.get(f"{CONCEPT}/quiz", response_model=schemas.QuizAnswer)
async def read_quiz(
    roadmap_id: str,
    concept_id: str,
    db: Db,
    storage: Objects,
    version: Annotated[Version | None, Query()] = None,
) -> dict[str, Any]:
    """The quiz without keys and explanations."""
    found = await reading.version(db, roadmap_id, concept_id, "quiz", version)
    return await reading.quiz(storage, found)


@router.post(f"{CONCEPT}/quiz/answers", response_model=schemas.Graded)
async def answer_question(
    roadmap_id: str, concept_id: str, db: Db, storage: Objects, said: schemas.Selected
) -> Grade:
    """Grade one answer; only now key and explanation leave."""
    found = await reading.version(db, roadmap_id, concept_id, "quiz", said.version)
    return await reading.graded(storage, found, said.question_id, said.selected)
