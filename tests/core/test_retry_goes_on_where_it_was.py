"""Retry of a task: the same task, the same roadmap, the learner's edits kept, nothing done twice."""

from collections.abc import AsyncIterator, Collection
from typing import Any

import pytest

from tests.machine.machine import promises_hold
from tests.support import engine as e
from trailwright.domain.framework import Concept, Framework
from trailwright.errors import BadRequestError, ConflictError
from trailwright.kit.db import Database
from trailwright.roadmaps.commands import prepare_edit, save_edit
from trailwright.roadmaps.frameworks import newest
from trailwright.tasks import commands, reaping
from trailwright.tasks.batching import retry_batch
from trailwright.tasks.retrying import Wish, retry_item, retry_task


@pytest.fixture
async def db(migrated_database_url: str) -> AsyncIterator[Database]:
    opened = Database(migrated_database_url)
    yield opened
    await opened.close()


async def retried(db: Database, task_id: str, types: Collection[str] | None = None) -> dict[str, Any]:
    return await db.transact(lambda tx: retry_task(tx, task_id, types))


async def cancelled(db: Database, task_id: str) -> None:
    await db.transact(lambda tx: commands.cancel(tx, task_id, "enough"))


async def all_delivered(db: Database, task_id: str) -> int:
    """Deliver everything that waits; how many items that were."""
    count = 0
    while claimed := await e.claim(db, task_id, 50):
        for one in claimed:
            await e.deliver(db, one)
        count += len(claimed)
    return count


async def versions(db: Database, roadmap_id: str) -> list[int]:
    return [row["current_version"] for row in await e.item_rows(db, roadmap_id)]


async def test_21_of_21_items_are_missing_because_saving_failed(db: Database) -> None:
    task_id, roadmap_id = await e.a_task(db, concepts=7)
    for one in await e.claim(db, task_id, 21):
        await e.finish(db, one, e.a_failure("internal"))
    assert (await e.task_row(db, task_id))["status"] == "failed"

    answer = await retried(db, task_id)

    assert answer["recovery_type"] == "retry_failed_items"
    assert (answer["task_id"], answer["retried_count"], answer["skipped"]) == (task_id, 21, 0)
    assert await all_delivered(db, task_id) == 21
    row = await e.task_row(db, task_id)
    assert (row["status"], row["done"], row["failed"], row["total"]) == ("completed", 21, 0, 21)
    assert await versions(db, roadmap_id) == [1] * 21


async def test_10_done_5_never_written_and_6_failed_in_one_roadmap(db: Database) -> None:
    task_id, roadmap_id = await e.a_task(db, concepts=7)
    claimed = await e.claim(db, task_id, 16)
    for one in claimed[:10]:
        await e.deliver(db, one)
    for one in claimed[10:]:
        await e.finish(db, one, e.a_failure())
    await cancelled(db, task_id)

    answer = await retried(db, task_id)

    assert answer["recovery_type"] == "restart_content_generation"
    assert answer["retried_count"] == 11
    assert await all_delivered(db, task_id) == 11
    row = await e.task_row(db, task_id)
    assert (row["status"], row["done"], row["failed"], row["total"]) == ("completed", 21, 0, 21)
    assert await versions(db, roadmap_id) == [1] * 21


async def test_cancelled_during_content_after_the_learner_edited_the_framework(db: Database) -> None:
    task_id, roadmap_id = await e.a_task(db, concepts=3)
    for one in await e.claim(db, task_id, 3):
        await e.deliver(db, one)
    edited = await with_one_more_concept(db, roadmap_id)
    await cancelled(db, task_id)

    answer = await retried(db, task_id)

    assert answer["retried_count"] == 9
    assert await all_delivered(db, task_id) == 9
    async with db.reading() as snapshot:
        framework, version = await newest(snapshot, roadmap_id)
    assert framework is not None
    assert version == 2
    assert [c.concept_id for c in framework.concepts()] == edited
    assert await versions(db, roadmap_id) == [1] * 12


async def with_one_more_concept(db: Database, roadmap_id: str) -> list[str]:
    """The learner renames the first concept and adds one; ids in order."""
    async with db.reading() as snapshot:
        framework, version = await newest(snapshot, roadmap_id)
    assert framework is not None
    sent = framework.model_copy(deep=True)
    sent.stages[0].modules[0].concepts[0].name = "A new name"
    sent.stages[0].modules[0].concepts.append(Concept(concept_id="new", name="One more"))
    edit = await prepare_edit(db, e.USER, roadmap_id, sent, version)
    await db.transact(lambda tx: save_edit(tx, roadmap_id, edit))
    return [concept.concept_id for concept in edit.framework.concepts()]


async def test_cancelled_before_the_review_goes_on_after_the_last_finished_step(db: Database) -> None:
    task_id, roadmap_id = await e.an_order(db, auto_approve=False)
    (intent,) = await e.claim(db, task_id)
    done = e.StepDone({"intent": {"title": "A way"}, "questions": []}, e.SPENT, "Understood.")
    await e.finish(db, intent, done)
    await cancelled(db, task_id)

    answer = await retried(db, task_id)

    assert answer["recovery_type"] == "resume_framework"
    (outline,) = await e.claim(db, task_id)
    assert outline.kind == "curriculum_outline"
    steps = await e.item_rows(db, roadmap_id, content=False)
    assert [row["attempt"] for row in steps if row["kind"] == "intent_analysis"] == [1]


async def test_cancelled_under_review_is_asked_again(db: Database) -> None:
    task_id, _ = await e.a_task(db, concepts=2, auto_approve=False)
    await cancelled(db, task_id)

    answer = await retried(db, task_id)

    row = await e.task_row(db, task_id)
    assert answer["recovery_type"] == "resume_review"
    assert (row["status"], row["review_version"]) == ("human_review_pending", 1)
    await e.approve(db, task_id)
    assert await all_delivered(db, task_id) == 6


async def test_crashed_before_the_review_goes_on_by_itself(db: Database) -> None:
    task_id, roadmap_id = await e.an_order(db)
    (first,) = await e.claim(db, task_id)
    await db.transact(lambda tx: reaping.take_all_back(tx, task_id, alone=False))
    await e.through_framework(db, task_id, roadmap_id, 1)
    assert await all_delivered(db, task_id) == 3
    with pytest.raises(e.LeaseLost):
        await e.deliver(db, first)


async def test_a_wrong_key_ends_the_task_and_mended_it_goes_on(db: Database) -> None:
    task_id, roadmap_id = await e.a_task(db, concepts=2)
    first, second = await e.claim(db, task_id, 2)
    await e.deliver(db, first)
    await e.finish(db, second, e.a_failure("model_auth", stops=True))
    row = await e.task_row(db, task_id)
    assert (row["status"], row["error_code"]) == ("failed", "model_auth")
    statuses = [item["status"] for item in await e.item_rows(db, roadmap_id)]
    assert statuses == ["completed", *["pending"] * 5]

    answer = await retried(db, task_id)

    assert answer["recovery_type"] == "retry_failed_items"
    assert await all_delivered(db, task_id) == 5
    assert (await e.task_row(db, task_id))["status"] == "completed"


async def test_a_completed_task_has_nothing_to_retry(db: Database) -> None:
    task_id, _ = await e.a_task(db, concepts=1)
    await all_delivered(db, task_id)
    with pytest.raises(BadRequestError) as refused:
        await retried(db, task_id)
    assert refused.value.code == "nothing_to_retry"


async def test_what_another_live_task_makes_is_left_alone(db: Database) -> None:
    task_id, roadmap_id = await e.a_task(db, concepts=1)
    for one in await e.claim(db, task_id, 3):
        await e.finish(db, one, e.a_failure())
    concept = (await e.item_rows(db, roadmap_id))[0]["concept_id"]
    click = await clicked(db, roadmap_id, concept)

    answer = await retried(db, task_id)

    assert (answer["retried_count"], answer["skipped"]) == (2, 1)
    assert await all_delivered(db, task_id) == 2
    with pytest.raises(ConflictError) as refused:
        await retried(db, task_id)
    assert refused.value.code == "still_running"
    assert await all_delivered(db, click["data"]["task_id"]) == 1


async def test_the_log_tells_what_another_task_finished_meanwhile(db: Database) -> None:
    task_id, roadmap_id = await e.a_task(db, concepts=1)
    for one in await e.claim(db, task_id, 3):
        await e.finish(db, one, e.a_failure())
    concept = (await e.item_rows(db, roadmap_id))[0]["concept_id"]
    click = await clicked(db, roadmap_id, concept)
    assert await all_delivered(db, click["data"]["task_id"]) == 1

    answer = await retried(db, task_id)

    assert (answer["retried_count"], answer["skipped"]) == (2, 0)
    await promises_hold(db)
    assert await all_delivered(db, task_id) == 2
    await promises_hold(db)


async def test_a_concept_that_left_and_came_back_between_is_counted_again(db: Database) -> None:
    task_id, roadmap_id = await e.a_task(db, concepts=2)
    first, *others = await e.claim(db, task_id, 6)
    await e.deliver(db, first)
    for one in others[:-1]:
        await e.finish(db, one, e.a_failure())
    whole = await without_concept(db, roadmap_id, first.concept_id)
    await e.finish(db, others[-1], e.a_failure())
    await edited(db, roadmap_id, whole)
    await retried(db, task_id)
    await promises_hold(db)
    row = await e.task_row(db, task_id)
    assert (row["done"], row["failed"], row["total"]) == (1, 0, 6)


async def test_a_concept_that_left_after_the_end_is_no_longer_counted(db: Database) -> None:
    task_id, roadmap_id = await e.a_task(db, concepts=2)
    for one in await e.claim(db, task_id, 6):
        await e.finish(db, one, e.a_failure())
    await without_concept(db, roadmap_id, (await e.item_rows(db, roadmap_id))[0]["concept_id"])
    await retried(db, task_id)
    await promises_hold(db)
    row = await e.task_row(db, task_id)
    assert (row["done"], row["failed"], row["total"]) == (0, 0, 3)


async def without_concept(db: Database, roadmap_id: str, concept_id: str) -> Framework:
    """The learner takes a concept out; the framework as it was."""
    async with db.reading() as snapshot:
        framework, _ = await newest(snapshot, roadmap_id)
    assert framework is not None
    sent = framework.model_copy(deep=True)
    for module in [module for stage in sent.stages for module in stage.modules]:
        module.concepts = [c for c in module.concepts if c.concept_id != concept_id]
        for concept in module.concepts:
            concept.prerequisites = [p for p in concept.prerequisites if p != concept_id]
    await edited(db, roadmap_id, sent)
    return framework


async def edited(db: Database, roadmap_id: str, sent: Framework) -> None:
    async with db.reading() as snapshot:
        _, version = await newest(snapshot, roadmap_id)
    edit = await prepare_edit(db, e.USER, roadmap_id, sent, version)
    await db.transact(lambda tx: save_edit(tx, roadmap_id, edit))


async def clicked(db: Database, roadmap_id: str, concept_id: str) -> dict[str, Any]:
    return await db.transact(
        lambda tx: retry_item(tx, e.USER, roadmap_id, concept_id, "tutorial", Wish(), limit=5, window_s=3600)
    )


async def test_a_double_click_is_one_task(db: Database) -> None:
    task_id, roadmap_id = await e.a_task(db, concepts=1)
    await all_delivered(db, task_id)
    concept = (await e.item_rows(db, roadmap_id))[0]["concept_id"]
    first, second = await clicked(db, roadmap_id, concept), await clicked(db, roadmap_id, concept)
    assert first["data"]["task_id"] == second["data"]["task_id"]
    assert (first["data"]["deduplicated"], second["data"]["deduplicated"]) == (False, True)
    assert second["data"]["status"] == "generating"


async def test_a_batch_with_partial_success_has_numbers_that_add_up(db: Database) -> None:
    task_id, roadmap_id = await e.a_task(db, concepts=2)
    for one in await e.claim(db, task_id, 6):
        await e.finish(db, one, e.a_failure())
    made = await db.transact(lambda tx: retry_batch(tx, e.USER, roadmap_id, chosen="failed"))
    batch = made["task_id"]
    for n, one in enumerate(await e.claim(db, batch, 6)):
        await e.finish(db, one, e.a_failure() if n % 3 == 0 else e.a_version(one))
    row = await e.task_row(db, batch)
    assert (row["status"], row["done"], row["failed"], row["total"]) == ("partial_failure", 4, 2, 6)
    assert (await e.task_row(db, task_id))["status"] == "failed"


async def test_only_the_chosen_content_types_are_retried(db: Database) -> None:
    task_id, _ = await e.a_task(db, concepts=2)
    for one in await e.claim(db, task_id, 6):
        await e.finish(db, one, e.a_failure())
    answer = await retried(db, task_id, ["quiz"])
    assert answer["retried_count"] == 2
    assert await all_delivered(db, task_id) == 2
    assert (await e.task_row(db, task_id))["status"] == "partial_failure"
