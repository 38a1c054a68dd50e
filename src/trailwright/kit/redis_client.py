"""Connections to Redis that give up soon: whoever uses one goes on without it."""

import asyncio
import random
from typing import Any
from urllib.parse import unquote

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from trailwright.kit.broker import Broker

AWAY = (RedisError, OSError, asyncio.TimeoutError)
"""What any call may raise of a Redis that is away, hangs, loads, refuses or has lost its leader."""

TIMEOUT_S = 1.0
LONGEST_WAIT_S = 1.0
_FIRST_WAIT_S = 0.1
_PING_AFTER_S = 5
_CANCEL_AGAIN_S = 0.05


def connect(broker: Broker, *, timeout_s: float = TIMEOUT_S) -> Redis:
    """A client that opens connections when they are needed; `timeout_s` for connecting and for an answer.

    Nothing is tried twice below: the caller knows what a second try means. Close it with `disconnect`.
    """
    options: dict[str, Any] = {
        "retry": Retry(NoBackoff(), 0),
        "socket_timeout": timeout_s,
        "socket_connect_timeout": timeout_s,
        "socket_keepalive": True,
        "health_check_interval": _PING_AFTER_S,
        "protocol": 2,
    }
    if not broker.sentinels:
        return Redis.from_url(broker.url, **options)
    user, password = unquote(broker.user) or None, unquote(broker.password) or None
    account: dict[str, Any] = {"username": user, "password": password, "db": broker.db}
    places = list(broker.sentinels)
    sentinels = Sentinel(places, sentinel_kwargs=options, **options)  # type: ignore[no-untyped-call]  # theirs
    leader: Redis = sentinels.master_for(broker.master, **options, **account)
    return leader


async def disconnect(client: Redis) -> None:
    """Close its connections, those to sentinels too."""
    sentinels = getattr(client.connection_pool, "sentinel_manager", None)
    await client.aclose()
    for sentinel in sentinels.sentinels if sentinels is not None else ():
        await sentinel.aclose()


async def end(*jobs: "asyncio.Task[Any]") -> None:
    """Cancel tasks that use a client, and wait for their end; how they ended is nobody's concern.

    One cancellation may be lost: before Python 3.12 `asyncio.wait_for`, through which the client sends,
    forgets it when the sending is done in the same moment.
    """
    left = set(jobs)
    while left:
        for job in left:
            job.cancel()
        done, left = await asyncio.wait(left, timeout=_CANCEL_AGAIN_S)
        for job in done:
            if not job.cancelled():
                job.exception()


class Backoff:
    """Seconds until the next try: doubled each time up to `LONGEST_WAIT_S`, scattered over half of it."""

    def __init__(self) -> None:
        self._next_s = _FIRST_WAIT_S

    def reset(self) -> None:
        """It went well."""
        self._next_s = _FIRST_WAIT_S

    def next_s(self) -> float:
        """The wait after one more failure."""
        wait_s, self._next_s = self._next_s, min(self._next_s * 2, LONGEST_WAIT_S)
        return wait_s * random.uniform(0.5, 1.0)  # noqa: S311 - jitter
