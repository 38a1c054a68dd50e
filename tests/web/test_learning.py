"""The learn page: read, try, have it written anew, and find everything as it is, elsewhere too."""

import re
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.support.product import CONTENT, Ordered
from tests.support.simulated import Simulated
from tests.web.person import Person

TAB = {"tutorial": "Lesson", "resources": "Links", "quiz": "Quiz"}
ANEW = {"tutorial": "Write anew…", "resources": "Look for others…", "quiz": "Make a new quiz…"}


async def learnable(person: Person) -> tuple[Ordered, str]:
    """A finished roadmap, and the address of its first concept."""
    ordered = await person.api.order()
    await person.api.ended(ordered.task_id)
    [concept, *_] = await person.api.concepts(ordered.roadmap_id)
    return ordered, f"/roadmap/{ordered.roadmap_id}/learn/{concept['concept_id']}"


async def test_a_lesson_is_read_and_marked_as_learned(person: Person) -> None:
    ordered, path = await learnable(person)
    concepts = await person.api.concepts(ordered.roadmap_id)
    await person.opens(path, concepts[0]["name"])
    await expect(person.page.get_by_role("heading", name="Summary")).to_be_visible()
    async with person.page.expect_response("**/progress"):  # a reload sooner would take the click back
        await person.page.get_by_role("button", name="Mark as learned").click()
    await expect(person.page.get_by_text(f"1 of {len(concepts)} learned").first).to_be_visible()
    await person.page.reload()
    await expect(person.page.get_by_text(f"1 of {len(concepts)} learned").first).to_be_visible()
    await person.page.get_by_role("heading", level=1).focus()
    await person.page.keyboard.press("ArrowRight")
    await expect(person.page.get_by_role("heading", level=1)).to_have_text(concepts[1]["name"])


async def test_a_quiz_is_answered_by_keyboard_and_graded_by_the_server(person: Person) -> None:
    _, path = await learnable(person)
    await person.opens(path)
    await person.page.get_by_role("tab", name="Quiz").click()
    await person.page.get_by_role("heading", level=2).first.focus()
    last = re.compile(r"Question (\d+) of \1")
    while True:
        progress = person.page.get_by_text(re.compile(r"Question \d+ of \d+")).first
        await expect(progress).to_be_visible()
        is_last = last.search(await progress.inner_text())
        await person.page.keyboard.press("1")
        await person.page.keyboard.press("Enter")
        await expect(person.page.get_by_text(re.compile("^(Right|Not right)$")).first).to_be_visible()
        await person.page.keyboard.press("Enter")
        if is_last:
            break
    await expect(person.page.get_by_text(re.compile(r"\d of \d right"))).to_be_visible()


@pytest.mark.parametrize("kind", CONTENT)
async def test_what_is_written_anew_says_so_after_a_reload_and_elsewhere(
    person: Person, browser: Browser, model: Simulated, kind: str
) -> None:
    ordered, path = await learnable(person)
    await model.control(latency=60)
    await person.opens(path)
    await person.page.get_by_role("tab", name=TAB[kind]).click()
    await person.page.get_by_role("button", name=ANEW[kind]).click()
    await person.page.get_by_label("What should be different?").fill("Shorter, with a kitchen example")
    async with person.page.expect_response("**/retry"):  # a reload sooner would take the order back
        await person.page.get_by_role("button", name="Write it anew").click()
    says_so = "A new version is being written. This one stays until it is there."
    await expect(person.page.get_by_text(says_so)).to_be_visible()
    await person.page.reload()
    await person.page.get_by_role("tab", name=TAB[kind]).click()
    await expect(person.page.get_by_text(says_so)).to_be_visible()
    async with Person.at(browser, person.api) as elsewhere:
        await elsewhere.opens(path)
        await elsewhere.page.get_by_role("tab", name=TAB[kind]).click()
        await expect(elsewhere.page.get_by_text(says_so)).to_be_visible()
        await model.control(latency=0)
        active = await person.api.get(f"/roadmaps/{ordered.roadmap_id}/active-task")
        await person.api.post(f"/tasks/{active['task_id']}/cancel")
        for tab in (person, elsewhere):
            await expect(tab.page.get_by_text(says_so)).to_be_hidden()


@pytest.mark.parametrize("kind", CONTENT)
async def test_what_could_not_be_written_says_why_and_is_tried_again(
    person: Person, model: Simulated, kind: str
) -> None:
    await model.control(faults=f"{kind}.refuse:1")
    ordered = await person.api.order()
    await person.api.ended(ordered.task_id)
    await model.control(faults="")
    [concept, *_] = await person.api.concepts(ordered.roadmap_id)
    await person.opens(f"/roadmap/{ordered.roadmap_id}/learn/{concept['concept_id']}")
    await person.page.get_by_role("tab", name=TAB[kind]).click()
    await expect(person.page.get_by_text("The model refused to write this.").first).to_be_visible()
    async with person.page.expect_response("**/retry") as answer:
        await person.page.get_by_role("button", name="Try again", exact=True).click()
    task_id = (await (await answer.value).json())["data"]["task_id"]
    assert (await person.api.ended(task_id))["status"] == "completed"
    await expect(person.page.get_by_text("The model refused to write this.")).to_be_hidden()
    await expect(person.page.get_by_text(f"{TAB[kind]}: Ready")).to_be_attached()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_breaks_no_rule_of_access_at_any_width(person: Person, scheme: Any) -> None:
    _, path = await learnable(person)
    await person.page.emulate_media(color_scheme=scheme)
    for width in (360, 768, 1280):
        await person.page.set_viewport_size({"width": width, "height": 800})
        await person.opens(path)
        for name in TAB.values():
            await person.page.get_by_role("tab", name=name).click()
            await expect(person.page.get_by_role("tabpanel", name=name)).to_be_visible()
            await person.needs_no_sideways_scrolling()
            await person.breaks_no_rule_of_access()
