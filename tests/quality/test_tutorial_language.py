"""T6, T7 and T11: the learner's language, a reading level that suits, and what a good lesson has in it."""

import pytest

from tests.quality.languages import TEXTS
from tests.quality.lessons import CHINESE, ENGLISH, without
from trailwright.quality.markdown import parse
from trailwright.quality.reading import check_t7, check_t11, flesch_kincaid
from trailwright.quality.tutorial import check_t6, check_tutorial


def t6(text: str, language: str) -> list[str]:
    return [f"{f.where}: {f.message}" for f in check_t6(parse(text), language=language)]


@pytest.mark.parametrize("language", TEXTS)
def test_a_lesson_in_the_learners_language_passes(language: str) -> None:
    assert t6(f"# X\n\n## Y\n\n{TEXTS[language]}", language) == []


def test_a_lesson_in_another_language_is_found() -> None:
    assert len(t6(ENGLISH, "de")) == 5
    assert len(t6(CHINESE, "en")) == 5
    assert t6(ENGLISH, "zh")[0].endswith("it is not written in Chinese; write it in Chinese")


def test_one_section_in_another_language_is_found_and_named() -> None:
    mixed = f"# X\n\n## One\n\n{TEXTS['de']}\n\n## Two\n\n{TEXTS['en']}\n"
    assert t6(mixed, "de") == [
        'section "Two": it is not written in German; it looks like English; write it in German'
    ]


def test_code_quotations_and_words_of_the_language_that_is_learned_do_not_count() -> None:
    text = "# Spanisch\n\n## Ser und estar\n\nDas Verb **ser** beschreibt, was etwas dauerhaft ist.\n\n"
    foreign = TEXTS["es"]
    assert t6(f"{text}> {foreign}\n\n```text\n{foreign}\n```\n\n*Hola, me llamo Ana*. „Gut.“\n", "de") == []
    assert (
        t6(f'{text}Man sagt: "{foreign[:250]}"\n\n| Wort | Satz |\n|---|---|\n| x | {foreign} |\n', "de")
        == []
    )


def test_short_sections_are_judged_together() -> None:
    text = "# Brot\n\n## A\n\nFeed it every day.\n\n## B\n\nWait for the dough to rise.\n"
    assert t6(text, "zh")[0].startswith("tutorial: ")
    assert t6("# Brot\n\n## A\n\nFeed it.\n", "zh") == []


def test_a_language_nobody_knows_is_noted_as_not_judged() -> None:
    receipt = check_tutorial(ENGLISH, size="mini", language="qu", stopped_by_length=False)
    line = next(r for r in receipt if r.check == "T6")
    assert line.passed
    assert "not known well enough" in line.message


HARD = (
    "Notwithstanding considerable methodological heterogeneity, contemporary investigations demonstrate "
    "that environmental acidification substantially influences microbiological fermentation kinetics, "
    "necessitating sophisticated experimental instrumentation. "
) * 6


def test_reading_level_follows_flesch_and_kincaid() -> None:
    simple = "The cat sat on the mat. The dog ran to the door. " * 12
    assert flesch_kincaid(simple) == pytest.approx(-1.3, abs=1)
    assert flesch_kincaid("Too short to tell.") is None
    hard = flesch_kincaid(HARD)
    assert hard is not None
    assert hard > 18


def test_the_reading_level_suits_the_learner() -> None:
    assert check_t7(parse(ENGLISH), level="beginner", language="en") == []
    (found,) = check_t7(parse(HARD), level="beginner", language="en")
    assert (found.level, "harder than suits" in found.message) == ("score", True)
    assert check_t7(parse(HARD), level="beginner", language="de") == []


def test_a_good_lesson_has_example_mistakes_summary_and_questions() -> None:
    assert check_t11(parse(ENGLISH), language="en") == []
    assert check_t11(parse(CHINESE), language="zh") == []


@pytest.mark.parametrize(
    ("text", "language", "missing"),
    [
        (without(ENGLISH, "Worked example"), "en", "a worked example"),
        (without(ENGLISH, "Common mistakes"), "en", "common mistakes"),
        (without(CHINESE, "总结"), "zh", "a summary"),
        (ENGLISH.replace("?", "."), "en", "asks the reader 0 questions"),
        (CHINESE.replace("？", "。"), "zh", "asks the reader 0 questions"),
    ],
)
def test_what_a_lesson_lacks_is_noted(text: str, language: str, missing: str) -> None:
    found = check_t11(parse(text), language=language)
    assert [f.level for f in found] == ["score"]
    assert missing in found[0].message


def test_questions_in_code_do_not_count() -> None:
    text = "# X\n\nSome text about things.\n\n```text\nReally? Why?\n```\n"
    assert len(check_t11(parse(text), language="de")) == 1
