"""With accounts: in, out, back to where one was; invitations, forgotten passwords, one's own data."""

import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.support.product import Home, Nursery, Up
from tests.web.house import FRIEND, OWNER, PASSWORD, is_asked_to_sign_in, registers, signs_in, somebody
from tests.web.person import Person


@pytest.fixture
async def product(home_on_sqlite: Home, nursery: Nursery) -> AsyncIterator[Up]:
    """In accounts mode; nobody has an account yet."""
    async with home_on_sqlite.but(AUTH__MODE="accounts").up(nursery) as up:
        yield up


@pytest.fixture
async def owner(browser: Browser, product: Up) -> AsyncIterator[Person]:
    """Whoever made the first account."""
    async with somebody(browser, product.api, OWNER) as person:
        yield person


async def invited(owner: Person) -> str:
    """A new invitation's secret."""
    link: str = (await owner.api.post("/admin/invites", {}))["link"]
    return link.partition("#")[2]


async def a_friend(browser: Browser, owner: Person, **more: Any) -> AbstractAsyncContextManager[Person]:
    """Somebody whom the owner has invited."""
    return somebody(browser, owner.api, FRIEND, invite=await invited(owner), **more)


async def chooses(person: Person, item: str) -> None:
    """In the menu of one's account."""
    await person.page.get_by_role("button", name=re.compile("^Your account")).click()
    await person.page.get_by_role("menuitem", name=item).click()


async def test_the_first_account_is_made_and_one_comes_back_to_where_one_was(person: Person) -> None:
    page = person.page
    await page.goto("/tasks")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Make the first account")
    await person.breaks_no_rule_of_access()
    await page.get_by_role("button", name="Make the account").click()
    await expect(page.get_by_text("Type an e-mail address.")).to_be_visible()
    await expect(page.get_by_label("E-mail")).to_be_focused()
    await page.get_by_label("E-mail").fill(OWNER)
    await page.get_by_label("Password", exact=True).fill("short")
    await page.get_by_role("button", name="Make the account").click()
    await expect(page.get_by_label("Password", exact=True)).to_be_focused()
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Make the account").dblclick()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Tasks")
    await chooses(person, "Sign out")
    await is_asked_to_sign_in(person)
    await page.goto("/settings?x=1#profile")
    await is_asked_to_sign_in(person)
    await signs_in(person, OWNER, "not this one")
    await expect(page.get_by_text("The address or the password is wrong.")).to_be_visible()
    await signs_in(person, OWNER)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    assert page.url.endswith("/settings?x=1#profile")


@pytest.mark.parametrize(
    "next_", ["//example.org/", "/\\example.org", "https://example.org", "javascript:alert(1)"]
)
async def test_signing_in_leads_nowhere_else(owner: Person, next_: str) -> None:
    await owner.context.clear_cookies()
    await owner.page.goto("/login")
    await owner.page.evaluate(
        "to => history.replaceState(null, '', '/login?next=' + encodeURIComponent(to))", next_
    )
    await owner.page.reload()
    await is_asked_to_sign_in(owner)
    await signs_in(owner, OWNER)
    await owner.page.wait_for_url(re.compile("^http://127"))
    await expect(owner.page.get_by_role("heading", level=1)).to_have_text("What do you want to learn?")


async def test_a_session_that_was_ended_elsewhere_is_asked_for_again(owner: Person) -> None:
    ordered = await owner.api.order(auto_approve=False)
    await owner.opens(f"/tasks/{ordered.task_id}")
    await owner.api.client.delete("/auth/sessions")
    sessions = (await owner.api.get("/auth/sessions"))["sessions"]
    for one in sessions:
        await owner.api.client.delete(f"/auth/sessions/{one['session_id']}")
    await is_asked_to_sign_in(owner)  # the socket of the page was told
    await signs_in(owner, OWNER)
    await owner.page.wait_for_url(f"**/tasks/{ordered.task_id}")
    await expect(owner.page.get_by_role("button", name=re.compile("^Looks right"))).to_be_visible()


async def test_signing_out_in_one_tab_signs_out_the_other(owner: Person) -> None:
    other = await owner.context.new_page()
    await other.goto("/tasks")
    await owner.opens("/settings")
    await chooses(owner, "Sign out")
    await is_asked_to_sign_in(owner)
    await expect(other.get_by_role("heading", level=1)).to_have_text("Sign in")


async def test_who_is_invited_learns_and_administers_nothing(owner: Person, browser: Browser) -> None:
    page = owner.page
    await owner.opens("/users", "People")
    await page.get_by_role("button", name="Invite somebody…").click()
    await page.get_by_role("dialog").get_by_label("E-mail").fill(FRIEND)
    await page.get_by_role("button", name="Make the invitation").click()
    link = await page.get_by_role("dialog").locator("code").inner_text()
    await page.get_by_role("dialog").get_by_role("button", name="Close").click()
    async with somebody(browser, owner.api) as friend:
        await friend.opens(link, "Make an account")
        await expect(friend.page.get_by_label("E-mail")).to_have_value(FRIEND)
        assert "#" not in friend.page.url, "what is secret leaves the address"
        await friend.page.get_by_label("Password", exact=True).fill(PASSWORD)
        await friend.page.keyboard.press("Enter")
        await expect(friend.page.get_by_role("heading", level=1)).to_have_text("What do you want to learn?")
        await friend.opens("/settings", "Settings")
        await expect(friend.page.get_by_role("heading", name="About you")).to_be_visible()
        await expect(friend.page.get_by_role("heading", name="Model", exact=True)).to_be_hidden()
        await friend.page.goto("/users")
        await expect(friend.page.get_by_role("heading", level=1)).to_have_text("What do you want to learn?")
        await page.reload()
        await page.get_by_role("button", name=f"Actions for {FRIEND}").click()
        await page.get_by_role("menuitem", name="Lock out").click()
        await page.get_by_role("dialog").get_by_role("button", name="Lock out").click()
        await expect(page.get_by_text("locked out").first).to_be_visible()
        await friend.page.get_by_role("link", name="Tasks").click()
        await is_asked_to_sign_in(friend)
    async with somebody(browser, owner.api) as other:
        await other.page.goto(link)
        await expect(other.page.get_by_text("This invitation does not count").first).to_be_visible()


async def test_a_forgotten_password_is_chosen_anew_by_a_link_that_counts_once(
    owner: Person, browser: Browser
) -> None:
    async with somebody(browser, owner.api) as person:
        await person.opens("/login", "Sign in")
        await person.page.get_by_role("link", name="Password forgotten").click()
        await expect(person.page.get_by_role("heading", name="Password forgotten")).to_be_visible()
        await person.page.get_by_label("E-mail").fill(OWNER)
        await person.page.keyboard.press("Enter")
        await expect(person.page.get_by_text(re.compile("a link is on its way"))).to_be_focused()
        link = await a_reset_link(owner)
        await person.opens(link, "Choose a new password")
        assert "#" not in person.page.url, "what is secret leaves the address"
        await person.page.get_by_label("New password").fill("another sentence entirely")
        await person.page.keyboard.press("Enter")
        await expect(person.page.get_by_role("heading", level=1)).to_have_text("What do you want to learn?")
    async with somebody(browser, owner.api) as late:
        await late.opens(link, "Choose a new password")
        await late.page.get_by_label("New password").fill("a third one that is long")
        await late.page.keyboard.press("Enter")
        await expect(late.page.get_by_text("This link does not count any more")).to_be_visible()


async def a_reset_link(owner: Person) -> str:
    """As an administrator makes it."""
    await owner.opens("/users")
    await owner.page.get_by_role("button", name=f"Actions for {OWNER}").click()
    await owner.page.get_by_role("menuitem", name="Link for a new password").click()
    await owner.page.get_by_role("button", name="Make the link").click()
    return await owner.page.get_by_role("dialog").locator("code").inner_text()


async def test_a_password_is_changed_and_everybody_else_is_signed_out(
    owner: Person, browser: Browser
) -> None:
    async with somebody(browser, owner.api) as elsewhere:
        await elsewhere.opens("/login")
        await signs_in(elsewhere, OWNER)
        await expect(elsewhere.page.get_by_role("heading", level=1)).to_have_text(
            "What do you want to learn?"
        )
        await owner.opens("/settings")
        account = owner.page.locator("#account")
        await expect(account.get_by_text("Chrome on Linux").first).to_be_visible()
        await account.get_by_label("Password until now").fill("not this one")
        await account.get_by_label("New password").fill("another sentence entirely")
        await account.get_by_role("button", name="Change the password").click()
        await expect(account.get_by_text("This is not your password.")).to_be_visible()
        await expect(account.get_by_label("Password until now")).to_be_focused()
        await account.get_by_label("Password until now").fill(PASSWORD)
        await account.get_by_role("button", name="Change the password").click()
        await expect(account.get_by_text("Changed. You are signed in only here.")).to_be_visible()
        await elsewhere.page.get_by_role("link", name="Tasks").click()
        await is_asked_to_sign_in(elsewhere)


async def test_a_session_elsewhere_is_ended(owner: Person, browser: Browser) -> None:
    async with somebody(browser, owner.api) as elsewhere:
        await elsewhere.opens("/login")
        await signs_in(elsewhere, OWNER)
        await expect(elsewhere.page.get_by_role("heading", level=1)).to_have_text(
            "What do you want to learn?"
        )
        await owner.opens("/settings")
        await owner.page.get_by_role("button", name="Sign out everywhere else").click()
        await expect(owner.page.get_by_text("Signed out there.")).to_be_visible()
        await elsewhere.page.get_by_role("link", name="Tasks").click()
        await is_asked_to_sign_in(elsewhere)


async def test_a_token_is_shown_once_and_reads_until_it_is_revoked(owner: Person) -> None:
    page = owner.page
    await owner.opens("/settings")
    await page.get_by_role("button", name="Make a token…").click()
    await page.get_by_role("dialog").get_by_label("What it is for").fill("Backup")
    await page.keyboard.press("Enter")
    token = await page.get_by_role("dialog").locator("code").inner_text()
    await page.get_by_role("button", name="I have kept it").click()
    await expect(page.get_by_role("button", name="Make a token…")).to_be_focused()
    assert token not in await page.content()
    owner.api.client.headers["authorization"] = f"Bearer {token}"
    assert (await owner.api.client.get("/roadmaps")).status_code == 200
    refused = await owner.api.client.post("/tasks/generate", json={"preferences": {"learning_goal": "x"}})
    assert refused.status_code == 403
    await page.get_by_role("button", name="Revoke Backup").click()
    await page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    await expect(page.get_by_text("There are none.")).to_be_visible()
    assert (await owner.api.client.get("/roadmaps")).status_code == 401


async def test_who_leaves_takes_everything_along(owner: Person, browser: Browser) -> None:
    async with await a_friend(browser, owner) as friend:
        await friend.opens("/settings")
        async with friend.page.expect_download() as download:
            await friend.page.get_by_role("link", name="Download all of it").click()
        assert (await download.value).suggested_filename.endswith(".zip")
        await friend.page.get_by_role("button", name="Delete my account…").click()
        dialog = friend.page.get_by_role("dialog")
        await dialog.get_by_label("Password").fill(PASSWORD)
        await dialog.get_by_role("button", name="Delete everything").click()
        await expect(dialog.get_by_text("This is not the address of your account.")).to_be_visible()
        await dialog.get_by_label(f"To be sure, type {FRIEND}").fill(FRIEND)
        await dialog.get_by_role("button", name="Delete everything").click()
        await is_asked_to_sign_in(friend)
        await signs_in(friend, FRIEND)
        await expect(friend.page.get_by_text("The address or the password is wrong.")).to_be_visible()
    emails = [one["email"] for one in (await owner.api.get("/admin/users"))["users"]]
    assert emails == [OWNER]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_every_page_of_accounts_is_open_to_everyone(
    owner: Person, browser: Browser, scheme: Any, width: int
) -> None:
    screen = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    async with somebody(browser, owner.api, **screen) as nobody:
        for path in ("/login", "/register", f"/register#{await invited(owner)}", "/reset", "/reset#word"):
            await nobody.opens(path)
            await judged(nobody)
    async with somebody(browser, owner.api, **screen) as person:
        await person.opens("/login")
        await signs_in(person, OWNER)
        await expect(person.page.get_by_role("heading", level=1)).to_have_text("What do you want to learn?")
        for path in ("/", "/settings", "/users"):
            await person.opens(path)
            await judged(person)
        for button in ("Invite somebody…", f"Actions for {OWNER}"):
            await person.page.get_by_role("button", name=button).click()
            await person.breaks_no_rule_of_access()
            await person.page.keyboard.press("Escape")


async def judged(person: Person) -> None:
    await person.page.wait_for_load_state("networkidle")
    await person.needs_no_sideways_scrolling()
    await person.breaks_no_rule_of_access()


async def test_the_pages_of_accounts_speak_chinese(product: Up, browser: Browser) -> None:
    async with somebody(browser, product.api, locale="zh-CN") as reader:
        for path, title in (("/", "创建第一个账户"), ("/reset", "忘记密码")):
            await reader.opens(path, title)
        await registers(reader, OWNER)
        for path, title in (("/users", "用户管理"), ("/settings", "设置")):
            await reader.opens(path, title)
            await reader.page.wait_for_load_state("networkidle")
            await reader.page.evaluate("document.querySelector('#about')?.remove()")
            shown = await reader.page.get_by_role("main").inner_text()
            assert re.findall(r"[A-Za-z]{2,}(?: [A-Za-z]{2,}){2,}", shown) == []
