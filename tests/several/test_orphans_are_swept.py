"""What a store of texts keeps of attempts that came to nothing is swept, however often the store refuses."""

import asyncio

from tests.promises import facts
from tests.promises.test_nothing_is_lost import is_a_start
from tests.promises.test_tries_and_waits import the_waits_are_over
from tests.support.door import Door, a_door
from tests.support.product import Home, Ordered
from tests.support.s3 import S3
from tests.support.simulated import Simulated
from trailwright.contents.queries import named_keys
from trailwright.errors import BusyError
from trailwright.kit.db import Database
from trailwright.kit.storage import Storage
from trailwright.tasks.retention import sweep_objects


async def keys_of(storage: Storage) -> set[str]:
    """Everything that is stored."""
    return {stored.key async for page in storage.pages("items") for stored in page}


async def swept(db: Database, storage: Storage) -> int:
    """Again and again, until a whole round came through; how many objects went in that one."""
    while True:
        try:
            return await sweep_objects(db, storage)
        except BusyError:
            continue


async def stored_but_said_not(door: Door, home: Home, model: Simulated) -> Ordered:
    """A roadmap that is made while each second text is stored and the store says that it is not."""
    async with home.here() as here:
        ordered = await here.api.order(auto_approve=False)
        await here.api.until(ordered.task_id, lambda task: task["status"] == "human_review_pending")
        door.fails = 1.0
        await here.api.post(f"/tasks/{ordered.task_id}/review", {"decision": "approve"})
        await here.api.heard(ordered.task_id, is_a_start)
        await here.api.heard(ordered.task_id, lambda event: event["type"] == "concept_requeued")
        door.fails = 0.0
        await here.api.until(ordered.task_id, lambda task: task["progress"]["generating"] == 0)
        await the_waits_are_over(here)
        assert (await here.api.ended(ordered.task_id))["status"] == "completed"
        await facts.everything_can_be_read(here.api, ordered.roadmap_id)
    assert (await model.stats())["requests"] > 0
    return ordered


async def test_all_of_them_and_nothing_else(home: Home, s3: S3, model: Simulated) -> None:
    async with a_door(s3.port, "sweeping") as door:
        home = home.but(STORAGE__ENDPOINT=door.url)
        await stored_but_said_not(door, home, model)
        url, secret = str(home.given["STORAGE_URL"]), str(home.given["STORAGE__SECRET_ACCESS_KEY"])
        storage = Storage.from_url(
            url, endpoint=door.url, access_key_id="key", secret_access_key=secret, region=None
        )
        db = Database(home.database_url)
        try:
            stored = await keys_of(storage)
            async with db.reading() as reader:
                named = set(await named_keys(reader, stored))
            assert len(named) == 6
            assert len(stored) > len(named), "no attempt came to nothing"
            door.fails, door.refused = 0.5, 0
            while not door.refused:
                await swept(db, storage)
            door.fails = 0.0
            assert await keys_of(storage) == named
        finally:
            await db.close()
            await asyncio.to_thread(storage.close)
