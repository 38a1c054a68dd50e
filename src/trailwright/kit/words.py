"""Strings as a terminal may show them, and amounts as people read them."""

import unicodedata

_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")
"""Marks that turn the direction of what follows, beyond their own text."""


def clean(text: str) -> str:
    """One line without control characters: what a model wrote must not steer the terminal."""
    return " ".join("".join(_shown(char) for char in text).split())


def _shown(char: str) -> str:
    if char in "\t\n\r":
        return " "
    return "" if unicodedata.category(char) == "Cc" or char in _TURNING else char


def hours(count: float) -> str:
    """`1.5 h`."""
    return f"{count:g} h"


def duration(seconds: float) -> str:
    """`40 s`, `3 min`, `2 h 10 min`."""
    if seconds < 90:  # noqa: PLR2004 - then minutes say more
        return f"{max(round(seconds), 1)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"  # noqa: PLR2004 - as above


def money(dollars: float) -> str:
    """`$0.40`; what is under a cent is told as such, nothing is nothing."""
    if dollars == 0:
        return "$0"
    return f"${dollars:.2f}" if dollars >= 0.01 else "under $0.01"  # noqa: PLR2004 - a cent


def size(count: int) -> str:
    """Bytes: `12 kB`, `3.4 MB`."""
    for unit, name in ((1_000_000_000, "GB"), (1_000_000, "MB")):
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{max(count // 1000, 1)} kB"


def plural(number: int, one: str, more: str) -> str:
    """`1 lesson`, `3 lessons`."""
    return f"{number:,} {one if number == 1 else more}"
