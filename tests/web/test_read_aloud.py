"""What a screen reader gets: names, states, order, and where the focus is after something has changed."""

import re
from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.support.product import Ordered
from tests.support.simulated import Simulated
from tests.web.person import Person
from tests.web.test_a_journey import under_review


async def a_roadmap(person: Person) -> Ordered:
    ordered = await person.api.order("short")
    await person.api.ended(ordered.task_id)
    return ordered


async def read_aloud(page: Page, role: Any, name: str | re.Pattern[str]) -> list[str]:
    """Role and name of everything below, in the order in which it is read."""
    snapshot = await page.get_by_role(role, name=name).aria_snapshot()
    return [line.strip().removeprefix("- ").removeprefix("'").rstrip(":") for line in snapshot.splitlines()]


async def test_the_map_is_read_as_stages_modules_and_concepts_each_with_its_state(person: Person) -> None:
    ordered = await a_roadmap(person)
    framework = (await person.api.get(f"/roadmaps/{ordered.roadmap_id}"))["framework"]
    await person.opens(f"/roadmap/{ordered.roadmap_id}")
    said = await read_aloud(person.page, "region", "Stages, modules and concepts")
    wanted: list[str] = []
    for stage in framework["stages"]:
        wanted.append(f'heading "{stage["name"]}" [level=2]')
        for module in stage["modules"]:
            wanted.append(f'heading "{module["name"]}" [level=3]')
            for concept in module["concepts"]:
                wanted += [f'link "Ready {concept["name"]}', f'button "Details of {concept["name"]}"']
    found = [next((at for at, line in enumerate(said) if line.startswith(one)), -1) for one in wanted]
    assert -1 not in found, (wanted[found.index(-1)], said)
    assert found == sorted(found), "read in learning order"


async def test_the_steps_of_a_task_are_read_with_where_it_is(person: Person, model: Simulated) -> None:
    await model.control(faults="tutorial.timeout:1")
    ordered = await person.api.order()
    await model.has_open(2)
    await person.opens(f"/tasks/{ordered.task_id}")
    said = await read_aloud(person.page, "list", "How it goes")
    steps = [line for line in said if line.startswith("button")]
    assert steps == [
        'button "Understand done"',
        'button "Design done"',
        'button "Check done"',
        'button "Your decision done"',
        'button "Write now"',
    ]
    await expect(person.page.get_by_role("progressbar", name="Progress")).to_have_attribute(
        "aria-valuenow", re.compile(r"^\d+$")
    )


async def test_the_focus_goes_to_the_heading_of_each_page(person: Person) -> None:
    await a_roadmap(person)
    await person.opens("/")
    for name, title in (("Tasks", "Tasks"), ("Settings", "Settings"), ("Trash", "Trash")):
        await person.page.get_by_role("navigation").get_by_role("link", name=name).first.press("Enter")
        heading = person.page.get_by_role("heading", level=1)
        await expect(heading).to_have_text(title)
        await expect(heading).to_be_focused()
    await person.page.keyboard.press("Shift+Tab")
    await expect(person.page.get_by_role("link", name="Settings").first).to_be_focused()


async def test_the_first_stop_of_the_tab_key_leads_past_the_navigation(person: Person) -> None:
    await person.opens("/tasks")
    await person.page.keyboard.press("Tab")
    skip = person.page.get_by_role("link", name="Skip")
    await expect(skip).to_be_focused()
    await person.page.keyboard.press("Enter")
    await expect(person.page.get_by_role("main")).to_be_focused()


async def test_a_question_gives_the_focus_back_where_it_came_from(person: Person) -> None:
    await under_review(person)
    for name in ("Ask for a change", "Stop", "Versions"):
        opener = person.page.get_by_role("button", name=name, exact=True)
        await opener.press("Enter")
        await expect(person.page.get_by_role("dialog")).to_be_visible()
        await person.page.keyboard.press("Escape")
        await expect(person.page.get_by_role("dialog")).to_be_hidden()
        await expect(opener).to_be_focused()


async def test_what_has_gone_leaves_the_focus_at_the_words_that_say_so(person: Person) -> None:
    ordered = await a_roadmap(person)
    await person.api.client.delete(f"/roadmaps/{ordered.roadmap_id}")
    await person.opens("/trash", "Trash")
    await person.page.get_by_role("button", name=re.compile("^Restore")).press("Enter")
    note = person.page.get_by_role("main").get_by_role("status").filter(has_text="is back")
    await expect(note).to_be_focused()


async def test_nothing_breaks_when_it_is_read_from_right_to_left(person: Person, browser: Browser) -> None:
    """The interface has no such language yet; the pages are laid out by where lines begin and end."""
    ordered = await a_roadmap(person)
    [concept, *_] = await person.api.concepts(ordered.roadmap_id)
    lesson = f"/roadmap/{ordered.roadmap_id}/learn/{concept['concept_id']}"
    for width in (360, 1280):
        async with Person.at(browser, person.api, viewport={"width": width, "height": 800}) as reader:
            for path in ("/", "/new", "/tasks", "/settings", f"/roadmap/{ordered.roadmap_id}", lesson):
                await reader.opens(path)
                await reader.page.evaluate("document.documentElement.dir = 'rtl'")
                await reader.needs_no_sideways_scrolling()
                await reader.breaks_no_rule_of_access()


async def test_nothing_is_lost_at_twice_the_size(person: Person, browser: Browser) -> None:
    """200 %: half as many CSS pixels on a screen of 1280."""
    ordered = await a_roadmap(person)
    screen = {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2}
    async with Person.at(browser, person.api, **screen) as reader:
        for path in ("/", "/new", "/tasks", "/settings", f"/tasks/{ordered.task_id}"):
            await reader.opens(path)
            await reader.needs_no_sideways_scrolling()
            await reader.breaks_no_rule_of_access()
