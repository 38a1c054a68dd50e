"""How many requests came in the present minute, by user or address: here, or in Redis for all processes.

With Redis away each process counts on its own, so a limit holds per process until it is back.
"""

import ipaddress
import time
from collections.abc import Callable
from typing import Protocol

WINDOW_S = 60
_MOST = 50_000
"""Who is counted one by one; beyond, strangers share a count, so memory stays flat."""

_IPV6_NET = 64


def address_key(address: str) -> str:
    """One key per machine: an IPv6 customer has a whole /64."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, _IPV6_NET), strict=False))
    return str(ip)


class Shared(Protocol):
    """Counts for all processes."""

    async def count(self, key: str, window: int) -> int | None:
        """The count with this one; None while nobody can be asked."""

    async def close(self) -> None:
        """Give the connections back."""


class Rates:
    """Counts requests per minute; `hit` says how long one too many must wait."""

    def __init__(self, shared: Shared | None = None, clock: Callable[[], float] = time.time) -> None:
        self._shared = shared
        self._clock = clock
        self._window = 0
        self._counts: dict[str, int] = {}

    async def hit(self, key: str, limit: int) -> int | None:
        """Count one; None when it may pass, else seconds until the next minute."""
        now = self._clock()
        window = int(now // WINDOW_S)
        count = await self._shared.count(key, window) if self._shared is not None else None
        if count is None:
            count = self._here(key, window)
        return None if count <= limit else max(1, round((window + 1) * WINDOW_S - now))

    def _here(self, key: str, window: int) -> int:
        if window != self._window:
            self._window, self._counts = window, {}
        if key not in self._counts and len(self._counts) >= _MOST:
            key = "others"
        self._counts[key] = count = self._counts.get(key, 0) + 1
        return count

    async def close(self) -> None:
        """Give everything back."""
        if self._shared is not None:
            await self._shared.close()


def rates_for(broker_url: str | None) -> Rates:
    """Counts of all processes where there is a broker; to be closed by its owner."""
    if broker_url is None:
        return Rates()
    from trailwright.limits.redis_rates import RedisRates  # noqa: PLC0415 - only where there is a broker

    return Rates(RedisRates(broker_url))
