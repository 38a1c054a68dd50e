"""What was typed and not sent is there after the tab was closed; the tab says when one is waited for."""

import re
from typing import Any

from playwright.async_api import Route, expect

from tests.support.product import GOAL
from tests.web.person import Person
from tests.web.test_a_journey import APPROVE, shows, under_review

A_PHONE = """
window.Notification = class {
  static permission = "granted";
  static async requestPermission() { return "granted"; }
  constructor() { throw new TypeError("Illegal constructor"); }
};
Object.defineProperty(Document.prototype, "hidden", {get: () => true});
"""
"""Browsers of phones say that a page may tell, and throw when it does."""
NO_CLIPBOARD = 'Object.defineProperty(Navigator.prototype, "clipboard", {get: () => undefined});'
"""A page that is neither https nor on this machine, as on a phone in the same house."""


async def test_a_goal_that_was_typed_is_there_after_the_tab_was_closed(person: Person) -> None:
    await person.opens(f"/new?goal={GOAL}", "New roadmap")
    goal = person.page.get_by_role("textbox", name="What do you want to learn?")
    await goal.fill("Bake rye bread, for people who cannot eat wheat")
    await person.page.get_by_role("radio", name="Taste").check()
    await person.page.close()
    person.page = await person.context.new_page()
    await person.opens(f"/new?goal={GOAL}", "New roadmap")
    goal = person.page.get_by_role("textbox", name="What do you want to learn?")
    await expect(goal).to_have_value("Bake rye bread, for people who cannot eat wheat")
    await expect(person.page.get_by_role("radio", name="Taste")).to_be_checked()
    await person.opens("/new?goal=Play the piano")
    await expect(goal).to_have_value("Play the piano")
    await person.page.get_by_role("radio", name="Taste").check()
    await person.page.get_by_role("button", name="Make the roadmap").click()
    await person.page.wait_for_url("**/tasks/*")
    await person.opens("/new")
    await expect(goal).to_have_value("")


async def test_a_profile_that_could_not_be_read_is_not_written_over(person: Person) -> None:
    kept = {"display_name": "Ann", "career_background": "A baker for ten years"}
    answer = await person.api.client.put("/users/me/profile", json=kept)
    assert answer.is_success, answer.text

    async def away(route: Route) -> None:
        await route.fulfill(status=500, json={"title": "Gone", "status": 500, "code": "internal"})

    await person.page.route("**/users/me/profile", away)
    await person.opens("/new", "New roadmap")
    await expect(person.page.get_by_text("Something went wrong on the server.")).to_be_visible()
    await expect(person.page.get_by_role("button", name="Make the roadmap")).to_have_count(0)
    await person.page.unroute("**/users/me/profile")
    await person.page.get_by_role("button", name="Try again").click()
    await expect(person.page.get_by_role("button", name="Make the roadmap")).to_be_visible()
    await person.page.get_by_text("More about you and your wishes").click()
    await expect(person.page.get_by_text("A baker for ten years")).to_be_visible()


async def test_the_tab_says_when_a_decision_is_asked_and_when_it_is_ready(person: Person) -> None:
    page = person.page
    ordered = await under_review(person)
    title = (await person.api.task(ordered.task_id))["title"]
    await expect(page).to_have_title(f"◆ Your decision · {title} · Trailwright")
    names = {"/": "Your roadmaps", "/tasks": "Tasks", f"/roadmap/{ordered.roadmap_id}": title}
    for path, name in names.items():
        await person.opens(path)
        await expect(page).to_have_title(f"◆ Your decision · {name} · Trailwright")
    await person.opens(f"/tasks/{ordered.task_id}")
    await page.get_by_role("button", name=APPROVE).click()
    await expect(page).to_have_title(f"● Ready · {title} · Trailwright")
    await person.opens("/tasks")
    await expect(page).to_have_title("Tasks · Trailwright")


async def test_a_phone_that_may_not_tell_after_all_goes_on(person: Person) -> None:
    await person.page.add_init_script(A_PHONE)
    await under_review(person)
    await person.page.get_by_role("button", name=APPROVE).click()
    await shows(person.page, "Ready")
    await expect(person.page).to_have_title(re.compile("^● Ready"))


async def test_the_address_is_copied_where_the_browser_has_no_clipboard(person: Person) -> None:
    await person.page.add_init_script(NO_CLIPBOARD)
    ordered = await person.api.order()
    await person.api.ended(ordered.task_id)
    await person.opens(f"/roadmap/{ordered.roadmap_id}")
    await person.page.get_by_role("button", name="Take it with you").press("Enter")
    await expect(person.page.get_by_role("menu")).to_be_visible()
    await person.breaks_no_rule_of_access()
    await person.page.get_by_role("menuitem", name="Copy the address").press("Enter")
    await expect(person.page.get_by_role("status").filter(has_text=re.compile("^Copied"))).to_be_visible()


async def test_a_task_is_looked_at_again_and_its_log_read_step_by_step(person: Person) -> None:
    page = person.page
    ordered = await person.api.order()
    await person.api.ended(ordered.task_id)
    await person.opens(f"/tasks/{ordered.task_id}")
    async with page.expect_response(f"**/api/v1/tasks/{ordered.task_id}"):
        await page.get_by_role("button", name="Refresh").click()
    await page.get_by_role("button", name="Full log").click()
    lines = page.locator("li time")
    everything = (await person.api.get(f"/tasks/{ordered.task_id}/logs"))["total"]
    designed = (await person.api.get(f"/tasks/{ordered.task_id}/logs", step="curriculum_design"))["total"]
    assert 0 < designed < everything
    await expect(lines).to_have_count(everything)
    await page.get_by_label("Step").select_option("Designing the plan")
    await expect(lines).to_have_count(designed)
    await person.breaks_no_rule_of_access()


async def test_a_refresh_that_gets_no_answer_says_so(person: Person) -> None:
    ordered = await person.api.order()
    await person.api.ended(ordered.task_id)
    await person.opens(f"/tasks/{ordered.task_id}")

    async def gone(route: Route) -> None:
        refused: dict[str, Any] = {"title": "Gone", "status": 404, "code": "task_not_found"}
        await route.fulfill(status=404, json=refused)

    await person.page.route(re.compile(f"/api/v1/tasks/{ordered.task_id}$"), gone)
    await person.page.get_by_role("button", name="Refresh").click()
    await expect(person.page.get_by_text("This does not exist any more, or never did.")).to_be_visible()
    await expect(person.page.get_by_role("heading", level=1)).to_be_visible()


async def test_who_comes_back_to_a_list_finds_the_same_part_of_it(person: Person) -> None:
    page = person.page
    first = await person.api.order()
    await person.api.ended(first.task_id)
    waiting = await person.api.order(auto_approve=False)
    await person.api.until(waiting.task_id, lambda task: task["status"] == "human_review_pending")
    await person.opens("/tasks", "Tasks")
    await page.get_by_role("searchbox").fill("bread")
    ready = page.get_by_role("button", name=re.compile("^Ready"))
    await ready.click()
    rows = page.get_by_role("row").filter(has=page.get_by_role("link"))
    await expect(rows).to_have_count(1)
    await rows.get_by_role("link").click()
    await shows(page, "Ready")
    await page.go_back()
    for _ in "back", "after a reload":
        await expect(ready).to_have_attribute("aria-pressed", "true")
        await expect(page.get_by_role("searchbox")).to_have_value("bread")
        await expect(rows).to_have_count(1)
        await page.reload()
    await page.get_by_role("navigation").get_by_role("link", name="Tasks").click()
    await expect(ready).to_have_attribute("aria-pressed", "false")


async def test_a_page_of_roadmaps_is_the_same_after_a_reload(person: Person) -> None:
    await person.api.ended((await person.api.order()).task_id)

    async def as_of_many(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, json=await answer.json() | {"total": 30})

    await person.page.route(re.compile(r"/api/v1/roadmaps\?"), as_of_many)
    await person.opens("/", "Your roadmaps")
    await person.page.get_by_role("button", name="Next page").click()
    await expect(person.page.get_by_text("25 to 30 of 30")).to_be_visible()
    await person.page.reload()
    await expect(person.page.get_by_text("25 to 30 of 30")).to_be_visible()
    home = person.page.get_by_role("navigation").get_by_role("link", name="Trailwright")
    await expect(home).to_have_attribute("aria-current", "page")
