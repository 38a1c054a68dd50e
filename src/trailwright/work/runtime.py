"""Everything one process works with, put together once: the same for `up` and for a worker."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Self

from trailwright.configuration.live import Live
from trailwright.covers.making import Maker
from trailwright.covers.providers import from_settings as covers_from_settings
from trailwright.domain.dispatch import Hint, Queue, serves
from trailwright.events.bus import WORK, bus_for
from trailwright.kit import tracing
from trailwright.kit.db import Database
from trailwright.kit.log import get_logger
from trailwright.kit.storage import Storage
from trailwright.llm.gateway import Gateway
from trailwright.llm.shapes import LocalRuntime
from trailwright.llm.sharing import sharing_for
from trailwright.research.links import LinkChecker, checker_from_settings
from trailwright.research.search import Searcher
from trailwright.research.search import from_settings as searcher_from_settings
from trailwright.settings import Settings
from trailwright.tasks import covering, reaping
from trailwright.work.asking import Patience
from trailwright.work.executor import Executor, Tools
from trailwright.work.keeper import Keeper, Running
from trailwright.work.mail import mail_of
from trailwright.work.meters import Meters
from trailwright.work.painting import Painter
from trailwright.work.payers import Payers
from trailwright.work.pump import Pump
from trailwright.work.reconciler import Reconciler
from trailwright.work.settler import Settler
from trailwright.work.writing import Web

_COMPANY_LOOKS, _COMPANY_LOOK_S = 5, 0.1

log = get_logger(__name__)


class Runtime:
    """One per process, on one event loop: `open`, then `start`; `drain` and `close` at the end."""

    def __init__(
        self,
        settings: Settings,
        db: Database,
        storage: Storage,
        searcher: Searcher | None,
        checker: LinkChecker,
        queues: Sequence[Queue] = tuple(Queue),
    ) -> None:
        self.settings = settings
        self.serves = serves(queues)
        self.meters = Meters()
        self.mail = mail_of(settings, queues, self.look)
        self.live = Live(settings, db)
        self.live.listen(self.reconfigure)
        self.db = db
        self.storage = storage
        self.bus = bus_for(settings.broker_url or None)
        self.db.on_commit = self.bus.wake
        self.db.after_commit = self._hinted
        for engine in db.engines:
            tracing.watch(engine)
        self.local = _local(settings)
        self.sharing = sharing_for(settings.broker_url or None, db)
        self.gateway = Gateway(settings, local=self.local, sharing=self.sharing)
        self.web = Web(searcher, checker)
        self.keeper = Keeper(db, self.bus, settings.worker.lease_s)
        self.reconciler = Reconciler(db, storage, self.gateway, self.keeper, settings.retention)
        self.pump = self._pump(settings, self.gateway)
        self.payers = Payers(db, self.bus, self.keeper, settings, self._purse)
        self.reconciler.watched = self._watched
        self.painter = self._painter()
        self._loops: list[asyncio.Task[None]] = []
        self._pumping: asyncio.Task[None] | None = None
        self._retiring: set[asyncio.Task[None]] = set()

    @classmethod
    async def open(cls, settings: Settings, queues: Sequence[Queue] = tuple(Queue)) -> Self:
        """Connect to everything; nothing runs yet, the schema is taken as it is.

        It will make what comes through `queues`; with none it only commands and looks after what others make.
        """
        secret = settings.storage.secret_access_key
        storage = Storage.from_url(
            settings.effective_storage_url,
            endpoint=settings.storage.endpoint,
            access_key_id=settings.storage.access_key_id,
            secret_access_key=secret.get_secret_value() if secret else None,
            region=settings.storage.region,
        )
        database = settings.database
        url = settings.effective_database_url
        db = Database(url, database.pool_size, pgbouncer=database.pgbouncer, works=bool(queues))
        searcher, checker = searcher_from_settings(settings), checker_from_settings(settings)
        return cls(settings, db, storage, searcher, checker, queues)

    def _pump(self, settings: Settings, gateway: Gateway, payer: str | None = None) -> Pump:
        tools = Tools(
            db=self.db,
            bus=self.bus,
            storage=self.storage,
            gateway=gateway,
            keeper=self.keeper,
            settler=Settler(self.db),
            web=self.web,
            meters=self.meters,
            patience=Patience(settings.llm.max_attempts, settings.llm.backoff_s),
            item_timeout_s=settings.item_timeout_s,
            user_month_usd=settings.budget.user_month_usd,
        )
        return Pump(
            self.db,
            self.bus,
            gateway,
            self.keeper,
            Executor(tools),
            slots=settings.worker.concurrency,
            serves=self.serves,
            meters=self.meters,
            payer=payer,
        )

    def _purse(self, settings: Settings, user_id: str) -> tuple[Gateway, Pump]:
        """What works for one person who pays for himself."""
        gateway = Gateway(settings, sharing=self.sharing, payer=user_id)
        return gateway, self._pump(settings, gateway, user_id)

    def _watched(self) -> list[tuple[Gateway, str | None]]:
        return [(self.gateway, None), *self.payers.watched()]

    def _painter(self) -> Painter:
        maker = Maker(self.storage, covers_from_settings(self.settings))
        keeper = Keeper(self.db, self.bus, self.settings.worker.lease_s)
        return Painter(self.db, self.bus, maker, keeper, self.meters)

    async def start(self, name: str = "") -> None:
        """Begin on this loop: the reconciler; of pump and painter, with heartbeat and watch, what is served.

        `name`: what a monitor of Celery's calls this process, where there is a broker.
        """
        self.bus.start()
        await self.live.refresh()
        keepers: list[Keeper] = []
        parts = [self.live.watch(), self.reconciler.run()]
        if self.serves.kinds or self.serves.clicked:
            self._pumping = asyncio.create_task(self.pump.run())
            parts.append(self.payers.run())
            keepers.append(self.keeper)
        if self.serves.covers:
            parts.append(self.painter.run())
            keepers.append(self.painter.keeper)
        parts += [keeper.renew_forever() for keeper in keepers]
        parts += [keeper.watch_forever() for keeper in keepers]
        self._loops = [asyncio.create_task(part) for part in parts]
        if self.mail is not None:
            self.mail.start(name)

    def _hinted(self, hints: Sequence[Hint]) -> None:
        """What was committed waits to be made: word of it to the others."""
        for hint in hints if tracing.is_on() else ():
            tracing.hinted(hint.task_id or hint.item_id, hint.item_id)
        if self.mail is not None:
            self.mail.offer(hints)

    def look(self) -> None:
        """There is news of work: pump and painter look at once."""
        self.pump.look()
        self.payers.look_at_work()
        self.painter.look()

    async def reconfigure(self, settings: Settings) -> None:
        """What starts from now on goes by these settings; what is under way ends by those it began with."""
        replaced: LocalRuntime | None = None
        if _local_needs(settings) != _local_needs(self.settings):
            replaced, self.local = self.local, _local(settings)
        if settings.covers != self.settings.covers:
            self.painter.use(covers_from_settings(settings))
        before, pump, pumping = Before(self.gateway, replaced, self.web.searcher), self.pump, self._pumping
        self.settings = settings
        self.gateway = Gateway(settings, local=self.local, sharing=self.sharing)
        self.web = Web(searcher_from_settings(settings), self.web.checker)
        self.reconciler.watch_models_of(self.gateway)
        self.painter.use(covers_from_settings(settings))
        self.pump = self._pump(settings, self.gateway)
        self.payers.use(settings)
        if pumping is not None:
            pump.stop()
            self.bus.wake({WORK})
            self._pumping = asyncio.create_task(self.pump.run())
        retiring = asyncio.create_task(self._retire(before, pumping))
        self._retiring.add(retiring)
        retiring.add_done_callback(self._retiring.discard)

    async def _retire(self, before: "Before", pumping: asyncio.Task[None] | None) -> None:
        """Close what nothing uses any more, once all that was under way has ended."""
        try:
            if pumping is not None:
                await asyncio.wait([pumping])
            if under_way := self.keeper.tasks():
                await asyncio.wait(under_way)
        finally:
            await before.close()

    async def take_all_back(self) -> int:
        """Take the leases of a dead process tree back: only for who holds the lock on the data folder.

        With another process on the database they may be that one's: then leases run out by themselves.
        """
        if await self._has_company():
            return 0
        async with self.db.reading() as snapshot:
            leased = await reaping.leased_tasks(snapshot)
        alone = sum(leased.values()) == 1
        for task_id in leased:
            await self.db.transact(partial(reaping.take_all_back, task_id=task_id, alone=alone))
        return sum(leased.values()) + await self.db.transact(covering.take_all_back)

    async def _has_company(self) -> bool:
        """A process that was just killed may seem to be there for a moment."""
        for _ in range(_COMPANY_LOOKS):
            if not await self.db.has_company():
                return False
            await asyncio.sleep(_COMPANY_LOOK_S)
        return True

    async def drain(self, seconds: float) -> int:
        """Claim nothing more, let items finish for `seconds`, give the rest back; how many go on later."""
        if self.mail is not None:
            self.mail.stop_listening()
        self.pump.stop()
        self.payers.stop()
        self.bus.wake({WORK})
        await self.painter.drain()
        await self.keeper.idle(seconds)
        left = await self.keeper.abandon()
        await self._release(left)
        return len(left)

    async def _release(self, left: Sequence[Running]) -> None:
        keys: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for running in left:
            keys[running.claimed.task_id].append(running.claimed.key)
        alone = len(left) == 1 and left[0].alone
        for task_id, mine in keys.items():
            await self.db.transact(partial(reaping.release, task_id=task_id, keys=mine, alone=alone))

    async def close(self) -> None:
        """End the loops and give everything back."""
        loops = [*self._loops, *self._retiring, *([self._pumping] if self._pumping is not None else [])]
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        if self.mail is not None:
            await asyncio.to_thread(self.mail.close)
        await self.bus.close()
        await self.painter.close()
        await self.payers.close()
        await self.gateway.close()
        if self.sharing is not None:
            await self.sharing.close()
        if self.local is not None:
            await self.local.close()
        if self.web.searcher is not None:
            await self.web.searcher.aclose()
        await self.db.close()
        self.storage.close()
        await asyncio.to_thread(tracing.flush)


@dataclass(frozen=True)
class Before:
    """What calls went through until the settings changed; `local` None: it goes on."""

    gateway: Gateway
    local: LocalRuntime | None
    searcher: Searcher | None

    async def close(self) -> None:
        """End it all."""
        await self.gateway.close()
        if self.local is not None:
            await self.local.close()
        if self.searcher is not None:
            await self.searcher.aclose()


def _uses_local(settings: Settings) -> bool:
    agents = (agent.model or settings.llm.model for _, agent in settings.llm.agents)
    return "local" in {settings.llm.model, *agents}


def _local_needs(settings: Settings) -> tuple[object, ...]:
    """What the local model's process is started with; another such needs another process."""
    llm = settings.llm
    return (_uses_local(settings), llm.local_model, llm.local_path, llm.max_concurrency)


def _local(settings: Settings) -> LocalRuntime | None:
    """The local model's runtime, when an agent needs it; its child process starts with the first call."""
    if not _uses_local(settings):
        return None
    from trailwright.llm.local import LocalModel  # noqa: PLC0415 - heavy, and an extra

    return LocalModel(settings)
