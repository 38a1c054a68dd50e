"""Two hosts of workers in networks of their own; one is cut off for two leases and comes back."""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.promises import facts
from tests.promises.test_nothing_is_lost import is_a_start
from tests.several.test_work_is_done_by_others import all_is_there, at_least
from tests.support.far_hosts import a_far_host
from tests.support.product import Home, Nursery
from tests.support.simulated import Simulated

LEASE_S = 2.0


@pytest.fixture(autouse=True)
def no_proxy_between(monkeypatch: pytest.MonkeyPatch) -> None:
    """The closed way out that all tests have is not for the way between these hosts."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name)


async def test_cut_off_for_two_leases_and_back(
    home: Home, nursery: Nursery, model: Simulated, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it had is made by the other; what it brings late does not count; then it works again, alone."""
    await model.control(latency=0.4)
    home = home.but(LLM__MAX_CONCURRENCY=6, WORKER__DRAIN_S=1)
    async with home.api(nursery) as api, AsyncExitStack() as stack:
        hosts = [await stack.enter_async_context(a_far_host(n, tmp_path / f"host {n}")) for n in (0, 1)]
        with capsys.disabled():
            print(f"\nkept apart by {hosts[0].means}")  # noqa: T201 - it depends on the machine
        workers = []
        for number, host in enumerate(hosts):
            there = Home(home.folder, await host.given(home.given))
            begun = there.worker(host.nursery, "--name", f"w{number}")
            workers.append(await stack.enter_async_context(begun))
        ordered = await api.api.order("short")
        await api.api.heard(ordered.task_id, is_a_start)
        await at_least(api.api, ordered.task_id, 3)
        hosts[0].cut()
        cut_at = time.monotonic()
        await all_is_there(home, api.api, ordered.task_id, ordered.roadmap_id)
        await asyncio.sleep(max(cut_at + 2 * LEASE_S - time.monotonic(), 0))
        hosts[0].mend()
        await workers[1].terminated()
        again = await api.api.order()
        await all_is_there(home, api.api, again.task_id, again.roadmap_id)
        log = await api.api.events(ordered.task_id)
        assert await api.api.events(ordered.task_id) == log
    lost = [event["data"]["reason"] for event in log if event["type"] == "concept_requeued"]
    assert set(lost) == {"worker_lost"}, "nothing was in its hands when it was cut off"
    await facts.rows_hold(home)
