from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.people import (
    PASSWORD,
    Person,
    a_person,
    a_session,
    a_token,
    a_world_of_accounts,
    bearing,
    browser,
    give,
    with_accounts,
)
from tests.api.support import World, good, refusal
from tests.support import engine
from trailwright.tasks import leases


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with a_world_of_accounts(database_url, tmp_path) as made:
        yield made


@pytest.fixture
async def ann(world: World) -> Person:
    return await a_person(world, "ann", role="admin")


async def test_accounts_are_listed_and_found(world: World, ann: Person) -> None:
    for name in ("ben", "bea", "carl"):
        await a_person(world, name)
    await world.run_sql("INSERT INTO users (user_id, role, created_at) VALUES ('local', 'admin', 0)")
    page = await ann.get("/admin/users", limit=2)
    assert (page["total"], len(page["users"])) == (4, 2)
    found = await ann.get("/admin/users", q="be")
    assert {one["email"] for one in found["users"]} == {"ben@example.org", "bea@example.org"}
    assert not found["users"][0]["has_password"]


async def test_who_is_disabled_is_out_at_once_and_may_come_back(world: World, ann: Person) -> None:
    ben = await a_person(world, "ben")
    token = await a_token(world, ben.user_id, "read")
    told = good(await ann.client.patch(f"/admin/users/{ben.user_id}", json={"disabled": True}))
    assert told["disabled"]
    refusal(await ben.client.get("/users/me"), 401)
    refusal(await bearing(world, token["token"]).get("/users/me"), 401)
    good(await ann.client.patch(f"/admin/users/{ben.user_id}", json={"disabled": False}))
    refusal(await ben.client.get("/users/me"), 401)  # that session was ended, not put aside
    good(await bearing(world, token["token"]).get("/users/me"))
    good(await bearing(world, await a_session(world, ben.user_id)).get("/users/me"))


async def test_for_who_is_disabled_nothing_runs_on(world: World, ann: Person) -> None:
    ben = await a_person(world, "ben")
    mine, _ = await engine.a_task(world.db)
    await give(world, ann)
    tasks = [await engine.a_task(world.db), await engine.an_order(world.db)]
    ended, _ = await engine.a_task(world.db, 1)
    await world.make_content(ended)
    await give(world, ben)
    running = await engine.claim(world.db, tasks[0][0])
    good(await ann.client.patch(f"/admin/users/{ben.user_id}", json={"disabled": True}))
    found = [
        (await engine.task_row(world.db, task_id))["status"] for task_id in (tasks[0][0], tasks[1][0], ended)
    ]
    assert found == ["paused", "paused", "completed"]
    assert (await engine.task_row(world.db, mine))["status"] != "paused"
    async with world.db.reading() as reader:
        assert await leases.lost(reader, [one.key for one in running]) == {one.key for one in running}
    good(await ann.client.patch(f"/admin/users/{ben.user_id}", json={"disabled": False}))
    async with bearing(world, await a_session(world, ben.user_id)) as again:
        good(await again.post(f"/tasks/{tasks[0][0]}/resume"))


async def test_a_role_holds_from_the_next_request_on(world: World, ann: Person) -> None:
    ben = await a_person(world, "ben")
    refusal(await ben.client.get("/admin/users"), 403, "forbidden")
    good(await ann.client.patch(f"/admin/users/{ben.user_id}", json={"role": "admin"}))
    good(await ben.client.get("/admin/users"))
    good(await ben.client.patch(f"/admin/users/{ann.user_id}", json={"role": "learner"}))
    refusal(await ann.client.get("/admin/users"), 403, "forbidden")


@pytest.mark.parametrize("wish", [{"role": "learner"}, {"disabled": True}])
async def test_somebody_is_left_to_administer(world: World, ann: Person, wish: dict[str, object]) -> None:
    await a_person(world, "ben")
    refusal(await ann.client.patch(f"/admin/users/{ann.user_id}", json=wish), 409, "last_admin")
    refusal(await ann.client.delete(f"/admin/users/{ann.user_id}"), 409, "last_admin")
    good(await ann.client.get("/admin/users"))


async def test_nobody_else_learns_who_is_there(world: World, ann: Person) -> None:
    ben = await a_person(world, "ben")
    for user_id in (ann.user_id, "user-nobody"):
        refusal(await ben.client.delete(f"/admin/users/{user_id}"), 403, "forbidden")
        refusal(await ben.client.patch(f"/admin/users/{user_id}", content=b"{"), 403, "forbidden")
    refusal(await ann.client.patch("/admin/users/user-nobody", content=b"{"), 404, "user_not_found")
    refusal(await ben.client.put("/settings", content=b"{"), 403, "forbidden")
    refusal(await ben.client.get("/model"), 403, "forbidden")


@pytest.mark.parametrize("wish", [{"role": "learner"}, {"disabled": True}])
async def test_who_is_no_admin_any_more_kept_no_way_back(
    world: World, ann: Person, wish: dict[str, object]
) -> None:
    ben = await a_person(world, "ben", role="admin")
    invitation = (await ben.post("/admin/invites", {"role": "admin"}))["link"].partition("#")[2]
    link = (await ben.post(f"/admin/users/{ann.user_id}/reset"))["link"].partition("#")[2]
    good(await ann.client.patch(f"/admin/users/{ben.user_id}", json=wish))
    async with browser(world) as guest:
        refusal(await guest.post("/auth/invite", json={"invite": invitation}), 404, "invite_not_found")
        entry = {"email": "again@example.org", "password": PASSWORD, "invite": invitation}
        refusal(await guest.post("/auth/register", json=entry), 403, "invite_invalid")
        new = {"token": link, "password": PASSWORD}
        refusal(await guest.post("/auth/reset/confirm", json=new), 400, "link_invalid")
    assert (await ann.get("/admin/invites"))["invites"] == []
    good(await ann.client.patch(f"/admin/users/{ben.user_id}", json={"role": "admin", "disabled": False}))
    assert len((await ann.get("/admin/invites"))["invites"]) == 1


async def test_an_account_goes_with_all_it_made(world: World, ann: Person) -> None:
    before = await world.rows()
    ben = await a_person(world, "ben")
    await engine.a_task(world.db)
    await give(world, ben)
    good(await ann.client.delete(f"/admin/users/{ben.user_id}"))
    after = await world.rows()
    assert after.pop("audit") == 1
    assert after == before


async def test_an_admin_sees_what_was_done_and_by_whom(world: World, ann: Person) -> None:
    ben = await a_person(world, "ben")
    good(await ann.client.patch(f"/admin/users/{ben.user_id}", json={"role": "admin"}))
    good(await ann.client.put("/settings", json={"changes": {"LLM__API_KEY": "sk-very-secret-indeed"}}))
    made = await ann.post("/admin/invites", {"email": "carl@example.org"})
    good(await ann.client.delete(f"/admin/invites/{made['invite_id']}"))
    page = await ann.get("/admin/audit")
    assert [one["action"] for one in page["entries"]] == [
        "invite_revoked",
        "invite_created",
        "settings_changed",
        "user_changed",
    ]
    changed = page["entries"][2]
    assert changed["details"] == {"names": ["LLM__API_KEY"]}
    assert changed["email"] == ann.email
    assert changed["address"] == "192.0.2.7"
    assert "very-secret" not in str(page)
    assert (await ann.get("/admin/audit", action="user_changed"))["total"] == 1
    assert (await ann.get("/admin/audit", user_id=ben.user_id))["total"] == 0


@pytest.mark.parametrize("asked", ["user_id=a%00b", "action=a%00b", "user_id=%27", "action=" + "x" * 33])
async def test_what_no_entry_can_have_is_not_looked_for(ann: Person, asked: str) -> None:
    refusal(await ann.client.get(f"/admin/audit?{asked}"), 422)


async def test_where_nobody_may_register_nobody_is_invited(database_url: str, tmp_path: Path) -> None:
    settings = with_accounts(registration="closed")
    async with a_world_of_accounts(database_url, tmp_path, settings) as world:
        ann = await a_person(world, "ann", role="admin")
        refusal(await ann.client.post("/admin/invites", json={}), 409, "registration_closed")
