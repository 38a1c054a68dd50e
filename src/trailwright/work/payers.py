"""Pumps for people who pay for themselves: one for each of them for whom work waits."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trailwright.events.bus import WORK, Bus
from trailwright.kit.db import AWAY, Database
from trailwright.kit.log import also_mask, get_logger, secret_values
from trailwright.llm.gateway import Gateway
from trailwright.payers import queries
from trailwright.payers.own_settings import settings_of
from trailwright.payers.queries import Stored
from trailwright.settings import Settings
from trailwright.tasks import turns
from trailwright.work.keeper import Keeper
from trailwright.work.pump import Pump

LOOK_EVERY_S = 2.0
LOOK_AT_MOST_EVERY_S = 0.5
IDLE_S = 60.0

log = get_logger(__name__)


@dataclass
class Purse:
    """What one person pays for: his own way to a model, and who puts his items on it."""

    own: Stored
    gateway: Gateway
    pump: Pump
    pumping: asyncio.Task[None]
    waited_at: float = 0.0


class Payers:
    """One per process. `build` makes gateway and pump by a person's own settings.

    Both end when the person's model changes, and when nothing of his has waited for a minute.
    """

    def __init__(
        self,
        db: Database,
        bus: Bus,
        keeper: Keeper,
        settings: Settings,
        build: Callable[[Settings, str], tuple[Gateway, Pump]],
    ) -> None:
        self._db = db
        self._bus = bus
        self._keeper = keeper
        self._settings = settings
        self._build = build
        self._purses: dict[str, Purse] = {}
        self._retiring: set[asyncio.Task[None]] = set()
        self._stopping = False

    def watched(self) -> Sequence[tuple[Gateway, str]]:
        """Ways to models, and who pays for each."""
        return [(purse.gateway, user_id) for user_id, purse in self._purses.items()]

    def look_at_work(self) -> None:
        """There is news of work."""
        for purse in self._purses.values():
            purse.pump.look()

    def use(self, settings: Settings) -> None:
        """What starts from now on goes by these settings."""
        self._settings = settings
        self._retire(set(self._purses))

    async def run(self) -> None:
        """Look on news of work and every two seconds."""
        with self._bus.listen(WORK) as ear:
            while not self._stopping:
                try:
                    await self._look()
                except AWAY as error:
                    log.warning("own models could not be read", error=type(error).__name__)
                await asyncio.sleep(LOOK_AT_MOST_EVERY_S)
                await ear.wait(LOOK_EVERY_S - LOOK_AT_MOST_EVERY_S)

    async def _look(self) -> None:
        async with self._db.glancing() as reader:
            stored = await queries.everybody(reader)
            waiting = await turns.who_waits(reader) & set(stored) if stored else set()
        self._retire({one for one, purse in self._purses.items() if stored.get(one) != purse.own})
        now = time.monotonic()
        for user_id in waiting:
            if user_id not in self._purses:
                self._purses[user_id] = self._open(stored[user_id])
            self._purses[user_id].waited_at = now
        self._retire({one for one, purse in self._purses.items() if now - purse.waited_at > IDLE_S})

    def _open(self, own: Stored) -> Purse:
        settings = settings_of(self._settings, own)
        also_mask(secret_values(settings))
        gateway, pump = self._build(settings, own.user_id)
        return Purse(own, gateway, pump, asyncio.create_task(pump.run()))

    def _retire(self, user_ids: set[str]) -> None:
        for user_id in user_ids:
            retiring = asyncio.create_task(self._end(self._purses.pop(user_id)))
            self._retiring.add(retiring)
            retiring.add_done_callback(self._retiring.discard)

    async def _end(self, purse: Purse) -> None:
        """Claim nothing more; close the way to the model once all that is under way has ended."""
        try:
            purse.pump.stop()
            purse.pump.look()
            await asyncio.wait([purse.pumping])
            if under_way := self._keeper.tasks():
                await asyncio.wait(under_way)
        finally:
            purse.pumping.cancel()
            await purse.gateway.close()

    def stop(self) -> None:
        """Claim nothing more for anybody."""
        self._stopping = True
        for purse in self._purses.values():
            purse.pump.stop()
            purse.pump.look()

    async def close(self) -> None:
        """End everything now."""
        self._retire(set(self._purses))
        for retiring in tuple(self._retiring):
            retiring.cancel()
        await asyncio.gather(*self._retiring, return_exceptions=True)
