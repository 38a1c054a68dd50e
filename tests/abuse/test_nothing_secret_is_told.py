"""Canaries in whatever could be told by accident, and a look at all that a person can read.

One is the key that a provider throws back at us, one stands in the environment, one in what the provider
says, one in an exception with a path, one in SQL that the database refuses.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.research.world import Asked, Site, Write, a_site, reply
from tests.support.product import Answer, Api, Here, Home, Ordered
from trailwright.api import described
from trailwright.kit.log import secret_values, set_up
from trailwright.work import executor
from trailwright.work.writing import WRITERS

KEY = "canary-key-3f9a1c77d2"
ENVIRONMENT = "canary-environment-81b2"
PROVIDER = "canary-provider-5d0e"
EXCEPTION = "canary-exception-9c4b"
PATH = "/opt/canary-path/secrets.toml"
DATABASE = "canary-database-77fe"
CANARIES = (KEY, ENVIRONMENT, PROVIDER, EXCEPTION, PATH, DATABASE)
SECRET = (KEY, ENVIRONMENT)
"""These may not even stand in the log."""

TRACES = ("Traceback", 'File "', "site-packages", "sqlalchemy", "asyncpg", "sqlite3", "SELECT ", "INSERT ")


@pytest.fixture(autouse=True)
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_VENDOR_API_KEY", ENVIRONMENT)


def complaint(status: int) -> bytes:
    """A provider that throws back everything it was sent, and more."""
    words = f"{PROVIDER}: invalid key {KEY} for Authorization: Bearer {KEY} at {PATH} {ENVIRONMENT}"
    body = f'{{"error": {{"message": "{words}", "type": "{PROVIDER}", "code": "{PROVIDER}"}}}}'
    return reply(status, body, content_type="application/json")


@asynccontextmanager
async def a_provider(status: int) -> AsyncIterator[Site]:
    async def complain(asked: Asked, write: Write) -> None:
        del asked
        await write(complaint(status))

    async with a_site({"/v1/chat/completions": complain, "/v1/models": complaint(status)}) as site:
        yield site


async def readable(api: Api, ids: Mapping[str, str]) -> dict[str, str]:
    """Every answer to GET that there is, with these ids; streams end by themselves."""
    told = {}
    for path, verbs in described()["paths"].items():
        if "get" not in verbs:
            continue
        where = path.removeprefix("/api/v1")
        for name, one in ids.items():
            where = where.replace(f"{{{name}}}", one)
        where = where.replace("{version}", "1").replace("{number}", "1").replace("{user_id}", "me")
        told[where] = (await api.client.get(where)).text
    return told


async def heard(api: Api, task_id: str) -> str:
    """What the socket of a task tells."""
    place = api.url.replace("http://", "ws://")
    said: list[str] = []
    async with connect(f"{place}/api/v1/ws/{task_id}") as line, asyncio.timeout(20):
        try:
            while True:
                said.append(str(await line.recv()))
        except ConnectionClosed as closed:
            said.append(str(closed))
    return "".join(said)


async def all_of_it(here: Here, ordered: Ordered, task: Answer) -> dict[str, str]:
    concepts = await here.api.concepts(ordered.roadmap_id)
    ids = {
        "task_id": ordered.task_id,
        "roadmap_id": ordered.roadmap_id,
        "concept_id": concepts[0]["concept_id"] if concepts else "none",
        "token": "none",
        "digest": "none",
    }
    told = await readable(here.api, ids)
    told["socket"] = await heard(here.api, ordered.task_id)
    told["task"] = repr(task)
    assert len(told) > 20
    told["test of the model"] = (await here.api.client.post("/settings/test", json={"part": "model"})).text
    return told


def assert_clean(told: Mapping[str, str], words: tuple[str, ...] = (*CANARIES, *TRACES)) -> None:
    found = [(where, word) for where, said in told.items() for word in words if word in said]
    assert not found, found[:10]


@asynccontextmanager
async def logged(home: Home) -> AsyncIterator[None]:
    """A log as the product writes it; no secret of any kind may stand in it."""
    folder = home.folder / "canary-logs"
    logs = set_up(folder, console="off", level="DEBUG", secrets=secret_values(home.settings()))
    try:
        yield
    finally:
        logs.close()
    said = (folder / "trailwright.log").read_text(encoding="utf-8")
    assert said
    assert not [word for word in SECRET if word in said]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 429, 500, 503])
async def test_a_provider_that_throws_everything_back(home_on_sqlite: Home, status: int) -> None:
    async with a_provider(status) as site, logged(home_on_sqlite):
        home = home_on_sqlite.but(
            LLM__BASE_URL=f"{site.url('')}/v1", LLM__API_KEY=KEY, LLM__MAX_ATTEMPTS=1, LLM__MODEL="openai:x"
        )
        async with home.here() as here:
            ordered = await here.api.order()
            task = await here.api.ended(ordered.task_id)
            assert task["status"] == "failed"
            told = await all_of_it(here, ordered, task)
            tried = {"test of the model": told.pop("test of the model")}
            assert_clean(told)
            # an admin who tries the settings is told what the other side said, and nothing of ours
            assert_clean(tried, tuple(word for word in (*CANARIES, *TRACES) if word != PROVIDER))
        assert any(KEY in asked.headers.get("authorization", "") for asked in site.asked)


async def test_an_exception_in_the_middle_of_the_work(
    home_on_sqlite: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*_: Any) -> None:
        raise RuntimeError(f"{EXCEPTION} {PATH} {KEY} {os.environ['SOME_VENDOR_API_KEY']}")

    monkeypatch.setattr(executor, "WRITERS", dict.fromkeys(WRITERS, breaks))
    home = home_on_sqlite.but(LLM__API_KEY=KEY)
    async with logged(home), home.here() as here:
        ordered = await here.api.order()
        task = await here.api.ended(ordered.task_id)
        assert task["error"]["code"] == "internal"
        assert_clean(await all_of_it(here, ordered, task))


ACCIDENTS = {
    "an exception": f"raise {EXCEPTION}",
    "SQL that the database refuses": f"SELECT '{DATABASE}' FROM nowhere",  # noqa: S608 - of this test alone
}


@pytest.mark.parametrize("home", ["sqlite", "postgres"], indirect=True)
@pytest.mark.parametrize("kind", ACCIDENTS)
async def test_an_accident_in_a_route(home: Home, kind: str) -> None:
    home = home.but(LLM__API_KEY=KEY)
    async with logged(home), home.here() as here:
        db = here.runtime.db

        @here.service._app.get("/api/v1/accident")
        async def accident() -> None:
            if kind == "an exception":
                raise RuntimeError(f"{EXCEPTION} {PATH} {KEY} {os.environ['SOME_VENDOR_API_KEY']}")
            async with db.reading() as reader:
                await reader.rows(text(ACCIDENTS[kind]), {"key": KEY})

        answer = await here.api.client.get("/accident")
        assert answer.status_code == 500
        told = {str(n): answer.text for n in range(6)} | {"headers": str(answer.headers)}
        assert_clean(told)
        assert answer.json()["code"] == "internal"
