"""Whether the process is alive and can work."""

import asyncio
import time
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from sqlalchemy import literal, select
from sqlalchemy.exc import SQLAlchemyError

from trailwright.kit.api import Db, Objects
from trailwright.kit.db import Database
from trailwright.kit.schemas import Answered
from trailwright.kit.storage import Storage, StorageUnavailable

WITHIN_S = 3.0
STORAGE_EVERY_S = 10.0
State = Literal["ok", "unavailable"]

router = APIRouter(tags=["health"])


class Alive(Answered):
    """The process answers."""

    status: Literal["ok"]


class Ready(Answered):
    """Whether it can work, and which part cannot."""

    status: State
    checks: dict[str, State]


class StorageProbe:
    """Asks the storage at most every ten seconds: the question writes an object."""

    def __init__(self) -> None:
        self._asked_at = -STORAGE_EVERY_S
        self._state: State = "ok"

    async def state(self, storage: Storage) -> State:
        """What it said, now or a moment ago."""
        if time.monotonic() - self._asked_at >= STORAGE_EVERY_S:
            try:
                async with asyncio.timeout(WITHIN_S):
                    await storage.check()
                self._state = "ok"
            except (StorageUnavailable, TimeoutError):
                self._state = "unavailable"
            self._asked_at = time.monotonic()
        return self._state


async def _database(db: Database) -> State:
    try:
        async with asyncio.timeout(WITHIN_S), db.reading() as reader:
            await reader.value(select(literal(1)))
    except (SQLAlchemyError, OSError):
        return "unavailable"
    return "ok"


@router.get("/health/live", response_model=Alive)
async def live() -> dict[str, Any]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/health/ready", response_model=Ready, responses={503: {"model": Ready}})
async def ready(request: Request, db: Db, storage: Objects, response: Response) -> dict[str, Any]:
    """Database and storage can be used; 503 when one cannot."""
    checks = {"database": await _database(db), "storage": await request.app.state.probe.state(storage)}
    good = all(state == "ok" for state in checks.values())
    response.status_code = 200 if good else 503
    return {"status": "ok" if good else "unavailable", "checks": checks}
