"""Requests of all processes, counted in Redis; while it is away nobody waits for it."""

import time

from trailwright.kit.broker import Broker
from trailwright.kit.redis_client import AWAY, connect, disconnect
from trailwright.limits.rates import WINDOW_S

_PREFIX = "trailwright:requests"
_TIMEOUT_S = 0.25
_AGAIN_S = 5.0
"""After a failure so long nothing is asked: a Redis that hangs costs one request a quarter of a second."""


class RedisRates:
    """One counter per key and minute, which Redis itself forgets."""

    def __init__(self, broker_url: str) -> None:
        self._redis = connect(Broker.parse(broker_url), timeout_s=_TIMEOUT_S)
        self._away_until = 0.0

    async def count(self, key: str, window: int) -> int | None:
        """The count with this one; None while Redis is away."""
        if time.monotonic() < self._away_until:
            return None
        name = f"{_PREFIX}:{window}:{key}"
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.incr(name)
                pipe.expire(name, 2 * WINDOW_S)
                count, _ = await pipe.execute()
        except AWAY:
            self._away_until = time.monotonic() + _AGAIN_S
            return None
        return int(count)

    async def close(self) -> None:
        """Give the connections back."""
        await disconnect(self._redis)
