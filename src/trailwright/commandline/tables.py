"""Rows for people: columns that line up, one line each whatever the width, so that lines can be searched."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from trailwright.kit.words import clean


def print_rows(rows: Sequence[Sequence[str]], styles: Sequence[str] = ()) -> None:
    """All columns but the last are padded; `styles` colour each row's first."""
    console = Console(highlight=False)
    shown = [[clean(cell) for cell in row] for row in rows]
    widths = [max(cell_len(row[n]) for row in shown) for n in range(len(shown[0]) - 1)] if shown else []
    for number, row in enumerate(shown):
        line = Text()
        for width, cell in zip(widths, row, strict=False):
            style = styles[number] if styles and not line else ""
            line.append(cell, style)
            line.append(" " * (width - cell_len(cell) + 2))
        line.append(row[-1])
        line.rstrip()
        console.print(line, soft_wrap=True)
