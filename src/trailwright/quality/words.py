"""Counting words and letters in any script. Pure.

A word is what UAX #29 (Unicode Text Segmentation, revision 45) calls one, by a small implementation on
the standard library's `re`: runs of letters, digits, marks and underscores, joined over `'`, `.`, `:` and
`·` between letters and over `,`, `.`, `;` and `'` between digits. Two rules of our own: in Chinese, Japanese
and Korean two characters count as one word; in scripts that write no spaces and need a dictionary (Thai,
Lao, Khmer, Burmese) four letters do.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_CJK = re.compile(
    "[\u1100-\u11ff\u3041-\u3096\u3099-\u30fa\u30fc-\u30ff\u3105-\u312f\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff\u3005-\u3007]"
)
_DICTIONARY = re.compile(
    "[\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eae\u0ec0-\u0ec6\u1000-\u102a\u1780-\u17b3]"
)
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0963\u0966-\u0dff\u0f18-\u0f39\u0f71-\u0f84\u0f8d-\u0fbc\u135d-\u135f\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
)
_RUN = f"[\\w{_MARKS}]+"
_WORD = re.compile(
    f"{_RUN}(?:(?:(?<=[^\\W\\d_])['\u2019.:\u00b7](?=[^\\W\\d_])|(?<=\\d)[',.;](?=\\d)){_RUN})*"
)
_UNPLAIN = re.compile(f"[_{_MARKS}{_CJK.pattern[1:-1]}{_DICTIONARY.pattern[1:-1]}]")
_PLAIN_RUN = re.compile(r"[^\W_]+")
_PLAIN_JOINT = re.compile(
    r"['\u2019.:\u00b7,;](?:(?<=[^\W\d]['\u2019.:\u00b7])(?=[^\W\d])|(?<=\d[',.;])(?=\d))"
)
"""The same where none of `_UNPLAIN` is: runs, less the marks that join two of them; three times as fast."""

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_NO_LETTERS = bytes(byte for byte in range(128) if not chr(byte).isalpha())
_NOT_WORD = re.compile(f"[^\\w{_MARKS}]+|_+")

_KEPT_CHARS = 400
"""Texts up to this length are folded once: options and questions are compared with each other many times."""

CJK_CHARS_PER_WORD = 2
DICTIONARY_LETTERS_PER_WORD = 4


def count_words(text: str) -> int:
    """How many words `text` has; see the module's text for the rules. Linear in its length."""
    if not _UNPLAIN.search(text):
        return len(_PLAIN_RUN.findall(text)) - len(_PLAIN_JOINT.findall(text))
    text, cjk = _CJK.subn(" ", text)
    text, dictionary = _DICTIONARY.subn(" ", text)
    spaced = sum(map(_has_letter_or_digit, _WORD.findall(text)))
    return spaced + -(-cjk // CJK_CHARS_PER_WORD) + -(-dictionary // DICTIONARY_LETTERS_PER_WORD)


def _has_letter_or_digit(run: str) -> bool:
    return run.isalnum() or any(c.isalnum() for c in run)


def count_letters(text: str) -> int:
    """How many letters (Unicode category L) `text` has."""
    plain = len(text.encode("ascii", "ignore").translate(None, _NO_LETTERS))
    return plain + sum(map(str.isalpha, "".join(_BEYOND_ASCII.findall(text))))


def fold(text: str) -> str:
    """`text` for comparing: NFKC, case folded, white space and punctuation turned into single spaces."""
    return _fold_kept(text) if len(text) <= _KEPT_CHARS else _fold(text)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_NOT_WORD.sub(" ", plain).split())


_fold_kept = lru_cache(maxsize=4096)(_fold)


def tokens(text: str) -> str:
    """`text` folded into words between spaces, as token-set ratios want it.

    Chinese, Japanese and Korean have no spaces to go by: a run of their characters becomes its pairs of
    neighbours, `天然酵母` → `天然 然酵 酵母`.
    """
    folded = fold(text)
    if folded.isascii():
        return folded
    return " ".join(_split(folded))


def _split(folded: str) -> Iterable[str]:
    for word in folded.split():
        if not _CJK.search(word):
            yield word
            continue
        for run in _CJK_RUNS.findall(word):
            if len(run) > 1 and _CJK.match(run):
                yield from (run[i : i + 2] for i in range(len(run) - 1))
            else:
                yield run


_CJK_RUNS = re.compile(f"{_CJK.pattern}+|{_CJK.pattern.replace('[', '[^', 1)}+")


def contains_phrase(text: str, phrase: str) -> bool:
    """Whether folded `phrase` stands in `text` as whole words (as characters, in scripts without spaces)."""
    needle = fold(phrase)
    if not needle:
        return False
    hay = fold(text)
    if _CJK.search(needle) or _DICTIONARY.search(needle):
        return needle in hay
    return f" {needle} " in f" {hay} "
