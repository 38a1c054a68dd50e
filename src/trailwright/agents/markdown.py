"""Tidies a model's Markdown: what it said around the document goes, headings are put right. Pure.

Nothing is invented and nothing that was cut off is closed; code blocks are left as they are.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from trailwright.agents.json_text import storable, without_thinking
from trailwright.quality.markdown import Document

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})\s*([^`\s]*)[^`]*$")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+|(?=[^#\s]))(.*?)[ \t]*#*[ \t]*$")
_SETEXT = re.compile(r"^ {0,3}(=+|-{2,})[ \t]*$")
_BOLD_LINE = re.compile(r"^ {0,3}(?:\*\*|__)([^*_]{1,80}?):?(?:\*\*|__):?[ \t]*$")
_ENDS_SENTENCE = re.compile(r"[.!?\u3002\uff01\uff1f:;,]$")
_WRAPPERS = frozenset({"", "markdown", "md", "text"})
_BRACKETS = re.compile(r"^[ \t]*\[([^\[\]]{40,})\][ \t]*$")
_HINT = re.compile(r"\babout \d+ words$")
_OPENINGS = (
    "sure",
    "certainly",
    "of course",
    "absolutely",
    "ok(?:ay)?\\b",
    "great",
    "here(?:'|\u2019)?s",
    "here is",
    "below is",
    "the following",
    "as requested",
    "好的",
    "当然",
    "當然",
    "以下是",
    "下面是",
    "claro",
    "aquí",
    "aqui está",
    "voici",
    "bien sûr",
    "natürlich",
    "gerne",
    "hier ist",
    "ecco",
    "certo",
    "конечно",
    "вот",
)
_CLOSINGS = (
    "let me know",
    "i hope",
    "hope this",
    "feel free",
    "if you (?:have|need|want) (?:any|more|further|help)",
    "would you like me",
    "this (?:tutorial|lesson) (?:is|has been) (?:written|designed)",
    "happy (?:learning|coding)",
    "希望这",
    "如果你有",
    "如有",
    "祝你",
)
_OPENING = re.compile(rf"^(?:{'|'.join(_OPENINGS)})", re.IGNORECASE)
_CLOSING = re.compile(rf"^[*_]*(?:{'|'.join(_CLOSINGS)})", re.IGNORECASE)
_CHAT_MAX_CHARS = 400
_HEADING_MAX_CHARS = 80
_SUMMARY_CHARS = 300
_PARAGRAPHS = ("paragraph", "item", "quote")


@dataclass(frozen=True)
class Line:
    """A line of the document; `level` 1 to 6 for a heading, 0 else; `code` inside a fence."""

    text: str
    level: int = 0
    code: bool = False


def tidy(text: str, title: str) -> str:
    """The document in `text`: one H1 at its top (`title` when it has none), levels that never skip."""
    body = _without_wrapper(without_thinking(storable(text)).replace("\r\n", "\n").strip())
    lines = _without_chat(_without_brackets(_lines(body)))
    if not any(line.level for line in lines):
        lines = [_from_bold(line) for line in lines]
    lines = _levelled(_titled(lines, title))
    return "\n".join(_written(line) for line in lines).strip() + "\n"


def has_heading(text: str) -> bool:
    """Whether a heading stands in it: what a refusal never has."""
    return any(line.level for line in _lines(text))


def title_of(document: Document) -> str:
    """Plain text of the first heading; empty without one."""
    return next((_plain(block.text) for block in document.blocks if block.kind == "heading"), "")


def summary_of(document: Document) -> str:
    """Plain text of the last section's first paragraph, else of the first; at most 300 characters."""
    blocks = document.blocks
    last = max((i for i, block in enumerate(blocks) if block.kind == "heading"), default=0)
    found = next((block for block in (*blocks[last:], *blocks) if block.kind in _PARAGRAPHS), None)
    return _cut(_plain(found.text)) if found else ""


def _cut(text: str) -> str:
    if len(text) <= _SUMMARY_CHARS:
        return text
    head = text[:_SUMMARY_CHARS]
    ends = [m.end() for m in re.finditer(r"[.!?](?=\s)|[\u3002\uff01\uff1f]", head)]
    return head[: ends[-1]] if ends else head.rsplit(" ", 1)[0] + " \u2026"


def _plain(inline: str) -> str:
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", inline)
    return re.sub(r"\s+", " ", re.sub(r"[*_`#]+", "", text)).strip()


def _without_wrapper(text: str) -> str:
    """Without a fence around the whole document, and without what stands before it."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        fence = _FENCE.match(line)
        if fence is None:
            if _HEADING.match(line):
                return text
            continue
        if fence.group(2).casefold() not in _WRAPPERS or not _opens_document(lines[number + 1 :]):
            return text
        inner = lines[number + 1 :]
        return "\n".join(_without_last_fence(inner)).strip()
    return text


def _opens_document(lines: Sequence[str]) -> bool:
    first = next((line for line in lines if line.strip()), "")
    return _HEADING.match(first) is not None


def _without_last_fence(lines: Sequence[str]) -> list[str]:
    """The document's closing fence and what is said after it go, when fences inside are in pairs."""
    fences = [(i, match.group(2)) for i, line in enumerate(lines) if (match := _FENCE.match(line))]
    closes = len(fences) % 2 == 1 and not fences[-1][1]
    return list(lines[: fences[-1][0]]) if closes else list(lines)


def _lines(text: str) -> Iterator[Line]:
    fence = ""
    raw = text.split("\n")
    skip = False
    for number, line in enumerate(raw):
        if skip:
            skip = False
            continue
        mark = _FENCE.match(line)
        if fence or mark:
            yield Line(line, code=True)
            closes = mark and mark.group(1).startswith(fence) and not mark.group(2)
            fence = "" if fence and closes else fence or (mark.group(1) if mark else "")
            continue
        following = raw[number + 1] if number + 1 < len(raw) else ""
        level, words = _heading(line, following)
        skip = level > 0 and not _HEADING.match(line)
        yield Line(words, level)


def _heading(line: str, following: str) -> tuple[int, str]:
    """Level and words of a heading; a line over a rule is one only when it reads like one."""
    atx = _HEADING.match(line)
    if atx and atx.group(2):
        return len(atx.group(1)), atx.group(2)
    under = _SETEXT.match(following)
    short = line.strip() and len(line) <= _HEADING_MAX_CHARS and not _ENDS_SENTENCE.search(line.strip())
    if under and short and not line.lstrip().startswith(("-", "*", "|", ">", "+")):
        return (1 if under.group(1).startswith("=") else 2), line.strip()
    return 0, line


def _without_chat(lines: list[Line]) -> list[Line]:
    """Without the phrase before the first heading and the one at the end."""
    first = next((i for i, line in enumerate(lines) if line.level), 0)
    head = "\n".join(line.text for line in lines[:first]).strip()
    if head and len(head) <= _CHAT_MAX_CHARS and (_OPENING.match(head) or head.endswith((":", "\uff1a"))):
        lines = lines[first:]
    while lines and (not lines[-1].text.strip() or lines[-1].text.strip() in {"---", "***"}):
        lines = lines[:-1]
    start = max((i + 1 for i, line in enumerate(lines) if line.code or not line.text.strip()), default=0)
    tail = "\n".join(line.text for line in lines[start:])
    if (
        not any(line.level for line in lines[start:])
        and len(tail) <= _CHAT_MAX_CHARS
        and _CLOSING.match(tail)
    ):
        return _without_chat(lines[:start])
    return lines


def _without_brackets(lines: Iterable[Line]) -> list[Line]:
    """Without what a form left behind: its hints, and brackets around a whole paragraph."""
    kept: list[Line] = []
    for line in lines:
        inside = None if line.code or line.level else _BRACKETS.match(line.text)
        if inside is None:
            kept.append(line)
        elif not _HINT.search(inside.group(1)):
            kept.append(Line(inside.group(1)))
    return kept


def _from_bold(line: Line) -> Line:
    bold = None if line.code else _BOLD_LINE.match(line.text)
    return Line(bold.group(1).strip(), 2) if bold else line


def _titled(lines: list[Line], title: str) -> list[Line]:
    """One H1, at the top; further ones go down one level, with all headings after the first."""
    ones = [i for i, line in enumerate(lines) if line.level == 1]
    if not ones:
        return [Line(title, 1), Line(""), *lines]
    top = ones[0]
    shift = 1 if len(ones) > 1 else 0
    rest = [Line(x.text, min(x.level + shift, 6), x.code) if x.level else x for x in lines[top + 1 :]]
    return [lines[top], *([Line("")] if top else []), *lines[:top], *rest]


def _levelled(lines: list[Line]) -> list[Line]:
    """Levels that go down one at a time; headings that stood side by side still do."""
    above: list[tuple[int, int]] = []
    levelled: list[Line] = []
    for line in lines:
        if not line.level:
            levelled.append(line)
            continue
        while above and above[-1][0] >= line.level:
            above.pop()
        level = above[-1][1] + 1 if above else 1
        above.append((line.level, level))
        levelled.append(Line(line.text, level))
    return levelled


def _written(line: Line) -> str:
    return f"{'#' * line.level} {line.text}" if line.level else line.text
