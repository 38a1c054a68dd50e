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
from trailwright.tasks import leases
from trailwright.tasks.leases import Whose
from trailwright.work.keeper import Keeper
from trailwright.work.pump import Pump

LOOK_EVERY_S = 2.0
LOOK_AT_MOST_EVERY_S = 0.5
IDLE_S = 60.0

log = get_logger(__name__)


@dataclass
class Purse:
    """What one person pays for: his own way to a model, and who puts his items on it."""

    gateway: Gateway
    pump: Pump
    pumping: asyncio.Task[None]
    waited_at: float


class Payers:
    """One per process. Knows who pays for himself; the installation's own pump leaves their tasks alone.

    `build` makes gateway and pump by a person's own settings; both end when the person's model changes.
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
        self._stored: dict[str, Stored] = {}
        self._own: dict[str, Settings] = {}
        self._purses: dict[str, Purse] = {}
        self._retiring: set[asyncio.Task[None]] = set()
        self._stopping = False

    @property
    def others(self) -> Whose:
        """Everybody for whom the installation pays."""
        return Whose(but=frozenset(self._own))

    def watched(self) -> Sequence[tuple[Gateway, Whose]]:
        """Ways to models, and whose tasks go there."""
        return [(purse.gateway, Whose(only=user_id)) for user_id, purse in self._purses.items()]

    def look_at_work(self) -> None:
        """There is news of work."""
        for purse in self._purses.values():
            purse.pump.look()

    def use(self, settings: Settings) -> None:
        """What starts from now on goes by these settings."""
        self._settings = settings
        self._own = self._opened()
        self._retire(set(self._purses))

    async def run(self, tell: Callable[[Whose], None]) -> None:
        """Look on news of work and every two seconds; `tell` the pump of the installation whom to leave."""
        with self._bus.listen(WORK) as ear:
            while not self._stopping:
                try:
                    await self._look(tell)
                except AWAY as error:
                    log.warning("own models could not be read", error=type(error).__name__)
                await asyncio.sleep(LOOK_AT_MOST_EVERY_S)
                await ear.wait(LOOK_EVERY_S - LOOK_AT_MOST_EVERY_S)

    async def refresh(self, tell: Callable[[Whose], None]) -> None:
        """Who pays for himself, as it is now."""
        async with self._db.looking() as reader:
            stored = await queries.everybody(reader)
        if stored != self._stored:
            self._retire({one for one in self._purses if stored.get(one) != self._stored.get(one)})
            self._stored = stored
            self._own = self._opened()
        tell(self.others)

    def _opened(self) -> dict[str, Settings]:
        """Whose key cannot be read is as if he had none: his tasks go on, by the installation's model."""
        found: dict[str, Settings] = {}
        for user_id, own in self._stored.items():
            settings = settings_of(self._settings, own)
            if settings is None:
                log.warning("a person's own key cannot be read; it must be set again", user_id=user_id)
                continue
            also_mask(secret_values(settings))
            found[user_id] = settings
        return found

    async def _look(self, tell: Callable[[Whose], None]) -> None:
        await self.refresh(tell)
        if not self._own:
            return
        async with self._db.looking() as reader:
            waiting = await leases.who_waits(reader, self._own)
        now = time.monotonic()
        for user_id in waiting:
            if user_id not in self._purses:
                gateway, pump = self._build(self._own[user_id], user_id)
                self._purses[user_id] = Purse(gateway, pump, asyncio.create_task(pump.run()), now)
            self._purses[user_id].waited_at = now
        self._retire({one for one, purse in self._purses.items() if now - purse.waited_at > IDLE_S})

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
