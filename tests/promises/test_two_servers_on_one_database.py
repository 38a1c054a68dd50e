"""Whichever server is asked and whichever is listened to: commands count, and every event comes once."""

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed

from tests.events.support import a_socket, hear
from tests.promises import facts
from tests.promises.test_nothing_is_lost import is_a_start
from tests.support.product import Api, Event, Home, Nursery, Up
from tests.support.simulated import Simulated

NORMAL, GOES_ON = 1000, 1012
"""The log has ended; the server stops and says to come back."""


async def listens(api: Api, task_id: str, heard: list[Event]) -> int | None:
    """Hear a task through a socket from the last event on; how the server closed it, None: not at all."""
    after = heard[-1]["seq"] if heard else 0
    async with a_socket(urlsplit(api.url).netloc, task_id, f"?after_seq={after}") as line:
        try:
            while True:
                message = await hear(line)
                if "seq" in message:
                    heard.append(message)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


async def test_ordered_here_commanded_there_heard_at_both(
    home_on_postgres: Home, nursery: Nursery, model: Simulated
) -> None:
    await model.control(latency=0.1)
    home = home_on_postgres.but(LLM__MAX_CONCURRENCY=2)
    async with home.up(nursery) as here, home.beside("other").up(nursery) as there:
        ordered = await here.api.order(auto_approve=False)
        heard: Sequence[list[Event]] = ([], [])
        ears = [
            asyncio.create_task(listens(up.api, ordered.task_id, list_))
            for up, list_ in zip((here, there), heard, strict=True)
        ]
        path = f"/tasks/{ordered.task_id}"
        await there.api.until(ordered.task_id, lambda task: task["status"] == "human_review_pending")
        assert (await there.api.post(f"{path}/review", {"decision": "approve"}))["status"] == "processing"
        await here.api.heard(ordered.task_id, is_a_start)
        await here.api.post(f"{path}/pause", now=True)
        await there.api.post(f"{path}/resume")
        await there.api.post(f"{path}/cancel")
        assert (await here.api.post(f"{path}/retry"))["recovery_type"] == "restart_content_generation"
        await all_is_cut_and_ends(here, there, ordered.task_id, heard, ears)
        assert (await there.api.task(ordered.task_id))["status"] == "completed"
        await facts.everything_can_be_read(there.api, ordered.roadmap_id)
    await facts.rows_hold(home)


async def all_is_cut_and_ends(
    here: Up, there: Up, task_id: str, heard: Sequence[list[Event]], ears: Sequence[asyncio.Task[int | None]]
) -> None:
    """The sockets ended with `cancelled`; those that come back hear the rest."""
    assert await asyncio.gather(*ears) == [NORMAL, NORMAL]
    await asyncio.gather(listens(here.api, task_id, heard[1]), listens(there.api, task_id, heard[0]))
    log = await here.api.events(task_id)
    assert heard[0] == heard[1] == log


async def test_a_server_that_ends_with_a_socket_open(
    home_on_postgres: Home, nursery: Nursery, model: Simulated
) -> None:
    """Politely or not; who comes back, to another server or to the same one again, misses nothing."""
    await model.control(latency=0.2)
    home = home_on_postgres.but(LLM__MAX_CONCURRENCY=2)
    heard: list[Event] = []
    async with home.beside("other").up(nursery) as other:
        async with home.up(nursery) as polite:
            ordered = await polite.api.order("short")
            ear = asyncio.create_task(listens(polite.api, ordered.task_id, heard))
            await polite.api.heard(ordered.task_id, is_a_start)
            await polite.terminated()
            assert await ear == GOES_ON
        async with home.up(nursery) as killed:
            ear = asyncio.create_task(listens(killed.api, ordered.task_id, heard))
            await killed.api.heard(ordered.task_id, is_a_start, after=len(heard))
            await killed.killed()
            assert await ear is None
        assert await listens(other.api, ordered.task_id, heard) == NORMAL
        assert heard == await other.api.events(ordered.task_id)
        facts.numbered_without_gap(heard)
