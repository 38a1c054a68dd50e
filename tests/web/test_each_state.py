"""Each step and state: reloaded, stopped, tried again, clicked twice, seen elsewhere. It shows what is."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.product import CONTENT, Home, Nursery, Ordered
from tests.support.simulated import Simulated
from tests.web.person import Person
from tests.web.test_a_journey import APPROVE, shows, under_review
from tests.web.test_learning import TAB

AMBIGUOUS = "Go"
"""A goal that the simulated model asks about."""
DESIGNED = {
    "intent": "Understanding your goal",
    "architect": "Designing the plan",
    "validator": "Checking the plan",
}
WRITES_ANEW = "A new version is being written. This one stays until it is there."


async def first_lesson(person: Person, ordered: Ordered) -> str:
    """The address of the first concept."""
    [concept, *_] = await person.api.concepts(ordered.roadmap_id)
    return f"/roadmap/{ordered.roadmap_id}/learn/{concept['concept_id']}"


async def goes_on(page: Page) -> None:
    """The button, and what it asks."""
    await page.get_by_role("button", name=re.compile("^Go on")).click()
    await page.get_by_role("dialog").get_by_role("button", name=re.compile("^Go on")).click()


async def stops(page: Page) -> None:
    await page.get_by_role("button", name="Stop", exact=True).click()
    await page.get_by_role("button", name="Stop writing").click()
    await shows(page, "Stopped")


@pytest.mark.parametrize("agent", DESIGNED)
async def test_a_reload_while_it_is_designed(person: Person, model: Simulated, agent: str) -> None:
    await model.control(faults=f"{agent}.timeout:1")
    ordered = await person.api.order("short")
    await person.opens(f"/tasks/{ordered.task_id}")
    await model.has_open(1)
    for _ in "here", "after a reload":
        await expect(person.page.locator("[aria-live]").get_by_text(DESIGNED[agent])).to_be_visible()
        await person.page.reload()


async def test_a_reload_while_it_asks_what_is_meant(person: Person) -> None:
    ordered = await person.api.order(auto_approve=False, preferences={"learning_goal": AMBIGUOUS})
    await person.opens(f"/tasks/{ordered.task_id}")
    question = person.page.get_by_role("heading", name="What do you mean?")
    for _ in "here", "after a reload":
        await expect(question).to_be_visible()
        await person.page.reload()
    await person.page.get_by_role("radio").first.check()
    await person.page.get_by_role("button", name="Go on with these answers").dblclick()
    await expect(person.page.get_by_role("button", name=APPROVE)).to_be_visible()
    await expect(question).to_be_hidden()


@pytest.mark.parametrize(("fault", "status"), [("", "Ready"), ("401:1", "Failed")])
async def test_a_reload_at_the_end(person: Person, model: Simulated, fault: str, status: str) -> None:
    await model.control(faults=fault)
    ordered = await person.api.order()
    await person.api.ended(ordered.task_id)
    await person.opens(f"/tasks/{ordered.task_id}")
    for _ in "here", "after a reload":
        await shows(person.page, status)
        await person.page.reload()


@pytest.mark.parametrize("agent", ["validator", "resources", "quiz"])
async def test_it_is_stopped_in_the_other_steps_and_goes_on(
    person: Person, model: Simulated, agent: str
) -> None:
    await model.control(faults=f"{agent}.timeout:1")
    ordered = await person.api.order("short" if agent == "validator" else "mini")
    await person.opens(f"/tasks/{ordered.task_id}")
    await model.has_open(1 if agent == "validator" else 2)
    await stops(person.page)
    await model.has_open(0)
    await model.control(faults="")
    await goes_on(person.page)
    await shows(person.page, "Ready")


async def test_it_is_stopped_while_the_plan_is_changed_and_goes_on(person: Person, model: Simulated) -> None:
    ordered = await under_review(person)
    await model.control(faults="editor.timeout:1")
    await person.page.get_by_role("button", name="Ask for a change").click()
    await person.page.get_by_role("textbox").last.fill("Make the first lesson easier")
    await person.page.get_by_role("button", name="Change the plan").dblclick()
    await model.has_open(1)
    await stops(person.page)
    await model.control(faults="")
    await goes_on(person.page)
    await expect(person.page.get_by_text("Version 2").first).to_be_visible()
    await person.page.get_by_role("button", name=APPROVE).click()
    await shows(person.page, "Ready")
    assert (await person.api.task(ordered.task_id))["status"] == "completed"


async def test_it_is_stopped_at_the_decision_and_goes_on_there(person: Person) -> None:
    ordered = await under_review(person)
    await stops(person.page)
    await expect(person.page.get_by_role("button", name=APPROVE)).to_be_hidden()
    await goes_on(person.page)
    await expect(person.page.get_by_role("button", name=APPROVE)).to_be_visible()
    assert (await person.api.task(ordered.task_id))["version"] == 1


async def test_it_is_stopped_while_it_asks_and_asks_again(person: Person) -> None:
    ordered = await person.api.order(auto_approve=False, preferences={"learning_goal": AMBIGUOUS})
    await person.opens(f"/tasks/{ordered.task_id}")
    question = person.page.get_by_role("heading", name="What do you mean?")
    await expect(question).to_be_visible()
    await stops(person.page)
    await expect(question).to_be_hidden()
    await goes_on(person.page)
    await expect(question).to_be_visible()


@pytest.mark.parametrize("kind", ["resources", "quiz"])
async def test_a_part_that_waits_is_asked_for_first(
    browser: Browser, home_on_sqlite: Home, nursery: Nursery, model: Simulated, kind: str
) -> None:
    """One question at a time to the model, and the first lesson's hangs: everything else waits its turn."""
    await model.control(faults="tutorial.timeout:1")
    one_by_one = home_on_sqlite.but(LLM__MAX_CONCURRENCY=1)
    async with one_by_one.up(nursery) as up, Person.at(browser, up.api) as person:
        ordered = await person.api.order()
        await person.api.heard(ordered.task_id, lambda event: event["type"] == "concept_start")
        *_, last = await person.api.concepts(ordered.roadmap_id)
        await person.opens(f"/roadmap/{ordered.roadmap_id}/learn/{last['concept_id']}")
        await person.page.get_by_role("tab", name=TAB[kind]).click()
        await expect(person.page.get_by_text("Waiting for its turn")).to_be_visible()
        async with person.page.expect_response("**/retry") as answer:
            await person.page.get_by_role("button", name="Write this first").dblclick()
        assert (await (await answer.value).json())["data"]["deduplicated"]
        await expect(person.page.get_by_text("It is next.")).to_be_visible()
        await person.api.post(f"/tasks/{ordered.task_id}/pause", now=True)
        seen = (await person.api.task(ordered.task_id))["last_seq"]
        await model.control(faults="")
        await person.api.post(f"/tasks/{ordered.task_id}/resume")
        first = await person.api.heard(ordered.task_id, lambda event: event["type"] == "concept_start", seen)
        assert (first["concept_id"], first["content_type"]) == (last["concept_id"], kind)
        await expect(person.page.get_by_text(f"{TAB[kind]}: Ready")).to_be_attached()
        assert person.complaints == []


@pytest.mark.parametrize("kind", CONTENT)
async def test_a_part_of_a_stopped_task_is_ordered_alone(person: Person, model: Simulated, kind: str) -> None:
    await model.control(faults=f"{kind}.timeout:1")
    ordered = await person.api.order()
    await model.has_open(2)
    await person.api.post(f"/tasks/{ordered.task_id}/cancel")
    await person.opens(await first_lesson(person, ordered))
    await person.page.get_by_role("tab", name=TAB[kind]).click()
    async with person.page.expect_response("**/retry"):
        await person.page.get_by_role("button", name="Write it now").click()
    for _ in "here", "after a reload":
        await expect(person.page.get_by_text(f"{TAB[kind]}: Being written")).to_be_attached()
        await person.page.reload()
        await person.page.get_by_role("tab", name=TAB[kind]).click()
    await model.control(faults="")
    active = await person.api.get(f"/roadmaps/{ordered.roadmap_id}/active-task")
    await person.api.ended(active["task_id"])
    await expect(person.page.get_by_text(f"{TAB[kind]}: Ready")).to_be_attached()


async def fails_and_is_mended(person: Person, model: Simulated, kind: str) -> Ordered:
    """A task that has ended with the first piece of this kind failed, while the model is slow from now on."""
    await model.control(faults=f"{kind}.refuse:1")
    ordered = await person.api.order()
    await person.api.ended(ordered.task_id)
    await model.control(faults="", latency=60)
    return ordered


@pytest.mark.parametrize("kind", CONTENT)
async def test_what_goes_on_at_the_task_is_being_written_everywhere(
    person: Person, browser: Browser, model: Simulated, kind: str
) -> None:
    """Retried on the task page; then the roadmap and the lesson are opened, here and elsewhere."""
    ordered = await fails_and_is_mended(person, model, kind)
    lesson = await first_lesson(person, ordered)
    await person.opens(f"/tasks/{ordered.task_id}")
    await shows(person.page, "Partly ready")
    await goes_on(person.page)
    await shows(person.page, "Being written")
    async with Person.at(browser, person.api) as elsewhere:
        for one in (person, elsewhere):
            await one.opens(f"/roadmap/{ordered.roadmap_id}")
            await expect(one.page.get_by_text(re.compile("^Being written: 4 of 6"))).to_be_visible()
            await one.opens(lesson)
            await one.page.get_by_role("tab", name=TAB[kind]).click()
            await expect(one.page.get_by_text(f"{TAB[kind]}: Being written")).to_be_attached()
        await model.control(latency=0)
        await person.api.post(f"/tasks/{ordered.task_id}/cancel")
        for one in (person, elsewhere):
            await expect(one.page.get_by_text(f"{TAB[kind]}: Being written")).not_to_be_attached()


@pytest.mark.parametrize("kind", CONTENT)
async def test_what_failed_is_ordered_from_the_map(person: Person, model: Simulated, kind: str) -> None:
    ordered = await fails_and_is_mended(person, model, kind)
    await person.opens(f"/roadmap/{ordered.roadmap_id}")
    await expect(person.page.get_by_text("2 parts could not be written.")).to_be_visible()
    await person.page.get_by_role("button", name="Write again…").click()
    async with person.page.expect_response("**/retry-batch"):
        await person.page.get_by_role("button", name="Write now", exact=True).dblclick()
    await expect(person.page.get_by_text(re.compile("^Being written: 4 of 6"))).to_be_visible()
    assert (await person.api.get("/users/me/tasks"))["total"] == 2, "two clicks, one more task"
    await person.page.reload()
    await expect(person.page.get_by_text(re.compile("^Being written: 4 of 6"))).to_be_visible()


async def test_a_double_click_stops_pauses_and_goes_on_once(person: Person, model: Simulated) -> None:
    await model.control(faults="tutorial.timeout:1")
    ordered = await person.api.order()
    page = person.page
    await person.opens(f"/tasks/{ordered.task_id}")
    await model.has_open(2)
    await page.get_by_role("button", name="Pause", exact=True).click()
    await page.get_by_role("button", name="Pause now, put back what runs").dblclick()
    await shows(page, "Paused")
    await page.get_by_role("button", name="Go on", exact=True).dblclick()
    await shows(page, "Being written")
    await page.get_by_role("button", name="Stop", exact=True).click()
    await page.get_by_role("button", name="Stop writing").dblclick()
    await shows(page, "Stopped")
    await model.control(faults="")
    await page.get_by_role("button", name=re.compile("^Go on")).click()
    await page.get_by_role("dialog").get_by_role("button", name=re.compile("^Go on")).dblclick()
    await shows(page, "Ready")
    told = [event["type"] for event in await person.api.events(ordered.task_id)]
    assert [told.count(one) for one in ("paused", "resumed", "cancelled", "retried")] == [1, 1, 1, 1]


async def test_two_tabs_of_a_lesson_order_it_once(person: Person, model: Simulated) -> None:
    """The second tab of the same browser asks for what the first has ordered already."""
    ordered = await person.api.order()
    await person.api.ended(ordered.task_id)
    lesson = await first_lesson(person, ordered)
    await model.control(latency=60)
    other = await person.context.new_page()
    await other.goto(lesson)
    await person.opens(lesson)
    for tab in (person.page, other):
        await tab.get_by_role("button", name="Write anew…").click()
    for tab in (person.page, other):
        async with tab.expect_response("**/retry") as answer:
            await tab.get_by_role("button", name="Write it anew").click()
        assert (await answer.value).status == 202
        await expect(tab.get_by_text(WRITES_ANEW)).to_be_visible()
    assert (await person.api.get("/users/me/tasks", status="processing"))["total"] == 1


async def test_two_tabs_edit_one_plan_and_the_later_one_is_asked(person: Person) -> None:
    ordered = await under_review(person)
    other = await person.context.new_page()
    await other.goto(f"/tasks/{ordered.task_id}")
    for tab, name in ((person.page, "Mine"), (other, "The other's")):
        await tab.get_by_role("button", name="Edit by hand").click()
        await tab.get_by_role("textbox", name="Name of a concept").first.fill(name)
    await person.page.get_by_role("button", name="Save the changes").click()
    await expect(person.page.get_by_text("Version 2").first).to_be_visible()
    await other.get_by_role("button", name="Save the changes").click()
    await expect(other.get_by_text("The plan was changed elsewhere in the meantime.")).to_be_visible()
    await other.get_by_role("button", name="Save mine over it").click()
    await expect(other.get_by_text("Version 3").first).to_be_visible()
    [first, *_] = await person.api.concepts(ordered.roadmap_id)
    assert first["name"] == "The other's"
