"""Spans for OpenTelemetry: request, hint, item, model call, and the statements of each.

All that is made for a task is one trace, whose number follows from the task's; an item's hint has a number
that follows from the item's. So the span of an item finds its parent in every process, and no message or row
carries it. A hint is linked with the request, or the item, that asked.

Made only where `OTEL_EXPORTER_OTLP_ENDPOINT` names who collects them and the extra `traces` is installed; its
other standard variables hold too. Elsewhere each function here costs a look at one name.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from trailwright.kit.log import get_logger

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Tracer
    from sqlalchemy.ext.asyncio import AsyncEngine

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_SPAN = "trailwright_span"
_FLUSH_MS = 2_000

log = get_logger(__name__)
_provider: "TracerProvider | None" = None
_tracer: "Tracer | None" = None
_given: ContextVar[tuple[int, int] | None] = ContextVar("given", default=None)
"""The numbers of the trace and the span that are about to be made; None: any."""


def begin() -> None:
    """Collect from now on, if anybody wants it; once a process."""
    global _provider, _tracer  # noqa: PLW0603 - one a process, as OpenTelemetry has it
    if _tracer is not None or not any(os.environ.get(name) for name in _ENDPOINTS):
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - an extra
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - an extra
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - an extra
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - an extra
        from opentelemetry.sdk.trace.id_generator import RandomIdGenerator  # noqa: PLC0415 - an extra
    except ImportError:
        log.warning("no traces: pip install 'trailwright[traces]'")
        return
    named = {} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": "trailwright"}

    class Numbers(RandomIdGenerator):
        def generate_trace_id(self) -> int:
            given = _given.get()
            return super().generate_trace_id() if given is None else given[0]

        def generate_span_id(self) -> int:
            given = _given.get()
            return super().generate_span_id() if given is None else given[1]

    _provider = TracerProvider(resource=Resource.create(named), id_generator=Numbers())
    _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _tracer = _provider.get_tracer("trailwright")


def is_on() -> bool:
    """Whether somebody collects."""
    return _tracer is not None


def flush() -> None:
    """Send what is there; blocks for two seconds at most."""
    if _provider is not None:
        _provider.force_flush(_FLUSH_MS)


@contextmanager
def span(name: str, parent: Any = None, **facts: str | int) -> Iterator[Any]:
    """What happens in the block is this span, a child of `parent`, or of the one it happens in."""
    if _tracer is None:
        yield None
        return
    with _tracer.start_as_current_span(name, parent, attributes=facts) as made:
        yield made


def caller(traceparent: str) -> Any:
    """The parent that a request names; None without one."""
    if _tracer is None or not traceparent:
        return None
    from opentelemetry.trace.propagation import tracecontext  # noqa: PLC0415 - an extra

    return tracecontext.TraceContextTextMapPropagator().extract({"traceparent": traceparent})


def hinted(task_id: str, item_id: str) -> None:
    """An item of a task waits to be made: a span that is linked with what asked for it."""
    if _tracer is None:
        return
    from opentelemetry.context import Context  # noqa: PLC0415 - an extra
    from opentelemetry.trace import Link, get_current_span  # noqa: PLC0415 - an extra

    now = get_current_span().get_span_context()
    links = [Link(now)] if now.is_valid else []
    given = _given.set((_number(task_id, 16), _number(item_id, 8)))
    facts = {"task_id": task_id, "item_id": item_id}
    _tracer.start_span("hint", Context(), links=links, attributes=facts).end()
    _given.reset(given)


def hint_of(task_id: str, item_id: str) -> Any:
    """The parent of an item's span, in whichever process: its hint."""
    if _tracer is None:
        return None
    from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context  # noqa: PLC0415 - an extra

    sampled = TraceFlags(TraceFlags.SAMPLED)
    hint = SpanContext(_number(task_id, 16), _number(item_id, 8), is_remote=True, trace_flags=sampled)
    return set_span_in_context(NonRecordingSpan(hint))


def _number(name: str, size: int) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:size], "big")


def watch(engine: "AsyncEngine") -> None:
    """A span for each statement that is part of something; who only looks around makes none."""
    if _tracer is None:
        return
    from opentelemetry.trace import get_current_span  # noqa: PLC0415 - an extra

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def _begin(connection: Any, cursor: Any, statement: str, params: Any, context: Any, many: bool) -> None:  # noqa: FBT001 - SQLAlchemy's form
        del connection, cursor, params, many
        if _tracer is not None and get_current_span().is_recording():
            verb = statement.split(maxsplit=1)[0].upper()
            made = _tracer.start_span(verb, attributes={"db.statement": statement[:500]})
            setattr(context, _SPAN, made)

    @event.listens_for(engine.sync_engine, "after_cursor_execute")
    def _end(connection: Any, cursor: Any, statement: str, params: Any, context: Any, many: bool) -> None:  # noqa: FBT001 - as above
        del connection, cursor, statement, params, many
        if (made := getattr(context, _SPAN, None)) is not None:
            made.end()

    @event.listens_for(engine.sync_engine, "handle_error")
    def _fail(found: Any) -> None:
        if (made := getattr(found.execution_context, _SPAN, None)) is not None:
            made.record_exception(found.original_exception)
            made.end()
