"""Q5-Q8 and Q10: wording that breaks or gives away, explanations, and answers that stand elsewhere."""

import pytest

from tests.quality.quizzes import CHINESE, GOOD, a_question, a_quiz
from trailwright.domain.content import OptionFeedback, Question, Quiz
from trailwright.quality.quiz import check_q7, check_q8, check_q10, key_positions
from trailwright.quality.wording import check_q5, check_q6, flaws_of

Changes = dict[str, object]


def with_option(text: str) -> list[Question]:
    return [a_question(options=["Flour", "Water", text], correct_answer=[0])]


@pytest.mark.parametrize(
    "text",
    [
        "All of the above",
        "none of the above.",
        "Both A and B",
        "both (a) and (b)",
        "Neither A nor C",
        "A and B",
        "A, B and C",
        "Only A and C",
        "All of these",
        "All the answers above",
        "Both options are correct",
        "The first option",
        "Option B",
        "I and II only",
        "以上都是",
        "以上皆非",
        "上述都不对",
        "都不对",
        "A和B",
        "選項B",
        "前两项",
        "两者都是",
        "上記のすべて",
        "위의 모두",
        "Todas las anteriores",
        "Toutes les réponses ci-dessus",
        "Alle oben genannten",
        "Nenhuma das anteriores",
        "Tutte le precedenti",
        "Все вышеперечисленное",
        "Tất cả đáp án trên",
        "उपरोक्त सभी",
        "جميع ما سبق",
    ],
)
def test_positional_wording_is_found(text: str) -> None:
    (found,) = check_q5(with_option(text))
    assert "refers to other options" in found.message


@pytest.mark.parametrize(
    "text",
    [
        "Water and salt",
        "Both flour and water",
        "Above 25 degrees",
        "All flour is the same",
        "It rises above the rim",
        "Vitamin B and iron",
        "None",
        "Plan A",
        "An option that can be left out",
        "The answer a user types",
        "25度以上",
        "以上线为准",
        "两个小时",
        "I am and you are",
        "i and j are equal",
        "Nichts davor",
    ],
)
def test_innocent_wording_passes(text: str) -> None:
    assert check_q5(with_option(text)) == []


@pytest.mark.parametrize(
    "explanation",
    [
        "Option B is right because yeast eats sugar and the others do not.",
        "The correct answer is C, since flour has no salt.",
        "The second option is wrong here.",
        "正确答案是B，因为酵母吃糖。",
        "第二个选项是错的。",
    ],
)
def test_explanations_that_name_a_place_are_found(explanation: str) -> None:
    (found,) = check_q5([a_question(explanation=explanation)])
    assert "options are shuffled" in found.message


@pytest.mark.parametrize(
    "explanation", ["The answer is a warm place.", "Another option is rye.", "答案在面粉里。"]
)
def test_explanations_that_name_the_answer_pass(explanation: str) -> None:
    assert check_q5([a_question(explanation=explanation)]) == []


def test_letters_before_options_are_found() -> None:
    labelled = a_question(options=["A) Flour", "B) Water", "C) Salt"])
    assert "leave the letters out" in check_q5([labelled])[0].message
    assert check_q5([a_question(options=["1.5 g", "2.5 g", "a. m. only"])]) == []


def flaws(changes: Changes, language: str | None = "en") -> list[str]:
    return list(flaws_of(a_question(**changes), language))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"options": ["It always dies", "It slows down", "It turns red"]}, "absolute"),
        ({"options": ["It often dies", "It slows down", "It turns red"]}, "vague"),
        ({"question": "Which of these does not help the yeast?"}, "negated"),
        (
            {
                "question": "What does fermentation need?",
                "options": ["Cold air", "A fermentation starter", "A red jar"],
            },
            'repeats "fermentation"',
        ),
        ({"question": "You stir the dough with an:", "options": ["iron", "spoon", "fork"]}, '"a" or "an"'),
        ({"question": "The yeast in a warm place"}, "no question"),
    ],
)
def test_each_flaw_is_found_and_one_alone_is_let_pass(changes: Changes, said: str) -> None:
    found = flaws(changes)
    assert len(found) == 1
    assert said in found[0]
    assert check_q6([a_question(**changes)], language="en") == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"options": ["总是变冷", "慢下来", "变成红色"]}, "absolute"),
        ({"options": ["往往变冷", "慢下来", "变成红色"]}, "vague"),
        ({"question": "下列哪一项不是酵母需要的？"}, "negated"),
        ({"question": "温暖的厨房里的酵母"}, "no question"),
    ],
)
def test_flaws_are_found_in_chinese(changes: Changes, said: str) -> None:
    base = {"question": "天冷时酵母会怎样？", "options": ["变冷", "慢下来", "变成红色"]}
    found = flaws(base | changes, "zh")
    assert len(found) == 1
    assert said in found[0]
    assert flaws(base | changes, None) == found


def test_two_flaws_in_one_question_fail() -> None:
    bad = a_question(options=["It always dies", "It often slows down", "It turns red"])
    (found,) = check_q6([bad], language="en")
    assert (found.check, found.level, found.where) == ("Q6", "gate", "question 1")
    assert "absolute" in found.message
    assert "vague" in found.message


@pytest.mark.parametrize(
    "changes",
    [
        {"question": "Which of these does **not** help?"},
        {"question": "Which of these does NOT help?"},
        {"question": "Your dough does not rise. What will you try?"},
        {"question": "The yeast lives in ____."},
        {"question": "Select what the yeast eats."},
        {"options": ["It always dies", "It always slows down", "It turns red"]},
        {"question_type": "true_false", "question": "Yeast is alive.", "options": ["Always true", "False"]},
    ],
)
def test_what_only_looks_like_a_flaw_is_none(changes: Changes) -> None:
    assert flaws(changes) == []


def test_words_are_not_looked_for_in_other_languages() -> None:
    assert flaws({"options": ["Er stirbt immer", "all", "often some"]}, "de") == []


def test_an_explanation_has_twelve_words_of_its_own() -> None:
    eleven = "Less old dough means that flour feeds fewer cells for longer"
    assert "has 11 words" in check_q7([a_question(explanation=eleven)])[0].message
    assert check_q7([a_question(explanation=f"{eleven} hours")]) == []
    again = "The food lasts longer for the yeast; you should take some of the old mixture away."
    assert "only repeats" in check_q7([a_question(explanation=again)])[0].message
    assert (
        "has 11 words"
        in check_q7([a_question(explanation="酵母吃得久所以活力就保持得比以前更好一些了")])[0].message
    )


@pytest.mark.parametrize(("own", "fine"), [("jar light", False), ("jar light bubbles", True)])
def test_an_explanation_has_three_words_that_question_and_key_have_not(own: str, *, fine: bool) -> None:
    text = f"You should take some of the old mixture away before feeding it: {own}"
    assert (check_q7([a_question(explanation=text)]) == []) is fine


def test_each_distractor_names_its_misconception_and_a_concept_to_revisit() -> None:
    good = OptionFeedback(misconception="x", revisit_concept_id="c")
    for bad, said in [
        (OptionFeedback(), "name the misconception"),
        (OptionFeedback(misconception=" ", revisit_concept_id="c"), "name the misconception"),
        (OptionFeedback(misconception="x"), "name the concept"),
        (OptionFeedback(misconception="x", revisit_concept_id="far"), "neither this one"),
    ]:
        question = a_question(option_feedback=[good, OptionFeedback(), bad])
        (found,) = check_q7([question], revisit_ids=["c", "d"])
        assert said in found.message
    assert check_q7([a_question(option_feedback=[good, OptionFeedback(), good])], revisit_ids=["c"]) == []
    assert len(check_q7([a_question(option_feedback=[])])) == 2


def test_only_single_choices_need_feedback() -> None:
    assert (
        check_q7([a_question(question_type="multiple_choice", correct_answer=[0, 1], option_feedback=[])])
        == []
    )


@pytest.mark.parametrize(
    ("stem", "key", "fine"),
    [
        ("What does wild yeast eat?", "Wild yeast", False),
        ("What does wild yeast eat?", "Sugar", True),
        ("Is it 3 or 4?", "3", True),
        ("What is art made of?", "Car", True),
        ("Which rye is dark?", "Rye", True),
        ("Which corn is sweet?", "Corn", False),
        ("天然酵母吃什么？", "酵母", False),
        ("天然酵母吃什么？", "糖分", True),
    ],
)
def test_a_stem_does_not_contain_its_key(stem: str, key: str, fine: bool) -> None:
    question = a_question(question=stem, options=[key, "Something", "Else"], correct_answer=[0])
    assert (check_q8([question]) == []) is fine


def test_a_stem_that_names_a_distractor_too_gives_nothing_away() -> None:
    options = ["Rye flour", "Wheat flour", "Salt"]
    stem = "Which is darker, rye flour or wheat flour?"
    assert check_q8([a_question(question=stem, options=options, correct_answer=[0])]) == []


@pytest.mark.parametrize(
    ("earlier", "stem", "key", "fine"),
    [
        (
            "Why do lactic acid bacteria sour the dough?",
            "What makes bread keep?",
            "Lactic acid bacteria",
            False,
        ),
        (
            "Paris, the capital of France, lies on which river?",
            "What is the capital of France?",
            "Paris",
            False,
        ),
        ("Why does yeast like warmth?", "What lifts the dough in the oven?", "Yeast", True),
        ("为什么乳酸菌会让面团变酸？", "什么让面包更耐放？", "乳酸菌", True),
        ("为什么野生酵母菌需要糖？", "什么让面团变大？", "野生酵母菌", False),
    ],
)
def test_an_earlier_question_does_not_answer_a_later_one(
    earlier: str, stem: str, key: str, fine: bool
) -> None:
    later = a_question(question=stem, options=[key, "Something", "Else"], correct_answer=[0])
    assert (check_q8([a_question(question=earlier), later]) == []) is fine
    assert check_q8([later, a_question(question=earlier)]) == []


def test_a_given_away_answer_is_named_with_both_questions() -> None:
    first = a_question(question="Why does wild yeast like warmth?")
    later = a_question(
        question="What lifts dough?", options=["Wild yeast", "Salt", "Sand"], correct_answer=[0]
    )
    own = a_question(question="What does wild yeast eat?", options=later.options, correct_answer=[0])
    (found,) = check_q8([first, later])
    assert (found.where, found.message) == (
        "question 2",
        'question 1 already contains its answer "Wild yeast"',
    )
    assert check_q8([own])[0].where == "question 1"


def test_terms_stand_in_the_lesson() -> None:
    lesson = "With less old dough in the jar a spoon of flour feeds fewer cells for hours; it lasts longer."
    assert check_q10([a_question()], tutorial=lesson) == []
    (found,) = check_q10([a_question()], tutorial="Something else entirely.")
    assert found.level == "score"
    assert "does not speak of" in found.message
    assert check_q10(CHINESE.questions[:1], tutorial="今天讲怎样骑自行车。") != []


def keys_at(places: list[int], options: int = 4) -> Quiz:
    texts = [f"option number {n}" for n in range(options)]
    return a_quiz(*[a_question(options=texts, correct_answer=[place]) for place in places])


def test_keys_that_all_stand_on_one_place_are_found_over_a_roadmap() -> None:
    assert key_positions([keys_at([0, 1, 2, 3] * 5)]) == []
    (found,) = key_positions([keys_at([1] * 10), keys_at([1] * 5 + [0, 2, 3])])
    assert (found.check, found.where) == ("Q5", "roadmap")
    assert "15 of 18 right answers stand on place 2" in found.message


@pytest.mark.parametrize(("ones", "fine"), [(11, True), (12, False)])
def test_chance_is_allowed_for(ones: int, *, fine: bool) -> None:
    others = [(0, 2, 3)[i % 3] for i in range(20 - ones)]
    assert (key_positions([keys_at([1] * ones + others)]) == []) is fine


def test_few_questions_say_nothing_about_places() -> None:
    assert key_positions([keys_at([1] * 11)]) == []
    assert key_positions([keys_at([1] * 12)]) != []
    assert key_positions([GOOD, a_quiz(a_question(correct_answer=[9]))]) == []
