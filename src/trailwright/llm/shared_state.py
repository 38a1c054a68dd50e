"""What workers of one model tell each other in Redis: who holds how many permits, and the rate windows."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from trailwright.llm.limits import Bounds

if TYPE_CHECKING:
    from redis.asyncio import Redis

_SCRIPT = resources.files("trailwright.llm").joinpath("shared_limits.lua").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Times:
    """Seconds. `lease_s`: a silent worker keeps its permits so long; `window_s`: of the rates.

    `grace_s`: after Redis has forgotten everything nobody gets more than what he had for so long.
    """

    lease_s: float = 6.0
    grace_s: float = 3.0
    window_s: float = 60.0
    answer_s: float = 1.0


class Change(NamedTuple):
    """To the windows: starts and tokens more or less in one second of Redis's clock."""

    second: int
    starts: int
    tokens: int


@dataclass(frozen=True)
class Asked:
    """What one worker says. `own`: what it may use if Redis remembers nothing; `known`: Redis knew it before.

    `want`: permits in all but those for `clicks`; `slow_s`: its provider asked for so much rest; `fresh`:
    permits that it got a moment ago and has not come to use.
    """

    known: bool
    used: int
    own: int
    want: int
    clicks: int
    starts: int
    guess: int
    slow_s: float
    fresh: int
    changes: Sequence[Change] = field(default=())


class Reply(NamedTuple):
    """What it may have: `bulk` permits, with those for clicks `all`.

    `free`, `free_clicks`: more that nobody holds; `entitled`: more that others would make room for; `hungry`:
    another waits for permits; `recovering`: Redis has just forgotten everything; `missing`: it had forgotten
    who asks.
    """

    bulk: int
    all: int
    free: int
    free_clicks: int
    entitled: int
    workers: int
    hungry: int
    recovering: int
    missing: int
    slow_ms: int
    starts: int
    starts_free: int
    second: int
    microsecond: int
    starts_used: int
    tokens_used: int


class SharedState:
    """One model's, as one worker sees it. Any call may raise what `redis_client.AWAY` lists."""

    def __init__(self, client: "Redis", model: str, worker: str, times: Times) -> None:
        self._worker = worker
        self._times = times
        name = f"trailwright:limits:{{{hashlib.sha256(model.encode()).hexdigest()[:16]}}}"
        self._keys = [f"{name}:{part}" for part in ("leases", "held", "wanted", "window", "state")]
        self._client = client
        self._script = client.register_script(_SCRIPT)
        self._ahead_s: float | None = None
        """Redis's clock less ours, at most: as it was when its answer had come."""

    async def sync(self, bounds: Bounds, kept: int, asked: Asked) -> Reply:
        """Tell and be told, in one step on Redis's side; one that comes to it too late does nothing."""
        times = self._times
        if self._ahead_s is None:
            self._set_clock(*await self._client.time())
        words: list[str | int] = [
            self._worker,
            bounds.capacity,
            kept,
            round(times.lease_s * 1000),
            int(asked.known),
            asked.used,
            asked.own,
            asked.want,
            asked.clicks,
            asked.starts,
            max(asked.guess, 1),
            bounds.rpm or 0,
            bounds.tpm or 0,
            max(round(times.window_s), 1),
            round(asked.slow_s * 1000),
            round(times.grace_s * 1000),
            self._deadline_ms(),
            asked.fresh,
        ]
        for change in asked.changes:
            words += change
        said = await self._script(keys=self._keys, args=words)
        try:
            reply = Reply(*(int(number) for number in said))
        except (TypeError, ValueError) as error:
            raise OSError("an answer of another form") from error
        self._set_clock(reply.second, reply.microsecond)
        if reply.bulk < 0:
            raise OSError("it came too late")
        return reply

    def _set_clock(self, second: int, microsecond: int) -> None:
        self._ahead_s = second + microsecond / 1e6 - time.monotonic()

    def _deadline_ms(self) -> int:
        """By Redis's clock: until then somebody waits for the answer."""
        assert self._ahead_s is not None  # noqa: S101 - set before
        return round((time.monotonic() + self._ahead_s + self._times.answer_s) * 1000)

    async def leave(self) -> None:
        """Hold nothing any more."""
        async with self._client.pipeline(transaction=True) as pipeline:
            pipeline.zrem(self._keys[0], self._worker)
            pipeline.hdel(self._keys[1], self._worker)
            pipeline.hdel(self._keys[2], self._worker)
            await pipeline.execute()
