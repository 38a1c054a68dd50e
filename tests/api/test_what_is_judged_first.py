from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.support import World, a_world, good, refusal
from tests.support import engine
from tests.support.postgres import Postgres
from trailwright.kit.log import set_up
from trailwright.tasks.held import lock_task

UNKNOWN = [
    ("POST", "/tasks/unknown/review"),
    ("POST", "/roadmaps/unknown/approve"),
    ("POST", "/tasks/unknown/cancel"),
    ("POST", "/tasks/unknown/resume"),
    ("POST", "/tasks/unknown/retry"),
    ("GET", "/tasks/unknown/events?after_seq=-1"),
    ("GET", "/tasks/unknown/logs?limit=x"),
    ("PUT", "/roadmaps/unknown/framework"),
    ("PATCH", "/roadmaps/unknown"),
    ("POST", "/roadmaps/unknown/concepts/retry-batch"),
    ("POST", "/roadmaps/unknown/concepts/c/tutorial/retry"),
    ("POST", "/roadmaps/unknown/concepts/c/quiz/answers"),
    ("PUT", "/roadmaps/unknown/concepts/c/progress"),
    ("GET", "/users/unknown/tasks?limit=9999"),
]
BODIES = [b"{", b"[1]", b'{"decision": 7}', b'{"x": "\\u0000"}', b"x" * 2_000_000]


async def test_what_does_not_exist_is_said_before_what_is_wrong(
    world: World, subtests: pytest.Subtests
) -> None:
    for method, path in UNKNOWN:
        with subtests.test(path):
            for body in BODIES:
                refusal(await world.client.request(method, path, content=body), 404)


async def test_anothers_is_said_before_what_is_wrong(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db)
    await world.run_sql("UPDATE tasks SET user_id = 'ann'")
    await world.run_sql("UPDATE roadmaps SET user_id = 'ann'")
    await world.run_sql("INSERT INTO users (user_id, role, created_at) VALUES ('ann', 'user', 0)")
    for path in (f"/tasks/{task_id}/review", f"/roadmaps/{roadmap_id}/concepts/retry-batch"):
        refusal(await world.client.post(path, content=b"{"), 403, "forbidden")
    for path in (
        f"/tasks/{task_id}",
        f"/tasks/{task_id}/events",
        f"/roadmaps/{roadmap_id}",
        f"/roadmaps/{roadmap_id}/framework",
        f"/roadmap/{roadmap_id}/cover-image",
        "/users/ann/tasks",
    ):
        refusal(await world.client.get(path), 403, "forbidden")
    cancelled = await world.post("/tasks/cancel-batch", {"task_ids": [task_id]})
    assert cancelled["results"] == {task_id: {"ok": False, "code": "forbidden"}}
    covers = await world.post("/cover-images/batch-get", {"roadmap_ids": [roadmap_id]})
    assert covers == {"covers": {}}
    assert (await world.get("/roadmaps"))["total"] == 0
    for path in ("restore", "permanent"):
        method = "POST" if path == "restore" else "DELETE"
        refusal(await world.client.request(method, f"/roadmaps/{roadmap_id}/{path}"), 403)


async def test_a_concept_that_is_not_there_is_said_before_what_is_wrong(world: World) -> None:
    _, roadmap_id = await engine.a_task(world.db)
    base = f"/roadmaps/{roadmap_id}/concepts/unknown"
    for path in ("tutorial/retry", "quiz/answers"):
        refusal(await world.client.post(f"{base}/{path}", content=b"{"), 404, "concept_not_found")
    for path in ("tutorials", "tutorials/latest", "tutorials/v1/content", "resources", "quiz", "progress"):
        refusal(await world.client.get(f"{base}/{path}"), 404, "concept_not_found")


ODD_IDS = [
    "/tasks/%00",
    "/tasks/a%20b",
    "/tasks/" + "x" * 500,
    "/tasks/%F0%9F%8D%9E",
    "/tasks/%ff",
    "/roadmaps/..%2f",
]


async def test_an_id_of_no_possible_form_is_not_there(world: World, subtests: pytest.Subtests) -> None:
    for path in ODD_IDS:
        with subtests.test(path[:20]):
            refusal(await world.client.get(path), 404)


async def test_an_unknown_path_of_the_api_is_json_whatever_is_accepted(
    world: World, subtests: pytest.Subtests
) -> None:
    for path in ("/nothing", "/tasks/x/nothing", "/roadmaps/x/y/z", "/", "/tasks/"):
        with subtests.test(path):
            for accept in ("*/*", "text/html", "image/png"):
                refusal(await world.client.get(path, headers={"Accept": accept}), 404, "not_found")


async def test_a_wrong_method_is_a_problem_too(world: World) -> None:
    answer = await world.client.delete("/users/me")
    refusal(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET"


BAD_JSON = {
    "broken": (b'{"preferences": ', "invalid_json"),
    "a list": (b"[]", "not_an_object"),
    "a string": (b'"x"', "not_an_object"),
    "null": (b"null", "not_an_object"),
    "NaN": (b'{"preferences": NaN}', "invalid_json"),
    "a lone surrogate": (b'{"preferences": {"learning_goal": "\\ud800"}}', "invalid_json"),
    "no UTF-8": (b'{"preferences": {"learning_goal": "\xff"}}', "invalid_json"),
    "NUL in a name": (b'{"a\\u0000": 1}', "nul_character"),
    "an abyss": (b'{"a": ' + b"[" * 50 + b"]" * 50 + b"}", "too_deep"),
    "a bottomless abyss": (b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}", "invalid_json"),
    "an endless number": (b'{"max_cost_usd": 1e999}', "invalid_json"),
}


async def test_json_that_cannot_be_kept_is_refused_and_leaves_no_row(
    world: World, subtests: pytest.Subtests
) -> None:
    for case, (body, code) in BAD_JSON.items():
        with subtests.test(case):
            problem = refusal(await world.client.post("/tasks/generate", content=body), 422, code)
            assert problem["errors"][0]["field"]
            assert await world.rows() == {}


async def test_no_body_and_too_much_body_are_refused(world: World) -> None:
    refusal(await world.client.post("/tasks/generate"), 422)
    big = b'{"preferences": {"learning_goal": "a"}, "x": "' + b"x" * 1_000_000 + b'"}'
    refusal(await world.client.post("/tasks/generate", content=big), 413, "payload_too_large")

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    refusal(await world.client.post("/tasks/generate", content=pieces()), 413)
    assert await world.rows() == {}


async def test_what_is_not_json_is_refused(world: World) -> None:
    answer = await world.client.post("/tasks/generate", data={"preferences": "x"})
    refusal(answer, 415, "unsupported_media_type")


BAD_QUERIES = [
    "limit=201",
    "limit=0",
    "limit=x",
    "offset=-1",
    "offset=99999999999999999999",
    "status=done",
    "task_type=cover",
]


async def test_bad_questions_are_refused_by_field(world: World, subtests: pytest.Subtests) -> None:
    for query in BAD_QUERIES:
        with subtests.test(query):
            problem = refusal(await world.client.get(f"/users/me/tasks?{query}"), 422, "invalid")
            assert problem["errors"][0]["field"].split(".")[0] == query.split("=", 1)[0]


async def test_a_bad_place_in_the_log_is_refused(world: World) -> None:
    task_id, _ = await engine.an_order(world.db)
    for after_seq in ("-1", "x", "99999999999999999999999"):
        answer = await world.client.get(f"/tasks/{task_id}/events", params={"after_seq": after_seq})
        refusal(answer, 422, "invalid")


async def test_a_request_id_is_echoed_when_it_is_safe_and_made_when_not(world: World) -> None:
    async def echoed(given: str | None) -> str:
        headers = {"X-Request-ID": given} if given is not None else {}
        return (await world.client.get("/health/live", headers=headers)).headers["x-request-id"]

    assert await echoed("abc-1.2:3_4") == "abc-1.2:3_4"
    assert await echoed("x" * 128) == "x" * 128
    for bad in (None, "", "x" * 129, "a b", 'a"b', "a<b"):
        assert (await echoed(bad)) not in {bad, ""}


async def test_an_accident_tells_nothing_of_itself_but_to_the_log(world: World, tmp_path: Path) -> None:
    @world.app.get("/api/v1/accident")
    async def accident() -> None:
        raise ValueError("/secret/path sk-verysecret")

    logs = set_up(tmp_path, console="off")
    async with world.client_from("127.0.0.1", tolerant=True) as client:
        answer = await client.get("/accident")
    logs.close()
    told = (tmp_path / "trailwright.log").read_text()
    problem = refusal(answer, 500, "internal")
    assert "secret" not in answer.text
    assert "errors" not in problem
    assert problem["request_id"] in told
    assert "ValueError" in told
    assert "verysecret" not in told


async def test_a_row_that_somebody_else_holds_is_answered_with_busy(
    postgres: Postgres, tmp_path: Path
) -> None:
    async with a_world(postgres.fresh_database(), tmp_path) as world:
        task_id, _ = await engine.an_order(world.db)
        async with world.db.writing() as tx:
            await lock_task(tx, task_id)
            answer = await world.client.post(f"/tasks/{task_id}/pause")
        refusal(answer, 503, "busy")
        assert int(answer.headers["retry-after"]) >= 1
        good(await world.client.post(f"/tasks/{task_id}/pause"))


async def test_a_database_that_is_away_is_answered_with_busy(postgres: Postgres, tmp_path: Path) -> None:
    async with a_world(postgres.fresh_database(), tmp_path) as world:
        task_id, _ = await engine.an_order(world.db)
        postgres.stop()
        try:
            for _ in range(3):
                answer = await world.client.get(f"/tasks/{task_id}")
                refusal(answer, 503, "busy")
                assert "postgres" not in answer.text.lower()
            assert (await world.client.get("/health/ready")).json()["checks"]["database"] == "unavailable"
        finally:
            postgres.start()
        assert (await world.get(f"/tasks/{task_id}"))["status"] == "pending"
