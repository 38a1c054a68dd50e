"""A roadmap is shared by a link: read by anybody who has it, copied, taken back."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.support.product import Home, Nursery, Ordered, Up
from tests.web.house import FRIEND, OWNER, PASSWORD, signs_in, somebody
from tests.web.person import Person


@pytest.fixture
async def product(home_on_sqlite: Home, nursery: Nursery) -> AsyncIterator[Up]:
    """With accounts, which anybody may make."""
    async with home_on_sqlite.but(AUTH__MODE="accounts", AUTH__REGISTRATION="open").up(nursery) as up:
        yield up


@pytest.fixture
async def owner(browser: Browser, product: Up) -> AsyncIterator[Person]:
    async with somebody(browser, product.api, OWNER) as person:
        yield person


async def a_roadmap(owner: Person) -> Ordered:
    ordered = await owner.api.order()
    assert (await owner.api.ended(ordered.task_id))["status"] == "completed"
    return ordered


async def shares(owner: Person, ordered: Ordered) -> str:
    """By the dialog; the link."""
    await owner.opens(f"/roadmap/{ordered.roadmap_id}")
    await owner.page.get_by_role("button", name="Take it with you").click()
    await owner.page.get_by_role("menuitem", name="Share by link…").click()
    await owner.page.get_by_role("button", name="Make a link").dblclick()
    return await owner.page.get_by_role("dialog").locator("code").inner_text()


async def test_a_link_is_read_without_an_account_until_it_is_taken_back(
    owner: Person, browser: Browser
) -> None:
    ordered = await a_roadmap(owner)
    link = await shares(owner, ordered)
    [first, second] = await owner.api.concepts(ordered.roadmap_id)
    async with somebody(browser, owner.api) as reader:
        title = (await owner.api.task(ordered.task_id))["title"]
        await reader.opens(link, title)
        await reader.page.get_by_role("link", name=first["name"]).click()
        await expect(reader.page.get_by_role("heading", level=1)).to_have_text(first["name"])
        await expect(reader.page.get_by_role("heading", name="Summary")).to_be_visible()
        await reader.page.get_by_role("tab", name="Links").click()
        await expect(reader.page.get_by_role("heading", name=re.compile("^No links"))).to_be_visible()
        await reader.page.get_by_role("tab", name="Quiz").click()
        await reader.page.get_by_role("radio").first.check()
        await reader.page.get_by_role("button", name="Check my answer").click()
        await expect(reader.page.get_by_text("Right answer").first).to_be_visible()
        await reader.page.get_by_role("link", name=second["name"]).click()
        await expect(reader.page.get_by_role("heading", level=1)).to_have_text(second["name"])
        await owner.page.get_by_role("button", name="Make another link").click()
        await expect(owner.page.get_by_text("The link before does not work any more.")).to_be_visible()
        await reader.page.goto(link)
        await expect(reader.page.get_by_text("This link does not work any more.")).to_be_visible()
        await reader.opens(await owner.page.get_by_role("dialog").locator("code").inner_text(), title)
        await owner.page.get_by_role("button", name="Take the link back").click()
        await expect(owner.page.get_by_role("button", name="Make a link")).to_be_visible()
        await reader.page.reload()
        await expect(reader.page.get_by_text("This link does not work any more.")).to_be_visible()


async def test_who_signs_in_to_copy_comes_back_and_has_a_copy(owner: Person, browser: Browser) -> None:
    ordered = await a_roadmap(owner)
    link = await shares(owner, ordered)
    async with somebody(browser, owner.api) as friend:
        await friend.context.request.post(
            "/api/v1/auth/register",
            data={"email": FRIEND, "password": PASSWORD},
            headers={"X-Trailwright": "1"},
        )
        await friend.context.clear_cookies()
        await friend.opens(link)
        await friend.page.get_by_role("link", name="Sign in to copy it").click()
        await signs_in(friend, FRIEND)
        await friend.page.get_by_role("button", name="Copy it to my roadmaps").dblclick()
        await friend.page.wait_for_url("**/roadmap/*")
        await expect(friend.page.get_by_text("Nothing learned yet")).to_be_visible()
        await friend.opens("/")
        await expect(friend.page.get_by_role("main").get_by_role("heading", level=2)).to_have_count(2)
    await owner.page.keyboard.press("Escape")
    await owner.page.goto(link)
    await owner.page.get_by_role("link", name="Open my own").click()
    await owner.page.wait_for_url(f"**/roadmap/{ordered.roadmap_id}")


async def test_what_is_offered_and_chosen_stands_on_everybody_s_first_page(
    owner: Person, browser: Browser
) -> None:
    ordered = await a_roadmap(owner)
    title = (await owner.api.task(ordered.task_id))["title"]
    await shares(owner, ordered)
    # The dialog's earlier questions may be answered meanwhile; leaving before this answer might take it back.
    async with owner.page.expect_response(lambda one: "offered" in (one.request.post_data or "")):
        await owner.page.get_by_label("It may be shown to everybody here").check()
    await owner.opens("/users")
    await owner.page.get_by_role("button", name=f"Show to everybody: {title}").click()
    await expect(owner.page.get_by_role("button", name=f"Hide: {title}")).to_be_visible()
    async with somebody(browser, owner.api, FRIEND) as friend:
        await friend.opens("/")
        await expect(friend.page.get_by_role("heading", name="Shared with everybody")).to_be_visible()
        await friend.breaks_no_rule_of_access()
        await friend.page.get_by_role("link", name=title).click()
        await expect(friend.page.get_by_role("button", name="Copy it to my roadmaps")).to_be_visible()


async def offered(owner: Person, count: int) -> None:
    """So many roadmaps, all shown to everybody."""
    ordered = await a_roadmap(owner)
    for _ in range(count):
        copy = await owner.api.post(f"/roadmaps/{ordered.roadmap_id}/duplicate")
        roadmap = copy["roadmap_id"]
        await owner.api.post(f"/roadmaps/{roadmap}/share", {"offered": True})
        answer = await owner.api.client.put(f"/admin/shares/{roadmap}", json={"featured": True})
        assert answer.is_success, answer.text


@pytest.mark.parametrize("width", [360, 1280])
async def test_all_that_is_shown_to_everybody_is_reached_from_the_first_page(
    owner: Person, browser: Browser, width: int
) -> None:
    await offered(owner, 8)
    screen = {"viewport": {"width": width, "height": 800}}
    async with somebody(browser, owner.api, FRIEND, **screen) as friend:
        await friend.opens("/")
        shown = friend.page.get_by_role("region", name="Shared with everybody")
        onward = shown.get_by_role("button", name="Next page")
        await expect(shown.get_by_text("1 to 6 of 8")).to_be_visible()
        seen = {await one.get_attribute("href") for one in await shown.get_by_role("link").all()}
        await onward.press("Enter")
        await expect(shown.get_by_text("7 to 8 of 8")).to_be_visible()
        await expect(shown.get_by_role("link")).to_have_count(2)
        await expect(onward).to_be_focused()
        seen |= {await one.get_attribute("href") for one in await shown.get_by_role("link").all()}
        assert len(seen) == 8
        await friend.needs_no_sideways_scrolling()
        await friend.breaks_no_rule_of_access()
        await shown.get_by_role("link").first.click()
        await expect(friend.page.get_by_role("button", name="Copy it to my roadmaps")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_shared_pages_are_open_to_everyone(
    owner: Person, browser: Browser, scheme: Any, width: int
) -> None:
    ordered = await a_roadmap(owner)
    link = await shares(owner, ordered)
    await owner.breaks_no_rule_of_access()
    [concept, *_] = await owner.api.concepts(ordered.roadmap_id)
    screen = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    async with somebody(browser, owner.api, **screen) as reader:
        for path in (link, f"{link}/learn/{concept['concept_id']}", "/shared/nothing"):
            await reader.opens(path)
            await reader.page.wait_for_load_state("networkidle")
            await reader.needs_no_sideways_scrolling()
            await reader.breaks_no_rule_of_access()


async def test_the_dialog_gives_the_focus_back(owner: Person) -> None:
    await shares(owner, await a_roadmap(owner))
    await owner.page.keyboard.press("Escape")
    await expect(owner.page.get_by_role("dialog")).to_be_hidden()
    await expect(owner.page.get_by_role("button", name="Take it with you")).to_be_focused()
