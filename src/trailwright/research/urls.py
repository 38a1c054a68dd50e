"""What can be told from a URL alone: whether two lead to one page, and what kind of thing it is. Pure."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit

_TRACKING = re.compile(
    r"utm_\w+|gclid|gbraid|wbraid|fbclid|msclkid|dclid|yclid|mc_[ce]id|igshid|_hs(?:enc|mi)|ref_src"
)
_KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("video", ("youtube.com", "youtu.be", "vimeo.com", "bilibili.com", "ted.com")),
    ("course", ("coursera.org", "edx.org", "udemy.com", "khanacademy.org", "futurelearn.com", "udacity.com")),
    ("documentation", ("readthedocs.io", "docs.rs", "developer.mozilla.org", "learn.microsoft.com")),
    ("book", ("gutenberg.org", "books.google.com", "openlibrary.org")),
)


def page_key(url: str) -> str:
    """Equal for URLs of one page: scheme, `www.`, fragment, tracking and last slash do not count."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.").rstrip(".")
        port = parts.port
    except ValueError:
        return url.strip()
    where = host if port in {None, 80, 443} else f"{host}:{port}"
    query = [
        (k, v)
        for k, v in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.fullmatch(k.lower())
    ]
    asked = f"?{urlencode(sorted(query))}" if query else ""
    return f"{where}{parts.path.rstrip('/')}{asked}"


def kind_of(url: str) -> str | None:
    """`video`, `course`, `documentation` or `book` where the host or path says so, else None."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    for kind, hosts in _KINDS:
        if _below(host, hosts):
            return kind
    return "documentation" if host.startswith("docs.") or parts.path.startswith("/docs/") else None


def _below(host: str, parents: Iterable[str]) -> bool:
    return any(host == parent or host.endswith(f".{parent}") for parent in parents)
