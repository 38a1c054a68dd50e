"""T1 and T2: a lesson is whole, has its sections and its length, and was not cut off."""

import pytest

from tests.quality.lessons import CHINESE, ENGLISH, lengthened, without
from trailwright.domain.preferences import Size
from trailwright.quality.markdown import parse
from trailwright.quality.tutorial import check_t1, check_t2, check_tutorial
from trailwright.quality.words import count_words


def t1(text: str, size: Size = "mini", language: str = "en") -> list[str]:
    return [f"{f.where}: {f.message}" for f in check_t1(parse(text), size=size, language=language)]


def t2(text: str, *, stopped: bool = False) -> list[str]:
    return [f.message for f in check_t2(parse(text), stopped_by_length=stopped)]


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (CHINESE, "zh")])
def test_a_good_lesson_passes_every_check(text: str, language: str) -> None:
    receipt = check_tutorial(text, size="mini", language=language, stopped_by_length=False, level="beginner")
    assert [r for r in receipt if not r.passed] == []
    assert {r.check for r in receipt} == {"T1", "T2", "T3", "T5", "T6", "T7", "T11"}


def test_a_lesson_needs_one_title() -> None:
    assert "no title" in t1(ENGLISH.partition("\n")[2])[0]
    assert t1(ENGLISH.replace("## The idea", "# The idea")) == [
        'line 6: "The idea" is a second title; only the first line may begin with one #',
        'sections: the section "## The idea" is missing (it may be named after the topic)',
    ]


def test_levels_never_skip() -> None:
    deeper = ENGLISH.replace("- The mixture has doubled.", "\n### Signs\n\n- The mixture has doubled.")
    assert t1(deeper) == []
    assert t1(deeper.replace("### Signs", "#### Signs")) == [
        'line 15: the heading "Signs" skips a level: use ### instead of ####'
    ]
    assert "skips a level" in t1("## Later\n\n" + ENGLISH)[0]


def test_headings_in_lists_and_quotations_are_no_structure() -> None:
    assert (
        t1(ENGLISH.replace("- The mixture has doubled.", "- # A heading\n- The mixture has doubled.")) == []
    )


@pytest.mark.parametrize("heading", ["The idea", "Worked example", "Common mistakes", "Summary"])
def test_a_declared_section_must_be_there(heading: str) -> None:
    assert any(f'"## {heading}" is missing' in p for p in t1(without(ENGLISH, heading)))


@pytest.mark.parametrize("heading", ["核心概念", "完整示例", "常见错误", "总结"])
def test_a_declared_section_must_be_there_in_chinese(heading: str) -> None:
    assert any(f'"## {heading}" is missing' in p for p in t1(without(CHINESE, heading), language="zh"))


def test_a_section_must_not_be_empty() -> None:
    empty = ENGLISH.replace("## Common mistakes\n", "## Common mistakes\n\n## Why it fails\n")
    assert t1(empty) == ['section "Common mistakes": there is nothing under this heading']


def test_length_is_within_forty_percent_of_the_target() -> None:
    words = count_words(ENGLISH)
    assert t1(lengthened(ENGLISH, 560 - words)) == []
    assert "leave out about" in t1(lengthened(ENGLISH, 600 - words))[-1]
    assert "add about" in t1(ENGLISH, size="short")[-1]
    short = "\n\n".join(p for p in ENGLISH.split("\n\n") if p.startswith("#") or len(p) < 90)
    assert "240 to 560 are asked for" in t1(short)[-1]


def test_code_fills_a_short_lesson_and_does_not_burden_a_long_one() -> None:
    code = "\n```text\n" + "one two three four five six\n" * 40 + "```\n\n## Summary"
    brief = "\n\n".join(
        p for p in ENGLISH.split("\n\n") if p.startswith("#") or len(p) < 150 or "Take most" in p
    )
    assert "add about" in t1(brief)[-1]
    assert t1(brief.replace("\n## Summary", code)) == []
    assert t1(ENGLISH.replace("\n## Summary", code)) == []


def test_chinese_is_counted_by_two_characters_a_word() -> None:
    assert t1(CHINESE, language="zh") == []
    assert "add about" in t1(CHINESE, size="full", language="zh")[-1]


def test_a_reply_cut_off_by_length_is_noticed() -> None:
    assert t2(ENGLISH) == []
    assert "cut off" in t2(ENGLISH, stopped=True)[0]


@pytest.mark.parametrize(
    "tail",
    [
        "It ends here.",
        "Is it done?",
        "结束了。",
        "「結束了。」",
        "**Well done!**",
        "(It ends here.)",
        'She said "done."',
        "Good luck 🎉",
        "See [the docs](https://example.org/a_b)",
        "It equals $x^2$",
        "จบแล้ว",
        "यह समाप्त हुआ।",
        "- flour\n- water\n- salt",
        "- One ends.\n- Two ends.",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "```python\nprint(1)\n```",
        "~~~~text\nx\n~~~~",
        "> ```text\n> x\n> ```",
    ],
)
def test_an_end_that_is_one_passes(tail: str) -> None:
    assert t2(f"# T\n\n{tail}") == []


@pytest.mark.parametrize(
    ("tail", "said"),
    [
        ("It ends in the", "middle of a sentence"),
        ("Look at these signs:", "middle of a sentence"),
        ("酵母吃面粉里的", "middle of a sentence"),
        ("- One ends.\n- Two ends in the", "middle of a sentence"),
        ("## Summary", "ends with the heading"),
        ("```python\nprint(1)", "never closed"),
        ("````text\nx\n```", "never closed"),
        ("```text\nx\n```\n\n```", "never closed"),
    ],
)
def test_an_end_that_was_cut_off_is_noticed(tail: str, said: str) -> None:
    assert said in t2(f"# T\n\n{tail}")[0]


def test_nothing_at_all_is_no_lesson() -> None:
    assert t2("") == ["there is no text"]
    failed = check_tutorial("", size="mini", language="en", stopped_by_length=False)
    assert {"T1", "T2"} <= {r.check for r in failed if not r.passed}


def test_a_receipt_names_place_and_fault() -> None:
    receipt = check_tutorial(without(ENGLISH, "Summary"), size="mini", language="en", stopped_by_length=False)
    assert receipt[0].message == 'sections: the section "## Summary" is missing'
    assert (receipt[0].check, receipt[0].level, receipt[0].passed) == ("T1", "gate", False)
