"""Asks a server that speaks OpenAI's chat completions, streaming, over one shared pool of connections.

aiohttp, not httpx: measured against a loopback server that streams ten pieces an answer, 32 calls at once on
two cores, CPU of the client per call as a ratio: aiohttp with a bare SSE loop 1, a bare asyncio protocol over
httptools 0.5 to 1, httpx 12 to 14, httpcore 12 to 15; `Gateway.call`, with all it does, 1.3: a tenth of
a bare httpx loop. Nearly all of httpx's cost is its HTTP parser in Python; a client of our own would save
little more and lose the care for proxies and TLS. Redirects are not followed: no key goes to another host.
"""

import asyncio
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import aiohttp
import orjson

from trailwright.domain.prompt import Prompt
from trailwright.llm.complaints import LONGEST_BODY, NO_ADDRESS, Complaint, fault_of, read_complaint
from trailwright.llm.faults import Fault
from trailwright.llm.hearing import LONGEST_LINE, Hearing, Lines, Said, too_much
from trailwright.llm.manners import Manner, body_of, first_manner, next_step
from trailwright.llm.redact import redact
from trailwright.llm.shapes import Endpoint, OnText

CONNECT_S = 15.0
KEEPS_IDLE_S = 4.0
"""Shorter than the five seconds after which common servers close, so a call seldom meets a closed one."""
WAITS_FOR_END_S = 0.25
"""After `[DONE]`, so that the connection can be used again."""
MOST_RESENDS = 8
LOCAL_ONLY = {"return_progress": True}
"""llama.cpp then streams while it still reads a long prompt, so a slow machine is not taken for a hang."""
_OK = 200


class Connections:
    """The process's pools: one that heeds the environment's proxies, one for this machine that does not.

    On this machine each call has a connection of its own: llama.cpp promises to keep one and closes it after
    each stream, so that the next call, if it comes at once, is lost; three of ten were, in a run of its own.
    """

    def __init__(self) -> None:
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    def session(self, url: str) -> aiohttp.ClientSession:
        """The pool for this address."""
        near = is_loopback(url)
        if near not in self._sessions:
            self._sessions[near] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, force_close=True)
                if near
                else aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEPS_IDLE_S, ssl=_certificates()),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=not near,
            )
        return self._sessions[near]

    async def close(self) -> None:
        """Close all connections."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()


def is_loopback(url: str) -> bool:
    """Whether the address is this machine's own."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _certificates() -> ssl.SSLContext:
    """The system's certificates and, for images that have none, the ones shipped with certifi."""
    context = ssl.create_default_context()
    with suppress(ImportError):
        import certifi  # noqa: PLC0415 - only where a remote server is used

        context.load_verify_locations(certifi.where())
    return context


class OpenAIWire:
    """One endpoint, and what was found out about how it likes to be asked."""

    def __init__(self, endpoint: Endpoint, connections: Connections, *, timeout_s: float) -> None:
        self._endpoint = endpoint
        self._connections = connections
        self._timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=min(CONNECT_S, timeout_s), sock_read=timeout_s
        )
        self._headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        if endpoint.api_key:
            self._headers["Authorization"] = f"Bearer {endpoint.api_key}"
        self._more = LOCAL_ONLY if endpoint.provider == "local" else {}
        self.manner = first_manner(endpoint.provider, endpoint.base_url)
        self._proven = False

    async def ask(
        self, prompt: Prompt, *, base_url: str, seed: int | None = None, on_text: OnText | None = None
    ) -> Said:
        """One answer; a form of request that the server refuses is changed and sent again, at no attempt.

        Raises `Fault`. Cancelled, it closes the connection at once.
        """
        manner = self.manner
        complaint = None
        for _ in range(MOST_RESENDS):
            outcome = await self._send(prompt, manner, base_url, seed, on_text)
            if isinstance(outcome, Said):
                self._works(manner, prompt)
                return outcome
            complaint = outcome
            changed = self._changed(manner, complaint, prompt)
            if changed is None:
                break
            manner = changed
        raise fault_of(complaint or Complaint(_OK), self._endpoint.api_key)

    async def close(self) -> None:
        """Nothing: the connections are shared."""

    def _changed(self, used: Manner, complaint: Complaint, prompt: Prompt) -> Manner | None:
        """How to ask after a complaint; None when another way would not help."""
        step = next_step(used, complaint, prompt, proven=self._proven)
        if step is None:
            return None
        if step.lasting and self.manner != used:
            return self.manner  # another call found out meanwhile
        if step.lasting:
            self.manner = step.manner
        return step.manner

    def _works(self, manner: Manner, prompt: Prompt) -> None:
        """A mode that brought an answer is kept."""
        if prompt.schema is not None and not self._proven:
            self._proven = True
            if manner.mode != self.manner.mode:
                self.manner = manner

    async def _send(
        self, prompt: Prompt, manner: Manner, base_url: str, seed: int | None, on_text: OnText | None
    ) -> Said | Complaint:
        body = orjson.dumps(body_of(prompt, self._endpoint.model, manner, seed=seed) | self._more)
        async with self._post(base_url, body) as response:
            if response.status != _OK:
                return await _complaint(response)
            hearing = Hearing(on_text, self._endpoint.api_key)
            kind = response.content_type
            if kind == "text/html":
                raise Fault("model_not_found", detail="a web page", message=NO_ADDRESS)
            await (_hear_whole if kind == "application/json" else _hear_stream)(response, hearing)
        return hearing.said()

    @asynccontextmanager
    async def _post(self, base_url: str, body: bytes) -> AsyncIterator[aiohttp.ClientResponse]:
        """One request; whatever ends the block early closes the connection. HTTP's errors become faults."""
        response: aiohttp.ClientResponse | None = None
        try:
            response = await self._connections.session(base_url).post(
                f"{base_url}/chat/completions",
                data=body,
                headers=self._headers,
                timeout=self._timeout,
                allow_redirects=False,
            )
            yield response
        except (aiohttp.ClientError, OSError) as error:
            raise _fault_of_transport(error, self._endpoint.api_key) from None
        finally:
            if response is not None:
                response.close()  # gives back a connection that was read to its end, closes any other


async def _hear_stream(response: aiohttp.ClientResponse, hearing: Hearing) -> None:
    lines = Lines()
    try:
        while not hearing.done and (block := await response.content.readany()):
            for payload in lines.feed(block):
                hearing.payload(payload)
        for payload in lines.end():
            hearing.payload(payload)
    except (aiohttp.ClientPayloadError, ConnectionError):
        return  # what was heard until the cut says whether it was the whole
    if hearing.done:
        with suppress(TimeoutError, aiohttp.ClientError):
            async with asyncio.timeout(WAITS_FOR_END_S):
                await response.content.readany()


async def _hear_whole(response: aiohttp.ClientResponse, hearing: Hearing) -> None:
    """A server that does not stream sends one JSON document."""
    body = bytearray()
    while block := await response.content.readany():
        body += block
        if len(body) > LONGEST_LINE:
            too_much("a document without end")
    hearing.payload(bytes(body))


async def _complaint(response: aiohttp.ClientResponse) -> Complaint:
    body = b""
    with suppress(aiohttp.ClientError, TimeoutError):
        while len(body) < LONGEST_BODY and (block := await response.content.readany()):
            body += block
    return read_complaint(response.status, response.headers, body[:LONGEST_BODY], now=dt.datetime.now(dt.UTC))


def _fault_of_transport(error: Exception, *secrets: str) -> Fault:
    """Aiohttp's errors carry the request with its headers, so only the kind and redacted words are kept."""
    detail = redact(f"{type(error).__name__}: {error}", *secrets)
    if isinstance(error, aiohttp.InvalidURL):
        return Fault("model_not_found", detail=detail, message=NO_ADDRESS)
    if isinstance(error, TimeoutError) and not isinstance(error, aiohttp.ConnectionTimeoutError):
        return Fault("model_timeout", detail=detail)
    return Fault("model_unavailable", detail=detail)
