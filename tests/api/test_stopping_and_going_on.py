import re

import pytest

from tests.api.support import World, refusal
from tests.support import engine
from trailwright.domain.lifecycle import Priority


async def test_cancelling_stops_and_says_what_it_was(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db, 2)
    await world.make_content(task_id, 2)
    answer = await world.post(f"/roadmaps/tasks/{task_id}/cancel", {"reason": "Enough"})
    assert set(answer) == {"success", "task_id", "message", "previous_status"}
    assert (answer["success"], answer["previous_status"]) == (True, "processing")
    task = await world.get(f"/tasks/{task_id}")
    assert task["progress"] == {
        "completed": 2,
        "failed": 0,
        "generating": 0,
        "pending": 4,
        "total": 6,
        "percentage": 33,
    }
    roadmap = await world.get(f"/roadmaps/{roadmap_id}")
    assert roadmap["active_task"] is None


async def test_cancelling_needs_no_reason(world: World) -> None:
    bodies: list[dict[str, None] | None] = [None, {}, {"reason": None}]
    for body in bodies:
        task_id, _ = await engine.an_order(world.db)
        assert (await world.post(f"/tasks/{task_id}/cancel", body))["success"] is True


async def test_an_optional_body_may_be_null(world: World) -> None:
    task_id, _ = await engine.an_order(world.db)
    for path in ("pause", "resume", "cancel", "retry"):
        answer = await world.client.post(
            f"/tasks/{task_id}/{path}", content="null", headers={"content-type": "application/json"}
        )
        assert answer.is_success, answer.text


async def test_several_are_cancelled_each_on_its_own(world: World) -> None:
    first, _ = await engine.an_order(world.db)
    ended, _ = await engine.an_order(world.db)
    await world.post(f"/tasks/{ended}/cancel")
    results = (await world.post("/tasks/cancel-batch", {"task_ids": [first, ended, "unknown", first]}))[
        "results"
    ]
    assert results == {
        first: {"ok": True},
        ended: {"ok": False, "code": "not_cancellable"},
        "unknown": {"ok": False, "code": "task_not_found"},
    }
    odd = ["../x", "", "a b", "日本", "x" * 999]
    results = (await world.post("/tasks/cancel-batch", {"task_ids": odd}))["results"]
    assert results == {one: {"ok": False, "code": "task_not_found"} for one in odd}
    refusal(await world.client.post("/tasks/cancel-batch", json={"task_ids": []}), 422)
    refusal(await world.client.post("/tasks/cancel-batch", json={"task_ids": ["x"] * 201}), 422)


async def test_a_pause_holds_until_resume(world: World) -> None:
    task_id, _ = await engine.a_task(world.db, 1)
    running = await engine.claim(world.db, task_id)
    answer = await world.post(f"/tasks/{task_id}/pause")
    assert answer == {"success": True, "task_id": task_id, "status": "paused"}
    refusal(await world.client.post(f"/tasks/{task_id}/pause"), 409, "not_pausable")
    assert await engine.claim(world.db, task_id) == []
    await world.deliver(running[0])
    assert (await world.post(f"/tasks/{task_id}/resume", {"max_cost_usd": 5}))["status"] == "processing"
    refusal(await world.client.post(f"/tasks/{task_id}/resume"), 409, "not_paused")
    refusal(await world.client.post(f"/tasks/{task_id}/resume", json={"max_cost_usd": -5}), 422)


async def test_a_pause_now_takes_back_what_runs(world: World) -> None:
    task_id, _ = await engine.a_task(world.db, 1)
    [running] = await engine.claim(world.db, task_id)
    await world.post(f"/tasks/{task_id}/pause?now=true")
    with pytest.raises(engine.LeaseLost):
        await world.deliver(running)
    assert (await world.get(f"/tasks/{task_id}"))["progress"]["generating"] == 0


async def test_what_a_pause_let_finish_can_still_be_put_back(world: World) -> None:
    task_id, _ = await engine.a_task(world.db, 1)
    [running] = await engine.claim(world.db, task_id)
    await world.post(f"/tasks/{task_id}/pause")
    answer = await world.post(f"/tasks/{task_id}/pause?now=true")
    assert answer["status"] == "paused"
    with pytest.raises(engine.LeaseLost):
        await world.deliver(running)
    refusal(await world.client.post(f"/tasks/{task_id}/pause?now=true"), 409, "not_pausable")
    told = engine.types_of(await engine.events_of(world.db, task_id))
    assert told[-2:] == ["paused", "concept_requeued"]


async def test_a_task_is_retried_under_its_own_id(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db, 1)
    [first, *others] = await engine.claim(world.db, task_id, 3)
    await engine.finish(world.db, first, engine.a_failure())
    refusal(await world.client.post(f"/tasks/{task_id}/retry"), 409, "still_running")
    for one in others:
        await world.deliver(one)
    for kinds in ([], ["song"], "quiz"):
        refusal(await world.client.post(f"/tasks/{task_id}/retry", json={"content_types": kinds}), 422)
    answer = await world.client.post(f"/tasks/{task_id}/retry", json={})
    assert answer.status_code == 202
    told = answer.json()
    assert set(told) == {
        "success",
        "task_id",
        "roadmap_id",
        "recovery_type",
        "retried_count",
        "skipped",
        "message",
    }
    assert (told["task_id"], told["roadmap_id"]) == (task_id, roadmap_id)
    assert (told["recovery_type"], told["retried_count"], told["skipped"]) == ("retry_failed_items", 1, 0)
    await world.make_content(task_id)
    refusal(await world.client.post(f"/tasks/{task_id}/retry"), 400, "nothing_to_retry")


async def test_what_has_not_ended_is_not_retried_and_it_is_said_why(world: World) -> None:
    task_id, _ = await engine.a_task(world.db, 1, auto_approve=False)
    words = [refusal(await world.client.post(f"/tasks/{task_id}/retry"), 409, "still_running")["detail"]]
    await world.post(f"/tasks/{task_id}/pause")
    words.append(refusal(await world.client.post(f"/tasks/{task_id}/retry"), 409, "still_running")["detail"])
    assert "your decision" in words[0]
    assert "Resume" in words[1]


async def test_before_approval_nothing_is_made_anew_and_it_is_said_why(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db, 1, auto_approve=False)
    tree = (await world.get(f"/roadmaps/{roadmap_id}"))["framework"]
    concept_id = tree["stages"][0]["modules"][0]["concepts"][0]["concept_id"]
    base = f"/roadmaps/{roadmap_id}/concepts"
    refusal(await world.client.post(f"{base}/{concept_id}/quiz/retry"), 409, "not_approved")
    for body in ({"items": "missing"}, {"items": "failed"}, {"concept_ids": [concept_id]}):
        refusal(await world.client.post(f"{base}/retry-batch", json=body), 409, "not_approved")
    two = {"concept_ids": [concept_id, "unknown"]}
    refusal(await world.client.post(f"{base}/retry-batch", json=two), 404, "concept_not_found")
    await engine.approve(world.db, task_id)
    assert (await world.post(f"{base}/{concept_id}/quiz/retry"))["data"]["deduplicated"] is True


async def test_every_task_gets_the_installations_cap_of_money(world: World) -> None:
    await world.client.put("/settings", json={"changes": {"BUDGET__MAX_COST_USD": 3}})
    task_id, roadmap_id = await engine.a_task(world.db, 1)
    await world.make_content(task_id)
    concept_id = (await engine.item_rows(world.db, roadmap_id))[0]["concept_id"]
    base = f"/roadmaps/{roadmap_id}/concepts"
    one = await world.post(f"{base}/{concept_id}/quiz/retry")
    several = await world.post(
        f"{base}/retry-batch", {"concept_ids": [concept_id], "content_types": ["tutorial"]}
    )
    for made in (one["data"]["task_id"], several["task_id"]):
        assert (await engine.task_row(world.db, made))["max_cost_usd"] == 3


async def test_a_wish_that_was_taken_back_is_not_granted_later(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db, 1)
    await world.make_content(task_id)
    concept_id = (await engine.item_rows(world.db, roadmap_id))[0]["concept_id"]
    base = f"/roadmaps/{roadmap_id}/concepts"
    wish = await world.post(f"{base}/{concept_id}/tutorial/retry", {"instruction": "Only verse"})
    await world.post(f"/tasks/{wish['data']['task_id']}/cancel")
    batch = await world.post(
        f"{base}/retry-batch", {"concept_ids": [concept_id], "content_types": ["tutorial"]}
    )
    [claimed] = await world.make_content(batch["task_id"])
    assert claimed.payload == {}


async def test_a_wish_that_failed_goes_on_as_a_wish(world: World) -> None:
    """First in line, generating from the answer on, and with what was wished."""
    task_id, roadmap_id = await engine.a_task(world.db, 1)
    await world.make_content(task_id)
    concept_id = (await engine.item_rows(world.db, roadmap_id))[0]["concept_id"]
    path = f"/roadmaps/{roadmap_id}/concepts/{concept_id}/tutorial/retry"
    wish = (await world.post(path, {"instruction": "Only verse"}))["data"]["task_id"]
    [running] = await engine.claim(world.db, wish)
    await engine.finish(world.db, running, engine.a_failure())
    assert (await world.post(f"/tasks/{wish}/retry"))["retried_count"] == 1
    [row] = [row for row in await engine.item_rows(world.db, roadmap_id) if row["kind"] == "tutorial"]
    assert (row["status"], row["priority"]) == ("generating", Priority.CLICK)
    [claimed] = await world.make_content(wish)
    assert (claimed.clicked, claimed.payload["instruction"]) == (True, "Only verse")


async def test_one_item_is_made_anew_and_the_old_stays_readable(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db, 1)
    await world.make_content(task_id)
    concept_id = (await engine.item_rows(world.db, roadmap_id))[0]["concept_id"]
    base = f"/roadmaps/{roadmap_id}/concepts/{concept_id}"
    wish = {"preferences": {"current_level": "advanced"}, "instruction": "More examples"}
    answer = await world.client.post(f"{base}/tutorial/retry", json=wish)
    assert answer.status_code == 202
    told = answer.json()
    retry_id = told["data"]["task_id"]
    assert re.fullmatch(rf"retry-tutorial-{concept_id[:8]}-[A-Za-z0-9_-]{{22}}", retry_id)
    assert told["data"] == {"task_id": retry_id, "status": "generating", "deduplicated": False}
    concept = (await world.get(f"/roadmaps/{roadmap_id}"))["framework"]["stages"][0]["modules"][0][
        "concepts"
    ][0]
    assert (concept["content_status"], concept["overall_status"]) == ("generating", "generating")
    assert concept["content_version"] == 1
    assert (await world.get(f"{base}/tutorials/latest"))["version"] == 1
    again = await world.post(f"{base}/tutorial/retry")
    assert again["data"] == {"task_id": retry_id, "status": "generating", "deduplicated": True}
    task = await world.get(f"/tasks/{retry_id}")
    assert (task["task_type"], task["concept_id"], task["content_type"]) == (
        "retry_tutorial",
        concept_id,
        "tutorial",
    )
    [claimed] = await world.make_content(retry_id)
    assert claimed.payload == wish
    assert (await world.get(f"{base}/tutorials/latest"))["version"] == 2
    assert (await world.get(f"/tasks/{task_id}"))["status"] == "completed"


async def test_too_many_retries_of_one_item_are_told_to_wait(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db, 1)
    await world.make_content(task_id)
    concept_id = (await engine.item_rows(world.db, roadmap_id))[0]["concept_id"]
    path = f"/roadmaps/{roadmap_id}/concepts/{concept_id}/quiz/retry"
    for _ in range(5):
        made = await world.post(path)
        await world.make_content(made["data"]["task_id"])
    answer = await world.client.post(path)
    refusal(answer, 429, "retry_limit")
    assert 0 < int(answer.headers["retry-after"]) <= 3600


BAD_WISHES: list[tuple[dict[str, object], str]] = [
    ({"preferences": {"current_level": "god"}}, "preferences.current_level"),
    ({"preferences": {"available_hours_per_week": 0}}, "preferences.available_hours_per_week"),
    ({"preferences": {"target_deadline": "2020-02-29"}}, "preferences.target_deadline"),
    ({"preferences": {"target_deadline": "2020-02-29T12:00:00Z"}}, "preferences.target_deadline"),
    ({"preferences": []}, "preferences"),
    ({"instruction": "x" * 2001}, "instruction"),
]


async def test_a_bad_wish_is_refused_by_field(world: World, subtests: pytest.Subtests) -> None:
    _, roadmap_id = await engine.a_task(world.db, 1)
    concept_id = (await engine.item_rows(world.db, roadmap_id))[0]["concept_id"]
    before = await world.rows()
    path = f"/roadmaps/{roadmap_id}/concepts/{concept_id}/quiz/retry"
    for wish, field in BAD_WISHES:
        with subtests.test(field):
            problem = refusal(await world.client.post(path, json=wish), 422)
            assert problem["errors"][0]["field"] == field
            assert await world.rows() == before


async def test_an_unknown_kind_of_content_is_not_there(world: World) -> None:
    _, roadmap_id = await engine.a_task(world.db, 1)
    concept_id = (await engine.item_rows(world.db, roadmap_id))[0]["concept_id"]
    refusal(await world.client.post(f"/roadmaps/{roadmap_id}/concepts/{concept_id}/song/retry"), 404)


async def test_several_items_are_made_by_one_task(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db, 2)
    for one in await engine.claim(world.db, task_id, 6):
        await engine.finish(world.db, one, engine.a_failure())
    path = f"/roadmaps/{roadmap_id}/concepts/retry-batch"
    ids = [row["concept_id"] for row in await engine.item_rows(world.db, roadmap_id)]
    first = await world.post(path, {"items": [{"concept_id": ids[0], "content_type": "quiz"}]})
    assert (first["retried_count"], first["total"]) == (1, 1)
    second = await world.post(path, {"items": "failed", "content_types": ["tutorial"]})
    assert second["retried_count"] == 2
    third = await world.post(path, {"concept_ids": [ids[0]], "content_types": ["resources"]})
    assert third["retried_count"] == 1
    fourth = await world.post(path, {"items": "missing"})
    assert (fourth["retried_count"], fourth["total"]) == (2, 6)
    task = await world.get(f"/tasks/{fourth['task_id']}")
    assert (task["task_type"], task["progress"]["total"]) == ("retry_batch", 2)
    refusal(await world.client.post(path, json={"items": "failed"}), 400, "nothing_to_retry")
    refusal(await world.client.post(path, json={"items": "missing"}), 409, "still_running")


BAD_CHOICES: list[tuple[dict[str, object], int]] = [
    ({}, 422),
    ({"items": "all"}, 422),
    ({"items": []}, 422),
    ({"items": "failed", "concept_ids": ["x"]}, 422),
    ({"items": [{"concept_id": "x"}]}, 422),
    ({"items": [{"concept_id": "unknown", "content_type": "quiz"}]}, 404),
    ({"concept_ids": ["unknown"], "content_types": ["quiz"]}, 404),
    ({"concept_ids": ["x"], "content_types": ["song"]}, 422),
]


async def test_a_bad_choice_is_refused(world: World, subtests: pytest.Subtests) -> None:
    _, roadmap_id = await engine.a_task(world.db, 1)
    before = await world.rows()
    for body, status in BAD_CHOICES:
        with subtests.test(str(body)):
            path = f"/roadmaps/{roadmap_id}/concepts/retry-batch"
            refusal(await world.client.post(path, json=body), status)
            assert await world.rows() == before
