"""What a reader gets of a concept's content, from database and storage; who may ask was judged before."""

from typing import Any

from trailwright.contents import queries
from trailwright.domain.content import Grade, Question, Quiz, Resources, Tutorial, grade
from trailwright.errors import InvalidError, NotFoundError
from trailwright.kit.clock import rfc3339
from trailwright.kit.db import Database, Row
from trailwright.kit.storage import Storage, StorageMissing
from trailwright.tasks.queries import content_item


async def version(db: Database, roadmap_id: str, concept_id: str, kind: str, number: int | None) -> Row:
    """One version's row, the newest without a number; raises `NotFoundError`."""
    async with db.reading() as reader:
        item = await content_item(reader, roadmap_id, concept_id, kind)
        wanted = number if number is not None or item is None else item["current_version"]
        found = await queries.version(reader, item["item_id"], wanted) if item and wanted else None
    if found is None:
        raise NotFoundError("This is not written yet.", code="not_ready")
    return found


async def _stored(storage: Storage, found: Row) -> bytes:
    try:
        return await storage.get(found["object_key"])
    except StorageMissing:
        raise NotFoundError("The stored text of this version is gone.", code="content_gone") from None


async def markdown(storage: Storage, found: Row) -> str:
    """A tutorial's text."""
    return Tutorial.model_validate_json(await _stored(storage, found)).markdown


async def resources(storage: Storage, concept_id: str, found: Row) -> dict[str, Any]:
    """Links that were looked at, or searches worth making."""
    stored = Resources.model_validate_json(await _stored(storage, found))
    return {
        "resources_id": stored.resources_id,
        "concept_id": concept_id,
        "version": found["version"],
        "resources": stored.resources,
        "note": stored.note,
        "suggestions": stored.suggestions if stored.note or stored.suggestions else None,
        "receipt": found["receipt"],
        "created_at": rfc3339(found["created_at"]),
    }


async def quiz(storage: Storage, found: Row) -> dict[str, Any]:
    """The quiz without keys and explanations."""
    stored = Quiz.model_validate_json(await _stored(storage, found))
    created_at = rfc3339(found["created_at"])
    return {**stored.without_keys(), "version": found["version"], "created_at": created_at}


async def graded(storage: Storage, found: Row, question_id: str, selected: list[int]) -> Grade:
    """The verdict on one answer; only now key and explanation leave. Nothing is kept of it."""
    stored = Quiz.model_validate_json(await _stored(storage, found))
    question = next((q for q in stored.questions if q.question_id == question_id), None)
    if question is None:
        raise NotFoundError("There is no such question in this quiz.", code="question_not_found")
    _check_selection(question, selected)
    return grade(question, selected)


def _check_selection(question: Question, selected: list[int]) -> None:
    if not selected or max(selected) >= len(question.options):
        message = f"must be one or more of 0 to {len(question.options) - 1}"
        raise InvalidError(
            "Choose among the options.",
            code="invalid_selection",
            errors=[{"field": "selected", "message": message}],
        )
