"""From a goal to the first quiz, and what may happen on the way: reloads, lost networks, second clicks."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Browser, Page, WebSocketRoute, expect

from tests.support.product import GOAL, Home, Nursery, Ordered
from tests.support.simulated import Simulated
from tests.web.person import Person

APPROVE = re.compile("^Looks right, write it")


async def orders_by_hand(person: Person) -> str:
    """From the first field to the plan under review; the task's id."""
    await person.opens("/", "What do you want to learn?")
    await person.page.get_by_label("Your goal").fill(GOAL)
    await person.page.get_by_role("button", name="Begin").click()
    await expect(person.page.get_by_role("textbox", name="What do you want to learn?")).to_have_value(GOAL)
    await person.page.get_by_role("radio", name="Taste").check()
    await expect(person.page.get_by_text(re.compile("questions to the model"))).to_be_visible()
    await person.page.get_by_role("button", name="Make the roadmap").dblclick()
    await person.page.wait_for_url("**/tasks/*")
    await expect(person.page.get_by_role("button", name=APPROVE)).to_be_visible()
    return person.page.url.rpartition("/")[2]


async def under_review(person: Person) -> Ordered:
    """A plan that waits for its decision, its page open."""
    ordered = await person.api.order(auto_approve=False)
    await person.opens(f"/tasks/{ordered.task_id}")
    await expect(person.page.get_by_role("button", name=APPROVE)).to_be_visible()
    return ordered


async def shows(page: Page, status: str) -> None:
    """The status beside the title."""
    await expect(page.locator("h1 + p").get_by_text(status, exact=True)).to_be_visible()


async def test_from_a_goal_to_a_quiz(person: Person) -> None:
    task_id = await orders_by_hand(person)
    assert (await person.api.get("/users/me/tasks"))["total"] == 1, "two clicks, one roadmap"
    await person.page.get_by_role("button", name="Ask for a change").click()
    await person.page.get_by_role("textbox").last.fill("Make the first lesson easier")
    await person.page.get_by_role("button", name="Change the plan").click()
    await expect(person.page.get_by_text("Version 2").first).to_be_visible()
    await person.page.get_by_role("button", name=APPROVE).dblclick()
    await shows(person.page, "Ready")
    task = await person.api.task(task_id)
    assert (task["status"], task["progress"]["percentage"]) == ("completed", 100)
    await person.page.get_by_role("link", name="Open the roadmap").click()
    await expect(person.page.get_by_role("heading", level=1)).to_have_text(task["title"])
    [concept, *_] = await person.api.concepts(task["roadmap_id"])
    await person.page.get_by_role("link", name=re.compile(f"^Start: {re.escape(concept['name'])}")).click()
    await expect(person.page.get_by_role("heading", name="Summary")).to_be_visible()
    await person.page.get_by_role("tab", name="Quiz").click()
    await person.page.get_by_role("radio").first.check()
    await person.page.get_by_role("button", name="Check my answer").click()
    await expect(person.page.get_by_text("Right answer").first).to_be_visible()


async def test_a_plan_is_edited_by_keyboard_and_saved(person: Person) -> None:
    ordered = await under_review(person)
    names = [concept["name"] for concept in await person.api.concepts(ordered.roadmap_id)]
    await person.page.get_by_role("button", name="Edit by hand").press("Enter")
    field = person.page.get_by_role("textbox", name="Name of a concept").first
    await field.fill("")
    await expect(person.page.get_by_text("It needs a name.")).to_be_visible()
    await expect(person.page.get_by_role("button", name="Save the changes")).to_be_disabled()
    await field.fill("My own first step")
    await person.page.get_by_role("button", name="Add a concept").first.press("Enter")
    await person.page.get_by_role("textbox", name="Name of a concept").last.fill("One more")
    await person.page.get_by_role("button", name="Save the changes").press("Enter")
    await expect(person.page.get_by_text("Version 2").first).to_be_visible()
    saved = [concept["name"] for concept in await person.api.concepts(ordered.roadmap_id)]
    assert saved == ["My own first step", *names[1:], "One more"]
    assert (await person.api.task(ordered.task_id))["version"] == 2


async def test_a_reload_in_each_state_shows_what_is(person: Person, model: Simulated) -> None:
    page = person.page
    await model.control(faults="intent.timeout:1")
    ordered = await person.api.order(auto_approve=False)
    await person.opens(f"/tasks/{ordered.task_id}")
    await model.has_open(1)
    await page.reload()
    await expect(page.get_by_text("Understanding your goal").first).to_be_visible()
    await model.control(faults="tutorial.timeout:1")
    await person.api.post(f"/tasks/{ordered.task_id}/cancel")
    for _ in "here", "after a reload":
        await shows(page, "Stopped")
        await page.reload()
    await person.api.post(f"/tasks/{ordered.task_id}/retry")
    for _ in "once", "twice":
        await page.reload()
        await expect(page.get_by_role("button", name=APPROVE)).to_be_visible()
    await page.get_by_role("button", name=APPROVE).click()
    await shows(page, "Being written")
    await page.reload()
    await shows(page, "Being written")
    await person.api.post(f"/tasks/{ordered.task_id}/pause", now=True)
    for _ in "here", "after a reload":
        await shows(page, "Paused")
        await page.reload()
    await model.control(faults="tutorial.refuse:1")
    await page.get_by_role("button", name="Go on", exact=True).click()
    for _ in "here", "after a reload":
        await shows(page, "Partly ready")
        await page.reload()


@pytest.mark.parametrize("at", ["intent", "architect", "tutorial"])
async def test_it_is_stopped_in_each_step_and_goes_on(person: Person, model: Simulated, at: str) -> None:
    await model.control(faults=f"{at}.timeout:1")
    ordered = await person.api.order()
    await person.opens(f"/tasks/{ordered.task_id}")
    await model.has_open(1 if at != "tutorial" else 2)
    await person.page.get_by_role("button", name="Stop", exact=True).click()
    await person.page.get_by_role("button", name="Stop writing").click()
    await shows(person.page, "Stopped")
    await person.page.reload()
    await shows(person.page, "Stopped")
    assert (await person.api.task(ordered.task_id))["status"] == "cancelled"
    await model.has_open(0)
    await model.control(faults="")
    await person.page.get_by_role("button", name=re.compile("^Go on")).click()
    await person.page.get_by_role("dialog").get_by_role("button", name=re.compile("^Go on")).click()
    await shows(person.page, "Ready")


async def test_two_tabs_and_two_decisions_are_one(person: Person, browser: Browser) -> None:
    ordered = await under_review(person)
    async with Person.at(browser, person.api) as other:
        await other.opens(f"/tasks/{ordered.task_id}")
        await expect(other.page.get_by_role("button", name=APPROVE)).to_be_visible()
        await person.page.get_by_role("button", name=APPROVE).click()
        await shows(other.page, "Ready")
        await expect(other.page.get_by_role("button", name=APPROVE)).to_be_hidden()
        assert other.complaints == []


async def cut(route: WebSocketRoute) -> None:
    """Each connection tells three things, then breaks."""
    server, told = route.connect_to_server(), 0

    async def passes(message: str | bytes) -> None:
        nonlocal told
        told += 1
        route.send(message)
        if told == 3:
            await route.close(code=3001)

    server.on_message(passes)


async def doubled(route: WebSocketRoute) -> None:
    """Each thing is told twice."""
    server = route.connect_to_server()

    def passes(message: str | bytes) -> None:
        route.send(message)
        route.send(message)

    server.on_message(passes)


async def mixed_up(route: WebSocketRoute) -> None:
    """Things arrive two at a time, the later one first; one that has no other behind it comes late."""
    server, loop = route.connect_to_server(), asyncio.get_running_loop()
    held: list[str | bytes] = []

    def lets_go() -> None:
        for one in reversed(held):
            route.send(one)
        held.clear()

    def passes(message: str | bytes) -> None:
        held.append(message)
        if len(held) == 2 or "closing" in str(message):
            lets_go()
        else:
            loop.call_later(0.5, lets_go)

    server.on_message(passes)


async def delayed(route: WebSocketRoute) -> None:
    """Each thing arrives half a second late, in order; the end of the connection too."""
    server, loop = route.connect_to_server(), asyncio.get_running_loop()
    ends: list[asyncio.Task[None]] = []

    def passes_later(message: str | bytes) -> None:
        loop.call_later(0.5, route.send, message)

    def ends_later(code: int | None, reason: str | None) -> None:
        loop.call_later(0.6, lambda: ends.append(loop.create_task(route.close(code=code, reason=reason))))

    server.on_message(passes_later)
    server.on_close(ends_later)


@pytest.mark.parametrize("trouble", [cut, doubled, delayed, mixed_up])
async def test_a_bad_connection_shows_the_same_in_the_end(
    person: Person, model: Simulated, trouble: Callable[[WebSocketRoute], Awaitable[None]]
) -> None:
    await person.page.route_web_socket(re.compile("/api/v1/ws/"), trouble)
    await model.control(latency=0.05)
    ordered = await under_review(person)
    await person.page.get_by_role("button", name=APPROVE).click()
    await shows(person.page, "Ready")
    assert (await person.api.task(ordered.task_id))["status"] == "completed"


@pytest.mark.parametrize("looks_again", [True, False])
async def test_the_end_is_seen_though_the_socket_lags_behind(person: Person, *, looks_again: bool) -> None:
    """Another answer tells of the end first: no page goes on with what the socket had told by then."""
    lags = False

    def passes_until_it_lags(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        server.on_message(lambda message: None if lags else route.send(message))

    await person.page.route_web_socket(re.compile("/api/v1/ws/"), passes_until_it_lags)
    ordered = await under_review(person)
    lags = True
    await person.api.post(f"/tasks/{ordered.task_id}/review", {"decision": "approve"})
    await person.api.ended(ordered.task_id)
    if looks_again:
        await person.page.evaluate("window.dispatchEvent(new Event('visibilitychange'))")
        await shows(person.page, "Ready")
    await person.page.get_by_role("link", name="Open the roadmap").click()
    await person.page.get_by_role("link", name=re.compile("^Start: ")).click()
    await expect(person.page.get_by_role("heading", name="Summary")).to_be_visible()


async def test_offline_and_back(person: Person, model: Simulated) -> None:
    ordered = await under_review(person)
    await model.control(faults="tutorial.timeout:1")
    await person.page.get_by_role("button", name=APPROVE).click()
    await shows(person.page, "Being written")
    await person.context.set_offline(True)
    await expect(person.page.get_by_text("You are offline.")).to_be_visible()
    await model.control(faults="")
    await person.api.post(f"/tasks/{ordered.task_id}/cancel")
    await person.context.set_offline(False)
    await shows(person.page, "Stopped")
    await expect(person.page.get_by_text("You are offline.")).to_be_hidden()


async def test_a_wrong_key_is_told_and_mended(person: Person, model: Simulated) -> None:
    await model.control(faults="401:1")
    ordered = await person.api.order()
    await person.api.ended(ordered.task_id)
    await person.opens(f"/tasks/{ordered.task_id}")
    await shows(person.page, "Failed")
    await expect(person.page.get_by_text("The model's key was refused.").first).to_be_visible()
    await model.control(faults="")
    await person.page.get_by_role("button", name=re.compile("^Go on")).click()
    await person.page.get_by_role("dialog").get_by_role("button", name=re.compile("^Go on")).click()
    await shows(person.page, "Ready")


async def test_the_server_is_killed_and_comes_back(
    browser: Browser, home_on_sqlite: Home, nursery: Nursery, model: Simulated
) -> None:
    """At the same address, as after a restart of the machine; the page that was left open goes on."""
    await model.control(latency=0.3)
    async with home_on_sqlite.up(nursery) as up:
        port = up.api.url.rpartition(":")[2]
        async with Person.at(browser, up.api) as person:
            ordered = await person.api.order("short")
            await person.opens(f"/tasks/{ordered.task_id}")
            await person.api.heard(ordered.task_id, lambda event: event["type"] == "concept_complete")
            await up.killed()
            await expect(person.page.get_by_text("The connection was lost").first).to_be_visible()
            await model.control(latency=0)
            async with home_on_sqlite.up(nursery, port=port):
                await shows(person.page, "Ready")
            assert person.complaints == []
