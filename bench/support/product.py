"""The product and the simulated model server as real processes, and a person who orders and watches."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
from websockets.sync.client import connect

ENDS_WITHIN_S = 12
HEARS_WITHIN_S = 60.0
API = "/api/v1"
GOAL = "Bake sourdough bread at home"
TERMINAL = frozenset({"completed", "partial_failure", "failed", "cancelled"})


@dataclass(frozen=True)
class Process:
    """A running child of this bench."""

    url: str
    pid: int

    def cpu_s(self) -> float:
        """Seconds of CPU of all its threads so far, without its children."""
        times = psutil.Process(self.pid).cpu_times()
        return float(times.user + times.system)


@contextmanager
def running(command: list[str], env: Mapping[str, str] | None = None) -> Iterator[Process]:
    """`trailwright COMMAND` until the block ends; it must print `ready URL`."""
    bare = {key: value for key, value in os.environ.items() if not key.startswith("TRAILWRIGHT_")}
    program = str(Path(sys.executable).with_name("trailwright"))
    said = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed below, after the child
    child = subprocess.Popen(
        [program, *command], stdout=subprocess.PIPE, stderr=said, env={**bare, **(env or {})}, text=True
    )
    try:
        assert child.stdout is not None
        line = child.stdout.readline()
        if not line.startswith("ready "):
            said.seek(0)
            raise SystemExit(f"{command[0]} did not come up: {line}{said.read()}")
        yield Process(line.split()[1], child.pid)
    finally:
        child.terminate()
        try:
            child.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        said.close()


@contextmanager
def a_simulator(latency_s: float) -> Iterator[Process]:
    """The simulated model server, in a process of its own."""
    with running(["simulate-llm", "--port", "0", "--latency", str(latency_s)]) as process:
        yield process


def settings_of(simulator: Process, folder: Path, database_url: str | None = None) -> dict[str, str]:
    """The environment of a product with a data folder of its own, 96 permits and a database pool of 2."""
    env = {
        "TRAILWRIGHT_DATA_DIR": str(folder / "data"),
        "TRAILWRIGHT_LLM__MODEL": "openai:simulated",
        "TRAILWRIGHT_LLM__BASE_URL": f"{simulator.url}/v1",
        "TRAILWRIGHT_LLM__API_KEY": "none",
        "TRAILWRIGHT_LLM__MAX_CONCURRENCY": "96",
        "TRAILWRIGHT_DATABASE__POOL_SIZE": "2",
    }
    return env if database_url is None else {**env, "TRAILWRIGHT_DATABASE_URL": database_url}


@contextmanager
def a_product(simulator: Process, database_url: str | None = None) -> Iterator[Process]:
    """`trailwright up` on an empty data folder, its model the simulated one."""
    with (
        tempfile.TemporaryDirectory(prefix="trailwright-bench-") as folder,
        running(
            ["up", "--port", "0", "--no-open"], settings_of(simulator, Path(folder), database_url)
        ) as process,
    ):
        yield process


class Person:
    """Orders roadmaps and follows them over the socket, as the web app does."""

    def __init__(self, product: Process) -> None:
        self._socket_url = product.url.replace("http", "ws", 1) + f"{API}/ws/"
        self._client = httpx.Client(base_url=product.url + API, timeout=30, trust_env=False)

    def orders(self, *, auto_approve: bool, size: str = "full") -> dict[str, Any]:
        """A roadmap, full: 30 concepts of 3 items. The answer's `task_id` and `roadmap_id`."""
        body = {
            "preferences": {"learning_goal": GOAL},
            "auto_approve": auto_approve,
            "size": size,
        }
        return self.post("/tasks/generate", body)

    def post(self, path: str, body: object) -> dict[str, Any]:
        """The answer's JSON; ends the bench on an error."""
        answer = self._client.post(path, json=body).raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def get(self, path: str) -> dict[str, Any]:
        """The answer's JSON; ends the bench on an error."""
        found: dict[str, Any] = self._client.get(path).raise_for_status().json()
        return found

    def approves(self, task_id: str, version: int) -> None:
        """Decides the review."""
        self.post(f"/tasks/{task_id}/review", {"decision": "approve", "version": version})

    def follows(self, task_id: str, within_s: float = HEARS_WITHIN_S) -> Iterator[dict[str, Any]]:
        """Every event, live ones too, until the log ends."""
        with connect(self._socket_url + task_id, proxy=None, compression=None, max_size=None) as socket:
            until = time.monotonic() + within_s
            while True:
                event: dict[str, Any] = json.loads(socket.recv(until - time.monotonic()))
                yield event
                if event["type"] in TERMINAL:
                    return


def machine() -> dict[str, Any]:
    """Where it was measured, as far as it matters, and how busy it was before."""
    return {
        "cores": os.cpu_count(),
        "python": sys.version.split()[0],
        "load_1_min": round(os.getloadavg()[0], 2),
    }
