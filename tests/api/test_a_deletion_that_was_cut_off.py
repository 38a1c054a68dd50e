"""An account whose deletion has begun goes, whatever dies meanwhile, and nobody brings it back."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from tests.api.people import ELSEWHERE, Person, a_person, a_world_of_accounts, bearing, give
from tests.api.support import World, good, refusal
from tests.support import engine
from trailwright.domain.preferences import Preferences
from trailwright.errors import UnauthorizedError
from trailwright.kit.db import Tx
from trailwright.lids import Limits
from trailwright.limits.commands import counted, within
from trailwright.llm.gateway import Gateway
from trailwright.tasks.commands import Order, start
from trailwright.users import leaving
from trailwright.work.keeper import Keeper
from trailwright.work.reconciler import Reconciler


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with a_world_of_accounts(database_url, tmp_path) as made:
        yield made


@pytest.fixture
async def ann(world: World) -> Person:
    return await a_person(world, "ann", role="admin")


async def a_leaver(world: World, ann: Person) -> Person:
    """Somebody whose deletion was cut off after its first step, with a task that still runs."""
    eve = await a_person(world, "eve")
    await engine.an_order(world.db)
    await engine.a_task(world.db)
    await give(world, eve)
    begin = partial(leaving.begin, user_id=eve.user_id, by=ann.user_id, address=ELSEWHERE)
    await world.db.transact(begin)
    return eve


async def tidied(*worlds: World) -> None:
    """What the reconcilers of several processes do at their first tick, all at once."""
    gateways = [Gateway(world.settings) for world in worlds]
    several = [
        Reconciler(world.db, world.storage, gateway, Keeper(world.db, world.bus, 30))
        for world, gateway in zip(worlds, gateways, strict=True)
    ]
    await asyncio.gather(*(one.tick() for one in several))
    assert [one.faults for one in several] == [0] * len(several)
    for gateway in gateways:
        await gateway.close()


async def test_it_goes_on_by_itself_however_many_tidy_up(world: World, ann: Person) -> None:
    before = await world.rows()
    await a_leaver(world, ann)
    assert (await world.rows())["roadmaps"] == 2
    await tidied(world, world, world)
    after = await world.rows()
    assert after.pop("audit") == 1
    assert after == before
    [entry] = (await ann.get("/admin/audit"))["entries"]
    assert (entry["action"], entry["user_id"], entry["address"]) == ("user_deleted", ann.user_id, ELSEWHERE)


async def test_nobody_brings_back_who_is_leaving(world: World, ann: Person) -> None:
    eve = await a_leaver(world, ann)
    refusal(await eve.client.get("/users/me"), 401)
    enabled = await ann.client.patch(f"/admin/users/{eve.user_id}", json={"disabled": False})
    refusal(enabled, 404, "user_not_found")
    assert [one["email"] for one in (await ann.get("/admin/users"))["users"]] == [ann.email]
    good(await ann.client.delete(f"/admin/users/{eve.user_id}"))
    refusal(await ann.client.delete(f"/admin/users/{eve.user_id}"), 404, "user_not_found")
    assert (await ann.get("/admin/audit"))["total"] == 1


async def test_what_he_asked_for_just_before_is_not_left_behind(world: World, ann: Person) -> None:
    """Let in before the door was shut, and at the database after it."""
    eve = await a_leaver(world, ann)
    order = Order(Preferences(learning_goal="Bake bread"))

    async def work(tx: Tx) -> dict[str, object]:
        return {"ids": await start(tx, eve.user_id, order)}

    lids = Limits().lids(accounts=True)
    before = await world.rows()
    for late in (counted(work, lids, eve.user_id, "generations"), within(work, lids, eve.user_id)):
        with pytest.raises(UnauthorizedError):
            await world.db.transact(late)
    assert await world.rows() == before


@pytest.mark.usefixtures("ann")
async def test_what_was_counted_of_him_goes_too(world: World) -> None:
    eve = await a_person(world, "eve")
    lids = Limits().lids(accounts=True)

    async def work(tx: Tx) -> dict[str, object]:
        del tx
        return {}

    await world.db.transact(counted(work, lids, eve.user_id, "covers"))
    good(await bearing(world, eve.word).post("/users/me/delete", json={"email": eve.email}))
    assert "started" not in await world.rows()
