"""The compositions: where ground, symbol and title stand, 1600 x 900. Pure.

Each gives the picture's body and the box its title is set in; all share contour lines, the way and discs.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from trailwright.covers.palettes import Palette
from trailwright.covers.shapes import (
    Chance,
    circle,
    contour,
    hill,
    path,
    rect,
    ring,
    smooth,
    stroke,
    symbol,
    wobble,
)
from trailwright.covers.subjects import Family

WIDTH, HEIGHT = 1600, 900


@dataclass(frozen=True)
class Box:
    """Where a title is set: its space, colour, and how it stands in it; `plate` is what lies beneath."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    plate: str
    align: Literal["left", "centre"] = "left"
    stand: Literal["top", "middle", "bottom"] = "middle"


Layout = Callable[[Chance, Palette, Family], tuple[str, Box]]


def summit(chance: Chance, p: Palette, family: Family) -> tuple[str, Box]:
    """Height lines around the symbol, which stands on the top."""
    centre = (1120.0, 450.0)
    waves = wobble(chance)
    lines = [
        path(contour(centre, 560 - n * 70, waves), p.mid, f'fill-opacity="{0.10 + 0.05 * n:.2f}"')
        for n in range(5)
    ]
    lines += [
        stroke(contour(centre, 860 - n * 75, waves), p.mid, 3, 'stroke-opacity="0.35"') for n in range(5)
    ]
    top = path(contour(centre, 285, waves), p.light)
    return (
        rect(0, 0, WIDTH, HEIGHT, p.ground)
        + "".join(lines)
        + top
        + symbol(family.symbol, centre, 390, p.accent, p.deep),
        Box(96, 130, 610, 640, p.ink, p.ground),
    )


def horizon(chance: Chance, p: Palette, family: Family) -> tuple[str, Box]:
    """The symbol rises over hills like a sun."""
    centre = (800 + chance.between(-260, 260), 325.0)
    sun = circle(centre, 320, p.accent, 'fill-opacity="0.22"') + circle(centre, 268, p.light)
    hills = path(hill(chance, 590, 42), p.mid) + path(hill(chance, 645, 34), p.deep, 'fill-opacity="0.55"')
    ground = rect(0, 0, WIDTH, HEIGHT, p.ground)
    front = path(hill(chance, 690, 22), p.deep)
    picture = symbol(family.symbol, centre, 350, p.accent, p.deep)
    box = Box(110, 715, 1380, 165, p.light, p.deep, "centre")
    return ground + sun + picture + hills + front, box


def tiles(chance: Chance, p: Palette, family: Family) -> tuple[str, Box]:
    """A quilt of quarter circles with the symbol in its middle."""
    side, left = 225, 700
    parts = [rect(0, 0, WIDTH, HEIGHT, p.ground)]
    grounds = (p.mid, p.deep, p.light, p.accent)
    for n in range(16):
        column, row = n % 4, n // 4
        if column in {1, 2} and row in {1, 2}:
            continue
        x, y = left + column * side, row * side
        first = chance.index(4)
        plate, shape = grounds[first], grounds[(first + 1 + chance.index(3)) % 4]
        corner = [(x, y, 1, 1), (x + side, y, -1, 1), (x, y + side, 1, -1), (x + side, y + side, -1, -1)]
        cx, cy, right, down = corner[chance.index(4)]
        sweep = 1 if right * down > 0 else 0
        quarter = f"M{cx} {cy}h{right * side}A{side} {side} 0 0 {sweep} {cx} {cy + down * side}Z"
        parts += [rect(x, y, side + 1, side + 1, plate), path(quarter, shape)]
    middle = (left + 2 * side, 2 * side)
    parts += [rect(left + side, side, 2 * side, 2 * side, p.light)]
    parts += [symbol(family.symbol, middle, 370, p.accent, p.deep)]
    return "".join(parts), Box(90, 130, 540, 640, p.ink, p.ground)


def orbit(chance: Chance, p: Palette, family: Family) -> tuple[str, Box]:
    """The symbol in the middle of its rings, companions on their way around."""
    centre = (470.0, 450.0)
    parts = [rect(0, 0, WIDTH, HEIGHT, p.ground)]
    parts += [ring(centre, radius, p.mid, 3, 'stroke-opacity="0.8"') for radius in (330, 440, 560, 690)]
    parts += [circle(centre, 235, p.light), symbol(family.symbol, centre, 310, p.accent, p.deep)]
    for n, (name, radius) in enumerate(zip(family.companions, (330, 440, 440), strict=True)):
        angle = (0.62, -0.72, 2.45)[n] + chance.between(-0.16, 0.16)
        spot = (centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle))
        parts += [circle(spot, 62, p.accent), symbol(name, spot, 76, p.accent, p.ink_on(p.accent))]
    for n in range(9):
        angle, radius = chance.between(0, 6.28), (330, 440, 560, 690)[n % 4]
        spot = (centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle))
        parts.append(circle(spot, 9, p.accent, 'fill-opacity="0.8"'))
    return "".join(parts), Box(960, 140, 550, 620, p.ink, p.ground)


def trail(chance: Chance, p: Palette, family: Family) -> tuple[str, Box]:
    """A marked way with three places on it, and the symbol where it arrives."""
    points = [(-40.0, 800.0), (240, 720), (470, 792), (700, 690), (880, 560), (1010, 640), (1215, 400)]
    points = [(x, y + chance.between(-26, 26)) for x, y in points]
    waves = wobble(chance)
    lines = [
        stroke(contour((1215, 380), 330 + n * 80, waves), p.mid, 3, 'stroke-opacity="0.4"') for n in range(7)
    ]
    way = stroke(smooth(points), p.accent, 12, 'stroke-dasharray="34 24" stroke-linecap="round"')
    parts = [rect(0, 0, WIDTH, HEIGHT, p.ground), *lines, way]
    for name, spot in zip(family.companions, (points[1], points[3], points[5]), strict=True):
        parts += [circle(spot, 64, p.ground), circle(spot, 56, p.mid)]
        parts.append(symbol(name, spot, 70, p.mid, p.ink_on(p.mid)))
    goal = (1230.0, 340.0)
    parts += [circle(goal, 270, p.deep, 'fill-opacity="0.18"'), circle(goal, 250, p.light)]
    parts.append(symbol(family.symbol, goal, 340, p.accent, p.deep))
    return "".join(parts), Box(96, 96, 760, 440, p.ink, p.ground, stand="top")


def bands(chance: Chance, p: Palette, family: Family) -> tuple[str, Box]:
    """Slanting bands, the symbol large where they begin."""
    parts = [rect(0, 0, WIDTH, HEIGHT, p.ground)]
    x = 900 + chance.between(-40, 40)
    for width, colour in ((1000, p.mid), (640, p.accent), (560, p.deep), (150, p.mid), (70, p.light)):
        parts.append(path(f"M{x:.0f} 0h{width}l-420 900h-{width}Z", colour))
        x += 130 if colour != p.deep else 560
    parts.append(symbol(family.symbol, (1165, 450), 480, p.mid, p.light))
    return "".join(parts), Box(90, 130, 560, 640, p.ink, p.ground)


def arches(chance: Chance, p: Palette, family: Family) -> tuple[str, Box]:
    """Three windows, the symbol in the tall one."""
    parts = [rect(0, 0, WIDTH, HEIGHT, p.ground)]
    swap = chance.unit() < 0.5  # noqa: PLR2004 - heads or tails
    sides = (p.mid, p.accent) if swap else (p.accent, p.mid)
    for n, (x, top, half, colour) in enumerate(
        ((405, 210, 150, sides[0]), (800, 70, 225, p.light), (1195, 210, 150, sides[1]))
    ):
        arch = f"M{x - half} 620V{top + half}A{half} {half} 0 0 1 {x + half} {top + half}V620Z"
        parts.append(path(arch, colour))
        if colour != p.light:
            name = family.companions[0 if n == 0 else 1]
            parts.append(symbol(name, (x, 430), 180, colour, p.ink_on(colour)))
    parts += [rect(120, 620, 1360, 14, p.ink), symbol(family.symbol, (800, 372), 360, p.accent, p.deep)]
    return "".join(parts), Box(120, 660, 1360, 200, p.ink, p.ground, "centre")


def field(chance: Chance, p: Palette, family: Family) -> tuple[str, Box]:
    """A cloth printed with companions, a label sewn on, the symbol as its seal."""
    parts = [rect(0, 0, WIDTH, HEIGHT, p.ground)]
    start = chance.index(3)
    for row in range(6):
        for column in range(10):
            x, y = column * 180 + (row % 2) * 90 - 10, row * 172 + 20
            name = family.companions[(start + column + row) % 3]
            parts.append(symbol(name, (x, y), 84, p.ground, p.mid))
    plate = p.light
    parts.append(rect(110, 170, 900, 560, plate, 'rx="18"'))
    parts.append(
        rect(
            128, 188, 864, 524, "none", f'rx="10" stroke="{p.deep}" stroke-width="3" stroke-dasharray="14 10"'
        )
    )
    parts += [circle((1130, 450), 285, p.deep), circle((1130, 450), 262, p.accent)]
    parts.append(symbol(family.symbol, (1130, 450), 380, p.mid, p.ink_on(p.accent)))
    return "".join(parts), Box(180, 220, 620, 460, p.deep, plate)


def fold(chance: Chance, p: Palette, family: Family) -> tuple[str, Box]:
    """A folded map with a pin on it."""
    parts = [rect(0, 0, WIDTH, HEIGHT, p.mid)]
    for n in range(5):
        x, lift = 60 + n * 296, 40 if n % 2 else 0
        shape = f"M{x} {90 - lift}L{x + 296} {50 + lift}V{820 + lift - 40}L{x} {860 - lift - 40}Z"
        parts += [path(shape, p.ground), path(shape, p.deep, f'fill-opacity="{0.10 if n % 2 else 0}"')]
    hills = [((390, 330), wobble(chance), 6), ((1120, 640), wobble(chance), 7)]
    for centre, waves, count in hills:
        lines = (contour(centre, 60 + n * 58, waves) for n in range(count))
        parts += [stroke(line, p.mid, 3, 'stroke-opacity="0.55"') for line in lines]
    pin = (1120.0, 330.0)
    drop = "M1120 742C1060 640 880 520 880 330A240 240 0 0 1 1360 330C1360 520 1180 640 1120 742Z"
    parts += ['<ellipse cx="1120" cy="742" rx="90" ry="18" fill-opacity="0.3"/>', path(drop, p.accent)]
    parts += [circle(pin, 206, p.light), symbol(family.symbol, pin, 290, p.accent, p.deep)]
    return "".join(parts), Box(120, 200, 680, 500, p.ink, p.ground)


def halves(chance: Chance, p: Palette, family: Family) -> tuple[str, Box]:
    """Two fields; the symbol lies over the seam and changes its colours there."""
    seam = 930.0 + chance.between(-30, 30)
    clip = f'<clipPath id="r"><rect x="{seam:.0f}" y="0" width="{WIDTH}" height="{HEIGHT}"/></clipPath>'
    here = (seam, 450.0)
    other = p.ink_on(p.accent)
    parts = [clip, rect(0, 0, WIDTH, HEIGHT, p.ground), rect(seam, 0, WIDTH - seam, HEIGHT, p.accent)]
    parts += [ring(here, radius, p.mid, 3, 'stroke-opacity="0.5"') for radius in (330, 390, 450, 510)]
    parts.append(symbol(family.symbol, here, 520, p.mid, p.ink))
    body = symbol(family.symbol, here, 520, p.ground if other != p.deep else p.light, other)
    parts.append(f'<g clip-path="url(#r)">{rect(seam, 190, 265, 520, p.accent)}{body}</g>')
    for n, name in enumerate(family.companions):
        parts.append(symbol(name, (1440, 230 + n * 220), 110, p.accent, other))
    return "".join(parts), Box(90, 120, 520, 660, p.ink, p.ground)


def strata(chance: Chance, p: Palette, family: Family) -> tuple[str, Box]:
    """Layers of ground one over the other, the symbol standing on them."""
    parts = [rect(0, 0, WIDTH, HEIGHT, p.ground)]
    for n, colour in enumerate((p.mid, p.accent, p.light)):
        points = [(x * 260.0 - 100, 520 + n * 58 + chance.between(-22, 22)) for x in range(8)]
        parts.append(path(f"{smooth(points)}L1720 900L-100 900Z", colour))
    side = 430 + chance.index(2) * 740
    centre = (float(side), 300.0)
    parts.insert(1, circle(centre, 262, p.light, 'fill-opacity="0.16"'))
    parts.append(circle(centre, 230, p.deep))
    parts.append(symbol(family.symbol, centre, 310, p.mid, p.light))
    for n, name in enumerate(family.companions[:2]):
        spot = (1600 - side + (n * 2 - 1) * 150, 380)
        parts.append(symbol(name, spot, 170, p.mid, p.ink))
    return "".join(parts), Box(110, 690, 1380, 180, p.deep, p.light, "centre")


def poster(chance: Chance, p: Palette, family: Family) -> tuple[str, Box]:
    """A framed sheet on the wall: symbol left, title right, rays behind."""
    parts = [rect(0, 0, WIDTH, HEIGHT, p.deep)]
    turn, centre = chance.between(0, 0.4), (416.0, 450.0)
    for n in range(12):
        ends = (turn + n * math.pi / 6, turn + n * math.pi / 6 + 0.26)
        (x1, y1), (x2, y2) = ((416 + 900 * math.cos(a), 450 + 900 * math.sin(a)) for a in ends)
        parts.append(path(f"M416 450L{x1:.0f} {y1:.0f}L{x2:.0f} {y2:.0f}Z", p.accent, 'fill-opacity="0.55"'))
    frame = f"M0 0H{WIDTH}V{HEIGHT}H0ZM56 56V844H1544V56Z"
    parts += [rect(776, 0, 824, HEIGHT, p.ground), path(frame, p.mid)]
    parts += [circle(centre, 268, p.light), symbol(family.symbol, centre, 370, p.accent, p.deep)]
    return "".join(parts), Box(850, 140, 620, 620, p.ink, p.ground)


LAYOUTS: tuple[Layout, ...] = (
    summit,
    horizon,
    tiles,
    orbit,
    trail,
    bands,
    arches,
    field,
    fold,
    halves,
    strata,
    poster,
)
