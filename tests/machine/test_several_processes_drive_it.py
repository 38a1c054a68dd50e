"""The engine driven by two processes that people ask and three that work, all real, on one PostgreSQL."""

import asyncio
import sys
from collections.abc import Callable

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.fleet import FleetMachine
from tests.machine.machine import promises_hold
from tests.machine.races import nothing_starts_while_paused
from tests.machine.test_any_order_of_events_keeps_the_promises import HOW
from tests.support import engine as e
from tests.support.source import ROOT
from trailwright.domain.lifecycle import TERMINAL
from trailwright.kit.db import Database

TASKS = 9


@pytest.mark.fleet
def test_whatever_happens_in_whatever_order_through_whichever_process(
    postgres_opener: Callable[[], Database],
) -> None:
    machine = type("Machine", (FleetMachine,), {"open_database": staticmethod(postgres_opener)})
    run_state_machine_as_test(machine, settings=HOW)


@pytest.mark.fleet
async def test_people_and_workers_in_processes_of_their_own(postgres_opener: Callable[[], Database]) -> None:
    """One of the workers is killed; what it had is done by the others."""
    db = postgres_opener()
    try:
        ids = [(await e.a_task(db, concepts=4))[0] for _ in range(TASKS)]
        roles = ("api", "api", "worker", "worker", "worker")
        processes = [await a_process(role, number, db, ids) for number, role in enumerate(roles)]
        while not await some_are_made(db, ids):  # noqa: ASYNC110 - rows are mute
            await asyncio.sleep(0.01)
        processes[-1].kill()
        codes = [await one.wait() for one in processes]
        assert codes == [0, 0, 0, 0, -9]
        await promises_hold(db)
        for task_id in ids:
            nothing_starts_while_paused(await e.events_of(db, task_id))
            assert (await e.task_row(db, task_id))["status"] in {status.value for status in TERMINAL}
    finally:
        await db.close()


async def a_process(role: str, number: int, db: Database, ids: list[str]) -> asyncio.subprocess.Process:
    """`tests.machine.fleet` in this role; its faults are the test's own output."""
    url = db.url.render_as_string(hide_password=False)
    words = ("-m", "tests.machine.fleet", role, f"seed {number}", url, *ids)
    return await asyncio.create_subprocess_exec(sys.executable, *words, cwd=ROOT)


async def some_are_made(db: Database, ids: list[str]) -> bool:
    return any([(await e.task_row(db, task_id))["done"] for task_id in ids])
