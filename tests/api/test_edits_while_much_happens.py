import asyncio
import copy
from typing import Any

from tests.api.support import World, good
from tests.support import engine
from trailwright.tasks import upkeep

EDITS = 12


async def work(world: World, task_id: str) -> None:
    """A worker that claims and delivers until nothing is left; what was taken away from it does not count."""
    while claimed := await engine.claim(world.db, task_id, 2):
        for one in claimed:
            try:
                await world.deliver(one)
            except engine.LeaseLost:
                continue


async def edit(world: World, roadmap_id: str) -> None:
    """Take the last concept out and bring it back, again and again, with a new one each time."""
    path = f"/roadmaps/{roadmap_id}/framework"
    for n in range(EDITS):
        now = await world.get(path)
        tree = copy.deepcopy(now["framework"])
        concepts: list[dict[str, Any]] = tree["stages"][0]["modules"][0]["concepts"]
        if n % 2:
            concepts.append({"name": f"Added {n}"})
        else:
            concepts.pop()
        good(await world.client.put(path, json={"framework": tree, "version": now["version"]}))


async def test_edits_and_settles_side_by_side_lose_and_double_nothing(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db, 12)
    async with asyncio.TaskGroup() as group:
        group.create_task(edit(world, roadmap_id))
        for _ in range(3):
            group.create_task(work(world, task_id))
    await work(world, task_id)
    task = await world.get(f"/tasks/{task_id}")
    detail = await world.get(f"/roadmaps/{roadmap_id}")
    concepts = [c for s in detail["framework"]["stages"] for m in s["modules"] for c in m["concepts"]]
    events = await engine.events_of(world.db, task_id)
    assert [event["seq"] for event in events] == list(range(1, task["last_seq"] + 1))
    async with world.db.reading() as reader:
        counted = await upkeep.counted(reader, task_id)
    row = await engine.task_row(world.db, task_id)
    assert {name: row[name] for name in counted} == counted
    if task["status"] == "completed":
        batch = await world.client.post(
            f"/roadmaps/{roadmap_id}/concepts/retry-batch", json={"items": "missing"}
        )
        if batch.status_code == 202:
            await world.make_content(batch.json()["task_id"])
    detail = await world.get(f"/roadmaps/{roadmap_id}")
    assert detail["progress"]["total"] == len(concepts) * 3
    assert detail["progress"]["percentage"] == 100
