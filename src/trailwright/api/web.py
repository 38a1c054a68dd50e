"""The built web app: its files, and its page for every address of its own. Nothing else leaves the folder."""

import asyncio
import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from trailwright.errors import NotFoundError
from trailwright.settings_parts import PAGES, PARENTS

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""Styles may be inline: diagrams, formulas and highlighted code bring theirs. Scripts never."""

FOREVER, EACH_TIME = "public, max-age=31536000, immutable", "no-cache"
PAGE = "index.html"
_PAGES = re.compile(rf"(?:(?:{'|'.join(PAGES)})(?:/.*)?|(?:{'|'.join(PARENTS)})/.+)?")
_ABSOLUTE = re.compile(r'(\b(?:href|src)=")/(?!/)')
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".woff": "font/woff",
    ".ttf": "font/ttf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
}
_PACKED_ALREADY = {".woff2", ".woff", ".png", ".jpg", ".webp"}


@dataclass(frozen=True)
class _Content:
    plain: bytes
    packed: bytes | None
    tag: str


class WebApp:
    """What answers where no route of the API does."""

    def __init__(self, folder: Path, otherwise: ASGIApp) -> None:
        self._folder = folder.resolve()
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises `NotFoundError` for what is no address of the app."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self._otherwise(scope, receive, send)
            return
        path = str(scope["path"]).removeprefix("/")
        if path == "api" or path.startswith("api/"):
            raise NotFoundError("There is nothing at this address.")
        below: str = scope["app"].state.settings.below
        answer = await asyncio.to_thread(self._answer, path, below, Headers(scope=scope))
        await answer(scope, receive, send)

    def _answer(self, path: str, below: str, asked: Headers) -> Response:
        file = self._file(path)
        if file is not None:
            return _told(file, below, asked, FOREVER if path.startswith("assets/") else EACH_TIME)
        if path.startswith("assets/") or "." in path.rpartition("/")[2]:
            raise NotFoundError("There is nothing at this address.")
        return _told(self._folder / PAGE, below, asked, EACH_TIME, 200 if _PAGES.fullmatch(path) else 404)

    def _file(self, path: str) -> Path | None:
        """The file of that name in the folder; None for a hidden one and for any way out of the folder."""
        parts = path.split("/")
        if any(not part or part.startswith(".") or "\\" in part or "\x00" in part for part in parts):
            return None
        file = self._folder.joinpath(*parts).resolve()
        return file if file.is_relative_to(self._folder) and file.is_file() else None


def _told(file: Path, below: str, asked: Headers, caching: str, status: int = 200) -> Response:
    try:
        content = _content(file, file.stat().st_mtime_ns, below if file.name == PAGE else "")
    except OSError:
        raise NotFoundError("There is nothing at this address.") from None
    headers = {
        "Content-Security-Policy": POLICY,
        "Cache-Control": caching,
        "ETag": content.tag,
        "Vary": "Accept-Encoding",
    }
    if asked.get("if-none-match") == content.tag:
        return Response(status_code=304, headers=headers)
    body = content.plain
    if content.packed is not None and _takes_gzip(asked.get("accept-encoding", "")):
        body, headers["Content-Encoding"] = content.packed, "gzip"
    return Response(body, status, headers, _TYPES.get(file.suffix, "application/octet-stream"))


@lru_cache(maxsize=512)
def _content(file: Path, changed_ns: int, below: str) -> _Content:
    """Read and packed once for as long as it does not change."""
    del changed_ns
    plain = _put_below(file.read_bytes(), below) if below else file.read_bytes()
    packed = None if file.suffix in _PACKED_ALREADY else gzip.compress(plain, 9, mtime=0)
    tag = f'W/"{hashlib.sha256(plain).hexdigest()[:20]}"'
    return _Content(plain, packed if packed and len(packed) < len(plain) else None, tag)


def _put_below(page: bytes, below: str) -> bytes:
    """The page with its files' addresses below that path, which a `<meta>` tells to what runs in it."""
    told = f'<head>\n    <meta name="trailwright-base" content="{below}" />'
    moved = _ABSOLUTE.sub(rf"\g<1>{below}/", page.decode())
    return moved.replace("<head>", told, 1).encode()


def _takes_gzip(accepted: str) -> bool:
    offers = (offer.replace(" ", "") for offer in accepted.lower().split(","))
    return any(re.fullmatch(r"gzip(;q=(?!0(\.0*)?$)[\d.]+)?", offer) for offer in offers)
