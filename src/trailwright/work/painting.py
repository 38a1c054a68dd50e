"""Covers: claimed, made and settled beside everything else, with slots of their own and the last priority.

They use no model's permit and no slot of content, and the drawing itself happens in a process that yields.
"""

import asyncio
import time
from functools import partial

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, InterfaceError

from trailwright.covers.making import Maker
from trailwright.covers.providers import Provider, Wanted
from trailwright.covers.records import NewCover
from trailwright.covers.studio import StudioFault
from trailwright.errors import BusyError, LeaseLost
from trailwright.events.bus import WORK, Bus, Ear
from trailwright.kit.db import Database
from trailwright.kit.gate import Rank
from trailwright.kit.log import bound, get_logger
from trailwright.roadmaps.models import roadmaps
from trailwright.tasks import covering
from trailwright.tasks.leases import Claimed
from trailwright.tasks.outcomes import GaveUp, Postponed, Spent
from trailwright.work.keeper import Keeper, Running
from trailwright.work.meters import Meters

SLOTS = 2
MAX_TRIES = 3
BACKOFF_S = 5.0
LOOK_EVERY_S = 5.0
LOOK_AT_MOST_EVERY_S = 0.2
SETTLE_AGAIN_S = 0.5
_STORAGE_AWAY_S = 30.0
_COULD_NOT = "The picture could not be drawn. It is tried again within the hour, or choose another."
_AWAY = (DBAPIError, InterfaceError, OSError, TimeoutError)

log = get_logger(__name__)


class Painter:
    """One per process: makes the covers that wait. `keeper` is its own, so content counts no cover."""

    def __init__(self, db: Database, bus: Bus, maker: Maker, keeper: Keeper, meters: Meters) -> None:
        self._db = db
        self._meters = meters
        self._ear: Ear | None = None
        self._bus = bus
        self._maker = maker
        self._stopping = False
        self.keeper = keeper

    async def run(self) -> None:
        """Work for as long as the process lives."""
        with self._bus.listen(WORK) as ear:
            self._ear = ear
            self.keeper.on_free.add(partial(ear.wake, "freed"))
            while not self._stopping:
                try:
                    await self._fill()
                except _AWAY as error:
                    log.warning("covers could not reach the database", error=type(error).__name__)
                await asyncio.sleep(LOOK_AT_MOST_EVERY_S)
                await ear.wait(LOOK_EVERY_S)

    def look(self) -> None:
        """Somebody says that there is work: look at once."""
        if self._ear is not None:
            self._ear.wake(WORK)

    def use(self, provider: Provider | None) -> None:
        """Ask this provider from now on."""
        self._maker.use(provider)

    async def drain(self) -> int:
        """Claim nothing more and give back what is being made; how many go on later."""
        self._stopping = True
        left = await self.keeper.abandon()
        keys = [one.claimed.key for one in left]
        if keys:
            await self._db.transact(partial(covering.release, keys=keys))
        return len(keys)

    async def close(self) -> None:
        """End the process that draws."""
        await self._maker.close()

    async def _fill(self) -> None:
        free = SLOTS - len(self.keeper.running)
        if free <= 0:
            return
        async with self._db.reading() as snapshot:
            found = await covering.candidates(snapshot, free)
        if not found:
            return
        claiming = partial(covering.claim, item_ids=found, lease_ms=self.keeper.lease_ms)
        for one in await asyncio.shield(asyncio.ensure_future(self._db.transact(claiming, Rank.BULK))):
            self.keeper.start(one, self._work)

    async def _work(self, running: Running) -> None:
        """Make and settle one cover. Cancelled when it is taken away: then nothing is written."""
        claimed, began = running.claimed, time.monotonic()
        with bound(roadmap_id=claimed.roadmap_id, item_id=claimed.item_id, attempt=claimed.attempt):
            try:
                wanted = await self._wanted(claimed)
                outcome = await self._outcome(claimed, wanted)
            except (LeaseLost, *_AWAY) as error:
                log.warning("a cover is left to the next try", error=type(error).__name__)
                return  # its lease ends, and somebody takes it up again
            await asyncio.shield(asyncio.ensure_future(self._settle(claimed, outcome, wanted.title)))
            self._meters.settled(claimed.kind, type(outcome).__name__, time.monotonic() - began)

    async def _wanted(self, claimed: Claimed) -> Wanted:
        """Raises `LeaseLost` when the roadmap is gone."""
        columns = (roadmaps.c.title, roadmaps.c.intent)
        statement = select(*columns).where(roadmaps.c.roadmap_id == claimed.roadmap_id)
        async with self._db.reading() as snapshot:
            row = await snapshot.row(statement)
        if row is None:
            raise LeaseLost
        subject = str((row["intent"] or {}).get("subject") or "")
        choice = int(claimed.payload.get("choice", 0))
        return Wanted(claimed.roadmap_id, row["title"], subject, choice)

    async def _outcome(self, claimed: Claimed, wanted: Wanted) -> NewCover | GaveUp | Postponed:
        began = time.monotonic()

        def spent() -> Spent:
            return Spent(duration_ms=round((time.monotonic() - began) * 1000))

        try:
            return await self._maker.make(wanted)
        except BusyError:
            return Postponed(_STORAGE_AWAY_S, spent(), "storage_unavailable")
        except StudioFault:
            log.warning("no cover was drawn", tries=claimed.tries + 1)
            if claimed.tries + 1 >= MAX_TRIES:
                return GaveUp("internal", _COULD_NOT, spent())
            await self._db.transact(partial(covering.count_try, claimed=claimed))
            return Postponed(BACKOFF_S * 4**claimed.tries, spent(), "internal")

    async def _settle(self, claimed: Claimed, outcome: NewCover | GaveUp | Postponed, title: str) -> None:
        """Repeat over database faults until the lease's deadline; a late result is refused and counted."""
        counts = self.keeper.counts
        settling = partial(covering.settle, claimed=claimed, outcome=outcome, title=title)
        while True:
            try:
                await self._db.transact(settling, Rank.BULK)
            except LeaseLost:
                counts.late_refused += 1
                return
            except _AWAY as error:
                log.warning("a cover could not be settled", error=type(error).__name__)
                if time.monotonic() > self.keeper.deadline():
                    return
                await asyncio.sleep(SETTLE_AGAIN_S)
            else:
                name = type(outcome).__name__
                counts.settled[name] = counts.settled.get(name, 0) + 1
                return
