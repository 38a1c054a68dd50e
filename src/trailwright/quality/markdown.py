"""Markdown cut into blocks, headings and sections, as the tutorial checks need it. Pure.

Only blocks are parsed (CommonMark with tables); inline marks are taken off by bounded patterns. So the cost
stays linear in the text, 0.5 ms for 10 kB, whatever is in it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from trailwright.quality.words import count_words

MAX_CHARS = 60_000
"""A longer text is judged to be too long without being parsed: five times the longest tutorial."""

MAX_LINES = 3_000
"""So is one with more lines: a block costs 0.05 ms."""

Kind = Literal["heading", "paragraph", "item", "quote", "table", "fence", "code", "html"]

_PARSER = MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])

_IMAGE_OR_LINK = re.compile(r"!?\[([^\[\]\n]{0,400})\](?:\([^()\n]{0,500}\)|\[[^\[\]\n]{0,100}\])")
_CODE_SPAN = re.compile(r"(`{1,3})[^`\n]{1,400}\1")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|<!--[^\n]{0,400}?-->")
_URL = re.compile(r"<?\bhttps?://[^\s<>]{1,500}>?")
_MATH = re.compile(r"\$\$[^$]{1,400}\$\$|\$[^$\s][^$\n]{0,200}\$")
_MARKS = re.compile(r"[*_~]{1,3}")
_MARKED = re.compile(r"[\\`\[<$*_~]|https?://")
"""One of these stands in whatever `plain` takes off."""

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_CLOSING_FENCE = re.compile(r"^[\s>]*(`{3,}|~{3,})\s*$")


@dataclass(frozen=True)
class Block:
    """One leaf block. `line` counts from 1; `text` is as written, for code the code itself.

    `level`: of a heading, else 0. `nested`: inside a list or quotation. `info`: of a fence, its language and
    more. `closed`: whether a fence has its closing line. `group`: which list an item belongs to.
    """

    kind: Kind
    text: str
    line: int
    level: int = 0
    nested: bool = False
    info: str = ""
    closed: bool = True
    group: int = 0


@dataclass(frozen=True)
class Section:
    """What stands between one H2 and the next; the heading is None for what comes before the first."""

    heading: Block | None
    blocks: list[Block] = field(default_factory=list)

    @property
    def where(self) -> str:
        """The section as a person would name it."""
        return f'section "{plain(self.heading.text[:200])[:80]}"' if self.heading else "the beginning"


@dataclass(frozen=True)
class Document:
    """A text as its blocks, in order."""

    blocks: list[Block]

    @cached_property
    def text(self) -> str:
        """Plain text without code and HTML, a line for each block."""
        return prose(self.blocks)

    @cached_property
    def words(self) -> int:
        """Words of `text`."""
        return count_words(self.text)

    @property
    def headings(self) -> list[Block]:
        """Headings that stand in no list or quotation."""
        return [b for b in self.blocks if b.kind == "heading" and not b.nested]

    @property
    def fences(self) -> list[Block]:
        """Fenced code blocks."""
        return [b for b in self.blocks if b.kind == "fence"]

    def sections(self) -> list[Section]:
        """The document cut at its H2 headings; the first section is what comes before them."""
        sections = [Section(None)]
        for block in self.blocks:
            if block.kind == "heading" and block.level == 2 and not block.nested:  # noqa: PLR2004 - H2
                sections.append(Section(block))
            else:
                sections[-1].blocks.append(block)
        return sections


def parse(markdown: str) -> Document:
    """The blocks of `markdown`; what is beyond `MAX_CHARS` is not looked at."""
    text = markdown[:MAX_CHARS].replace("\r\n", "\n").replace("\r", "\n")
    return Document(list(_blocks(_PARSER.parse(text), text.split("\n"))))


def prose(blocks: Sequence[Block], *, quotes: bool = True, tables: bool = True) -> str:
    """Plain text of `blocks` without code and HTML, a line for each block."""
    left_out = {"fence", "code", "html"}
    left_out |= set() if quotes else {"quote"}
    left_out |= set() if tables else {"table"}
    return "\n".join(plain(b.text) for b in blocks if b.kind not in left_out)


def plain(inline: str, *, code: bool = True) -> str:
    """`inline` without Markdown's marks, addresses, tags and formulas; `code`: whether code spans stay."""
    if not _MARKED.search(inline):
        return inline.strip()
    text = _ESCAPE.sub(r"\1", inline)
    text = _CODE_SPAN.sub((lambda m: m.group().strip("`")) if code else " ", text)
    text = _IMAGE_OR_LINK.sub(r"\1", text)
    text = _URL.sub(" ", _TAG.sub(" ", text))
    return _MARKS.sub("", _MATH.sub(" ", text)).strip()


def _blocks(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[Block]:
    containers: list[str] = []
    lists = 0
    heading = 0
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            lists += 1
        if token.type == "heading_open":
            heading = int(token.tag[1:])
        if token.type.endswith("_open"):
            containers.append(token.type)
        elif token.type.endswith("_close"):
            containers.pop()
        elif token.type == "inline":
            kind = _kind(containers)
            nested = any(c in _NESTING for c in containers)
            level = heading if kind == "heading" else 0
            yield Block(kind, token.content, _line(token), level, nested=nested, group=lists)
        elif token.type == "fence":
            closed = _is_closed(token, lines)
            yield Block("fence", token.content, _line(token), info=token.info.strip(), closed=closed)
        elif token.type == "code_block":
            yield Block("code", token.content, _line(token))
        elif token.type == "html_block":
            yield Block("html", token.content, _line(token))


_NESTING = {"bullet_list_open", "ordered_list_open", "blockquote_open"}


def _kind(containers: Sequence[str]) -> Kind:
    if "blockquote_open" in containers:
        return "quote"
    if "table_open" in containers:
        return "table"
    if containers and containers[-1] == "heading_open":
        return "heading"
    return "item" if "list_item_open" in containers else "paragraph"


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _is_closed(token: Token, lines: Sequence[str]) -> bool:
    """Whether the fence's last line closes it: the same mark, at least as often."""
    first, end = token.map or [0, 0]
    if end - first < 2 or end > len(lines):  # noqa: PLR2004 - an opening and a closing line
        return False
    mark = _CLOSING_FENCE.match(lines[end - 1])
    return mark is not None and mark.group(1).startswith(token.markup)
