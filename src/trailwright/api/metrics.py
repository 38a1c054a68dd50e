"""`/metrics` for Prometheus: what this process counted, how it is now, and what waits in the database."""

import hmac
import itertools
from collections.abc import Iterable, Mapping

from fastapi import FastAPI, Request, Response
from prometheus_client import generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool
from starlette.responses import JSONResponse, PlainTextResponse

from trailwright import __version__
from trailwright.api.access import METRICS, local_caller
from trailwright.events.tailer import Feed
from trailwright.tasks.upkeep import waiting_by_kind
from trailwright.work.runtime import Runtime

_FORBIDDEN = "Only this machine, or whoever sends METRICS__TOKEN as a bearer token.\n"


class Now(Collector):
    """How a process is at the moment it is asked; `feed` where it has sockets."""

    def __init__(self, runtime: Runtime, feed: Feed | None) -> None:
        self._runtime = runtime
        self._feed = feed
        self.waiting: Mapping[str, int] = {}

    def collect(self) -> Iterable[Metric]:
        """Gauges, and counters that others keep."""
        yield from itertools.chain(self._work(), self._database(), self._messages())
        if self._feed is not None:
            yield _gauge("sockets", "Readers of event streams: WebSocket and SSE.", self._feed.readers)

    def _work(self) -> Iterable[Metric]:
        runtime = self._runtime
        keepers = (runtime.keeper, runtime.painter.keeper)
        info = GaugeMetricFamily("trailwright_info", "Which version this is.", labels=("version",))
        info.add_metric([__version__], 1)
        yield info
        yield _gauge("running_items", "Items at work here.", sum(len(one.running) for one in keepers))
        yield _gauge("slots", "Items that may be at work here at once.", runtime.settings.worker.concurrency)
        lost = sum(one.counts.leases_lost for one in keepers)
        yield _counter("leases_lost", "Items given up because their lease could not be renewed.", lost)
        late = sum(one.counts.late_refused for one in keepers)
        yield _counter("late_results", "Results refused: the item was somebody else's by then.", late)
        faults = runtime.reconciler.faults
        yield _counter("reconciler_faults", "Parts of reconciler rounds that failed.", faults)

    def _database(self) -> Iterable[Metric]:
        pools = [engine.pool for engine in self._runtime.db.engines]
        sized = [pool for pool in pools if isinstance(pool, QueuePool)]
        used = sum(pool.checkedout() for pool in sized)
        yield _gauge("pool_in_use", "Database connections in use here.", used)
        yield _gauge("pool_size", "Database connections this process may have.", sum(p.size() for p in sized))
        family = GaugeMetricFamily(
            "trailwright_items_waiting",
            "Items that wait for a worker, in the whole installation; the same at every process.",
            labels=("kind",),
        )
        for kind, count in self.waiting.items():
            family.add_metric([kind], count)
        yield family

    def _messages(self) -> Iterable[Metric]:
        if self._runtime.mail is None:
            return
        sent, dropped = self._runtime.mail.counts()
        yield _counter("messages_sent", "Celery messages sent.", sent)
        yield _counter("messages_dropped", "Celery messages dropped: no broker. Costs a look each.", dropped)


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"trailwright_{name}", words, value=value)


def _counter(name: str, words: str, value: float) -> Metric:
    return CounterMetricFamily(f"trailwright_{name}", words, value=value)


def install(app: FastAPI, runtime: Runtime, feed: Feed | None = None) -> None:
    """Serve `/metrics`: to this machine, and to whoever sends the token."""
    now = Now(runtime, feed)
    runtime.meters.registry.register(now)

    async def metrics(request: Request) -> Response:
        if not is_let_in(request, runtime.settings.metrics.token):
            return PlainTextResponse(_FORBIDDEN, 403)
        try:
            async with runtime.db.reading() as reader:
                now.waiting = await waiting_by_kind(reader)
        except (SQLAlchemyError, OSError):
            now.waiting = {}  # told by what is missing; the rest is wanted most just then
        return Response(generate_latest(runtime.meters.registry), media_type=CONTENT_TYPE_LATEST)

    app.add_api_route(METRICS, metrics, include_in_schema=False)


def is_let_in(request: Request, token: SecretStr | None) -> bool:
    """A request of this machine itself, or one with the token, compared in constant time."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if token is not None and scheme.lower() == "bearer":
        return hmac.compare_digest(given.strip().encode(), token.get_secret_value().encode())
    return local_caller(request.scope) is not None


def alone(runtime: Runtime) -> FastAPI:
    """For a worker: `/metrics`, and `/health/live` for whoever restarts what does not answer."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    install(app, runtime)

    async def live() -> Response:
        return JSONResponse({"status": "ok"})

    app.add_api_route("/health/live", live)
    return app
