import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.people import (
    PASSWORD,
    SECRET_KEY,
    Person,
    a_person,
    a_session,
    a_token,
    a_world_of_accounts,
    bearing,
    browser,
    give,
)
from tests.api.support import World, good, refusal
from tests.support import engine
from trailwright.configuration.sealing import seal
from trailwright.covers.records import NewCover, keep, object_key
from trailwright.payers import commands as payers
from trailwright.payers.queries import Stored
from trailwright.roadmaps.archive_check import read
from trailwright.users import proofs


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with a_world_of_accounts(database_url, tmp_path) as made:
        yield made


@pytest.fixture
async def ann(world: World) -> Person:
    """Somebody with a password; an admin is there besides."""
    await a_person(world, "admin", role="admin")
    kept = await world.app.state.desk.passwords.hashed(PASSWORD)
    return await a_person(world, "ann", password_hash=kept)


async def owned(world: World, person: Person) -> tuple[str, str]:
    """A task with content, made his."""
    task_id, roadmap_id = await engine.a_task(world.db)
    await world.make_content(task_id)
    await give(world, person, task_id)
    return task_id, roadmap_id


async def test_another_password_ends_every_other_session(world: World, ann: Person) -> None:
    other = await a_session(world, ann.user_id)
    token = await a_token(world, ann.user_id, "read")
    change = {"current_password": "not it", "new_password": "a wholly new one"}
    refusal(await ann.client.put("/auth/password", json=change), 403, "wrong_password")
    short = {"current_password": PASSWORD, "new_password": "short"}
    problem = refusal(await ann.client.put("/auth/password", json=short), 422, "bad_password")
    assert problem["errors"][0]["field"] == "new_password"
    change["current_password"] = PASSWORD
    good(await ann.client.put("/auth/password", json=change))
    good(await ann.client.get("/users/me"))
    refusal(await bearing(world, other).get("/users/me"), 401)
    good(await bearing(world, token["token"]).get("/users/me"))
    async with browser(world) as again:
        body = {"email": ann.email, "password": PASSWORD}
        refusal(await again.post("/auth/login", json=body), 401)
        good(await again.post("/auth/login", json=body | {"password": "a wholly new one"}))


async def test_sessions_are_listed_and_revoked(world: World, ann: Person) -> None:
    words = [await a_session(world, ann.user_id) for _ in range(3)]
    listed = (await ann.get("/auth/sessions"))["sessions"]
    assert len(listed) == 4
    assert [one["current"] for one in listed].count(True) == 1
    assert {one["address"] for one in listed} == {"192.0.2.7"}
    assert "tws_" not in str(listed)
    other = next(one["session_id"] for one in listed if not one["current"])
    good(await ann.client.delete(f"/auth/sessions/{other}"))
    refusal(await ann.client.delete(f"/auth/sessions/{other}"), 404, "session_not_found")
    assert good(await ann.client.delete("/auth/sessions")) == {"revoked": 2}
    for word in words:
        refusal(await bearing(world, word).get("/users/me"), 401)
    good(await ann.client.get("/users/me"))


async def test_a_token_is_told_once_and_does_what_its_scopes_say(world: World, ann: Person) -> None:
    made = await ann.post("/auth/tokens", {"name": "script", "scopes": ["write"], "expires_in_days": 1})
    assert made["scopes"] == ["read", "write"]
    assert made["token"].startswith("twt_")
    listed = (await ann.get("/auth/tokens"))["tokens"]
    assert made["token"] not in str(listed)
    assert listed[0]["hint"].rstrip("…") == made["token"][:9]
    async with bearing(world, made["token"]) as script:
        good(await script.put("/users/me/profile", json={"motivation": "to see"}))
        refusal(await script.post("/auth/tokens", json={"name": "more"}), 403, "insufficient_scope")
        good(await ann.client.delete(f"/auth/tokens/{made['token_id']}"))
        refusal(await script.get("/users/me"), 401)


async def test_a_token_that_may_read_reads_and_follows(world: World, ann: Person) -> None:
    token = await a_token(world, ann.user_id, "read")
    async with bearing(world, token["token"]) as script:
        good(await script.get("/roadmaps"))
        good(await script.post("/auth/ticket"))
        good(await script.post("/cover-images/batch-get", json={"roadmap_ids": []}))
        body = {"preferences": {"learning_goal": "Bread"}}
        refusal(await script.post("/tasks/generate", json=body), 403, "insufficient_scope")
        refusal(await script.post("/tasks/unknown/cancel"), 404)


async def test_use_is_noted_lazily(world: World, ann: Person) -> None:
    token = await a_token(world, ann.user_id, "read")
    async with bearing(world, token["token"]) as script:
        good(await script.get("/users/me"))
    await world.app.state.desk.settled()
    [told] = (await ann.get("/auth/tokens"))["tokens"]
    first = told["last_used_at"]
    assert first is not None
    async with bearing(world, token["token"]) as script:
        good(await script.get("/users/me"))
    await world.app.state.desk.settled()
    [told] = (await ann.get("/auth/tokens"))["tokens"]
    assert told["last_used_at"] == first


async def test_there_is_a_limit_to_tokens(world: World, ann: Person) -> None:
    for _ in range(50):
        await a_token(world, ann.user_id, "read")
    refusal(await ann.client.post("/auth/tokens", json={"name": "one more"}), 409, "too_many_tokens")


async def test_what_happened_with_my_account_is_told_to_me(ann: Person) -> None:
    await ann.post("/auth/tokens", {"name": "script"})
    told = (await ann.get("/users/me/audit"))["entries"]
    assert [one["action"] for one in told] == ["token_created"]
    assert told[0]["address"] == "192.0.2.7"


async def test_a_cancel_is_noted_with_its_reason_and_a_deletion(world: World, ann: Person) -> None:
    task_id, roadmap_id = await engine.a_task(world.db)
    await give(world, ann)
    await ann.post(f"/tasks/{task_id}/cancel", {"reason": "too long"})
    refusal(await ann.client.post(f"/tasks/{task_id}/cancel"), 400, "not_cancellable")
    good(await ann.client.delete(f"/roadmaps/{roadmap_id}"))
    good(await ann.client.delete(f"/roadmaps/{roadmap_id}/permanent"))
    told = (await ann.get("/users/me/audit"))["entries"]
    assert [(one["action"], one["subject"]) for one in told] == [
        ("roadmap_purged", roadmap_id),
        ("roadmap_deleted", roadmap_id),
        ("task_cancelled", task_id),
    ]
    assert told[-1]["details"] == {"reason": "too long"}


async def test_everything_of_mine_comes_along(world: World, ann: Person) -> None:
    task_id, roadmap_id = await owned(world, ann)
    other = await a_person(world, "ben")
    _, others = await owned(world, other)
    answer = await ann.client.get("/users/me/export")
    assert answer.headers["content-type"] == "application/zip"
    assert "attachment" in answer.headers["content-disposition"]
    file = zipfile.ZipFile(io.BytesIO(answer.content))
    parts = {f"roadmaps/{roadmap_id}.json", f"archives/{roadmap_id}.json"}
    assert set(file.namelist()) == {"account.json", "tasks.json"} | parts
    account = json.loads(file.read("account.json"))
    assert account["email"] == ann.email
    assert [one["task_id"] for one in json.loads(file.read("tasks.json"))] == [task_id]
    roadmap = json.loads(file.read(f"roadmaps/{roadmap_id}.json"))
    assert len(roadmap["tutorials"]) == 3
    everything = b"".join(file.read(name) for name in file.namelist()).decode()
    assert others not in everything
    assert "argon2" not in everything
    assert ann.word not in everything


async def test_what_was_said_and_every_version_comes_along_too(world: World, ann: Person) -> None:
    task_id, roadmap_id = await owned(world, ann)
    await world.run_sql("UPDATE roadmaps SET additional_context = 'I bake on Sundays'")
    picture = b"RIFF of a picture"
    await world.storage.put(object_key(roadmap_id, "ab" * 8, 1600), picture)
    await world.db.transact(lambda tx: keep(tx, roadmap_id, NewCover("ab" * 8, "upload"), 1))
    [concept_id, *_] = [row["concept_id"] for row in await engine.item_rows(world.db, roadmap_id)]
    wish = {"instruction": "Only verse"}
    made = await ann.post(f"/roadmaps/{roadmap_id}/concepts/{concept_id}/tutorial/retry", wish)
    await world.make_content(made["data"]["task_id"])
    shared = await ann.post(f"/roadmaps/{roadmap_id}/share")
    sealed = seal(SECRET_KEY, payers.label(ann.user_id), "key-of-his-own-that-nobody-sees")
    own = Stored(ann.user_id, "openai:gpt-5-mini", None, sealed)
    await world.db.transact(lambda tx: payers.save(tx, own))
    file = zipfile.ZipFile(io.BytesIO((await ann.client.get("/users/me/export")).content))
    account = json.loads(file.read("account.json"))
    assert account["own_model"] == {"model": "openai:gpt-5-mini", "base_url": None}
    assert (account["signs_in_at"], account["invitations"]) == ([], [])
    assert json.loads(file.read(f"roadmaps/{roadmap_id}.json"))["share"]["token"] == shared["token"]
    assert file.read(f"covers/{roadmap_id}.webp") == picture
    archive = json.loads(file.read(f"archives/{roadmap_id}.json"))
    assert archive["rows"]["roadmaps"][0]["additional_context"] == "I bake on Sundays"
    versions = archive["rows"]["content_versions"]
    assert max(row["version"] for row in versions) == 2
    assert set(archive["objects"]) == {row["object_key"] for row in versions}
    assert sealed not in b"".join(file.read(name) for name in file.namelist()).decode("latin-1")
    await ann.client.delete(f"/roadmaps/{roadmap_id}")
    good(await ann.client.delete(f"/roadmaps/{roadmap_id}/permanent"))
    assert read(archive).roadmap_id == roadmap_id
    assert task_id in str(archive["rows"]["tasks"])


async def test_who_leaves_leaves_nothing(world: World) -> None:
    await a_person(world, "admin", role="admin")
    ben = await a_person(world, "ben")
    await owned(world, ben)
    before = await world.rows()
    eve = await a_person(world, "eve")
    await owned(world, eve)
    await engine.an_order(world.db)
    await give(world, eve)
    await eve.post("/auth/tokens", {"name": "script"})
    refusal(await eve.client.post("/users/me/delete", json={"email": "ben@example.org"}), 422, "invalid")
    good(await eve.client.post("/users/me/delete", json={"email": "EVE@example.org"}))
    refusal(await eve.client.get("/users/me"), 401)
    after = await world.rows()
    assert after.pop("audit") == 2  # that somebody made a token and left, not who
    assert after == before
    async with world.db.reading() as reader:
        assert await proofs.listed(reader, eve.user_id, "token") == []


async def test_who_has_a_password_shows_it_before_leaving(ann: Person) -> None:
    said = {"email": ann.email, "password": "not it"}
    refusal(await ann.client.post("/users/me/delete", json=said), 403, "wrong_password")
    good(await ann.client.post("/users/me/delete", json=said | {"password": PASSWORD}))


async def test_the_last_admin_stays(world: World, ann: Person) -> None:
    await world.run_sql("DELETE FROM users WHERE email = 'admin@example.org'")
    await world.run_sql("UPDATE users SET role = 'admin'")
    said = {"email": ann.email, "password": PASSWORD}
    refusal(await ann.client.post("/users/me/delete", json=said), 409, "last_admin")
