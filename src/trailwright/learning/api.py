"""Routes about what a learner has finished."""

from typing import Any

from fastapi import APIRouter

from trailwright.kit.api import Db, Me, Route, Write
from trailwright.learning import commands, queries
from trailwright.learning.schemas import ConceptProgress, Learned, Mark

router = APIRouter(route_class=Route, tags=["learning"])

_PATH = "/roadmaps/{roadmap_id}/concepts/{concept_id}/progress"


@router.get("/roadmaps/{roadmap_id}/progress", response_model=Learned)
async def read_learned(roadmap_id: str, me: Me, db: Db) -> dict[str, Any]:
    """All that I finished of this roadmap, oldest first."""
    async with db.reading() as reader:
        return {"concepts": await queries.of_roadmap(reader, me.user_id, roadmap_id)}


@router.get(_PATH, response_model=ConceptProgress)
async def read_progress(roadmap_id: str, concept_id: str, me: Me, db: Db) -> dict[str, Any]:
    """Whether I finished this concept."""
    async with db.reading() as reader:
        return await queries.of_concept(reader, me.user_id, roadmap_id, concept_id)


@router.put(_PATH, response_model=ConceptProgress)
async def mark_progress(roadmap_id: str, concept_id: str, me: Me, mark: Mark, write: Write) -> dict[str, Any]:
    """Say that I finished this concept, or not."""
    done = mark.is_completed
    return await write(lambda tx: commands.mark(tx, me.user_id, roadmap_id, concept_id, is_completed=done))
