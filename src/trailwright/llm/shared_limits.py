"""Limits that all workers share through Redis.

A process holds a part of the permits by a lease and gives them out by itself, so a call that follows another
asks nobody. It asks for what it is short of when something waits, gives back what lies idle, and tells a few
times a second what it has open. While Redis is away it goes on with what it had, later with its part among
the workers that were last known; when Redis has forgotten everything, all tell what they have open before
anybody gets more.
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from trailwright.kit.log import get_logger
from trailwright.kit.redis_client import AWAY, Backoff, end
from trailwright.llm.divided_limits import Company, DividedLimits
from trailwright.llm.limits import KEEPS_ONE_FROM, Bounds, Start
from trailwright.llm.shared_state import Asked, Change, Reply, SharedState, Times

log = get_logger(__name__)

PREPARES_WITHIN_S = 0.25
IDLE_S = 0.1
"""A permit that nobody took for so long goes back."""
NEED_S = 1.5
"""So long one stays hungry who was short, and keeps what he was given: until his pump has looked again."""
_TAKEN_WITHIN_S = 0.3
_BUSY_LOOK_S, _IDLE_LOOK_S = 0.2, 1.0
_FIRST_POLL_S, _LAST_POLL_S = 0.03, 0.15
_APART_S = 0.005
_MOST_CHANGES = 1_000
_NOTHING = Reply(*[0] * len(Reply._fields))


class SharedLimits(DividedLimits):
    """`Limits` of one model among all workers; begins to ask Redis when it is first used, on that loop."""

    def __init__(
        self,
        bounds: Bounds,
        state: SharedState,
        company: Company,
        *,
        times: Times,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(bounds.capacity, rpm=bounds.rpm, tpm=bounds.tpm, clock=clock)
        self._bounds, self._state, self._company, self._times = bounds, state, company, times
        self._window_s = times.window_s
        self._rated = bounds.rpm is not None or bounds.tpm is not None
        self._kept = 1 if bounds.capacity >= KEEPS_ONE_FROM else 0
        self._told, self._told_at = _NOTHING, -times.lease_s
        self._alone_since: float | None = None
        self._known, self._workers = False, 1
        self._need, self._need_clicks, self._need_until = 0, 0, 0.0
        self._peaks, self._peak_at = [0, 0], 0.0
        self._fresh, self._fresh_until = 0, 0.0
        self._in_hand: deque[float] = deque()
        self._changes: list[Change] = []
        self._unreported: list[Start] = []
        self._slow_told = 0.0
        self._only = bounds.capacity  # less while Redis may be taking away what has not been told yet
        self._poll_s = _FIRST_POLL_S
        self._nudged, self._hoping = asyncio.Event(), list[asyncio.Future[None]]()
        self._job: asyncio.Task[None] | None = None

    @property
    def alone(self) -> bool:
        """Redis does not answer, or has just forgotten everything: this process takes its own part."""
        return self._alone_since is not None

    def available(self, *, click: bool = False) -> int:
        """Calls that may start now, and those for which `prepare` may find permits."""
        if self._job is None:
            self._nudge()
        here = super().available(click=click)
        if self.alone or self._clock() < self._not_before:
            return here
        told = self._told
        more = max(told.free_clicks if click else told.free, told.entitled)
        if self._rated:
            more = min(more, told.starts_free)
        return min(here + more, self.capacity)

    async def prepare(self, want: int, *, clicks: int = 0) -> bool:
        """Ask the others for what is missing here; waits for their answer a quarter of a second at most.

        True: it waited, and there are some now.
        """
        if self.alone or self._clock() < self._not_before:
            return False
        if want == 0:
            self._fresh = 0
            return False
        self._fresh_until = self._clock() + NEED_S
        if self._room(click=True) >= want and self._room(click=False) >= want - clicks:
            return False
        self._need, self._need_clicks = want, clicks
        self._need_until = self._clock() + NEED_S
        self._poll_s = _FIRST_POLL_S
        answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._hoping.append(answered)
        self._nudge()
        with suppress(TimeoutError):
            async with asyncio.timeout(PREPARES_WITHIN_S):
                await answered
        return self._room(click=True) > 0

    def take(self, want: int, *, click: bool = False) -> int:
        """Up to `want` permits of those that are here; how many were given."""
        given = super().take(want, click=click)
        self._need = max(self._need - given, 0)
        self._need_clicks = max(self._need_clicks - (given if click else 0), 0)
        return given

    def give(self, n: int = 1, *, unused: bool = False) -> None:
        """Permits back; at once to who waits for one elsewhere."""
        super().give(n, unused=unused)
        if self._told.hungry and not self.alone and self._told.all > self._used:
            self._nudge()

    async def again(self, *, click: bool = False) -> None:
        """Wait for one permit; served in order of asking, before any `take`."""
        if self._room(click=click) <= 0:
            self._poll_s = _FIRST_POLL_S
            self._nudge()
        await super().again(click=click)

    def slow(self, seconds: float) -> None:
        """Nothing starts for so many seconds, in no worker."""
        super().slow(seconds)
        self._slow_told = self._not_before
        self._nudge()

    def spend(self, tokens: int) -> None:
        """The true tokens of one call that has ended, in place of the guess made at its start."""
        start = next((one for one in self._starts if one.guessed), None)
        guessed = start.tokens if start is not None else 0
        super().spend(tokens)
        if start is not None and start not in self._unreported:
            self._change(start.at, 0, tokens - guessed)

    async def close(self) -> None:
        """Leave the permits to the others."""
        self.closed = True
        if self._job is not None:
            await end(self._job)
            self._job = None
        with suppress(*AWAY):
            async with asyncio.timeout(self._times.answer_s):
                await self._state.leave()

    def _room(self, *, click: bool) -> int:
        if self.alone:
            return super()._room(click=click)
        now = self._clock()
        if now < self._not_before:
            self._wake_when_time_helps()
            return 0
        if now >= self._told_at + self._times.lease_s:
            return 0
        room = min(self._told.all if click else self._told.bulk, self._only) - self._used
        return max(min(room, len(self._in_hand)) if self._rated else room, 0)

    def _start(self) -> None:
        super()._start()
        self._fresh = max(self._fresh - 1, 0)
        self._peaks[0] = max(self._peaks[0], self._used)
        if not self._rated:
            return
        if self.alone:
            self._unreported.append(self._starts[-1])
        elif self._in_hand:
            self._in_hand.popleft()

    def _forget_newest(self) -> None:
        start = next((one for one in reversed(self._starts) if one.guessed), None)
        if start is None:
            return
        self._starts.remove(start)
        if start in self._unreported:
            self._unreported.remove(start)
        else:
            self._change(start.at, -1, -start.tokens)

    def _nudge(self) -> None:
        """Ask Redis soon."""
        if self._job is None and not self.closed:
            self._job = asyncio.create_task(self._run())
        self._nudged.set()

    async def _run(self) -> None:
        backoff = Backoff()
        while True:
            self._nudged.clear()
            hoping, self._hoping = self._hoping, []
            try:
                async with asyncio.timeout(self._times.answer_s):
                    await self._sync()
            except AWAY as error:
                await self._go_on_alone(type(error).__name__)
                _tell(hoping)
                await asyncio.sleep(backoff.next_s())
                continue
            backoff.reset()
            _tell(hoping)
            await asyncio.sleep(_APART_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pace_s()):
                    await self._nudged.wait()

    async def _sync(self) -> None:
        asked, began = self._ask(), self._clock()
        reported, changes = list(self._unreported), len(self._changes)
        self._only = asked.used
        before = self.available(click=True), self._room(click=True)
        try:
            reply = await self._state.sync(self._bounds, self._kept, asked)
        finally:
            self._only = self.capacity
        del self._changes[:changes]
        self._unreported = [one for one in self._unreported if one not in reported]
        self._hear(reply, asked, began)
        after = self.available(click=True), self._room(click=True)
        if after[1] > before[1] or (before[0] == 0 and after[0] > 0):
            self._changed()
        else:
            self._serve()

    def _ask(self) -> Asked:
        now = self._clock()
        self._room_in_windows(now)  # forgets what is old
        need, clicks = (self._need, self._need_clicks) if now < self._need_until else (0, 0)
        waiting = len(self._waiters)
        clicks += sum(click for _, click in self._waiters)
        if now - self._peak_at >= IDLE_S:
            self._peaks, self._peak_at = [self._used, self._peaks[0]], now
        busy = self._used if self._told.hungry else max(self._used, *self._peaks)
        want = min(max(busy, self._used + need + waiting), self.capacity)
        clicks = min(clicks, want)
        if not self.alone:
            self._told = self._told._replace(bulk=min(self._told.bulk, want), all=min(self._told.all, want))
        self._return_old_starts(now, need + waiting)
        return Asked(
            known=self._known,
            used=self._used,
            own=max(self._own(now), self._used),
            want=want - clicks,
            clicks=clicks,
            starts=max(need + waiting - len(self._in_hand), 0) if self._rated else 0,
            guess=round(self._guess),
            slow_s=max(self._slow_told - now, 0.0),
            fresh=self._fresh if now < self._fresh_until else 0,
            changes=(*self._changes, *self._unreported_changes()),
        )

    def _hear(self, reply: Reply, asked: Asked, began: float) -> None:
        self._known = True
        if not reply.recovering:
            self._among = self._workers = reply.workers
        if reply.missing and self._rated:
            self._unreported = [one for one in self._starts if one.own]
        self._hear_of_fresh(reply.all)
        self._told = reply
        self._told_at = began
        if reply.slow_ms:
            self._not_before = max(self._not_before, self._clock() + reply.slow_ms / 1000)
        if reply.recovering:
            self._be_alone(self._own(began))
            return
        if self.alone:
            log.info("limits are shared again")
            self._alone_since = None
            self._starts = deque(one for one in self._starts if one.own)
        self._in_hand.extend([began] * reply.starts)
        short = asked.want + asked.clicks - reply.all
        self._poll_s = min(self._poll_s * 1.5, _LAST_POLL_S)
        if short <= 0:
            self._need_until = min(self._need_until, self._clock() + _TAKEN_WITHIN_S)

    def _hear_of_fresh(self, permits: int) -> None:
        """What was not here before is fresh until its pump has looked; what has gone again is not."""
        if permits > self._told.all:
            self._fresh += permits - self._told.all
            self._fresh_until = self._clock() + NEED_S
        self._fresh = min(self._fresh, max(permits - self._used, 0))

    def _pace_s(self) -> float:
        """Until the next look at Redis when nothing asks for one."""
        now = self._clock()
        if now < self._not_before:
            wait_s = _LAST_POLL_S
        elif self._waiters or (self._need and now < self._need_until):
            wait_s = self._poll_s
        elif self._told.all > self._used or self._in_hand:
            wait_s = IDLE_S
        else:
            wait_s = _BUSY_LOOK_S if self._used or not self.available(click=True) else _IDLE_LOOK_S
        return wait_s * random.uniform(0.8, 1.0)  # noqa: S311 - jitter

    async def _go_on_alone(self, why: str) -> None:
        """Redis does not answer: what this process had, later its part among all."""
        if not self.alone:
            log.warning("limits are not shared: Redis is away", error=why)
        self._changes = [one for one in self._changes if one.starts >= 0 and one.tokens >= 0]
        self._among = max(self._workers, await self._company.look())
        self._be_alone(self._own(self._clock()))

    def _own(self, now: float) -> int:
        """Permits that this process may use whatever the others do: all these together are not too many.

        Until the leases of all have run out it is what it held, for what was free when it heard of it may
        be another's by now, and what others held above their part is still in use.
        """
        part = self.parts()[0]
        if self._alone_since is None:
            nobody_else = not self._known and self._among == 1
            return part if nobody_else else min(self._told.all, part)
        if now < self._alone_since + self._times.lease_s:
            return min(self._most, part)
        return part

    def _be_alone(self, most: int) -> None:
        if self._alone_since is None:
            self._alone_since = self._clock()
            self._in_hand.clear()
            self._stand_for_others()
        _, self._rpm, self._tpm = self.parts()
        self._most = most
        self._changed()

    def _stand_for_others(self) -> None:
        """What others may have started in the last minute counts here until that minute is over."""
        _, rpm, tpm = self.parts()
        now = self._clock()
        mine = len(self._starts)
        starts, tokens = 0, 0
        if rpm is not None and self._bounds.rpm is not None:
            left = max(self._bounds.rpm - self._told.starts_used, 0) // self._among
            starts = max(rpm - mine - left, 0)
        if tpm is not None and self._bounds.tpm is not None:
            left = max(self._bounds.tpm - self._told.tokens_used, 0) // self._among
            tokens = max(tpm - sum(one.tokens for one in self._starts) - left, 0)
        if tokens:
            starts = max(starts, 1)
        for index in range(starts):
            self._starts.append(Start(now, 0 if index else tokens, guessed=False, own=False))

    def _second(self, at: float) -> int:
        """Redis's second at a moment of this process's clock."""
        return int(self._told.second + self._told.microsecond / 1e6 + at - self._told_at)

    def _change(self, at: float, starts: int, tokens: int) -> None:
        if self._rated and self._known and len(self._changes) < _MOST_CHANGES:
            self._changes.append(Change(self._second(at), starts, tokens))

    def _unreported_changes(self) -> list[Change]:
        """Starts that Redis does not know; none before its clock is known."""
        known = self._unreported if self._known else []
        return [Change(self._second(one.at), 1, one.tokens) for one in known]

    def _return_old_starts(self, now: float, needed: int) -> None:
        while self._in_hand and (self._in_hand[0] < now - _TAKEN_WITHIN_S or len(self._in_hand) > needed):
            self._change(self._in_hand.popleft(), -1, -round(self._guess))


def _tell(hoping: list[asyncio.Future[None]]) -> None:
    for one in hoping:
        if not one.done():
            one.set_result(None)
