"""Permit first, then lease: with a slot and a permit in hand, claim the best due items."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from trailwright.domain.dispatch import ALL, Serves
from trailwright.domain.prompt import AgentName
from trailwright.domain.workflow import KINDS, Kind
from trailwright.events.bus import WORK, Bus, Ear
from trailwright.kit.db import AWAY, Database
from trailwright.kit.gate import Rank
from trailwright.kit.log import get_logger
from trailwright.llm.gateway import Gateway
from trailwright.tasks import leases
from trailwright.tasks.leases import Candidate, Claimed
from trailwright.work.executor import Executor
from trailwright.work.keeper import Keeper, Running
from trailwright.work.meters import Meters

LOOK_EVERY_S = 1.0
SLOTS_FOR_CLICKS = 2
TOGETHER = 20
"""Claimed in one transaction, which holds the locks of all their tasks."""

_JITTER = 0.2
_FREED = "freed"

log = get_logger(__name__)


@dataclass(frozen=True)
class Group:
    """Kinds whose calls go to one model; `agent` None: no model is needed, a slot is enough.

    `clicks_only`: of these only what a user's single retry asked for.
    """

    agent: AgentName | None
    kinds: tuple[Kind, ...]
    clicks_only: bool = False


class Pump:
    """One per process and gateway. Looks when woken, when permits come free, and about every second.

    `payer`: who pays for what it claims; None: the installation.
    """

    def __init__(
        self,
        db: Database,
        bus: Bus,
        gateway: Gateway,
        keeper: Keeper,
        executor: Executor,
        *,
        slots: int,
        serves: Serves = ALL,
        meters: Meters,
        payer: str | None = None,
    ) -> None:
        self._payer = payer
        self._db = db
        self._bus = bus
        self._gateway = gateway
        self._keeper = keeper
        self._executor = executor
        self._slots = slots
        self._groups = [*_groups(gateway, serves.kinds), *_groups(gateway, serves.clicked, clicks_only=True)]
        self._meters = meters
        self._ear: Ear | None = None
        self._stopping = False
        self._dry: set[Group] = set()

    def stop(self) -> None:
        """Claim nothing more."""
        self._stopping = True

    async def run(self) -> None:
        """Claim for as long as the process lives."""
        with self._bus.listen(WORK) as ear, ExitStack() as stack:
            self._ear = ear
            freed = partial(self._freed, ear)
            self._keeper.on_free.add(freed)
            stack.callback(self._keeper.on_free.discard, freed)
            for group in self._groups:
                if group.agent is not None:
                    limits = self._gateway.limits(group.agent)
                    stack.callback(limits.on_change(partial(self._freed, ear, group)))
            while not self._stopping:
                await self._fill()
                reasons = await ear.wait(LOOK_EVERY_S * random.uniform(1 - _JITTER, 1 + _JITTER))  # noqa: S311 - jitter
                if reasons != {_FREED}:
                    self._dry.clear()

    def look(self) -> None:
        """Somebody says that there is work: look at once."""
        if self._ear is not None:
            self._ear.wake(WORK)

    def _freed(self, ear: Ear, group: Group | None = None) -> None:
        """A free slot or permit is no news where the last look found nothing that waits."""
        groups = self._groups if group is None else [group]
        if any(one not in self._dry for one in groups):
            ear.wake(_FREED)

    async def _fill(self) -> None:
        try:
            for group in self._groups:
                while not self._stopping and group not in self._dry and await self._claim_some(group):
                    pass
        except AWAY as error:
            log.warning("pump could not reach the database", error=type(error).__name__)

    async def _claim_some(self, group: Group) -> bool:
        """One round for one model; whether another may find more."""
        await self._db.courtesy.turn()
        want = self._room(group)
        if want <= 0 or not self._breaker_allows(group):
            return False
        found, chosen = await self._look_for(group, want)
        if await self._fetched(group, chosen):
            found, chosen = await self._look_for(group, want)  # a user may have clicked meanwhile
            if not chosen:
                await self._fetched(group, chosen)
        permitted = self._permit(group, chosen)
        if len(found) < want and len(permitted) == len(chosen):
            self._dry.add(group)
        waited = {one.item_id: one.waited_ms for one in permitted}
        claimed = 0
        try:
            async for one in self._claim(permitted):
                self._meters.claimed(one.kind, waited[one.item_id])
                self._keeper.start(one, self._executor.run)
                claimed += 1
        finally:
            self._return_unused(group, len(permitted) - claimed, started=bool(claimed))
        return bool(claimed) and len(found) == want

    def _room(self, group: Group) -> int:
        free = self._slots - len(self._keeper.running)
        if group.agent is None:
            return free
        return min(free, self._gateway.limits(group.agent).available(click=True))

    async def _look_for(self, group: Group, want: int) -> tuple[list[Candidate], list[Candidate]]:
        """The first that wait, and those of them for which there is a slot and the breaker's leave."""
        async with self._db.reading() as snapshot:
            found = await leases.candidates(
                snapshot, group.kinds, want, clicks_only=group.clicks_only, payer=self._payer
            )
        chosen = self._choose(found)
        probes = group.agent is not None and self._gateway.breaker(group.agent).is_open
        return found, chosen[:1] if probes else chosen

    def _choose(self, found: Sequence[Candidate]) -> list[Candidate]:
        """In order, until the slots kept for clicks; an item that was lost twice runs alone or not yet."""
        chosen: list[Candidate] = []
        for one in found:
            taken = len(self._keeper.running) + len(chosen)
            if one.suspect:
                return chosen or ([one] if taken == 0 else [])
            if any(running.claimed.losses >= leases.MAX_LOSSES - 1 for running in self._running()):
                return chosen
            if one.clicked or taken < max(self._slots - SLOTS_FOR_CLICKS, 1):
                chosen.append(one)
        return chosen

    def _running(self) -> Collection[Running]:
        return self._keeper.running.values()

    def _breaker_allows(self, group: Group) -> bool:
        return group.agent is None or self._gateway.breaker(group.agent).may_start()

    async def _fetched(self, group: Group, chosen: Sequence[Candidate]) -> bool:
        """Whether permits for `chosen` had to be fetched from other workers, and some came.

        None chosen: others may have those that are here.
        """
        if group.agent is None or (group.clicks_only and not chosen):
            return False
        limits = self._gateway.limits(group.agent)
        return await limits.prepare(len(chosen), clicks=sum(one.clicked for one in chosen))

    def _permit(self, group: Group, chosen: list[Candidate]) -> list[Candidate]:
        """Those of `chosen` for which there is a permit here, taken."""
        if group.agent is None:
            return chosen
        limits = self._gateway.limits(group.agent)
        return [one for one in chosen if limits.take(1, click=one.clicked)]

    def _return_unused(self, group: Group, count: int, *, started: bool) -> None:
        if group.agent is None:
            return
        if count > 0:
            self._gateway.limits(group.agent).give(count, unused=True)
        breaker = self._gateway.breaker(group.agent)
        if breaker.is_open and not started:
            breaker.probe_unused()

    async def _claim(self, permitted: Sequence[Candidate]) -> AsyncIterator[Claimed]:
        """Some in one transaction; what one claimed is told before the next begins."""
        for first in range(0, len(permitted), TOGETHER):
            some = permitted[first : first + TOGETHER]
            for claimed in await asyncio.shield(asyncio.ensure_future(self._claim_together(some))):
                yield claimed

    async def _claim_together(self, some: Sequence[Candidate]) -> list[Claimed]:
        wanted = {one.item_id: one.task_id for one in some}
        lease_ms = self._keeper.lease_ms
        return await self._db.transact(lambda tx: leases.claim(tx, wanted, lease_ms), Rank.BULK)


def _groups(gateway: Gateway, kinds: Collection[Kind], *, clicks_only: bool = False) -> list[Group]:
    """Kinds by the model that serves them; clicks and framework steps share their content's models."""
    by_model: dict[str, list[Kind]] = defaultdict(list)
    agents: dict[str, AgentName | None] = {}
    for kind in kinds:
        agent = KINDS[kind].agent
        key = gateway.endpoint(agent).key if agent is not None else ""
        by_model[key].append(kind)
        agents.setdefault(key, agent)
    return [Group(agents[key], tuple(found), clicks_only) for key, found in by_model.items()]
