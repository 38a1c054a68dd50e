"""Whatever text comes, the checks end soon: seconds for far more than a model may write."""

import time
from collections.abc import Callable

import pytest

from tests.quality.lessons import ENGLISH
from tests.quality.quizzes import a_question, a_quiz
from tests.quality.samples import a_concept, a_framework
from trailwright.domain.content import CheckResult
from trailwright.domain.preferences import Preferences, Skill
from trailwright.quality.markdown import MAX_CHARS, MAX_LINES, parse, plain
from trailwright.quality.options import same_answer
from trailwright.quality.quiz import check_quiz
from trailwright.quality.report import judge
from trailwright.quality.roadmap import roadmap_checks
from trailwright.quality.tutorial import check_tutorial
from trailwright.quality.words import count_words, fold, tokens

CPU_SECONDS = 4
"""Generous for a busy machine; what goes quadratic takes minutes."""

PIECES = [
    "a",
    "[",
    "[a](",
    "![",
    "`a",
    "```\n",
    "**a ",
    "_a_ ",
    "<a ",
    "<!-- ",
    "<think",
    "> - ",
    "1. a\n",
    "# a\n",
    "a\n=\n",
    "[a]: b\n",
    "|a|b|\n|-|-|\n",
    "\\",
    "$a",
    "http://a",
    '"a',
    "“a",
    "as an ai ",
    "let me ",
    "which not ",
    "all of the ",
    "A and ",
    "以上都",
    "天然酵母",
    "为什么",
    "ا",
    "e\u0301",
    "\u200d",
    "🎉",
    "\x00",
    "1,000,",
    "0.0",
    "a.b'c:",
    " ",
    "\n",
    "\t",
    "\u2028",
]


def within_bounds(work: Callable[[], object]) -> None:
    start = time.process_time()
    work()
    assert time.process_time() - start < CPU_SECONDS


@pytest.mark.parametrize("piece", PIECES)
def test_a_lesson_of_one_thing_repeated_ends_soon(piece: str) -> None:
    lines = piece.count("\n")
    times = MAX_LINES // lines - ENGLISH.count("\n") if lines else MAX_CHARS
    text = ENGLISH + (piece * times)[: MAX_CHARS - len(ENGLISH)]
    within_bounds(lambda: check_tutorial(text, size="mini", language="zh", stopped_by_length=False))


@pytest.mark.parametrize("piece", PIECES)
def test_words_of_two_hundred_thousand_characters_are_counted_soon(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    within_bounds(lambda: [work(text) for work in (count_words, fold, tokens, plain, same_answer)])


@pytest.mark.parametrize("piece", PIECES)
def test_a_quiz_of_one_thing_repeated_ends_soon(piece: str) -> None:
    long = (piece * (20_000 // len(piece) + 1))[:20_000]
    quiz = a_quiz(*[a_question(question=long, options=[long, long + "x", "y"], explanation=long)] * 4)
    within_bounds(
        lambda: check_quiz(quiz, size="mini", language="en", earlier_stems=[long] * 3, tutorial=long)
    )


def test_a_lesson_that_is_far_too_long_only_says_so() -> None:
    (line,) = check_tutorial("word " * 40_000, size="full", language="en", stopped_by_length=False)
    assert (line.check, line.passed) == ("T1", False)
    assert "far too many" in line.message
    (line,) = check_tutorial("\n" * 4_000, size="full", language="en", stopped_by_length=False)
    assert "far too many" in line.message
    assert parse("x" * 200_000).blocks[0].text == "x" * MAX_CHARS


def test_a_huge_heading_makes_a_short_message() -> None:
    receipt = check_tutorial(f"## {'x' * 50_000}\n", size="mini", language="en", stopped_by_length=False)
    assert all(len(r.message) < 2_000 for r in receipt)


@pytest.mark.parametrize("piece", ["a", "天然", "which not ", "e\u0301", "\n"])
def test_a_framework_of_huge_strings_ends_soon(piece: str) -> None:
    long = piece * (20_000 // len(piece))
    framework = a_framework([[["a"]]])
    framework.stages[0].modules[0].concepts = [
        a_concept(f"c{i}", f"c{i - 1}", name=long + str(i)) for i in range(60)
    ]
    skill = Skill(technology="x", proficiency="expert")
    wishes = Preferences(learning_goal="x", tech_stack=(skill,))
    receipt: list[CheckResult] = []
    within_bounds(
        lambda: receipt.extend(
            roadmap_checks(
                framework, preferences=wishes, size="full", today=None, required_skills=["baking bread"]
            )
        )
    )
    assert all(len(r.message) < 5_000 for r in receipt)


def test_a_framework_of_many_nodes_ends_soon() -> None:
    names = [f"c{i}" for i in range(5_000)]
    circle = {name: [names[i - 1], names[i - 2], "ghost"] for i, name in enumerate(names)}
    document = a_framework([[names]], circle).model_dump(mode="json")
    within_bounds(lambda: judge("roadmap", document | {"preferences": {"learning_goal": "x"}}))
    modules = a_framework([[[name] for name in names]]).model_dump(mode="json")
    within_bounds(lambda: judge("roadmap", modules | {"preferences": {"learning_goal": "x"}}))
