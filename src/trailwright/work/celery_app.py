"""Celery carries word of new work from whoever commits it to a process that has room. The only place with it.

The rows are the jobs. A message only makes a pump look before its second is over, so all of them may be lost,
late or doubled; operators see in their monitors what is asked for.
"""

import queue
import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from celery import Celery
from celery.exceptions import OperationalError
from celery.worker import WorkController, state
from redis.backoff import NoBackoff
from redis.retry import Retry

from trailwright.domain.dispatch import NAMES, Hint, Queue
from trailwright.kit.broker import Broker
from trailwright.kit.log import get_logger

MOST_WAITING = 10_000
REST_S = 2.0
"""After a broker that cannot be reached; what waits then is dropped."""

THREADS = 4
STALE_AFTER_S = 600
_SOCKET_S = 5.0
_LAST_S = 1.0

log = get_logger(__name__)


def an_app(broker: Broker, woken: Callable[[], None] = lambda: None) -> Celery:
    """Celery with all names and queues; whatever message comes, `woken` is called on one of its threads."""
    app = Celery("trailwright", broker=broker.celery_url, set_as_current=False)
    app.conf.update(_configuration(broker))
    for name in NAMES:
        app.task(_body(woken), name=name)
    return app


def _body(woken: Callable[[], None]) -> Callable[..., None]:
    def body(item_id: str, task_id: str | None = None) -> None:
        del item_id, task_id  # for people who watch: the pump asks the database what to do
        woken()

    return body


def _configuration(broker: Broker) -> dict[str, Any]:
    found: dict[str, Any] = {
        "broker_transport_options": {
            "socket_timeout": _SOCKET_S,
            "socket_connect_timeout": _SOCKET_S,
            "socket_keepalive": True,
            **(_through_sentinels(broker) if broker.sentinels else {}),
        },
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "result_backend": None,
        "task_ignore_result": True,
        "task_acks_late": False,
        "task_default_queue": Queue.CONTENT.value,
        "task_queues": None,
        "task_create_missing_queues": True,
        "worker_cancel_long_running_tasks_on_connection_loss": True,  # none runs long; False warns
        "worker_send_task_events": True,
        "worker_pool": "threads",
        "worker_hijack_root_logger": False,
    }
    if broker.url.startswith("rediss:") and "ssl_cert_reqs" not in broker.url:
        found["broker_use_ssl"] = {"ssl_cert_reqs": ssl.CERT_REQUIRED}
    return found


def _through_sentinels(broker: Broker) -> dict[str, Any]:
    """The next sentinel is asked at once when one is away; Redis' own client would try that one ten times."""
    once = {"retry": Retry(NoBackoff(), 0), "socket_timeout": 1.0, "socket_connect_timeout": 1.0}
    return {"master_name": broker.master, "sentinel_kwargs": once}


class Sender(threading.Thread):
    """Sends hints from a thread of its own; who hands them in never waits. What is too much is dropped."""

    def __init__(self, app: Celery) -> None:
        super().__init__(name="celery-sender", daemon=True)
        self._app = app
        self._waiting: queue.Queue[Hint | None] = queue.Queue(MOST_WAITING)
        self._ending = threading.Event()
        self.sent = 0
        self.dropped = 0

    def offer(self, hints: Sequence[Hint]) -> None:
        """Send these when there is time; from any thread."""
        for hint in hints:
            try:
                self._waiting.put_nowait(hint)
            except queue.Full:
                self.dropped += 1

    def run(self) -> None:
        """Send until `close`."""
        lost = (OperationalError, OSError, *self._errors())
        while (hint := self._waiting.get()) is not None and not self._ending.is_set():
            try:
                self._send(hint)
            except lost as error:
                log.warning("messages are dropped: no broker", error=type(error).__name__)
                self._drop(1 + self._waiting.qsize())
                self._ending.wait(REST_S)

    def close(self) -> None:
        """End after what is being sent, at most a second later."""
        self._ending.set()
        with suppress(queue.Full):
            self._waiting.put_nowait(None)
        self.join(_LAST_S)

    def _send(self, hint: Hint) -> None:
        self._app.send_task(
            hint.name,
            args=(hint.item_id,),
            kwargs={"task_id": hint.task_id},
            queue=hint.queue.value,
            expires=STALE_AFTER_S,
            retry=False,
            ignore_result=True,
        )
        self.sent += 1

    def _drop(self, count: int) -> None:
        self.dropped += count
        for _ in range(count - 1):
            with suppress(queue.Empty):
                self._waiting.get_nowait()

    def _errors(self) -> tuple[type[Exception], ...]:
        connection = self._app.connection_for_write()
        return (*connection.connection_errors, *connection.channel_errors)


class Listener(threading.Thread):
    """A Celery worker in this process, under `name`, on the named queues. It does no work: see `an_app`."""

    def __init__(self, app: Celery, name: str, queues: Sequence[Queue]) -> None:
        super().__init__(name="celery-listener", daemon=True)
        self._app = app
        self._name = name
        self._queues = [one.value for one in queues]
        self._ending = threading.Event()

    def run(self) -> None:
        """Listen until `close`; Celery itself waits for a broker that is away."""
        while not self._ending.is_set():
            state.should_stop = None
            worker = WorkController(
                app=self._app,
                hostname=self._name,
                pool="threads",
                concurrency=THREADS,
                queues=self._queues,
                without_gossip=True,
                without_mingle=True,
            )
            worker.start()
            if not self._ending.wait(REST_S):
                log.warning("the listener ended and begins again", exitcode=worker.exitcode)

    def stop(self) -> None:
        """Take no more messages from about now on."""
        self._ending.set()
        state.should_stop = 0

    def close(self) -> None:
        """Wait for its end, at most a second; then it is left behind."""
        self.stop()
        self.join(_LAST_S)
