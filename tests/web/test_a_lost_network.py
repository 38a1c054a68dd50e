"""The network goes in the middle of something: what is open stays, a click is refused in words."""

import re

from playwright.async_api import expect

from tests.web.person import Person
from tests.web.test_learning import learnable

OFFLINE = "You are offline."


async def test_a_page_that_was_never_open_opens_when_the_network_is_back(person: Person) -> None:
    """Its code is not here yet. The app is not left for the browser's own page, which knows no way back."""
    page = person.page
    await person.opens("/", "What do you want to learn?")
    await page.get_by_label("Your goal").fill("Something long that took a while to type")
    await person.context.set_offline(True)
    await page.get_by_role("link", name="Settings").press("Enter")
    await expect(page.get_by_text(OFFLINE)).to_be_visible()
    await expect(page.get_by_label("Your goal")).to_have_value("Something long that took a while to type")
    await person.context.set_offline(False)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    await expect(page.get_by_text(OFFLINE)).to_be_hidden()
    await expect(page.get_by_role("heading", name="Appearance")).to_be_visible()


async def test_a_page_with_a_style_of_its_own_has_it_when_the_network_is_back(person: Person) -> None:
    ordered, path = await learnable(person)
    page = person.page
    await person.opens(f"/roadmap/{ordered.roadmap_id}")
    await person.context.set_offline(True)
    await page.get_by_role("link", name=re.compile("^Start: ")).press("Enter")
    await expect(page.get_by_text(OFFLINE)).to_be_visible()
    await person.context.set_offline(False)
    await page.wait_for_url(f"**{path}")
    await expect(page.get_by_role("heading", name="Summary")).to_be_visible()
    size = "getComputedStyle(document.querySelector('.learn-title')).fontSize"
    styled = await page.evaluate(size)
    await page.reload()
    await expect(page.get_by_role("heading", name="Summary")).to_be_visible()
    assert await page.evaluate(size) == styled


async def test_what_is_marked_without_a_network_is_not_shown_as_done(person: Person) -> None:
    ordered, path = await learnable(person)
    page = person.page
    await person.opens(path)
    await expect(page.get_by_role("heading", name="Summary")).to_be_visible()
    await person.context.set_offline(True)
    await page.get_by_role("button", name="Mark as learned").press("Enter")
    await expect(page.get_by_role("alert").get_by_text("The server cannot be reached.")).to_be_visible()
    await expect(page.get_by_role("button", name="Mark as learned")).to_be_visible()
    await person.context.set_offline(False)
    async with page.expect_response("**/progress"):
        await page.get_by_role("button", name="Mark as learned").click()
    await expect(page.get_by_text("Learned", exact=True).first).to_be_visible()
    learned = (await person.api.get(f"/roadmaps/{ordered.roadmap_id}/progress"))["concepts"]
    assert len(learned) == 1


async def test_an_answer_that_did_not_arrive_is_sent_again_from_where_one_is(person: Person) -> None:
    _, path = await learnable(person)
    page = person.page
    await person.opens(f"{path}?tab=quiz")
    await page.get_by_role("radio").first.check()
    check = page.get_by_role("button", name="Check my answer")
    await person.context.set_offline(True)
    await check.press("Enter")
    await expect(page.get_by_role("alert").get_by_text("The server cannot be reached.")).to_be_visible()
    await expect(check).to_be_focused()
    await expect(page.get_by_role("radio").first).to_be_checked()
    await person.context.set_offline(False)
    await check.press("Enter")
    await expect(page.get_by_text("Right answer").first).to_be_visible()


async def test_a_stop_that_did_not_arrive_says_so_in_its_question(person: Person) -> None:
    ordered = await person.api.order(auto_approve=False)
    await person.api.until(ordered.task_id, lambda task: task["status"] == "human_review_pending")
    page = person.page
    await person.opens(f"/tasks/{ordered.task_id}")
    await page.get_by_role("button", name="Stop", exact=True).click()
    await person.context.set_offline(True)
    await page.get_by_role("button", name="Stop writing").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("The server cannot be reached.")).to_be_visible()
    await person.context.set_offline(False)
    await page.get_by_role("button", name="Stop writing").click()
    await expect(page.locator("h1 + p").get_by_text("Stopped", exact=True)).to_be_visible()
