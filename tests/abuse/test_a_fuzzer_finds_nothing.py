"""10,000 malformed bodies, heads and frames: no 5xx, no hang, and the memory stays flat."""

import asyncio
import base64
import json
import random
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import psutil
import pytest

from tests.abuse import fuzz
from tests.abuse.modes import Mode, a_product
from tests.support.product import Home, Nursery, Ordered, Up
from trailwright.api import described

BODIES, HEADS, BROKEN, FRAMES = 4_500, 1_500, 1_000, 3_000
AT_ONCE = 12
FRAMES_EACH = 10
WARM = 1_500
"""Requests after which caches are full and memory must stay."""

GROWS_MB = 40
Ids = dict[str, str]
SIGNS_OUT = {
    ("post", "/api/v1/auth/logout"),
    ("delete", "/api/v1/auth/sessions"),
    ("delete", "/api/v1/auth/sessions/{session_id}"),
}
"""After these everything would be 401."""


def operations() -> list[tuple[str, str, Any]]:
    """Method, path and a good body of each operation."""
    document = described()
    found = []
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            if (verb, path) in SIGNS_OUT:
                continue
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            good = example(document, content.get("schema", {})) if content else {}
            found.append((verb.upper(), path, good))
    return found


def example(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """Something that the schema takes, more or less."""
    if "$ref" in schema:
        return example(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if either := schema.get("anyOf") or schema.get("oneOf"):
        return example(document, either[0])
    kind = schema.get("type")
    if kind == "object":
        return {name: example(document, one) for name, one in schema.get("properties", {}).items()}
    if kind == "array":
        return [example(document, schema.get("items", {}))]
    plain: dict[str | None, Any] = {"integer": 1, "number": 1, "boolean": True}
    return schema.get("enum", [plain.get(kind, "en")])[0]


def filled(rng: random.Random, path: str, ids: Ids) -> bytes:
    """The path with ids that are there, or that cannot be."""
    for name in ("task_id", "roadmap_id", "concept_id", "content_type", "user_id", "version", "number"):
        odd = rng.choice(["%00", "x" * 300, "..%2f", "%ff", "a%20b", "-1", "99999999999999999999"])
        path = path.replace(f"{{{name}}}", ids.get(name, "1") if rng.random() < 0.8 else odd)
    path = path.replace("{", "").replace("}", "")
    if rng.random() < 0.3:
        path += rng.choice(["?limit=-1", "?limit=%00", "?q=" + "%f0" * 50, "?after_seq=x", "?a=b&" * 200])
    return path.encode()


class Run:
    """One product, and what it was sent."""

    def __init__(self, up: Up, ids: Ids, word: str) -> None:
        self.found = fuzz.Found()
        self._proof = b"Authorization: Bearer %s" % word.encode() if word else b"X-Trailwright: 1"
        self._ids = ids
        self._process = psutil.Process(up.pid)
        self._place = up.api.url.removeprefix("http://")
        self._host, port = self._place.split(":")
        self._port = int(port)
        self._operations = operations()
        self._seeds = fuzz.seeds()

    @property
    def memory_mb(self) -> float:
        """Of the product and its children."""
        family = [self._process, *self._process.children(recursive=True)]
        return sum(one.memory_info().rss for one in family) / 1e6

    async def body(self) -> None:
        """An honest request with a body that is none."""
        rng = random.Random(next(self._seeds))
        method, path, good = rng.choice([one for one in self._operations if one[2] or one[0] != "GET"])
        sent = fuzz.body(rng, good)
        lines = [f"{method} ".encode() + filled(rng, path, self._ids) + b" HTTP/1.1"]
        lines += [b"Host: " + self._place.encode(), b"Connection: close", b"Content-Type: application/json"]
        lines.append(self._proof)
        lines.append(b"Content-Length: %d" % len(sent))
        await self._ask(b"\r\n".join(lines) + b"\r\n\r\n" + sent)

    async def head(self) -> None:
        """An odd head to any operation."""
        rng = random.Random(next(self._seeds))
        method, path, _ = rng.choice(self._operations)
        where = filled(rng, path, self._ids)
        await self._ask(fuzz.request(rng, method.encode(), where, b"", self._place))

    async def broken(self) -> None:
        """What is hardly HTTP."""
        await self._ask(fuzz.broken(random.Random(next(self._seeds)), self._place), whole=False)

    async def frames(self) -> None:
        """A socket that is sent ten frames."""
        rng = random.Random(next(self._seeds))
        key = base64.b64encode(rng.randbytes(16)).decode()
        hello = fuzz.UPGRADE.format(task_id=self._ids["task_id"], place=self._place, key=key).encode()
        began = time.monotonic()
        frames = [fuzz.frame(rng) for _ in range(FRAMES_EACH)]
        kind = await fuzz.talk(self._host, self._port, hello, frames)
        self.found.add(kind, time.monotonic() - began, b"".join(frames))

    async def _ask(self, sent: bytes, *, whole: bool = True) -> None:
        began = time.monotonic()
        kind = await fuzz.ask(self._host, self._port, sent, whole=whole)
        self.found.add(kind, time.monotonic() - began, sent)

    async def many(self, one: Callable[[], Awaitable[None]], count: int) -> None:
        """So many, a dozen at once."""
        left = iter(range(count))

        async def some() -> None:
            for _ in left:
                await one()

        await asyncio.gather(*(some() for _ in range(AT_ONCE)))


async def ids_of(up: Up, ordered: Ordered) -> Ids:
    concepts = await up.api.concepts(ordered.roadmap_id)
    return {
        "task_id": ordered.task_id,
        "roadmap_id": ordered.roadmap_id,
        "concept_id": concepts[0]["concept_id"],
        "content_type": "tutorial",
        "user_id": "me",
    }


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", ["local", "accounts"])
async def test_ten_thousand_malformed_things(
    home_on_sqlite: Home, nursery: Nursery, capsys: pytest.CaptureFixture[str], mode: Mode
) -> None:
    async with a_product(home_on_sqlite, nursery, mode) as (up, word):
        ordered = await up.api.order()
        await up.api.ended(ordered.task_id)
        run = Run(up, await ids_of(up, ordered), word)
        began = time.monotonic()
        await run.many(run.body, WARM)
        await run.many(run.frames, 30)
        before = run.memory_mb
        await run.many(run.body, BODIES - WARM)
        await run.many(run.head, HEADS)
        await run.many(run.broken, BROKEN)
        await run.many(run.frames, FRAMES // FRAMES_EACH - 30)
        seconds, after = time.monotonic() - began, run.memory_mb
        with capsys.disabled():
            sys.stdout.write(
                f"\n{mode}: {BODIES} bodies, {HEADS} heads, {BROKEN} wires, {FRAMES} frames; "
                f"{seconds:.0f} s, "
                f"slowest {run.found.slowest_s:.2f} s; memory {before:.0f} -> {after:.0f} MB; "
                f"{json.dumps(dict(sorted(run.found.statuses.items())))}\n"
            )
        assert not run.found.bad, run.found.bad[:5]
        assert after - before < GROWS_MB
        assert (await up.api.client.get("/health/ready")).status_code == 200
        assert "Traceback" not in up.said
