"""The product as several processes on PostgreSQL and Redis, and what each kind of process spends."""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.support.cpu import listener, server_cpu_s
from bench.support.product import Process, running
from tests.support import postgres
from tests.support.redis import Redis

LOOK_EVERY_S = 0.2
SECRET = "a secret that all of them share, 40 characters"  # noqa: S105 - nothing is behind it
CONNECTIONS = """
SELECT count(*), count(*) FILTER (WHERE state <> 'idle')
FROM pg_stat_activity WHERE application_name LIKE 'trailwright %'
"""


@dataclass
class Connections:
    """The most that were seen at one moment, open and not idle, while the block lasted."""

    most_open: int = 0
    most_active: int = 0


@dataclass
class Installation:
    """APIs, workers, a scheduler, the servers they stand on; kind → process numbers."""

    api: Process
    database: postgres.Postgres
    pids: Mapping[str, list[int]] = field(default_factory=dict)

    def cpu_s(self) -> dict[str, float]:
        """Seconds of CPU so far by kind of process; the database with all its own."""
        spent = {
            kind: sum(sum(psutil.Process(pid).cpu_times()[:2]) for pid in pids)
            for kind, pids in self.pids.items()
        }
        return {**spent, "database": server_cpu_s(self.database.port)}

    @contextmanager
    def connections(self) -> Iterator[Connections]:
        """Looks at the server several times a second."""
        seen, over = Connections(), threading.Event()

        def look() -> None:
            while not over.wait(LOOK_EVERY_S):
                count, active = self.database.run_sql(CONNECTIONS).split("|")
                seen.most_open = max(seen.most_open, int(count))
                seen.most_active = max(seen.most_active, int(active))

        looker = threading.Thread(target=look)
        looker.start()
        try:
            yield seen
        finally:
            over.set()
            looker.join()


@contextmanager
def an_installation(
    simulator: Process, *, workers: int, permits: int, pool: int = 5
) -> Iterator[Installation]:
    """One API, so many workers, one scheduler; PostgreSQL flushes as it does by default."""
    postgres.FAST.update(fsync="on", full_page_writes="on")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="trailwright-bench-")))
        database, broker = postgres.Postgres(), Redis()
        stack.callback(broker.remove)
        stack.callback(database.remove)
        env = {
            "TRAILWRIGHT_DATA_DIR": str(folder),
            "TRAILWRIGHT_DATABASE_URL": database.fresh_database(),
            "TRAILWRIGHT_DATABASE__POOL_SIZE": str(pool),
            "TRAILWRIGHT_BROKER_URL": broker.url(),
            "TRAILWRIGHT_SECRET_KEY": SECRET,
            "TRAILWRIGHT_AUTH__MODE": "local",
            "TRAILWRIGHT_LLM__MODEL": "openai:simulated",
            "TRAILWRIGHT_LLM__BASE_URL": f"{simulator.url}/v1",
            "TRAILWRIGHT_LLM__API_KEY": "none",
            "TRAILWRIGHT_LLM__MAX_CONCURRENCY": str(permits),
        }
        bare = {key: value for key, value in os.environ.items() if not key.startswith("TRAILWRIGHT_")}
        program = str(Path(sys.executable).with_name("trailwright"))
        subprocess.run([program, "migrate"], check=True, capture_output=True, env={**bare, **env})
        api = stack.enter_context(running(["api", "--port", "0"], env))
        made = [stack.enter_context(running(["worker", "--name", f"w{n}"], env)) for n in range(workers)]
        scheduler = stack.enter_context(running(["scheduler"], env))
        pids = {
            "api": [api.pid],
            "workers": [one.pid for one in made],
            "scheduler": [scheduler.pid],
            "redis": [listener("redis-server", broker.port, "")],
            "model": [simulator.pid],
        }
        yield Installation(api, database, pids)
