"""Spans from the request to the model's answer, across processes, at whoever collects them."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.support.product import Home, Nursery

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
"""A `traceparent`: whose trace it is, and which span of it asked."""

ORDER = "POST /tasks/generate"


class Collector(ThreadingHTTPServer):
    """What OTLP over HTTP is sent to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.spans: list[Any] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Receiver(BaseHTTPRequestHandler):
    """One request with spans."""

    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                self.server.spans += scope.spans
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """One that all processes of the test send to."""
    server = Collector()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.url)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
    yield server
    server.shutdown()
    server.server_close()


def way_up(span: Any, spans: dict[bytes, Any]) -> list[str]:
    """The names from a span to the first of its trace that is known."""
    names = []
    while span is not None:
        names.append(span.name)
        span = spans.get(span.parent_span_id)
    return names


async def test_from_the_request_to_the_model(home: Home, nursery: Nursery, collector: Collector) -> None:
    async with home.api(nursery) as api, home.worker(nursery) as worker:
        body = {"preferences": {"learning_goal": "Bake bread"}, "size": "mini"}
        async with httpx.AsyncClient(base_url=api.api.url) as client:
            sent = await client.post("/api/v1/tasks/generate", json=body, headers={"traceparent": CALLER})
        await api.api.until(sent.json()["task_id"], lambda task: task["status"] == "human_review_pending")
        assert await worker.terminated() == 0
        assert await api.terminated() == 0
    spans = {one.span_id: one for one in collector.spans}
    ways = [way_up(one, spans) for one in collector.spans]
    assert ["model", "item intent_analysis", "hint"] in ways
    assert any(way[0] == "INSERT" and way[-1] == ORDER for way in ways)
    [request] = [one for one in collector.spans if one.name == ORDER]
    assert (request.trace_id.hex(), request.parent_span_id.hex()) == tuple(CALLER.split("-")[1:3])
    hints = [one for one in collector.spans if one.name == "hint"]
    assert request.span_id in {link.span_id for one in hints for link in one.links}
    made = [one for one in collector.spans if one.name in {"hint", "model"}]
    assert len({one.trace_id for one in made}) == 1, "all that is made for a task is one trace"
