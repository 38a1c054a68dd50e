import asyncio

import httpx

from tests.api.support import World, good, refusal
from tests.support import engine

ORDER = {"preferences": {"learning_goal": "Bread"}}
DAY_MS = 24 * 3600 * 1000


async def send(world: World, path: str, key: str, body: object = None) -> httpx.Response:
    return await world.client.post(path, json=body, headers={"Idempotency-Key": key})


async def test_the_same_order_with_the_same_key_is_one_task(world: World) -> None:
    first = good(await send(world, "/tasks/generate", "k1", ORDER))
    again = good(await send(world, "/tasks/generate", "k1", {**ORDER}))
    assert again == first
    assert (await world.get("/users/me/tasks"))["total"] == 1


async def test_without_a_key_two_equal_orders_are_two(world: World) -> None:
    first, second = [await world.post("/tasks/generate", ORDER) for _ in range(2)]
    assert first["task_id"] != second["task_id"]


async def test_of_many_at_once_one_works_and_all_get_its_answer(world: World) -> None:
    answers = await asyncio.gather(*(send(world, "/tasks/generate", "k1", ORDER) for _ in range(6)))
    assert [answer.status_code for answer in answers] == [202] * 6
    assert len({answer.text for answer in answers}) == 1
    assert (await world.get("/users/me/tasks"))["total"] == 1


async def test_another_body_under_the_same_key_is_refused(world: World) -> None:
    good(await send(world, "/tasks/generate", "k1", ORDER))
    other = {"preferences": {"learning_goal": "Cake"}}
    problem = refusal(await send(world, "/tasks/generate", "k1", other), 422, "key_reused")
    assert problem["errors"][0]["field"] == "Idempotency-Key"
    assert (await world.get("/users/me/tasks"))["total"] == 1


async def test_the_order_of_fields_makes_no_other_body(world: World) -> None:
    first = {"preferences": {"learning_goal": "Bread", "motivation": "Fun"}, "size": "mini"}
    second = {"size": "mini", "preferences": {"motivation": "Fun", "learning_goal": "Bread"}}
    assert good(await send(world, "/tasks/generate", "k", first)) == good(
        await send(world, "/tasks/generate", "k", second)
    )


async def test_a_key_belongs_to_one_path(world: World) -> None:
    first = good(await send(world, "/tasks/generate", "k1", ORDER))
    second = good(await send(world, "/roadmaps/generate", "k1", ORDER))
    assert first["task_id"] != second["task_id"]


async def test_a_refused_request_does_not_use_up_its_key(world: World) -> None:
    task_id, _ = await engine.an_order(world.db)
    refusal(await send(world, f"/tasks/{task_id}/resume", "k1", {}), 409, "not_paused")
    await world.post(f"/tasks/{task_id}/pause")
    assert good(await send(world, f"/tasks/{task_id}/resume", "k1", {}))["status"] == "pending"


async def test_a_key_is_forgotten_after_a_day(world: World) -> None:
    first = good(await send(world, "/tasks/generate", "k1", ORDER))
    await world.run_sql(f"UPDATE idempotency SET created_at = created_at - {DAY_MS - 60_000}")  # noqa: S608 - a number of ours
    assert good(await send(world, "/tasks/generate", "k1", ORDER)) == first
    await world.run_sql(f"UPDATE idempotency SET created_at = created_at - {120_000}")  # noqa: S608 - a number of ours
    assert good(await send(world, "/tasks/generate", "k1", ORDER)) != first


async def test_a_key_of_no_possible_form_is_refused(world: World) -> None:
    for key in ("", " ", "a b", "x" * 201):
        refusal(await send(world, "/tasks/generate", key, ORDER), 422, "bad_key")
        assert await world.rows() == {}


async def test_a_cancelled_task_that_is_cancelled_again_by_key_says_the_same(world: World) -> None:
    task_id, _ = await engine.an_order(world.db)
    first = good(await send(world, f"/tasks/{task_id}/cancel", "k", {"reason": "Enough"}))
    assert good(await send(world, f"/tasks/{task_id}/cancel", "k", {"reason": "Enough"})) == first
    refusal(await world.client.post(f"/tasks/{task_id}/cancel"), 400, "not_cancellable")
    task = await world.get(f"/tasks/{task_id}")
    assert (task["status"], task["cancel_reason"]) == ("cancelled", "Enough")


async def test_a_retry_of_one_item_by_key_is_one_task(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db, 1)
    await world.make_content(task_id)
    concept_id = (await engine.item_rows(world.db, roadmap_id))[0]["concept_id"]
    path = f"/roadmaps/{roadmap_id}/concepts/{concept_id}/quiz/retry"
    first = good(await send(world, path, "k", {"instruction": "Harder"}))
    assert good(await send(world, path, "k", {"instruction": "Harder"})) == first
    assert first["data"]["deduplicated"] is False
