import json
from pathlib import Path
from typing import Any

import pytest

from tests.api.support import BASE, World, a_world, refusal
from trailwright.api import create_app

ROUTES = """
GET /health/live
GET /health/ready
GET /roadmap/{roadmap_id}/cover-image
GET /roadmaps
GET /roadmaps/trash
GET /roadmaps/{roadmap_id}
GET /roadmaps/{roadmap_id}/active-task
GET /roadmaps/{roadmap_id}/concepts/{concept_id}/progress
GET /roadmaps/{roadmap_id}/concepts/{concept_id}/quiz
GET /roadmaps/{roadmap_id}/concepts/{concept_id}/resources
GET /roadmaps/{roadmap_id}/concepts/{concept_id}/tutorials
GET /roadmaps/{roadmap_id}/concepts/{concept_id}/tutorials/content
GET /roadmaps/{roadmap_id}/concepts/{concept_id}/tutorials/latest
GET /roadmaps/{roadmap_id}/concepts/{concept_id}/tutorials/latest/content
GET /roadmaps/{roadmap_id}/concepts/{concept_id}/tutorials/v{number}
GET /roadmaps/{roadmap_id}/concepts/{concept_id}/tutorials/v{number}/content
GET /roadmaps/{roadmap_id}/cover-image
GET /roadmaps/{roadmap_id}/framework
GET /roadmaps/{roadmap_id}/framework/history
GET /roadmaps/{roadmap_id}/framework/{version}/diff
GET /roadmaps/{roadmap_id}/status-check
GET /tasks/{task_id}
GET /tasks/{task_id}/events
GET /tasks/{task_id}/logs
GET /tasks/{task_id}/steps
GET /users/me
GET /users/me/profile
GET /users/{user_id}/tasks
DELETE /roadmaps/{roadmap_id}
DELETE /roadmaps/{roadmap_id}/permanent
PATCH /roadmaps/{roadmap_id}
PUT /roadmaps/{roadmap_id}/concepts/{concept_id}/progress
PUT /roadmaps/{roadmap_id}/framework
PUT /users/me/profile
POST /cover-images/batch-get
POST /roadmaps/generate
POST /roadmaps/tasks/{task_id}/cancel
POST /roadmaps/{roadmap_id}/concepts/retry-batch
POST /roadmaps/{roadmap_id}/concepts/{concept_id}/quiz/answers
POST /roadmaps/{roadmap_id}/concepts/{concept_id}/{content_type}/retry
POST /roadmaps/{roadmap_id}/framework
POST /roadmaps/{roadmap_id}/restore
POST /roadmaps/{task_id}/approve
POST /tasks/cancel-batch
POST /tasks/generate
POST /tasks/quote
POST /tasks/{task_id}/cancel
POST /tasks/{task_id}/pause
POST /tasks/{task_id}/resume
POST /tasks/{task_id}/retry
POST /tasks/{task_id}/review
"""


async def document(world: World) -> dict[str, Any]:
    return await world.get("/openapi.json")


async def test_every_route_of_the_contract_is_in_the_document(world: World) -> None:
    told = {
        f"{verb.upper()} {path.removeprefix('/api/v1')}"
        for path, verbs in (await document(world))["paths"].items()
        for verb in verbs
    }
    assert set(ROUTES.strip().splitlines()) <= told


async def test_the_document_names_each_operation_once_and_tells_errors_as_they_are(world: World) -> None:
    told = await document(world)
    operations = [one for verbs in told["paths"].values() for one in verbs.values()]
    names = [one["operationId"] for one in operations]
    assert len(set(names)) == len(names)
    assert all("application/problem+json" in one["responses"]["default"]["content"] for one in operations)
    assert all(one["description"] for one in operations)
    assert "HTTPValidationError" not in json.dumps(told)


async def test_the_documentation_needs_nothing_from_elsewhere(world: World) -> None:
    for path in ("/api/v1/docs", "/"):
        answer = await world.client.get(f"{BASE}{path}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        for word in ("<script", "src=", "https://", "@import", "<link"):
            assert word not in answer.text
    docs = (await world.client.get("/docs")).text
    assert "/api/v1/tasks/generate" in docs
    assert "trailwright generate" in (await world.client.get(f"{BASE}/")).text


async def test_what_a_learner_says_of_himself_is_kept(world: World) -> None:
    empty = await world.get("/users/me/profile")
    assert empty["primary_language"] is None
    said = {
        "display_name": "Ann",
        "primary_language": "zh",
        "tech_stack": [{"technology": "Go", "proficiency": "some"}],
    }
    answer = await world.client.put("/users/me/profile", json=said)
    assert answer.json() == await world.get("/users/me/profile")
    assert said.items() <= answer.json().items()
    await world.client.put("/users/me/profile", json={"motivation": "Fun"})
    assert (await world.get("/users/me/profile"))["display_name"] is None


BAD_PROFILES: list[tuple[dict[str, object], str]] = [
    ({"available_hours_per_week": 169}, "available_hours_per_week"),
    ({"primary_language": "klingonisch"}, "primary_language"),
    ({"current_level": "god"}, "current_level"),
    ({"motivation": "\x00"}, "motivation"),
]


async def test_a_bad_profile_is_refused_by_field(world: World, subtests: pytest.Subtests) -> None:
    for said, field in BAD_PROFILES:
        with subtests.test(field):
            problem = refusal(await world.client.put("/users/me/profile", json=said), 422)
            assert problem["errors"][0]["field"] == field
            assert await world.rows() == {}


async def test_readiness_names_the_part_that_is_away(database_url: str, tmp_path: Path) -> None:
    async with a_world(database_url, tmp_path) as world:
        assert await world.get("/health/ready") == {
            "status": "ok",
            "checks": {"database": "ok", "storage": "ok"},
        }
        assert await world.get("/health/live") == {"status": "ok"}
        world.app = create_app(world)
        blocked = tmp_path / "objects"
        for entry in blocked.iterdir():
            entry.rmdir()
        blocked.rmdir()
        blocked.write_text("in the way")
        async with world.client_from("127.0.0.1") as client:
            answer = await client.get("/health/ready")
        assert answer.status_code == 503
        assert answer.json()["checks"] == {"database": "ok", "storage": "unavailable"}
        blocked.unlink()
        await world.app.state.feed.close()
