"""Somebody is shut out: what runs for him stops too, and waits until he may come back."""

import contextlib
from functools import partial

from trailwright.errors import ConflictError, NotFoundError
from trailwright.kit.db import Database
from trailwright.tasks import commands as tasks
from trailwright.tasks.queries import running_of


async def stop_work(db: Database, user_id: str) -> int:
    """Pause his tasks at once, each by itself; how many. One that has ended meanwhile has ended."""
    async with db.reading() as reader:
        running = await running_of(reader, user_id)
    for task_id in running:
        with contextlib.suppress(ConflictError, NotFoundError):
            await db.transact(partial(tasks.pause, task_id=task_id, now=True))
    return len(running)
