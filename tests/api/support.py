"""The web application over real rows: ordered and worked on with the engine's own verbs, no model."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import func, select, text

from tests.support import engine
from trailwright.api import create_app
from trailwright.api.app import Mode
from trailwright.configuration.live import Live
from trailwright.contents.commands import NewVersion
from trailwright.domain.content import (
    CheckResult,
    OptionFeedback,
    Question,
    Quiz,
    Receipt,
    Resources,
    Suggestion,
    Tutorial,
)
from trailwright.events.bus import Bus
from trailwright.kit.db import Database, metadata
from trailwright.kit.ids import new_id
from trailwright.kit.storage import Storage
from trailwright.llm.shapes import LocalRuntime
from trailwright.settings import Settings
from trailwright.tasks.leases import Claimed
from trailwright.tasks.outcomes import Delivered

BASE = "http://127.0.0.1:8000"
API = f"{BASE}/api/v1"
SECRET = "because the crust says so"
RECEIPT = Receipt(
    checked_at="2026-01-01T00:00:00Z", checks=[CheckResult(check="T1", level="gate", passed=True)]
)


@dataclass
class World:
    """One process's parts with a client that talks to them as the local user."""

    db: Database
    storage: Storage
    folder: Path
    settings: Settings = field(default_factory=lambda: Settings(secret_key=SecretStr("w" * 40)))
    local: LocalRuntime | None = None
    bus: Bus = field(default_factory=Bus)
    mode: Mode = "local"

    def __post_init__(self) -> None:
        self.db.on_commit = self.bus.wake
        self.live = Live(self.settings, self.db)
        self.app: FastAPI = create_app(
            self, mode=self.mode, web_dist=self.folder / "web app that was not built"
        )
        self.client = self.client_from("127.0.0.1")

    def client_from(self, address: str, *, base: str = API, tolerant: bool = False) -> httpx.AsyncClient:
        """A client that comes from `address`; `tolerant`: an unhandled error is an answer, no exception."""
        way = httpx.ASGITransport(self.app, raise_app_exceptions=not tolerant, client=(address, 50_000))
        return httpx.AsyncClient(transport=way, base_url=base)

    async def get(self, path: str, **params: Any) -> dict[str, Any]:
        """A good answer to GET."""
        return good(await self.client.get(path, params=params))

    async def post(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """A good answer to POST."""
        return good(await self.client.post(path, json=body))

    async def rows(self) -> dict[str, int]:
        """Rows of every table that has some."""
        counts = {}
        async with self.db.reading() as reader:
            for name, table in metadata.tables.items():
                counts[name] = await reader.value(select(func.count()).select_from(table))
        return {name: count for name, count in counts.items() if count}

    async def run_sql(self, sql: str) -> None:
        """Change rows behind the application's back."""
        await self.db.transact(lambda tx: tx.run(text(sql)))

    async def make_content(self, task_id: str, count: int = 1000) -> list[Claimed]:
        """Claim and deliver up to `count` items of a task, with objects in the storage."""
        claimed = await engine.claim(self.db, task_id, count)
        for one in claimed:
            await self.deliver(one)
        return claimed

    async def deliver(self, claimed: Claimed) -> str:
        """Hand a stored piece of content in; its id."""
        version_id, value, meta = made(claimed)
        key = f"items/{claimed.item_id}/{claimed.token}.json"
        await self.storage.put(key, value.model_dump_json().encode())
        new = NewVersion(version_id, key, "Title", "In short.", meta, RECEIPT, "test", "0" * 12)
        await engine.finish(self.db, claimed, Delivered(new, engine.SPENT))
        return version_id


def good(answer: httpx.Response) -> dict[str, Any]:
    """The body of an answer that must be a good one."""
    assert answer.is_success, f"{answer.status_code} {answer.text}"
    body: dict[str, Any] = answer.json()
    return body


def refusal(answer: httpx.Response, status: int, code: str | None = None) -> dict[str, Any]:
    """The problem in an answer that must be one."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert {"type", "title", "detail", "code", "request_id"} <= set(problem)
    assert answer.headers["x-request-id"] == problem["request_id"]
    if code is not None:
        assert problem["code"] == code
    return problem


def fields(problem: Mapping[str, Any]) -> list[str]:
    """The fields that a problem names."""
    return [error["field"] for error in problem["errors"]]


def made(claimed: Claimed) -> tuple[str, Tutorial | Resources | Quiz, dict[str, Any]]:
    """A piece of content as agents make it: its id, the value and its `meta`."""
    concept_id = claimed.concept_id
    if claimed.kind == "tutorial":
        tutorial_id = new_id("tut")
        markdown = f"# Lesson {claimed.version + 1}\n\nText of {concept_id}. 你好\n"
        lesson = Tutorial(
            tutorial_id=tutorial_id,
            concept_id=concept_id,
            title="Title",
            summary="In short.",
            markdown=markdown,
        )
        return tutorial_id, lesson, {}
    if claimed.kind == "resources":
        resources_id = new_id("res")
        hint = Suggestion(query="sourdough crust", type="video", why="To see it.")
        links = Resources(
            resources_id=resources_id, concept_id=concept_id, note="no_search_provider", suggestions=[hint]
        )
        return resources_id, links, {"count": 0}
    quiz_id = new_id("quiz")
    quiz = Quiz(quiz_id=quiz_id, concept_id=concept_id, questions=[a_question()], total_questions=1)
    return quiz_id, quiz, {"questions": 1, "stems": [quiz.questions[0].question]}


def a_question() -> Question:
    """One question whose key and explanation must not leak."""
    return Question(
        question_id="q1",
        question_type="single_choice",
        question="When is the bread done?",
        options=["At noon", "When it sounds hollow", "Never"],
        correct_answer=[1],
        explanation=SECRET,
        option_feedback=[OptionFeedback(misconception=SECRET), OptionFeedback(), OptionFeedback()],
    )


@asynccontextmanager
async def a_world(
    database_url: str, folder: Path, pool_size: int = 5, *, mode: Mode = "local", **more: Any
) -> AsyncIterator[World]:
    """A migrated database, a storage and the application; closed at the end."""
    storage = Storage.from_url(f"file://{folder / 'objects'}")
    async with engine.a_database(database_url, pool_size) as db:
        world = World(db, storage, folder, mode=mode, **more)
        try:
            yield world
        finally:
            await world.client.aclose()
            await world.app.state.feed.close()
            if world.app.state.desk is not None:
                await world.app.state.desk.close()
    storage.close()


@asynccontextmanager
async def a_server(world: World, send_buffer: int | None = None) -> AsyncIterator[str]:
    """The same application behind a real server on loopback; `host:port`.

    `send_buffer`: bytes that wait on their way to a client.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    if send_buffer is not None:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
    config = uvicorn.Config(
        world.app, log_level="error", lifespan="off", ws_max_size=65_536, timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        host, port = listener.getsockname()
        async with httpx.AsyncClient() as client:
            await client.get(f"http://{host}:{port}/api/v1/health/live")
        yield f"{host}:{port}"
    finally:
        await world.app.state.feed.close()
        server.should_exit = True
        await serving
