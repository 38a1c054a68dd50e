"""The search providers, each as its documentation of 2026 has it; all go through the guarded client.

The library `ddgs` is not used: it brings an HTTP client of its own, past the guard.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from trailwright.domain.research import SearchHit
from trailwright.research.duckduckgo import is_challenge, results_in
from trailwright.research.faults import SearchFault, SearchFaultCode
from trailwright.research.guard import Fetched

_OK, _FORBIDDEN, _TOO_MANY = 200, 403, 429
_LONGEST_WAIT_S = 86_400
_SEARXNG_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")


def _table(pairs: str) -> dict[str, str]:
    """`tag:name` pairs; a tag alone is its own name."""
    return {tag: name or tag for tag, _, name in (pair.partition(":") for pair in pairs.split())}


_BRAVE_LANGUAGES = _table(
    "ar eu bn bg ca hr cs da nl en et fi fr gl de gu he hi hu is it kn ko lv lt ms ml mr nb pl pa ro ru sr sk"
    " sl es sv ta te th tr uk vi zh-hans zh-hant pt-br pt-pt en-gb"
    " ja:jp no:nb nn:nb pt:pt-br zh:zh-hans zh-tw:zh-hant zh-hk:zh-hant"
)
_DUCK_REGIONS = _table(
    "en:us-en en-gb:uk-en de:de-de fr:fr-fr es:es-es it:it-it pt:br-pt pt-pt nl:nl-nl pl:pl-pl sv:se-sv"
    " da:dk-da nb:no-no no:no-no fi:fi-fi ru:ru-ru uk:ua-uk cs:cz-cs tr:tr-tr el:gr-el hu:hu-hu ro:ro-ro"
    " ja:jp-jp ko:kr-kr zh:cn-zh zh-tw:tw-tzh zh-hant:tw-tzh vi:vn-vi"
)


@dataclass(frozen=True)
class Request:
    """One HTTP request of a provider."""

    method: str
    path: str
    headers: Mapping[str, str]
    content: bytes | None = None


class Provider(Protocol):
    """What differs between providers: pure, a request out and hits in."""

    default_url: str
    needs_key: bool
    gap_s: float

    def request(self, query: str, language: str, count: int, key: str) -> Request:
        """What to send."""
        ...

    def fault(self, answer: Fetched) -> SearchFault | None:
        """What an answer means when it is no list of hits."""
        ...

    def hits(self, answer: Fetched) -> Iterable[SearchHit]:
        """The hits; raises ValueError, TypeError or KeyError for another shape."""
        ...


class Tavily:
    """POST /search, bearer key; it knows no language, the query's own decides."""

    default_url = "https://api.tavily.com"
    needs_key = True
    gap_s = 0.0

    def request(self, query: str, language: str, count: int, key: str) -> Request:
        """What to send."""
        del language
        asked = {"query": query, "max_results": min(count, 20), "search_depth": "basic"}
        headers = {"Content-Type": "application/json", **_bearer(key)}
        return Request("POST", "/search", headers, json.dumps(asked).encode())

    def fault(self, answer: Fetched) -> SearchFault | None:
        """432 and 433: the plan's limit is reached."""
        return _fault(
            answer,
            {401: "search_auth", 403: "search_auth", 432: "search_rate_limited", 433: "search_rate_limited"},
        )

    def hits(self, answer: Fetched) -> Iterator[SearchHit]:
        """Each of `results`: title, url, content."""
        for found in _items(answer, "results"):
            yield SearchHit(_text(found, "title"), _text(found, "url"), _text(found, "content"))


class Brave:
    """GET /res/v1/web/search; the cheapest plan allows one request a second."""

    default_url = "https://api.search.brave.com"
    needs_key = True
    gap_s = 1.0

    def request(self, query: str, language: str, count: int, key: str) -> Request:
        """What to send."""
        asked = {"q": query, "count": str(min(count, 20)), "country": "ALL", "result_filter": "web"}
        asked["text_decorations"] = "false"
        if known := _named(language, _BRAVE_LANGUAGES):
            asked["search_lang"] = known
        return Request(
            "GET",
            f"/res/v1/web/search?{urlencode(asked)}",
            {"Accept": "application/json", "X-Subscription-Token": key},
        )

    def fault(self, answer: Fetched) -> SearchFault | None:
        """A wrong key is a 422 here, told from other 422s by its code."""
        wrong_key = b"SUBSCRIPTION_TOKEN" in answer.body
        told: SearchFaultCode = "search_auth" if wrong_key else "search_unavailable"
        return _fault(answer, {401: "search_auth", 403: "search_auth", 422: told})

    def hits(self, answer: Fetched) -> Iterator[SearchHit]:
        """Each of `web.results`: title, url, description, language."""
        for found in _items(answer, "web", "results"):
            language = _text(found, "language") or None
            yield SearchHit(
                _text(found, "title"), _text(found, "url"), _text(found, "description"), language=language
            )


class Searxng:
    """GET /search?format=json of a server whose operator has enabled that format."""

    default_url = ""
    needs_key = False
    gap_s = 0.0

    def request(self, query: str, language: str, count: int, key: str) -> Request:
        """What to send; the server gives a page of about 20 whatever is asked."""
        del count
        asked = {"q": query, "format": "json", "safesearch": "1"}
        primary = language.partition("-")[0].lower()
        asked["language"] = language if _SEARXNG_LANGUAGE.fullmatch(language) else primary
        return Request("GET", f"/search?{urlencode(asked)}", {"Accept": "application/json", **_bearer(key)})

    def fault(self, answer: Fetched) -> SearchFault | None:
        """403 means that JSON is not enabled there."""
        if answer.status == _FORBIDDEN:
            words = "The SearXNG server gives no JSON: add `json` to `search.formats` in its settings."
            return SearchFault("search_unavailable", detail="status 403", message=words)
        return _fault(answer, {401: "search_auth"})

    def hits(self, answer: Fetched) -> Iterator[SearchHit]:
        """Each of `results`: title, url, content."""
        for found in _items(answer, "results"):
            yield SearchHit(_text(found, "title"), _text(found, "url"), _text(found, "content"))


class DuckDuckGo:
    """The HTML page that needs no key; 202 is its way to say: too many requests."""

    default_url = "https://html.duckduckgo.com"
    needs_key = False
    gap_s = 1.0

    def request(self, query: str, language: str, count: int, key: str) -> Request:
        """What to send."""
        del count, key
        form = urlencode({"q": query, "kl": _named(language, _DUCK_REGIONS) or "wt-wt"}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": language}
        return Request("POST", "/html/", headers, form)

    def fault(self, answer: Fetched) -> SearchFault | None:
        """A challenge instead of results counts as a limit."""
        if answer.status == _OK and is_challenge(answer.text):
            return SearchFault("search_rate_limited", detail="a challenge page")
        return _fault(answer, {202: "search_rate_limited", 403: "search_rate_limited"})

    def hits(self, answer: Fetched) -> Iterator[SearchHit]:
        """The results of the page, advertisements left out."""
        return iter(results_in(answer.text))


PROVIDERS: Mapping[str, Provider] = {
    "tavily": Tavily(),
    "brave": Brave(),
    "searxng": Searxng(),
    "ddgs": DuckDuckGo(),
}


def _fault(answer: Fetched, special: Mapping[int, SearchFaultCode]) -> SearchFault | None:
    """None for 200; else what the status means here, as a fault."""
    if answer.status == _OK:
        return None
    usual: SearchFaultCode = "search_rate_limited" if answer.status == _TOO_MANY else "search_unavailable"
    wait = answer.headers.get("retry-after", "")
    return SearchFault(
        special.get(answer.status, usual),
        retry_after_s=min(float(wait), _LONGEST_WAIT_S) if re.fullmatch(r"[0-9]{1,9}", wait) else None,
        detail=f"status {answer.status}",
    )


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"} if key else {}


def _items(answer: Fetched, *path: str) -> list[Mapping[str, Any]]:
    """The list at `path` of a JSON answer, empty when it is missing; raises ValueError for another shape."""
    value: Any = json.loads(answer.body)
    for name in path:
        if not isinstance(value, dict):
            message = "an object was expected"
            raise ValueError(message)  # noqa: TRY004 - one error for every wrong shape
        value = value.get(name, {})
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _named(language: str, names: Mapping[str, str]) -> str | None:
    """The provider's name for a BCP 47 tag: the longest beginning of it that the table knows."""
    parts = language.lower().split("-")
    tags = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((names[tag] for tag in tags if tag in names), None)
