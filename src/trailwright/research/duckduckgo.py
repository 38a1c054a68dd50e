"""Takes the results out of DuckDuckGo's HTML page. Pure."""

from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

from trailwright.domain.research import SearchHit

_PAGE_MAX = 500_000
_OWN = "duckduckgo.com"


def is_challenge(page: str) -> bool:
    """Whether the page asks for proof of a person instead of giving results."""
    return "anomaly" in page and "result__a" not in page


def results_in(page: str) -> list[SearchHit]:
    """Title, URL and snippet of each result; advertisements lead to the engine itself and are left out."""
    reader = _Reader()
    reader.feed(page[:_PAGE_MAX])  # never `close`: it is quadratic on hostile input
    found = [
        SearchHit("".join(title), target_of(href), "".join(snippet))
        for href, title, snippet in reader.results
    ]
    return [hit for hit in found if hit.url]


def target_of(href: str) -> str:
    """Where a result leads, out of the engine's own redirect; empty for what stays on the engine."""
    full = f"https:{href}" if href.startswith("//") else href
    try:
        parts = urlsplit(full)
        if not (parts.hostname or "").endswith(_OWN):
            return full
        inner = parse_qs(parts.query).get("uddg", [""])[0]
        return "" if (urlsplit(inner).hostname or _OWN).endswith(_OWN) else inner
    except ValueError:
        return ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.results: list[tuple[str, list[str], list[str]]] = []
        self._into: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A result begins with its linked title; the snippet that follows belongs to it."""
        given = dict(attrs)
        classes = (given.get("class") or "").split()
        if tag == "a" and "result__a" in classes:
            self.results.append((given.get("href") or "", [], []))
            self._into = self.results[-1][1]
        elif "result__snippet" in classes and self.results:
            self._into = self.results[-1][2]

    def handle_endtag(self, tag: str) -> None:
        """Titles and snippets are links."""
        if tag == "a":
            self._into = None

    def handle_data(self, data: str) -> None:
        """Text, with the engine's emphasis around it dropped."""
        if self._into is not None:
            self._into.append(data)
