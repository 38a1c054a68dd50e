"""One claimed item from materials to settle. The only place, beside the reconciler, with a broad `except`."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from trailwright.contents.commands import NewVersion
from trailwright.contents.models import content_versions
from trailwright.domain.content import Receipt
from trailwright.domain.workflow import FRAMEWORK_KINDS, KINDS
from trailwright.errors import BusyError, LeaseLost
from trailwright.events.bus import Bus
from trailwright.kit import tracing
from trailwright.kit.clock import rfc3339
from trailwright.kit.db import AWAY, Database
from trailwright.kit.gate import Rank
from trailwright.kit.log import bound, get_logger
from trailwright.kit.sanitiser import plain
from trailwright.kit.storage import Storage
from trailwright.llm.faults import STOPPING, WORDS, Fault
from trailwright.llm.gateway import Gateway
from trailwright.llm.shapes import Usage
from trailwright.research.faults import SearchFault
from trailwright.tasks import budgets, leases
from trailwright.tasks.leases import Claimed
from trailwright.tasks.outcomes import Delivered, GaveUp, Outcome, Postponed, Spent, StepDone
from trailwright.tasks.settling import settle
from trailwright.work.asking import Asker, Later, Patience
from trailwright.work.keeper import Keeper, Running
from trailwright.work.materials import collect
from trailwright.work.meters import Meters
from trailwright.work.settler import Settler
from trailwright.work.steps import STEPS
from trailwright.work.telling import Teller
from trailwright.work.writing import WRITERS, Web, Written, context_of

SETTLE_AGAIN_S = 0.2
_STORAGE_AWAY = (30.0, "storage_unavailable")
_DATABASE_AWAY = (1.0, "database_unavailable")
_INTERNAL = "Something went wrong inside the program; the log says what. Try again."

log = get_logger(__name__)


@dataclass(frozen=True)
class Tools:
    """What the executor works with; one set per process."""

    db: Database
    bus: Bus
    storage: Storage
    gateway: Gateway
    keeper: Keeper
    settler: Settler
    web: Web
    meters: Meters
    patience: Patience
    item_timeout_s: float
    user_month_usd: float | None = None


class Executor:
    """Runs claimed items. `run` ends with the item settled, or with nothing written."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def run(self, running: Running) -> None:
        """Make and settle one item. Cancelled when the item is taken away: then nothing is written."""
        claimed = running.claimed
        began = time.monotonic()
        asker = self._asker(claimed)
        facts: dict[str, str | int] = {
            "task_id": claimed.task_id,
            "item_id": claimed.item_id,
            "attempt": claimed.attempt,
        }
        name, parent = f"item {claimed.kind.value}", tracing.hint_of(claimed.task_id, claimed.item_id)
        with bound(**facts), tracing.span(name, parent, **facts):
            try:
                outcome = await self._outcome(claimed, asker, began)
            except LeaseLost:
                return
            finally:
                self._give_back(claimed, asker)
            await asyncio.shield(asyncio.ensure_future(self._settle(claimed, outcome, began)))

    def _asker(self, claimed: Claimed) -> Asker:
        tools = self._tools

        async def count_try() -> None:
            if not await tools.db.transact(lambda tx: leases.count_try(tx, claimed)):
                raise LeaseLost

        async def reserve(usage: Usage) -> None:
            await budgets.reserve(tools.db, claimed, usage.cost_usd, tools.user_month_usd)

        return Asker(
            tools.gateway,
            claimed,
            tools.patience,
            count_try=count_try,
            reserve=reserve,
            turn=tools.db.courtesy.turn,
            meters=tools.meters,
        )

    def _give_back(self, claimed: Claimed, asker: Asker) -> None:
        agent = KINDS[claimed.kind].agent
        if agent is not None:
            asker.give_back(agent)

    async def _outcome(self, claimed: Claimed, asker: Asker, began: float) -> Outcome:
        def spent() -> Spent:
            usage = asker.usage
            milliseconds = round((time.monotonic() - began) * 1000)
            return Spent(
                asker.model,
                usage.input_tokens,
                usage.output_tokens,
                usage.cost_usd,
                usage.calls,
                usage.estimated,
                milliseconds,
            )

        limit = asyncio.timeout(self._tools.item_timeout_s)
        try:
            async with limit:
                made = await self._make(claimed, asker)
            return made(spent())
        except Later as later:
            return Postponed(later.wait_s, spent(), later.code)
        except (Fault, SearchFault) as fault:
            log.warning("item failed", code=fault.code, detail=fault.detail)
            stops = fault.code in STOPPING
            return GaveUp(fault.code, plain(fault.message), spent(), stops=stops, detail=fault.detail)
        except (BusyError, *AWAY) as error:
            if limit.expired():
                return GaveUp("model_timeout", WORDS["model_timeout"], spent())
            return _away(error, spent())
        except LeaseLost:
            raise
        except Exception:
            log.exception("item failed inside the program")
            return GaveUp("internal", _INTERNAL, spent())

    async def _make(self, claimed: Claimed, asker: Asker) -> Callable[[Spent], Outcome]:
        """The outcome, but for what it cost."""
        turn = self._tools.db.courtesy.turn
        await turn()
        materials = await collect(self._tools.db, claimed)
        await turn()
        if claimed.kind in FRAMEWORK_KINDS:
            made = await STEPS[claimed.kind](asker, claimed, materials)
            return lambda spent: StepDone(
                made.result, spent, made.words, made.framework, made.summary, list(made.changed)
            )
        teller = Teller(self._tools.bus, claimed)
        asker.on_call = teller.restart
        context = context_of(claimed, materials)
        written = await WRITERS[claimed.kind](asker, claimed, context, self._tools.web, teller)
        await turn()
        version = await self._store(claimed, asker, written)
        return lambda spent: Delivered(version, spent)

    async def _store(self, claimed: Claimed, asker: Asker, written: Written) -> NewVersion:
        """The object first, under a key of item and token; the row that names it comes with settle."""
        key = object_key(claimed)
        await self._tools.storage.put(key, written.value.model_dump_json().encode())
        now = rfc3339(round(time.time() * 1000))
        return NewVersion(
            version_id=written.version_id,
            object_key=key,
            title=written.title,
            summary=written.summary,
            meta=written.meta,
            receipt=Receipt(checked_at=now or "", checks=list(written.checks)),
            model=asker.model,
            prompt_digest=asker.digest,
        )

    async def _settle(self, claimed: Claimed, outcome: Outcome, began: float) -> None:
        """Repeat over database faults until the lease's deadline; a late result is refused and counted."""
        counts = self._tools.keeper.counts
        while True:
            try:
                await self._settle_once(claimed, outcome)
            except LeaseLost:
                if not await self._is_delivered(claimed):
                    counts.late_refused += 1
                    log.info("late result refused")
                return
            except AWAY as error:
                log.warning("settle failed", error=type(error).__name__)
                if time.monotonic() > self._tools.keeper.deadline():
                    return
                await asyncio.sleep(SETTLE_AGAIN_S)
            else:
                name = type(outcome).__name__
                counts.settled[name] = counts.settled.get(name, 0) + 1
                self._tools.meters.settled(claimed.kind, name, time.monotonic() - began)
                return

    async def _settle_once(self, claimed: Claimed, outcome: Outcome) -> None:
        if not isinstance(outcome, Delivered):
            await self._tools.db.transact(lambda tx: settle(tx, claimed, outcome), Rank.BULK)
        elif not await self._tools.settler.deliver((claimed, outcome)):
            raise LeaseLost

    async def _is_delivered(self, claimed: Claimed) -> bool:
        """Whether an earlier try of this settle had succeeded after all."""
        statement = select(content_versions.c.version_id).where(
            content_versions.c.item_id == claimed.item_id, content_versions.c.token == claimed.token
        )
        async with self._tools.db.reading() as snapshot:
            return await snapshot.value(statement) is not None


def _away(error: Exception, spent: Spent) -> Postponed:
    """Storage or database out of reach is no outcome: the item waits, no try is counted."""
    wait_s, code = _DATABASE_AWAY
    if isinstance(error, BusyError):
        wait_s, code = _STORAGE_AWAY
    log.warning("item waits", code=code, error=type(error).__name__)
    return Postponed(wait_s, spent, code)


def object_key(claimed: Claimed) -> str:
    """Where a result lies: the item and the lease it was made under."""
    return f"items/{claimed.item_id}/{claimed.token}.json"
