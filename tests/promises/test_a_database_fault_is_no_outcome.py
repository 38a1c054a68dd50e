"""A database fault is no outcome: what met it is made later, and no piece fails of it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError, OperationalError, ResourceClosedError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from tests.promises.test_nothing_is_lost import all_is_well
from tests.support.postgres import Postgres
from tests.support.product import Home
from tests.support.simulated import Simulated
from trailwright.kit.db import Database
from trailwright.tasks import leases
from trailwright.tasks.leases import Claimed
from trailwright.work.materials import Materials, collect

FAULTS: dict[str, Exception] = {
    "a connection that breaks": ConnectionResetError("gone"),
    "a server that does not answer a connection": TimeoutError(),
    "a pool that stays empty": PoolTimeoutError("no connection"),
    "a connection that is closed already": ResourceClosedError("closed"),
    "a statement that is cancelled": DBAPIError("SELECT 1", None, Exception("canceling statement")),
    "a file that is locked": OperationalError("SELECT 1", None, Exception("database is locked")),
}


class FailingOnce:
    """The same function, after one fault."""

    def __init__(self, function: Callable[..., Awaitable[Any]], error: Exception) -> None:
        self._function = function
        self.faults = [error]

    async def __call__(self, *args: Any, **values: Any) -> Any:
        if self.faults:
            raise self.faults.pop()
        return await self._function(*args, **values)


@pytest.mark.one_process("the fault is put into a function of this process")
@pytest.mark.parametrize("name", FAULTS)
async def test_met_by_an_item(home_on_sqlite: Home, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("trailwright.work.executor.collect", FailingOnce(collect, FAULTS[name]))
    async with home_on_sqlite.here() as here:
        ordered = await here.api.order()
        await all_is_well(home_on_sqlite, here.api, ordered)


@pytest.mark.one_process("the fault is put into a function of this process")
@pytest.mark.parametrize("function", ["candidates", "claim", "lost", "renew"])
async def test_met_by_who_hands_out_the_work(
    home_on_sqlite: Home, model: Simulated, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    """Pump, heartbeat and watch go on after it, and no permit is lost with what could not be claimed."""
    met = FailingOnce(getattr(leases, function), FAULTS["a pool that stays empty"])
    monkeypatch.setattr(leases, function, met)
    async with home_on_sqlite.but(LLM__MAX_CONCURRENCY=1).here() as here:
        await model.control(latency=0.4)
        first = await here.api.order()
        await all_is_well(home_on_sqlite, here.api, first)
        await model.control(latency=600)
        second = await here.api.order()
        await model.has_open(1)
        await here.api.post(f"/tasks/{second.task_id}/cancel")
        await model.has_open(0)
    assert met.faults == []


@pytest.mark.one_process("the server is restarted from inside a function of this process")
async def test_met_while_the_server_is_restarted(
    home_on_postgres: Home, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    met: list[Claimed] = []

    async def collect_amid_an_outage(db: Database, claimed: Claimed) -> Materials:
        if not claimed.concept_id or met:
            return await collect(db, claimed)
        met.append(claimed)
        postgres.stop()
        try:
            return await collect(db, claimed)
        finally:
            postgres.start()

    monkeypatch.setattr("trailwright.work.executor.collect", collect_amid_an_outage)
    async with home_on_postgres.here() as here:
        ordered = await here.api.order()
        await all_is_well(home_on_postgres, here.api, ordered)
    assert met


async def test_met_when_all_connections_are_cut(home_on_postgres: Home, postgres: Postgres) -> None:
    async with home_on_postgres.here() as here:
        ordered = await here.api.order("short")
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ~ '^trailwright'"
        seen = 0
        async for event in here.api.follow(ordered.task_id):
            seen += 1
            if seen % 15 == 0 and event["type"] not in {"completed", "partial_failure"}:
                postgres.run_sql(cut)
        await all_is_well(home_on_postgres, here.api, ordered)
