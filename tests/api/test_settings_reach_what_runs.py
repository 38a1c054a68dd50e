"""The whole product in this loop: a setting changes while it works, and nothing is started anew."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.support import refusal
from tests.support.product import PIECES, Api, Here, Home
from tests.support.simulated import Simulated, a_simulated_server
from trailwright.configuration import commands
from trailwright.configuration.live import LOOK_EVERY_S
from trailwright.llm.endpoints import endpoint_of

QUICK = {"LLM__BACKOFF_S": 0, "WORKER__LEASE_S": 2, "SECRET_KEY": "w" * 40}


@pytest.fixture
async def model() -> AsyncIterator[Simulated]:
    async with a_simulated_server() as server:
        yield server


@pytest.fixture
async def here(migrated_database_url: str, data_dir: Path) -> AsyncIterator[Here]:
    """Nobody has said which model to ask, and the local one is not installed."""
    async with Home(data_dir, {**QUICK, "DATABASE_URL": migrated_database_url}).here() as product:
        yield product


async def put(api: Api, **changes: object) -> dict[str, Any]:
    answer = await api.client.put("/settings", json={"changes": changes})
    assert answer.is_success, answer.text
    told: dict[str, Any] = answer.json()
    return told


def of(model: Simulated) -> dict[str, object]:
    return {"LLM__MODEL": "openai:simulated", "LLM__BASE_URL": model.base_url, "LLM__API_KEY": "x-key"}


async def test_a_model_chosen_in_the_web_app_writes_what_failed_without_one(
    here: Here, model: Simulated
) -> None:
    ordered = await here.api.order()
    assert (await here.api.ended(ordered.task_id))["error"]["code"] == "model_not_found"
    await put(here.api, **of(model))
    await here.api.post(f"/tasks/{ordered.task_id}/retry")
    assert (await here.api.ended(ordered.task_id))["status"] == "completed"
    assert (await model.stats())["requests"] > 0


async def test_what_is_under_way_ends_where_it_began_and_what_follows_asks_the_new_model(
    here: Here, model: Simulated
) -> None:
    async with a_simulated_server() as slow:
        await put(here.api, **of(slow), LLM__MAX_CONCURRENCY=2)
        ordered = await here.api.order(auto_approve=False)
        await here.api.until(ordered.task_id, lambda task: task["status"] == "human_review_pending")
        await slow.control(latency=3)
        await here.api.post(f"/tasks/{ordered.task_id}/review", {"decision": "approve"})
        await slow.has_open(2)
        before = (await slow.stats())["requests"]
        await put(here.api, **of(model))
        assert (await here.api.ended(ordered.task_id))["status"] == "completed"
        events = await here.api.events(ordered.task_id)
        assert [event["type"] for event in events].count("concept_requeued") == 0
        assert (await slow.stats())["requests"] == before
        assert (await model.stats())["requests"] >= PIECES - 2
    async with asyncio.timeout(5):
        while here.runtime._retiring:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)


async def test_covers_and_links_come_from_where_it_was_set_last(here: Here) -> None:
    await put(here.api, COVERS__PROVIDER="unsplash", COVERS__API_KEY="x", SEARCH__PROVIDER="ddgs")
    provider = here.runtime.painter._maker._provider
    assert provider is not None
    assert provider.name == "unsplash"
    assert here.runtime.web.searcher is not None
    await put(here.api, COVERS__PROVIDER=None, SEARCH__PROVIDER=None)
    assert here.runtime.painter._maker._provider is None
    assert here.runtime.web.searcher is None


async def test_a_change_by_another_process_is_noticed_within_five_seconds(
    here: Here, model: Simulated
) -> None:
    row = {"LLM__MODEL": '"openai:elsewhere"', "LLM__BASE_URL": f'"{model.base_url}"'}
    await here.runtime.db.transact(lambda tx: commands.save(tx, "local", row))
    async with asyncio.timeout(LOOK_EVERY_S + 3):
        while here.runtime.gateway.endpoint("quiz").model != "elsewhere":  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.02)
    assert endpoint_of(here.runtime.settings.llm, "quiz").base_url == model.base_url


async def test_a_trial_makes_one_call_as_it_would_be_and_saves_nothing(here: Here, model: Simulated) -> None:
    trial = {"part": "model", "values": of(model)}
    told = await here.api.post("/settings/test", trial)
    assert (told["ok"], told["code"]) == (True, "ok")
    assert told["message"].startswith("openai:simulated answered in ")
    assert told["seconds"] > 0
    assert (await model.stats())["requests"] == 1
    assert here.runtime.settings.llm.model == "local"
    assert here.runtime.live.web == {}


@pytest.mark.parametrize(("fault", "code"), [("401", "model_auth"), ("404", "model_not_found")])
async def test_a_trial_tells_what_is_wrong(here: Here, model: Simulated, fault: str, code: str) -> None:
    await model.control(faults=f"{fault}:1")
    told = await here.api.post("/settings/test", {"part": "model", "values": of(model)})
    assert (told["ok"], told["code"]) == (False, code)
    assert told["message"]
    assert "x-key" not in str(told)


async def test_a_trial_of_one_agent_asks_its_model_alone(here: Here, model: Simulated) -> None:
    own = {"LLM__AGENTS__QUIZ__MODEL": "openai:q", "LLM__AGENTS__QUIZ__BASE_URL": model.base_url}
    told = await here.api.post("/settings/test", {"part": "model", "agent": "quiz", "values": own})
    assert (told["ok"], (await model.stats())["requests"]) == (True, 1)


async def test_a_trial_without_the_local_model_says_what_to_do(here: Here) -> None:
    told = await here.api.post("/settings/test", {"part": "model"})
    assert (told["ok"], told["code"]) == (False, "model_not_found")


async def test_a_trial_of_search_and_covers_says_that_nothing_is_set(here: Here) -> None:
    for part in ("search", "covers"):
        told = await here.api.post("/settings/test", {"part": part})
        assert (told["ok"], told["code"]) == (True, "ok")
    wrong = {"part": "search", "values": {"SEARCH__PROVIDER": "tavily"}}
    told = await here.api.post("/settings/test", wrong)
    assert (told["ok"], told["code"]) == (False, "search_auth")


async def test_a_trial_of_a_wrong_value_is_refused_by_name(here: Here) -> None:
    wrong = {"part": "model", "values": {"LLM__MODEL": "gpt"}}
    problem = refusal(await here.api.client.post("/settings/test", json=wrong), 422)
    assert problem["errors"][0]["field"] == "LLM__MODEL"
