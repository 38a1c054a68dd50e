"""Following a task's log: one tailer per process and task serves all its sockets and streams.

A reader joins the tailer first, then replays what was written before by pages, each read with the
connection given back before anything is sent, then takes what the tailer hands out. So every event comes
once, in order, without a gap.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import orjson
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from trailwright.events import log as event_log
from trailwright.events.bus import Bus, Ear
from trailwright.events.models import events
from trailwright.events.shapes import TERMINAL_EVENTS, Event
from trailwright.kit.db import Database, Snapshot
from trailwright.kit.log import get_logger

log = get_logger(__name__)

MAX_WAITING = 1024
"""Events a reader may lag behind before it is closed as too slow."""

LOSSY_BELOW = MAX_WAITING // 2
LOOK_APART_S = 0.05
"""At least this much between two looks at the log, so that a burst is read in pages."""

AWAY = (SQLAlchemyError, OSError)
AWAY_S = 1.0
"""Wait before asking a database again that could not be reached."""

CLOSE_WITHIN_S = 1.0
"""So long a tailer that waits for the database may take to end by itself."""

STOPPING = "server_stopping"


@dataclass(frozen=True)
class Head:
    """A task as far as its readers need it."""

    task_id: str
    user_id: str
    status: str
    current_step: str
    last_seq: int


HeadOf = Callable[[Snapshot, str], Awaitable[Head | None]]


@dataclass(frozen=True)
class Sent:
    """One event as text, written once for all readers; `seq` None: not kept."""

    seq: int | None
    text: str


def as_text(event: Event) -> Sent:
    """An event in the form in which it leaves."""
    return Sent(event.get("seq"), orjson.dumps(event).decode())


class TooSlow(Exception):  # noqa: N818 - an outcome: the reader comes back with after_seq
    """The reader lags too far behind."""


class Reader:
    """What one socket still has to send."""

    def __init__(self) -> None:
        self._waiting: deque[Sent] = deque()
        self._more = asyncio.Event()
        self.overrun = asyncio.Event()
        self.ended: str | None = None

    def push(self, sent: Sent) -> None:
        """Hand an event over; a reader that is full is given up, a lossy one is skipped earlier."""
        if self.overrun.is_set() or (sent.seq is None and len(self._waiting) >= LOSSY_BELOW):
            return
        if len(self._waiting) >= MAX_WAITING:
            self.overrun.set()
            self._waiting.clear()
        else:
            self._waiting.append(sent)
        self._more.set()

    def end(self, reason: str) -> None:
        """Nothing follows."""
        self.ended = self.ended or reason
        self._more.set()

    async def take(self) -> Sent | None:
        """The next event; None at the end. Raises `TooSlow`."""
        while not self._waiting:
            if self.overrun.is_set():
                raise TooSlow
            if self.ended is not None:
                return None
            self._more.clear()
            await self._more.wait()
        return self._waiting.popleft()


class Tailer:
    """Reads one task's log as it grows and hands it to its readers; ends with a terminal last row."""

    def __init__(self, db: Database, bus: Bus, task_id: str) -> None:
        self._db = db
        self._bus = bus
        self._task_id = task_id
        self._readers: set[Reader] = set()
        self._ear: Ear | None = None
        self._newest = ""
        self.users = 0
        self.seq = 0
        self.ended: str | None = None
        self.ready = asyncio.Event()
        self.job = asyncio.create_task(self._run())

    def join(self, reader: Reader) -> int:
        """Once `ready`: everything after the returned number is handed to `reader`."""
        self._readers.add(reader)
        if self.ended is not None:
            reader.end(self.ended)
        return self.seq

    def leave(self, reader: Reader) -> None:
        """Hand it nothing more."""
        self._readers.discard(reader)

    def end(self, reason: str) -> None:
        """Read nothing more; all readers end."""
        self.ended = self.ended or reason
        self.ready.set()
        for reader in self._readers:
            reader.end(self.ended)
        if self._ear is not None:
            self._ear.wake("closed")

    async def _run(self) -> None:
        try:
            with self._bus.listen(self._task_id) as ear:
                self._ear = ear
                await self._patiently(self._begin)
                while self.ended is None:
                    started = time.monotonic()
                    if not await self._patiently(self._look):
                        await asyncio.sleep(max(0.0, LOOK_APART_S - (time.monotonic() - started)))
                        await ear.wait()
        finally:
            self._ear = None
            self.end(STOPPING)

    async def _patiently(self, look: Callable[[], Awaitable[bool]]) -> bool:
        """Look again while the database is away: readers stay, nothing is lost."""
        while self.ended is None:
            try:
                return await look()
            except AWAY:
                await asyncio.sleep(AWAY_S)
        return False

    async def _begin(self) -> bool:
        newest = (
            select(events.c.seq, events.c.type)
            .where(events.c.task_id == self._task_id)
            .order_by(events.c.seq.desc())
            .limit(1)
        )
        async with self._db.reading() as reader:
            row = await reader.row(newest)
        if row is not None:
            self.seq, self._newest = row["seq"], row["type"]
            if self._newest in TERMINAL_EVENTS:
                self.end(self._newest)
        self.ready.set()
        return True

    async def _look(self) -> bool:
        """Hand out what is new; True when there may be more at once."""
        async with self._db.reading() as reader:
            page = await event_log.page(reader, self._task_id, self.seq)
        lossy = self._ear.take_lossy() if self._ear is not None else []
        for event in page:
            self._hand_out(as_text(event))
            self.seq, self._newest = event["seq"], event["type"]
        full = len(page) == event_log.PAGE
        if self._newest not in TERMINAL_EVENTS:
            for event in lossy:
                self._hand_out(as_text(event))
        elif not full:
            self.end(self._newest)
        return full

    def _hand_out(self, sent: Sent) -> None:
        for reader in self._readers:
            reader.push(sent)


class Stream:
    """One reader's way through a log: replay by pages, then what comes."""

    def __init__(self, db: Database, task_id: str, reader: Reader, after_seq: int, joined_at: int) -> None:
        self._db = db
        self._task_id = task_id
        self._reader = reader
        self._after = after_seq
        self._joined_at = joined_at
        self._page: deque[Sent] = deque()

    @property
    def overrun(self) -> asyncio.Event:
        """Set when the reader lags too far behind, even while it is still sending."""
        return self._reader.overrun

    @property
    def ended(self) -> str | None:
        """Why it ended: the terminal event's type, or `server_stopping`."""
        return self._reader.ended

    async def next(self) -> Sent | None:
        """The next event, each once and in order; None after a terminal last one. Raises `TooSlow`.

        Losing the wait to a cancellation loses no event.
        """
        while not self._page and self._after < self._joined_at:
            await self._replay()
        if self._page:
            return self._page.popleft()
        while (live := await self._reader.take()) is not None:
            if live.seq is None:
                return live
            if live.seq > self._after:
                self._after = live.seq
                return live
        return None

    async def _replay(self) -> None:
        limit = min(event_log.PAGE, self._joined_at - self._after)
        async with self._db.reading() as snapshot:
            page = await event_log.page(snapshot, self._task_id, self._after, limit)
        self._page.extend(as_text(event) for event in page)
        self._after = page[-1]["seq"] if page else self._joined_at


class Feed:
    """All tailers of a process. `ping_s`, `comment_s`: seconds between signs of life."""

    def __init__(self, db: Database, bus: Bus, head_of: HeadOf) -> None:
        self._db = db
        self._bus = bus
        self._head_of = head_of
        self._tailers: dict[str, Tailer] = {}
        self._jobs: set[asyncio.Task[None]] = set()
        self.ping_s = 20.0
        self.comment_s = 15.0

    @property
    def readers(self) -> int:
        """Sockets and streams that are open now."""
        return sum(tailer.users for tailer in self._tailers.values())

    async def head(self, task_id: str) -> Head | None:
        """The task as it is now; None when there is none."""
        async with self._db.reading() as reader:
            return await self._head_of(reader, task_id)

    @contextlib.asynccontextmanager
    async def follow(self, task_id: str, after_seq: int) -> AsyncIterator[Stream]:
        """A stream of the task's events after `after_seq`, for as long as the block lasts."""
        tailer = self._tailer(task_id)
        tailer.users += 1
        reader = Reader()
        try:
            await tailer.ready.wait()
            joined_at = tailer.join(reader)
            yield Stream(self._db, task_id, reader, after_seq, joined_at)
        finally:
            tailer.leave(reader)
            tailer.users -= 1
            if not tailer.users:
                self._retire(task_id, tailer)

    async def close(self) -> None:
        """End every stream, for a server that stops: readers come back elsewhere or later."""
        for task_id, tailer in list(self._tailers.items()):
            self._retire(task_id, tailer)
        if self._jobs:
            _, hanging = await asyncio.wait(self._jobs, timeout=CLOSE_WITHIN_S)
            for job in hanging:
                job.cancel()

    def _tailer(self, task_id: str) -> Tailer:
        """The one that follows this task; after its end a new one, for the task may go on."""
        tailer = self._tailers.get(task_id)
        if tailer is None or tailer.ended is not None:
            tailer = self._tailers[task_id] = Tailer(self._db, self._bus, task_id)
            self._jobs.add(tailer.job)
            tailer.job.add_done_callback(self._ended)
        return tailer

    def _ended(self, job: asyncio.Task[None]) -> None:
        self._jobs.discard(job)
        if not job.cancelled() and (fault := job.exception()) is not None:
            log.error("tailer_failed", exc_info=fault)

    def _retire(self, task_id: str, tailer: Tailer) -> None:
        tailer.end(STOPPING)
        if self._tailers.get(task_id) is tailer:
            del self._tailers[task_id]
