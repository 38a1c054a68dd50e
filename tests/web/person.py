"""What a person does and sees in the web app, in words of the page."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.support.product import WITHIN_S, Api
from tests.support.source import ROOT

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE: Mapping[str, int] = {"width": 1280, "height": 900}

expect.set_options(timeout=WITHIN_S / 4 * 1000)


@cache
def _axe() -> str:
    return Path(AXE).read_text(encoding="utf-8")


@dataclass
class Person:
    """One browser with one tab. `complaints`: what the page did against its own rules, or broke of."""

    context: BrowserContext
    page: Page
    api: Api
    complaints: list[str] = field(default_factory=list)

    @classmethod
    @asynccontextmanager
    async def at(cls, browser: Browser, api: Api, **wishes: Any) -> AsyncIterator["Person"]:
        """A new browser profile; `wishes` as Playwright names them: viewport, color_scheme, locale …"""
        options: dict[str, Any] = {"viewport": WIDE, "locale": "en-GB", "reduced_motion": "reduce", **wishes}
        context = await browser.new_context(base_url=api.url, **options)
        someone = cls(context, await context.new_page(), api)
        context.on("weberror", lambda error: someone.complaints.append(f"error: {error.error}"))
        context.on("console", someone.hears)
        yield someone
        await context.close()

    def hears(self, message: ConsoleMessage) -> None:
        """The browser's console: the policy's refusals stand there."""
        if "Content Security Policy" in message.text:
            self.complaints.append(message.text)

    async def opens(self, path: str, title: str | None = None) -> None:
        """Types the address."""
        await self.page.goto(path)
        await expect(self.page.get_by_role("heading", level=1)).to_be_visible()
        if title is not None:
            await expect(self.page.get_by_role("heading", level=1)).to_have_text(title)

    async def breaks_no_rule_of_access(self) -> None:
        """axe finds nothing on the page as it is now."""
        await self.page.evaluate(_axe())
        found = await self.page.evaluate(
            "rules => axe.run({runOnly: {type: 'tag', values: rules}}).then(r => r.violations.map(v => "
            "`${v.id}: ${v.help}: ` + v.nodes.map(n => n.html.slice(0, 200)).join(' | ')))",
            AXE_RULES,
        )
        assert found == [], f"{self.page.url}: {found}"

    async def needs_no_sideways_scrolling(self) -> None:
        """The page is no wider than the screen."""
        wide = await self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px too wide"
