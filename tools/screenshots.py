"""Takes the pictures in docs/screenshots: each page, light and dark, at three widths.

Run `.venv/bin/python -m tools.screenshots` after `make setup`; it starts its own product and model server.
With names of pages behind it, such as `settings review`, only theirs are taken anew.
"""

import asyncio
import re
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from tests.support.product import FAST, Api, Home
from tests.support.simulated import a_simulated_server
from tests.web.house import HEADER, OWNER, PASSWORD, registers
from tests.web.person import Person
from trailwright import migrations
from trailwright.kit.db import Database

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
WIDTHS = {360: 780, 768: 1024, 1280: 860}
"""Width → height, in CSS pixels."""
GOALS = (
    "Bake sourdough bread at home",
    "Python for data analysis",
    "Play the guitar by ear",
    "Read a balance sheet",
)

Step = Callable[[Page], Awaitable[None]]


async def main(names: frozenset[str]) -> None:
    """All pictures anew, or those of the pages of these names."""
    if not names:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with a_simulated_server() as model, async_playwright() as driver:
            home = await _a_home(new_folder(folder, "alone"), {**FAST, "LLM__BASE_URL": model.base_url})
            program = shutil.which("chromium")
            browser = await driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
            shown = Shown(browser, names)
            async with home.here() as here:
                await shown.take(here.api, ("home-empty", "/", _nothing))
                for page in await pages(here.api):
                    await shown.take(here.api, page)
            house = await _a_home(
                new_folder(folder, "house"),
                {**home.given, "AUTH__MODE": "accounts", "SECRET_KEY": token_hex(32)},
            )
            async with house.here() as here:
                await shown.take(here.api, ("register-first", "/register", _nothing))
                await accounts(shown, here.api)
            await browser.close()


def new_folder(parent: str, name: str) -> Path:
    """An empty data folder."""
    folder = Path(parent) / name
    folder.mkdir()
    return folder


async def _a_home(folder: Path, given: Mapping[str, object]) -> Home:
    url = f"sqlite:///{folder / 'trailwright.db'}"
    db = Database(url)
    await migrations.upgrade(db)
    await db.close()
    return Home(folder, {**given, "DATABASE_URL": url})


@dataclass
class Shown:
    """Whose pictures are taken; `state`: the browser's of somebody who is signed in."""

    browser: Browser
    names: frozenset[str]
    state: Any = None

    async def take(self, api: Api, page: tuple[str, str, Step]) -> None:
        """The page in both themes at each width, if it was asked for."""
        name, path, step = page
        if self.names and name not in self.names:
            return
        for width, height in WIDTHS.items():
            for scheme in ("light", "dark"):
                screen = {"width": width, "height": height}
                wishes = {"viewport": screen, "color_scheme": scheme, "storage_state": self.state}
                async with Person.at(self.browser, api, **wishes) as person:
                    await person.opens(path)
                    await step(person.page)
                    await person.page.wait_for_load_state("networkidle")
                    file = FOLDER / f"{name}-{scheme}-{width}.jpg"
                    await person.page.screenshot(path=file, type="jpeg", quality=80)


async def accounts(shown: Shown, api: Api) -> None:
    """A product with a few people in it: what each sees of it, and what somebody without an account does."""
    async with Person.at(shown.browser, api) as owner:
        await registers(owner, OWNER)
        for email in ("lena@example.org", "wei@example.org"):
            invite = (await api.post("/admin/invites", {"email": email}))["link"].partition("#")[2]
            async with Person.at(shown.browser, api) as other:
                await other.context.request.post(
                    "/api/v1/auth/register",
                    data={"email": email, "password": PASSWORD, "invite": invite},
                    headers=HEADER,
                )
        await api.post("/admin/invites", {"email": "amara@example.org"})
        await api.post("/auth/tokens", {"name": "Notes backup", "expires_in_days": 90})
        ordered = await api.order("short", preferences={"learning_goal": GOALS[0]})
        await api.ended(ordered.task_id)
        share = await api.post(f"/roadmaps/{ordered.roadmap_id}/share", {"offered": True})
        await api.client.put(f"/admin/shares/{ordered.roadmap_id}", json={"featured": True})
        [concept, *_] = await api.concepts(ordered.roadmap_id)
        for page in (
            ("login", "/login", _nothing),
            ("shared", share["path"], _nothing),
            ("shared-lesson", f"{share['path']}/learn/{concept['concept_id']}", _nothing),
        ):
            await shown.take(api, page)
        shown.state = await owner.context.storage_state()
    mine: tuple[tuple[str, str, Step], ...] = (
        ("account", "/settings", _scrolls_to("#account")),
        ("people", "/users", _nothing),
        ("share", f"/roadmap/{ordered.roadmap_id}", _shares),
    )
    for one in mine:
        await shown.take(api, one)


async def pages(api: Api) -> list[tuple[str, str, Step]]:
    """Name, address and what to do there, for a product with a few roadmaps in it."""
    ordered = [await api.order("short", preferences={"learning_goal": goal}) for goal in GOALS]
    for one in ordered:
        await api.ended(one.task_id)
    waiting = await api.order("short", auto_approve=False, preferences={"learning_goal": "Knit a jumper"})
    await api.until(waiting.task_id, lambda task: task["status"] == "human_review_pending")
    first = ordered[0]
    concepts = await api.concepts(first.roadmap_id)
    for concept in concepts[:3]:
        path = f"/roadmaps/{first.roadmap_id}/concepts/{concept['concept_id']}/progress"
        await api.client.put(path, json={"is_completed": True})
    roadmap = f"/roadmap/{first.roadmap_id}"
    lesson = f"{roadmap}/learn/{concepts[3]['concept_id']}"
    return [
        ("home", "/", _nothing),
        ("new", "/new?goal=Bake%20sourdough%20bread%20at%20home", _nothing),
        ("tasks", "/tasks", _nothing),
        ("task", f"/tasks/{first.task_id}", _nothing),
        ("review", f"/tasks/{waiting.task_id}", _nothing),
        ("review-edit", f"/tasks/{waiting.task_id}", _clicks("Edit by hand")),
        ("roadmap", roadmap, _nothing),
        ("roadmap-weeks", roadmap, _chooses("Weeks")),
        ("roadmap-map", roadmap, _chooses("Map")),
        ("learn", lesson, _nothing),
        ("learn-links", f"{lesson}?tab=links", _nothing),
        ("learn-quiz", f"{lesson}?tab=quiz", _nothing),
        ("settings", "/settings", _nothing),
        ("trash", "/trash", _nothing),
    ]


async def _nothing(page: Page) -> None:
    del page


def _clicks(name: str) -> Step:
    async def step(page: Page) -> None:
        await page.get_by_role("button", name=name).click()

    return step


def _scrolls_to(selector: str) -> Step:
    async def step(page: Page) -> None:
        await page.locator(selector).scroll_into_view_if_needed()

    return step


async def _shares(page: Page) -> None:
    await page.get_by_role("button", name="Take it with you").click()
    await page.get_by_role("menuitem", name="Share by link…").click()
    await page.get_by_role("dialog").locator("code").wait_for()


def _chooses(name: str) -> Step:
    """A view, where it is not shown at once."""

    async def step(page: Page) -> None:
        view = page.get_by_role("main").get_by_text(re.compile(f"^{name}$")).first
        if await view.count():
            await view.click()

    return step


if __name__ == "__main__":
    asyncio.run(main(frozenset(sys.argv[1:])))
