"""The browser tests are worth nothing for those who install, unless what runs is what they install."""

import asyncio
import subprocess

import psutil

from tests.support.product import Up
from tests.support.source import ROOT, SRC
from tests.support.wheel import Installed

WHERE = "import trailwright.api.pages as pages; print(pages.__file__); print(pages.WEB_DIST)"


def says(installed: Installed) -> list[str]:
    done = subprocess.run(
        [installed.python, "-c", WHERE], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return done.stdout.splitlines()


async def test_code_and_pages_come_out_of_the_wheel(installed: Installed, product: Up) -> None:
    """As the tests start it: that interpreter, from the folder of the source."""
    assert psutil.Process(product.pid).cmdline()[0] == str(installed.python)
    code, pages = await asyncio.to_thread(says, installed)
    assert code == str(installed.package / "api" / "pages.py")
    assert pages == str(installed.package / "web_dist")
    assert not installed.package.is_relative_to(SRC)


async def test_a_page_that_only_the_installed_folder_has_is_served(installed: Installed, product: Up) -> None:
    own = installed.package / "web_dist" / "assets" / f"only-here-{product.pid}.txt"
    own.write_text("here")
    answer = await product.api.client.get(f"{product.api.url}/assets/{own.name}")
    own.unlink()
    assert answer.text == "here"


def test_the_program_of_the_wheel_starts(installed: Installed) -> None:
    done = subprocess.run([installed.program, "--version"], check=True, capture_output=True, text=True)
    assert "0.1.0" in done.stdout
