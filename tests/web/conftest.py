"""A person at a browser: Debian's Chromium before the real product, whose model is simulated."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from tests.promises.conftest import home_on_sqlite, model, nursery
from tests.support.processes import binary
from tests.support.product import Home
from tests.web.person import Person
from trailwright.api.pages import WEB_DIST

__all__ = ["home_on_sqlite", "model", "nursery"]


@pytest.fixture(scope="session", autouse=True)
def _the_app_is_built() -> None:
    assert (WEB_DIST / "index.html").is_file(), "the web app is not built; run: make setup"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Without its own sandbox, which root may not use."""
    async with async_playwright() as driver:
        program = binary("chromium")
        launched = await driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield launched
        await launched.close()


@pytest.fixture
async def person(browser: Browser, home_on_sqlite: Home) -> AsyncIterator[Person]:
    """Somebody who looks at the product that runs in this loop; the page keeps its own rules throughout."""
    async with home_on_sqlite.here() as here, Person.at(browser, here.api) as someone:
        yield someone
        assert someone.complaints == []
