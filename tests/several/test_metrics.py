"""What operators see: counted where it happens, open to this machine and to who has the token."""

import re

import httpx
import psutil

from tests.support.product import Home, Nursery, Process
from tests.support.simulated import Simulated

TOKEN = "a token for whoever watches"


def values(text: str) -> dict[str, float]:
    """`name{labels}` → value."""
    return {
        found[1]: float(found[2]) for found in re.finditer(r"^(trailwright\S+) (\S+)$", text, re.MULTILINE)
    }


def port_of(process: Process) -> int:
    """Where a worker serves its metrics."""
    found = re.search(r"metrics at http://[\d.]+:(\d+)/", process.said)
    assert found
    return int(found[1])


async def test_what_was_made_is_counted_where_it_was_made(home: Home, nursery: Nursery) -> None:
    async with home.api(nursery) as api, home.worker(nursery, "--metrics-port", "0") as worker:
        ordered = await api.api.order()
        await api.api.ended(ordered.task_id)
        async with httpx.AsyncClient() as client:
            of_worker = values((await client.get(f"http://127.0.0.1:{port_of(worker)}/metrics")).text)
            of_api = values((await client.get(f"{api.api.url}/metrics")).text)
            alive = await client.get(f"http://127.0.0.1:{port_of(worker)}/health/live")
    assert alive.json() == {"status": "ok"}
    for kind in ("tutorial", "resources", "quiz"):
        assert of_worker[f'trailwright_items_total{{kind="{kind}",outcome="Delivered"}}'] == 2
        assert of_worker[f'trailwright_item_seconds_count{{kind="{kind}"}}'] == 2
        assert of_worker[f'trailwright_item_wait_seconds_count{{kind="{kind}"}}'] == 2
    assert of_worker['trailwright_model_seconds_count{agent="quiz",model="simulated"}'] == 2
    assert of_worker['trailwright_tokens_total{agent="quiz",direction="output"}'] > 0
    assert of_worker["trailwright_leases_lost_total"] == of_worker["trailwright_late_results_total"] == 0
    assert 0 <= of_worker["trailwright_pool_in_use"] <= of_worker["trailwright_pool_size"] == 5
    assert not any(name.startswith("trailwright_items_total") for name in of_api)
    assert of_api["trailwright_messages_sent_total"] >= 1
    assert of_api["trailwright_sockets"] == 0


async def test_faults_of_a_model_are_counted(home: Home, nursery: Nursery, model: Simulated) -> None:
    await model.control(faults="quiz.500:1")
    async with home.api(nursery) as api, home.worker(nursery, "--metrics-port", "0") as worker:
        ordered = await api.api.order()
        await api.api.ended(ordered.task_id)
        async with httpx.AsyncClient() as client:
            seen = values((await client.get(f"http://127.0.0.1:{port_of(worker)}/metrics")).text)
    assert seen['trailwright_items_total{kind="quiz",outcome="GaveUp"}'] == 2
    assert seen['trailwright_model_faults_total{agent="quiz",code="model_unavailable"}'] == 10


async def test_others_need_the_token(home: Home, nursery: Nursery) -> None:
    home = home.but(METRICS__TOKEN=TOKEN)
    async with home.worker(nursery, "--metrics-port", "0") as worker, httpx.AsyncClient() as client:
        here = f"http://127.0.0.1:{port_of(worker)}/metrics"
        assert (await client.get(here)).status_code == 200
        proxied = {"X-Forwarded-For": "192.0.2.1"}
        assert (await client.get(here, headers=proxied)).status_code == 403
        right = {**proxied, "Authorization": f"Bearer {TOKEN}"}
        assert (await client.get(here, headers=right)).status_code == 200
        wrong = {"Authorization": "Bearer something else"}
        assert (await client.get(here, headers=wrong)).status_code == 403
        listening = {
            one.laddr.ip for one in psutil.Process(worker.pid).net_connections() if one.status == "LISTEN"
        }
        assert listening == {"0.0.0.0"}  # noqa: S104 - what is asked
    async with home.api(nursery) as api, httpx.AsyncClient() as client:
        assert (await client.get(f"{api.api.url}/metrics", headers=proxied)).status_code == 403
        assert (await client.get(f"{api.api.url}/metrics", headers=right)).status_code == 200
