"""Everything goes wrong at once, and in the end every task has ended and every fact holds."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.chaos.world import Tally, World, all_made_after_all
from tests.promises import facts
from tests.promises.conftest import home_on_postgres, home_on_sqlite, model, nursery
from tests.support.product import Answer, Api, Event, Home, Nursery
from tests.support.simulated import Simulated
from trailwright.domain.workflow import KINDS, Kind

__all__ = ["home_on_postgres", "home_on_sqlite", "model", "nursery"]
LASTS_S = 20
USERS = 4
SEED = 7


@pytest.mark.chaos
@pytest.mark.timeout(240)
async def test_one_machine_is_killed_again_and_again(
    home_on_sqlite: Home, nursery: Nursery, model: Simulated, capsys: pytest.CaptureFixture[str]
) -> None:
    await chaos([home_on_sqlite], nursery, model, capsys)


@pytest.mark.chaos
@pytest.mark.timeout(240)
async def test_two_machines_on_one_database_are_killed_and_frozen(
    home_on_postgres: Home, nursery: Nursery, model: Simulated, capsys: pytest.CaptureFixture[str]
) -> None:
    first = home_on_postgres.but(STORAGE_URL=f"file://{home_on_postgres.folder / 'objects'}")
    await chaos([first, first.beside("other")], nursery, model, capsys)


async def chaos(
    homes: Sequence[Home], nursery: Nursery, model: Simulated, capsys: pytest.CaptureFixture[str]
) -> None:
    """Trouble for a while, then peace; then the facts."""
    homes = [home.but(LLM__BACKOFF_S=0.1, LLM__MAX_ATTEMPTS=4, RETRY__ITEM_LIMIT=100) for home in homes]
    world = World(homes, nursery, model, SEED)
    await world.live(LASTS_S, USERS)
    await model.control(latency=0, jitter=0, faults="")
    async with homes[0].up(nursery) as up:
        tasks = await all_made_after_all(up.api)
        logs = {task["task_id"]: await up.api.events(task["task_id"]) for task in tasks}
        await all_facts_hold(homes[0], up.api, model, tasks, logs)
    with capsys.disabled():
        print(f"\n{report(homes, world.tally, logs)}")  # noqa: T201 - what it promises to tell
    assert world.tally.kills >= LASTS_S / 6
    assert sum(len(log) for log in logs.values()) > 200


async def all_facts_hold(
    home: Home, api: Api, model: Simulated, tasks: Sequence[Answer], logs: dict[str, list[Event]]
) -> None:
    """Whole-system facts only: how it came about is nobody's business here."""
    await facts.rows_hold(home)
    for task in tasks:
        assert task["status"] == "completed" or task["task_type"] != "creation", task
        facts.numbered_without_gap(logs[task["task_id"]])
        assert len(logs[task["task_id"]]) == task["last_seq"]
    for roadmap_id in {task["roadmap_id"] for task in tasks}:
        assert set((await api.items(roadmap_id)).values()) == {"completed"}
        await what_is_completed_can_be_read(api, roadmap_id)
    await no_call_too_many(home, model)


async def what_is_completed_can_be_read(api: Api, roadmap_id: str) -> None:
    """No result was lost or named that is not stored."""
    paths = {"tutorial": "tutorials/latest/content", "resources": "resources", "quiz": "quiz"}
    for (concept_id, kind), status in (await api.items(roadmap_id)).items():
        if status == "completed":
            path = f"/roadmaps/{roadmap_id}/concepts/{concept_id}/{paths[kind]}"
            assert (await api.client.get(path)).is_success


async def no_call_too_many(home: Home, model: Simulated) -> None:
    """One call for each attempt, and one more for each fault that it met."""
    stats = await model.stats()
    attempts = sum(row["attempt"] for row in await facts.item_rows(home) if KINDS[Kind(row["kind"])].agent)
    assert stats["requests"] <= attempts + sum(stats["faults"].values())


def report(homes: Sequence[Home], tally: Tally, logs: dict[str, list[Event]]) -> str:
    """For whoever reads the run."""
    events = [event for log in logs.values() for event in log]
    requeued = Counter(event["data"]["reason"] for event in events if event["type"] == "concept_requeued")
    delivered = sum(event["type"] == "concept_complete" for event in events)
    late = sum(said(home).count("late result refused") for home in homes)
    return (
        f"chaos, seed {SEED}: {len(logs)} tasks, {len(events)} events, {delivered} deliveries; "
        f"{tally.kills} kills, {tally.freezes} freezes, leases lost {requeued['worker_lost']}, "
        f"late results refused {late}, put off {requeued['retry_later']}, released {requeued['released']}; "
        f"users: {dict(sorted(tally.asked.items()))}"
    )


def said(home: Home) -> str:
    """All that its processes logged."""
    return "".join(file.read_text(encoding="utf-8") for file in Path(home.folder, "logs").glob("*"))
