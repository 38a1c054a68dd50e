"""The one door to hosts that strangers name: every address is checked where it is connected to.

Names are resolved here and the connection goes to exactly the address that was checked, so a name that
answers otherwise a moment later gains nothing. TLS and `Host` keep the name. There are no cookies, no
credentials and no proxies: the connection pool beneath knows none of them.
"""

import asyncio
import contextlib
import functools
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Protocol, Self

import httpcore
import httpx

from trailwright import __version__
from trailwright.research.addresses import Refused, checked_url, exempt, is_public, parse_allow
from trailwright.research.bodies import ACCEPT_ENCODING, decoded, read_capped

UnreachableReason = Literal[
    "no_such_name", "resolving", "refused", "tls", "connecting", "timeout", "redirects", "protocol"
]
USER_AGENT = f"Mozilla/5.0 (compatible; Trailwright/{__version__}; checks links)"
MAX_ADDRESSES = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CONNECT_S = 5.0


class Unreachable(Exception):  # noqa: N818 - an outcome of asking, matched by reason
    """The host gave no usable answer; `reason` says why."""

    def __init__(self, reason: UnreachableReason) -> None:
        super().__init__(reason)
        self.reason: UnreachableReason = reason


@dataclass(frozen=True)
class Limits:
    """Lids on one fetch, redirects and all: seconds, bytes on the wire and unpacked, redirects."""

    total_s: float = 10.0
    max_bytes: int = 2_000_000
    max_redirects: int = 5


@dataclass(frozen=True)
class Fetched:
    """The last answer: header names in lower case, body unpacked and capped, `truncated` when cut."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    truncated: bool
    redirects: int

    @property
    def content_type(self) -> str | None:
        """Media type in lower case, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower() or None

    @property
    def text(self) -> str:
        """The body in its declared charset."""
        return decoded(self.headers.get("content-type", ""), self.body)


class Resolver(Protocol):
    """Literal addresses behind a name; raises socket.gaierror."""

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """At least one address."""
        ...


class Connector(Protocol):
    """Opens a connection to a literal address; raises httpcore.ConnectError or ConnectTimeout."""

    async def __call__(self, address: str, port: int) -> httpcore.AsyncNetworkStream:
        """A stream that can start TLS."""
        ...


async def system_resolve(host: str, port: int) -> Sequence[str]:
    """The machine's resolver, in a daemon thread: it cannot be cancelled and must not hold up an exit."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def tell(setter: Callable[[Any], None], value: object) -> None:
        if not answer.done():
            setter(value)

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            told = functools.partial(tell, answer.set_result, [str(entry[4][0]) for entry in found])
        except OSError as error:
            told = functools.partial(tell, answer.set_exception, error)
        except UnicodeError:
            told = functools.partial(
                tell, answer.set_exception, socket.gaierror(socket.EAI_NONAME, "no name")
            )
        with contextlib.suppress(RuntimeError):  # the loop ended meanwhile: nobody waits
            loop.call_soon_threadsafe(told)

    threading.Thread(target=look_up, name="resolve", daemon=True).start()
    return await answer


async def dial(address: str, port: int) -> httpcore.AsyncNetworkStream:
    """A TCP connection."""
    return await httpcore.AnyIOBackend().connect_tcp(address, port, timeout=_CONNECT_S)


@functools.cache
def _tls() -> ssl.SSLContext:
    """One for the process: making one costs 44 ms. The operator's own CA file counts (`SSL_CERT_FILE`)."""
    return httpx.create_ssl_context()


class _CheckedBackend(httpcore.AsyncNetworkBackend):
    """Where the pool connects: resolve, check, then connect to what was checked."""

    def __init__(self, addresses: Callable[[str, int], Awaitable[Sequence[str]]], connect: Connector) -> None:
        self._addresses = addresses
        self._connect = connect

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """The first checked address that answers."""
        del timeout, local_address, socket_options
        *first, last = (await self._addresses(host, port))[:MAX_ADDRESSES]
        for address in first:
            try:
                return await self._connect(address, port)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._connect(last, port)


class Fetcher:
    """Fetches what strangers name, within `Limits`; one per process, as the pool and TLS are shared.

    `allow` holds `FETCH__ALLOW`; raises ValueError for an entry that is not `host:port`.
    """

    def __init__(
        self,
        *,
        allow: Iterable[str] = (),
        resolve: Resolver = system_resolve,
        connect: Connector = dial,
        limits: Limits | None = None,
        max_connections: int = 32,
    ) -> None:
        self._allow = parse_allow(allow)
        self._resolve = resolve
        self._backend = _CheckedBackend(self._addresses, connect)
        self._limits = limits or Limits()
        self._room = asyncio.Semaphore(max_connections)  # so that nobody's seconds run while waiting for room
        self._max_connections = max_connections
        self._pool: httpcore.AsyncConnectionPool | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.aclose()

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        max_redirects: int | None = None,
        total_s: float | None = None,
    ) -> Fetched:
        """The answer after at most `max_redirects` redirects; raises `Refused` or `Unreachable`.

        `total_s` may shorten what `Limits` gives; waiting for room does not count.
        `headers` and `content` go to the first URL only, never along with a redirect.
        """
        follow = self._limits.max_redirects if max_redirects is None else max_redirects
        try:
            async with (
                self._room,
                asyncio.timeout(min(total_s or self._limits.total_s, self._limits.total_s)),
            ):
                return await self._follow(url, method, headers or {}, content, follow)
        except TimeoutError:
            raise Unreachable("timeout") from None
        except socket.gaierror as error:
            gone = error.errno in {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
            raise Unreachable("no_such_name" if gone else "resolving") from None
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise Unreachable(_reason(error)) from None

    async def _follow(
        self, url: str, method: str, headers: Mapping[str, str], content: bytes | None, follow: int
    ) -> Fetched:
        target = url
        for redirects in range(follow + 1):
            checked = checked_url(target, self._allow)
            answer = await self._ask(checked, method, headers, content, redirects)
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or location is None:
                return answer
            target = _joined(checked, location)
            headers, content, method = {}, None, method if method == "HEAD" else "GET"
        raise Unreachable("redirects")

    async def _ask(
        self, url: httpx.URL, method: str, headers: Mapping[str, str], content: bytes | None, redirects: int
    ) -> Fetched:
        sent = {"Host": url.netloc.decode("ascii"), "User-Agent": USER_AGENT, "Accept": "*/*"}
        sent |= {"Accept-Encoding": ACCEPT_ENCODING, **headers}
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        async with (await self._opened()).stream(
            method, target, headers=[(k.encode(), v.encode()) for k, v in sent.items()], content=content
        ) as response:
            got = _headers(response.headers)
            skip = method == "HEAD" or (response.status in _REDIRECTS and "location" in got)
            body, truncated = b"", False
            if not skip:
                coding = got.get("content-encoding", "")
                body, truncated = await read_capped(response.aiter_stream(), coding, self._limits.max_bytes)
        return Fetched(response.status, str(url), got, body, truncated, redirects)

    async def _opened(self) -> httpcore.AsyncConnectionPool:
        if self._pool is None:
            tls = await asyncio.to_thread(_tls)
            self._pool = self._pool or httpcore.AsyncConnectionPool(
                ssl_context=tls,
                max_connections=self._max_connections,
                keepalive_expiry=5.0,
                network_backend=self._backend,
            )
        return self._pool

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        """The addresses of `host` that may be connected to; raises `Refused` when there is none."""
        literal = ":" in host or host.replace(".", "").isdigit()
        found = [host] if literal else await self._resolve(host, port)
        free = exempt(host, port, self._allow)
        public = [address for address in found if free or is_public(address)]
        if not public:
            raise Refused("address")
        return public


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Names in lower case; of a repeated one the first counts."""
    headers: dict[str, str] = {}
    for name, value in raw:
        headers.setdefault(name.decode("latin-1").lower(), value.decode("utf-8", errors="replace"))
    return headers


def _joined(base: httpx.URL, location: str) -> str:
    try:
        return str(base.join(location.strip()))
    except (httpx.InvalidURL, ValueError):
        raise Refused("malformed") from None


def _reason(error: BaseException) -> UnreachableReason:
    """Why no answer came, from what stands at the bottom of the chain."""
    if isinstance(error, (httpcore.TimeoutException, TimeoutError)):
        return "timeout"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ConnectionRefusedError):
            return "refused"
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "tls"
        cause = cause.__cause__ or cause.__context__
    return "connecting" if isinstance(error, httpcore.ConnectError) else "protocol"
