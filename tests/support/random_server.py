"""A model server that knows only the JSON schema of a request: random answers that are valid by it.

It shares no code with the simulated server. Whatever gets through with this one, too, depends on nothing but
the schema. Run it: `python tests/support/random_server.py --port 0 [--seed N]`; it prints `ready URL`.
"""

import argparse
import json
import random
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

Schema = Mapping[str, Any]

WORDS = (  # noqa: SIM905 - ninety words read better as text
    "anchor apple autumn basin beacon birch bridge candle canyon carbon cedar circle clover copper coral "
    "cotton crystal current desert dragon eagle ember engine falcon feather fiber forest garden glacier "
    "granite harbor harvest hazel helmet hollow island ivory jacket jungle kernel kettle ladder lantern "
    "lemon magnet maple marble meadow mirror motor needle nickel oasis ocean orbit orchid oxygen paddle "
    "pepper piano planet pocket prairie quartz quiver rabbit ribbon river rocket saddle salmon shadow "
    "silver sparrow spiral summit temple thunder timber tunnel turtle valley velvet violet walnut willow"
).split()
MOST_CHARS = 60
"""A text without `maxLength` stays below this; with one, below the smaller of the two."""
MOST_ITEMS = 4
PLAIN_SENTENCES = 40


def an_answer(request: Mapping[str, Any], seed: int) -> str:
    """Valid JSON for the request's schema, random words where it has none; the same for the same seed."""
    rng = random.Random(f"{seed} {json.dumps(request.get('messages'), sort_keys=True)}")
    schema = schema_of(request)
    if schema is not None:
        return json.dumps(a_value(schema, rng, schema), ensure_ascii=False)
    return " ".join(a_sentence(rng) for _ in range(PLAIN_SENTENCES))


def schema_of(request: Mapping[str, Any]) -> Schema | None:
    """The schema in `response_format`, else the first in the text of the messages."""
    format_ = request.get("response_format") or {}
    sent = (format_.get("json_schema") or {}).get("schema")
    if isinstance(sent, dict):
        return sent
    texts = [str(m.get("content")) for m in request.get("messages", ()) if m.get("role") != "assistant"]
    return next((found for text in texts for found in schemas_in(text)), None)


def schemas_in(text: str) -> Iterator[Schema]:
    """JSON objects in the text that look like a schema."""
    decoder = json.JSONDecoder()
    start = 0
    while (start := text.find("{", start)) >= 0:
        try:
            found, start = decoder.raw_decode(text, start)
        except ValueError:
            start += 1
            continue
        if isinstance(found, dict) and ("properties" in found or "$ref" in found):
            yield found


def a_value(schema: Schema, rng: random.Random, root: Schema) -> Any:
    """Any value that the schema allows; of several forms any one."""
    if "$ref" in schema:
        return a_value(_at(root, schema["$ref"]), rng, root)
    forms = schema.get("anyOf") or schema.get("oneOf")
    if forms:
        return a_value(rng.choice(forms), rng, root)
    if "enum" in schema or "const" in schema:
        return rng.choice(schema.get("enum") or [schema["const"]])
    return _of_type(schema, rng, root)


def _of_type(schema: Schema, rng: random.Random, root: Schema) -> Any:
    kind = schema.get("type", "object")
    match rng.choice(kind) if isinstance(kind, list) else kind:
        case "object":
            return {name: a_value(part, rng, root) for name, part in schema.get("properties", {}).items()}
        case "array":
            low = schema.get("minItems", 0)
            count = rng.randint(low, max(low, min(schema.get("maxItems", MOST_ITEMS), low + MOST_ITEMS)))
            return [a_value(schema.get("items", {"type": "string"}), rng, root) for _ in range(count)]
        case "integer" | "number" as number:
            return a_number(schema, rng, whole=number == "integer")
        case "boolean":
            return rng.random() < 0.5
        case "null":
            return None
        case _:
            return a_text(schema, rng)


def a_number(schema: Schema, rng: random.Random, *, whole: bool) -> float:
    """Within the bounds; up to 100 above the lower where there is no upper."""
    low = schema.get("minimum", schema.get("exclusiveMinimum", 0) + ("exclusiveMinimum" in schema))
    high = schema.get("maximum", schema.get("exclusiveMaximum", low + 101) - ("exclusiveMaximum" in schema))
    return rng.randint(low, high) if whole else round(rng.uniform(low, high), 2)


def a_text(schema: Schema, rng: random.Random) -> str:
    """Words within the length that is allowed."""
    low = schema.get("minLength", 0)
    high = max(MOST_CHARS, low)
    high = min(schema.get("maxLength", high), high)
    text = rng.choice(WORDS).capitalize()
    for _ in range(rng.randint(0, 8)):
        text += f" {rng.choice(WORDS)}"
    while len(text) < low:
        text += f" {rng.choice(WORDS)}"
    return text[:high]


def a_sentence(rng: random.Random) -> str:
    return " ".join(rng.choices(WORDS, k=rng.randint(5, 14))).capitalize() + "."


def _at(root: Schema, reference: str) -> Schema:
    node: Any = root
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    found: Schema = node
    return found


def create_app(seed: int = 0) -> Starlette:
    """The server; its manners differ from the simulated one's on purpose."""

    async def complete(request: Request) -> Response:
        asked = await request.json()
        text = an_answer(asked, seed)
        if asked.get("stream"):
            return StreamingResponse(_events(text), media_type="text/event-stream")
        message = {"role": "assistant", "content": text}
        choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
        return JSONResponse({"id": "random", "object": "chat.completion", "choices": choices})

    async def models(_request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": "random", "object": "model"}]})

    return Starlette(
        routes=[
            Route("/v1/chat/completions", complete, methods=["POST"]),
            Route("/v1/models", models),
        ]
    )


async def _events(text: str) -> AsyncIterator[str]:
    """Comments, CRLF, a first piece with nothing but the role, many small pieces, no usage."""
    yield ": this server comments\r\n\r\n"
    yield _event({"role": "assistant"})
    for start in range(0, len(text), 57):
        yield _event({"content": text[start : start + 57]})
    yield _event({}, "stop")
    yield "data: [DONE]\r\n\r\n"


def _event(delta: Mapping[str, str], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return f"data: {json.dumps({'object': 'chat.completion.chunk', 'choices': [choice]})}\r\n\r\n"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with socket.create_server(("127.0.0.1", options.port)) as sock:
        config = uvicorn.Config(
            create_app(options.seed), lifespan="off", log_level="warning", timeout_graceful_shutdown=1
        )
        print(f"ready http://127.0.0.1:{sock.getsockname()[1]}", flush=True)  # noqa: T201 - what it promises
        uvicorn.Server(config).run(sockets=[sock])


if __name__ == "__main__":
    main()
