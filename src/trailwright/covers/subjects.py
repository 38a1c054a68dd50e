"""Which symbol fits a subject: `art/subjects.txt` holds families of words in several languages. Pure.

A word matches whole words; a star at its end matches what begins with it; words of scripts without spaces
match anywhere. The longest match decides, in the title before the subject.
"""

import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

_SPACELESS = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True)
class Family:
    """The symbol shown large, and the small ones around it; names of `art/symbols.json`."""

    symbol: str
    companions: tuple[str, ...]


def family_of(title: str, subject: str, seed: str) -> Family:
    """The family whose word is found; without one, a sign of the way itself, chosen by `seed`."""
    for text in (title.casefold(), subject.casefold()):
        found = _best(text)
        if found is not None:
            return found
    number = int.from_bytes(sha256(f"way {seed}".encode()).digest()[:4], "big")
    way = [family for family, words in families().items() if not words]
    return way[number % len(way)]


@cache
def families() -> dict[Family, tuple[str, ...]]:
    """Every family with its words; those without words are signs of the way."""
    text = files("trailwright.covers").joinpath("art/subjects.txt").read_text(encoding="utf-8")
    found = {}
    for line in text.splitlines():
        symbols, colon, words = line.partition(":")
        if colon and not line.startswith("#"):
            first, *others = symbols.split()
            listed = (word.strip() for word in words.split(","))
            found[Family(first, tuple(others))] = tuple(word for word in listed if word)
    return found


def _best(text: str) -> Family | None:
    longest, best = 0, None
    for family, words in families().items():
        for word in words:
            if len(word) > longest and _pattern(word).search(text):
                longest, best = len(word), family
    return best


@cache
def _pattern(word: str) -> re.Pattern[str]:
    stem = re.escape(word.removesuffix("*"))
    if _SPACELESS.search(word):
        return re.compile(stem)
    return re.compile(rf"(?<!\w){stem}" if word.endswith("*") else rf"(?<!\w){stem}s?(?!\w)")
