"""One way to ask a search provider, whichever it is."""

import re
from dataclasses import replace
from typing import Protocol

from trailwright.domain.research import SearchHit
from trailwright.research.addresses import Refused, checked_url, own_host
from trailwright.research.faults import SearchFault
from trailwright.research.guard import (
    Connector,
    Fetched,
    Fetcher,
    Limits,
    Resolver,
    Unreachable,
    dial,
    system_resolve,
)
from trailwright.research.pace import Pace
from trailwright.research.pages import clean_text
from trailwright.research.providers import PROVIDERS, Provider, Request
from trailwright.research.urls import kind_of
from trailwright.settings import Settings

SEARCH_LIMITS = Limits(total_s=15.0)
_QUERY_CHARS, _QUERY_WORDS = 380, 45  # below 400 characters and 50 words, the smallest lids of the providers
_SNIPPET_CHARS = 500
_TAGS = re.compile(r"</?(?:b|strong|em|mark)>", re.IGNORECASE)


class Searcher(Protocol):
    """A search provider."""

    async def search(self, query: str, *, language: str, count: int) -> list[SearchHit]:
        """At most `count` hits, best first, in `language` (BCP 47) where the provider knows it.

        Raises `SearchFault`.
        """
        ...

    async def aclose(self) -> None:
        """Close connections."""
        ...


class WebSearcher:
    """Asks one provider; redirects are not followed, so a key goes nowhere else."""

    def __init__(
        self,
        provider: Provider,
        fetcher: Fetcher,
        *,
        base_url: str = "",
        key: str = "",
        pace: Pace | None = None,
    ) -> None:
        self._provider = provider
        self._fetcher = fetcher
        self._base_url = (base_url or provider.default_url).rstrip("/")
        self._key = key
        self._lacks_key = provider.needs_key and not key and not base_url
        self._pace = pace or Pace(provider.gap_s)

    async def search(self, query: str, *, language: str, count: int) -> list[SearchHit]:
        """At most `count` hits, best first; raises `SearchFault`."""
        if not self._base_url:
            raise SearchFault(
                "search_unavailable",
                detail="no address",
                message="Set SEARCH__BASE_URL to the search server.",
            )
        if self._lacks_key:
            raise SearchFault(
                "search_auth", detail="no key", message="Set SEARCH__API_KEY for the search provider."
            )
        asked = self._provider.request(_shortened(query), language, count, self._key)
        await self._pace.turn("")
        answer = await self._send(asked)
        if fault := self._provider.fault(answer):
            raise fault
        try:
            hits = [_cleaned(hit) for hit in self._provider.hits(answer)]
        except (ValueError, TypeError, KeyError, RecursionError):
            raise SearchFault("search_unavailable", detail="an answer of another shape") from None
        return [hit for hit in hits if _usable(hit)][:count]

    async def aclose(self) -> None:
        """Close connections."""
        await self._fetcher.aclose()

    async def _send(self, asked: Request) -> Fetched:
        try:
            return await self._fetcher.fetch(
                f"{self._base_url}{asked.path}",
                method=asked.method,
                headers=asked.headers,
                content=asked.content,
                max_redirects=0,
            )
        except Refused as refused:
            wrong = "SEARCH__BASE_URL is no plain http or https address without a password."
            words = wrong if refused.reason != "address" else None
            raise SearchFault(
                "search_unavailable", detail=f"refused: {refused.reason}", message=words
            ) from None
        except Unreachable as fault:
            raise SearchFault("search_unavailable", detail=fault.reason) from None


def from_settings(
    settings: Settings, *, resolve: Resolver = system_resolve, connect: Connector = dial
) -> Searcher | None:
    """The configured provider, None for `none`.

    The operator's own `SEARCH__BASE_URL` is exempt from the guard, for this client alone.
    """
    chosen = PROVIDERS.get(settings.search.provider)
    if chosen is None:
        return None
    base_url = settings.search.base_url or ""
    fetcher = Fetcher(
        allow=(*settings.fetch.allow, *own_host(base_url)),
        resolve=resolve,
        connect=connect,
        limits=SEARCH_LIMITS,
    )
    key = settings.search.api_key
    return WebSearcher(chosen, fetcher, base_url=base_url, key=key.get_secret_value() if key else "")


def _shortened(query: str) -> str:
    """Within every provider's lid, cut between words."""
    text = " ".join(clean_text(query, limit=2 * _QUERY_CHARS).split()[:_QUERY_WORDS])
    return (
        text if len(text) <= _QUERY_CHARS else text[:_QUERY_CHARS].rpartition(" ")[0] or text[:_QUERY_CHARS]
    )


def _cleaned(hit: SearchHit) -> SearchHit:
    """One line each, no mark-up, no control characters, capped."""
    return replace(
        hit,
        title=clean_text(_TAGS.sub("", hit.title)),
        url=hit.url.strip(),
        snippet=clean_text(_TAGS.sub("", hit.snippet), limit=_SNIPPET_CHARS),
        type_hint=hit.type_hint or kind_of(hit.url),
    )


def _usable(hit: SearchHit) -> bool:
    """Whether the hit has a title and a URL that may be asked for."""
    try:
        checked_url(hit.url)
    except Refused:
        return False
    return bool(hit.title)
