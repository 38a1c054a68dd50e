"""A person at a browser: Debian's Chromium before the installed wheel, whose model is simulated."""

import os
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, async_playwright

from tests.promises.conftest import home_on_sqlite, model
from tests.support.processes import binary
from tests.support.product import Home, Nursery, Up
from tests.support.wheel import Installed, installed_once, is_web_app_built
from tests.web.person import Person

__all__ = ["home_on_sqlite", "model"]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in an environment of its own, once for all test processes of the session."""
    assert is_web_app_built(), "the web app is not built; run: make setup"
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "wheel"
    folder.mkdir(exist_ok=True)
    return installed_once(folder)


@pytest.fixture(scope="session")
def nursery(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Starts `trailwright up` of the wheel."""
    made = Nursery(tmp_path_factory.mktemp("nursery"), str(installed.python))
    yield made
    made.end()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Without its own sandbox, which root may not use."""
    async with async_playwright() as driver:
        program = binary("chromium")
        launched = await driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield launched
        await launched.close()


@pytest.fixture
async def product(home_on_sqlite: Home, nursery: Nursery) -> AsyncIterator[Up]:
    """`trailwright up`, running."""
    async with home_on_sqlite.up(nursery) as up:
        yield up


@pytest.fixture
async def person(browser: Browser, product: Up) -> AsyncIterator[Person]:
    """Somebody who looks at the product; the page keeps its own rules throughout."""
    async with Person.at(browser, product.api) as someone:
        yield someone
        assert someone.complaints == []
