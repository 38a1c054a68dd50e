"""A product that knows no model yet: one is chosen in the browser, a wrong key told and mended there."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.support.product import GOAL, Home, Nursery
from tests.support.simulated import Simulated
from tests.web.person import Person


@pytest.fixture
async def newcomer(browser: Browser, home_on_sqlite: Home, nursery: Nursery) -> AsyncIterator[Person]:
    """Nothing about a model stands in the environment."""
    given = {name: value for name, value in home_on_sqlite.given.items() if not name.startswith("LLM__")}
    bare = Home(home_on_sqlite.folder, {**given, "LLM__BACKOFF_S": 0})
    async with bare.up(nursery) as up, Person.at(browser, up.api) as someone:
        yield someone
        assert someone.complaints == []


async def names_a_server(person: Person, address: str, key: str) -> None:
    """Fills the form of one's own server, as somebody would."""
    page = person.page
    await page.get_by_role("radio", name=re.compile("^On a server of yours")).check()
    await page.get_by_label("Address of the server").fill(address)
    await page.get_by_label("Key, if it asks for one").fill(key)
    await page.get_by_label("Name of the model").fill("simulated")
    await page.get_by_role("button", name="Test and use it").dblclick()


async def test_a_wrong_address_then_a_wrong_key_are_told_and_mended(
    newcomer: Person, model: Simulated
) -> None:
    page = newcomer.page
    await newcomer.opens("/")
    await expect(page.get_by_role("heading", name="Choose who writes for you")).to_be_visible()
    await newcomer.breaks_no_rule_of_access()
    await names_a_server(newcomer, "http://127.0.0.1:9/v1", "right")
    await expect(page.get_by_text("No model answers at this address.")).to_be_visible()
    await expect(page.get_by_label("Address of the server")).to_be_focused()
    await model.control(faults="401:1")
    await names_a_server(newcomer, model.base_url, "wrong")
    await expect(page.get_by_text("This key was refused.")).to_be_visible()
    assert not (await newcomer.api.get("/model"))["configured"], "what does not answer is not saved"
    await model.control(faults="")
    await names_a_server(newcomer, model.base_url, "right")
    await expect(page.get_by_text("The model is ready. You can begin.")).to_be_visible()
    await page.get_by_label("Your goal").fill(GOAL)
    await page.get_by_role("button", name="Begin").click()
    await page.get_by_role("radio", name="Taste").check()
    await page.get_by_role("button", name="Make the roadmap").click()
    await expect(page.get_by_role("button", name=re.compile("^Looks right, write it"))).to_be_visible()


async def test_a_key_that_is_refused_later_is_mended_in_the_settings(
    newcomer: Person, model: Simulated
) -> None:
    page = newcomer.page
    await newcomer.opens("/")
    await names_a_server(newcomer, model.base_url, "right")
    await expect(page.get_by_text("The model is ready. You can begin.")).to_be_visible()
    await model.control(faults="401:1")
    ordered = await newcomer.api.order()
    await newcomer.opens(f"/tasks/{ordered.task_id}")
    await expect(page.get_by_text("The model's key was refused.").first).to_be_visible()
    await page.get_by_role("link", name="Settings").click()
    settings = page.locator("#model")
    await settings.get_by_role("button", name=re.compile("^(Change|Replace|Another)")).first.click()
    await settings.locator("input[type=password]").first.fill("another")
    await settings.get_by_role("button", name=re.compile("^Test")).first.click()
    await expect(settings.get_by_text("The key was refused.")).to_be_visible()
    await model.control(faults="")
    await settings.get_by_role("button", name=re.compile("^Test")).first.click()
    await expect(settings.get_by_text(re.compile("It answered in"))).to_be_visible()
    async with page.expect_response("**/settings"):  # the old key might be asked otherwise
        await settings.get_by_role("button", name=re.compile("^Save")).click()
    await page.go_back()
    await page.get_by_role("button", name=re.compile("^Go on")).click()
    await page.get_by_role("dialog").get_by_role("button", name=re.compile("^Go on")).click()
    await expect(page.get_by_text("Everything is ready").first).to_be_visible()
    assert (await newcomer.api.task(ordered.task_id))["status"] == "completed"
