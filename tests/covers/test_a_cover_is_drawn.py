"""The pictures this product draws itself: the same every time, different from each other, small and quick."""

import io
import json
import time
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFont

from tools.cover_sheet import SUBJECTS
from trailwright.covers.layouts import LAYOUTS, Box, Layout
from trailwright.covers.palettes import PALETTES, Palette, contrast
from trailwright.covers.picture import plan, svg
from trailwright.covers.shapes import Chance
from trailwright.covers.studio_child import draw
from trailwright.covers.subjects import families, family_of
from trailwright.covers.titles import FONTS, LINE_HEIGHT, SIZES, drawable, fit, font_of, fonts_of

ART = files("trailwright.covers").joinpath("art")
READABLE = 4.5
FITTING = dict(
    zip(
        (roadmap_id for roadmap_id, _ in SUBJECTS),
        [
            "bread",
            "chart-line-up",
            "guitar",
            "head-circuit",
            "camera",
            "mountains",
            "translate",
            "piggy-bank",
            "palette",
            "potted-plant",
            "atom",
            "cooking-pot",
            "horse",
            "sneaker-move",
            "microphone-stage",
            "bank",
            "stethoscope",
            "planet",
            "sailboat",
            "yarn",
        ],
        strict=True,
    )
)
ALPHABETS = {
    "latin": "Grüße aus Łódź, čeština, Türkçe, tiếng Việt",
    "cyrillic": "Съешь ещё этих мягких французских булок, да выпей чаю. Їжак",
    "greek": "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία",
    "arabic": "صِف خَلقَ خَودٍ كَمِثلِ الشَمسِ پچژگ",
    "hebrew": "עטלף אבק נס דרך מזגן שהתפוצץ",
    "hindi": "ऋषियों को सताने वाले दुष्ट राक्षसों",
    "thai": "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า",
    "simplified": "天地玄黄宇宙洪荒日月盈昃辰宿列张：学习路线图",
    "traditional": "學習路線圖：機器學習與資料科學",
    "japanese": "いろはにほへとチリヌルヲ漢字学習の道、働く",
    "korean": "다람쥐 헌 쳇바퀴에 타고파 뷁",
}


def an_order(roadmap_id: str, title: str, choice: int = 0) -> dict[str, object]:
    return {"roadmap_id": roadmap_id, "title": title, "subject": "", "choice": choice}


def test_the_same_roadmap_gets_the_same_picture() -> None:
    order = an_order("roadmap-a", "学习弹吉他")
    assert draw(order) == draw(order)


def test_another_roadmap_another_title_and_another_choice_give_another_picture() -> None:
    orders = [
        an_order("roadmap-a", "Bake bread"),
        an_order("roadmap-b", "Bake bread"),
        an_order("roadmap-a", "Bake cake"),
        an_order("roadmap-a", "Bake bread", 1),
    ]
    assert len({draw(order)[0] for order in orders}) == len(orders)


@pytest.mark.parametrize(("roadmap_id", "title"), SUBJECTS, ids=[title for _, title in SUBJECTS])
def test_a_subject_gets_the_symbol_that_stands_for_it(roadmap_id: str, title: str) -> None:
    assert plan(roadmap_id, title, "").family.symbol == FITTING[roadmap_id]


def test_no_two_of_twenty_share_layout_and_symbol_or_layout_and_colours() -> None:
    plans = [plan(roadmap_id, title, "") for roadmap_id, title in SUBJECTS]
    assert len({(p.layout, p.family.symbol) for p in plans}) == len(SUBJECTS)
    assert len({(p.layout, p.palette) for p in plans}) == len(SUBJECTS)


def test_the_subject_speaks_where_the_title_says_nothing() -> None:
    assert family_of("My plan", "sourdough baking", "r").symbol == "bread"
    assert family_of("Chess for my father", "sourdough baking", "r").symbol == "horse"


def test_a_subject_nobody_foresaw_gets_a_sign_of_the_way() -> None:
    way = {family.symbol for family, words in families().items() if not words}
    found = {family_of("Zymurgy", "", f"roadmap-{n}").symbol for n in range(60)}
    assert found <= way
    assert len(found) > len(way) / 2


def test_a_word_inside_another_word_means_nothing() -> None:
    assert family_of("Scatter", "", "r").symbol != "cat"


def test_every_symbol_that_is_named_is_there() -> None:
    drawn = json.loads(ART.joinpath("symbols.json").read_text(encoding="utf-8"))
    named = {name for family in families() for name in (family.symbol, *family.companions)}
    assert named <= set(drawn)
    assert all(len(family.companions) == 3 for family in families())


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_a_title_can_be_read_on_every_ground(layout: Layout, palette: Palette) -> None:
    _, box = layout(Chance("any"), palette, family_of("Bake bread", "", "r"))
    assert contrast(box.fill, box.plate) >= READABLE
    assert 0 <= box.x < box.x + box.width <= 1600
    assert 0 <= box.y < box.y + box.height <= 900


@pytest.mark.parametrize("name", ALPHABETS)
def test_titles_of_many_alphabets_are_set_in_shipped_fonts(name: str) -> None:
    text = ALPHABETS[name]
    assert drawable(text) == text
    nothing = _ink(chr(0x10FFFF), fonts_of(text)[0].file)
    for char in set(text) - {" "}:
        font = font_of(char)
        assert font is not None
        assert _ink(char, font.file) != nothing, f"{char} has no picture in {font.file}"


def _ink(char: str, file: str) -> tuple[tuple[int, int], bytes]:
    mask = ImageFont.truetype(str(ART.joinpath("fonts", file)), 40).getmask(char)
    return mask.size, bytes(mask)


@pytest.mark.parametrize("name", ALPHABETS)
def test_the_title_stands_in_the_picture(name: str) -> None:
    with_title = draw(an_order("roadmap-a", ALPHABETS[name]))
    without = draw(an_order("roadmap-a", "\U0001f600"))
    assert with_title != without


def test_what_no_font_has_is_left_out_and_too_much_of_it_leaves_no_title() -> None:
    assert drawable("Bread \U0001f35e at home") == "Bread at home"
    assert drawable("ᚠᛇᚻ bread") == ""
    assert drawable("\x00\x07\u202e\u2028") == ""


HOSTILE = ("</text><script>1</script>", "&amp; <svg/onload=1> ]]>", "\u202egnp.exe", "A" * 5000, " ", "%s{}")


@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_is_only_ever_text(title: str) -> None:
    made = draw(an_order("roadmap-a", title))
    assert [Image.open(io.BytesIO(data)).format for data in made] == ["WEBP", "WEBP"]
    planned = plan("roadmap-a", title, "")
    assert "<script" not in svg(planned, lambda text, size: len(text) * size / 2)


BOX = Box(0, 0, 600, 500, "#000000", "#ffffff")


LETTERS = "".join(ALPHABETS.values()) + "MMMMMMWWWWWW (…) :、。" + "    "


@given(st.text(st.sampled_from(LETTERS), min_size=1, max_size=200))
@settings(deadline=None)
def test_any_title_stays_in_its_box(title: str) -> None:
    text = drawable(title)

    def measure(line: str, size: float) -> float:
        return len(line) * size * 0.6

    if text:
        found = fit(text, BOX, measure)
        assert len(found.lines) * found.size * LINE_HEIGHT <= BOX.height
        if found.size > SIZES[-1]:
            assert "".join("".join(found.lines).split()) == "".join(text.split())
            assert all(measure(line, found.size) <= BOX.width for line in found.lines)


def test_every_cover_is_small_and_has_both_widths() -> None:
    for roadmap_id, title in SUBJECTS:
        large, small = draw(an_order(roadmap_id, title))
        assert max(len(large), len(small)) <= 150_000
        assert [Image.open(io.BytesIO(data)).size for data in (large, small)] == [(1600, 900), (800, 450)]


@pytest.mark.alone
def test_a_cover_costs_at_most_300_ms_of_cpu() -> None:
    """The middle one of twenty: a machine that is busy otherwise makes single ones look slower."""
    spent = []
    for roadmap_id, title in SUBJECTS:
        began = time.process_time()
        draw(an_order(roadmap_id, title))
        spent.append(time.process_time() - began)
    assert sorted(spent)[len(spent) // 2] <= 0.3


def test_fonts_and_symbols_come_with_their_licences() -> None:
    assert "SIL OPEN FONT LICENSE" in ART.joinpath("fonts", "LICENSE-OFL.txt").read_text(encoding="utf-8")
    assert "MIT License" in ART.joinpath("LICENSE-symbols.txt").read_text(encoding="utf-8")
    assert {font.file for font in FONTS} == {
        file.name for file in ART.joinpath("fonts").iterdir() if not file.name.endswith(".txt")
    }
