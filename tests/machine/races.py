"""People and workers at the same moment on one PostgreSQL: what the log may never say."""

import asyncio
import random
from collections.abc import Callable

from tests.machine.machine import promises_hold
from tests.support import engine as e
from trailwright.errors import AppError
from trailwright.kit.db import Database
from trailwright.tasks import commands

WORKERS = 3


async def rounds_of_racing(open_database: Callable[[], Database], rounds: int, seed: int) -> None:
    """Three workers claim and deliver while a person pauses, resumes and at last cancels, `rounds` times."""
    rng = random.Random(seed)
    db = open_database()
    try:
        for _ in range(rounds):
            task_id, _ = await e.a_task(db, concepts=4)
            async with asyncio.TaskGroup() as together:
                for _ in range(WORKERS):
                    together.create_task(_works(db, task_id, rng))
                together.create_task(_person(db, task_id, rng))
            await promises_hold(db)
            nothing_starts_while_paused(await e.events_of(db, task_id))
    finally:
        await db.close()


async def _works(db: Database, task_id: str, rng: random.Random) -> None:
    for _ in range(4):
        for claimed in await e.claim(db, task_id, rng.randint(1, 2)):
            try:
                await e.deliver(db, claimed)
            except e.LeaseLost:
                continue


async def _person(db: Database, task_id: str, rng: random.Random) -> None:
    for _ in range(3):
        await _asks(db, task_id, "pause")
        for _ in range(rng.randint(0, 3)):
            await asyncio.sleep(0)
        await _asks(db, task_id, "resume")
    await _asks(db, task_id, "cancel")


async def _asks(db: Database, task_id: str, what: str) -> None:
    try:
        match what:
            case "pause":
                await db.transact(lambda tx: commands.pause(tx, task_id))
            case "resume":
                await db.transact(lambda tx: commands.resume(tx, task_id))
            case _:
                await db.transact(lambda tx: commands.cancel(tx, task_id, None))
    except AppError:
        return


def nothing_starts_while_paused(events: list[e.Event]) -> None:
    """No item starts between `paused` and `resumed`."""
    paused = False
    for event in events:
        if event["type"] in {"paused", "resumed"}:
            paused = event["type"] == "paused"
        assert not (paused and event["type"] == "concept_start"), "an item started after the pause"
