"""Looks whether a link is alive: HEAD, then GET, through the guard, politely, remembered for a week."""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

import httpx

from trailwright.domain.research import LinkState, LinkStatus
from trailwright.research.addresses import Refused
from trailwright.research.guard import Fetched, Fetcher, Limits, Unreachable, UnreachableReason
from trailwright.research.pace import Pace
from trailwright.research.pages import PageFacts, page_facts, says_not_found
from trailwright.settings import Settings

KEPT: dict[LinkStatus, timedelta] = {
    "alive": timedelta(days=7),
    "dead": timedelta(days=7),
    "unknown": timedelta(hours=1),  # a passing fault should not hide a page for a week
}
HOST_GAP_S = 1.0
HEAD_S, GET_S = 4.0, 6.0
GONE = frozenset({404, 410})
DEAD_REASONS: frozenset[UnreachableReason] = frozenset({"no_such_name", "refused", "tls"})
"""No page can be had there. All else (time-outs, resolver trouble, too many redirects) may pass: unknown."""

_ABOUT_MISSING = re.compile(r"404|not[-_]?found", re.IGNORECASE)  # a page that teaches what a 404 is
_ENOUGH_SAID_BY_HEAD = 429
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_REMEMBERED = 10_000


class LinkCache(Protocol):
    """Remembers states by URL; the checker judges their age."""

    async def get(self, url: str) -> LinkState | None:
        """The last state put for `url`."""
        ...

    async def put(self, url: str, state: LinkState) -> None:
        """Remember `state`."""
        ...


class MemoryLinkCache:
    """The last 10,000 states, in this process."""

    def __init__(self) -> None:
        self._states: OrderedDict[str, LinkState] = OrderedDict()

    async def get(self, url: str) -> LinkState | None:
        """The last state put for `url`."""
        return self._states.get(url)

    async def put(self, url: str, state: LinkState) -> None:
        """Remember `state`, forget the oldest past the lid."""
        self._states[url] = state
        self._states.move_to_end(url)
        if len(self._states) > _REMEMBERED:
            self._states.popitem(last=False)


def utc_now() -> datetime:
    """The wall clock in UTC."""
    return datetime.now(UTC)


class LinkChecker:
    """Checks links; keep one per process, as pace, cache and connections are shared."""

    def __init__(
        self,
        fetcher: Fetcher,
        *,
        cache: LinkCache | None = None,
        pace: Pace | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._fetcher = fetcher
        self._cache = cache or MemoryLinkCache()
        self._pace = pace or Pace(HOST_GAP_S)
        self._now = now

    async def check_link(self, url: str) -> LinkState:
        """The link's state, at most 7 days old (`unknown`: one hour); what goes wrong is a state too.

        Takes at most 10 s from the host's turn on.
        """
        url = url.strip()
        known = await self._cache.get(url)
        if known is not None and self._now() - known.checked_at < KEPT[known.status]:
            return known
        state = await self._look(url)
        await self._cache.put(url, state)
        return state

    async def aclose(self) -> None:
        """Close connections."""
        await self._fetcher.aclose()

    async def _look(self, url: str) -> LinkState:
        try:
            await self._pace.turn(_host(url))
            answer = await self._ask(url)
        except Refused:
            return self._without_answer("dead", url)
        except Unreachable as fault:
            return self._without_answer("dead" if fault.reason in DEAD_REASONS else "unknown", url)
        return await self._judge(url, answer)

    async def _ask(self, url: str) -> Fetched:
        """HEAD where it says enough, else GET; the redirects of both count together."""
        try:
            head = await self._fetcher.fetch(url, method="HEAD", total_s=HEAD_S)
        except Unreachable as fault:
            if fault.reason not in {"protocol", "timeout"}:  # some servers drop HEAD, or never answer it
                raise
            return await self._fetcher.fetch(url, total_s=GET_S)
        if head.status == _ENOUGH_SAID_BY_HEAD or (_ok(head) and head.content_type not in {*_HTML, None}):
            return head
        if _ok(head):
            left = Limits().max_redirects - head.redirects
            return await self._fetcher.fetch(head.url, max_redirects=left, total_s=GET_S)
        return await self._fetcher.fetch(url, total_s=GET_S)  # many servers refuse HEAD, or answer it wrongly

    async def _judge(self, url: str, answer: Fetched) -> LinkState:
        facts = PageFacts(None, None)
        if answer.content_type in {*_HTML, None} and answer.body:
            facts = await asyncio.to_thread(_facts, answer)
        return LinkState(
            status=status_of(url, answer, facts.title),
            final_url=answer.url,
            title=facts.title,
            language_hint=facts.language or _primary(answer.headers.get("content-language")),
            content_type=answer.content_type,
            checked_at=self._now(),
        )

    def _without_answer(self, status: LinkStatus, url: str) -> LinkState:
        return LinkState(status, url, None, None, None, self._now())


def checker_from_settings(settings: Settings, *, cache: LinkCache | None = None) -> LinkChecker:
    """A checker with `FETCH__ALLOW`; raises ValueError for an entry that is not `host:port`."""
    return LinkChecker(Fetcher(allow=settings.fetch.allow), cache=cache)


def status_of(asked: str, answer: Fetched, title: str | None) -> LinkStatus:
    """Alive: 2xx; dead: 404, 410, or a page that calls itself missing; unknown: all else.

    403 and 429 are unknown by rule, 5xx because it passes. A deep link that ends on a front page is
    unknown too: the site answers, the page is probably gone.
    """
    if answer.status in GONE:
        return "dead"
    if not _ok(answer):
        return "unknown"
    if says_not_found(title) and not _ABOUT_MISSING.search(httpx.URL(asked).path):
        return "dead"
    to_front = httpx.URL(answer.url).path == "/" and httpx.URL(asked).path.strip("/").count("/") > 0
    return "unknown" if to_front else "alive"


def _ok(answer: Fetched) -> bool:
    return 200 <= answer.status < 300  # noqa: PLR2004 - the class of status codes that means success


def _facts(answer: Fetched) -> PageFacts:
    return page_facts(answer.text)


def _primary(tags: str | None) -> str | None:
    """The primary subtag of the first language in a `Content-Language` header."""
    first = (tags or "").partition(",")[0].strip().partition("-")[0].lower()
    return first if first.isascii() and first.isalpha() and len(first) in {2, 3} else None


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
