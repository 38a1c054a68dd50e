"""Limits of one process that knows how many others there are, and takes its part."""

import asyncio
from collections.abc import Callable

from sqlalchemy import text

from trailwright.kit.db import AWAY, OURS, WORKS, Database
from trailwright.kit.log import get_logger
from trailwright.llm.limits import ModelLimits

log = get_logger(__name__)

LOOK_EVERY_S = 3.0
_PROCESSES = text(
    "SELECT count(DISTINCT application_name) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name LIKE :workers"
).bindparams(workers=OURS + WORKS)


class Company:
    """How many processes that make items are connected to the database; at least this one."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.processes = 1

    async def look(self) -> int:
        """How many now; as before while the database cannot tell."""
        if not self._db.is_sqlite:
            try:
                async with self._db.reading() as reader:
                    self.processes = max(int(await reader.value(_PROCESSES) or 0), 1)
            except AWAY as error:
                log.warning("other processes could not be counted", error=type(error).__name__)
        return self.processes


class DividedLimits(ModelLimits):
    """The part of one among several processes: a permit and a start a minute at least."""

    def __init__(
        self, capacity: int, *, rpm: int | None, tpm: int | None, clock: Callable[[], float]
    ) -> None:
        super().__init__(capacity, rpm=rpm, tpm=tpm, clock=clock)
        self._whole = (capacity, rpm, tpm)
        self._among = 1
        self.closed = False

    async def close(self) -> None:
        """Nothing is divided here any more."""
        self.closed = True

    def divide(self, among: int) -> None:
        """From now on one of so many."""
        if among != self._among:
            self._among = max(among, 1)
            self._most, self._rpm, self._tpm = self.parts()
            self._changed()

    def parts(self) -> tuple[int, int | None, int | None]:
        """This process's capacity, requests and tokens a minute."""
        capacity, rpm, tpm = (
            None if whole is None else max(whole // self._among, 1) for whole in self._whole
        )
        return capacity or 1, rpm, tpm


async def keep_divided(company: Company, limits: list[DividedLimits]) -> None:
    """Look every few seconds who else is there; `limits` may grow meanwhile, closed ones leave it."""
    while True:
        among = await company.look()
        limits[:] = [one for one in limits if not one.closed]
        for one in tuple(limits):
            one.divide(among)
        await asyncio.sleep(LOOK_EVERY_S)
