"""Who is at the other end of a request: his address, how he came, and whether a page of ours sent him.

What a proxy says of it is believed only of the proxies that `TRUSTED_PROXIES` names.
"""

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from trailwright.settings_parts import path_below

_PROXY = re.compile(r"forwarded|x-forwarded(-.*)?")
_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443"}


def is_loopback(host: str) -> bool:
    """Whether a name or address without a port is this machine's own."""
    name = host.strip("[]").lower().rstrip(".")
    if name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def host_name(host: str) -> str:
    """`Host` without its port; empty when it is malformed."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return ""
    is_bare = not (parts.path or parts.query or parts.fragment or parts.username)
    return parts.hostname or "" if is_bare else ""


def is_here(scope: Scope) -> bool:
    """Whether the request comes from this machine, to it, directly."""
    headers = Headers(scope=scope)
    client = scope.get("client")
    host = headers.get("host", "")
    if client is None or not is_loopback(client[0]) or not is_loopback(host_name(host)):
        return False
    return len(headers.getlist("host")) == 1 and not any(_PROXY.fullmatch(name) for name in headers)


def is_own(origin: str, host: str) -> bool:
    """Whether an `Origin` is the place that `Host` names; http and https of one name are both."""
    scheme, _, place = origin.lower().partition("://")
    return scheme in {"http", "https"} and _with_port(place, scheme) == _with_port(host.lower(), scheme)


def _with_port(place: str, scheme: str) -> str:
    return place if re.search(r":\d+$", place) else f"{place}:{_PORTS[scheme]}"


def is_trusted(address: str, proxies: Sequence[str]) -> bool:
    """Whether an address is one of these, or lies in a network that is."""
    try:
        place = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return address in proxies
    place = getattr(place, "ipv4_mapped", None) or place
    return any(_lies_in(place, proxy) for proxy in proxies)


def _lies_in(place: ipaddress.IPv4Address | ipaddress.IPv6Address, proxy: str) -> bool:
    try:
        return place in ipaddress.ip_network(proxy, strict=False)
    except ValueError:
        return False


def address_of(scope: Scope, proxies: Sequence[str]) -> str:
    """The client's address: the last of `X-Forwarded-For` that no trusted proxy has, else who connected."""
    client = scope.get("client")
    peer = str(client[0]) if client else ""
    if not proxies or not is_trusted(peer, proxies):
        return peer
    said = ",".join(Headers(scope=scope).getlist("x-forwarded-for"))
    way = [_bare(one) for one in said.split(",") if one.strip()]
    for one in reversed(way):
        if not is_trusted(one, proxies):
            return one
    return way[0] if way else peer


def _bare(address: str) -> str:
    """An address without a port that some proxies add; empty when it is no address."""
    name = address.strip().strip('"')
    if name.count(":") == 1 or name.startswith("["):
        name = name.rpartition(":")[0] if re.search(r":\d+$", name) else name
    try:
        return str(ipaddress.ip_address(name.strip("[]")))
    except ValueError:
        return ""


class Place:
    """Where a request arrived, as its browser sees it."""

    def __init__(self, scope: Scope, proxies: Sequence[str], public_url: str | None) -> None:
        headers = Headers(scope=scope)
        client = scope.get("client")
        trusted = bool(proxies) and client is not None and is_trusted(str(client[0]), proxies)
        told_host = headers.get("x-forwarded-host", "") if trusted else ""
        told_scheme = headers.get("x-forwarded-proto", "") if trusted else ""
        self.host = (told_host.split(",")[0].strip() or headers.get("host", "")).lower()
        self._public = urlsplit(public_url or "")
        self.below = path_below(public_url)
        scheme = told_scheme.split(",")[0].strip().lower() or str(scope.get("scheme", "http"))
        at_public = self._public.scheme == "https" and is_own(f"https://{self._public.netloc}", self.host)
        self.is_https = scheme in {"https", "wss"} or (not told_scheme and at_public)

    @property
    def address(self) -> str:
        """`PUBLIC_URL`, or what the browser named."""
        if self._public.netloc:
            return self._public.geturl().rstrip("/")
        return f"{'https' if self.is_https else 'http'}://{self.host}"

    def is_ours(self, origin: str) -> bool:
        """Whether a page of this installation sent the request."""
        public = bool(self._public.netloc) and is_own(origin, self._public.netloc)
        return public or is_own(origin, self.host)
