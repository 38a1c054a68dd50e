"""Wake-ups within one process. Losing one costs a look, never a fact: who hears nothing looks again."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from trailwright.events.shapes import Event

LOOK_AGAIN_S = 2.0
_LOSSY_MAX = 256
WORK = "work"
"""A topic beside the task ids: items were added, freed or taken away; pumps and keepers look."""


class Ear:
    """One listener of one topic: woken by commits, fed lossy payloads."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()
        self._reasons: set[str] = set()
        self.lossy: list[Event] = []

    def wake(self, reason: str) -> None:
        """Something happened; `reason` says what."""
        self._reasons.add(reason)
        self._woken.set()

    def feed(self, event: Event) -> None:
        """A payload that may be lost; a slow ear keeps none."""
        if len(self.lossy) < _LOSSY_MAX:
            self.lossy.append(event)
        self._woken.set()

    async def wait(self, timeout_s: float = LOOK_AGAIN_S) -> set[str]:
        """Until woken, at most `timeout_s`; why. Then hearing starts anew."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._woken.wait()
        self._woken.clear()
        reasons, self._reasons = self._reasons, set()
        return reasons

    def take_lossy(self) -> list[Event]:
        """What was fed since the last call."""
        taken, self.lossy = self.lossy, []
        return taken


class Bus:
    """`wake` and `listen` by topic: a task's id, or `WORK`."""

    def __init__(self) -> None:
        self._ears: dict[str, set[Ear]] = defaultdict(set)

    def start(self) -> None:
        """Begin to speak with other processes, if it is such a bus; on the loop that uses it."""

    async def close(self) -> None:
        """Speak with no other process any more."""

    def wake(self, topics: Iterable[str]) -> None:
        """Tell listeners of these topics to look."""
        for topic in topics:
            for ear in self._ears.get(topic, ()):
                ear.wake(topic)

    def publish_lossy(self, event: Event) -> None:
        """Feed a `concept_progress` to who listens now; nobody else ever sees it."""
        for ear in self._ears.get(event["task_id"], ()):
            ear.feed(event)

    @contextmanager
    def listen(self, topic: str) -> Iterator[Ear]:
        """An ear for as long as the block lasts. Listen first, then read."""
        ear = Ear()
        self._ears[topic].add(ear)
        try:
            yield ear
        finally:
            self._ears[topic].discard(ear)
            if not self._ears[topic]:
                del self._ears[topic]


def bus_for(broker_url: str | None) -> Bus:
    """One that reaches other processes where there is a broker; to be started and closed by its owner.

    Raises ValueError for an address that is none.
    """
    if broker_url is None:
        return Bus()
    from trailwright.events.redis_bus import RedisBus  # noqa: PLC0415 - only where there is a broker
    from trailwright.kit.broker import Broker  # noqa: PLC0415 - as above

    return RedisBus(Broker.parse(broker_url))
