"""The strokes all covers are drawn with: symbols, contour lines, hills. Pure: SVG text from numbers."""

import json
import math
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from importlib.resources import files

UNIT = 256
"""Side of the square a symbol is drawn in."""


class Chance:
    """Numbers that look random and are the same for the same seed, on every machine and version."""

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._count = 0

    def unit(self) -> float:
        """The next number, 0 to 1."""
        self._count += 1
        digest = blake2b(self._seed, digest_size=8, salt=self._count.to_bytes(4, "big")).digest()
        return int.from_bytes(digest, "big") / 2**64

    def between(self, low: float, high: float) -> float:
        """The next number in a range."""
        return low + (high - low) * self.unit()

    def index(self, count: int) -> int:
        """The next number of 0 … count - 1."""
        return min(int(self.unit() * count), count - 1)


@cache
def _symbols() -> dict[str, tuple[str, str]]:
    found = json.loads(files("trailwright.covers").joinpath("art/symbols.json").read_text(encoding="utf-8"))
    return {name: (back, front) for name, (back, front) in found.items()}


def symbol(name: str, centre: tuple[float, float], size: float, back: str, front: str) -> str:
    """A symbol in two colours; `back` fills its body, `front` draws it."""
    body, line = _symbols()[name]
    x, y = centre[0] - size / 2, centre[1] - size / 2
    place = f'transform="translate({x:.1f} {y:.1f}) scale({size / UNIT:.4f})"'
    filled = f'<path fill="{back}" d="{body}"/>' if body else ""
    return f'<g {place}>{filled}<path fill="{front}" d="{line}"/></g>'


def circle(centre: tuple[float, float], radius: float, fill: str, extra: str = "") -> str:
    """A disc."""
    return f'<circle cx="{centre[0]:.1f}" cy="{centre[1]:.1f}" r="{radius:.1f}" fill="{fill}" {extra}/>'


def ring(centre: tuple[float, float], radius: float, stroke: str, width: float, extra: str = "") -> str:
    """A circle's line."""
    line = f'fill="none" stroke="{stroke}" stroke-width="{width}"'
    return f'<circle cx="{centre[0]:.1f}" cy="{centre[1]:.1f}" r="{radius:.1f}" {line} {extra}/>'


def rect(x: float, y: float, width: float, height: float, fill: str, extra: str = "") -> str:
    """A rectangle."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}" {extra}/>'


def path(d: str, fill: str, extra: str = "") -> str:
    """Any shape."""
    return f'<path d="{d}" fill="{fill}" {extra}/>'


def stroke(d: str, colour: str, width: float, extra: str = "") -> str:
    """Any line."""
    return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}" {extra}/>'


def contour(centre: tuple[float, float], radius: float, wobble: Sequence[tuple[float, float]]) -> str:
    """A closed height line around `centre`; `wobble`: (share of the radius, phase) of harmonics from 2 on."""
    points = []
    for n in range(28):
        angle = 2 * math.pi * n / 28
        share = 1 + sum(a * math.sin(k * angle + phase) for k, (a, phase) in enumerate(wobble, 2))
        points.append(
            (centre[0] + radius * share * math.cos(angle), centre[1] + radius * share * math.sin(angle))
        )
    return smooth(points, closed=True)


def wobble(chance: Chance) -> list[tuple[float, float]]:
    """What makes one hill's height lines this hill's."""
    return [(chance.between(0.04, 0.16) / k, chance.between(0, 6.28)) for k in (1, 1.4, 2, 2.6)]


def smooth(points: Sequence[tuple[float, float]], *, closed: bool = False) -> str:
    """A curve through all points (Catmull-Rom, written as Bézier)."""
    count = len(points)

    def at(n: int) -> tuple[float, float]:
        return points[n % count] if closed else points[min(max(n, 0), count - 1)]

    parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for n in range(count if closed else count - 1):
        before, here, there, after = at(n - 1), at(n), at(n + 1), at(n + 2)
        first = (here[0] + (there[0] - before[0]) / 6, here[1] + (there[1] - before[1]) / 6)
        second = (there[0] - (after[0] - here[0]) / 6, there[1] - (after[1] - here[1]) / 6)
        numbers = (*first, *second, *there)
        parts.append("C" + " ".join(f"{value:.1f}" for value in numbers))
    return "".join(parts) + ("Z" if closed else "")


def hill(chance: Chance, top: float, swing: float, bottom: float = 900) -> str:
    """A range of hills from edge to edge, filled down to `bottom`."""
    points = [(n * 200.0 - 100, top + chance.between(-swing, swing)) for n in range(10)]
    return f"{smooth(points)}L1700 {bottom}L-100 {bottom}Z"
