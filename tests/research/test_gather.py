import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from trailwright.domain.research import LinkState, LinkStatus, SearchHit
from trailwright.research.faults import SearchFault, SearchFaultCode
from trailwright.research.gather import CHECKS_AT_ONCE, MAX_QUERIES, gather

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass
class Library:
    """A search provider that holds its answers: URLs, a fault code, or silence."""

    answers: Mapping[str, list[str] | SearchFaultCode | None]
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    open: int = 0

    async def search(self, query: str, *, language: str, count: int) -> list[SearchHit]:
        self.asked.append((query, language, count))
        answer = self.answers[query]
        if answer is None:
            self.open += 1
            try:
                await asyncio.Event().wait()
            finally:
                self.open -= 1
        if isinstance(answer, str):
            raise SearchFault(answer)
        return [SearchHit(f"title of {url}", url, "") for url in (answer or [])[:count]]

    async def aclose(self) -> None:
        pass


@dataclass
class Eyes:
    """A checker that knows what each URL is; those it does not know are alive."""

    states: Mapping[str, LinkStatus] = field(default_factory=dict)
    final: Mapping[str, str] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    open: int = 0
    most_open: int = 0
    full: asyncio.Event = field(default_factory=asyncio.Event)

    async def check_link(self, url: str) -> LinkState:
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        if self.open == CHECKS_AT_ONCE:
            self.full.set()
        try:
            if url in self.silent:
                await asyncio.Event().wait()
            await asyncio.sleep(0)
            status = self.states.get(url, "alive")
            return LinkState(status, self.final.get(url, url), None, None, None, NOON)
        finally:
            self.open -= 1


def site(*names: str) -> list[str]:
    return [f"https://{name}.example/" for name in names]


async def urls(library: Library, eyes: Eyes, want: int = 10, total_s: float = 5.0) -> list[tuple[str, str]]:
    found = await gather(library, eyes, list(library.answers), language="de", want=want, total_s=total_s)
    return [(one.hit.url.removeprefix("https://").partition(".")[0], one.link.status) for one in found]


async def test_alive_links_come_before_unknown_ones_and_dead_ones_are_dropped() -> None:
    a, b, c, d = site("a", "b", "c", "d")
    eyes = Eyes({a: "unknown", b: "dead", c: "alive", d: "alive"})
    assert await urls(Library({"q": [a, b, c, d]}), eyes) == [
        ("c", "alive"),
        ("d", "alive"),
        ("a", "unknown"),
    ]


async def test_each_hit_carries_when_it_was_checked() -> None:
    found = await gather(Library({"q": site("a")}), Eyes(), ["q"], language="de", want=1)
    assert found[0].link.checked_at == NOON


async def test_the_best_of_each_query_comes_first_and_a_page_only_once() -> None:
    library = Library(
        {"one": [*site("a", "b", "c")], "two": ["http://www.a.example/?utm_source=x", *site("d")]}
    )
    assert [name for name, _ in await urls(library, Eyes())] == ["a", "b", "d", "c"]


async def test_two_links_that_lead_to_one_page_are_one() -> None:
    a, b = site("a", "b")
    assert await urls(Library({"q": [a, b]}), Eyes(final={b: a})) == [("a", "alive")]


async def test_no_more_than_wanted_and_language_and_count_reach_the_provider() -> None:
    library = Library({"q": site(*"abcdefghij")})
    assert [name for name, _ in await urls(library, Eyes(), want=3)] == ["a", "b", "c"]
    assert library.asked == [("q", "de", 5)]


async def test_dead_links_are_made_up_for_by_later_hits() -> None:
    names = site(*"abcdef")
    eyes = Eyes(dict.fromkeys(names[:3], "dead"))
    assert [name for name, _ in await urls(Library({"q": names}), eyes, want=3)] == ["d", "e"]


async def test_a_query_that_fails_is_skipped() -> None:
    library = Library({"bad": "search_rate_limited", "good": site("a")})
    assert await urls(library, Eyes()) == [("a", "alive")]


async def test_when_all_queries_fail_the_gravest_fault_is_raised() -> None:
    library = Library({"a": "search_unavailable", "b": "search_auth", "c": "search_rate_limited"})
    with pytest.raises(SearchFault, match="search_auth"):
        await urls(library, Eyes())


async def test_no_queries_and_no_hits_are_no_fault() -> None:
    assert await urls(Library({}), Eyes()) == []
    assert await urls(Library({"q": []}), Eyes()) == []


async def test_a_silent_provider_ends_in_time_and_is_let_go() -> None:
    library = Library({"q": None})
    with pytest.raises(SearchFault, match="search_unavailable: no answer in time"):
        await urls(library, Eyes(), total_s=0.1)
    assert library.open == 0


async def test_a_silent_query_does_not_cost_the_others() -> None:
    library = Library({"silent": None, "good": site("a")})
    assert await urls(library, Eyes(), total_s=0.2) == [("a", "alive")]


async def test_a_link_that_was_not_looked_at_in_time_is_left_out() -> None:
    a, b = site("a", "b")
    eyes = Eyes(silent=frozenset({a}))
    assert await urls(Library({"q": [a, b]}), eyes, total_s=0.2) == [("b", "alive")]
    assert eyes.open == 0


async def test_only_so_many_queries_and_checks_run() -> None:
    library = Library({f"q{n}": site(*(f"s{n}-{m}" for m in range(9))) for n in range(MAX_QUERIES + 3)})
    eyes = Eyes()
    await urls(library, eyes, want=20)
    assert len(library.asked) == MAX_QUERIES
    assert eyes.most_open <= CHECKS_AT_ONCE


async def test_cancelled_means_that_no_check_is_left_open() -> None:
    names = site(*(f"s{n}" for n in range(CHECKS_AT_ONCE)))
    eyes = Eyes(silent=frozenset(names))
    going = asyncio.create_task(urls(Library({"q": names}), eyes, want=CHECKS_AT_ONCE))
    await eyes.full.wait()
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going
    assert eyes.open == 0


async def test_a_bug_in_a_checker_is_not_swallowed() -> None:
    class Broken:
        async def check_link(self, url: str) -> LinkState:
            raise ZeroDivisionError(url)

    with pytest.raises(ZeroDivisionError):
        await gather(Library({"q": site("a")}), Broken(), ["q"], language="en", want=1)
