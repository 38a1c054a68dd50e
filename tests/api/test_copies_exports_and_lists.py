import io
import zipfile
from typing import Any

from sqlalchemy import update

from tests.api.support import SECRET, World, fields, good, refusal
from tests.support import engine
from trailwright.tasks.models import tasks


async def named(world: World, title: str) -> tuple[str, str]:
    """A roadmap of that title with two concepts and no content yet: task, roadmap."""
    task_id, roadmap_id = await engine.a_task(world.db, 2)
    await world.client.patch(f"/roadmaps/{roadmap_id}", json={"title": title})
    await world.db.transact(
        lambda tx: tx.run(update(tasks).where(tasks.c.task_id == task_id).values(title=title))
    )
    return task_id, roadmap_id


async def written(world: World) -> tuple[str, str]:
    task_id, roadmap_id = await engine.a_task(world.db, 2)
    await world.make_content(task_id)
    return task_id, roadmap_id


def concepts(roadmap: dict[str, Any]) -> list[dict[str, Any]]:
    return [c for s in roadmap["framework"]["stages"] for m in s["modules"] for c in m["concepts"]]


async def titles(world: World, q: str) -> list[str]:
    return [one["title"] for one in (await world.get("/roadmaps", q=q))["roadmaps"]]


async def test_roadmaps_are_found_by_words_of_their_title(world: World) -> None:
    for title in ("Bread at home", "Home brewing, 100% grain", "Тесто дома", "学习面包"):
        await named(world, title)
    assert await titles(world, "home") == ["Home brewing, 100% grain", "Bread at home"]
    assert await titles(world, "HOME bread") == ["Bread at home"]
    assert await titles(world, "тесто") == ["Тесто дома"]
    assert await titles(world, "面包") == ["学习面包"]
    assert await titles(world, "100%") == ["Home brewing, 100% grain"]
    assert await titles(world, "_") == []
    assert len(await titles(world, " ")) == 4
    assert (await world.get("/roadmaps", q="bread"))["total"] == 1
    assert fields(refusal(await world.client.get("/roadmaps", params={"q": "\x00"}), 422)) == ["q"]


async def test_tasks_are_found_by_words_of_their_title(world: World) -> None:
    bread, _ = await named(world, "Bread at home")
    await named(world, "Beer")
    found = await world.get("/users/me/tasks", q="bread")
    assert ([one["task_id"] for one in found["tasks"]], found["total"]) == ([bread], 1)
    assert sum(found["status_counts"].values()) == 2


async def test_a_list_tells_what_is_next_to_learn(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db, 2)

    async def following() -> dict[str, str] | None:
        [one] = (await world.get("/roadmaps"))["roadmaps"]
        told: dict[str, str] | None = one["next"]
        return told

    assert await following() is None
    await world.make_content(task_id)
    first, second = concepts(await world.get(f"/roadmaps/{roadmap_id}"))
    for concept in (first, second):
        assert await following() == {"concept_id": concept["concept_id"], "name": concept["name"]}
        path = f"/roadmaps/{roadmap_id}/concepts/{concept['concept_id']}/progress"
        good(await world.client.put(path, json={"is_completed": True}))
    assert await following() is None


async def test_an_ended_task_is_taken_off_the_list_and_its_roadmap_stays(world: World) -> None:
    task_id, roadmap_id = await written(world)
    good(await world.client.delete(f"/tasks/{task_id}"))
    assert good(await world.client.delete(f"/tasks/{task_id}")) == {"success": True, "task_id": task_id}
    listed = await world.get("/users/me/tasks")
    assert (listed["tasks"], listed["total"], set(listed["status_counts"].values())) == ([], 0, {0})
    assert (await world.get(f"/tasks/{task_id}"))["status"] == "completed"
    assert (await world.get(f"/roadmaps/{roadmap_id}"))["framework"] is not None


async def test_a_task_that_runs_is_not_taken_off_the_list(world: World) -> None:
    task_id, _ = await engine.a_task(world.db, 1)
    refusal(await world.client.delete(f"/tasks/{task_id}"), 409, "still_running")
    refusal(await world.client.delete("/tasks/nothing"), 404, "task_not_found")


async def test_a_task_taken_off_the_list_is_there_again_when_it_is_retried(world: World) -> None:
    task_id, _ = await engine.a_task(world.db, 1)
    await world.post(f"/tasks/{task_id}/cancel")
    good(await world.client.delete(f"/tasks/{task_id}"))
    await world.post(f"/tasks/{task_id}/retry")
    assert (await world.get("/users/me/tasks"))["total"] == 1
    await world.make_content(task_id)
    assert (await world.get("/users/me/tasks"))["total"] == 1


async def test_a_copy_has_the_same_plan_and_texts_under_new_ids(world: World) -> None:
    _, roadmap_id = await written(world)
    calls = (await world.rows())["ledger"]
    answer = await world.client.post(f"/roadmaps/{roadmap_id}/duplicate", json={"title": "Once more"})
    assert answer.status_code == 201
    copy_id = answer.json()["roadmap_id"]
    original, copy = await world.get(f"/roadmaps/{roadmap_id}"), await world.get(f"/roadmaps/{copy_id}")
    assert (answer.json()["title"], copy["title"]) == ("Once more", "Once more")
    assert [c["name"] for c in concepts(copy)] == [c["name"] for c in concepts(original)]
    assert {c["overall_status"] for c in concepts(copy)} == {"completed"}
    assert not {c["concept_id"] for c in concepts(copy)} & {c["concept_id"] for c in concepts(original)}
    for before, after in zip(concepts(original), concepts(copy), strict=True):
        old = f"/roadmaps/{roadmap_id}/concepts/{before['concept_id']}/tutorials/content"
        new = f"/roadmaps/{copy_id}/concepts/{after['concept_id']}/tutorials/content"
        lesson = (await world.client.get(new)).text
        assert lesson.replace(after["concept_id"], before["concept_id"]) == (await world.client.get(old)).text
    assert (await world.rows())["ledger"] == calls
    assert (await world.get("/roadmaps"))["roadmaps"][0]["roadmap_id"] == copy_id


async def test_nothing_is_learned_in_a_copy_and_it_cost_nothing(world: World) -> None:
    _, roadmap_id = await written(world)
    concept_id = concepts(await world.get(f"/roadmaps/{roadmap_id}"))[0]["concept_id"]
    path = f"/roadmaps/{roadmap_id}/concepts/{concept_id}/progress"
    await world.client.put(path, json={"is_completed": True})
    copy = await world.post(f"/roadmaps/{roadmap_id}/duplicate")
    listed = (await world.get("/roadmaps"))["roadmaps"]
    assert {one["roadmap_id"]: one["learned"]["completed"] for one in listed} == {
        roadmap_id: 1,
        copy["roadmap_id"]: 0,
    }
    listed = (await world.get("/users/me/tasks"))["tasks"]
    [made] = [one["task_id"] for one in listed if one["roadmap_id"] == copy["roadmap_id"]]
    assert set((await world.get(f"/tasks/{made}"))["usage"].values()) == {0}


async def test_a_copy_of_what_is_being_made_owns_nothing_that_runs(world: World) -> None:
    task_id, roadmap_id = await written(world)
    concept_id = concepts(await world.get(f"/roadmaps/{roadmap_id}"))[0]["concept_id"]
    await world.post(f"/roadmaps/{roadmap_id}/concepts/{concept_id}/quiz/retry")
    copy = await world.post(f"/roadmaps/{roadmap_id}/duplicate")
    told = await world.get(f"/roadmaps/{copy['roadmap_id']}")
    assert told["active_task"] is None
    assert {c["overall_status"] for c in concepts(told)} == {"completed"}
    assert (await world.get(f"/roadmaps/{roadmap_id}"))["active_task"] is not None
    assert (await world.get(f"/tasks/{task_id}"))["status"] == "completed"


async def test_the_same_copy_is_made_once_per_key(world: World) -> None:
    _, roadmap_id = await written(world)
    key = {"Idempotency-Key": "copy-1"}
    first = good(await world.client.post(f"/roadmaps/{roadmap_id}/duplicate", headers=key))
    again = good(await world.client.post(f"/roadmaps/{roadmap_id}/duplicate", headers=key))
    assert first == again
    assert (await world.get("/roadmaps"))["total"] == 2


async def test_without_a_plan_nothing_is_copied_or_exported(world: World) -> None:
    order = {"preferences": {"learning_goal": "Bread"}}
    roadmap_id = (await world.post("/tasks/generate", order))["roadmap_id"]
    before = await world.rows()
    refusal(await world.client.post(f"/roadmaps/{roadmap_id}/duplicate"), 409, "no_framework")
    refusal(await world.client.get(f"/roadmaps/{roadmap_id}/export"), 409, "no_framework")
    assert await world.rows() == before


async def test_an_export_holds_everything_as_the_command_line_writes_it(world: World) -> None:
    _, roadmap_id = await written(world)
    answer = await world.client.get(f"/roadmaps/{roadmap_id}/export")
    assert answer.headers["content-disposition"] == f'attachment; filename="{roadmap_id}.json"'
    told = answer.json()
    assert told["roadmap"] == await world.get(f"/roadmaps/{roadmap_id}")
    ids = {c["concept_id"] for c in concepts(told["roadmap"])}
    assert set(told["tutorials"]) == set(told["resources"]) == set(told["quizzes"]) == ids
    assert SECRET in answer.text
    assert {"title", "summary", "markdown", "receipt"} == set(told["tutorials"][min(ids)])


async def test_an_export_to_read_is_a_folder_of_markdown_for_each_concept(world: World) -> None:
    _, roadmap_id = await written(world)
    answer = await world.client.get(f"/roadmaps/{roadmap_id}/export", params={"format": "markdown"})
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        assert file.testzip() is None
        names = set(file.namelist())
        assert file.read("01-concept-0/tutorial.md").decode().startswith("# Lesson 1")
    assert {"roadmap.json", "README.md", "01-concept-0/quiz.md", "02-concept-1/resources.md"} <= names
    wrong = await world.client.get(f"/roadmaps/{roadmap_id}/export", params={"format": "pdf"})
    assert fields(refusal(wrong, 422)) == ["format"]


async def test_it_is_said_that_only_this_machine_is_let_in_and_how_to_get_in(world: World) -> None:
    assert await world.get("/reach") == {
        "mode": "local",
        "only_this_machine": True,
        "addresses": ["http://127.0.0.1:8000"],
        "public_url": None,
        "tunnel": "ssh -L 8000:127.0.0.1:8000 USER@HOST",
    }
