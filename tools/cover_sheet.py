"""Twenty covers side by side, for docs/images/covers.png: `.venv/bin/python -m tools.cover_sheet`."""

import io
from pathlib import Path

from PIL import Image

from trailwright.covers.studio_child import draw

TARGET = Path(__file__).resolve().parents[1] / "docs" / "images" / "covers.png"
SUBJECTS = (
    ("bake-sourdough-bread-at-home-fbe41724", "Bake sourdough bread at home"),
    ("python-for-data-analysis-cc2367d3", "Python for data analysis"),
    ("roadmap-b004bac7", "学习弹吉他：从零开始"),  # noqa: RUF001 - a Chinese title
    ("roadmap-a5bd6c28", "Основы машинного обучения"),
    ("roadmap-be6ba471", "تعلم التصوير الفوتوغرافي"),
    ("climb-your-first-mountain-ba5277e3", "Climb your first mountain"),
    ("roadmap-48f1126f", "日本語の文法を基礎から学ぶ"),
    ("personal-finance-for-freelancers-ab966941", "Personal finance for freelancers"),
    ("watercolour-landscapes-1431e667", "Watercolour landscapes"),
    ("grow-vegetables-on-a-balcony-bd0e30cb", "Grow vegetables on a balcony"),
    ("quantum-mechanics-gently-6624128a", "Quantum mechanics, gently"),
    ("roadmap-446ecb3a", "한국 가정 요리"),
    ("roadmap-28e768ba", "Шахматы для начинающих"),
    ("run-a-first-half-marathon-0661cb0f", "Run a first half marathon"),
    ("public-speaking-without-fear-86125811", "Public speaking without fear"),
    ("roman-history-in-ten-weeks-eea76c58", "Roman history in ten weeks"),
    ("human-anatomy-for-nurses-a23861e9", "Human anatomy for nurses"),
    ("roadmap-26e2f273", "零基础天文观星"),
    ("sail-a-small-boat-ff79f77b", "Sail a small boat"),
    ("knit-your-first-jumper-0cd97820", "Knit your first jumper"),
)
"""Roadmap ids and titles."""

_COLUMNS, _GAP, _SIZE = 4, 16, (480, 270)
_PAPER = "#FBFAF7"


def main() -> None:
    """Write the sheet."""
    rows = -(-len(SUBJECTS) // _COLUMNS)
    width, height = (
        count * (side + _GAP) + _GAP for count, side in zip((_COLUMNS, rows), _SIZE, strict=True)
    )
    sheet = Image.new("RGB", (width, height), _PAPER)
    for n, (roadmap_id, title) in enumerate(SUBJECTS):
        large, _ = draw({"roadmap_id": roadmap_id, "title": title, "subject": "", "choice": 0})
        with Image.open(io.BytesIO(large)) as cover:
            row, column = divmod(n, _COLUMNS)
            spot = (_GAP + column * (_SIZE[0] + _GAP), _GAP + row * (_SIZE[1] + _GAP))
            sheet.paste(cover.resize(_SIZE, Image.Resampling.LANCZOS), spot)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(256, dither=Image.Dither.NONE).save(TARGET, optimize=True)


if __name__ == "__main__":
    main()
