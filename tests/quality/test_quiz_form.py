"""Q1-Q4, Q11, size and language of a quiz: each with a good and a bad one, and at its borders."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from tests.quality.quizzes import CHINESE, GOOD, a_question, a_quiz
from trailwright.domain.content import Question, Quiz
from trailwright.quality.options import same_answer
from trailwright.quality.quiz import (
    check_q1,
    check_q2,
    check_q3,
    check_q4,
    check_q11,
    check_quiz,
    check_size,
)
from trailwright.quality.stems import SAME_STEM, Asked


def failed(quiz: Quiz, **known: object) -> dict[str, str]:
    receipt = check_quiz(quiz, size="mini", **known)  # type: ignore[arg-type]  # handed through
    return {r.check: r.message for r in receipt if not r.passed}


@pytest.mark.parametrize(("quiz", "language"), [(GOOD, "en"), (CHINESE, "zh")])
def test_a_good_quiz_passes_every_check(quiz: Quiz, language: str) -> None:
    assert failed(quiz, language=language, revisit_ids=["c"]) == {}
    checks = [r.check for r in check_quiz(quiz, size="mini", language=language)]
    assert checks == ["Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7", "Q8", "Q11", "size", "language"]


@pytest.mark.parametrize(
    ("kind", "keys", "fine"),
    [
        ("single_choice", [0], True),
        ("single_choice", [], False),
        ("single_choice", [0, 1], False),
        ("single_choice", [3], False),
        ("single_choice", [-1], False),
        ("single_choice", [1, 1], False),
        ("multiple_choice", [0, 2], True),
        ("multiple_choice", [0], False),
        ("multiple_choice", [0, 1, 2], False),
        ("true_false", [0], False),
    ],
)
def test_the_number_of_keys_fits_the_kind(kind: str, keys: list[int], fine: bool) -> None:
    found = check_q1([a_question(question_type=kind, correct_answer=keys)])
    assert (found == []) is fine


def test_true_or_false_has_two_options_and_one_key() -> None:
    assert (
        check_q1([a_question(question_type="true_false", options=["True", "False"], correct_answer=[1])])
        == []
    )
    two = a_question(question_type="true_false", options=["True", "False"], correct_answer=[0, 1])
    assert "one key" in check_q1([two])[0].message


def test_an_empty_question_and_an_empty_quiz_are_found() -> None:
    assert check_q1([a_question(question="  ")])[0].message == "the question is empty"
    assert check_q1([])[0].where == "quiz"


@pytest.mark.parametrize(("count", "fine"), [(2, False), (3, True), (5, True), (6, False)])
def test_three_to_five_options(count: int, fine: bool) -> None:
    options = ["flour", "water", "salt", "yeast", "sugar", "milk"][:count]
    assert (check_q2([a_question(options=options, correct_answer=[0])]) == []) is fine


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Rye flour", "rye  flour."),
        ("Rye-flour", "rye flour"),
        ("1,000", "1000"),
        ("1000.0", "1000"),
        ("3.50", "3.5"),
        ("3,5", "3.5"),
        ("Three", "3"),
        ("１２", "12"),
        ("天然酵母", "天然酵母。"),
        ("三", "3"),
        ("“Salt”", "salt"),
    ],
)
def test_the_same_answer_in_another_form_is_found(one: str, two: str) -> None:
    assert same_answer(one) == same_answer(two)
    (found,) = check_q2([a_question(options=[one, two, "something else"], correct_answer=[2])])
    assert "are the same answer" in found.message


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("a[0]", "a(0)"),
        ("x < y", "x > y"),
        ("-5", "5"),
        ("3.5", "35"),
        ("1.10", "1.01"),
        ("10", "1"),
        ("a.b", "ab"),
        ("==", "="),
        ("v1.2.0", "v1.2"),
        ("C++", "C#"),
        ("酵母", "酵种"),
        ("0.5 g", "5 g"),
    ],
)
def test_answers_that_differ_in_what_matters_are_two(one: str, two: str) -> None:
    assert same_answer(one) != same_answer(two)


def test_an_empty_option_is_found() -> None:
    assert check_q2([a_question(options=["a cup", " ", "b cup"], correct_answer=[0])])[0].message == (
        "an option is empty"
    )


def stems(*texts: str) -> list[Question]:
    return [a_question(question=text) for text in texts]


def test_stems_that_ask_the_same_are_found_in_the_quiz_and_the_roadmap() -> None:
    assert check_q3(stems("Why does dough rise?", "How warm should water be?")) == []
    (twice,) = check_q3(stems("Why does dough rise?", "Why does the dough rise?"))
    assert "nearly the same as question 1" in twice.message
    (before,) = check_q3(
        stems("Why does dough rise?"), earlier_stems=["What is salt?", "Why does dough rise?"]
    )
    assert "another quiz of this roadmap" in before.message


@pytest.mark.parametrize(("other", "fine"), [("a" * 17 + "ccc", False), ("a" * 16 + "cccc", True)])
def test_stems_differ_from_a_ratio_under_eighty_five(other: str, *, fine: bool) -> None:
    found = check_q3(stems("a" * 17 + "bbb", other))
    assert (found == []) is fine
    assert [f.where for f in found] in ([], ["question 2"])


def test_long_stems_that_share_a_third_of_their_words_are_measured() -> None:
    asked = "which of these signs tells you that the dough has risen long enough"
    repeated = "which of those signs tells you that a dough has risen for long enough"
    other = "which of these tools keeps an oven damp while bread is being baked"
    assert Asked([other, asked]).near(repeated) == 1
    assert Asked([other]).near(repeated) is None
    assert Asked([other, ""]).near("") is None


_FEW = st.sampled_from(
    ["a", "the", "dough", "oven", "fermentation", "why", "rises", "salt", "water", "x" * 9]
)


@given(
    st.lists(st.lists(_FEW, max_size=12).map(" ".join), max_size=8), st.lists(_FEW, max_size=12).map(" ".join)
)
def test_nothing_near_is_passed_over(earlier: list[str], stem: str) -> None:
    ratios = [fuzz.token_set_ratio(stem, other) for other in earlier]
    near = Asked(earlier).near(stem)
    if near is not None:
        assert ratios[near] >= SAME_STEM
    elif stem:
        assert all(_shares_little(stem, earlier[n]) for n, ratio in enumerate(ratios) if ratio >= SAME_STEM)


def _shares_little(one: str, other: str) -> bool:
    mine, others = set(one.split()), set(other.split())
    fewest = min(sum(map(len, mine)), sum(map(len, others)))
    return min(len(mine), len(others)) >= 6 and 3 * sum(map(len, mine & others)) < fewest


def test_chinese_stems_are_compared_by_pairs_of_characters() -> None:
    assert check_q3(stems("为什么面团会变大？", "怎样保存天然酵种？")) == []
    assert len(check_q3(stems("为什么面团会变大？", "为什么面团会变大呢？"))) == 1


@pytest.mark.parametrize(
    ("key", "fine"),
    [
        ("ab cd ef ghijklm", True),  # 16 characters: a third longer than 12
        ("ab cd ef ghijklmn", False),  # 17
        ("abcdefghijklmnop qrst uv", True),  # under four words
        ("酵母吃掉面粉糖", True),
        ("酵母吃掉面粉里的糖分以后就会放出气体", False),
    ],
)
def test_a_key_is_at_most_a_third_longer_than_the_longest_distractor(key: str, fine: bool) -> None:
    found = check_q4([a_question(options=[key, "123456789012", "short"], correct_answer=[0])])
    assert (found == []) is fine


def test_length_does_not_count_in_true_or_false() -> None:
    options = ["That is true in each and every case", "No"]
    assert check_q4([a_question(question_type="true_false", options=options, correct_answer=[0])]) == []


def test_every_key_of_a_multiple_choice_is_measured() -> None:
    options = ["one two three four five six", "seven", "eight", "nine"]
    question = a_question(question_type="multiple_choice", options=options, correct_answer=[0, 1])
    assert "shorten it" in check_q4([question])[0].message


def test_kinds_and_difficulty_should_vary() -> None:
    same = [a_question(question_id=str(n)) for n in range(5)]
    assert [f.message for f in check_q11(same)] == ["all questions are of one kind", "all questions are easy"]
    assert [f.message for f in check_q11(same[:4])] == ["all questions are easy"]
    assert check_q11(same[:2]) == []
    assert {f.level for f in check_q11(same)} == {"score"}
    assert check_q11(GOOD.questions) == []


@pytest.mark.parametrize(
    ("size", "fine"), [("mini", {3, 4}), ("short", {5, 6, 7, 8}), ("full", {5, 6, 7, 8})]
)
def test_a_quiz_has_its_size(size: str, fine: set[int]) -> None:
    for count in range(10):
        found = check_size([a_question()] * count, size=size)  # type: ignore[arg-type]  # a size, by the table
        assert (found == []) is (count in fine)


def test_a_quiz_in_another_language_is_found() -> None:
    assert "not written in German" in failed(GOOD, language="de")["language"]
    assert "language" in failed(CHINESE, language="en")


def test_one_question_alone_is_judged_by_itself() -> None:
    assert set(failed(a_quiz(a_question()))) == {"size"}
