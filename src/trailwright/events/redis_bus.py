"""Wake-ups between processes, by Redis pub/sub: a channel for each topic that somebody listens to.

Listeners of this process are woken at once and by this process alone; everything that has to do with Redis
happens in tasks of its own, so a Redis that hangs delays no commit and no request. What cannot be sent soon
is dropped: who hears nothing looks again by himself.
"""

import asyncio
import random
import secrets
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

import orjson
from redis.asyncio.client import PubSub

from trailwright.events.bus import LOOK_AGAIN_S, WORK, Bus, Ear
from trailwright.events.shapes import Event, EventType
from trailwright.kit.broker import Broker
from trailwright.kit.log import get_logger
from trailwright.kit.redis_client import AWAY, TIMEOUT_S, Backoff, connect, disconnect, end

log = get_logger(__name__)

MOST_TOPICS = 1_000
"""Topics that may wait to be sent."""
MOST_LOSSY = 256
"""Payloads that may wait to be sent."""
MOST_BYTES = 32_768
"""A larger message is neither sent nor read."""
APART_S = 0.02
"""Between two batches that are sent; a topic is in a batch once."""
WORK_APART_S = 0.1
"""Others' work wakes this process at most so often: each wake is a look at the database."""
PING_EVERY_S = 2.0

_AT_ONCE = 500
_PREFIX = "trailwright"


class RedisBus(Bus):
    """Between `start` and `close` it speaks to all processes on the same Redis and database number."""

    def __init__(self, broker: Broker) -> None:
        super().__init__()
        self._client = connect(broker)
        self._database = self._client.connection_pool.connection_kwargs.get("db") or 0
        self._me = secrets.token_hex(8)
        self._topics: dict[str, None] = {}
        self._lossy: deque[tuple[str, bytes]] = deque(maxlen=MOST_LOSSY)
        self._to_send = asyncio.Event()
        self._heeded = asyncio.Event()
        self._work_due: asyncio.TimerHandle | None = None
        self._work_at = 0.0
        self._spread: set[asyncio.TimerHandle] = set()
        self._jobs: list[asyncio.Task[None]] = []
        self.connected = asyncio.Event()

    def start(self) -> None:
        """Begin to send and to hear, on the running loop; returns at once, whether Redis is there or not."""
        self._jobs = [asyncio.create_task(self._send_forever()), asyncio.create_task(self._hear_forever())]

    async def close(self) -> None:
        """End it; listeners of this process go on."""
        await end(*self._jobs)
        self._jobs = []
        for timer in (*self._spread, *([self._work_due] if self._work_due is not None else [])):
            timer.cancel()
        await disconnect(self._client)

    def wake(self, topics: Iterable[str]) -> None:
        """Tell listeners of these topics to look: here at once, elsewhere soon."""
        topics = list(topics)
        super().wake(topics)
        for topic in topics:
            if len(self._topics) < MOST_TOPICS:
                self._topics[topic] = None
        self._to_send.set()

    def publish_lossy(self, event: Event) -> None:
        """Feed a `concept_progress` to who listens now, in any process."""
        super().publish_lossy(event)
        message = orjson.dumps({"from": self._me, "event": event})
        if len(message) <= MOST_BYTES:
            self._lossy.append((event["task_id"], message))
            self._to_send.set()

    @contextmanager
    def listen(self, topic: str) -> Iterator[Ear]:
        """An ear for as long as the block lasts; woken once when others can be heard from then on."""
        with super().listen(topic) as ear:
            self._heeded.set()
            try:
                yield ear
            finally:
                self._heeded.set()

    def _channel(self, topic: str) -> str:
        """Channels know no database numbers, so their names tell it."""
        return f"{_PREFIX}.{self._database}.{topic}"

    async def _send_forever(self) -> None:
        backoff = Backoff()
        while True:
            await self._to_send.wait()
            self._to_send.clear()
            try:
                await self._send()
                backoff.reset()
            except AWAY:
                self._lossy.clear()
                await asyncio.sleep(backoff.next_s())
            await asyncio.sleep(APART_S)

    async def _send(self) -> None:
        topics, self._topics = self._topics, {}
        lossy = list(self._lossy)
        self._lossy.clear()
        try:
            await self._publish(topics, lossy)
        except AWAY:
            self._topics = dict(islice((topics | self._topics).items(), MOST_TOPICS))
            self._to_send.set()
            raise

    async def _publish(self, topics: Iterable[str], lossy: Iterable[tuple[str, bytes]]) -> None:
        wake = orjson.dumps({"from": self._me})
        async with self._client.pipeline(transaction=False) as pipeline:
            for topic in topics:
                pipeline.publish(self._channel(topic), wake)
            for topic, message in lossy:
                pipeline.publish(self._channel(topic), message)
            await pipeline.execute()

    async def _hear_forever(self) -> None:
        backoff = Backoff()
        again = False
        while True:
            try:
                async with self._client.pubsub() as pubsub:
                    await self._hear(pubsub, backoff, spread=again)
            except AWAY as error:
                if self.connected.is_set():
                    log.warning("wake-ups of other processes are not heard", error=type(error).__name__)
                self.connected.clear()
            again = True
            await asyncio.sleep(backoff.next_s())

    async def _hear(self, pubsub: PubSub, backoff: Backoff, *, spread: bool) -> None:
        """Until the connection fails. `spread`: it did before, so listeners look, not all in one moment."""
        channel = self._channel(WORK)
        await pubsub.subscribe(channel)
        subscribing = asyncio.create_task(self._subscribe_as_needed(pubsub, {WORK}))
        unanswered = 0
        try:
            while not subscribing.done():
                message = await pubsub.get_message(timeout=PING_EVERY_S if unanswered == 0 else TIMEOUT_S)
                if message is not None:
                    unanswered = 0
                    if message["type"] == "subscribe":
                        backoff.reset()
                        self.connected.set()
                        self._look_once(message["channel"], spread=spread)
                    self._heard(message)
                elif unanswered:
                    raise TimeoutError
                else:
                    unanswered = 1
                    await pubsub.ping()
            await subscribing
        finally:
            await end(subscribing)

    async def _subscribe_as_needed(self, pubsub: PubSub, subscribed: set[str]) -> None:
        """Follow what is listened to here."""
        while True:
            self._heeded.clear()
            wanted = {WORK, *self._ears}
            for few in _portions([self._channel(topic) for topic in wanted - subscribed]):
                await pubsub.subscribe(*few)
            for few in _portions([self._channel(topic) for topic in subscribed - wanted]):
                await pubsub.unsubscribe(*few)
            subscribed = wanted
            await self._heeded.wait()

    def _look_once(self, channel: bytes, *, spread: bool) -> None:
        """What was said on a channel before it was subscribed to is unknown."""
        topic = self._topic(channel)
        if not spread:
            super().wake([topic])
            return
        loop = asyncio.get_running_loop()

        def look() -> None:
            self._spread.discard(timer)
            Bus.wake(self, [topic])

        timer = loop.call_later(random.uniform(0, LOOK_AGAIN_S), look)  # noqa: S311 - jitter
        self._spread.add(timer)

    def _heard(self, message: dict[str, Any]) -> None:
        if message["type"] != "message" or len(message["data"]) > MOST_BYTES:
            return
        topic, said = self._topic(message["channel"]), _read(message["data"])
        if said is None or said.get("from") == self._me:
            return
        if "event" in said:
            if _is_progress(said["event"], topic):
                super().publish_lossy(said["event"])
        elif topic == WORK:
            self._heard_of_work()
        else:
            super().wake([topic])

    def _heard_of_work(self) -> None:
        if self._work_due is not None:
            return
        loop = asyncio.get_running_loop()
        wait_s = max(self._work_at + WORK_APART_S - loop.time(), 0.0)
        self._work_due = loop.call_later(wait_s, self._wake_for_work)

    def _wake_for_work(self) -> None:
        self._work_due = None
        self._work_at = asyncio.get_running_loop().time()
        super().wake([WORK])

    def _topic(self, channel: bytes) -> str:
        return channel.decode(errors="replace").removeprefix(self._channel(""))


def _portions(channels: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(channels), _AT_ONCE):
        yield channels[at : at + _AT_ONCE]


def _read(data: bytes) -> dict[str, Any] | None:
    try:
        said = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return said if isinstance(said, dict) and isinstance(said.get("from"), str) else None


def _is_progress(event: object, topic: str) -> bool:
    """Strangers may write to Redis: only what is never stored may come this way."""
    return (
        isinstance(event, dict)
        and event.get("type") == EventType.CONCEPT_PROGRESS.value
        and event.get("task_id") == topic
        and "seq" not in event
    )
