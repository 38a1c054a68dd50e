import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from tests.api.people import (
    ELSEWHERE,
    PASSWORD,
    SECRET_KEY,
    a_person,
    a_world_of_accounts,
    bearing,
    browser,
    change_user,
    registered,
    with_accounts,
)
from tests.api.support import World, a_world, good, refusal
from tests.support import engine
from trailwright.kit.db import metadata
from trailwright.kit.log import set_up
from trailwright.settings import Settings
from trailwright.users.desk import setup_code

CODE = setup_code(SECRET_KEY)


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with a_world_of_accounts(database_url, tmp_path) as made:
        yield made


def body(name: str = "ann", password: str = PASSWORD, **more: Any) -> dict[str, Any]:
    return {"email": f"{name}@example.org", "password": password, **more}


async def test_the_first_account_is_an_admins_and_needs_the_code_from_elsewhere(world: World) -> None:
    async with browser(world) as ann:
        options = good(await ann.get("/auth/options"))
        assert options["first_account"]
        assert options["setup_code_needed"]
        refusal(await ann.post("/auth/register", json=body()), 403, "setup_code_needed")
        wrong = body(setup_code="aaaaaa-aaaaaa-aaaaaa-aaaaaa")
        refusal(await ann.post("/auth/register", json=wrong), 403, "setup_code_invalid")
        told = await registered(ann, setup_code=CODE)
        assert told["token_type"] == "bearer"
        assert told["expires_in"] == 30 * 86_400
        me = good(await ann.get("/users/me"))
        assert me["role"] == "admin"
        assert not good(await ann.get("/auth/options"))["first_account"]
    async with browser(world) as ben:
        await registered(ben, "ben")
        assert good(await ben.get("/users/me"))["role"] == "learner"


async def test_the_first_account_needs_no_code_at_the_machine_itself(world: World) -> None:
    async with browser(world, "127.0.0.1", "http://127.0.0.1:8000") as ann:
        assert not good(await ann.get("/auth/options"))["setup_code_needed"]
        await registered(ann)
        assert good(await ann.get("/users/me"))["role"] == "admin"


async def test_a_proxy_at_the_machine_is_not_the_machine(world: World) -> None:
    async with browser(world, "127.0.0.1", "http://127.0.0.1:8000") as ann:
        ann.headers["X-Forwarded-For"] = ELSEWHERE
        refusal(await ann.post("/auth/register", json=body()), 403, "setup_code_needed")


async def test_of_two_first_ones_at_once_one_is_the_admin(world: World) -> None:
    async with browser(world) as one, browser(world) as other:
        await asyncio.gather(
            registered(one, "ann", setup_code=CODE), registered(other, "ben", setup_code=CODE)
        )
        roles = {good(await client.get("/users/me"))["role"] for client in (one, other)}
    assert roles == {"admin", "learner"}


async def test_the_first_account_takes_over_what_was_made_without_accounts(world: World) -> None:
    await world.run_sql("INSERT INTO users (user_id, role, created_at) VALUES ('local', 'admin', 0)")
    await engine.a_task(world.db)
    async with browser(world) as ann, browser(world) as ben:
        await registered(ann, setup_code=CODE)
        assert good(await ann.get("/roadmaps"))["total"] == 1
        await registered(ben, "ben")
        assert good(await ben.get("/roadmaps"))["total"] == 0


NO_ADDRESS = [
    *("", "ann", "ann@", "@example.org", "a b@example.org", "a@b@c", "x" * 260),
    *("ann@example..org", "ann@example.org.", "ann@.org", "ann@-example.org", "ann@exa_mple.org"),
    "ann@=?utf-8?q?example.org?=",  # read by who sends mail as ann@example.org
]


@pytest.mark.parametrize("wrong", NO_ADDRESS)
async def test_what_is_no_address_is_refused(world: World, wrong: str) -> None:
    async with browser(world) as client:
        problem = refusal(
            await client.post("/auth/register", json={"email": wrong, "password": PASSWORD}), 422, "invalid"
        )
        assert problem["errors"][0]["field"] == "email"


@pytest.mark.parametrize("wrong", ["", "short", "x" * 257, "aaaaaaaaaaaa", "ann@example.org"])
async def test_a_password_that_anybody_guesses_is_refused(world: World, wrong: str) -> None:
    async with browser(world) as client:
        problem = refusal(await client.post("/auth/register", json=body(password=wrong)), 422, "bad_password")
        assert problem["errors"][0]["field"] == "password"


async def test_a_wrong_password_and_no_account_are_one_answer(world: World) -> None:
    async with browser(world) as ann, browser(world, "192.0.2.99") as guest:
        await registered(ann, setup_code=CODE)
        shut = await a_person(world, "shut")
        await change_user(world, shut.user_id, disabled_at=1)
        told = []
        for name in ("ann", "nobody", "shut"):
            answer = await guest.post("/auth/login", json=body(name, "not the password"))
            problem = refusal(answer, 401, "bad_credentials")
            told.append({key: problem[key] for key in problem if key != "request_id"})
        assert told[0] == told[1] == told[2]


@pytest.mark.alone
async def test_they_take_as_long(world: World) -> None:
    async with browser(world) as ann:
        await registered(ann, setup_code=CODE)

    async def seconds(name: str, n: int) -> float:
        async with browser(world, f"198.51.100.{n}") as guest:
            started = time.perf_counter()
            await guest.post("/auth/login", json=body(name, "not the password"))
            return time.perf_counter() - started

    known = statistics.median([await seconds("ann", n) for n in range(15)])
    unknown = statistics.median([await seconds("nobody", n) for n in range(100, 115)])
    assert abs(known - unknown) < 0.35 * max(known, unknown)


async def test_a_taken_address_is_refused_in_words_that_fit_everything(world: World) -> None:
    async with browser(world) as ann, browser(world) as again:
        await registered(ann, setup_code=CODE)
        problem = refusal(
            await again.post("/auth/register", json=body(password="another long one")), 409, "cannot_register"
        )
        assert "exist" not in problem["detail"]
        refusal(
            await again.post("/auth/register", json=body("ANN", "another long one")), 409, "cannot_register"
        )


@pytest.mark.parametrize(
    ("registration", "code"), [("closed", "registration_closed"), ("invite", "invite_needed")]
)
async def test_who_may_make_an_account_is_a_setting(
    database_url: str, tmp_path: Path, registration: str, code: str
) -> None:
    settings = with_accounts(registration=registration)
    async with a_world_of_accounts(database_url, tmp_path, settings) as world, browser(world) as guest:
        await a_person(world, "ann", role="admin")
        refusal(await guest.post("/auth/register", json=body("ben")), 403, code)


async def test_an_invitation_makes_one_account_for_the_one_it_names(
    database_url: str, tmp_path: Path
) -> None:
    settings = with_accounts(registration="invite")
    async with (
        a_world_of_accounts(database_url, tmp_path, settings) as world,
        browser(world) as guest,
        browser(world) as other,
    ):
        ann = await a_person(world, "ann", role="admin")
        made = await ann.post("/admin/invites", {"email": "Ben@Example.org", "role": "admin"})
        assert not made["mailed"]
        assert made["link"].startswith("http://learn.example/register#")
        word = made["link"].partition("#")[2]
        told = good(await guest.post("/auth/invite", json={"invite": word}))
        assert (told["email"], told["role"]) == ("ben@example.org", "admin")
        refusal(await other.post("/auth/register", json=body("eve", invite=word)), 403, "invite_invalid")
        await registered(guest, "ben", invite=word)
        assert good(await guest.get("/users/me"))["role"] == "admin"
        refusal(await other.post("/auth/register", json=body("eve", invite=word)), 403, "invite_invalid")
        refusal(await other.post("/auth/invite", json={"invite": word}), 404, "invite_not_found")
        assert (await ann.get("/admin/invites"))["invites"] == []


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(world: World) -> None:
    async with browser(world) as ann:
        answer = await ann.post("/auth/register", json=body(setup_code=CODE))
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("trailwright_session=tws_")
        assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
        assert "Secure" not in cookie
        assert "Domain" not in cookie


async def test_over_https_the_cookie_is_bound_to_host_and_https(database_url: str, tmp_path: Path) -> None:
    settings = with_accounts().model_copy(update={"public_url": "https://learn.example"})
    async with (
        a_world_of_accounts(database_url, tmp_path, settings) as world,
        browser(world, place="https://learn.example") as ann,
    ):
        answer = await ann.post("/auth/register", json=body(setup_code=CODE))
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-trailwright_session=")
        assert "Secure" in cookie
        good(await ann.get("/users/me"))
        plain = {"Cookie": cookie.replace("__Host-", "").partition(";")[0]}
        async with world.client_from(ELSEWHERE, base="https://learn.example/api/v1") as tossed:
            refusal(await tossed.get("/users/me", headers=plain), 401)


CROSS: list[tuple[Mapping[str, str], str]] = [
    ({"Origin": "http://evil.example", "X-Trailwright": "1"}, "bad_origin"),
    ({"Origin": "null", "X-Trailwright": "1"}, "bad_origin"),
    ({"Origin": "http://learn.example.evil.example", "X-Trailwright": "1"}, "bad_origin"),
    ({"Origin": "http://learn.example:8080", "X-Trailwright": "1"}, "bad_origin"),
    ({"Sec-Fetch-Site": "cross-site", "X-Trailwright": "1"}, "bad_origin"),
    ({"Sec-Fetch-Site": "same-site", "X-Trailwright": "1"}, "bad_origin"),
    ({"Origin": "http://learn.example"}, "csrf_header_missing"),
    ({}, "csrf_header_missing"),
]


@pytest.mark.parametrize(("headers", "code"), CROSS, ids=str)
async def test_another_sites_page_changes_nothing(
    world: World, headers: Mapping[str, str], code: str
) -> None:
    async with browser(world) as ann:
        await registered(ann, setup_code=CODE)
        before = await world.rows()
        for name in ("Origin", "X-Trailwright"):
            del ann.headers[name]
        for method, path in (
            ("POST", "/tasks/generate"),
            ("PUT", "/users/me/profile"),
            ("DELETE", "/auth/sessions"),
        ):
            refusal(await ann.request(method, path, json={}, headers=headers), 403, code)
        assert await world.rows() == before
        good(await ann.get("/users/me", headers=headers))  # reading shows another site nothing


async def test_another_sites_page_signs_nobody_in(world: World) -> None:
    async with browser(world) as ann:
        await registered(ann, setup_code=CODE)
        foreign = {"Origin": "http://evil.example"}
        refusal(await ann.post("/auth/login", json=body(), headers=foreign), 403, "bad_origin")
        refusal(await ann.post("/auth/logout", headers=foreign), 403, "bad_origin")


async def test_a_program_needs_neither_origin_nor_header(world: World) -> None:
    async with browser(world) as ann:
        told = await registered(ann, setup_code=CODE)
    async with bearing(world, told["access_token"]) as program:
        answer = await program.put("/users/me/profile", json={}, headers={"Origin": "http://evil.example"})
        good(answer)


async def test_a_bearer_token_that_is_wrong_is_not_mended_by_a_cookie(world: World) -> None:
    async with browser(world) as ann:
        await registered(ann, setup_code=CODE)
        refusal(await ann.get("/users/me", headers={"Authorization": "Bearer tws_wrong"}), 401)
        good(await ann.get("/users/me", headers={"Authorization": "Basic cHJveHk6cHJveHk="}))


async def test_who_logs_out_is_out_at_once(world: World) -> None:
    async with browser(world) as ann:
        word = (await registered(ann, setup_code=CODE))["access_token"]
        good(await ann.post("/auth/logout"))
        assert "trailwright_session" not in ann.cookies
        refusal(await ann.get("/users/me"), 401, "unauthorized")
        good(await ann.post("/auth/logout"))
    async with bearing(world, word) as thief:
        refusal(await thief.get("/users/me"), 401)


async def test_nothing_of_a_word_or_a_password_is_kept(world: World) -> None:
    async with browser(world) as ann:
        word = (await registered(ann, setup_code=CODE))["access_token"]
        token = good(await ann.post("/auth/tokens", json={"name": "script"}))["token"]
        ticket = good(await ann.post("/auth/ticket"))["ticket"]
    async with world.db.reading() as reader:
        kept = repr([await reader.rows(select(table)) for table in metadata.sorted_tables])
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in kept
    for secret in (word, token, ticket, PASSWORD, CODE):
        assert secret not in kept


async def test_a_forgotten_password_is_set_anew_by_the_link_in_the_log(world: World, tmp_path: Path) -> None:
    logs = set_up(tmp_path, console="off")
    async with browser(world) as ann, browser(world) as thief:
        await registered(ann, setup_code=CODE)
        for name in ("nobody", "ann"):
            answer = await thief.post("/auth/reset", json={"email": f"{name}@example.org"})
            assert (answer.status_code, answer.json()) == (202, {"accepted": True})
        await world.app.state.desk.settled()
        logs.close()
        told = (tmp_path / "trailwright.log").read_text()
        assert "nobody@" not in told
        word = told.partition("/reset#")[2].partition('"')[0]
        assert word.startswith("twr_")
        bad = {"token": word, "password": "short"}
        refusal(await thief.post("/auth/reset/confirm", json=bad), 422, "bad_password")
        new = {"token": word, "password": "a wholly new one"}
        good(await thief.post("/auth/reset/confirm", json=new))
        refusal(await thief.post("/auth/reset/confirm", json=new), 400, "link_invalid")
        good(await thief.get("/users/me"))
        refusal(await ann.get("/users/me"), 401)
        refusal(await ann.post("/auth/login", json=body()), 401, "bad_credentials")
        good(await ann.post("/auth/login", json=body(password="a wholly new one")))


async def test_a_made_up_link_costs_no_hash(world: World) -> None:
    await a_person(world, "ann", role="admin")
    world.app.state.desk.passwords.close()  # whoever hashes now fails
    async with browser(world) as thief:
        for word in ("", "twr_made-up", "x" * 200):
            new = {"token": word, "password": "a wholly new one"}
            refusal(await thief.post("/auth/reset/confirm", json=new), 400, "link_invalid")


async def test_no_link_makes_the_address_a_password(world: World) -> None:
    ann = await a_person(world, "ann", role="admin")
    link = (await ann.post(f"/admin/users/{ann.user_id}/reset"))["link"].partition("#")[2]
    async with browser(world) as guest:
        new = {"token": link, "password": "Ann@example.org"}
        refusal(await guest.post("/auth/reset/confirm", json=new), 422, "bad_password")
        good(await guest.post("/auth/reset/confirm", json=new | {"password": PASSWORD}))


async def test_a_link_ends_after_an_hour_and_with_the_next_one(world: World) -> None:
    ann = await a_person(world, "ann", role="admin")
    async with browser(world) as guest:
        first = (await ann.post(f"/admin/users/{ann.user_id}/reset"))["link"].partition("#")[2]
        second = (await ann.post(f"/admin/users/{ann.user_id}/reset"))["link"].partition("#")[2]
        new = {"password": PASSWORD}
        refusal(await guest.post("/auth/reset/confirm", json={"token": first, **new}), 400, "link_invalid")
        await world.run_sql("UPDATE proofs SET expires_at = 1 WHERE kind = 'reset'")
        refusal(await guest.post("/auth/reset/confirm", json={"token": second, **new}), 400, "link_invalid")


async def test_in_local_mode_there_are_no_accounts(database_url: str, tmp_path: Path) -> None:
    async with a_world(database_url, tmp_path) as world:
        options = await world.get("/auth/options")
        assert (options["mode"], options["first_account"]) == ("local", False)
        for path in ("/auth/login", "/auth/register"):
            refusal(await world.client.post(path, json=body()), 409, "local_mode")
        refusal(await world.client.get("/auth/sessions"), 409, "local_mode")
        refusal(await world.client.get("/admin/users"), 409, "local_mode")
        assert good(await world.client.post("/auth/ticket"))["expires_in"] == 60


async def test_a_session_ends_when_its_time_is_over(world: World) -> None:
    async with browser(world) as ann:
        await registered(ann, setup_code=CODE)
        good(await ann.get("/users/me"))
        await world.run_sql("UPDATE proofs SET expires_at = 1")
        refusal(await ann.get("/users/me"), 401)


async def test_a_database_that_is_away_is_busy_and_no_refusal(tmp_path: Path, postgres: Any) -> None:
    settings: Settings = with_accounts()
    async with a_world_of_accounts(postgres.fresh_database(), tmp_path, settings) as world:
        ann = await a_person(world, "ann")
        postgres.stop()
        try:
            refusal(await ann.client.get("/users/me"), 503, "busy")
        finally:
            postgres.start()
        good(await ann.client.get("/users/me"))


async def test_the_cookie_of_one_is_no_use_to_another(world: World) -> None:
    async with browser(world) as ann, browser(world) as ben:
        await registered(ann, setup_code=CODE)
        await registered(ben, "ben")
        mine = {client: good(await client.get("/users/me"))["email"] for client in (ann, ben)}
    assert mine == {ann: "ann@example.org", ben: "ben@example.org"}
    assert isinstance(ann, httpx.AsyncClient)
