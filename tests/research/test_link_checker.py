from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from tests.research.world import PUBLIC, Names, Play, Wire, a_site, hang, page, redirect, reply
from trailwright.domain.research import LinkState
from trailwright.research.guard import Fetcher, Limits
from trailwright.research.links import GET_S, HEAD_S, LinkChecker, MemoryLinkCache
from trailwright.research.pace import Pace

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass
class Clock:
    """Time that passes only when someone sleeps or sets it."""

    now_s: float = 0.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds

    def wall(self) -> datetime:
        return NOON + timedelta(seconds=self.now_s)


def a_checker(fetcher: Fetcher, clock: Clock | None = None) -> LinkChecker:
    clock = clock or Clock()
    return LinkChecker(fetcher, pace=Pace(1.0, clock=clock, sleep=clock.sleep), now=clock.wall)


async def test_a_page_is_alive_with_title_language_type_and_date() -> None:
    async with a_site({"/a": reply(body=page("Sourdough &amp; time", "de-CH"))}) as site:
        async with Fetcher(allow=site.allow) as fetcher:
            state = await a_checker(fetcher).check_link(f" {site.url('/a')} ")
        assert site.seen == ["HEAD /a", "GET /a"]
    assert state == LinkState("alive", site.url("/a"), "Sourdough & time", "de", "text/html", NOON)


async def test_what_is_no_page_is_alive_by_head_alone() -> None:
    async with a_site(
        {"/a.pdf": reply(content_type="application/pdf", content_language="fr-FR, en")}
    ) as site:
        async with Fetcher(allow=site.allow) as fetcher:
            state = await a_checker(fetcher).check_link(site.url("/a.pdf"))
        assert site.seen == ["HEAD /a.pdf"]
    assert (state.status, state.content_type, state.language_hint) == ("alive", "application/pdf", "fr")


@pytest.mark.parametrize("refusal", [400, 403, 404, 405, 500, 501])
async def test_get_has_the_last_word_when_head_is_refused(refusal: int) -> None:
    async with (
        a_site({"HEAD /": reply(refusal), "GET /": reply(body=page("Here"))}) as site,
        Fetcher(allow=site.allow) as fetcher,
    ):
        state = await a_checker(fetcher).check_link(site.url())
    assert (state.status, state.title) == ("alive", "Here")


async def test_get_is_tried_when_head_is_dropped() -> None:
    async with (
        a_site({"HEAD /": b"\r\n\r\n", "GET /": reply(body=page("Here"))}) as site,
        Fetcher(allow=site.allow) as fetcher,
    ):
        state = await a_checker(fetcher).check_link(site.url())
    assert state.status == "alive"


@pytest.mark.parametrize(
    ("status", "told"),
    [
        *((404, "dead"), (410, "dead")),
        *((401, "unknown"), (403, "unknown"), (429, "unknown"), (451, "unknown"), (418, "unknown")),
        *((500, "unknown"), (502, "unknown"), (503, "unknown"), (304, "unknown")),
    ],
)
async def test_what_a_status_says_of_a_link(status: int, told: str) -> None:
    async with a_site({"/": reply(status)}) as site, Fetcher(allow=site.allow) as fetcher:
        assert (await a_checker(fetcher).check_link(site.url())).status == told


async def test_a_host_that_says_too_many_is_not_asked_again_at_once() -> None:
    async with a_site({"/": reply(429)}) as site, Fetcher(allow=site.allow) as fetcher:
        await a_checker(fetcher).check_link(site.url())
        assert site.seen == ["HEAD /"]


async def test_a_page_that_only_says_it_is_missing_is_dead() -> None:
    async with (
        a_site({"/a": reply(body=page("Page not found | Example"))}) as site,
        Fetcher(allow=site.allow) as fetcher,
    ):
        assert (await a_checker(fetcher).check_link(site.url("/a"))).status == "dead"


async def test_a_page_about_missing_pages_is_alive() -> None:
    routes = {"/http/404": reply(body=page("404 Not Found - HTTP"))}
    async with a_site(dict(routes)) as site, Fetcher(allow=site.allow) as fetcher:
        assert (await a_checker(fetcher).check_link(site.url("/http/404"))).status == "alive"


async def test_a_deep_link_that_ends_on_the_front_page_is_unknown() -> None:
    async with (
        a_site({"/blog/post": redirect("/"), "/": reply(body=page("Home"))}) as site,
        Fetcher(allow=site.allow) as fetcher,
    ):
        state = await a_checker(fetcher).check_link(site.url("/blog/post"))
    assert (state.status, state.final_url) == ("unknown", site.url("/"))


async def test_where_a_redirect_ends_is_told_and_both_asks_share_the_lid() -> None:
    steps = {f"/{n}": redirect(f"/{n + 1}") for n in range(5)}
    async with a_site({**steps, "/5": reply(body=page("End"))}) as site, Fetcher(allow=site.allow) as fetcher:
        state = await a_checker(fetcher).check_link(site.url("/0"))
        assert (state.status, state.final_url) == ("alive", site.url("/5"))
        assert site.seen[-2:] == ["HEAD /5", "GET /5"]


async def test_redirects_of_head_leave_fewer_to_get() -> None:
    routes = {f"/{n}": redirect(f"/{n + 1}") for n in range(6) if n != 3}
    routes |= {"HEAD /3": reply(), "GET /3": redirect("/4"), "/6": reply(body=page("End"))}
    async with a_site(dict(routes)) as site, Fetcher(allow=site.allow) as fetcher:
        state = await a_checker(fetcher).check_link(site.url("/0"))
        assert (state.status, site.seen[-1]) == ("unknown", "GET /5")


async def test_a_host_that_never_answers_head_may_answer_get_within_ten_seconds() -> None:
    routes: dict[str, bytes | Play] = {"HEAD /": hang, "GET /": reply(body=page("Here"))}
    limits = Limits(total_s=0.2)
    async with a_site(routes) as site, Fetcher(allow=site.allow, limits=limits) as fetcher:
        assert (await a_checker(fetcher).check_link(site.url())).status == "alive"
    assert HEAD_S + GET_S <= 10


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://inside.example/",
        "ftp://x.example/",
        "http://u:p@x.example/",
        "nonsense",
        "",
        "http://[",
        "http://gone.example/",
    ],
)
async def test_what_may_not_or_cannot_be_asked_for_is_dead(url: str) -> None:
    async with a_site() as site:
        wire = Wire(site.port)
        async with Fetcher(resolve=Names({"inside.example": [["10.0.0.1"]]}), connect=wire) as fetcher:
            state = await a_checker(fetcher).check_link(url)
    assert (state.status, state.final_url, wire.dialled) == ("dead", url, [])


async def test_a_redirect_to_a_private_address_is_dead() -> None:
    async with a_site({"/": redirect("http://169.254.169.254/latest/meta-data/")}) as site:
        wire = Wire(site.port)
        async with Fetcher(resolve=Names({"out.example": [[PUBLIC]]}), connect=wire) as fetcher:
            assert (await a_checker(fetcher).check_link("http://out.example/")).status == "dead"
    assert {address for address, _ in wire.dialled} == {PUBLIC}


async def test_a_redirect_loop_and_a_silent_host_are_unknown() -> None:
    async with (
        a_site({"/loop": redirect("/loop"), "/silent": hang}) as site,
        Fetcher(allow=site.allow, limits=Limits(total_s=0.2)) as fetcher,
    ):
        checker = a_checker(fetcher)
        assert (await checker.check_link(site.url("/loop"))).status == "unknown"
        assert (await checker.check_link(site.url("/silent"))).status == "unknown"


@pytest.mark.parametrize(
    ("answer", "fresh_for"), [(200, timedelta(days=7)), (404, timedelta(days=7)), (503, timedelta(hours=1))]
)
async def test_a_state_is_remembered_as_long_as_it_may_hold(answer: int, fresh_for: timedelta) -> None:
    async with a_site({"/": reply(answer, body=page("x"))}) as site, Fetcher(allow=site.allow) as fetcher:
        clock = Clock()
        checker = a_checker(fetcher, clock)
        first = await checker.check_link(site.url())
        asked = len(site.asked)
        clock.now_s = fresh_for.total_seconds() - 1
        assert await checker.check_link(site.url()) == first
        assert len(site.asked) == asked
        clock.now_s += 1
        assert (await checker.check_link(site.url())).checked_at == NOON + fresh_for
        assert len(site.asked) == 2 * asked


async def test_one_host_is_asked_at_most_once_a_second_and_others_at_once() -> None:
    names = Names({"one.example": [[PUBLIC]], "two.example": [[PUBLIC]]})
    routes = {path: reply(content_type="application/pdf") for path in ("/a", "/b", "/c")}
    async with a_site(dict(routes)) as site, Fetcher(resolve=names, connect=Wire(site.port)) as fetcher:
        clock = Clock()
        checker = a_checker(fetcher, clock)
        for url in (
            "http://one.example/a",
            "http://two.example/a",
            "http://one.example/b",
            "http://one.example/c",
        ):
            await checker.check_link(url)
    assert clock.slept == [1.0, 1.0]


async def test_callers_at_once_each_get_their_own_turn() -> None:
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(seconds)

    pace = Pace(2.0, clock=lambda: 0.0, sleep=note)
    for _ in range(3):
        await pace.turn("host")
    assert waits == [2.0, 4.0]


async def test_the_memory_forgets_the_oldest_past_its_lid() -> None:
    cache = MemoryLinkCache()
    for number in range(10_001):
        await cache.put(str(number), LinkState("alive", str(number), None, None, None, NOON))
    assert await cache.get("0") is None
    assert await cache.get("10000") is not None
