"""Flower, which operators of Celery know, beside the product: it sees all, and stops nothing."""

import asyncio
import sys
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.several.test_starting_and_ending import asked_of_celery
from tests.support.processes import Server, free_port, listens
from tests.support.product import Api, Home, Nursery
from tests.support.redis import Redis

WITHIN_S = 60.0
NAME = "one@here"


@pytest.fixture
async def flower(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """A Flower of its own, and who asks it."""
    monkeypatch.setenv("FLOWER_UNAUTHENTICATED_API", "true")
    server, port = Server("flower"), free_port()
    command = [sys.executable, "-m", "celery", "-b", redis.url(), "flower", "--address=127.0.0.1"]
    server.start([*command, f"--port={port}"], lambda: listens(port))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        yield client
    server.remove()


async def seen(flower: httpx.AsyncClient, api: Api) -> dict[str, str]:
    """Names of tasks and how they ended, once it has seen a plan and lessons; it may begin to look late."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            await api.ended((await api.order()).task_id)
            tasks = (await flower.get("/api/tasks")).raise_for_status().json()
            found = {task["name"]: task["state"] for task in tasks.values()}
            if {"generate_roadmap", "generate_content"} <= set(found):
                return found


async def test_it_sees_workers_and_what_is_asked_of_them(
    home: Home, nursery: Nursery, redis: Redis, flower: httpx.AsyncClient
) -> None:
    async with home.api(nursery) as api, home.worker(nursery, "--name", NAME) as worker:
        assert set((await seen(flower, api.api)).values()) <= {"SUCCESS", "RECEIVED", "STARTED"}
        workers = (await flower.get("/api/workers", params={"refresh": 1})).raise_for_status().json()
        assert list(workers) == [NAME]
        (await flower.post(f"/api/worker/shutdown/{NAME}")).raise_for_status()
        await api.api.ended((await api.api.order()).task_id)
        assert list(await asked_of_celery(redis, "ping", 1)) == [NAME], "it did not listen again"
        assert not (worker.folder / "ended").exists()
