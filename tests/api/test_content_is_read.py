from typing import Any

import pytest

from tests.api.support import SECRET, World, refusal
from tests.support import engine


async def a_concept(world: World, *, made: bool = True) -> str:
    """The path of a concept, with its content unless it is not `made` yet."""
    task_id, roadmap_id = await engine.a_task(world.db, 1)
    if made:
        await world.make_content(task_id)
    concept_id = (await engine.item_rows(world.db, roadmap_id))[0]["concept_id"]
    return f"/roadmaps/{roadmap_id}/concepts/{concept_id}"


async def anew(world: World, concept: str, kind: str) -> None:
    """Another version."""
    task_id = (await world.post(f"{concept}/{kind}/retry"))["data"]["task_id"]
    await world.make_content(task_id)


async def test_every_version_of_a_tutorial_stays_readable(world: World) -> None:
    concept = await a_concept(world)
    await anew(world, concept, "tutorial")
    listed = await world.get(f"{concept}/tutorials")
    assert ([one["version"] for one in listed["tutorials"]], listed["total"]) == ([2, 1], 2)
    newest = await world.get(f"{concept}/tutorials/latest")
    assert newest == listed["tutorials"][0] == await world.get(f"{concept}/tutorials/v2")
    assert newest["content_ref"] == f"/api/v1{concept}/tutorials/v2"
    assert newest["receipt"]["checks"][0]["check"] == "T1"
    assert newest["cost"]["input_tokens"] == 10
    for path, lesson in (("latest/", 2), ("", 2), ("v2/", 2), ("v1/", 1)):
        answer = await world.client.get(f"{concept}/tutorials/{path}content")
        assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
        assert answer.text.startswith(f"# Lesson {lesson}\n")
        assert "你好" in answer.text


NO_VERSIONS = ("v3", "v0", "v3/content", "v99999999999999999999", "vx", "v", "v-1", "newest")


async def test_a_version_that_is_not_there_is_said(world: World, subtests: pytest.Subtests) -> None:
    concept = await a_concept(world)
    for path in NO_VERSIONS:
        with subtests.test(path):
            refusal(await world.client.get(f"{concept}/tutorials/{path}"), 404)


async def test_before_anything_is_written_that_is_said(world: World) -> None:
    concept = await a_concept(world, made=False)
    assert await world.get(f"{concept}/tutorials") == {"tutorials": [], "total": 0}
    for path in ("tutorials/latest", "tutorials/latest/content", "resources", "quiz"):
        refusal(await world.client.get(f"{concept}/{path}"), 404, "not_ready")
    answer = {"question_id": "q1", "selected": [1]}
    refusal(await world.client.post(f"{concept}/quiz/answers", json=answer), 404, "not_ready")


async def test_resources_without_a_search_say_so(world: World) -> None:
    concept = await a_concept(world)
    told = await world.get(f"{concept}/resources")
    assert (told["resources"], told["note"], told["version"]) == ([], "no_search_provider", 1)
    assert told["suggestions"] == [{"query": "sourdough crust", "type": "video", "why": "To see it."}]
    assert (await world.get(f"{concept}/resources", version=1))["resources_id"] == told["resources_id"]
    refusal(await world.client.get(f"{concept}/resources?version=2"), 404)


async def test_a_quiz_gives_nothing_away_before_the_answer(world: World) -> None:
    concept = await a_concept(world)
    answer = await world.client.get(f"{concept}/quiz")
    quiz: dict[str, Any] = answer.json()
    assert set(quiz) >= {"quiz_id", "concept_id", "questions", "total_questions"}
    assert set(quiz["questions"][0]) == {
        "question_id",
        "question_type",
        "question",
        "options",
        "difficulty",
    }
    for path in ("quiz", "quiz?version=1"):
        text = (await world.client.get(f"{concept}/{path}")).text
        assert SECRET not in text
        assert "correct" not in text
        assert "feedback" not in text
    everything = [
        await world.client.get(path)
        for path in (concept.split("/concepts/")[0], "/users/me/tasks", "/roadmaps")
    ]
    assert all(SECRET not in one.text for one in everything)


async def test_an_answer_is_graded_by_the_server(world: World) -> None:
    concept = await a_concept(world)

    async def graded(*selected: int) -> dict[str, Any]:
        body = {"question_id": "q1", "selected": list(selected)}
        return await world.post(f"{concept}/quiz/answers", body)

    right, wrong = await graded(1), await graded(0)
    assert set(right) == {"correct", "correct_answer", "explanation", "option_feedback"}
    assert (right["correct"], wrong["correct"]) == (True, False)
    assert wrong["correct_answer"] == [1]
    assert wrong["explanation"] == wrong["option_feedback"][0]["misconception"] == SECRET
    assert (await graded(1, 1))["correct"] is True
    assert (await graded(0, 1))["correct"] is False


BAD_ANSWERS: list[tuple[dict[str, object], int]] = [
    ({"question_id": "q1", "selected": []}, 422),
    ({"question_id": "q1", "selected": [3]}, 422),
    ({"question_id": "q1", "selected": [-1]}, 422),
    ({"question_id": "q1", "selected": [10**30]}, 422),
    ({"question_id": "q1", "selected": "1"}, 422),
    ({"question_id": "q1"}, 422),
    ({"selected": [1]}, 422),
    ({"question_id": "q2", "selected": [1]}, 404),
    ({"question_id": "q1", "selected": [1], "version": 2}, 404),
]


async def test_a_bad_answer_is_refused_and_tells_no_key(world: World, subtests: pytest.Subtests) -> None:
    concept = await a_concept(world)
    for body, status in BAD_ANSWERS:
        with subtests.test(str(body)):
            answer = await world.client.post(f"{concept}/quiz/answers", json=body)
            refusal(answer, status)
            assert SECRET not in answer.text


async def test_answers_to_an_older_quiz_are_graded_by_that_one(world: World) -> None:
    concept = await a_concept(world)
    await anew(world, concept, "quiz")
    body = {"question_id": "q1", "selected": [1], "version": 1}
    assert (await world.post(f"{concept}/quiz/answers", body))["correct"] is True
    assert (await world.get(f"{concept}/quiz"))["version"] == 2


async def test_a_text_that_is_gone_from_the_storage_is_told(world: World) -> None:
    concept = await a_concept(world)
    async for page in world.storage.pages():
        await world.storage.delete([one.key for one in page])
    refusal(await world.client.get(f"{concept}/tutorials/latest/content"), 404, "content_gone")
    assert (await world.get(f"{concept}/tutorials/latest"))["version"] == 1
