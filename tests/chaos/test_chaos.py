"""Everything goes wrong at once, and in the end every task has ended and every fact holds.

`CHAOS_SECONDS` says how long the trouble lasts, `CHAOS_SEED` what happens in it;
`make chaos` goes on for hours.
"""

import asyncio
import os
import re
import uuid
from collections import Counter
from collections.abc import Sequence

import pytest

from tests.chaos.fleet_world import FleetWorld, StandsOn
from tests.chaos.world import KILLED_ONCE_IN_S, MOST_ORDERS, Tally, World, all_made_after_all
from tests.promises import facts
from tests.promises.conftest import home_on_postgres, home_on_sqlite, model, nursery
from tests.support.door import a_door
from tests.support.fleet import Hits, a_fleet
from tests.support.postgres import Postgres
from tests.support.product import ENDED, Answer, Api, Event, Home, Nursery
from tests.support.redis import Redis
from tests.support.s3 import S3
from tests.support.simulated import Simulated
from trailwright.domain.workflow import KINDS, Kind

__all__ = ["home_on_postgres", "home_on_sqlite", "model", "nursery"]
LASTS_S = float(os.environ.get("CHAOS_SECONDS", "20"))
SEED = os.environ.get("CHAOS_SEED", "7")
USERS = 4
ITEMS = 200
WITHIN_S = 240 + 6 * LASTS_S


@pytest.mark.chaos
@pytest.mark.timeout(WITHIN_S)
async def test_one_machine_is_killed_again_and_again(
    home_on_sqlite: Home, nursery: Nursery, model: Simulated, capsys: pytest.CaptureFixture[str]
) -> None:
    home = impatient(home_on_sqlite)
    await chaos(World([home], nursery, model, SEED), home, capsys)


@pytest.mark.chaos
@pytest.mark.timeout(WITHIN_S)
async def test_two_machines_on_one_database_are_killed_and_frozen(
    home_on_postgres: Home, nursery: Nursery, model: Simulated, capsys: pytest.CaptureFixture[str]
) -> None:
    first = impatient(home_on_postgres.but(STORAGE_URL=f"file://{home_on_postgres.folder / 'objects'}"))
    await chaos(World([first, first.beside("other")], nursery, model, SEED), first, capsys)


@pytest.mark.chaos
@pytest.mark.fleet
@pytest.mark.timeout(WITHIN_S)
async def test_a_fleet_and_everything_it_stands_on_fails(
    home_on_postgres: Home,
    nursery: Nursery,
    model: Simulated,
    postgres: Postgres,
    redis: Redis,
    s3: S3,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Two APIs, three workers, a scheduler; Redis, PostgreSQL, connections, S3; and a version that is new."""
    redis.run("FLUSHALL")
    bucket = f"b-{uuid.uuid4().hex[:12]}"
    await asyncio.to_thread(s3.make_bucket, bucket)
    async with a_door(s3.port, SEED) as door:
        home = impatient(home_on_postgres).but(
            STORAGE_URL=f"s3://{bucket}/texts",
            STORAGE__ENDPOINT=door.url,
            STORAGE__ACCESS_KEY_ID="key",
            STORAGE__SECRET_ACCESS_KEY="secret",
            BROKER_URL=redis.url(),
            WORKER__DRAIN_S=2,
        )
        peace = a_fleet(home.folder, home.given, nursery, Hits.ALL)
        stands_on = StandsOn(postgres, redis, door)
        world = FleetWorld([peace], nursery, model, SEED, stands_on=stands_on)
        try:
            await chaos(world, peace, capsys)
        finally:
            peace.yard.end()
        assert door.refused > 0
        with capsys.disabled():
            print(dict(sorted(world.befell.items())))  # noqa: T201 - for whoever reads the run


def impatient(home: Home) -> Home:
    """Few tries, short waits, and wishes as many as one likes."""
    return home.but(LLM__BACKOFF_S=0.1, LLM__MAX_ATTEMPTS=4, RETRY__ITEM_LIMIT=100)


async def chaos(world: World, home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    """Trouble for a while, then peace; then the facts."""
    with capsys.disabled():
        print(f"\n{type(world).__name__}, seed {SEED}, {LASTS_S:.0f} s")  # noqa: T201 - to repeat it
    await world.live(LASTS_S, USERS)
    late = world.late_refused()
    await world.model.control(latency=0, jitter=0, faults="")
    async with home.up(world.nursery) as up:
        tasks = await all_made_after_all(up.api)
        logs = {task["task_id"]: await up.api.events(task["task_id"]) for task in tasks}
        with capsys.disabled():
            print(report(world.tally, late, logs))  # noqa: T201 - what it promises to tell
        await all_facts_hold(home, up.api, world.model, tasks, logs)
    assert world.tally.kills >= LASTS_S / KILLED_ONCE_IN_S
    assert world.tally.orders >= MOST_ORDERS
    tried = late if world.they_sleep else reasons(logs)["worker_lost"]
    assert tried > 0, "no work was taken from anybody: this run has not tried what it is for"


async def all_facts_hold(
    home: Home, api: Api, model: Simulated, tasks: Sequence[Answer], logs: dict[str, list[Event]]
) -> None:
    """Whole-system facts only: how it came about is nobody's business here."""
    await facts.rows_hold(home)
    for task in tasks:
        log = logs[task["task_id"]]
        assert task["status"] in ENDED
        facts.numbered_without_gap(log)
        assert len(log) == task["last_seq"]
        one_delivery_per_request(log)
    roadmaps = {task["roadmap_id"] for task in tasks}
    items = [item for roadmap_id in roadmaps for item in (await api.items(roadmap_id)).values()]
    assert Counter(items) == {"completed": len(items)}
    assert len(items) >= ITEMS
    for roadmap_id in roadmaps:
        await everything_can_be_read(api, roadmap_id)
    await no_call_too_many(home, model)


def one_delivery_per_request(log: Sequence[Event]) -> None:
    """An order or a retry of the task makes a piece at most once, and goes on with no piece that is made."""
    rounds: list[list[Event]] = [[]]
    for event in log:
        if event["type"] == "retried":
            rounds.append([])
        rounds[-1].append(event)
    for events in rounds:
        for item, story in facts.stories(events).items():
            assert re.fullmatch("(r?sr?)*(s?[cf])?", story), f"{item}: {story}"
            assert story.count("c") <= 1, f"{item}: {story}"


async def everything_can_be_read(api: Api, roadmap_id: str) -> None:
    """No result was lost or named that is not stored."""
    paths = {"tutorial": "tutorials/latest/content", "resources": "resources", "quiz": "quiz"}
    for concept_id, kind in await api.items(roadmap_id):
        path = f"/roadmaps/{roadmap_id}/concepts/{concept_id}/{paths[kind]}"
        assert (await api.client.get(path)).is_success


async def no_call_too_many(home: Home, model: Simulated) -> None:
    """One call for each attempt, and one more for each fault that it met."""
    stats = await model.stats()
    attempts = sum(row["attempt"] for row in await facts.item_rows(home) if KINDS[Kind(row["kind"])].agent)
    assert stats["requests"] <= attempts + sum(stats["faults"].values())


def reasons(logs: dict[str, list[Event]]) -> Counter[str]:
    """Why items were given to somebody else, how often."""
    events = (event for log in logs.values() for event in log if event["type"] == "concept_requeued")
    return Counter(event["data"]["reason"] for event in events)


def report(tally: Tally, late: int, logs: dict[str, list[Event]]) -> str:
    """For whoever reads the run."""
    events = [event for log in logs.values() for event in log]
    requeued = reasons(logs)
    delivered = sum(event["type"] == "concept_complete" for event in events)
    return (
        f"{len(logs)} tasks, {len(events)} events, {delivered} deliveries; "
        f"{tally.kills} kills, {tally.freezes} freezes, leases lost {requeued['worker_lost']}, "
        f"late results refused {late}, put off {requeued['retry_later']}, released {requeued['released']}; "
        f"users: {dict(sorted(tally.asked.items()))}"
    )
