"""Bad input gets a clear error and changes nothing."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from tests.support.product import POLL_S, WITHIN_S, Api, Home, Ordered
from trailwright.kit.db import Database, metadata

Tree = dict[str, Any]
GOOD = {"learning_goal": "Bake bread"}
BAD_ORDERS: dict[str, tuple[Any, str]] = {
    "no goal": ({"preferences": {}}, "preferences.learning_goal"),
    "an empty goal": ({"preferences": {"learning_goal": "  "}}, "preferences.learning_goal"),
    "a goal of 100 kB": ({"preferences": {"learning_goal": "x" * 100_000}}, "preferences.learning_goal"),
    "a goal with NUL": ({"preferences": {"learning_goal": "Bake\0bread"}}, "preferences.learning_goal"),
    "no hours": (
        {"preferences": GOOD | {"available_hours_per_week": 0}},
        "preferences.available_hours_per_week",
    ),
    "more hours than a week has": (
        {"preferences": GOOD | {"available_hours_per_week": 169}},
        "preferences.available_hours_per_week",
    ),
    "a deadline in the past": (
        {"preferences": GOOD | {"target_deadline": "2001-01-01"}},
        "preferences.target_deadline",
    ),
    "an unknown language": (
        {"preferences": GOOD | {"primary_language": "klingon!"}},
        "preferences.primary_language",
    ),
    "an unknown size": ({"preferences": GOOD, "size": "huge"}, "size"),
    "no object": (["preferences"], "body"),
}


async def every_row(home: Home) -> dict[str, list[dict[str, Any]]]:
    """All there is in the database."""
    db = Database(home.database_url)
    try:
        async with db.reading() as snapshot:
            return {
                table.name: [dict(row) for row in await snapshot.rows(select(table))]
                for table in metadata.sorted_tables
            }
    finally:
        await db.close()


def refused(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem, which tells what is wrong and nothing of ours."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["code"]
    assert "Traceback" not in answer.text
    return problem


async def test_an_order_that_makes_no_sense(home: Home) -> None:
    async with home.here() as here:
        before = await every_row(home)
        for name, (body, field) in BAD_ORDERS.items():
            problem = refused(await here.api.client.post("/tasks/generate", json=body), 422)
            assert field in [error["field"] for error in problem["errors"]], name
        assert await every_row(home) == before


@pytest.mark.parametrize("body", [b"", b"{", b"null", b'"text"', b"\xff\xfe"])
async def test_what_is_no_json_object(home: Home, body: bytes) -> None:
    async with home.here() as here:
        before = await every_row(home)
        headers = {"content-type": "application/json"}
        answer = await here.api.client.post("/tasks/generate", content=body, headers=headers)
        assert refused(answer, answer.status_code)["status"] in {400, 422}
        assert await every_row(home) == before


def a_cycle(tree: Tree) -> None:
    concepts = list(concepts_of(tree))
    concepts[0]["prerequisites"] = [concepts[-1]["concept_id"]]


def a_missing_prerequisite(tree: Tree) -> None:
    next(concepts_of(tree))["prerequisites"] = ["nothing-of-that-name"]


def a_doubled_id(tree: Tree) -> None:
    concepts = list(concepts_of(tree))
    concepts[1]["concept_id"] = concepts[0]["concept_id"]


def no_stage(tree: Tree) -> None:
    tree["stages"] = []


def an_empty_module(tree: Tree) -> None:
    tree["stages"][0]["modules"][0]["concepts"] = []


def a_name_of_nothing(tree: Tree) -> None:
    next(concepts_of(tree))["name"] = " "


def a_concept_without_hours(tree: Tree) -> None:
    next(concepts_of(tree))["estimated_hours"] = 0


def concepts_of(tree: Tree) -> Iterator[dict[str, Any]]:
    """All concepts in reading order."""
    for stage in tree["stages"]:
        for module in stage["modules"]:
            yield from module["concepts"]


SPOILS: tuple[Callable[[Tree], None], ...] = (
    a_cycle,
    a_missing_prerequisite,
    a_doubled_id,
    no_stage,
    an_empty_module,
    a_name_of_nothing,
    a_concept_without_hours,
)


async def a_finished_roadmap(api: Api) -> Ordered:
    """Ordered and made, its cover too."""
    ordered = await api.order()
    assert (await api.ended(ordered.task_id))["status"] == "completed"
    cover = f"/roadmaps/{ordered.roadmap_id}/cover-image"
    async with asyncio.timeout(WITHIN_S):
        while (await api.get(cover))["status"] != "success":  # noqa: ASYNC110 - an ended log tells nothing more
            await asyncio.sleep(POLL_S)
    return ordered


async def test_a_framework_that_does_not_hold(home: Home) -> None:
    async with home.here() as here:
        ordered = await a_finished_roadmap(here.api)
        path = f"/roadmaps/{ordered.roadmap_id}/framework"
        before = await every_row(home)
        for spoil in SPOILS:
            edit = await here.api.get(path)
            spoil(edit["framework"])
            problem = refused(await here.api.client.put(path, json=edit), 422)
            assert problem["errors"], spoil.__name__
        edit = await here.api.get(path)
        old = edit | {"version": edit["version"] - 1}
        refused(await here.api.client.put(path, json=old), 409)
        assert await every_row(home) == before


async def test_an_id_that_does_not_exist(home: Home) -> None:
    async with home.here() as here:
        ordered = await a_finished_roadmap(here.api)
        before = await every_row(home)
        for path in ("/tasks/unknown", "/tasks/unknown/events", "/roadmaps/unknown", "/tasks/%00"):
            refused(await here.api.client.get(path), 404)
        for path in (
            "/tasks/unknown/cancel",
            "/tasks/unknown/pause",
            "/tasks/unknown/retry",
            f"/roadmaps/{ordered.roadmap_id}/concepts/unknown/quiz/retry",
        ):
            refused(await here.api.client.post(path), 404)
        assert await every_row(home) == before


async def test_a_command_that_makes_no_sense_now(home: Home) -> None:
    async with home.here() as here:
        ordered = await a_finished_roadmap(here.api)
        before = await every_row(home)
        task = f"/tasks/{ordered.task_id}"
        refused(await here.api.client.post(f"{task}/cancel"), 400)
        refused(await here.api.client.post(f"{task}/pause"), 409)
        refused(await here.api.client.post(f"{task}/resume"), 409)
        refused(await here.api.client.post(f"{task}/retry"), 400)
        refused(await here.api.client.post(f"{task}/review", json={"decision": "approve", "version": 7}), 409)
        refused(await here.api.client.post(f"{task}/review", json={"decision": "revise"}), 422)
        assert await every_row(home) == before
