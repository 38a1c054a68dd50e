from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from tests.api.support import SECRET, World, good, refusal
from tests.support import engine
from trailwright.roadmaps.models import roadmaps

PRIVATE = "I was dismissed and am ashamed of it"
OF_THE_OWNER = ("content_error", "content_ref", "preferences", "cost", "model", "task_id", "as_of", PRIVATE)


async def shared(world: World, **wish: Any) -> tuple[str, str, str]:
    """A finished roadmap with a link: task, roadmap, token."""
    task_id, roadmap_id = await engine.a_task(world.db, 2)
    await world.make_content(task_id)
    await _keep_private_words(world, roadmap_id)
    share = await world.post(f"/roadmaps/{roadmap_id}/share", wish)
    return task_id, roadmap_id, share["token"]


async def _keep_private_words(world: World, roadmap_id: str) -> None:
    preferences = {"learning_goal": PRIVATE, "motivation": PRIVATE, "career_background": PRIVATE}
    values = {
        "preferences": preferences,
        "additional_context": PRIVATE,
        "intent": {"title": "Bread", "summary": PRIVATE, "subject": PRIVATE, "known_skills": [PRIVATE]},
    }
    mine = roadmaps.c.roadmap_id == roadmap_id
    await world.db.transact(lambda tx: tx.run(update(roadmaps).where(mine).values(values)))


def stranger(world: World) -> httpx.AsyncClient:
    """Somebody on another machine, not signed in."""
    return world.client_from("203.0.113.9", base="http://trail.example/api/v1")


def concepts(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for stage in tree["stages"]:
        for module in stage["modules"]:
            yield from module["concepts"]


def paths(token: str, concept_id: str) -> list[str]:
    """All that a link opens by GET."""
    concept = f"/shared/{token}/concepts/{concept_id}"
    kinds = ("tutorial", "tutorial/content", "resources", "quiz")
    return [f"/shared/{token}", *(f"{concept}/{kind}" for kind in kinds)]


async def test_whoever_has_the_link_reads_plan_and_texts(world: World) -> None:
    _, roadmap_id, token = await shared(world)
    async with stranger(world) as reader:
        seen = good(await reader.get(f"/shared/{token}"))
        mine = await world.get(f"/roadmaps/{roadmap_id}")
        assert [c["name"] for c in concepts(seen["framework"])] == [
            c["name"] for c in concepts(mine["framework"])
        ]
        assert {c["overall_status"] for c in concepts(seen["framework"])} == {"completed"}
        assert (seen["is_mine"], "owner_roadmap_id" in seen) == (False, False)
        concept_id = next(concepts(seen["framework"]))["concept_id"]
        answers = {path: await reader.get(path) for path in paths(token, concept_id)}
        assert all(answer.is_success for answer in answers.values())
        own = f"/roadmaps/{roadmap_id}/concepts/{concept_id}"
        content = answers[f"/shared/{token}/concepts/{concept_id}/tutorial/content"]
        assert content.text == (await world.client.get(f"{own}/tutorials/content")).text
        assert answers[f"/shared/{token}/concepts/{concept_id}/quiz"].json() == await world.get(f"{own}/quiz")


async def test_nothing_of_the_owner_is_told(world: World) -> None:
    task_id, roadmap_id, token = await shared(world)
    async with stranger(world) as reader:
        seen = await reader.get(f"/shared/{token}")
        concept_id = next(concepts(seen.json()["framework"]))["concept_id"]
        told = "".join([(await reader.get(path)).text for path in paths(token, concept_id)])
    assert SECRET not in told
    for word in (*OF_THE_OWNER, task_id, roadmap_id):
        assert word not in told, word


async def test_an_answer_is_graded_and_not_kept(world: World) -> None:
    _, _, token = await shared(world)
    before = await world.rows()
    async with stranger(world) as reader:
        tree = good(await reader.get(f"/shared/{token}"))["framework"]
        concept_id = next(concepts(tree))["concept_id"]
        path = f"/shared/{token}/concepts/{concept_id}/quiz/answers"
        right = good(await reader.post(path, json={"question_id": "q1", "selected": [1]}))
        wrong = good(await reader.post(path, json={"question_id": "q1", "selected": [0]}))
        assert (right["correct"], wrong["correct"], wrong["correct_answer"]) == (True, False, [1])
        refusal(await reader.post(path, json={"question_id": "q1", "selected": [9]}), 422)
    assert await world.rows() == before


async def test_a_link_that_was_taken_back_leads_nowhere_at_once(world: World) -> None:
    _, roadmap_id, token = await shared(world)
    async with stranger(world) as reader:
        tree = good(await reader.get(f"/shared/{token}"))["framework"]
        concept_id = next(concepts(tree))["concept_id"]
        gone = good(await world.client.delete(f"/roadmaps/{roadmap_id}/share"))
        assert gone == {"roadmap_id": roadmap_id, "shared": False, "offered": False, "featured": False}
        assert good(await world.client.delete(f"/roadmaps/{roadmap_id}/share")) == gone
        for path in paths(token, concept_id):
            refusal(await reader.get(path), 404, "share_not_found")
        answers = f"/shared/{token}/concepts/{concept_id}/quiz/answers"
        refusal(await reader.post(answers, content=b"{"), 404, "share_not_found")
    refusal(await world.client.post("/roadmaps/copies", json={"token": token}), 404, "share_not_found")


async def test_a_renewed_link_is_another_and_the_old_one_is_dead(world: World) -> None:
    _, roadmap_id, token = await shared(world)
    again = await world.post(f"/roadmaps/{roadmap_id}/share")
    assert again["token"] == token
    renewed = await world.post(f"/roadmaps/{roadmap_id}/share", {"renew": True})
    assert renewed["token"] != token
    async with stranger(world) as reader:
        refusal(await reader.get(f"/shared/{token}"), 404, "share_not_found")
        good(await reader.get(f"/shared/{renewed['token']}"))


async def test_a_roadmap_in_the_trash_is_not_shared_until_it_is_back(world: World) -> None:
    _, roadmap_id, token = await shared(world)
    good(await world.client.delete(f"/roadmaps/{roadmap_id}"))
    async with stranger(world) as reader:
        refusal(await reader.get(f"/shared/{token}"), 404, "share_not_found")
        await world.post(f"/roadmaps/{roadmap_id}/restore")
        good(await reader.get(f"/shared/{token}"))


async def test_a_link_opens_no_concept_of_another_roadmap(world: World) -> None:
    _, _, token = await shared(world)
    task_id, other_id = await engine.a_task(world.db, 1)
    await world.make_content(task_id)
    foreign = next(concepts((await world.get(f"/roadmaps/{other_id}"))["framework"]))["concept_id"]
    async with stranger(world) as reader:
        for path in paths(token, foreign)[1:]:
            refusal(await reader.get(path), 404, "concept_not_found")


@pytest.mark.parametrize("token", ["x", "x" * 32, "..%2f..%2froadmaps", "%00", "' OR 1=1 --", "x" * 500])
async def test_a_made_up_link_leads_nowhere(world: World, token: str) -> None:
    await shared(world)
    async with stranger(world) as reader:
        refusal(await reader.get(f"/shared/{token}"), 404)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/roadmaps/{id}/share"),
        ("POST", "/roadmaps/{id}/share"),
        ("DELETE", "/roadmaps/{id}/share"),
        ("POST", "/roadmaps/copies"),
        ("GET", "/admin/shares"),
        ("PUT", "/admin/shares/{id}"),
        ("GET", "/shared"),
        ("GET", "/public"),
        ("GET", "/sharedx/{id}"),
    ],
)
async def test_a_link_opens_nothing_but_what_is_below_it(world: World, method: str, path: str) -> None:
    _, roadmap_id, _ = await shared(world)
    async with stranger(world) as reader:
        answer = await reader.request(method, path.format(id=roadmap_id), json={})
    refusal(answer, 403, "forbidden")


async def test_another_user_neither_shares_nor_sees_the_link(world: World) -> None:
    _, roadmap_id, _ = await shared(world)
    await world.run_sql("UPDATE roadmaps SET user_id = 'ann'")
    for method in ("GET", "POST", "DELETE"):
        path = f"/roadmaps/{roadmap_id}/share"
        refusal(await world.client.request(method, path, content=b"{"), 403, "forbidden")


async def test_there_is_nothing_to_share_before_there_is_a_plan(world: World) -> None:
    _, roadmap_id = await engine.an_order(world.db)
    refusal(await world.client.post(f"/roadmaps/{roadmap_id}/share"), 409, "no_framework")
    assert (await world.get(f"/roadmaps/{roadmap_id}/share"))["shared"] is False


async def test_the_owner_is_told_where_his_own_is(world: World) -> None:
    _, roadmap_id, token = await shared(world)
    seen = await world.get(f"/shared/{token}")
    assert (seen["is_mine"], seen["owner_roadmap_id"]) == (True, roadmap_id)
