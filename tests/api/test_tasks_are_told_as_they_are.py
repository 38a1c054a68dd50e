import pytest

from tests.api.support import World, good, refusal
from tests.support import engine
from trailwright.tasks.outcomes import StepDone

STATUSES = {
    "pending",
    "processing",
    "human_review_pending",
    "paused",
    "completed",
    "partial_failure",
    "failed",
    "cancelled",
}
SUMMARY = {
    "task_id",
    "task_type",
    "status",
    "current_step",
    "roadmap_id",
    "title",
    "progress",
    "created_at",
    "updated_at",
    "last_seq",
}


async def test_a_task_is_told_in_full(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db, 2)
    [first, second, _] = await engine.claim(world.db, task_id, 3)
    await world.deliver(first)
    await engine.finish(world.db, second, engine.a_failure())
    task = await world.get(f"/tasks/{task_id}")
    assert set(task) == SUMMARY | {"started_at", "usage", "as_of"}
    assert task["progress"] == {
        "completed": 1,
        "failed": 1,
        "generating": 1,
        "pending": 3,
        "total": 6,
        "percentage": 33,
    }
    assert (task["task_type"], task["status"]) == ("creation", "processing")
    assert (task["current_step"], task["roadmap_id"]) == ("content_generation", roadmap_id)
    assert set(task["usage"]) == {"input_tokens", "output_tokens", "cost_usd", "llm_calls"}
    assert task["usage"]["llm_calls"] == 6
    assert task["as_of"] == {task_id: task["last_seq"]}
    assert task["created_at"].endswith("Z")


async def test_an_ended_task_says_where_it_stopped_and_why(world: World) -> None:
    task_id, _ = await engine.a_task(world.db, 1)
    [one] = await engine.claim(world.db, task_id)
    await engine.finish(world.db, one, engine.a_failure("model_auth", stops=True))
    task = await world.get(f"/tasks/{task_id}")
    assert (task["status"], task["current_step"]) == ("failed", "failed")
    assert task["stopped_at_step"] == "content_generation"
    assert task["error"] == {"code": "model_auth", "message": "It failed."}
    assert task["finished_at"] >= task["started_at"]
    refusal(await world.client.post(f"/tasks/{task_id}/cancel"), 400, "not_cancellable")


async def test_a_list_counts_all_eight_whatever_the_filter(world: World) -> None:
    paused, _ = await engine.an_order(world.db)
    await world.post(f"/tasks/{paused}/pause")
    done, _ = await engine.a_task(world.db, 1)
    await world.make_content(done)
    waiting, _ = await engine.a_task(world.db, 1, auto_approve=False)
    everything = await world.get("/users/me/tasks")
    assert set(everything["status_counts"]) == STATUSES
    assert [task["task_id"] for task in everything["tasks"]] == [waiting, done, paused]
    assert set(everything["tasks"][2]) == SUMMARY, "nothing was spent: it is not spoken of"
    spent = await world.get(f"/tasks/{done}")
    assert everything["tasks"][1]["cost_usd"] == spent["usage"]["cost_usd"] > 0
    only = await world.get("/users/local/tasks", status="completed", task_type="creation")
    assert [task["task_id"] for task in only["tasks"]] == [done]
    assert only["total"] == 1
    assert only["status_counts"] == everything["status_counts"]
    counted = {name: n for name, n in only["status_counts"].items() if n}
    assert counted == {"paused": 1, "completed": 1, "human_review_pending": 1}
    several = await world.get("/users/me/tasks", status=["paused", "completed"])
    assert several["total"] == 2
    assert (await world.get("/users/me/tasks", task_type="retry_quiz"))["total"] == 0


async def test_pages_of_a_list_hold_each_task_once(world: World) -> None:
    ids = {(await engine.an_order(world.db))[0] for _ in range(5)}
    pages = [await world.get("/users/me/tasks", limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert [len(page["tasks"]) for page in pages] == [2, 2, 1, 0]
    assert {page["total"] for page in pages} == {5}
    assert {task["task_id"] for page in pages for task in page["tasks"]} == ids


async def test_events_are_paged_from_where_one_was(world: World) -> None:
    task_id, _ = await engine.a_task(world.db, 2)
    await world.make_content(task_id)
    all_of_them = await world.get(f"/tasks/{task_id}/events")
    last = all_of_them["last_seq"]
    assert [event["seq"] for event in all_of_them["events"]] == list(range(1, last + 1))
    assert all_of_them["events"][-1]["type"] == "completed"
    page = await world.get(f"/tasks/{task_id}/events", after_seq=3, limit=2)
    assert [event["seq"] for event in page["events"]] == [4, 5]
    assert page["last_seq"] == last
    assert (await world.get(f"/tasks/{task_id}/events", after_seq=last))["events"] == []
    assert (await world.get(f"/tasks/{task_id}/events", after_seq=last + 100))["events"] == []


async def test_steps_tell_what_each_produced(world: World) -> None:
    task_id, _ = await engine.a_task(world.db, 1)
    await world.make_content(task_id)
    told = await world.get(f"/tasks/{task_id}/steps")
    assert [step["kind"] for step in told["steps"]] == [
        "intent_analysis",
        "curriculum_outline",
        "curriculum_assembly",
        "structure_validation",
    ]
    assert told["steps"][0]["result"]["intent"] == {"title": "A way"}
    assert told["steps"][0]["usage"]["llm_calls"] == 1
    assert {(item["content_type"], item["outcome"]) for item in told["items"]} == {
        ("tutorial", "completed"),
        ("resources", "completed"),
        ("quiz", "completed"),
    }


async def test_the_log_is_filtered_and_paged(world: World) -> None:
    task_id, _ = await engine.a_task(world.db, 1)
    [first] = await engine.claim(world.db, task_id)
    await engine.finish(world.db, first, engine.a_failure())
    everything = await world.get(f"/tasks/{task_id}/logs")
    assert everything["total"] == len(everything["logs"]) == 5
    line = everything["logs"][-1]
    assert set(line) == {"step", "agent", "level", "message", "duration_ms", "details", "created_at"}
    assert (line["level"], line["step"]) == ("error", "tutorial_generation")
    errors = await world.get(f"/tasks/{task_id}/logs", level="error")
    assert (errors["total"], errors["logs"]) == (1, [line])
    steps = await world.get(f"/tasks/{task_id}/logs", step="curriculum_design", limit=1)
    assert (steps["total"], len(steps["logs"])) == (2, 1)
    refusal(await world.client.get(f"/tasks/{task_id}/logs?level=loud"), 422)


@pytest.mark.parametrize("path", ["/tasks/{}/review", "/roadmaps/{}/approve"])
async def test_a_review_is_decided_once(world: World, path: str) -> None:
    task_id, _ = await engine.a_task(world.db, 1, auto_approve=False)
    task = await world.get(f"/tasks/{task_id}")
    assert (task["status"], task["version"], task["data"]) == ("human_review_pending", 1, {"version": 1})
    path = path.format(task_id)
    problem = refusal(await world.client.post(path, json={"decision": "revise", "version": 1}), 422)
    assert problem["errors"][0]["field"] == "feedback"
    refusal(await world.client.post(path, json={"decision": "approve", "version": 7}), 409, "old_version")
    refusal(await world.client.post(path, json={"decision": "perhaps"}), 422)
    answer = await world.post(path, {"decision": "approve", "version": 1})
    assert answer == {"task_id": task_id, "status": "processing", "decision": "approve", "version": 1}
    seq = (await world.get(f"/tasks/{task_id}"))["last_seq"]
    assert await world.post(path, {"decision": "approve", "version": 1}) == answer
    other = {"decision": "revise", "feedback": "Shorter", "version": 1}
    refusal(await world.client.post(path, json=other), 409)
    after = await world.get(f"/tasks/{task_id}")
    assert after["last_seq"] == seq
    assert "version" not in after


async def test_a_review_waits_while_paused(world: World) -> None:
    task_id, _ = await engine.a_task(world.db, 1, auto_approve=False)
    await world.post(f"/tasks/{task_id}/pause")
    answer = await world.client.post(f"/tasks/{task_id}/review", json={"decision": "approve"})
    refusal(answer, 409, "paused")
    assert (await world.post(f"/tasks/{task_id}/resume"))["status"] == "human_review_pending"
    await world.post(f"/tasks/{task_id}/review", {"decision": "approve"})


async def test_questions_about_the_goal_are_told_and_answered(world: World) -> None:
    task_id, _ = await engine.an_order(world.db, auto_approve=False)
    [intent] = await engine.claim(world.db, task_id)
    asked = [{"question_id": "q1", "question": "Which Go?", "options": ["language", "game"]}]
    result = {"intent": {"title": "Go"}, "questions": asked}
    await engine.finish(world.db, intent, StepDone(result, engine.SPENT, "Unclear."))
    task = await world.get(f"/tasks/{task_id}")
    assert (task["status"], task["current_step"]) == ("human_review_pending", "intent_analysis")
    assert (task["version"], task["data"]["questions"]) == (0, asked)
    revise = {"decision": "revise", "feedback": "No", "version": 0}
    refusal(await world.client.post(f"/tasks/{task_id}/review", json=revise), 409)
    answers = {"decision": "approve", "version": 0, "answers": {"q1": "language"}}
    answer = await world.post(f"/tasks/{task_id}/review", answers)
    assert (answer["version"], answer["decision"]) == (0, "approve")
    assert (await world.get(f"/tasks/{task_id}"))["status"] == "processing"
    good(await world.client.post(f"/tasks/{task_id}/review", json=answers))
