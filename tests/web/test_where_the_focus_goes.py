"""By keyboard and screen reader: where one is after a change, and how much is read aloud meanwhile."""

import re

from playwright.async_api import expect

from tests.support.simulated import Simulated
from tests.web.person import Person
from tests.web.test_a_journey import APPROVE, shows, under_review

BESIDE = 'h1:focus, main div[tabindex="-1"]:focus'
"""The heading, or the box of the buttons: where who asked goes back to a button that went only after that."""

COUNTS_WHAT_IS_SAID = """
window.said = [];
const heard = list => {
  for (const {target} of list) {
    const element = target.nodeType === 1 ? target : target.parentElement;
    const live = element?.closest('main [aria-live="polite"]');
    if (live) said.push(live.textContent);
  }
};
new MutationObserver(heard).observe(document, {subtree: true, childList: true, characterData: true});
"""
NOTES_STOPS_IN_WHAT_IS_HIDDEN = """
window.stops = [];
const looked = () => {
  const found = document.querySelectorAll('[aria-hidden="true"] [tabindex="0"]');
  for (const one of found) stops.push(one.className);
};
new MutationObserver(looked).observe(document, {subtree: true, childList: true, attributes: true});
"""


async def test_who_stops_and_goes_on_stays_beside_the_buttons(person: Person, model: Simulated) -> None:
    await model.control(faults="tutorial.timeout:1")
    page = person.page
    ordered = await person.api.order()
    await person.opens(f"/tasks/{ordered.task_id}")
    await model.has_open(2)
    await page.get_by_role("button", name="Pause", exact=True).press("Enter")
    await page.get_by_role("button", name="Pause now, put back what runs").press("Enter")
    await shows(page, "Paused")
    await expect(page.locator(BESIDE)).to_be_visible()
    await page.get_by_role("button", name="Go on", exact=True).press("Enter")
    await shows(page, "Being written")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.innerText") in {"Open the roadmap", "Pause"}
    await page.get_by_role("button", name="Stop", exact=True).press("Enter")
    await page.get_by_role("button", name="Stop writing").press("Enter")
    await shows(page, "Stopped")
    await expect(page.locator(BESIDE)).to_be_visible()


async def test_who_marks_a_lesson_is_where_the_next_one_is_offered(person: Person, model: Simulated) -> None:
    page = person.page
    ordered = await person.api.order()
    await person.api.ended(ordered.task_id)
    [first, second] = await person.api.concepts(ordered.roadmap_id)
    await person.opens(f"/roadmap/{ordered.roadmap_id}/learn/{first['concept_id']}")
    async with page.expect_response("**/progress"):
        await page.get_by_role("button", name="Mark as learned").press("Enter")
    await expect(page.get_by_role("region", name="End of the lesson")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name=f"Next on your way {second['name']}")).to_be_focused()
    await model.control(latency=60)
    await page.get_by_role("tab", name="Quiz").click()
    await page.get_by_role("button", name="Make a new quiz…").press("Enter")
    async with page.expect_response("**/retry"):
        await page.get_by_role("button", name="Write it anew").press("Enter")
    await expect(page.get_by_role("button", name="Make a new quiz…")).to_be_focused()


async def test_who_has_a_failed_part_written_again_stays_at_it(person: Person, model: Simulated) -> None:
    await model.control(faults="tutorial.refuse:1")
    page = person.page
    ordered = await person.api.order()
    await person.api.ended(ordered.task_id)
    await model.control(faults="", latency=60)
    [first, *_] = await person.api.concepts(ordered.roadmap_id)
    await person.opens(f"/roadmap/{ordered.roadmap_id}/learn/{first['concept_id']}")
    async with page.expect_response("**/retry"):
        await page.get_by_role("button", name="Try again", exact=True).press("Enter")
    await expect(page.get_by_text("Lesson: Being written")).to_be_attached()
    assert await page.evaluate("document.activeElement.closest('[role=tabpanel]') !== null")


async def test_who_takes_back_everything_is_still_at_the_button(person: Person) -> None:
    await under_review(person)
    page = person.page
    await page.get_by_role("button", name="Edit by hand").press("Enter")
    await page.get_by_role("button", name="Add a concept").first.press("Enter")
    for name in ("Undo", "Redo"):
        button = page.get_by_role("button", name=name)
        await button.press("Enter")
        await expect(button).to_be_disabled()
        await expect(button).to_be_focused()


async def test_who_removes_a_roadmap_is_told_and_can_bring_it_back(person: Person) -> None:
    page = person.page
    for _ in range(2):
        await person.api.ended((await person.api.order()).task_id)
    await person.opens("/", "Your roadmaps")
    cards = page.get_by_role("main").get_by_role("listitem").filter(has=page.get_by_role("heading", level=2))
    await expect(cards).to_have_count(2)
    await page.get_by_role("button", name=re.compile("^More for")).first.press("Enter")
    await page.get_by_role("menuitem", name="Move to the trash").press("Enter")
    await page.get_by_role("dialog").get_by_role("button", name="Move to the trash").press("Enter")
    note = page.get_by_role("status").filter(has_text="is in the trash.")
    await expect(note).to_be_focused()
    await expect(cards).to_have_count(1)
    await expect(note).to_be_focused()
    await person.breaks_no_rule_of_access()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(cards).to_have_count(2)


async def test_who_takes_a_task_off_the_list_is_still_at_the_list(person: Person) -> None:
    page = person.page
    for _ in range(2):
        await person.api.ended((await person.api.order()).task_id)
    await person.opens("/tasks", "Tasks")
    menus = page.get_by_role("button", name=re.compile("^Actions for"))
    await menus.first.press("Enter")
    await page.get_by_role("menuitem", name="Take off the list").press("Enter")
    await expect(menus).to_have_count(1)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("checkbox", name="Select all on this page")).to_be_focused()


async def test_writing_is_told_in_steps_and_not_part_by_part(person: Person, model: Simulated) -> None:
    await model.control(latency=0.05)
    await person.page.add_init_script(COUNTS_WHAT_IS_SAID)
    ordered = await person.api.order("full", auto_approve=False)
    await person.api.until(ordered.task_id, lambda task: task["status"] == "human_review_pending")
    await person.opens(f"/tasks/{ordered.task_id}")
    await person.page.get_by_role("button", name=APPROVE).click()
    await shows(person.page, "Ready")
    said = await person.page.evaluate("said")
    assert "Everything is ready" in said
    assert len(said) <= 20, said


async def test_nothing_in_the_picture_of_the_map_is_ever_a_stop_of_the_tab_key(person: Person) -> None:
    """Not for the moment of its first drawing either."""
    ordered = await person.api.order("short")
    await person.api.ended(ordered.task_id)
    page = person.page
    await page.add_init_script(NOTES_STOPS_IN_WHAT_IS_HIDDEN)
    await page.set_viewport_size({"width": 360, "height": 800})
    await person.opens(f"/roadmap/{ordered.roadmap_id}")
    await page.get_by_role("button", name="Map").click()
    await expect(page.locator(".place").first).to_be_visible()
    assert await page.evaluate("stops") == []


async def test_the_keys_of_a_quiz_can_be_turned_off(person: Person) -> None:
    ordered = await person.api.order()
    await person.api.ended(ordered.task_id)
    [first, *_] = await person.api.concepts(ordered.roadmap_id)
    page = person.page
    await person.opens(f"/roadmap/{ordered.roadmap_id}/learn/{first['concept_id']}?tab=quiz")
    keys = page.get_by_role("checkbox", name=re.compile("^Keys 1 to"))
    await keys.uncheck()
    await page.reload()
    await expect(keys).not_to_be_checked()
    await page.get_by_role("heading", level=2).first.focus()
    await page.keyboard.press("1")
    await expect(page.get_by_role("radio").first).not_to_be_checked()
    await keys.check()
    await page.keyboard.press("1")
    await expect(page.get_by_role("radio").first).to_be_checked()
