"""Ticks in every process; usually one does the work, any number is harmless."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from trailwright.covers import retention as covers
from trailwright.domain.prompt import AGENTS
from trailwright.domain.workflow import KINDS
from trailwright.kit.db import Database
from trailwright.kit.log import get_logger
from trailwright.kit.storage import Storage
from trailwright.llm.gateway import Gateway
from trailwright.roadmaps.records import empty_trash
from trailwright.settings_parts import Retention
from trailwright.tasks import covering, reaping, upkeep
from trailwright.tasks.retention import sweep_objects
from trailwright.users import accounts, audit, leaving, throttle
from trailwright.users.commands import forget_answers
from trailwright.work.keeper import Keeper

MODEL_AWAY_S = 900.0
COMPARE_EVERY_S = 60.0
COVERS_EVERY_S = 60.0
LEAVERS_EVERY_S = 60.0
CLEAN_EVERY_S = 3600.0

log = get_logger(__name__)


class Reconciler:
    """Reaps silent leases, compares counters, pauses for a model that stays away, empties the trash."""

    def __init__(
        self,
        db: Database,
        storage: Storage,
        gateway: Gateway,
        keeper: Keeper,
        retention: Retention | None = None,
    ) -> None:
        self._db = db
        self._retention = retention or Retention()
        self._storage = storage
        self._gateway = gateway
        self._keeper = keeper
        self._every_s = keeper.lease_s / 4
        self._sound_since = time.monotonic()
        self._last_tick = time.monotonic()
        self._due: dict[str, float] = {}
        self._told_open: set[str] = set()
        self.watched: Callable[[], Sequence[tuple[Gateway, str | None]]] = lambda: [(self._gateway, None)]
        self.faults = 0

    def watch_models_of(self, gateway: Gateway) -> None:
        """From now on look at this gateway's models."""
        self._gateway = gateway
        self._told_open.clear()

    async def run(self) -> None:
        """Tick for as long as the process lives."""
        while True:
            await asyncio.sleep(self._every_s)
            await self.tick()

    async def tick(self) -> None:
        """One round; a fault of one part is counted, told and does not stop the others."""
        late = time.monotonic() - self._last_tick > 2 * self._every_s
        self._last_tick = time.monotonic()
        if late:
            self._sound_since = self._last_tick
            await self._keeper.renew()
        await self._guarded("silent", self._end_the_silent)
        await self._guarded("reap", self._reap)
        await self._guarded("reap covers", self._reap_covers)
        await self._guarded("models", self._pause_for_models)
        await self._at_most_every("compare", COMPARE_EVERY_S, self._compare)
        await self._at_most_every("covers", COVERS_EVERY_S, self._retry_covers)
        await self._at_most_every("leavers", LEAVERS_EVERY_S, self._see_off)
        await self._at_most_every("clean", CLEAN_EVERY_S, self._clean)

    async def _guarded(self, name: str, part: Callable[[], Awaitable[None]]) -> None:
        try:
            await part()
        except Exception:
            self.faults += 1
            self._sound_since = time.monotonic()
            log.exception("reconciler", part=name)

    async def _at_most_every(self, name: str, every_s: float, part: Callable[[], Awaitable[None]]) -> None:
        now = time.monotonic()
        if now >= self._due.get(name, 0):
            self._due[name] = now + every_s
            await self._guarded(name, part)

    async def _end_the_silent(self) -> None:
        if count := await self._db.end_the_silent():
            log.warning("connections ended that were silent in the middle of a statement", count=count)

    async def _reap(self) -> None:
        """Not before this process itself has been sound for a whole lease: it may be the one that slept."""
        async with self._db.reading() as snapshot:
            overdue = await reaping.overdue(snapshot)
        if not overdue or time.monotonic() - self._sound_since < self._keeper.lease_s:
            return
        for task_id in overdue:  # one that is locked for long does not keep the others
            await self._guarded("reap", partial(self._reap_from, task_id))

    async def _reap_from(self, task_id: str) -> None:
        count = await self._db.transact(partial(reaping.reap, task_id=task_id))
        log.warning("leases reaped", task_id=task_id, count=count)

    async def _reap_covers(self) -> None:
        """Covers belong to no task: their silent leases are taken back by themselves."""
        async with self._db.reading() as snapshot:
            overdue = await covering.is_overdue(snapshot)
        if overdue and time.monotonic() - self._sound_since >= self._keeper.lease_s:
            log.warning("covers reaped", count=await self._db.transact(covering.reap))

    async def _retry_covers(self) -> None:
        await self._db.transact(covering.retry_failed)
        async with self._db.reading() as snapshot:
            missing = await covering.missing(snapshot)
        if missing:
            await self._db.transact(partial(covering.ask_there, roadmap_ids=missing))

    async def _compare(self) -> None:
        async with self._db.reading() as snapshot:
            live = await upkeep.live_tasks(snapshot)
        for row in live:
            wrong = await self._db.transact(partial(upkeep.mend_counters, task_id=row["task_id"]))
            if wrong:
                log.error("counters differed from rows", task_id=row["task_id"], wrong=wrong)

    async def _pause_for_models(self) -> None:
        for gateway, payer in self.watched():
            await self._pause_for_models_of(gateway, payer)

    async def _pause_for_models_of(self, gateway: Gateway, payer: str | None) -> None:
        """One breaker serves all agents with the same model: it is looked at once."""
        for key, agent in {gateway.endpoint(agent).key: agent for agent in AGENTS}.items():
            breaker = gateway.breaker(agent)
            if not breaker.is_open:
                self._told_open.discard(key)
                continue
            if key not in self._told_open:
                self._told_open.add(key)
                log.warning("model does not answer; items wait", model=key)
            if breaker.open_for_s() >= MODEL_AWAY_S:
                await self._pause_who_waits_for(gateway, key, payer)
                breaker.told_away()

    async def _pause_who_waits_for(self, gateway: Gateway, key: str, payer: str | None) -> None:
        kinds = [
            kind.value
            for kind, facts in KINDS.items()
            if facts.agent is not None and gateway.endpoint(facts.agent).key == key
        ]
        async with self._db.reading() as snapshot:
            waiting = await upkeep.tasks_waiting_for(snapshot, kinds, payer)
        for task_id in waiting:
            await self._db.transact(partial(upkeep.pause_for_model, task_id=task_id))

    async def _see_off(self) -> None:
        """Deletions of accounts that were cut off go on; one that cannot does not keep the others."""
        async with self._db.reading() as snapshot:
            leavers = await leaving.under_way(snapshot)
        for user_id in leavers:
            await self._guarded("leavers", partial(leaving.finish, self._db, user_id))

    async def _clean(self) -> None:
        await self._db.transact(partial(empty_trash, after_days=self._retention.trash_days))
        for forget in (forget_answers, accounts.forget_expired, throttle.tidy):
            await self._db.transact(forget)
        await self._db.transact(partial(audit.forget_old, days=self._retention.audit_days))
        await covers.sweep(self._db, self._storage, round(time.time() * 1000))
        await sweep_objects(self._db, self._storage)
