"""Where better pictures come from, each as its documentation of 2026 has it; all by the guarded client.

A provider's fault is a value of a closed set, and never the end: a picture drawn here takes its place.
"""

import base64
import binascii
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal, Protocol
from urllib.parse import quote_plus, urlencode

from trailwright.research.addresses import Refused, own_host
from trailwright.research.guard import (
    Connector,
    Fetched,
    Fetcher,
    Limits,
    Resolver,
    Unreachable,
    dial,
    system_resolve,
)
from trailwright.settings import Settings

FaultCode = Literal[
    "cover_auth", "cover_rate_limited", "cover_unavailable", "cover_nothing_found", "cover_unusable"
]
LIMITS = Limits(total_s=120.0, max_bytes=24_000_000, max_redirects=3)
SEARCH_S = 15.0
_OK, _TOO_MANY, _REFUSED = 200, 429, (401, 403)
_MAX_WORDS = 200
_SIGNED = {"utm_source": "trailwright", "utm_medium": "referral"}
_SIZES = {"dall-e-3": "1792x1024", "dall-e-2": "1024x1024"}
_SIZE = "1536x1024"


class CoverFault(Exception):  # noqa: N818 - a value at the border, matched by code
    """A provider gave no picture. `detail` is for the log and holds no key."""

    def __init__(self, code: FaultCode, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code: FaultCode = code
        self.detail = detail


@dataclass(frozen=True)
class Wanted:
    """What a cover is of. `choice`: how many others were made before."""

    roadmap_id: str
    title: str
    subject: str
    choice: int = 0


@dataclass(frozen=True)
class Found:
    """A stranger's bytes that claim to be a picture. `attribution`: {text, url}, as the licence asks."""

    data: bytes
    attribution: dict[str, str] | None = None


class Provider(Protocol):
    """A source of pictures beside this product itself."""

    @property
    def name(self) -> str:
        """As the setting calls it."""
        ...

    async def find(self, wanted: Wanted) -> Found:
        """A picture for this roadmap. Raises `CoverFault`."""
        ...

    async def aclose(self) -> None:
        """Close connections."""
        ...


class _Client:
    """The provider's own server, and the pictures it names elsewhere; redirects never carry the key."""

    def __init__(self, fetcher: Fetcher, base_url: str, headers: Mapping[str, str]) -> None:
        self._fetcher = fetcher
        self._base_url = base_url.rstrip("/")
        self._headers = headers

    async def ask(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The server's JSON: GET, or POST of `body`. Raises `CoverFault`."""
        answer = await self._fetch(
            f"{self._base_url}{path}",
            method="GET" if body is None else "POST",
            headers={**self._headers, **({} if body is None else {"Content-Type": "application/json"})},
            content=None if body is None else json.dumps(body).encode(),
            max_redirects=0,
            total_s=SEARCH_S if body is None else None,
        )
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError):
            raise CoverFault("cover_unavailable", "an answer that is no JSON") from None

    async def picture(self, url: str) -> bytes:
        """The bytes at an address that the server named. Raises `CoverFault`."""
        return (await self._fetch(url, headers={"Accept": "image/*"}, total_s=SEARCH_S * 2)).body

    async def aclose(self) -> None:
        """Close connections."""
        await self._fetcher.aclose()

    async def _fetch(self, url: str, **how: Any) -> Fetched:
        try:
            answer = await self._fetcher.fetch(url, **how)
        except Refused as refused:
            raise CoverFault("cover_unavailable", f"refused: {refused.reason}") from None
        except Unreachable as fault:
            raise CoverFault("cover_unavailable", fault.reason) from None
        if answer.status in _REFUSED:
            raise CoverFault("cover_auth", f"status {answer.status}")
        if answer.status == _TOO_MANY:
            raise CoverFault("cover_rate_limited")
        if answer.status != _OK:
            raise CoverFault("cover_unavailable", f"status {answer.status}")
        if answer.truncated:
            raise CoverFault("cover_unusable", "an answer without end")
        return answer


class Unsplash:
    """Search by subject; the photographer is named, and Unsplash is told that the photo is used."""

    name = "unsplash"
    default_url = "https://api.unsplash.com"

    def __init__(self, fetcher: Fetcher, base_url: str | None, key: str) -> None:
        headers = {"Authorization": f"Client-ID {key}", "Accept-Version": "v1"}
        self._client = _Client(fetcher, base_url or self.default_url, headers)

    async def find(self, wanted: Wanted) -> Found:
        """The n-th best photo of the subject, n from the roadmap. Raises `CoverFault`."""
        words = (wanted.subject or wanted.title)[:_MAX_WORDS]
        query = {"query": words, "orientation": "landscape", "per_page": "10", "content_filter": "high"}
        answer = await self._client.ask(f"/search/photos?{urlencode(query, quote_via=quote_plus)}")
        try:
            photos = [_photo(one) for one in answer["results"]]
        except (LookupError, TypeError, ValueError):
            raise CoverFault("cover_unavailable", "an answer of another shape") from None
        if not photos:
            raise CoverFault("cover_nothing_found")
        first = int.from_bytes(sha256(wanted.roadmap_id.encode()).digest()[:4], "big")
        url, told, attribution = photos[(first + wanted.choice) % len(photos)]
        data = await self._client.picture(url)
        with contextlib.suppress(CoverFault):  # a photo that is not counted there is shown all the same
            await self._client.ask(told)
        return Found(data, attribution)

    async def aclose(self) -> None:
        """Close connections."""
        await self._client.aclose()


def _photo(one: Any) -> tuple[str, str, dict[str, str]]:
    """Address of the picture, path that tells of its use, attribution; LookupError, TypeError, ValueError."""
    raw, name = str(one["urls"]["raw"]), str(one["user"]["name"])[:120]
    cut = urlencode({"w": "1600", "h": "900", "fit": "crop", "fm": "jpg", "q": "85"})
    told = str(one["links"]["download_location"])
    page = f"{one['links']['html']}?{urlencode(_SIGNED)}"
    if not page.startswith("https://"):
        raise ValueError(page)
    path = "/" + told.split("/", 3)[3]
    return (
        f"{raw}{'&' if '?' in raw else '?'}{cut}",
        path,
        {"text": f"Photo by {name} on Unsplash", "url": page},
    )


class OpenAI:
    """The images endpoint of OpenAI, or of any server that answers like it."""

    name = "openai"
    default_url = "https://api.openai.com/v1"
    default_model = "gpt-image-1"

    def __init__(self, fetcher: Fetcher, base_url: str | None, key: str, model: str | None) -> None:
        self._client = _Client(fetcher, base_url or self.default_url, {"Authorization": f"Bearer {key}"})
        self._model = model or self.default_model

    async def find(self, wanted: Wanted) -> Found:
        """One made picture. Raises `CoverFault`."""
        subject = json.dumps((wanted.subject or wanted.title)[:_MAX_WORDS], ensure_ascii=False)
        prompt = (
            f"A calm, flat illustration for the cover of a learning roadmap about {subject}. "
            "One clear symbol of the subject, few colours, plain ground, wide format. No letters, no people."
        )
        size = _SIZES.get(self._model, _SIZE)
        answer = await self._client.ask(
            "/images/generations", {"model": self._model, "prompt": prompt, "n": 1, "size": size}
        )
        try:
            made = answer["data"][0]
            if made.get("b64_json"):
                return Found(base64.b64decode(made["b64_json"], validate=True))
            url = str(made["url"])
        except (KeyError, TypeError, IndexError, AttributeError, binascii.Error, ValueError):
            raise CoverFault("cover_unavailable", "an answer of another shape") from None
        return Found(await self._client.picture(url))

    async def aclose(self) -> None:
        """Close connections."""
        await self._client.aclose()


def from_settings(
    settings: Settings, *, resolve: Resolver = system_resolve, connect: Connector = dial
) -> Provider | None:
    """The configured provider; None for `local`. The operator's own address is exempt from the guard."""
    chosen = settings.covers
    if chosen.provider == "local":
        return None
    allow = (*settings.fetch.allow, *own_host(chosen.base_url or ""))
    fetcher = Fetcher(allow=allow, resolve=resolve, connect=connect, limits=LIMITS, max_connections=4)
    key = chosen.api_key.get_secret_value() if chosen.api_key else ""
    if chosen.provider == "unsplash":
        return Unsplash(fetcher, chosen.base_url, key)
    return OpenAI(fetcher, chosen.base_url, key, chosen.model)
