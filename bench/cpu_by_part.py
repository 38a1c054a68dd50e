"""Which part of the product its CPU goes to, while 180 items are made by a model that answers at once.

The product runs in this process, whole, as `trailwright up` runs it; who orders and follows is a process of
its own. Every two milliseconds of this process's CPU the stack of the loop's thread is looked at (SIGPROF),
and the innermost frame that belongs to a part below decides. Helper threads (SQLite's, storage's) are
counted apart, by their own CPU. The looking itself costs a few percent.
"""

import argparse
import asyncio
import json
import os
import signal
import socket
import sys
import tempfile
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.cpu_per_item import ITEMS, ROADMAPS, made
from bench.support.product import Process, a_simulator, machine, settings_of
from trailwright.commandline.loops import new_loop
from trailwright.commandline.service import Service
from trailwright.settings import Settings

EVERY_S = 0.002
PARTS = {
    "prompts, reading, checks": ("/trailwright/agents/", "/trailwright/quality/", "/markdown_it/"),
    "model calls": ("/trailwright/llm/", "/aiohttp/"),
    "storage": ("/trailwright/kit/storage.py", "/obstore/"),
    "database": ("/trailwright/kit/", "/trailwright/tasks/", "/sqlalchemy/", "/aiosqlite/", "/asyncpg/"),
    "events and web": ("/trailwright/events/", "/trailwright/api/", "/uvicorn/", "/starlette/", "/fastapi/"),
    "pump and executor": ("/trailwright/work/",),
}
REST = "loop and all else"


class Sampler:
    """Counts samples by part."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def on_time(self, number: int, frame: FrameType | None) -> None:
        """One look at the stack."""
        del number
        while frame is not None:
            path = frame.f_code.co_filename
            for part, folders in PARTS.items():
                if any(folder in path for folder in folders):
                    self.counts[part] += 1
                    return
            frame = frame.f_back
        self.counts[REST] += 1


def cpu_of_threads() -> tuple[float, float]:
    """Seconds of CPU so far: of the loop's thread, of all others."""
    ticks = os.sysconf("SC_CLK_TCK")
    main, others = 0.0, 0.0
    for folder in Path("/proc/self/task").iterdir():
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        spent = (int(fields[11]) + int(fields[12])) / ticks
        if folder.name == str(os.getpid()):
            main = spent
        else:
            others += spent
    return main, others


async def driven(url: str, *wishes: str) -> None:
    """Let another process order and follow."""
    command = [sys.executable, __file__, "--drive", url, *wishes]
    process = await asyncio.create_subprocess_exec(*command)
    if await process.wait():
        raise SystemExit("the order failed")


async def sampled(settings: Settings) -> dict[str, Any]:
    """Milliseconds of CPU an item, by part."""
    sock = socket.create_server(("127.0.0.1", 0))
    service = await Service.start(settings, sock, print)
    url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    await driven(url, "--warm")
    sampler = Sampler()
    signal.signal(signal.SIGPROF, sampler.on_time)
    signal.siginterrupt(signal.SIGPROF, False)
    before = cpu_of_threads()
    signal.setitimer(signal.ITIMER_PROF, EVERY_S, EVERY_S)
    await driven(url)
    signal.setitimer(signal.ITIMER_PROF, 0)
    main, others = (now - then for now, then in zip(cpu_of_threads(), before, strict=True))
    await service.stop()
    items = ITEMS * ROADMAPS
    seen = sampler.counts.total()
    parts = {part: main * 1000 / items * count / seen for part, count in sampler.counts.most_common()}
    parts["helper threads"] = others * 1000 / items
    return {
        "cpu_ms_per_item": round((main + others) * 1000 / items, 2),
        "samples": seen,
        "ms_per_item": {part: round(spent, 2) for part, spent in parts.items()},
    }


def measure() -> dict[str, Any]:
    """The product in this process, the simulator in another."""
    with a_simulator(0) as simulator, tempfile.TemporaryDirectory(prefix="trailwright-bench-") as folder:
        os.environ.update(settings_of(simulator, Path(folder)))
        settings = Settings()
        settings.data_dir.mkdir()
        with asyncio.Runner(loop_factory=new_loop) as runner:
            return runner.run(sampled(settings))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--drive", metavar="URL", help=argparse.SUPPRESS)
    parser.add_argument("--warm", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.drive:
        wishes: dict[str, Any] = {"size": "mini", "count": 1} if asked.warm else {}
        made(Process(asked.drive, os.getpid()), **wishes)
        return 0
    before = machine()
    found = measure()
    if asked.json:
        print(json.dumps({"machine": before, **found}, indent=1))
        return 0
    print(f"{found['cpu_ms_per_item']:.1f} ms of CPU an item, of which")
    for part, spent in found["ms_per_item"].items():
        print(f"{spent:6.2f}  {part}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
