"""What a page says of itself. Pages are hostile data: every scan here is linear in their length. Pure.

Not `html.parser`: on Python 3.11 its `close` needs 40 s for 64 kB of `<a <a <a`.
"""

import html
import re
import unicodedata
from dataclasses import dataclass

_TITLE_MAX = 300
_TAG_MAX = 2_000
_SCAN_MAX = 1_000_000
_MARK = re.compile(
    r"<(?:(?P<comment>!--)|(?P<tag>html|title|script|style|svg|template|textarea|body)(?=[\s/>]))",
    re.IGNORECASE,
)
_CLOSING = {
    tag: re.compile(f"</{tag}", re.IGNORECASE)
    for tag in ("script", "style", "svg", "template", "textarea", "title")
}
_LANG = re.compile(r"""\slang\s{0,5}=\s{0,5}["']?\s{0,5}([a-z]{2,3})(?![a-z])""", re.IGNORECASE)
_NOT_FOUND = re.compile(
    r"""(?:error\s*)?404(?:\W|$)
    |(?:.{0,60}\W)?(?:page|file|document|article|video)\s+(?:was\s+|could\s+|can(?:no|')t\s+|is\s+)?
        (?:not\s+(?:be\s+)?found|no\s+longer\s+available|unavailable)
    |(?:.{0,60}\W)?404\s+not\s+found
    |not\s+found(?:\W|$)
    |.{0,60}(?:seite|dokument)\s+(?:wurde\s+)?nicht\s+gefunden
    |.{0,60}page\s+(?:introuvable|non\s+trouvée)
    |.{0,60}página\s+no\s+encontrada|.{0,60}página\s+não\s+encontrada
    |.{0,60}pagina\s+non\s+trovata
    |.{0,60}страница\s+не\s+найдена
    |.{0,60}(?:页面不存在|找不到页面|页面未找到|ページが見つかりません|페이지를\s*찾을\s*수\s*없)""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class PageFacts:
    """Title, cleaned, at most 300 characters; language as primary BCP 47 subtag."""

    title: str | None
    language: str | None


def page_facts(text: str) -> PageFacts:
    """Title and language that a page declares before its body, None where it does not."""
    language: str | None = None
    position = 0
    text = text[:_SCAN_MAX]
    while mark := _MARK.search(text, position):
        tag = (mark["tag"] or "").lower()
        position = mark.end()
        if tag == "html":
            language = _language_in(text[position : position + _TAG_MAX]) if language is None else language
        elif tag == "title":
            return PageFacts(_title_at(text, position), language or None)
        elif tag == "body":
            break
        else:
            position = text.find("-->", position) if mark["comment"] else _end_of(tag, text, position)
            if position < 0:
                break
    return PageFacts(None, language or None)


def _end_of(tag: str, text: str, start: int) -> int:
    end = _CLOSING[tag].search(text, start)
    return end.start() if end else -1


def _language_in(attributes: str) -> str:
    """The primary subtag, empty when none is declared: the first `<html>` decides."""
    found = _LANG.search(attributes.partition(">")[0])
    return found[1].lower() if found else ""


def _title_at(text: str, start: int) -> str | None:
    opened = text.find(">", start)
    closed = _end_of("title", text, opened) if opened >= 0 else -1
    if closed < 0:
        return None
    return clean_text(html.unescape(text[opened + 1 : min(closed, opened + _TAG_MAX)])) or None


def clean_text(text: str, limit: int = _TITLE_MAX) -> str:
    """One line without control, format and private characters, at most `limit` characters."""
    plain = "".join(
        " " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C"
    )
    return " ".join(plain.split())[:limit].rstrip()


def says_not_found(title: str | None) -> bool:
    """Whether a page that answers 200 calls itself missing, judged by its title alone."""
    return bool(title and _NOT_FOUND.match(title))
