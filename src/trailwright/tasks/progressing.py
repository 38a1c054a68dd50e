"""What follows a finished framework step, and how a roadmap gets its items."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import func, insert, select, tuple_

from trailwright.contents.queries import SUMMARY
from trailwright.domain.dispatch import hint
from trailwright.domain.framework import Framework
from trailwright.domain.lifecycle import ItemStatus, Priority
from trailwright.domain.workflow import CONTENT_KINDS, DESIGN_KINDS, KINDS, Finished, Kind, Step, Wait, follow
from trailwright.events.shapes import EventType
from trailwright.kit.db import Row, Snapshot, Tx
from trailwright.kit.ids import new_id
from trailwright.roadmaps import frameworks, records
from trailwright.tasks import covering
from trailwright.tasks.held import HeldTask
from trailwright.tasks.leases import Claimed
from trailwright.tasks.models import items, task_items
from trailwright.tasks.outcomes import StepDone


async def advance(tx: Tx, held: HeldTask, roadmap: Row, claimed: Claimed, done: StepDone) -> None:
    """Store what the step made, say its end, and start what follows. The roadmap is locked."""
    version = int(roadmap["version"])
    if done.framework is not None:
        version = await frameworks.save(
            tx,
            roadmap,
            done.framework,
            author="agent",
            summary=done.summary,
            changed_node_ids=done.changed_node_ids,
        )
        held.row["title"] = done.framework.title
    if claimed.kind is Kind.INTENT:
        await _keep_intent(tx, held, done)
    if claimed.kind is Kind.EDIT and held.row["auto_rounds"] >= 0:
        held.row["auto_rounds"] += 1
    if claimed.kind not in DESIGN_KINDS or claimed.kind is Kind.ASSEMBLY:
        _say_step_done(held, claimed, done, version)
    finished = Finished(
        kind=claimed.kind,
        round=claimed.round,
        valid=bool(done.result.get("valid", True)),
        auto_rounds=held.row["auto_rounds"],
        questions=bool(done.result.get("questions")) and not held.row["auto_approve"],
        modules=int(done.result.get("modules", 0)),
        open_modules=await _open_modules(tx, claimed) if claimed.kind is Kind.MODULE else 0,
        complete=bool(done.result.get("complete")),
    )
    await _go_on(tx, held, roadmap, finished, done, version)


async def _keep_intent(tx: Tx, held: HeldTask, done: StepDone) -> None:
    intent = done.result["intent"]
    title = str(intent.get("title") or held.row["title"])
    held.row["title"] = title
    await records.keep_intent(tx, held.row["roadmap_id"], intent, title, held.now)


def _say_step_done(held: HeldTask, claimed: Claimed, done: StepDone, version: int) -> None:
    step = KINDS[claimed.kind].step
    data: dict[str, Any] = {"roadmap_id": held.row["roadmap_id"]}
    if version:
        data["version"] = version
    if claimed.kind is Kind.EDIT:
        data["edit_source"] = done.result.get("edit_source")
        data["changed_node_ids"] = done.changed_node_ids
    if claimed.kind is Kind.VALIDATION:
        data["valid"] = done.result.get("valid")
        data["findings"] = done.result.get("findings", [])
    held.say(EventType.PROGRESS, done.message, step=step.value, status="completed", data=data)


async def _open_modules(tx: Tx, claimed: Claimed) -> int:
    statement = select(func.count()).where(
        items.c.task_id == claimed.task_id,
        items.c.kind == Kind.MODULE.value,
        items.c.round == claimed.round,
    )
    return int(await tx.value(statement))


async def _go_on(
    tx: Tx, held: HeldTask, roadmap: Row, finished: Finished, done: StepDone, version: int
) -> None:
    way = follow(finished)
    match way.then:
        case Wait.SIBLINGS:
            return
        case Wait.ANSWERS:
            ask_questions(held, done.result["questions"])
        case Wait.REVIEW if held.row["auto_approve"]:
            await begin_content(tx, held, await _framework(tx, roadmap, version))
        case Wait.REVIEW:
            ask_review(held, version, done.result.get("findings", []))
        case Kind() as kind:
            await add_steps(tx, held, kind, way.round, way.parts)


async def _framework(tx: Tx, roadmap: Row, version: int) -> Framework:
    framework = await frameworks.load(tx, roadmap["roadmap_id"], version)
    assert framework is not None  # noqa: S101 - a validated version is stored
    return framework


def ask_questions(held: HeldTask, questions: list[dict[str, Any]]) -> None:
    """Wait for the learner's answers about an ambiguous goal: version 0."""
    held.row.update(review_version=0, questions=questions)
    held.say(
        EventType.HUMAN_REVIEW_REQUIRED,
        "One question before the design begins.",
        step=Step.INTENT_ANALYSIS.value,
        data={"version": 0, "questions": questions},
    )


def ask_review(held: HeldTask, version: int, findings: list[dict[str, Any]]) -> None:
    """Wait for a person's decision on a version of the framework."""
    held.row.update(review_version=version, questions=None)
    held.step(Step.HUMAN_REVIEW)
    held.say(
        EventType.HUMAN_REVIEW_REQUIRED,
        "The roadmap waits for your decision.",
        step=Step.HUMAN_REVIEW.value,
        data={"version": version, "findings": findings},
    )


async def add_steps(
    tx: Tx, held: HeldTask, kind: Kind, round_: int, parts: int = 1, payload: dict[str, Any] | None = None
) -> None:
    """Insert the items of a framework step, owned by the task."""
    rows = [
        _item(held, kind, round=round_, part=part, priority=Priority.FRAMEWORK, payload=payload)
        for part in range(parts)
    ]
    await tx.run(insert(items), rows)
    tx.hints += [hint(kind, row["item_id"], held.task_id) for row in rows]
    held.row["open_items"] += parts


def _item(held: HeldTask, kind: Kind, **values: Any) -> dict[str, Any]:
    return {
        "item_id": new_id("item"),
        "roadmap_id": held.row["roadmap_id"],
        "task_id": held.task_id,
        "kind": kind.value,
        "status": ItemStatus.PENDING.value,
        "created_at": held.now,
        "updated_at": held.now,
        **values,
    }


async def begin_content(tx: Tx, held: HeldTask, framework: Framework) -> None:
    """Approved: an item for every concept and content type, in learning order; and the cover waits too."""
    held.row.update(review_version=None, auto_rounds=0)
    rows = [content_item(held, c.concept_id, kind, n) for n, c, kind in in_order(framework)]
    await add_content(tx, held, rows)
    await covering.ask(tx, [held.row["roadmap_id"]], held.now)
    say_content_queued(held, total_concepts=len(rows) // len(CONTENT_KINDS))


def in_order(framework: Framework) -> Iterable[tuple[int, Any, Kind]]:
    """(position, concept, kind) in learning order."""
    for n, concept in enumerate(framework.concepts()):
        for m, kind in enumerate(CONTENT_KINDS):
            yield n * len(CONTENT_KINDS) + m, concept, kind


def content_item(held: HeldTask, concept_id: str, kind: Kind, position: int) -> dict[str, Any]:
    """A new content item's row, owned by the task."""
    return _item(held, kind, concept_id=concept_id, position=position, priority=Priority.BULK)


async def add_content(tx: Tx, held: HeldTask, rows: list[dict[str, Any]]) -> None:
    """Insert content items that the task owns and is about."""
    if not rows:
        return
    await tx.run(insert(items), rows)
    tx.hints += [hint(Kind(row["kind"]), row["item_id"], held.task_id) for row in rows]
    await link(tx, held, [row["item_id"] for row in rows])
    held.row["open_items"] += len(rows)


async def link(tx: Tx, held: HeldTask, item_ids: list[str]) -> None:
    """Say that the task is about these items: they count in its progress."""
    if item_ids:
        rows = [{"task_id": held.task_id, "item_id": item_id} for item_id in item_ids]
        await tx.run(insert(task_items), rows)
        held.row["total"] += len(item_ids)


def say_content_queued(held: HeldTask, **data: Any) -> None:
    """The `progress` of `content_generation_queued` that opens the content stage."""
    held.step(Step.CONTENT_GENERATION_QUEUED)
    held.say(
        EventType.PROGRESS,
        "The content waits to be written.",
        step=Step.CONTENT_GENERATION_QUEUED.value,
        status="processing",
        progress=held.progress(),
        data={"roadmap_id": held.row["roadmap_id"], **data},
    )


Concept = tuple[str, str]
"""The ids of a roadmap and of a concept in it."""


async def newest_version_ids(
    reader: Snapshot, concepts: Collection[Concept]
) -> dict[Concept, dict[str, str]]:
    """`{tutorial_id, resources_id, quiz_id}` of each concept's newest versions, as far as they exist."""
    if not concepts:
        return {}
    statement = (
        select(items.c.roadmap_id, items.c.concept_id, items.c.kind, SUMMARY.c.version_id)
        .join(
            SUMMARY, (SUMMARY.c.item_id == items.c.item_id) & (SUMMARY.c.version == items.c.current_version)
        )
        .where(tuple_(items.c.roadmap_id, items.c.concept_id).in_(list(concepts)))
    )
    found: dict[Concept, dict[str, str]] = {concept: {} for concept in concepts}
    for row in await reader.rows(statement):
        found[row["roadmap_id"], row["concept_id"]][f"{row['kind']}_id"] = row["version_id"]
    return found
