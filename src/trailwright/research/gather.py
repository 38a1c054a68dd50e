"""From queries to links that were looked at: searches, drops repeats, checks, drops the dead."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from itertools import chain, zip_longest
from typing import Protocol, TypeVar

from trailwright.domain.research import CheckedHit, LinkState, SearchHit
from trailwright.research.faults import SearchFault, SearchFaultCode
from trailwright.research.search import Searcher
from trailwright.research.urls import page_key

MAX_QUERIES = 6
SEARCHES_AT_ONCE = 3
CHECKS_AT_ONCE = 8
SEARCH_SHARE = 0.5
"""Of the total time, for searching; what it leaves is for checking."""

_CHECKED_PER_WANTED = 2
_LEAST_PER_QUERY = 5
_GRAVEST_FIRST: tuple[SearchFaultCode, ...] = ("search_auth", "search_rate_limited", "search_unavailable")

T = TypeVar("T")


class Checker(Protocol):
    """Looks at a link; what goes wrong is a state, not an error."""

    async def check_link(self, url: str) -> LinkState:
        """The state of the link."""
        ...


async def gather(
    searcher: Searcher,
    checker: Checker,
    queries: Sequence[str],
    *,
    language: str,
    want: int,
    total_s: float = 40.0,
) -> list[CheckedHit]:
    """At most `want` checked hits, alive before unknown, each in the order the searches gave; none is dead.

    Ends within `total_s` seconds: what was not looked at by then is left out. A query that fails is
    skipped; when all fail, raises the gravest `SearchFault`.
    """
    started = asyncio.get_running_loop().time()
    hits = await _search(
        searcher, queries[:MAX_QUERIES], language, max(want, _LEAST_PER_QUERY), total_s * SEARCH_SHARE
    )
    left_s = total_s - (asyncio.get_running_loop().time() - started)
    chosen = hits[: want * _CHECKED_PER_WANTED]
    states = await _within(left_s, CHECKS_AT_ONCE, [partial(checker.check_link, hit.url) for hit in chosen])
    checked = [CheckedHit(hit, state) for hit, state in zip(chosen, states, strict=True) if state is not None]
    alive = [found for found in checked if found.link.status == "alive"]
    unknown = [found for found in checked if found.link.status == "unknown"]
    # Two links may have redirected to one page.
    return _first_of_each([*alive, *unknown], lambda found: found.link.final_url)[:want]


async def _search(
    searcher: Searcher, queries: Sequence[str], language: str, count: int, limit_s: float
) -> list[SearchHit]:
    """Hits of all queries, best of each first, one per page."""
    jobs = [partial(_asked, searcher, query, language, count) for query in queries]
    answers = await _within(limit_s, SEARCHES_AT_ONCE, jobs)
    found = [answer for answer in answers if isinstance(answer, list)]
    if queries and not found:
        raise _gravest([answer for answer in answers if isinstance(answer, SearchFault)])
    ranked = [hit for hit in chain.from_iterable(zip_longest(*found)) if hit is not None]
    return _first_of_each(ranked, lambda hit: hit.url)


async def _asked(searcher: Searcher, query: str, language: str, count: int) -> list[SearchHit] | SearchFault:
    try:
        return await searcher.search(query, language=language, count=count)
    except SearchFault as fault:
        return fault


def _gravest(faults: Sequence[SearchFault]) -> SearchFault:
    """The fault a person should mend first; none at all means that no search ended in time."""
    slow = SearchFault("search_unavailable", detail="no answer in time")
    return min(faults, key=lambda fault: _GRAVEST_FIRST.index(fault.code), default=slow)


def _first_of_each(found: Iterable[T], url: Callable[[T], str]) -> list[T]:
    """The first for each page."""
    first: dict[str, T] = {}
    for one in found:
        first.setdefault(page_key(url(one)), one)
    return list(first.values())


async def _within(limit_s: float, at_once: int, jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T | None]:
    """What each job gave, None for those not done after `limit_s` seconds, which are cancelled."""
    room = asyncio.Semaphore(at_once)

    async def run(job: Callable[[], Awaitable[T]]) -> T:
        async with room:
            return await job()

    tasks = [asyncio.create_task(run(job)) for job in jobs]
    try:
        if tasks:
            await asyncio.wait(tasks, timeout=max(limit_s, 0))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return [None if task.cancelled() else task.result() for task in tasks]
