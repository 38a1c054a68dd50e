"""Words in the person's language, a notification that was wished for, keys and focus that stay."""

import re
from typing import Any

from playwright.async_api import Browser, Locator, Page, Route, expect

from tests.support.product import CONCEPTS
from tests.support.simulated import Simulated
from tests.web.person import Person

NOTIFIER = """
window.Notification = class {
  static permission = "default";
  static asked = 0;
  static async requestPermission() { this.asked += 1; return this.permission = "granted"; }
  constructor(title, options) { console.log(`told: ${options.body}`); }
};
Object.defineProperty(Document.prototype, "hidden", {get: () => true});
"""
"""A window that nobody looks at; a browser's notifications, which one without a screen refuses."""
ALLOWED = NOTIFIER.replace('"default"', '"granted"')
BELL = "Tell me when it needs me"


def told(page: Page, words: str) -> Any:
    """The browser tells the person, with these words."""
    return page.expect_console_message(lambda message: message.text == f"told: {words}")


async def test_the_browser_is_asked_by_a_button_on_each_page_that_waits(
    person: Person, model: Simulated
) -> None:
    page = person.page
    await page.add_init_script(NOTIFIER)
    await model.control(faults="tutorial.timeout:1")
    ordered = await person.api.order()
    await person.api.until(ordered.task_id, lambda task: bool(task["progress"]))
    [concept, *_] = await person.api.concepts(ordered.roadmap_id)
    roadmap, task = f"/roadmap/{ordered.roadmap_id}", f"/tasks/{ordered.task_id}"
    for path in ("/", "/tasks", roadmap, f"{roadmap}/learn/{concept['concept_id']}", task):
        await person.opens(path)
        await expect(page.get_by_role("button", name=BELL)).to_be_visible()
        assert await page.evaluate("Notification.asked") == 0
    await person.breaks_no_rule_of_access()
    await page.get_by_role("button", name=BELL).click()
    await expect(page.get_by_text("You will be told in this browser")).to_be_visible()
    await person.api.post(f"/tasks/{ordered.task_id}/pause", now=True)
    await model.control(faults="")
    async with told(page, "It is ready"):
        await person.api.post(f"/tasks/{ordered.task_id}/resume")


async def test_who_waits_at_a_list_is_told_too(person: Person, model: Simulated) -> None:
    await person.page.add_init_script(ALLOWED)
    await model.control(latency=5)
    ordered = await person.api.order(auto_approve=False)
    async with person.page.expect_websocket() as socket:
        await person.opens("/tasks")
    assert ordered.task_id in (await socket.value).url
    async with told(person.page, "Your decision is asked"):
        await model.control(latency=0)


async def test_a_list_says_what_was_spent_where_there_is_room(person: Person) -> None:
    for _ in range(2):
        await person.api.ended((await person.api.order()).task_id)

    async def with_costs(route: Route) -> None:
        answer = await route.fetch()
        found = await answer.json()
        found["tasks"][0]["cost_usd"] = 0.384
        await route.fulfill(response=answer, json=found)

    await person.page.route(re.compile("/users/me/tasks"), with_costs)
    await person.opens("/tasks")
    await expect(person.page.get_by_role("columnheader", name="Cost")).to_be_visible()
    await expect(person.page.get_by_role("cell", name="$", exact=False)).to_have_text(re.compile(r"\$0\.38$"))
    await person.page.set_viewport_size({"width": 800, "height": 800})
    await expect(person.page.get_by_role("columnheader", name="Cost")).to_be_hidden()
    await person.needs_no_sideways_scrolling()


async def test_a_refused_field_is_told_in_chinese(person: Person, browser: Browser) -> None:
    async with Person.at(browser, person.api, locale="zh-CN") as someone:
        await someone.opens("/settings")
        limits = someone.page.locator("#limits")
        await limits.get_by_role("spinbutton").first.fill("-1")
        await limits.locator("[type=submit]").click()
        await expect(limits.get_by_text("请填写大于 0 的数字。")).to_be_visible()
        await expect(limits.get_by_role("spinbutton").first).to_be_focused()
        await someone.breaks_no_rule_of_access()


async def a_quiz(person: Person) -> tuple[Page, Locator]:
    """A quiz whose page has just been opened; nothing has the focus."""
    ordered = await person.api.order()
    await person.api.ended(ordered.task_id)
    found = await person.api.concepts(ordered.roadmap_id)
    assert len(found) == CONCEPTS
    await person.opens(f"/roadmap/{ordered.roadmap_id}/learn/{found[0]['concept_id']}?tab=quiz")
    options = (
        person.page.get_by_role("tabpanel")
        .get_by_role("radio")
        .or_(person.page.get_by_role("tabpanel").get_by_role("checkbox"))
    )
    await expect(options.first).to_be_visible()
    await person.page.evaluate("document.activeElement.blur()")
    assert await person.page.evaluate("document.activeElement === document.body")
    return person.page, options


async def test_a_quiz_is_answered_by_keys_wherever_one_is(person: Person) -> None:
    page, options = await a_quiz(person)
    await page.keyboard.press("2")
    await expect(options.nth(1)).to_be_checked()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("tabpanel").get_by_text("Right answer")).to_be_visible()
    await page.get_by_role("tab", name="Links").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("tab", name="Links")).to_have_attribute("aria-selected", "true")


async def test_keys_of_a_quiz_take_nothing_from_what_lies_above(person: Person) -> None:
    page, options = await a_quiz(person)
    await page.get_by_role("button", name="Make a new quiz…").click()
    wish = page.get_by_role("dialog").get_by_role("textbox")
    await wish.focus()
    await page.keyboard.type("1 or 2 easier questions")
    await expect(wish).to_have_value("1 or 2 easier questions")
    for at in range(2):
        await expect(options.nth(at)).not_to_be_checked()


async def test_who_turns_to_the_last_page_keeps_the_focus(person: Person) -> None:
    await person.api.ended((await person.api.order()).task_id)

    async def as_of_many(route: Route) -> None:
        answer = await route.fetch()
        found: Any = await answer.json()
        await route.fulfill(response=answer, json=found | {"total": 30})

    await person.page.route(re.compile("/users/me/tasks"), as_of_many)
    await person.opens("/tasks")
    onward = person.page.get_by_role("button", name="Next page")
    await expect(person.page.get_by_role("button", name="Previous page")).to_be_disabled()
    await onward.press("Enter")
    await expect(onward).to_be_disabled()
    await expect(onward).to_be_focused()
    await expect(person.page.get_by_text("26 to 30 of 30")).to_be_visible()
    await onward.press("Enter")
    await expect(person.page.get_by_text("26 to 30 of 30")).to_be_visible()
    await person.breaks_no_rule_of_access()
