"""The API's documentation as one plain page, made from the OpenAPI document: no script, no download."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter
from starlette.responses import HTMLResponse

from trailwright.api.access import API
from trailwright.api.pages import page
from trailwright.events.schemas import Frame

_PLACE = "#/components/schemas/"
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "Every error: RFC 9457.",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        **{name: {"type": "string"} for name in ("type", "title", "detail", "code", "request_id")},
        "status": {"type": "integer"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "description": "A wrong field, or a broken rule and where.",
                "properties": {name: {"type": "string"} for name in ("field", "message", "check", "where")},
                "required": ["message"],
            },
        },
    },
}
_ANY_ERROR = {
    "description": "An error",
    "content": {"application/problem+json": {"schema": {"$ref": f"{_PLACE}Problem"}}},
}
_INTRODUCTION = (
    "<h1>The API</h1><p>JSON below <code>/api/v1</code>. Errors are <code>application/problem+json</code> "
    "with a <code>code</code> to act on. A POST may carry an <code>Idempotency-Key</code>: the same request "
    'again gets the first answer. For programs: <a href="openapi.json">openapi.json</a>.</p>'
    "<p>Live events: WebSocket <code>/api/v1/ws/{task_id}?include_history=true&amp;after_seq=0</code>, or "
    "<code>GET /api/v1/tasks/{task_id}/events</code> with <code>Accept: text/event-stream</code>.</p>"
)


def install(app: FastAPI) -> None:
    """Serve the page, and make the document tell errors as they are."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    async def read_docs() -> HTMLResponse:
        return page("Trailwright API", _INTRODUCTION + "".join(_operations(openapi())))

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to change the document
    app.add_api_route(f"{API}/docs", read_docs, methods=["GET"], include_in_schema=False)


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, routes=app.routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = _PROBLEM
    schemas |= _frames()
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = _ANY_ERROR
    return document


def _frames() -> dict[str, Any]:
    """What sockets send, which no route names: `Frame` is any of it."""
    told = TypeAdapter(Frame).json_schema(mode="serialization", ref_template=_PLACE + "{model}")
    named: dict[str, Any] = told.pop("$defs")
    return {**named, "Frame": {"description": "What a socket sends.", **told}}


def _operations(document: Mapping[str, Any]) -> Iterator[str]:
    names = document["components"]["schemas"]
    for path, operations in document["paths"].items():
        for verb, operation in operations.items():
            summary = escape(operation.get("description") or operation.get("summary", ""))
            name = f'<span class="verb">{verb.upper()}</span> <code>{escape(path)}</code>'
            yield f"<h3>{name}</h3><p>{summary}</p>"
            rows = [*_parameters(operation), *_sent(operation, names), *_answered(operation)]
            if rows:
                yield f"<table>{''.join(rows)}</table>"


def _parameters(operation: Mapping[str, Any]) -> Iterator[str]:
    for one in operation.get("parameters", []):
        if one["in"] != "path":
            yield _row(one["name"], one["in"], _kind(one["schema"]))


def _sent(operation: Mapping[str, Any], names: Mapping[str, Any]) -> Iterator[str]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema = content.get("schema", {})
    known = names.get(_kind(schema).removesuffix(" or nothing"), {})
    for name, field in known.get("properties", {}).items():
        yield _row(name, "body" if name in known.get("required", ()) else "body, optional", _kind(field))


def _answered(operation: Mapping[str, Any]) -> Iterator[str]:
    for status, answer in operation["responses"].items():
        for media, content in answer.get("content", {}).items():
            if status != "default":
                yield _row(status, media, _kind(content.get("schema", {})))


def _row(*cells: str) -> str:
    first, *rest = (escape(cell) for cell in cells)
    return f"<tr><td><code>{first}</code></td>{''.join(f'<td>{cell}</td>' for cell in rest)}</tr>"


def _kind(schema: Mapping[str, Any]) -> str:
    """A schema in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        kinds = ["nothing" if one.get("type") == "null" else _kind(one) for one in schema["anyOf"]]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("const", schema.get("type", "any")))
