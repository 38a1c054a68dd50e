from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from tests.api.support import BASE, World, refusal
from tests.support import engine

CONTENT = {
    "content_status",
    "resources_status",
    "quiz_status",
    "overall_status",
    "tutorial_id",
    "content_ref",
    "content_version",
    "content_summary",
    "resources_id",
    "resources_count",
    "quiz_id",
    "quiz_questions_count",
}


def concepts(detail: dict[str, Any]) -> list[dict[str, Any]]:
    stages = detail["framework"]["stages"]
    return [c for s in stages for m in s["modules"] for c in m["concepts"]]


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """Every SQL statement that is run meanwhile."""
    seen: list[str] = []

    def note(*args: Any) -> None:
        seen.append(args[2])

    for each in world.db.engines:
        event.listen(each.sync_engine, "before_cursor_execute", note)
    yield seen
    for each in world.db.engines:
        event.remove(each.sync_engine, "before_cursor_execute", note)


async def test_a_large_roadmap_is_read_with_at_most_four_statements(world: World) -> None:
    _, roadmap_id = await engine.a_task(world.db, 100)
    for _ in range(2):
        with statements(world) as seen:
            detail = await world.get(f"/roadmaps/{roadmap_id}")
        assert len(concepts(detail)) == 100
        assert len(seen) <= 4, seen


async def test_before_approval_all_content_is_pending(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db, 2, auto_approve=False)
    detail = await world.get(f"/roadmaps/{roadmap_id}")
    assert set(detail) >= {"roadmap_id", "title", "version", "framework", "cover", "active_task", "progress"}
    assert (detail["progress"], detail["version"], detail["title"]) == (None, 1, "A way")
    assert detail["active_task"] == {
        "task_id": task_id,
        "status": "human_review_pending",
        "current_step": "human_review",
        "task_type": "creation",
    }
    for concept in concepts(detail):
        assert set(concept) >= CONTENT
        assert concept["overall_status"] == concept["quiz_status"] == "pending"
        assert concept["tutorial_id"] is None
        assert concept["quiz_questions_count"] == 0


async def test_each_concept_tells_how_far_its_content_is(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db, 2)
    [lesson, links, quiz, *_] = await engine.claim(world.db, task_id, 4)
    lesson_id = await world.deliver(lesson)
    links_id = await world.deliver(links)
    await engine.finish(world.db, quiz, engine.a_failure("model_refused"))
    detail = await world.get(f"/roadmaps/{roadmap_id}")
    first, second = concepts(detail)
    concept_id = first["concept_id"]
    assert (first["content_status"], first["resources_status"], first["quiz_status"]) == (
        "completed",
        "completed",
        "failed",
    )
    assert first["overall_status"] == "partial_failure"
    assert first["quiz_error"] == {"code": "model_refused", "message": "It failed."}
    assert not {"content_error", "resources_error"} & set(first)
    assert (first["tutorial_id"], first["resources_id"], first["quiz_id"]) == (lesson_id, links_id, None)
    assert first["content_ref"] == f"/api/v1/roadmaps/{roadmap_id}/concepts/{concept_id}/tutorials/v1"
    assert (first["content_version"], first["content_summary"]) == (1, "In short.")
    assert second["overall_status"] == second["content_status"] == "generating"
    assert detail["progress"] == {
        "completed": 2,
        "failed": 1,
        "generating": 1,
        "pending": 2,
        "total": 6,
        "percentage": 50,
    }
    task = await world.get(f"/tasks/{task_id}")
    assert detail["as_of"] == task["as_of"]
    assert detail["progress"] == task["progress"]
    assert (await world.client.get(f"{BASE}{first['content_ref']}")).status_code == 200


async def test_a_finished_quiz_counts_its_questions(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db, 1)
    await world.make_content(task_id)
    [concept] = concepts(await world.get(f"/roadmaps/{roadmap_id}"))
    assert (concept["overall_status"], concept["quiz_questions_count"]) == ("completed", 1)


async def test_the_newest_creation_task_is_the_active_one(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db, 2)
    await world.make_content(task_id, 1)
    assert (await world.get(f"/roadmaps/{roadmap_id}/active-task"))["task_id"] == task_id
    await world.make_content(task_id)
    quiet = await world.get(f"/roadmaps/{roadmap_id}/active-task")
    assert quiet["has_active_task"] is False
    assert "task_id" not in quiet
    [first, *_] = concepts(await world.get(f"/roadmaps/{roadmap_id}"))
    path = f"/roadmaps/{roadmap_id}/concepts/{first['concept_id']}/quiz/retry"
    retry_id = (await world.post(path))["data"]["task_id"]
    active = await world.get(f"/roadmaps/{roadmap_id}/active-task")
    assert (active["task_id"], active["task_type"]) == (retry_id, "retry_quiz")
    assert (active["concept_id"], active["content_type"]) == (first["concept_id"], "quiz")
    checked = await world.get(f"/roadmaps/{roadmap_id}/status-check")
    assert (checked["has_active_task"], checked["stale_concepts"]) == (True, [])
    assert [task["task_id"] for task in checked["active_tasks"]] == [retry_id]
    assert set(checked["as_of"]) == {task_id, retry_id}


async def test_a_list_tells_progress_and_what_is_learned(world: World) -> None:
    first_task, first = await engine.a_task(world.db, 2)
    await world.make_content(first_task)
    _, second = await engine.a_task(world.db, 1, auto_approve=False)
    concept_id = concepts(await world.get(f"/roadmaps/{first}"))[0]["concept_id"]
    progress = f"/roadmaps/{first}/concepts/{concept_id}/progress"
    await world.client.put(progress, json={"is_completed": True})
    listed = await world.get("/roadmaps")
    assert listed["total"] == 2
    newest, oldest = listed["roadmaps"]
    assert (newest["roadmap_id"], newest["status"]) == (second, "human_review_pending")
    assert newest["progress"] is None
    assert (oldest["roadmap_id"], oldest["status"]) == (first, "completed")
    assert oldest["progress"]["percentage"] == 100
    assert oldest["learned"] == {"completed": 1, "total": 2}
    assert oldest["cover"]["status"] == "pending"
    assert listed["as_of"][first_task] == (await world.get(f"/tasks/{first_task}"))["last_seq"]
    assert (await world.get("/roadmaps", limit=1, offset=1))["roadmaps"] == [oldest]
    refusal(await world.client.get("/roadmaps?limit=201"), 422)


async def test_a_concept_is_learned_once_and_can_be_taken_back(world: World) -> None:
    _, roadmap_id = await engine.a_task(world.db, 1)
    concept_id = concepts(await world.get(f"/roadmaps/{roadmap_id}"))[0]["concept_id"]
    path = f"/roadmaps/{roadmap_id}/concepts/{concept_id}/progress"
    assert await world.get(path) == {"concept_id": concept_id, "is_completed": False}
    first = (await world.client.put(path, json={"is_completed": True})).json()
    again = (await world.client.put(path, json={"is_completed": True})).json()
    assert first == again == await world.get(path)
    assert first["completed_at"].endswith("Z")
    assert await world.get(f"/roadmaps/{roadmap_id}/progress") == {"concepts": [first]}
    await world.client.put(path, json={"is_completed": False})
    assert (await world.get(path))["is_completed"] is False
    assert await world.get(f"/roadmaps/{roadmap_id}/progress") == {"concepts": []}
    refusal(await world.client.put(path, json={}), 422)


async def test_a_new_title_is_shown_everywhere(world: World) -> None:
    _, roadmap_id = await engine.a_task(world.db, 1)
    answer = await world.client.patch(f"/roadmaps/{roadmap_id}", json={"title": " Brot "})
    assert answer.json() == {"roadmap_id": roadmap_id, "title": "Brot"}
    detail = await world.get(f"/roadmaps/{roadmap_id}")
    assert detail["title"] == detail["framework"]["title"] == "Brot"
    tree = await world.get(f"/roadmaps/{roadmap_id}/framework")
    assert tree["framework"]["title"] == "Brot"
    await world.client.put(f"/roadmaps/{roadmap_id}/framework", json=tree)
    assert (await world.get(f"/roadmaps/{roadmap_id}"))["title"] == "Brot"
    for title in ("", "  ", "x" * 301, None):
        refusal(await world.client.patch(f"/roadmaps/{roadmap_id}", json={"title": title}), 422)


async def test_deleting_stops_what_runs_and_can_be_undone(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db, 2)
    running = await engine.claim(world.db, task_id, 2)
    answer = (await world.client.delete(f"/roadmaps/{roadmap_id}")).json()
    assert answer["cancelled_tasks"] == [task_id]
    assert answer["purge_at"] > answer["deleted_at"]
    task = await world.get(f"/tasks/{task_id}")
    assert (task["status"], task["cancel_reason"]) == ("cancelled", "deleted")
    events = await engine.events_of(world.db, task_id)
    assert events[-1]["type"] == "cancelled"
    assert {row["status"] for row in await engine.item_rows(world.db, roadmap_id)} == {"pending"}
    for path in ("", "/framework", "/active-task", "/framework/history", "/status-check"):
        refusal(await world.client.get(f"/roadmaps/{roadmap_id}{path}"), 404, "roadmap_not_found")
    refusal(await world.client.delete(f"/roadmaps/{roadmap_id}"), 404)
    refusal(await world.client.post(f"/tasks/{task_id}/retry"), 404)
    assert (await world.get("/roadmaps"))["total"] == 0
    [trashed] = (await world.get("/roadmaps/trash"))["roadmaps"]
    assert (trashed["roadmap_id"], trashed["deleted_at"]) == (roadmap_id, answer["deleted_at"])
    await world.post(f"/roadmaps/{roadmap_id}/restore")
    assert (await world.get(f"/roadmaps/{roadmap_id}"))["active_task"] is None
    refusal(await world.client.post(f"/roadmaps/{roadmap_id}/restore"), 409, "not_in_trash")
    retried = await world.post(f"/tasks/{task_id}/retry")
    assert retried["recovery_type"] == "restart_content_generation"
    assert len(running) == 2


async def test_out_of_the_trash_for_good_nothing_is_left(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db, 1)
    await world.make_content(task_id)
    refusal(await world.client.delete(f"/roadmaps/{roadmap_id}/permanent"), 409, "not_in_trash")
    await world.client.delete(f"/roadmaps/{roadmap_id}")
    assert (await world.client.delete(f"/roadmaps/{roadmap_id}/permanent")).status_code == 200
    refusal(await world.client.delete(f"/roadmaps/{roadmap_id}/permanent"), 404)
    refusal(await world.client.get(f"/tasks/{task_id}"), 404)
    assert set(await world.rows()) == {"ledger", "audit"}


async def test_covers_of_known_roadmaps_are_never_missing(world: World) -> None:
    _, first = await engine.an_order(world.db)
    _, second = await engine.a_task(world.db, 1)
    covers = await world.post(
        "/cover-images/batch-get", {"roadmap_ids": [first, second, "unknown", "\u2603"]}
    )
    assert set(covers["covers"]) == {first, second}
    assert covers["covers"][first] == {
        "roadmap_id": first,
        "status": "not_started",
        "alt": "Cover of Bake bread",
    }
    assert await world.get(f"/roadmaps/{first}/cover-image") == covers["covers"][first]
    refusal(await world.client.get("/roadmap/unknown/cover-image"), 404)
