"""A process's word of new work to others and from them, where there is a broker."""

import asyncio
import os
import platform
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from trailwright.domain.dispatch import Hint, Queue
from trailwright.kit.broker import Broker
from trailwright.settings import Settings

if TYPE_CHECKING:
    from trailwright.work.celery_app import Listener, Sender


class Mail:
    """Sends what is offered; listens to `queues` and calls `woken` on the loop that started it."""

    def __init__(self, broker: Broker, queues: Sequence[Queue], woken: Callable[[], None]) -> None:
        self._broker = broker
        self._queues = queues
        self._woken = woken
        self._sender: Sender | None = None
        self._listener: Listener | None = None

    def start(self, name: str) -> None:
        """Begin, known to monitors as `node_name(name)`."""
        from trailwright.work import celery_app  # noqa: PLC0415 - heavy, and only where there is a broker

        loop = asyncio.get_running_loop()

        def wake() -> None:
            loop.call_soon_threadsafe(self._woken)

        app = celery_app.an_app(self._broker, wake)
        self._sender = celery_app.Sender(app)
        self._sender.start()
        if self._queues:
            self._listener = celery_app.Listener(app, node_name(name), self._queues)
            self._listener.start()

    def offer(self, hints: Sequence[Hint]) -> None:
        """Send these when there is time."""
        if self._sender is not None:
            self._sender.offer(hints)

    def counts(self) -> tuple[int, int]:
        """Messages sent, and dropped because the broker was away or slow."""
        return (self._sender.sent, self._sender.dropped) if self._sender is not None else (0, 0)

    def stop_listening(self) -> None:
        """Take no more messages from about now on."""
        if self._listener is not None:
            self._listener.stop()

    def close(self) -> None:
        """End; blocks for at most two seconds."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        if self._sender is not None:
            self._sender.close()
            self._sender = None


def node_name(name: str = "") -> str:
    """What monitors call a process: `name@host`, by its number without a name."""
    if "@" in name:
        return name
    return f"{name or f'trailwright-{os.getpid()}'}@{platform.node()}"


def mail_of(settings: Settings, queues: Sequence[Queue], woken: Callable[[], None]) -> Mail | None:
    """None without a broker; raises ValueError for an address that is none."""
    if not settings.broker_url:
        return None
    return Mail(Broker.parse(settings.broker_url), queues, woken)
