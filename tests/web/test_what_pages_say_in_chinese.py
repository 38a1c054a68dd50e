"""Who reads Chinese meets no English sentence: not of a check, a log, or what a test of a part found."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.support.product import Ordered
from tests.support.simulated import Simulated
from tests.web.person import Person

GOAL = {"learning_goal": "在家烤酸面包", "primary_language": "zh"}
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ ,.]+[A-Za-z]{2,}){2,}")
"""Three words in a row: no name of a product is as long."""
NAMES = ("Apache License 2.0", "Qwen2.5 Coder")


@pytest.fixture
async def reader(person: Person, browser: Browser) -> AsyncIterator[Person]:
    """Somebody whose browser speaks Chinese."""
    async with Person.at(browser, person.api, locale="zh-CN") as someone:
        yield someone
        assert someone.complaints == []


async def reads_chinese(reader: Person, *, but: str = "") -> str:
    """All that the page shows, everything unfolded; `but`: what is left out of it, as a selector."""
    page = reader.page
    await page.wait_for_load_state("networkidle")
    await page.evaluate(
        "but => { if (but) document.querySelector(but)?.remove();"
        " for (const one of document.querySelectorAll('main details')) one.open = true; }",
        but,
    )
    shown = await page.get_by_role("main").inner_text()
    assert ENGLISH.findall(shown) == [], f"{page.url}\n{shown}"
    return shown


async def a_roadmap(reader: Person) -> Ordered:
    ordered = await reader.api.order("short", preferences=GOAL)
    await reader.api.ended(ordered.task_id)
    return ordered


async def test_no_page_speaks_english(reader: Person, model: Simulated) -> None:
    ordered = await a_roadmap(reader)
    await model.control(faults="quiz.500:1")
    failed = await reader.api.order("mini", preferences=GOAL)
    await reader.api.ended(failed.task_id)
    [concept, *_] = await reader.api.concepts(ordered.roadmap_id)
    lesson = f"/roadmap/{ordered.roadmap_id}/learn/{concept['concept_id']}"
    paths = ["/", "/new", "/tasks", "/trash", f"/roadmap/{ordered.roadmap_id}", lesson]
    for path in [*paths, f"{lesson}?tab=links", f"{lesson}?tab=quiz", f"/roadmap/{failed.roadmap_id}"]:
        await reader.opens(path)
        await reads_chinese(reader)
    await reader.opens("/settings")
    await reads_chinese(reader, but="#about")


@pytest.mark.parametrize("fault", ["", "quiz.500:1", "401:1"])
async def test_neither_what_happened_nor_the_log_speaks_english(
    reader: Person, model: Simulated, fault: str
) -> None:
    await model.control(faults=fault)
    ordered = await reader.api.order("mini", preferences=GOAL)
    await reader.api.ended(ordered.task_id)
    await reader.opens(f"/tasks/{ordered.task_id}")
    await reads_chinese(reader)
    for station in await reader.page.get_by_role("list", name="进行过程").get_by_role("button").all():
        await station.click()
        await reads_chinese(reader)
    await reader.page.get_by_role("button", name="完整日志").click()
    lines = await reader.api.get(f"/tasks/{ordered.task_id}/logs")
    await expect(reader.page.locator("li time")).not_to_have_count(0)
    assert lines["total"] > 0
    await reads_chinese(reader)


async def test_what_a_check_says_of_an_edited_plan_is_in_chinese(reader: Person) -> None:
    ordered = await reader.api.order("short", auto_approve=False, preferences=GOAL)
    await reader.api.until(ordered.task_id, lambda task: task["status"] == "human_review_pending")
    await reader.opens(f"/tasks/{ordered.task_id}")
    await reader.page.get_by_role("button", name="手动修改").click()
    names = reader.page.get_by_role("textbox", name="概念名称")
    await names.nth(1).fill(await names.nth(0).input_value())
    await reader.page.get_by_role("button", name="保存修改").click()
    await expect(reader.page.get_by_text(re.compile("第 2 版")).first).to_be_visible()
    shown = await reads_chinese(reader)
    assert "几乎相同；请改名，或合并两者" in shown


async def test_what_a_test_of_a_part_found_is_in_chinese(reader: Person) -> None:
    await reader.opens("/settings")
    section = reader.page.locator("#model")
    await section.get_by_role("button", name="测试").click()
    await expect(section.get_by_text(re.compile("毫秒内作答"))).to_be_visible()
    await reads_chinese(reader, but="#about")


async def test_a_receipt_says_in_chinese_what_it_notes(reader: Person) -> None:
    ordered = await a_roadmap(reader)
    for concept in await reader.api.concepts(ordered.roadmap_id):
        await reader.opens(f"/roadmap/{ordered.roadmap_id}/learn/{concept['concept_id']}")
        await expect(reader.page.locator("details.receipt").first).to_be_attached()
        await reads_chinese(reader)


async def test_a_task_whose_roadmap_is_in_the_trash_says_so_in_chinese(reader: Person) -> None:
    ordered = await reader.api.order("mini", auto_approve=False, preferences=GOAL)
    await reader.api.until(ordered.task_id, lambda task: task["status"] == "human_review_pending")
    await reader.api.client.delete(f"/roadmaps/{ordered.roadmap_id}")
    await reader.opens(f"/tasks/{ordered.task_id}")
    await expect(reader.page.get_by_text("它的路线图已移到回收站。")).to_be_visible()
    assert "deleted" not in await reader.page.get_by_role("main").inner_text()
