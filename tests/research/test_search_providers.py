import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.research.world import (
    PUBLIC,
    Asked,
    Names,
    Site,
    TlsWire,
    Write,
    a_site,
    hang,
    redirect,
    reply,
)
from trailwright.domain.research import SearchHit
from trailwright.research.faults import SEARCH_FAULT_CODES, SEARCH_WORDS, SearchFault
from trailwright.research.guard import Fetcher, Limits
from trailwright.research.links import checker_from_settings
from trailwright.research.pace import Pace
from trailwright.research.providers import PROVIDERS
from trailwright.research.search import Searcher, WebSearcher, from_settings
from trailwright.settings import Search, Settings

KEY = "k-very-secret"
PATHS = {"tavily": "/search", "brave": "/res/v1/web/search", "searxng": "/search", "ddgs": "/html/"}

DUCK_PAGE = """<html><body>
<div class="result results_links result--ad"><h2 class="result__title">
 <a class="result__a" href="https://duckduckgo.com/y.js?ad_domain=shop.example&amp;u3=x">Buy bread</a></h2>
 <a class="result__snippet" href="https://duckduckgo.com/y.js?ad_domain=shop.example">An ad</a></div>
<div class="result results_links web-result"><h2 class="result__title">
 <a rel="nofollow" class="result__a" href="//duckduckgo.com/l/?uddg=https%3A%2F%2Fbread.example%2Fa%3Fb%3D1">
 Sour<b>dough</b> &amp; more</a></h2>
 <a class="result__snippet" href="//duckduckgo.com/l/?uddg=x&amp;rut=ff">How to <b>bake</b></a>
</div>
<div class="result web-result"><a class="result__a" href="https://direct.example/">Direct</a></div>
<div class="result web-result"><a class="result__a" href="//duckduckgo.com/l/?uddg=data:text/html,x">Bad</a>
</div></body></html>"""


def found(title: str, url: str, text: str, **more: str) -> dict[str, str]:
    return {"title": title, "url": url, "content": text, "description": text, **more}


def as_json(provider: str, results: Any) -> bytes:
    return json.dumps({"web": {"results": results}} if provider == "brave" else {"results": results}).encode()


async def a_search(
    searcher: Searcher, query: str = "bread", language: str = "en", count: int = 5
) -> list[SearchHit]:
    try:
        return await searcher.search(query, language=language, count=count)
    finally:
        await searcher.aclose()


def configured(provider: str, site: Site | None = None, key: str | None = KEY) -> Searcher:
    """The searcher of settings that name the site as its address."""
    base_url = f"{site.url()}" if site else None
    given = {"provider": provider, "base_url": base_url, "api_key": key}
    searcher = from_settings(Settings(search=Search.model_validate(given)))
    assert searcher is not None
    return searcher


@asynccontextmanager
async def answering(
    provider: str, answer: bytes | Callable[[Asked, Write], Awaitable[None]]
) -> AsyncIterator[Site]:
    async with a_site({PATHS[provider]: answer}) as site:
        yield site


async def fault_of(provider: str, answer: bytes, key: str | None = KEY) -> SearchFault:
    async with answering(provider, answer) as site:
        with pytest.raises(SearchFault) as raised:
            await a_search(configured(provider, site, key))
        return raised.value


def test_no_provider_is_no_searcher() -> None:
    assert from_settings(Settings()) is None


def test_every_provider_of_the_settings_is_there() -> None:
    named = set(Search.model_json_schema()["properties"]["provider"]["enum"])
    assert named == {*PROVIDERS, "none"}


async def test_tavily_is_asked_as_documented() -> None:
    results = [found("Bread", "https://bread.example/", "How to bake", score="0.9")]
    async with answering("tavily", reply(body=as_json("tavily", results))) as site:
        assert await a_search(configured("tavily", site), count=50) == [
            SearchHit("Bread", "https://bread.example/", "How to bake")
        ]
        asked = site.asked[0]
    assert (asked.method, asked.target) == ("POST", "/search")
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert json.loads(asked.body) == {"query": "bread", "max_results": 20, "search_depth": "basic"}


@pytest.mark.parametrize(
    ("language", "sent"),
    [
        ("en", "en"),
        ("de-CH", "de"),
        ("ja", "jp"),
        ("zh", "zh-hans"),
        ("zh-Hant-TW", "zh-hant"),
        ("pt", "pt-br"),
        ("pt-PT", "pt-pt"),
        ("nn", "nb"),
        ("en-GB", "en-gb"),
        ("sw", None),
    ],
)
async def test_brave_is_asked_as_documented(language: str, sent: str | None) -> None:
    results = [found("Bread", "https://bread.example/", "How to bake", language="en")]
    async with answering("brave", reply(body=as_json("brave", results))) as site:
        assert await a_search(configured("brave", site), language=language) == [
            SearchHit("Bread", "https://bread.example/", "How to bake", language="en")
        ]
        asked = site.asked[0]
    query = parse_qs(asked.target.partition("?")[2])
    assert (asked.method, query["q"], query["count"]) == ("GET", ["bread"], ["5"])
    assert query.get("search_lang") == ([sent] if sent else None)
    assert asked.headers["x-subscription-token"] == KEY


@pytest.mark.parametrize(
    ("language", "sent"), [("de", "de"), ("de-AT", "de-AT"), ("zh-Hant", "zh"), ("EN", "en")]
)
async def test_searxng_is_asked_as_documented(language: str, sent: str) -> None:
    results = [found("Bread", "https://bread.example/", "How to bake")]
    async with answering("searxng", reply(body=as_json("searxng", results))) as site:
        hits = await a_search(configured("searxng", site, None), query="bread & butter", language=language)
        query = parse_qs(site.asked[0].target.partition("?")[2])
        assert "authorization" not in site.asked[0].headers
    assert [hit.title for hit in hits] == ["Bread"]
    assert (query["q"], query["format"], query["language"]) == (["bread & butter"], ["json"], [sent])


@pytest.mark.parametrize(("language", "region"), [("de", "de-de"), ("zh-TW", "tw-tzh"), ("sw", "wt-wt")])
async def test_duckduckgo_is_asked_by_form_and_its_page_is_read_without_advertisements(
    language: str, region: str
) -> None:
    async with answering("ddgs", reply(body=DUCK_PAGE)) as site:
        hits = await a_search(configured("ddgs", site, None), language=language)
        form = parse_qs(site.asked[0].body.decode())
    assert hits == [
        SearchHit("Sourdough & more", "https://bread.example/a?b=1", "How to bake"),
        SearchHit("Direct", "https://direct.example/", ""),
    ]
    assert form == {"q": ["bread"], "kl": [region]}


@pytest.mark.parametrize(
    ("provider", "status", "code"),
    [
        *((name, 401, "search_auth") for name in ("tavily", "brave", "searxng")),
        *((name, 429, "search_rate_limited") for name in PROVIDERS),
        *((name, 500, "search_unavailable") for name in PROVIDERS),
        *((name, 404, "search_unavailable") for name in PROVIDERS),
        ("tavily", 403, "search_auth"),
        ("tavily", 432, "search_rate_limited"),
        ("tavily", 433, "search_rate_limited"),
        ("tavily", 400, "search_unavailable"),
        ("brave", 403, "search_auth"),
        ("brave", 422, "search_unavailable"),
        ("searxng", 403, "search_unavailable"),
        ("ddgs", 202, "search_rate_limited"),
        ("ddgs", 403, "search_rate_limited"),
    ],
)
async def test_what_a_status_of_a_provider_means(provider: str, status: int, code: str) -> None:
    fault = await fault_of(provider, reply(status, body=f"provider says {KEY}"))
    assert fault.code == code
    assert fault.message


async def test_a_wrong_key_at_brave_is_told_by_its_code() -> None:
    body = json.dumps(
        {"type": "ErrorResponse", "error": {"code": "SUBSCRIPTION_TOKEN_INVALID", "status": 422}}
    )
    assert (await fault_of("brave", reply(422, body=body))).code == "search_auth"


async def test_a_searxng_without_json_says_what_to_do() -> None:
    assert "search.formats" in (await fault_of("searxng", reply(403))).message


async def test_a_challenge_of_duckduckgo_is_a_limit() -> None:
    fault = await fault_of("ddgs", reply(body='<form action="//duckduckgo.com/anomaly.js">Prove it</form>'))
    assert fault.code == "search_rate_limited"


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [("7", 7.0), ("999999", 86_400.0), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("-1", None)],
)
async def test_the_wait_a_provider_asks_for_is_told_in_seconds(header: str, wait_s: float | None) -> None:
    assert (await fault_of("tavily", reply(429, retry_after=header))).retry_after_s == wait_s


@pytest.mark.parametrize("provider", ["tavily", "brave", "searxng"])
@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"7", b"[" * 100_000, b"\xff\xfe"])
async def test_an_answer_that_is_no_object_is_a_fault_not_a_crash(provider: str, body: bytes) -> None:
    assert (await fault_of(provider, reply(body=body))).code == "search_unavailable"


@pytest.mark.parametrize("provider", ["tavily", "brave", "searxng"])
async def test_an_object_without_results_is_no_hits(provider: str) -> None:
    async with answering(provider, reply(body=b'{"other": 3}')) as site:
        assert await a_search(configured(provider, site)) == []


@pytest.mark.parametrize(
    "results", [None, {}, "text", [1, None, "x", {}], [{"title": 1, "url": [], "content": {}}]]
)
async def test_hits_of_another_shape_are_left_out(results: object) -> None:
    async with answering("tavily", reply(body=as_json("tavily", results))) as site:
        assert await a_search(configured("tavily", site)) == []


async def test_hits_are_cleaned_and_those_that_may_not_be_asked_for_left_out() -> None:
    results = [
        found("A\u202e <b>bold</b>\n title", "https://www.youtube.com/watch?v=1", "x" * 9_000),
        found("Private", "http://10.0.0.1/", ""),
        found("Script", "javascript:alert(1)", ""),
        found("", "https://untitled.example/", ""),
    ]
    async with answering("tavily", reply(body=as_json("tavily", results))) as site:
        hits = await a_search(configured("tavily", site))
    assert [(hit.title, hit.type_hint, len(hit.snippet)) for hit in hits] == [("A bold title", "video", 500)]


async def test_no_more_hits_than_asked_for() -> None:
    results = [found(f"t{n}", f"https://a.example/{n}", "") for n in range(9)]
    async with answering("searxng", reply(body=as_json("searxng", results))) as site:
        assert [hit.title for hit in await a_search(configured("searxng", site), count=3)] == [
            "t0",
            "t1",
            "t2",
        ]


async def test_a_long_query_is_cut_between_words_within_every_providers_lid() -> None:
    async with answering("tavily", reply(body=as_json("tavily", []))) as site:
        await a_search(configured("tavily", site), query="wörter\x00 " * 400)
        await a_search(configured("tavily", site), query="x" * 900)
        sent = [json.loads(asked.body)["query"] for asked in site.asked]
    assert sent[0] == " ".join(["wörter"] * 45)
    assert len(sent[1]) == 380


async def test_a_key_never_follows_a_redirect() -> None:
    async with answering("tavily", redirect("/elsewhere", status=307)) as site:
        with pytest.raises(SearchFault) as raised:
            await a_search(configured("tavily", site))
        assert site.seen == ["POST /search"]
    assert raised.value.code == "search_unavailable"


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_no_fault_tells_the_key_or_the_providers_words(provider: str) -> None:
    for status in (202, 400, 401, 403, 422, 429, 500):
        if status == 202 and provider != "ddgs":
            continue
        fault = await fault_of(provider, reply(status, body=f"wrong key {KEY}"))
        told = f"{fault} {fault.message} {fault.detail} {fault!r}"
        assert KEY not in told
        assert "wrong key" not in told


async def test_a_key_that_is_no_header_is_told_without_it() -> None:
    async with answering("brave", reply()) as site:
        with pytest.raises(SearchFault) as raised:
            await a_search(configured("brave", site, "bad\nkey"))
        assert site.asked == []
    assert "bad" not in str(raised.value)


@pytest.mark.parametrize("provider", ["tavily", "brave"])
async def test_a_missing_key_is_told_before_anything_is_sent(provider: str) -> None:
    wire = TlsWire(reply())
    searcher = from_settings(Settings(search=Search.model_validate({"provider": provider})), connect=wire)
    assert searcher is not None
    with pytest.raises(SearchFault, match="search_auth") as raised:
        await a_search(searcher)
    assert "SEARCH__API_KEY" in raised.value.message
    assert wire.dialled == []


async def test_a_missing_or_wrong_address_is_told() -> None:
    for base_url in (None, "nonsense", "ftp://x.example", "http://[", "http://u:p@127.0.0.1:9/"):
        given = Search.model_validate({"provider": "searxng", "base_url": base_url})
        searcher = from_settings(Settings(search=given))
        assert searcher is not None
        with pytest.raises(SearchFault, match="search_unavailable") as raised:
            await a_search(searcher)
        assert "SEARCH__BASE_URL" in raised.value.message


@pytest.mark.parametrize(
    ("provider", "host"),
    [("tavily", "api.tavily.com"), ("brave", "api.search.brave.com"), ("ddgs", "html.duckduckgo.com")],
)
async def test_without_an_address_the_providers_own_is_asked_by_https(provider: str, host: str) -> None:
    body = DUCK_PAGE.encode() if provider == "ddgs" else as_json(provider, [])
    wire = TlsWire(reply(body=body))
    given = Search.model_validate({"provider": provider, "api_key": KEY})
    searcher = from_settings(Settings(search=given), resolve=Names({host: [[PUBLIC]]}), connect=wire)
    assert searcher is not None
    await a_search(searcher)
    assert (wire.dialled, wire.server_names) == ([(PUBLIC, 443)], [host])


async def test_the_operators_own_address_is_exempt_for_searching_only() -> None:
    async with answering("searxng", reply(body=as_json("searxng", []))) as site:
        assert await a_search(configured("searxng", site, None)) == []
        asked = len(site.asked)
        settings = Settings(search=Search.model_validate({"provider": "searxng", "base_url": site.url()}))
        checker = checker_from_settings(settings)
        assert (await checker.check_link(site.url("/search"))).status == "dead"
        await checker.aclose()
        assert len(site.asked) == asked


async def test_a_silent_provider_is_unavailable() -> None:
    async with answering("tavily", hang) as site:
        fetcher = Fetcher(allow=site.allow, limits=Limits(total_s=0.2))
        searcher = WebSearcher(PROVIDERS["tavily"], fetcher, base_url=site.url(), key=KEY)
        with pytest.raises(SearchFault, match="search_unavailable: timeout"):
            await a_search(searcher)


async def test_brave_and_duckduckgo_are_asked_once_a_second() -> None:
    for provider in ("brave", "ddgs"):
        waits: list[float] = []

        async def note(seconds: float, waits: list[float] = waits) -> None:
            waits.append(seconds)

        async with (
            answering(provider, reply(body=as_json("brave", []))) as site,
            Fetcher(allow=site.allow) as fetcher,
        ):
            pace = Pace(PROVIDERS[provider].gap_s, clock=lambda: 0.0, sleep=note)
            searcher = WebSearcher(PROVIDERS[provider], fetcher, base_url=site.url(), key=KEY, pace=pace)
            await searcher.search("a", language="en", count=1)
            await searcher.search("b", language="en", count=1)
        assert waits == [1.0]


def test_every_fault_has_words_for_a_person() -> None:
    assert set(SEARCH_WORDS) == set(SEARCH_FAULT_CODES)
