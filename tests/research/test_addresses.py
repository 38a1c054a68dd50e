import pytest

from trailwright.research.addresses import Refused, checked_url, is_public, parse_allow

FORBIDDEN = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",  # noqa: S104 - nothing is bound
    "169.254.169.254", "169.254.1.1", "100.64.0.1", "100.100.100.200", "192.0.0.192", "198.18.0.1",
    "168.63.129.16", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1",
    "64:ff9b::808:808", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "fc00::1", "fd00:ec2::254", "fe80::1",
    "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1", "2001:db8::1", "100::1", "5f00::1", "3fff::1",
    "not an address", "",
]  # fmt: skip
ALLOWED = [
    "8.8.8.8",
    "93.184.215.14",
    "100.63.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "2606:4700::1111",
    "2a00:1450::1",
]


@pytest.mark.parametrize("address", FORBIDDEN)
def test_an_address_that_is_not_public_is_forbidden(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ALLOWED)
def test_a_public_address_is_allowed(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.com/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("gopher://example.com/", "scheme"),
        ("data:text/html,hi", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("//example.com/", "scheme"),
        ("example.com", "scheme"),
        ("", "scheme"),
        ("http://user:pw@example.com/", "credentials"),
        ("http://user@example.com/", "credentials"),
        ("http://example.com:22/", "port"),
        ("https://example.com:8443/", "port"),
        ("http://127.0.0.1/", "address"),
        ("http://127.1/", "address"),
        ("http://0x7f000001/", "address"),
        ("http://0x7f.1/", "address"),
        ("http://2130706433/", "address"),
        ("http://0177.0.0.1/", "malformed"),
        ("http://017700000001/", "address"),
        ("http://134744072/", "address"),
        ("http://[::1]/", "address"),
        ("http://[::ffff:127.0.0.1]/", "address"),
        ("http://[0:0:0:0:0:ffff:7f00:1]/", "address"),
        ("http://[fd00:ec2::254]/", "address"),
        ("http://[64:ff9b::7f00:1]/", "address"),
        ("http://[fe80::1%25eth0]/", "address"),
        ("http://169.254.169.254/latest/meta-data/", "address"),
        ("http://①②⑦.⓪.⓪.①/", "malformed"),
        ("http://１２７.0.0.1/", "malformed"),
        ("http://example.com\\@127.0.0.1/", "malformed"),
        ("http://exa mple.com/", "malformed"),
        ("http://example.com/a b", "malformed"),
        ("http://example.com/\r\nHost: x", "malformed"),
        ("http://example.com/\x00", "malformed"),
        ("http://localhost%00.example.com/", "malformed"),
        ("http://xn--/", "malformed"),
        ("http://a..b/", "malformed"),
        ("http:///path", "malformed"),
        ("http://example.com:99999/", "port"),
        ("http://example.com:80:80/", "malformed"),
        ("http://[::1/", "malformed"),
        (f"http://{'a' * 64}.example/", "malformed"),
        (f"http://{'a.' * 130}example/", "malformed"),
        (f"http://example.com/{'a' * 3000}", "malformed"),
    ],
)
def test_a_url_that_is_not_plain_is_refused_with_the_rule_it_breaks(url: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        checked_url(url)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://example.com", "https://example.com/"),
        ("  HTTP://Example.COM:80/A?b=c#part ", "http://example.com/A?b=c"),
        ("https://example.com./x", "https://example.com/x"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://例え.テスト/", "https://xn--r8jz45g.xn--zckzah/"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
        ("http://8.8.8.8/", "http://8.8.8.8/"),
        ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"),
        ("http://example.com:443/", "http://example.com:443/"),
        ("https://a_b.example/", "https://a_b.example/"),
        ("https://3com.example2/", "https://3com.example2/"),
    ],
)
def test_a_plain_url_comes_out_in_ascii_without_fragment(url: str, plain: str) -> None:
    checked = checked_url(url)
    assert f"{checked.scheme}://{checked.netloc.decode()}{checked.raw_path.decode()}" == plain
    assert not checked.fragment


def test_only_the_named_host_and_port_is_exempt() -> None:
    allow = parse_allow(["127.0.0.1:9000", "[::1]:9001", "Wiki.Intranet:8080"])
    assert checked_url("http://127.0.0.1:9000/x", allow).port == 9000
    assert checked_url("http://[::1]:9001/", allow).port == 9001
    assert checked_url("http://wiki.intranet:8080/", allow).port == 8080
    for other in (
        "http://127.0.0.1:9001/",
        "http://127.0.0.1/",
        "http://wiki.intranet:8081/",
        "http://x.wiki.intranet:8080/",
    ):
        with pytest.raises(Refused):
            checked_url(other, allow)


def test_an_exempt_host_is_still_asked_by_http_and_without_credentials() -> None:
    allow = parse_allow(["127.0.0.1:9000"])
    with pytest.raises(Refused, match="credentials"):
        checked_url("http://me:pw@127.0.0.1:9000/", allow)
    with pytest.raises(Refused, match="scheme"):
        checked_url("ftp://127.0.0.1:9000/", allow)


@pytest.mark.parametrize(
    "entry", ["localhost", "localhost:", ":80", "localhost:http", "localhost:0", "localhost:65536", "x:٣"]
)
def test_a_wrong_allow_entry_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        parse_allow([entry])
