"""What a claimed item is made from, read in one snapshot before any model is asked."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from trailwright.agents.contexts import Learner
from trailwright.contents.models import content_versions
from trailwright.domain.framework import Framework
from trailwright.domain.preferences import Preferences
from trailwright.domain.workflow import FRAMEWORK_KINDS, Kind
from trailwright.errors import LeaseLost
from trailwright.kit.db import Database, Row, Snapshot
from trailwright.roadmaps import frameworks
from trailwright.roadmaps.models import roadmaps
from trailwright.tasks.leases import Claimed
from trailwright.tasks.models import items, reviews


@dataclass(frozen=True)
class Materials:
    """Everything an agent may be told. `steps`: finished steps' results by (kind, round, part)."""

    learner: Learner
    roadmap_id: str
    intent: Mapping[str, Any]
    framework: Framework | None
    version: int
    steps: Mapping[tuple[Kind, int, int], Mapping[str, Any]]
    earlier_stems: tuple[str, ...] = ()

    def result(self, kind: Kind, round_: int, part: int = 0) -> Mapping[str, Any]:
        """The stored result of a finished step."""
        return self.steps[(kind, round_, part)]

    def tree(self) -> Framework:
        """The newest framework; there is one from the assembly on."""
        assert self.framework is not None  # noqa: S101 - asked only by steps after the assembly
        return self.framework


async def collect(db: Database, claimed: Claimed) -> Materials:
    """Read what `claimed` needs. Raises `LeaseLost` when its roadmap is gone."""
    async with db.reading() as snapshot:
        roadmap = await snapshot.row(select(roadmaps).where(roadmaps.c.roadmap_id == claimed.roadmap_id))
        if roadmap is None:
            raise LeaseLost
        version = int(roadmap["version"])
        framework = await frameworks.load(snapshot, claimed.roadmap_id, version) if version else None
        is_step = claimed.kind in FRAMEWORK_KINDS
        steps = await _steps(snapshot, claimed.roadmap_id) if is_step else {}
        stems = await _stems(snapshot, claimed) if claimed.kind is Kind.QUIZ else ()
        answers = await _answers(snapshot, roadmap) if is_step else {}
    return Materials(
        learner=_learner(roadmap, claimed, answers),
        roadmap_id=claimed.roadmap_id,
        intent=roadmap["intent"] or {},
        framework=framework,
        version=version,
        steps=steps,
        earlier_stems=stems,
    )


def _learner(roadmap: Row, claimed: Claimed, answers: Mapping[str, str]) -> Learner:
    """The learner's preferences with what a retry asked for on top."""
    wished = {**roadmap["preferences"], **(claimed.payload.get("preferences") or {})}
    return Learner(
        preferences=Preferences.model_validate(wished),
        additional_context=roadmap["additional_context"],
        size=roadmap["size"],
        today=dt.datetime.now(dt.UTC).date(),
        answers=answers,
    )


async def _steps(snapshot: Snapshot, roadmap_id: str) -> dict[tuple[Kind, int, int], Mapping[str, Any]]:
    statement = select(items.c.kind, items.c.round, items.c.part, items.c.result).where(
        items.c.roadmap_id == roadmap_id, items.c.concept_id == "", items.c.result.is_not(None)
    )
    rows = await snapshot.rows(statement)
    return {(Kind(row["kind"]), row["round"], row["part"]): row["result"] for row in rows if row["result"]}


async def _stems(snapshot: Snapshot, claimed: Claimed) -> tuple[str, ...]:
    """Questions of the roadmap's other quizzes, so that none is asked twice."""
    statement = (
        select(content_versions.c.meta)
        .join(
            items,
            (items.c.item_id == content_versions.c.item_id)
            & (items.c.current_version == content_versions.c.version),
        )
        .where(
            items.c.roadmap_id == claimed.roadmap_id,
            items.c.kind == Kind.QUIZ.value,
            items.c.item_id != claimed.item_id,
            items.c.dropped_at.is_(None),
        )
    )
    return tuple(stem for row in await snapshot.rows(statement) for stem in row["meta"].get("stems", ()))


async def _answers(snapshot: Snapshot, roadmap: Row) -> dict[str, str]:
    """The learner's answers about an ambiguous goal, by the question's text."""
    task_id = roadmap["creation_task_id"]
    said = await snapshot.value(
        select(reviews.c.answers).where(reviews.c.task_id == task_id, reviews.c.version == 0)
    )
    asked = await snapshot.value(
        select(items.c.result).where(
            items.c.roadmap_id == roadmap["roadmap_id"], items.c.kind == Kind.INTENT.value
        )
    )
    questions = (asked or {}).get("questions", [])
    return {q["question"]: said[q["question_id"]] for q in questions if said and said.get(q["question_id"])}
