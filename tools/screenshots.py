"""Takes the pictures in docs/screenshots: each page, light and dark, at three widths.

Run `.venv/bin/python -m tools.screenshots` after `make setup`; it starts its own product and model server.
With names of pages behind it, such as `settings review`, only theirs are taken anew.
"""

import asyncio
import re
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from tests.support.product import FAST, Api, Home
from tests.support.simulated import a_simulated_server
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
            url = f"sqlite:///{folder}/trailwright.db"
            db = Database(url)
            await migrations.upgrade(db)
            await db.close()
            home = Home(Path(folder), {**FAST, "DATABASE_URL": url, "LLM__BASE_URL": model.base_url})
            program = shutil.which("chromium")
            browser = await driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
            async with home.here() as here:
                await _if_asked(names, browser, here.api, ("home-empty", "/", _nothing))
                for page in await pages(here.api):
                    await _if_asked(names, browser, here.api, page)
            await browser.close()


async def _if_asked(names: frozenset[str], browser: Browser, api: Api, page: tuple[str, str, Step]) -> None:
    if not names or page[0] in names:
        await taken(browser, api, *page)


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


async def taken(browser: Browser, api: Api, name: str, path: str, step: Step) -> None:
    """One page in both themes at each width."""
    for width, height in WIDTHS.items():
        for scheme in ("light", "dark"):
            screen = {"width": width, "height": height}
            async with Person.at(browser, api, viewport=screen, color_scheme=scheme) as person:
                await person.opens(path)
                await step(person.page)
                await person.page.wait_for_load_state("networkidle")
                file = FOLDER / f"{name}-{scheme}-{width}.jpg"
                await person.page.screenshot(path=file, type="jpeg", quality=80)


async def _nothing(page: Page) -> None:
    del page


def _clicks(name: str) -> Step:
    async def step(page: Page) -> None:
        await page.get_by_role("button", name=name).click()

    return step


def _chooses(name: str) -> Step:
    """A view, where it is not shown at once."""

    async def step(page: Page) -> None:
        view = page.get_by_role("main").get_by_text(re.compile(f"^{name}$")).first
        if await view.count():
            await view.click()

    return step


if __name__ == "__main__":
    asyncio.run(main(frozenset(sys.argv[1:])))
