"""Wake-ups within one process. Losing one costs a look, never a fact: who hears nothing looks again."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from trailwright.events.shapes import Event

LOOK_AGAIN_S = 2.0
_LOSSY_MAX = 256
ANY = "*"


class Ear:
    """One listener of one task: woken by commits, fed lossy payloads."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()
        self.lossy: list[Event] = []

    def wake(self) -> None:
        """Something was committed."""
        self._woken.set()

    def feed(self, event: Event) -> None:
        """A payload that may be lost; a slow ear keeps none."""
        if len(self.lossy) < _LOSSY_MAX:
            self.lossy.append(event)
        self._woken.set()

    async def wait(self, timeout_s: float = LOOK_AGAIN_S) -> None:
        """Until woken, at most `timeout_s`; then hearing starts anew."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._woken.wait()
        except TimeoutError:
            return
        finally:
            self._woken.clear()

    def take_lossy(self) -> list[Event]:
        """What was fed since the last call."""
        taken, self.lossy = self.lossy, []
        return taken


class Bus:
    """`wake` and `listen` by task; `ANY` hears every task."""

    def __init__(self) -> None:
        self._ears: dict[str, set[Ear]] = defaultdict(set)

    def wake(self, task_ids: set[str]) -> None:
        """Tell listeners of these tasks, and of any, to look."""
        for task_id in (*task_ids, ANY):
            for ear in self._ears.get(task_id, ()):
                ear.wake()

    def publish_lossy(self, event: Event) -> None:
        """Feed a `concept_progress` to who listens now; nobody else ever sees it."""
        for ear in self._ears.get(event["task_id"], ()):
            ear.feed(event)

    @contextmanager
    def listen(self, task_id: str) -> Iterator[Ear]:
        """An ear for as long as the block lasts. Listen first, then read."""
        ear = Ear()
        self._ears[task_id].add(ear)
        try:
            yield ear
        finally:
            self._ears[task_id].discard(ear)
            if not self._ears[task_id]:
                del self._ears[task_id]
