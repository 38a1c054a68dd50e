"""The product as its users meet it, over HTTP: a process of its own, or inside the loop that runs already."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import httpx
import psutil

from tests.support.source import ROOT
from trailwright.commandline.service import Service
from trailwright.settings import PREFIX, Settings
from trailwright.work.runtime import Runtime

Event = dict[str, Any]
Answer = dict[str, Any]
Point = tuple[str, int, str]
"""A name of `faults.POINTS`, which pass, and SIGKILL or SIGSTOP."""

GOAL = "Bake sourdough bread at home"
ENDED = frozenset({"completed", "partial_failure", "failed", "cancelled"})
CONTENT = ("tutorial", "resources", "quiz")
CONCEPTS, PIECES = 2, 2 * len(CONTENT)
"""Of a mini roadmap that the simulated model makes."""
WITHIN_S = 60.0
"""How long anything may take that a test waits for."""
POLL_S = 0.01

FAST: Mapping[str, object] = {
    "LLM__MODEL": "openai:simulated",
    "LLM__API_KEY": "x",
    "LLM__BACKOFF_S": 0,
    "WORKER__LEASE_S": 2,
}
"""What tests set: the simulated model, no waits between tries, the shortest lease."""


@dataclass(frozen=True)
class Ordered:
    """What the answer to an order names."""

    task_id: str
    roadmap_id: str


class Api:
    """A learner's client of one running product."""

    def __init__(self, url: str) -> None:
        self.url = url
        quick = httpx.AsyncHTTPTransport(verify=False)  # certificates cost 40 ms to read, and none is met
        self.client = httpx.AsyncClient(transport=quick, base_url=f"{url}/api/v1", timeout=WITHIN_S)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()

    async def get(self, path: str, **params: Any) -> Answer:
        """A good answer to GET."""
        return _good(await self.client.get(path, params=params))

    async def post(self, path: str, body: Mapping[str, Any] | None = None, **params: Any) -> Answer:
        """A good answer to POST."""
        return _good(await self.client.post(path, json=body, params=params))

    async def order(self, size: str = "mini", *, auto_approve: bool = True, **more: Any) -> Ordered:
        """A roadmap is ordered."""
        preferences = {"learning_goal": GOAL, **more.pop("preferences", {})}
        body = {"preferences": preferences, "size": size, "auto_approve": auto_approve, **more}
        answer = await self.post("/tasks/generate", body)
        return Ordered(answer["task_id"], answer["roadmap_id"])

    async def task(self, task_id: str) -> Answer:
        """The task now."""
        return await self.get(f"/tasks/{task_id}")

    async def events(self, task_id: str) -> list[Event]:
        """The whole log."""
        found: list[Event] = []
        while page := (await self.get(f"/tasks/{task_id}/events", after_seq=len(found)))["events"]:
            found += page
        return found

    async def follow(self, task_id: str, after: int = 0) -> AsyncGenerator[Event]:
        """Events as they come, until the log has ended or the product has; comes back as a browser does."""
        try:
            while True:
                async for event in self._stream(task_id, after):
                    if event["type"] == "closing":
                        return
                    after = event.get("seq", after)
                    yield event
        except httpx.TransportError:
            return

    async def _stream(self, task_id: str, after: int) -> AsyncIterator[Event]:
        """One connection; it may end before the log does, while the database is away."""
        how: dict[str, Any] = {"headers": {"accept": "text/event-stream"}, "timeout": None}
        path = f"/tasks/{task_id}/events?after_seq={after}"
        async with self.client.stream("GET", path, **how) as answer:
            assert answer.is_success or answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, answer
            async for line in answer.aiter_lines():
                if line.startswith("data:"):
                    yield json.loads(line[5:])

    async def heard(self, task_id: str, wanted: Callable[[Event], bool], after: int = 0) -> Event:
        """The first event of the kind that is wanted; fails when the log ends before."""
        async with asyncio.timeout(WITHIN_S), aclosing(self.follow(task_id, after)) as events:
            async for event in events:
                if wanted(event):
                    return event
        raise AssertionError("the log ended without it")

    async def until(self, task_id: str, holds: Callable[[Answer], bool]) -> Answer:
        """The task as soon as it is as wanted; looked at after each event. Fails when it ends otherwise."""
        async with asyncio.timeout(WITHIN_S), aclosing(self.follow(task_id)) as events:
            async for _ in events:
                task = await self.task(task_id)
                if holds(task):
                    return task
        task = await self.task(task_id)
        assert holds(task), task
        return task

    async def made(self, task_id: str, count: int) -> Answer:
        """The task as soon as so many of its pieces are completed."""
        return await self.until(task_id, lambda task: (task["progress"] or {}).get("completed") == count)

    async def ended(self, task_id: str) -> Answer:
        """The task once it has ended."""
        async with asyncio.timeout(WITHIN_S), aclosing(self.follow(task_id)) as events:
            async for _ in events:
                pass
        task = await self.task(task_id)
        assert task["status"] in ENDED, task
        return task

    async def concepts(self, roadmap_id: str) -> list[Answer]:
        """All concepts in reading order, with how far their content is."""
        return concepts_of(await self.get(f"/roadmaps/{roadmap_id}"))

    async def items(self, roadmap_id: str) -> dict[tuple[str, str], str]:
        """(concept id, content type) → status, in learning order."""
        names = {"tutorial": "content_status", "resources": "resources_status", "quiz": "quiz_status"}
        found = await self.concepts(roadmap_id)
        return {(c["concept_id"], kind): c[names[kind]] for c in found for kind in CONTENT}

    async def retry_item(self, roadmap_id: str, concept_id: str, kind: str) -> Answer:
        """A learner's own wish for one piece anew: the answer's data."""
        answer = await self.post(f"/roadmaps/{roadmap_id}/concepts/{concept_id}/{kind}/retry")
        data: Answer = answer["data"]
        return data


def concepts_of(roadmap: Answer) -> list[Answer]:
    """All concepts of a roadmap's answer in reading order; none before there is a framework."""
    stages = (roadmap["framework"] or {"stages": []})["stages"]
    return [c for stage in stages for module in stage["modules"] for c in module["concepts"]]


def _good(answer: httpx.Response) -> Answer:
    assert answer.is_success, f"{answer.status_code} {answer.text}"
    body: Answer = answer.json()
    return body


class Nursery:
    """Starts products quickly: as copies of one process of `python` that has everything loaded.
    `within`: a command that runs another one somewhere, as `ip netns exec NAME` does."""

    def __init__(self, folder: Path, python: str = sys.executable, within: Sequence[str] = ()) -> None:
        self._folder = folder
        self._count = 0
        command = [*within, python, "-m", "tests.support.faults"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=ROOT)

    def start(self, argv: Sequence[str], env: Mapping[str, str], points: Sequence[Point] = ()) -> Path:
        """A copy that runs `trailwright ARGV`; its folder."""
        self._count += 1
        folder = self._folder / str(self._count)
        folder.mkdir(parents=True)
        order = {"argv": list(argv), "env": dict(env), "folder": str(folder), "points": list(points)}
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(order)}\n".encode())
        self._process.stdin.flush()
        return folder

    def end(self) -> None:
        """All copies end, then the process."""
        self._process.communicate()


@dataclass(frozen=True)
class Process:
    """A process that runs one command of `trailwright`, started in `folder`."""

    pid: int
    folder: Path

    @property
    def said(self) -> str:
        """All it printed."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    async def says(self, words: str) -> None:
        """Waits until it has printed this."""
        async with asyncio.timeout(WITHIN_S):
            while words not in self.said:  # noqa: ASYNC110 - a process tells nobody else
                await asyncio.sleep(POLL_S)

    def freeze(self) -> None:
        """It stops where it is, connections and all."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on as if nothing had been."""
        os.kill(self.pid, signal.SIGCONT)

    async def killed(self) -> None:
        """SIGKILL, and it is gone; nothing happens when it is gone already."""
        if not (self.folder / "ended").exists():
            with suppress(ProcessLookupError):  # it is gone, and that is about to be written down
                os.kill(self.pid, signal.SIGKILL)
            await self.gone()

    async def terminated(self) -> int:
        """SIGTERM; its exit code."""
        os.kill(self.pid, signal.SIGTERM)
        return await self.gone()

    async def gone(self) -> int:
        """Its exit code once it has ended, by itself or at a point; negative: by that signal."""
        await _there(self.folder / "ended")
        return int((self.folder / "ended").read_text())

    async def frozen(self) -> None:
        """Wait until it stands still, as one does that has met a point with SIGSTOP."""
        process = psutil.Process(self.pid)
        async with asyncio.timeout(WITHIN_S):
            while process.status() != psutil.STATUS_STOPPED:  # noqa: ASYNC110 - a process tells nobody of it
                await asyncio.sleep(POLL_S)


@dataclass(frozen=True)
class Up(Process):
    """One that answers: `trailwright up` or `trailwright api`."""

    api: Api


async def _there(file: Path) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not file.exists():  # noqa: ASYNC110, ASYNC240 - a process tells nobody else; a look is quick
            await asyncio.sleep(POLL_S)


@dataclass(frozen=True)
class Home:
    """A data folder and settings: what stays when a process ends. `given`: names without their prefix."""

    folder: Path
    given: Mapping[str, object]

    def but(self, **given: object) -> "Home":
        """The same with other settings."""
        return replace(self, given={**self.given, **given})

    def beside(self, name: str) -> "Home":
        """Another machine's folder on the same database and storage."""
        shared = {**self.given, "STORAGE_URL": f"file://{self.folder / 'objects'}"}
        return Home(self.folder.with_name(name), shared)

    @property
    def database_url(self) -> str:
        """Where its rows are."""
        return str(self.given["DATABASE_URL"])

    def settings(self) -> Settings:
        """As the product would read them."""
        nested: dict[str, Any] = {"data_dir": self.folder}
        for name, value in self.given.items():
            *outer, last = name.lower().split("__")
            part = nested
            for key in outer:
                part = part.setdefault(key, {})
            part[last] = value
        return Settings(**nested)

    @asynccontextmanager
    async def up(self, nursery: Nursery, *points: Point, port: str = "0") -> AsyncIterator[Up]:
        """`trailwright up` here; the end of the block is its SIGKILL."""
        async with self._answering(self._start(nursery, points, port)) as up:
            yield up

    @asynccontextmanager
    async def api(self, nursery: Nursery, *points: Point, port: str = "0") -> AsyncIterator[Up]:
        """`trailwright api` here; the end of the block is its SIGKILL."""
        async with self._answering(self._run(nursery, ("api", "--port", port), points)) as up:
            yield up

    @asynccontextmanager
    async def worker(
        self, nursery: Nursery, *words: str, points: Sequence[Point] = ()
    ) -> AsyncIterator[Process]:
        """`trailwright worker WORDS` here, once it is ready; the end of the block is its SIGKILL."""
        async with self._working(self._run(nursery, ("worker", *words), points)) as process:
            yield process

    @asynccontextmanager
    async def scheduler(self, nursery: Nursery) -> AsyncIterator[Process]:
        """`trailwright scheduler` here, once it is ready; the end of the block is its SIGKILL."""
        async with self._working(self._run(nursery, ("scheduler",))) as process:
            yield process

    @asynccontextmanager
    async def _answering(self, folder: Path) -> AsyncIterator[Up]:
        await _there(folder / "pid")
        async with Api(await _ready(folder)) as api:
            up = Up(_pid(folder), folder, api)
            try:
                yield up
            finally:
                await up.killed()

    @asynccontextmanager
    async def _working(self, folder: Path) -> AsyncIterator[Process]:
        await _there(folder / "pid")
        process = Process(_pid(folder), folder)
        try:
            await _ready(folder)
            yield process
        finally:
            await process.killed()

    async def dies(self, nursery: Nursery, name: str, nth: int) -> None:
        """`trailwright up` here, until it dies at the named point's nth pass, which it must reach."""
        folder = self._start(nursery, [(name, nth, "SIGKILL")])
        await _there(folder / "ended")
        assert (folder / "ended").read_text() == "-9"

    def _start(self, nursery: Nursery, points: Sequence[Point], port: str = "0") -> Path:
        return self._run(nursery, ("up", "--port", port, "--no-open"), points)

    def _run(self, nursery: Nursery, argv: Sequence[str], points: Sequence[Point] = ()) -> Path:
        given = {f"{PREFIX}{name}": str(value) for name, value in self.given.items()}
        return nursery.start((*argv, "--data", str(self.folder)), os.environ | given, points)

    @asynccontextmanager
    async def here(self) -> AsyncIterator["Here"]:
        """The whole product in the running loop; the end of the block lets nothing finish."""
        self.folder.mkdir(exist_ok=True)
        listener, settings = socket.create_server(("127.0.0.1", 0)), self.settings()
        address, port = listener.getsockname()
        service = await Service.start(settings, listener, print, settings.auth.mode or "local")
        async with Api(f"http://{address}:{port}") as api:
            try:
                yield Here(api, service)
            finally:
                await service.stop(0)


def _pid(folder: Path) -> int:
    return int((folder / "pid").read_text())


async def _ready(folder: Path) -> str:
    """What it prints once it is ready: its address, or what it serves."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            log = folder / "log"
            said = log.read_text(encoding="utf-8") if log.exists() else ""
            if found := re.search(r"^ready (.+)$", said, re.MULTILINE):
                return found[1]
            assert not (folder / "ended").exists(), f"it did not start:\n{said}"
            await asyncio.sleep(POLL_S)


@dataclass(frozen=True)
class Here:
    """The product in this loop, where a test can look inside."""

    api: Api
    service: Service

    @property
    def runtime(self) -> Runtime:
        """What it works with."""
        return self.service.runtime
