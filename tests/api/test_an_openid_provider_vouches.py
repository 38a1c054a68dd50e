import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import SecretStr

from tests.api.people import ELSEWHERE, a_person, a_world_of_accounts, browser, with_accounts
from tests.api.support import World, good, refusal
from tests.support.oidc import CLIENT, SECRET, OpenId, a_provider

BACK = "/auth/oidc/callback"


@pytest.fixture
async def provider() -> AsyncIterator[OpenId]:
    async with a_provider() as made:
        yield made


@pytest.fixture
def registration() -> str:
    return "open"


@pytest.fixture
async def world(
    database_url: str, tmp_path: Path, provider: OpenId, registration: str
) -> AsyncIterator[World]:
    settings = with_accounts(
        registration=registration,
        oidc_discovery_url=provider.discovery_url,
        oidc_client_id=CLIENT,
        oidc_client_secret=SecretStr(SECRET),
        oidc_name="Our school",
    )
    async with a_world_of_accounts(database_url, tmp_path, settings) as made:
        await a_person(made, "admin", role="admin")
        yield made


async def there(client: httpx.AsyncClient, provider: OpenId, back_to: str = "/tasks") -> dict[str, str]:
    """To the provider; what the browser comes back with."""
    answer = await client.get("/auth/oidc/login", params={"next": back_to})
    assert answer.status_code == 302
    return provider.arrived(answer.headers["location"])


async def there_and_back(client: httpx.AsyncClient, provider: OpenId) -> str:
    """Where the browser is in the end."""
    answer = await client.get(BACK, params=await there(client, provider))
    assert answer.status_code == 302
    return str(answer.headers["location"])


async def test_whom_it_vouches_for_is_signed_in(world: World, provider: OpenId) -> None:
    async with browser(world) as ann:
        assert good(await ann.get("/auth/options"))["oidc"] == {
            "name": "Our school",
            "start": "/api/v1/auth/oidc/login",
        }
        assert await there_and_back(ann, provider) == "/tasks"
        assert provider.asked["code_challenge_method"] == "S256"
        assert provider.asked["redirect_uri"] == "http://learn.example/api/v1/auth/oidc/callback"
        me = good(await ann.get("/users/me"))
        assert (me["email"], me["role"], me["has_password"]) == ("ann@example.org", "learner", False)
        assert good(await ann.get("/auth/sessions"))["sessions"][0]["method"] == "oidc"
    async with browser(world) as again:
        await there_and_back(again, provider)
        assert good(await again.get("/users/me"))["user_id"] == me["user_id"]


async def test_it_is_known_by_its_subject_and_not_by_its_address(world: World, provider: OpenId) -> None:
    async with browser(world) as ann:
        await there_and_back(ann, provider)
        me = good(await ann.get("/users/me"))
    provider.claims = {"email": "changed@example.org"}
    async with browser(world) as again:
        await there_and_back(again, provider)
        assert good(await again.get("/users/me"))["user_id"] == me["user_id"]


async def test_who_gets_an_address_later_does_not_get_the_account(world: World, provider: OpenId) -> None:
    async with browser(world) as ann:
        await there_and_back(ann, provider)
        provider.claims = {"sub": "subject-2"}
        async with browser(world) as heir:
            assert await there_and_back(heir, provider) == "/login#oidc_no_account"
            refusal(await heir.get("/users/me"), 401)
        good(await ann.get("/users/me"))


async def test_the_address_may_come_from_the_userinfo(world: World, provider: OpenId) -> None:
    provider.claims = {"email": None, "email_verified": None}
    async with browser(world) as ann:
        assert await there_and_back(ann, provider) == "/tasks"


async def test_whoever_took_the_address_before_does_not_keep_it(world: World, provider: OpenId) -> None:
    squatter = await a_person(world, "ann", password_hash="x")
    async with browser(world) as ann:
        await there_and_back(ann, provider)
        me = good(await ann.get("/users/me"))
        assert (me["user_id"], me["has_password"]) == (squatter.user_id, False)
        noted = good(await ann.get("/users/me/audit"))["entries"]
        assert [(one["action"], one["address"]) for one in noted] == [
            ("login", ELSEWHERE),
            ("identity_linked", ELSEWHERE),
        ]
    refusal(await squatter.client.get("/users/me"), 401)


NOW = int(time.time())
WRONG: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "for another client": {"aud": "another"},
    "of another issuer": {"iss": "http://evil.example"},
    "expired": {"exp": NOW - 3600},
    "no subject": {"sub": None},
    "another party": {"aud": [CLIENT, "another"], "azp": "another"},
    "several clients and no party": {"aud": [CLIENT, "another"]},
    "a subject longer than any": {"sub": "s" * 256},
    "a subject that cannot be kept": {"sub": "s\x00"},
}


@pytest.mark.parametrize("claims", WRONG.values(), ids=WRONG)
async def test_a_token_that_is_not_for_this_very_way_is_refused(
    world: World, provider: OpenId, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    async with browser(world) as ann:
        assert await there_and_back(ann, provider) == "/login#oidc_failed"
        refusal(await ann.get("/users/me"), 401)


async def test_a_token_that_somebody_else_signed_is_refused(world: World, provider: OpenId) -> None:
    provider.signs_with = rsa.generate_private_key(65537, 2048)
    async with browser(world) as ann:
        assert await there_and_back(ann, provider) == "/login#oidc_failed"
    provider.signs_with, provider.algorithm = SECRET * 2, "HS256"
    async with browser(world) as ann:
        assert await there_and_back(ann, provider) == "/login#oidc_failed"


async def test_an_answer_that_nobody_asked_for_is_refused(world: World, provider: OpenId) -> None:
    async with browser(world) as ann, browser(world) as thief:
        hers = await there(ann, provider)
        for came in (hers, {"code": "x"}, {"error": "access_denied"}, {}):
            answer = await thief.get(BACK, params=came)
            assert answer.headers["location"] == "/login#oidc_failed"
        answer = await ann.get(BACK, params=hers | {"state": "another"})
        assert answer.headers["location"] == "/login#oidc_failed"


async def test_an_address_nobody_verified_is_none(world: World, provider: OpenId) -> None:
    wrong: list[dict[str, Any]] = [{"email": "no address"}]
    said: tuple[Any, ...] = (False, None, "false", 1, ["true"], {})
    for claims in wrong + [{"email_verified": one} for one in said]:
        provider.claims = claims
        async with browser(world) as ann:
            assert await there_and_back(ann, provider) == "/login#oidc_no_email"


@pytest.mark.parametrize("registration", ["invite"])
async def test_where_invitations_are_needed_one_must_name_the_address(world: World, provider: OpenId) -> None:
    async with browser(world) as ann:
        assert await there_and_back(ann, provider) == "/login#oidc_no_account"
        admin = await a_person(world, "other", role="admin")
        await admin.post("/admin/invites", {"email": "ann@example.org"})
        assert await there_and_back(ann, provider) == "/tasks"


async def test_the_first_account_is_not_a_providers_to_give(world: World, provider: OpenId) -> None:
    await world.run_sql("DELETE FROM users")
    async with browser(world) as ann:
        assert await there_and_back(ann, provider) == "/login#oidc_first"


async def test_who_is_disabled_stays_out(world: World, provider: OpenId) -> None:
    async with browser(world) as ann:
        await there_and_back(ann, provider)
        await world.run_sql("UPDATE users SET disabled_at = 1 WHERE email = 'ann@example.org'")
        assert await there_and_back(ann, provider) == "/login#oidc_no_account"


@pytest.mark.parametrize("back_to", ["//evil.example", "https://evil.example", "/\\evil.example", "x"])
async def test_nobody_is_sent_to_another_site(world: World, provider: OpenId, back_to: str) -> None:
    async with browser(world) as ann:
        answer = await ann.get(BACK, params=await there(ann, provider, back_to))
        assert answer.headers["location"] == "/"


async def test_a_provider_that_names_no_https_is_not_asked(world: World, provider: OpenId) -> None:
    provider.more = {"authorization_endpoint": "http://idp.example/authorize"}
    async with browser(world) as ann:
        answer = await ann.get("/auth/oidc/login")
        assert answer.headers["location"] == "/login#oidc_failed"


async def test_without_a_provider_there_is_no_way_there(database_url: str, tmp_path: Path) -> None:
    async with a_world_of_accounts(database_url, tmp_path) as world, browser(world) as ann:
        refusal(await ann.get("/auth/oidc/login"), 404, "oidc_not_found")
