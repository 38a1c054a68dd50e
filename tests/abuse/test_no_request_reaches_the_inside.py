"""Links, searches and covers, with names that lead elsewhere the second time, and redirects to metadata.

A resolver of our own answers, a connector of our own writes down what would be dialled: no packet leaves
loopback, and nothing but the public address is ever dialled.
"""

import json
from collections.abc import Awaitable, Callable

import pytest
from pydantic import SecretStr

from tests.research.world import PUBLIC, Names, Site, Wire, a_site, redirect, reply
from trailwright.covers import providers as covers
from trailwright.covers.providers import CoverFault, Wanted
from trailwright.research import search
from trailwright.research.faults import SearchFault
from trailwright.research.guard import Fetcher
from trailwright.research.links import LinkChecker
from trailwright.settings import Covers, Search, Settings

METADATA = "http://169.254.169.254/latest/meta-data/iam/security-credentials/"
INSIDE = [
    METADATA,
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://100.100.100.200/latest/meta-data/",
    "http://127.0.0.1:6379/",
    "http://localhost:5432/",
    "http://10.0.0.1/",
    "http://[::ffff:169.254.169.254]/",
    "http://0x7f.1/",
    "http://2852039166/",
]
KEY = SecretStr("k-secret")
Ask = Callable[[Names, Wire], Awaitable[None]]


async def a_link(names: Names, wire: Wire) -> None:
    fetcher = Fetcher(resolve=names, connect=wire)
    async with fetcher:
        state = await LinkChecker(fetcher).check_link("http://outside.example/page")
    assert state.status != "alive"


async def a_search(names: Names, wire: Wire) -> None:
    chosen = Search.model_validate(
        {"provider": "searxng", "base_url": "http://outside.example", "api_key": KEY}
    )
    searcher = search.from_settings(Settings(search=chosen), resolve=names, connect=wire)
    assert searcher is not None
    with pytest.raises(SearchFault):
        await searcher.search("bread", language="en", count=3)
    await searcher.aclose()


async def a_cover(names: Names, wire: Wire) -> None:
    chosen = Covers.model_validate(
        {"provider": "openai", "base_url": "http://outside.example", "api_key": KEY}
    )
    provider = covers.from_settings(Settings(covers=chosen), resolve=names, connect=wire)
    assert provider is not None
    with pytest.raises(CoverFault):
        await provider.find(Wanted("roadmap-a", "Bread", "bread"))
    await provider.aclose()


def led_to(site: Site, target: str) -> None:
    """Everything that is asked there leads to `target`."""
    site.routes = {path: redirect(target) for path in ("/page", "/search", "/images/generations")}


@pytest.mark.parametrize("target", INSIDE)
@pytest.mark.parametrize("ask", [a_link, a_search, a_cover], ids=lambda ask: ask.__name__)
async def test_a_redirect_inside_is_not_followed(ask: Ask, target: str) -> None:
    async with a_site() as site:
        led_to(site, target)
        names = Names(
            {
                "outside.example": [[PUBLIC]],
                "metadata.google.internal": [["169.254.169.254"]],
                "localhost": [["127.0.0.1"]],
            }
        )
        wire = Wire(site.port)
        await ask(names, wire)
    assert {address for address, _ in wire.dialled} == {PUBLIC}
    assert {asked.headers["host"] for asked in site.asked} == {"outside.example"}


@pytest.mark.parametrize("inside", ["127.0.0.1", "169.254.169.254", "::1", "10.0.0.1", "fd00:ec2::254"])
async def test_a_name_that_is_bound_anew_after_the_check_gains_nothing(inside: str) -> None:
    """Checked once, the answer itself is dialled; the next question is checked anew."""
    async with a_site({"/page": reply(body="x"), "/next": reply(body="y")}) as site:
        names = Names({"rebinding.example": [[PUBLIC], [inside]]})
        wire = Wire(site.port)
        async with Fetcher(resolve=names, connect=wire) as fetcher:
            checker = LinkChecker(fetcher)
            states = [await checker.check_link(f"http://rebinding.example/{n}") for n in ("page", "next")]
    assert [address for address, _ in wire.dialled] == [PUBLIC]
    assert states[1].status != "alive"
    assert names.asked.count("rebinding.example") >= 2


@pytest.mark.parametrize("target", INSIDE)
async def test_a_picture_that_a_provider_names_inside_is_not_fetched(target: str) -> None:
    answer = reply(200, json.dumps({"data": [{"url": target}]}), content_type="application/json")
    async with a_site({"/images/generations": answer}) as site:
        names = Names({"outside.example": [[PUBLIC]], "metadata.google.internal": [["169.254.169.254"]]})
        names.answers["localhost"] = [["127.0.0.1"]]
        wire = Wire(site.port)
        await a_cover(names, wire)
    assert wire.dialled == [(PUBLIC, 80)]


async def test_hits_of_a_search_that_lead_inside_are_not_offered() -> None:
    results = [{"title": "Bread", "url": url, "content": "x"} for url in INSIDE]
    async with a_site({"/search": reply(body=json.dumps({"results": results}))}) as site:
        names, wire = Names({"outside.example": [[PUBLIC]]}), Wire(site.port)
        chosen = Search.model_validate({"provider": "searxng", "base_url": "http://outside.example"})
        searcher = search.from_settings(Settings(search=chosen), resolve=names, connect=wire)
        assert searcher is not None
        hits = await searcher.search("bread", language="en", count=20)
        await searcher.aclose()
        async with Fetcher(resolve=names, connect=wire) as fetcher:
            states = [await LinkChecker(fetcher).check_link(hit.url) for hit in hits]
    assert not [state for state in states if state.status == "alive"]
    assert {address for address, _ in wire.dialled} == {PUBLIC}
