"""A real Prometheus by the file that operators copy, asked what dashboard and scaling ask."""

import asyncio
import math
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import httpx
import pytest
import yaml

from tests.several.test_what_operators_apply import panels, scaled
from tests.support.processes import Server, binary, free_port
from tests.support.product import Home, Nursery
from tests.support.simulated import Simulated
from tests.support.source import ROOT

GIVEN = ROOT / "deploy" / "prometheus.yml"
TOKEN = "only who has this may see"
WITHIN_S = 90.0
TOLD = re.compile(r"metrics at http://0\.0\.0\.0:(\d+)/")


@dataclass
class Prometheus:
    """A server of its own, and who asks it."""

    server: Server
    port: int
    client: httpx.AsyncClient

    def start(self, targets: Sequence[str]) -> None:
        """By the file that is given, but for addresses, and every half second."""
        configuration = yaml.safe_load(GIVEN.read_text(encoding="utf-8"))
        configuration["global"]["scrape_interval"] = "500ms"
        [job] = configuration["scrape_configs"]
        job["static_configs"] = [{"targets": list(targets)}]
        file = self.server.folder / GIVEN.name
        file.write_text(yaml.safe_dump(configuration), encoding="utf-8")
        (self.server.folder / job["authorization"]["credentials_file"]).write_text(TOKEN, encoding="utf-8")
        command = [
            str(binary("prometheus")),
            f"--config.file={file}",
            f"--storage.tsdb.path={self.server.folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{self.port}",
        ]
        self.server.start(command, self._answers)

    def _answers(self) -> bool:
        """It listens before it takes questions."""
        with suppress(httpx.TransportError):
            return httpx.get(f"http://127.0.0.1:{self.port}/-/ready", trust_env=False).is_success
        return False

    async def says(self, expression: str) -> list[float]:
        """The numbers that answer it now; fails the test when it is none that can be asked."""
        answer = await self.client.get("/api/v1/query", params={"query": expression})
        assert answer.is_success, f"{expression}: {answer.text}"
        return [float(one["value"][1]) for one in answer.json()["data"]["result"]]

    async def until(self, expression: str) -> list[float]:
        """The same, once there is a number that is one."""
        async with asyncio.timeout(WITHIN_S):
            while not (said := [one for one in await self.says(expression) if not math.isnan(one)]):  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.1)
        return said


@pytest.fixture
async def prometheus() -> AsyncIterator[Prometheus]:
    server, port = Server("prometheus"), free_port()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        yield Prometheus(server, port, client)
    server.remove()


def scaling() -> tuple[str, str]:
    """What KEDA asks: seconds of waiting, pieces that wait."""
    wait, waiting = (trigger["metadata"]["query"] for trigger in scaled()["spec"]["triggers"])
    return wait.replace("[2m]", "[20s]"), waiting


def test_all_of_the_composition_is_asked() -> None:
    composed = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    ports = re.findall(r'HEALTH_PORT: "(\d+)"', composed)
    [job] = yaml.safe_load(GIVEN.read_text(encoding="utf-8"))["scrape_configs"]
    assert job["static_configs"] == [{"targets": [f"127.0.0.1:{port}" for port in ports]}]


async def test_every_question_has_an_answer(
    home: Home, nursery: Nursery, model: Simulated, prometheus: Prometheus
) -> None:
    """Before anything was made no worker is asked for; then by how much waits, and by how long it waited."""
    await model.control(latency=0.3, faults="quiz.500:1")
    home = home.but(METRICS__TOKEN=TOKEN, LLM__MAX_CONCURRENCY=2)
    wait, waiting = scaling()
    async with home.api(nursery) as api:
        ports = [api.api.url.rpartition(":")[2]]
        async with home.worker(nursery, "--metrics-port", "0") as worker:
            ports += TOLD.findall(worker.said)
            prometheus.start([f"127.0.0.1:{port}" for port in ports])
            await prometheus.until("sum(up) == 2")
            assert await prometheus.says(wait) == [0.0]
            ordered = [await api.api.order() for _ in range(4)]
            assert [one > 0 for one in await prometheus.until(waiting)] == [True]
            for expression in panels():
                asked = expression.replace("$__rate_interval", "20s")  # as Grafana does
                assert await prometheus.until(asked), asked
            assert await prometheus.until(f"({wait}) > 0")
            assert len(await prometheus.says(wait)) == 1, "KEDA takes one number"
            for one in ordered:
                await api.api.post(f"/tasks/{one.task_id}/cancel")
