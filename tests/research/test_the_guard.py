"""What may leave the machine, and where to."""

import ssl
from collections.abc import Sequence
from pathlib import Path

import httpcore
import pytest

from tests.research.world import PUBLIC, PUBLIC_TOO, Names, TlsWire, Wire, a_site, page, redirect, reply
from tests.support.certificates import a_certificate
from trailwright.research import guard
from trailwright.research.addresses import Refused
from trailwright.research.guard import Fetcher, Unreachable, system_resolve

PRIVATE_ANSWERS = [
    "127.0.0.1",
    "10.1.2.3",
    "169.254.169.254",
    "100.64.1.1",
    "::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
]


@pytest.mark.parametrize("address", PRIVATE_ANSWERS)
async def test_a_name_that_leads_to_a_private_address_is_refused_before_anything_is_sent(
    address: str,
) -> None:
    async with a_site() as site:
        wire = Wire(site.port)
        async with Fetcher(resolve=Names({"inside.example": [[address]]}), connect=wire) as fetcher:
            with pytest.raises(Refused, match="address"):
                await fetcher.fetch("http://inside.example/")
        assert wire.dialled == []
        assert site.asked == []


async def test_the_connection_goes_to_the_address_that_was_checked_not_to_a_later_answer() -> None:
    async with a_site({"/": reply(body=page("Hello"))}) as site:
        names = Names({"rebinding.example": [[PUBLIC], ["127.0.0.1"]]})
        wire = Wire(site.port)
        async with Fetcher(resolve=names, connect=wire) as fetcher:
            answer = await fetcher.fetch("http://rebinding.example/")
            assert answer.status == 200
            assert names.asked == ["rebinding.example"]
            with pytest.raises(Refused, match="address"):
                await fetcher.fetch("http://rebinding.example/")
        assert wire.dialled == [(PUBLIC, 80)]
        assert site.asked[0].headers["host"] == "rebinding.example"


async def test_of_a_mixed_answer_only_public_addresses_are_dialled() -> None:
    async with a_site({"/": reply()}) as site:
        names = Names({"mixed.example": [["127.0.0.1", "::1", PUBLIC, PUBLIC_TOO]]})
        wire = Wire(site.port, dead=frozenset({PUBLIC}))
        async with Fetcher(resolve=names, connect=wire) as fetcher:
            assert (await fetcher.fetch("http://mixed.example/")).status == 200
        assert wire.dialled == [(PUBLIC, 80), (PUBLIC_TOO, 80)]


async def test_tls_and_host_keep_the_name_while_the_address_is_dialled() -> None:
    wire = TlsWire(reply(body="ok"))
    async with Fetcher(resolve=Names({"safe.example": [[PUBLIC]]}), connect=wire) as fetcher:
        assert (await fetcher.fetch("https://safe.example./x")).body == b"ok"
    assert wire.dialled == [(PUBLIC, 443)]
    assert wire.server_names == ["safe.example"]
    assert b"Host: safe.example\r\n" in wire.sent


async def test_a_literal_ipv6_address_is_written_with_brackets_in_host() -> None:
    wire = TlsWire(reply())
    async with Fetcher(resolve=Names({}), connect=wire) as fetcher:
        await fetcher.fetch("https://[2606:4700::1111]/")
    assert wire.dialled == [("2606:4700::1111", 443)]
    assert b"Host: [2606:4700::1111]\r\n" in wire.sent


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data/", "address"),
        ("http://[fd00:ec2::254]/", "address"),
        ("http://127.0.0.1/", "address"),
        ("http://2130706433/", "address"),
        ("http://inside.example/", "address"),
        ("//localhost/", "address"),
        ("file:///etc/passwd", "scheme"),
        ("http://me:pw@out.example/", "credentials"),
        ("http://out.example:6379/", "port"),
        ("http://out.example\\@127.0.0.1/", "credentials"),
    ],
)
async def test_each_redirect_is_checked_like_a_first_url(to: str, reason: str) -> None:
    async with a_site({"/": redirect(to)}) as site:
        names = Names(
            {"out.example": [[PUBLIC]], "inside.example": [["10.0.0.1"]], "localhost": [["127.0.0.1"]]}
        )
        wire = Wire(site.port)
        async with Fetcher(resolve=names, connect=wire) as fetcher:
            with pytest.raises(Refused) as refused:
                await fetcher.fetch("http://out.example/")
        assert refused.value.reason == reason
        assert wire.dialled == [(PUBLIC, 80)]


async def test_five_redirects_are_followed_and_a_sixth_is_not() -> None:
    steps = {f"/{n}": redirect(f"/{n + 1}") for n in range(6)}
    async with a_site({**steps, "/6": reply(body="end")}) as site, Fetcher(allow=site.allow) as fetcher:
        answer = await fetcher.fetch(site.url("/1"))
        assert (answer.body, answer.url, answer.redirects) == (b"end", site.url("/6"), 5)
        with pytest.raises(Unreachable, match="redirects"):
            await fetcher.fetch(site.url("/0"))
        assert "GET /6" not in site.seen[6:]


async def test_a_redirect_loop_ends() -> None:
    async with a_site({"/a": redirect("/b"), "/b": redirect("/a", status=308)}) as site:
        async with Fetcher(allow=site.allow) as fetcher:
            with pytest.raises(Unreachable, match="redirects"):
                await fetcher.fetch(site.url("/a"))
        assert len(site.asked) == 6


async def test_neither_headers_nor_body_nor_cookies_go_along_with_a_redirect() -> None:
    async with a_site({"/a": reply(302, location="/b", set_cookie="s=1"), "/b": reply()}) as site:
        async with Fetcher(allow=site.allow) as fetcher:
            await fetcher.fetch(
                site.url("/a"), method="POST", headers={"Authorization": "Bearer k"}, content=b"x"
            )
        first, second = site.asked
        assert (first.method, first.headers["authorization"], first.body) == ("POST", "Bearer k", b"x")
        assert (second.method, second.body) == ("GET", b"")
        assert {"authorization", "cookie"}.isdisjoint(second.headers)


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with (
        a_site({"/": reply(body="direct")}) as site,
        a_site() as proxy,
        Fetcher(allow=site.allow) as fetcher,
    ):
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
            monkeypatch.setenv(name, proxy.url())
        assert (await fetcher.fetch(site.url())).body == b"direct"
        assert proxy.asked == []


async def test_an_exempt_address_may_be_private_but_its_neighbour_may_not() -> None:
    async with a_site({"/": reply()}) as site, a_site() as other, Fetcher(allow=site.allow) as fetcher:
        assert (await fetcher.fetch(site.url())).status == 200
        with pytest.raises(Refused):
            await fetcher.fetch(other.url())
        assert other.asked == []


async def test_a_name_that_does_not_exist_is_told_from_a_resolver_in_trouble() -> None:
    async def in_trouble(host: str, port: int) -> Sequence[str]:
        raise OSError(host, port)

    async with Fetcher(resolve=Names({})) as fetcher:
        with pytest.raises(Unreachable, match="no_such_name"):
            await fetcher.fetch("http://gone.example/")
    async with Fetcher(resolve=in_trouble) as fetcher:
        with pytest.raises(Unreachable, match="protocol"):
            await fetcher.fetch("http://gone.example/")


async def test_a_closed_port_is_told_as_refused() -> None:
    async with a_site() as site:
        pass
    async with Fetcher(allow=site.allow) as fetcher:
        with pytest.raises(Unreachable, match="refused"):
            await fetcher.fetch(site.url())


async def test_a_connection_that_fails_elsewhere_is_told_as_connecting() -> None:
    async def no_route(address: str, port: int) -> httpcore.AsyncNetworkStream:
        raise httpcore.ConnectError(f"{address} {port}")

    async with Fetcher(resolve=Names({"far.example": [[PUBLIC]]}), connect=no_route) as fetcher:
        with pytest.raises(Unreachable, match="connecting"):
            await fetcher.fetch("http://far.example/")


async def test_the_machines_own_resolver_gives_addresses() -> None:
    assert "127.0.0.1" in await system_resolve("127.0.0.1", 80)


async def test_a_name_too_long_for_the_resolver_does_not_exist() -> None:
    with pytest.raises(OSError, match="no name"):
        await system_resolve("a" * 70 + ".example", 80)


def vouched_for_by_itself(folder: Path) -> ssl.SSLContext:
    """A server's TLS, with the certificate in `cert.pem`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*a_certificate(folder, "safe.example"))
    return context


async def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    async with a_site({"/": reply(body="secret")}, tls=vouched_for_by_itself(tmp_path)) as site:
        wire = Wire(site.port)
        async with Fetcher(resolve=Names({"safe.example": [[PUBLIC]]}), connect=wire) as fetcher:
            with pytest.raises(Unreachable, match="tls"):
                await fetcher.fetch("https://safe.example/")
        assert site.asked == []


async def test_a_certificate_is_judged_by_the_name_not_by_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = vouched_for_by_itself(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    guard._tls.cache_clear()
    names = Names({"safe.example": [[PUBLIC]], "other.example": [[PUBLIC]]})
    try:
        async with (
            a_site({"/": reply(body="secret")}, tls=tls) as site,
            Fetcher(resolve=names, connect=Wire(site.port)) as fetcher,
        ):
            assert (await fetcher.fetch("https://safe.example/")).body == b"secret"
            with pytest.raises(Unreachable, match="tls"):
                await fetcher.fetch("https://other.example/")
    finally:
        guard._tls.cache_clear()
