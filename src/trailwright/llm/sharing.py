"""How a process shares its models' limits with the other workers: by Redis, by counting them, or not."""

import asyncio
import secrets
import time
from collections.abc import Callable

from trailwright.kit.broker import Broker
from trailwright.kit.db import Database
from trailwright.llm.divided_limits import Company, DividedLimits, keep_divided
from trailwright.llm.limits import Bounds, ModelLimits
from trailwright.llm.shared_state import Times


class Sharing:
    """One per process and loop; makes limits for gateways, which close them. `close` it after them."""

    def __init__(self, broker: Broker | None, db: Database, times: Times | None = None) -> None:
        self._company = Company(db)
        self._times = times or Times()
        self._divided: list[DividedLimits] = []
        self._counting: asyncio.Task[None] | None = None
        self._client = None
        if broker is not None:
            from trailwright.kit.redis_client import connect  # noqa: PLC0415 - only where there is a broker

            self._client = connect(broker, timeout_s=self._times.answer_s)

    def limits(self, model: str, bounds: Bounds, clock: Callable[[], float] = time.monotonic) -> ModelLimits:
        """Of the model that this text names in every process, for who calls it on the running loop."""
        if self._client is not None:
            from trailwright.llm.shared_limits import SharedLimits  # noqa: PLC0415 - as above
            from trailwright.llm.shared_state import SharedState  # noqa: PLC0415 - as above

            state = SharedState(self._client, model, secrets.token_hex(8), self._times)
            return SharedLimits(bounds, state, self._company, times=self._times, clock=clock)
        limits = DividedLimits(bounds.capacity, rpm=bounds.rpm, tpm=bounds.tpm, clock=clock)
        limits.divide(self._company.processes)
        self._divided.append(limits)
        if self._counting is None:
            self._counting = asyncio.create_task(keep_divided(self._company, self._divided))
        return limits

    async def close(self) -> None:
        """End it all."""
        if self._counting is not None:
            self._counting.cancel()
            await asyncio.gather(self._counting, return_exceptions=True)
        if self._client is not None:
            from trailwright.kit.redis_client import disconnect  # noqa: PLC0415 - as above

            await disconnect(self._client)


def sharing_for(broker_url: str | None, db: Database) -> Sharing | None:
    """None where there can be no other worker: no broker, and a database in a file.

    Raises ValueError for a broker's address that is none.
    """
    if broker_url is not None:
        return Sharing(Broker.parse(broker_url), db)
    return None if db.is_sqlite else Sharing(None, db)
