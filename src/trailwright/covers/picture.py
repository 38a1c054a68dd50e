"""A cover as a value: the same roadmap, title, subject and choice give the same picture. Pure."""

from dataclasses import dataclass

from trailwright.covers.layouts import HEIGHT, LAYOUTS, WIDTH, Layout
from trailwright.covers.palettes import PALETTES, Palette
from trailwright.covers.shapes import Chance
from trailwright.covers.subjects import Family, family_of
from trailwright.covers.titles import Measure, drawable, typeset


@dataclass(frozen=True)
class Plan:
    """What is drawn. `text`: the title as far as the shipped fonts can set it."""

    layout: Layout
    palette: Palette
    family: Family
    text: str
    seed: str


def plan(roadmap_id: str, title: str, subject: str, choice: int = 0) -> Plan:
    """How this roadmap's cover looks; each further `choice` is another picture of the same subject."""
    chance = Chance(f"cover {roadmap_id}")
    layout, palette = chance.index(len(LAYOUTS)), chance.index(len(PALETTES))
    return Plan(
        layout=LAYOUTS[(layout + 5 * choice) % len(LAYOUTS)],
        palette=PALETTES[(palette + 7 * choice) % len(PALETTES)],
        family=family_of(title, subject, roadmap_id),
        text=drawable(title),
        seed=f"{roadmap_id} {choice}",
    )


def svg(planned: Plan, measure: Measure) -> str:
    """The picture, 1600 x 900."""
    body, box = planned.layout(Chance(planned.seed), planned.palette, planned.family)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
    size = f'width="{WIDTH}" height="{HEIGHT}"'
    return f"{head} {size}>{body}{typeset(planned.text, box, measure)}</svg>"
