"""What each role says at its start, what it refuses, and how it ends."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.cli.program import READY, call, running
from tests.several.conftest import SECRET
from tests.support.engine import types_of
from tests.support.postgres import Postgres
from tests.support.product import Api, Home, Nursery, Ordered
from tests.support.redis import Redis
from tests.support.simulated import Simulated
from trailwright.kit.db import Database

ROLES = ("api", "worker", "scheduler")
AT_ONCE = 128 + signal.SIGTERM


@pytest.mark.parametrize("role", ROLES)
def test_without_a_database_server_it_says_what_to_do(role: str, data_dir: Path) -> None:
    done = call(role, "--data", data_dir)
    assert done.code == 1
    assert "TRAILWRIGHT_DATABASE_URL=postgresql://" in done.err
    assert "trailwright up" in done.err


def environment(database_url: str, **more: str) -> dict[str, str]:
    """Settings as the environment has them."""
    given = {"DATABASE_URL": database_url, "SECRET_KEY": SECRET, "AUTH__MODE": "local", **more}
    return {f"TRAILWRIGHT_{name}": value for name, value in given.items()}


@pytest.mark.parametrize("role", ROLES)
def test_an_empty_or_newer_database_is_refused(role: str, postgres: Postgres, data_dir: Path) -> None:
    url = postgres.fresh_database()
    empty = call(role, "--data", data_dir, env=environment(url))
    assert empty.code == 1
    assert "trailwright migrate" in empty.err
    postgres.run_sql("CREATE TABLE alembic_version (version_num text)", url.rpartition("/")[2])
    postgres.run_sql("INSERT INTO alembic_version VALUES ('9999')", url.rpartition("/")[2])
    newer = call(role, "--data", data_dir, env=environment(url))
    assert newer.code == 1
    assert "newer version" in newer.err


@pytest.mark.parametrize("role", ROLES)
def test_all_need_the_same_secret(role: str, postgres: Postgres, data_dir: Path) -> None:
    done = call(role, "--data", data_dir, env=environment(postgres.url("any"), SECRET_KEY=""))
    assert done.code == 1
    assert "SECRET_KEY" in done.err


def test_without_accounts_an_api_lets_in_only_this_machine(data_dir: Path) -> None:
    open_to_all = call("api", "--host", "192.0.2.1", "--data", data_dir, env=environment("postgresql://x/x"))
    assert open_to_all.code == 2
    assert "without a password" in open_to_all.err


def test_an_api_wants_accounts_unless_told_otherwise(
    postgres: Postgres, data_dir: Path, tmp_path: Path
) -> None:
    there = environment(postgres.fresh_database())
    del there["TRAILWRIGHT_AUTH__MODE"]
    assert call("migrate", "--data", data_dir, env=there).code == 0
    words = ("api", "--port", 0, "--data", data_dir)
    with running(tmp_path / "api", *words, env=there) as program:
        address = program.says(READY.pattern)[1]
        assert "set-up code: " in program.err
        answer = httpx.get(f"{address}/api/v1/users/me", trust_env=False)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
        options = httpx.get(f"{address}/api/v1/auth/options", trust_env=False).json()
        assert (options["mode"], options["first_account"]) == ("accounts", True)


def test_an_unknown_queue_is_named_with_those_there_are(data_dir: Path) -> None:
    done = call("worker", "--queues", "covers,lessons", "--data", data_dir)
    assert done.code == 2
    assert "lessons" in done.err
    assert "interactive, framework, content_generation, covers" in done.err


@pytest.mark.parametrize("url", ["http://localhost", "redis://", "sentinel://one:1"])
def test_a_broker_that_is_none_is_refused(url: str, home: Home) -> None:
    given = {name: str(value) for name, value in home.but(BROKER_URL=url).given.items()}
    done = call("worker", "--data", home.folder, env={f"TRAILWRIGHT_{n}": v for n, v in given.items()})
    assert done.code == 1
    assert "BROKER_URL must be redis://" in done.err


async def asked_of_celery(redis: Redis, question: str, count: int) -> dict[str, object]:
    """What so many workers answer to `celery inspect`; asked again until all have joined."""
    command = [sys.executable, "-m", "celery", "-b", redis.url(), "inspect", question, "-j", "-t", "2"]
    async with asyncio.timeout(60):
        while True:
            done = await asyncio.to_thread(
                subprocess.run, command, capture_output=True, text=True, check=False
            )
            found = json.loads(done.stdout) if done.returncode == 0 else {}
            if len(found) == count:
                return dict(found)


async def test_celery_itself_can_ask_the_workers(home: Home, nursery: Nursery, redis: Redis) -> None:
    async with (
        home.worker(nursery, "--name", "one@here", "--concurrency", "7") as one,
        home.worker(nursery, "--name", "two", "--queues", "covers,framework") as two,
    ):
        assert (
            "ready worker one@here: interactive, framework, content_generation, covers; 7 at a time"
            in one.said
        )
        assert ": framework, covers; 128 at a time" in two.said
        pong = await asked_of_celery(redis, "ping", 2)
        assert {name.partition("@")[0]: answer for name, answer in pong.items()} == {
            "one": {"ok": "pong"},
            "two": {"ok": "pong"},
        }
        assert list((await asked_of_celery(redis, "active", 2)).values()) == [[], []]
        queues = await asked_of_celery(redis, "active_queues", 2)
        assert queues["one@here"] != []


async def a_start(api: Api, model: Simulated, latency: float) -> Ordered:
    """A roadmap whose first piece is being made, by a model that takes so many seconds from there on."""
    ordered = await api.order(auto_approve=False)
    await api.until(ordered.task_id, lambda task: task["status"] == "human_review_pending")
    await model.control(latency=latency)
    await api.post(f"/tasks/{ordered.task_id}/review", {"decision": "approve"})
    await model.has_open(1)
    return ordered


async def test_what_is_being_made_is_finished_at_sigterm(
    home: Home, nursery: Nursery, model: Simulated
) -> None:
    home = home.but(LLM__MAX_CONCURRENCY=1)
    async with home.api(nursery) as api, home.worker(nursery, "--metrics-port", "0") as worker:
        ordered = await a_start(api.api, model, 1.5)
        assert await worker.terminated() == 0
        assert '"level":"error"' not in worker.said
        statuses = list((await api.api.items(ordered.roadmap_id)).values())
        assert sorted(set(statuses)) == ["completed", "pending"]
        assert "concept_requeued" not in types_of(await api.api.events(ordered.task_id))


async def test_what_takes_too_long_is_given_to_another_at_once(
    home: Home, nursery: Nursery, model: Simulated
) -> None:
    home = home.but(WORKER__DRAIN_S=0.5, WORKER__LEASE_S=300, LLM__MAX_CONCURRENCY=1)
    async with home.api(nursery) as api:
        async with home.worker(nursery) as worker:
            ordered = await a_start(api.api, model, 60)
            assert await worker.terminated() == 0
            assert "1 piece goes to another worker" in worker.said
        await model.control(latency=0)
        async with home.worker(nursery):
            assert (await api.api.ended(ordered.task_id))["status"] == "completed"
        assert types_of(await api.api.events(ordered.task_id)).count("concept_requeued") == 1


async def test_a_second_sigterm_ends_it_at_once(home: Home, nursery: Nursery, model: Simulated) -> None:
    home = home.but(LLM__MAX_CONCURRENCY=1)
    async with home.api(nursery) as api, home.worker(nursery) as worker:
        await a_start(api.api, model, 60)
        os.kill(worker.pid, signal.SIGTERM)
        await worker.says("ending;")
        assert await worker.terminated() == AT_ONCE


async def test_the_apis_of_an_idle_installation_end_at_once(home: Home, nursery: Nursery) -> None:
    async with home.api(nursery) as api, home.scheduler(nursery) as scheduler:
        assert await api.terminated() == 0
        assert await scheduler.terminated() == 0
    db = Database(home.database_url)
    try:
        assert not await db.has_company()
    finally:
        await db.close()
