"""Signing in at somebody else's, and the first account of a server that stands elsewhere."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.support.oidc import CLIENT, SECRET, OpenId, a_provider
from tests.support.product import Home, Nursery, Up
from tests.web.house import OWNER, PASSWORD, is_asked_to_sign_in, somebody

FROM_ELSEWHERE = {"X-Forwarded-For": "203.0.113.9"}
"""A request that was passed on does not come from this machine."""


@pytest.fixture
async def provider() -> AsyncIterator[OpenId]:
    async with a_provider() as made:
        yield made


@pytest.fixture
async def school(home_on_sqlite: Home, nursery: Nursery, provider: OpenId) -> AsyncIterator[Up]:
    """A product whose people sign in at their school; its owner has an account."""
    home = home_on_sqlite.but(
        AUTH__MODE="accounts",
        AUTH__REGISTRATION="open",
        AUTH__OIDC_DISCOVERY_URL=provider.discovery_url,
        AUTH__OIDC_CLIENT_ID=CLIENT,
        AUTH__OIDC_CLIENT_SECRET=SECRET,
        AUTH__OIDC_NAME="Our school",
    )
    async with home.up(nursery) as up:
        body = {"email": OWNER, "password": PASSWORD}
        answer = await up.api.client.post("/auth/register", json=body, headers={"X-Trailwright": "1"})
        assert answer.is_success, answer.text
        up.api.client.cookies.clear()
        yield up


async def test_whom_the_school_knows_comes_back_to_where_they_wanted_to_go(
    school: Up, browser: Browser
) -> None:
    async with somebody(browser, school.api) as ann:
        await ann.page.goto("/settings?x=1")
        await is_asked_to_sign_in(ann)
        await ann.breaks_no_rule_of_access()
        await ann.page.get_by_role("link", name="Sign in with Our school").press("Enter")
        await ann.page.wait_for_url("**/settings?x=1")
        await expect(ann.page.get_by_text("ann@example.org").first).to_be_visible()
        assert await ann.page.get_by_label("Password until now").count() == 0, "there is no password to know"
        await ann.page.get_by_role("button", name=re.compile("^Your account")).click()
        await ann.page.get_by_role("menuitem", name="Sign out").click()
        await is_asked_to_sign_in(ann)
        await ann.page.get_by_role("link", name="Sign in with Our school").click()
        await ann.page.wait_for_url(f"{school.api.url}/")
        await expect(ann.page.get_by_role("heading", level=1)).to_have_text("What do you want to learn?")


async def test_whom_the_school_does_not_vouch_for_is_told_and_tries_again(
    school: Up, browser: Browser, provider: OpenId
) -> None:
    provider.claims = {"nonce": "another"}
    async with somebody(browser, school.api) as ann:
        await ann.opens("/login", "Sign in")
        await ann.page.get_by_role("link", name="Sign in with Our school").click()
        await expect(
            ann.page.get_by_role("alert").get_by_text("Signing in there did not work.")
        ).to_be_visible()
        assert "#" not in ann.page.url
        await ann.breaks_no_rule_of_access()
        provider.claims = {}
        await ann.page.get_by_role("link", name="Sign in with Our school").click()
        await expect(ann.page.get_by_role("heading", level=1)).to_have_text("What do you want to learn?")


async def test_a_stranger_of_the_school_is_told_that_an_invitation_is_needed(
    home_on_sqlite: Home, nursery: Nursery, provider: OpenId, browser: Browser
) -> None:
    home = home_on_sqlite.but(
        AUTH__MODE="accounts",
        AUTH__OIDC_DISCOVERY_URL=provider.discovery_url,
        AUTH__OIDC_CLIENT_ID=CLIENT,
        AUTH__OIDC_CLIENT_SECRET=SECRET,
    )
    async with (
        home.up(nursery) as up,
        somebody(browser, up.api, OWNER),
        somebody(browser, up.api, locale="zh-CN") as stranger,
    ):
        await stranger.opens("/login", "登录")
        await stranger.page.locator("a[href*='/auth/oidc/login']").click()
        await expect(stranger.page.get_by_role("alert").get_by_text("邀请")).to_be_visible()


async def test_the_first_account_from_elsewhere_needs_the_code_that_was_printed(
    home_on_sqlite: Home, nursery: Nursery, browser: Browser
) -> None:
    async with home_on_sqlite.but(AUTH__MODE="accounts").up(nursery) as up:
        await up.says("set-up code: ")
        found = re.search(r"set-up code: (\S+)", up.said)
        assert found is not None
        async with somebody(browser, up.api, extra_http_headers=FROM_ELSEWHERE) as owner:
            page = owner.page
            await owner.opens("/", "Make the first account")
            await owner.breaks_no_rule_of_access()
            code = page.get_by_label(re.compile("code", re.IGNORECASE))
            await page.get_by_label("E-mail").fill(OWNER)
            await page.get_by_label("Password", exact=True).fill(PASSWORD)
            for wrong in ("", "aaaaaa-aaaaaa-aaaaaa-aaaaaa"):
                await code.fill(wrong)
                await page.get_by_role("button", name="Make the account").click()
                await expect(code).to_be_focused()
                await expect(code).to_have_attribute("aria-invalid", "true")
            await code.fill(f" {found[1]} ")
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("heading", level=1)).to_have_text("What do you want to learn?")
            assert (await owner.context.request.get("/api/v1/users/me")).ok
