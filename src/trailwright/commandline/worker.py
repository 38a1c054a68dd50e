"""`trailwright worker` and `trailwright scheduler`: processes that answer nobody."""

import asyncio
import os
import socket
from collections.abc import Sequence
from pathlib import Path

from trailwright.commandline.configured import say
from trailwright.commandline.database import faults_in_words, opened
from trailwright.commandline.roles import ready, run_role, settings_of_role
from trailwright.commandline.stopping import stop_signal
from trailwright.commandline.trouble import Trouble
from trailwright.commandline.up import address_of, listen
from trailwright.domain.dispatch import Queue, with_clicks
from trailwright.kit.words import plural
from trailwright.settings import PREFIX, Settings
from trailwright.work.mail import node_name

MARGIN_S = 8.0
"""Seconds beside the drain: giving leases back, closing what is open."""


def run(
    queues: str | None, concurrency: int | None, name: str | None, metrics_port: int | None, data: Path | None
) -> int:
    """A worker; 0 after SIGTERM or Ctrl-C. Raises `Trouble`."""
    served = queues_of(queues)
    if concurrency is not None:
        # Said at the start it is fixed for the process: what is set in the web app does not change it.
        os.environ[f"{PREFIX}WORKER__CONCURRENCY"] = str(concurrency)
    settings = settings_of_role("worker", data)
    node = node_name(name or "")
    words = f"worker {node}: {', '.join(served)}; {settings.worker.concurrency} at a time"
    sock = _listen(settings, metrics_port)
    return run_role(settings, _work(settings, served, node, words, sock))


def run_scheduler(metrics_port: int | None, data: Path | None) -> int:
    """What looks after others' work: leases of the dead, counters, covers, trash. Any number is harmless."""
    settings = settings_of_role("scheduler", data)
    words = f"scheduler {node_name('scheduler')}"
    return run_role(settings, _work(settings, (), "", words, _listen(settings, metrics_port)))


def _listen(settings: Settings, port: int | None) -> socket.socket | None:
    """For metrics: to this machine, to all with a token. Raises `Trouble` when the port is taken."""
    if port is None:
        return None
    host = "127.0.0.1" if settings.metrics.token is None else "0.0.0.0"  # noqa: S104 - with a token
    sock = listen(host, port)
    say(f"metrics at {address_of(host, sock)}/metrics")
    return sock


def queues_of(words: str | None) -> tuple[Queue, ...]:
    """The queues that are named, with commas between; all of them without any. Raises `Trouble`."""
    if words is None:
        return tuple(Queue)
    named = [word.strip() for word in words.split(",") if word.strip()]
    unknown = [word for word in named if word not in set(Queue)]
    if unknown or not named:
        what = f"there is no queue {', '.join(unknown)}" if unknown else "--queues names none"
        raise Trouble(f"{what}; there are: {', '.join(Queue)}.", 2)
    return with_clicks([Queue(word) for word in named])


async def _work(
    settings: Settings, queues: Sequence[Queue], node: str, words: str, sock: socket.socket | None
) -> None:
    from trailwright.commandline.service import open_runtime, serve_beside, settle_down  # noqa: PLC0415 - as in `api`

    stopped = stop_signal(settings.worker.drain_s + MARGIN_S)
    async with opened(settings):
        pass  # of this version, or refused
    runtime = await open_runtime(settings, queues)
    try:
        with faults_in_words(settings):
            await runtime.start(node)
        beside = None if sock is None else asyncio.create_task(serve_beside(runtime, sock))
        settle_down(queues=[str(queue) for queue in queues])
        ready(words)
        await stopped.wait()
        say(f"ending; what is being made gets {settings.worker.drain_s:g} s. A second signal ends at once.")
        anew = await runtime.drain(settings.worker.drain_s)
        say(f"ended. {plural(anew, 'piece goes', 'pieces go')} to another worker." if anew else "ended.")
        if beside is not None:
            beside.cancel()
    finally:
        await runtime.close()
