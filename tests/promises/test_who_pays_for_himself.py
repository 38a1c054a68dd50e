"""Whoever brings a model and a key of his own: they are used for his tasks, and for nobody else's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest

from tests.support.product import WITHIN_S, Api, Home, Nursery
from tests.support.simulated import Simulated, a_simulated_server

PASSWORD = "correct horse battery"
KEY = "bobs-own-key-that-nobody-sees"


@pytest.fixture
async def own() -> AsyncIterator[Simulated]:
    """The model that somebody pays for himself."""
    async with a_simulated_server() as server:
        yield server


@asynccontextmanager
async def somebody(url: str, name: str) -> AsyncIterator[Api]:
    """Registered and signed in."""
    async with Api(url) as api:
        account = {"email": f"{name}@example.org", "password": PASSWORD}
        word = (await api.post("/auth/register", account))["access_token"]
        api.client.headers["Authorization"] = f"Bearer {word}"
        yield api


def with_accounts(home: Home, own: Simulated) -> Home:
    return home.but(
        AUTH__MODE="accounts", AUTH__REGISTRATION="open", FETCH__ALLOW=urlsplit(own.base_url).netloc
    )


def wish(own: Simulated) -> dict[str, str]:
    return {"model": "openai:simulated", "base_url": own.base_url, "api_key": KEY}


@pytest.mark.timeout(2 * WITHIN_S)
async def test_his_tasks_go_to_his_model_and_only_his(
    home: Home, nursery: Nursery, model: Simulated, own: Simulated
) -> None:
    async with (
        with_accounts(home, own).up(nursery) as up,
        somebody(up.api.url, "ann") as ann,
        somebody(up.api.url, "bob") as bob,
    ):
        assert (await bob.client.get("/users/me/key")).status_code == 404
        kept = await bob.client.put("/users/me/key", json=wish(own))
        assert kept.json() == {**wish(own), "api_key": "***"}, kept.text
        await own.reset()
        of_bob, of_ann = await bob.order(), await ann.order()
        done = [await bob.ended(of_bob.task_id), await ann.ended(of_ann.task_id)]
        assert [task["status"] for task in done] == ["completed", "completed"]
        asked = [(await server.stats())["requests"] for server in (own, model)]
        assert asked == [task["usage"]["llm_calls"] for task in done]
        assert (await ann.client.get("/users/me/key")).status_code == 404

        assert (await bob.client.delete("/users/me/key")).json() == {"done": True}
        assert (await bob.client.delete("/users/me/key")).status_code == 404
        await own.reset()
        assert (await bob.ended((await bob.order()).task_id))["status"] == "completed"
        assert (await own.stats())["requests"] == 0


@pytest.mark.timeout(2 * WITHIN_S)
async def test_his_model_that_refuses_him_stops_his_task_and_nobody_elses(
    home_on_sqlite: Home, nursery: Nursery, model: Simulated, own: Simulated
) -> None:
    async with (
        with_accounts(home_on_sqlite, own).up(nursery) as up,
        somebody(up.api.url, "ann") as ann,
        somebody(up.api.url, "bob") as bob,
    ):
        assert (await bob.client.put("/users/me/key", json=wish(own))).is_success
        await own.control(faults="401:1")
        refused = await bob.ended((await bob.order()).task_id)
        assert (refused["status"], refused["error"]["code"]) == ("failed", "model_auth")
        assert (await ann.ended((await ann.order()).task_id))["status"] == "completed"

        not_kept = await bob.client.put("/users/me/key", json=wish(own))
        assert (not_kept.status_code, not_kept.json()["code"]) == (422, "model_auth")
        await own.control(faults="")
        assert (await model.stats())["requests"] > 0


@pytest.mark.parametrize(
    ("model_name", "base_url"),
    [
        ("openai:x", "http://127.0.0.1:9/v1"),
        ("openai:x", "http://169.254.169.254/v1"),
        ("openai:x", "file:///etc/passwd"),
        ("ollama:x", None),
        ("local:x", None),
        ("nobody:x", None),
    ],
)
async def test_a_guest_names_no_address_of_his_own(
    model_name: str, base_url: str | None, home_on_sqlite: Home, nursery: Nursery, own: Simulated
) -> None:
    async with with_accounts(home_on_sqlite, own).up(nursery) as up, somebody(up.api.url, "bob") as bob:
        asked = {"model": model_name, "base_url": base_url, "api_key": KEY}
        answer = await bob.client.put("/users/me/key", json=asked)
        assert answer.status_code == 422, answer.text
        assert KEY not in answer.text
        assert (await bob.client.get("/users/me/key")).status_code == 404
