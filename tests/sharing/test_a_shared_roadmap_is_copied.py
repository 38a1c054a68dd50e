from sqlalchemy import select

from tests.api.support import SECRET, World, good, refusal
from tests.sharing.test_a_link_opens_one_roadmap_and_nothing_else import PRIVATE, concepts, shared
from tests.support import engine
from trailwright.kit.db import metadata
from trailwright.roadmaps.models import roadmaps


async def given_to_ann(world: World) -> tuple[str, str, str]:
    """A shared roadmap that is another user's: task, roadmap, token."""
    task_id, roadmap_id, token = await shared(world)
    for table in ("roadmaps", "tasks", "learned", "ledger"):
        await world.run_sql(f"UPDATE {table} SET user_id = 'ann'")  # noqa: S608 - names of this test
    return task_id, roadmap_id, token


async def test_a_copy_is_one_s_own_with_the_same_plan_and_texts(world: World) -> None:
    _, _, token = await given_to_ann(world)
    answer = await world.client.post("/roadmaps/copies", json={"token": token, "title": "My bread"})
    assert answer.status_code == 201
    copy = await world.get(f"/roadmaps/{answer.json()['roadmap_id']}")
    original = await world.get(f"/shared/{token}")
    assert copy["title"] == answer.json()["title"] == "My bread"
    assert [c["name"] for c in concepts(copy["framework"])] == [
        c["name"] for c in concepts(original["framework"])
    ]
    assert {c["overall_status"] for c in concepts(copy["framework"])} == {"completed"}
    first = next(concepts(copy["framework"]))["concept_id"]
    base = f"/roadmaps/{copy['roadmap_id']}/concepts/{first}"
    assert (await world.client.get(f"{base}/tutorials/content")).text.startswith("# Lesson")
    graded = await world.post(f"{base}/quiz/answers", {"question_id": "q1", "selected": [1]})
    assert (graded["correct"], graded["explanation"]) == (True, SECRET)
    again = await world.post(f"{base}/tutorial/retry")
    assert again["data"]["status"] == "generating"


async def test_nothing_that_the_owner_said_goes_along(world: World) -> None:
    task_id, roadmap_id, token = await given_to_ann(world)
    cancelled = f"UPDATE tasks SET cancel_reason = '{PRIVATE}', error_message = '{PRIVATE}'"  # noqa: S608 - as above
    await world.run_sql(cancelled)
    copied = good(await world.client.post("/roadmaps/copies", json={"token": token}))["roadmap_id"]
    async with world.db.reading() as reader:
        row = await reader.row(select(roadmaps).where(roadmaps.c.roadmap_id == copied))
        assert row is not None
        mine = [dict(row)]
        mine += [
            dict(one)
            for name in ("framework_versions", "items", "tasks")
            for one in await reader.rows(
                select(metadata.tables[name]).where(metadata.tables[name].c.roadmap_id == copied)
            )
        ]
        tasks = [row["creation_task_id"]]
        for name in ("events", "task_logs", "reviews", "ledger"):
            table = metadata.tables[name]
            mine += [dict(one) for one in await reader.rows(select(table).where(table.c.task_id.in_(tasks)))]
    told = repr(mine)
    for word in (PRIVATE, "ann'", task_id, roadmap_id):
        assert word not in told, word
    assert row["user_id"] == "local"


async def test_a_copy_says_of_its_past_only_what_happened(world: World) -> None:
    _, _, token = await given_to_ann(world)
    copied = good(await world.client.post("/roadmaps/copies", json={"token": token}))["roadmap_id"]
    [task] = (await world.get("/users/me/tasks"))["tasks"]
    assert (task["roadmap_id"], task["status"]) == (copied, "completed")
    events = (await world.get(f"/tasks/{task['task_id']}/events"))["events"]
    assert [one["seq"] for one in events] == list(range(1, task["last_seq"] + 1))
    assert events[-1]["type"] == "completed"
    history = await world.get(f"/roadmaps/{copied}/framework/history")
    assert [one["summary"] for one in history["versions"]] == ["copied"]


async def test_the_same_wish_twice_is_one_copy(world: World) -> None:
    _, _, token = await given_to_ann(world)
    key = {"Idempotency-Key": "once"}
    answers = [
        good(await world.client.post("/roadmaps/copies", json={"token": token}, headers=key))
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert (await world.get("/roadmaps"))["total"] == 1


async def test_a_plan_under_review_is_not_copied(world: World) -> None:
    _, roadmap_id = await engine.a_task(world.db, 2)
    token = (await world.post(f"/roadmaps/{roadmap_id}/share"))["token"]
    await world.run_sql("DELETE FROM task_items")
    await world.run_sql("DELETE FROM items")
    refusal(await world.client.post("/roadmaps/copies", json={"token": token}), 409, "not_approved")
