"""What may be asked for: which URLs are plain enough, which addresses are public. Pure."""

import ipaddress
import re
from collections.abc import Iterable, Iterator
from typing import Literal

import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Allow = frozenset[tuple[str, int]]
RefusedReason = Literal["malformed", "scheme", "credentials", "port", "address"]

MAX_URL = 2_048
_NAME_MAX = 253
_LABEL_MAX = 63
PORTS = {"http": 80, "https": 443}
_NOT_IN_A_URL = re.compile(r"[\x00-\x20\x7f-\x9f\\\u2028\u2029]")
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")

_FORBIDDEN_V4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # carrier-grade NAT, one cloud's metadata
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # a cloud's host agent
            "169.254.0.0/16",  # link-local, metadata
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments, one cloud's metadata
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarking
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/3",  # multicast, reserved, broadcast
        ),
    )
)
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
_FORBIDDEN_V6 = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/23",  # protocol assignments, Teredo
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4 carries an IPv4 address
            "3fff::/20",  # documentation
        ),
    )
)
# The tables stand here because `ipaddress.is_global` differs between the Python versions we run on.
# IPv6 outside 2000::/3 (loopback, mapped and compatible IPv4, NAT64, local, link-local, multicast) is out.


class Refused(Exception):  # noqa: N818 - an outcome of asking, matched by reason
    """The guard would not ask: `reason` says which rule; nothing was sent to that address."""

    def __init__(self, reason: RefusedReason) -> None:
        super().__init__(reason)
        self.reason: RefusedReason = reason


def is_public(address: str) -> bool:
    """Whether a literal IP address may be connected to; False for what is no address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in net for net in _FORBIDDEN_V4)
    return ip in _PUBLIC_V6 and not any(ip in net for net in _FORBIDDEN_V6)


def parse_allow(entries: Iterable[str]) -> Allow:
    """`host:port` entries, IPv6 in brackets; raises ValueError naming a wrong one."""
    return frozenset(_parse_entry(entry) for entry in entries)


def _parse_entry(entry: str) -> tuple[str, int]:
    host, colon, port = entry.strip().lower().rpartition(":")
    if not (host and colon and port.isascii() and port.isdigit() and 0 < int(port) < 2**16):
        message = f"`{entry}` is not `host:port`"
        raise ValueError(message)
    return host.removeprefix("[").removesuffix("]").rstrip("."), int(port)


def port_of(url: httpx.URL) -> int:
    """The port a URL leads to, the scheme's own when none is written."""
    return url.port or PORTS[url.scheme]


def own_host(base_url: str) -> Iterator[str]:
    """`host:port` of an address that the operator set; nothing when it is no URL (the first call says so)."""
    try:
        url = httpx.URL(base_url)
    except (httpx.InvalidURL, ValueError):
        return
    if url.scheme in PORTS and url.host:
        yield f"{url.raw_host.decode('ascii')}:{port_of(url)}"


def exempt(host: str, port: int, allow: Allow) -> bool:
    """Whether the operator named this host and port in `FETCH__ALLOW`."""
    return (host.lower().rstrip("."), port) in allow


def checked_url(text: str, allow: Allow = frozenset()) -> httpx.URL:
    """The URL with its host in ASCII and no fragment; raises `Refused`.

    Judges what stands in the text; the addresses behind a name are judged when they are connected to.
    """
    url = _parsed(text.strip())
    if url.scheme not in PORTS:
        raise Refused("scheme")
    if url.userinfo:
        raise Refused("credentials")
    host = url.raw_host.decode("ascii").rstrip(".")
    number = ":" in host or _NUMBER.fullmatch(host.rpartition(".")[2])  # so a resolver would read it
    if not number and not _is_name(host):
        raise Refused("malformed")
    if not exempt(host, port_of(url), allow):
        if number and not is_public(host):
            raise Refused("address")
        if port_of(url) not in PORTS.values():
            raise Refused("port")
    return url.copy_with(host=host, fragment=None)


def _parsed(text: str) -> httpx.URL:
    if len(text) > MAX_URL or _NOT_IN_A_URL.search(text):
        raise Refused("malformed")
    try:
        return httpx.URL(text)
    except (httpx.InvalidURL, ValueError):  # ValueError: idna's own errors pass through httpx
        raise Refused("malformed") from None


def _is_name(host: str) -> bool:
    labels = host.split(".")
    return (
        len(host) <= _NAME_MAX and all(len(x) <= _LABEL_MAX for x in labels) and bool(_NAME.fullmatch(host))
    )
