"""Declared sections: named to the model, found again without pedantry."""

import pytest

from trailwright.domain.preferences import SIZES, Size
from trailwright.quality.sections import length_band, section_problems, titles, words_per_section


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "en-GB", "zh", "zh-Hant", "zh-TW", "de", "ar"])
def test_the_declared_titles_pass_their_own_check(size: Size, language: str) -> None:
    assert section_problems(titles(size, language), size, language) == []


def test_chinese_titles_follow_the_script() -> None:
    assert titles("mini", "zh")[-1] == "总结"
    assert titles("mini", "zh-TW")[-1] == "總結"
    assert titles("mini", "zh-Hans-TW")[-1] == "总结"


@pytest.mark.parametrize(
    "headings",
    [
        ["Feeding a starter", "Let's see it in action", "Pitfalls to avoid", "Key takeaways"],
        ["Introduction", "1. What it is", "2. An example", "3. Common Errors", "4. Recap", "Further reading"],
        ["The problem with stale flour", "Example", "Mistakes", "Summary"],
        ["The idea", "Example", "Common mistakes and summary"],
    ],
)
def test_headings_in_other_words_are_recognised(headings: list[str]) -> None:
    assert section_problems(headings, "mini", "en") == []


def test_a_missing_section_is_named() -> None:
    found = section_problems(["The idea", "Worked example", "Summary"], "mini", "en")
    assert found == ['the section "## Common mistakes" is missing']


def test_a_section_in_the_wrong_place_is_named() -> None:
    found = section_problems(["Summary", "The idea", "Worked example", "Common mistakes"], "mini", "en")
    assert found == ['the section "## Summary" comes too early']


def test_a_missing_body_is_named() -> None:
    assert (
        "may be named after the topic"
        in section_problems(["Example", "Mistakes", "Summary"], "mini", "en")[0]
    )


def test_chinese_headings_are_recognised() -> None:
    good = ["什么是酵母", "一个例子", "新手误区", "本课小结"]
    assert section_problems(good, "mini", "zh") == []
    assert section_problems(good[:3], "mini", "zh") == ['the section "## 总结" is missing']


def test_in_other_languages_only_the_number_counts() -> None:
    assert section_problems(["Die Idee", "Beispiel", "Fehler", "Fazit"], "mini", "de") == []
    assert "3 sections" in section_problems(["Die Idee", "Beispiel", "Fazit"], "mini", "de")[0]


def test_lengths_are_forty_percent_around_the_target() -> None:
    assert length_band("mini") == (240, 560)
    assert length_band("short") == (420, 980)
    assert length_band("full") == (720, 1680)
    assert words_per_section("mini") == 100
