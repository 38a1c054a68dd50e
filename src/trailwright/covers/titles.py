"""Setting a title: which shipped fonts it needs, how it breaks into lines, how large it can be. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from trailwright.covers.layouts import Box

Measure = Callable[[str, float], float]
"""Width in pixels of a text at a size in pixels."""

SIZES = (124, 112, 100, 90, 80, 72, 64, 56, 50, 44)
MAX_CHARS = 120
LINE_HEIGHT = 1.18
_MOST_MISSING = 0.2
_NOT_AT_START = set("、。，．：；！？）」』】》〉]}%,.:;!?ー々")  # noqa: RUF001 - marks of East Asian texts
_JOINERS = "\u200c\u200d"  # they shape Persian and Hindi words and have no picture of their own
_HAN_CODECS = ("gb2312", "euc_jp", "big5")
_BIG5_COMMON = 0xC6
_TWO_BYTES = 2


@dataclass(frozen=True)
class Font:
    """A file of `art/fonts` and the family name in it."""

    file: str
    family: str


SANS = Font("CoverSans.ttf", "Cover Sans")
ARABIC = Font("CoverArabic.ttf", "Cover Arabic")
HEBREW = Font("CoverHebrew.ttf", "Cover Hebrew")
DEVANAGARI = Font("CoverDevanagari.ttf", "Cover Devanagari")
THAI = Font("CoverThai.ttf", "Cover Thai")
HAN = Font("CoverHan.otf", "Cover Han")
KANA = Font("CoverKana.otf", "Cover Kana")
HANGUL = Font("CoverHangul.otf", "Cover Hangul")
FONTS = (SANS, ARABIC, HEBREW, DEVANAGARI, THAI, HAN, KANA, HANGUL)

_RANGES = (
    (0x20, 0x7E, SANS),
    (0xA0, 0x24F, SANS),
    (0x300, 0x52F, SANS),
    (0x590, 0x5FF, HEBREW),
    (0x600, 0x6FF, ARABIC),
    (0x900, 0x97F, DEVANAGARI),
    (0xE00, 0xE7F, THAI),
    (0x1E00, 0x1EFF, SANS),
    (0x2010, 0x2027, SANS),
    (0x2030, 0x203E, SANS),
    (0x3000, 0x303F, HAN),
    (0x3040, 0x30FF, KANA),
    (0x3130, 0x318F, HANGUL),
    (0xAC00, 0xD7A3, HANGUL),
    (0xFF00, 0xFFEF, HAN),
)
_WORDS = re.compile(
    r"\s+|[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]|[^\s\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]+"
)
_KANA = re.compile(r"[\u3041-\u30ff]")
_PHRASES = re.compile(
    r"\s+|[\u3005\u30a0-\u30ff\u3400-\u9fff]+[\u3041-\u309f]*|[\u3041-\u309f]+|[\u3000-\u303f\uff00-\uffef]"
    r"|[^\s\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]+"
)


def font_of(char: str) -> Font | None:
    """The shipped font that has `char`; None when none has."""
    code = ord(char)
    for low, high, font in _RANGES:
        if low <= code <= high:
            return font
    return HAN if _is_common_han(char) else None


def _is_common_han(char: str) -> bool:
    """Whether a Chinese character is in the lists the font was cut to (GB 2312, JIS X 0208, Big5 level 1)."""
    if not "\u3400" <= char <= "\u9fff":
        return False
    for codec in _HAN_CODECS:
        try:
            code = char.encode(codec)
        except UnicodeEncodeError:
            continue
        if len(code) == _TWO_BYTES and (codec != "big5" or code[0] <= _BIG5_COMMON):
            return True
    return False


def drawable(title: str) -> str:
    """The title in one line, without what no shipped font has; empty when too little of it is left."""
    text = " ".join(title.split())[:MAX_CHARS]
    kept = "".join(char for char in text if char in _JOINERS or font_of(char) is not None)
    letters, left = sum(map(str.isalnum, text)), sum(map(str.isalnum, kept))
    return " ".join(kept.split()) if left and left >= letters * (1 - _MOST_MISSING) else ""


def fonts_of(text: str) -> list[Font]:
    """The fonts `text` needs, the one it is mostly set in first."""
    found = [font for char in text if not char.isspace() and (font := font_of(char)) is not None]
    if KANA in found:  # a Japanese title: its own shapes of Chinese characters come first
        found = [KANA if font is HAN else font for font in found]
    order = sorted(set(found), key=lambda font: (-found.count(font), FONTS.index(font)))
    spare = [HAN] if KANA in order and HAN not in order else []
    return [*order, *spare, *([] if SANS in order else [SANS])]


def is_rtl(text: str) -> bool:
    """Whether the title is read from the right: its first letter says."""
    first = next((char for char in text if char.isalpha()), "")
    return font_of(first) in {ARABIC, HEBREW} if first else False


@dataclass(frozen=True)
class Lines:
    """A title as it is set: its lines at one size."""

    lines: Sequence[str]
    size: int


def fit(text: str, box: Box, measure: Measure) -> Lines:
    """The largest size at which the title fits its box; at the smallest, what is too much is cut."""
    for size in SIZES:
        lines = list(_broken(text, size, box.width, measure))
        whole = all(measure(line, size) <= box.width for line in lines)
        if whole and len(lines) * size * LINE_HEIGHT <= box.height and not _is_ragged(lines, size):
            return Lines(lines, size)
    size = SIZES[-1]
    room = max(int(box.height / (size * LINE_HEIGHT)), 1)
    lines = list(_broken(text, size, box.width, measure))
    if len(lines) > room:
        lines = [*lines[: room - 1], lines[room - 1].rstrip() + "…"]
    return Lines(lines, size)


def _is_ragged(lines: Sequence[str], size: int) -> bool:
    """One character alone on the last line looks like a mistake, while a smaller size may mend it."""
    return len(lines) > 1 and len(lines[-1].strip()) == 1 and size > SIZES[-1]


def _broken(text: str, size: float, width: float, measure: Measure) -> Iterator[str]:
    line = ""
    for piece in _pieces(text):
        longer = line + piece
        if line and measure(longer.rstrip(), size) > width:
            yield line.rstrip()
            line = piece.lstrip()
        else:
            line = longer
    if line.strip():
        yield line.rstrip()


def _pieces(text: str) -> list[str]:
    """Where a line may end: at spaces, between Chinese characters, after a Japanese phrase's kana.

    Never before closing punctuation.
    """
    pieces: list[str] = []
    words = _PHRASES if _KANA.search(text) else _WORDS
    for piece in words.findall(text):
        if pieces and (piece in _NOT_AT_START or piece.isspace()):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def typeset(text: str, box: Box, measure: Measure) -> str:
    """The title as SVG; nothing for an empty one."""
    if not text:
        return ""
    set_as = fit(text, box, measure)
    tall = len(set_as.lines) * set_as.size * LINE_HEIGHT
    top = {"top": 0.0, "middle": (box.height - tall) / 2, "bottom": box.height - tall}[box.stand]
    anchor, x = "start", box.x
    if box.align == "centre":
        anchor, x = "middle", box.x + box.width / 2
    elif is_rtl(text):
        anchor, x = "end", box.x + box.width
    family = ", ".join(f"'{font.family}'" for font in fonts_of(text))
    rows = []
    for n, line in enumerate(set_as.lines):
        y = box.y + top + set_as.size * (n * LINE_HEIGHT + 0.92)
        rows.append(f'<text x="{x:.1f}" y="{y:.1f}">{escape(line)}</text>')
    look = f'font-family="{family}" font-weight="700" font-size="{set_as.size}" fill="{box.fill}"'
    return f'<g {look} text-anchor="{anchor}">{"".join(rows)}</g>'
