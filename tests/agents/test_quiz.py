import re
from typing import Any

import pytest

from tests.agents.people import a_context, a_framework, a_learner, says, text_of
from trailwright.agents import quiz
from trailwright.agents.base import Rejected
from trailwright.agents.contexts import ContentContext
from trailwright.agents.shuffle import permutation
from trailwright.domain.content import Quiz
from trailwright.domain.preferences import SIZES

STEMS = (
    "What should Ana do when her dough has doubled after two hours?",
    "Which sign shows that the shaped loaf is ready for the oven?",
    "How does a colder kitchen change the time that a rise takes?",
    "Why does the poke test use a wet finger?",
    "When is a basket with a cloth worth the trouble?",
    "Where should the bowl stand overnight for a slow rise?",
    "Who gains most from writing down the time of each fold?",
)
KEYS = (
    "shape it now",
    "a slow dent",
    "it gets longer",
    "it comes off clean",
    "with very wet mixes",
    "in the refrigerator",
    "a weekly baker",
)


def a_question(number: int = 0, **changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "kind": "single_choice",
        "question": STEMS[number],
        "right": [KEYS[number]],
        "wrong": [
            {"text": f"add more flour {number}", "misconception": "More flour repairs every loaf."},
            {"text": f"bake it hotter {number}", "misconception": "Heat makes up for a short Kneading time."},
        ],
        "explanation": "A dough that has risen enough keeps its shape in the oven, so this step helps most.",
        "difficulty": ("easy", "medium", "hard")[number % 3],
    }
    return {**facts, **changes}


def read(*questions: dict[str, Any], size: Any = "mini", **changes: Any) -> Quiz:
    ctx = a_context(a_learner(size=size), **changes)
    return quiz.Reader(ctx, "quiz-1")(says({"questions": questions}), "stop").value


def first(**changes: Any) -> Any:
    """The first of three questions, with changes."""
    return read(a_question(0, **changes), a_question(1), a_question(2)).questions[0]


def keys(question: Any) -> set[str]:
    return {question.options[i] for i in question.correct_answer}


def test_a_good_quiz_is_stored_with_ids_keys_and_receipt() -> None:
    reader = quiz.Reader(a_context(a_learner(size="mini")), "quiz-1")
    made = reader(says({"questions": [a_question(n) for n in range(4)]}), "stop")
    assert (made.value.quiz_id, made.value.concept_id, made.value.total_questions) == ("quiz-1", "c-proof", 4)
    assert [q.question_id for q in made.value.questions] == ["q1", "q2", "q3", "q4"]
    assert [keys(q) for q in made.value.questions] == [{key} for key in KEYS[:4]]
    passed = {check.check for check in made.checks if check.passed}
    assert {"Q1", "Q2", "Q3", "Q4", "Q5"} <= passed


def test_feedback_moves_along_with_its_option() -> None:
    for question in read(*(a_question(n) for n in range(4))).questions:
        for number, (text, feedback) in enumerate(
            zip(question.options, question.option_feedback, strict=True)
        ):
            if number in question.correct_answer:
                assert feedback.misconception is None
            else:
                expected = "More flour" if text.startswith("add") else "Heat makes"
                assert (feedback.misconception or "").startswith(expected)


def test_a_misconception_points_to_the_prerequisite_it_names_else_to_this_concept() -> None:
    question = first()
    targets = dict(zip(question.options, question.option_feedback, strict=True))
    assert targets["bake it hotter 0"].revisit_concept_id == "c-knead"
    assert targets["add more flour 0"].revisit_concept_id == "c-proof"


def test_the_same_seed_gives_the_same_order_and_seeds_differ() -> None:
    given = [a_question(n) for n in range(4)]
    orders = {tuple(tuple(q.options) for q in read(*given, seed=seed).questions) for seed in range(20)}
    assert read(*given, seed=3) == read(*given, seed=3)
    assert len(orders) > 10


def test_keys_stand_at_every_place_about_equally_often() -> None:
    places = [0, 0, 0]
    for seed in range(100):
        for question in read(*(a_question(n) for n in range(3)), seed=seed).questions:
            places[question.correct_answer[0]] += 1
    assert all(70 <= n <= 130 for n in places), places


def test_a_permutation_has_every_number_once() -> None:
    for count in range(7):
        assert sorted(permutation(count, "seed", 1)) == list(range(count))
    assert permutation(5, "a", "b") != permutation(5, "ab")


def test_options_that_say_the_same_are_dropped_when_three_remain() -> None:
    wrong = [
        {"text": "Shape it now!", "misconception": "m"},
        {"text": "wait a day", "misconception": "m"},
        {"text": "Wait  a day.", "misconception": "m"},
    ]
    made = read(a_question(0), a_question(1), a_question(2), a_question(3, wrong=wrong[1:]))
    assert made.total_questions == 3
    wrong.append({"text": "freeze the dough", "misconception": "m"})
    question = first(wrong=[*wrong[:2], wrong[3]])
    assert sorted(question.options) == ["freeze the dough", "shape it now", "wait a day"]
    assert keys(question) == {"shape it now"}


def test_labels_before_options_go_and_a_lone_one_is_part_of_the_answer() -> None:
    wrong = [{"text": "B) wait a day", "misconception": "m"}, {"text": "(C) freeze it", "misconception": "m"}]
    assert sorted(first(right=["A) shape it now"], wrong=wrong).options) == [
        "freeze it",
        "shape it now",
        "wait a day",
    ]
    wrong[1] = {"text": "freeze it", "misconception": "m"}
    assert "B) wait a day" in first(wrong=wrong).options


def test_kinds_follow_the_number_of_keys() -> None:
    one = first(right=["shape it now", "bake it later"])
    assert (one.question_type, keys(one)) == ("single_choice", {"shape it now"})
    single = first(kind="multiple_choice")
    assert single.question_type == "single_choice"
    two = first(kind="multiple_choice", right=["shape it now", "bake it later"])
    assert (two.question_type, keys(two)) == ("multiple_choice", {"shape it now", "bake it later"})


def test_true_or_false_has_two_options() -> None:
    wrong = [{"text": "False", "misconception": "m"}, {"text": "Maybe", "misconception": "m"}]
    question = first(
        kind="true_false", question="Is it true that dough needs a rest?", right=["True"], wrong=wrong
    )
    assert sorted(question.options) == ["False", "True"]
    assert keys(question) == {"True"}


def test_a_question_asked_before_is_left_out() -> None:
    given = [a_question(n) for n in range(4)]
    assert [q.question for q in read(*given, earlier_stems=(STEMS[2].upper(),)).questions] == [
        STEMS[0],
        STEMS[1],
        STEMS[3],
    ]
    assert read(*given[:3], given[2], a_question(3)).total_questions == 4


def test_a_flawed_question_is_left_out_while_enough_remain() -> None:
    long_key = "it " + "certainly and without any doubt " * 3 + "takes longer"
    made = read(a_question(0), a_question(1), a_question(2, right=[long_key]), a_question(3))
    assert [q.question for q in made.questions] == [STEMS[0], STEMS[1], STEMS[3]]


def test_a_flawed_question_that_is_needed_is_named_in_the_rejection() -> None:
    long_key = "it " + "certainly and without any doubt " * 3 + "takes longer"
    with pytest.raises(Rejected) as caught:
        read(a_question(0), a_question(0), a_question(1), a_question(2, right=[long_key]))
    assert [f.check for f in caught.value.findings] == ["Q4", "Q3"]
    assert caught.value.findings[0].where == f'question 4 ("{STEMS[2]}")'


def test_options_that_lean_on_others_are_left_out_when_three_remain() -> None:
    wrong = [*a_question()["wrong"], {"text": "All of the above", "misconception": "m"}]
    assert len(first(wrong=wrong).options) == 3
    with pytest.raises(Rejected) as caught:
        read(a_question(0, wrong=wrong[1:]), a_question(1), a_question(2))
    assert {(f.check, f.where) for f in caught.value.findings} >= {("Q2", "question 1")}


def test_too_few_usable_questions_are_rejected() -> None:
    with pytest.raises(Rejected):
        read(a_question(0), a_question(1))
    with pytest.raises(Rejected):
        read(*(a_question(n) for n in range(4)), size="short")
    assert read(*(a_question(n) for n in range(7)), size="full").total_questions == 7


def test_the_whole_questions_of_a_cut_off_answer_are_taken() -> None:
    text = says({"questions": [a_question(n) for n in range(4)]})
    cut = text[: text.rindex('"explanation"')]
    made = quiz.Reader(a_context(a_learner(size="mini")), "q")(cut, "length")
    assert [q.question for q in made.value.questions] == list(STEMS[:3])


@pytest.mark.parametrize(
    "text", ["", "{}", '{"questions": []}', "Sure!", '{"questions": [{"question": "a?"}]}']
)
def test_an_unreadable_quiz_is_rejected(text: str) -> None:
    with pytest.raises(Rejected):
        quiz.Reader(a_context(), "q")(text, "stop")


def test_sound_questions_of_a_rejected_answer_count_in_the_next() -> None:
    telling = "it grows, and the dough is then far too soft to be shaped by anyone at all"
    bad = [a_question(2, right=[telling]), a_question(3, right=[telling])]
    reader = quiz.Reader(a_context(a_learner(size="mini")), "q")
    with pytest.raises(Rejected) as first_time:
        reader(says({"questions": [a_question(0), a_question(1), *bad]}), "stop")
    assert {finding.check for finding in first_time.value.findings} == {"Q4"}
    with pytest.raises(Rejected):
        reader("no JSON at all", "stop")

    made = reader(says({"questions": [bad[1], a_question(4), a_question(1)]}), "stop")

    assert sorted(q.question for q in made.value.questions) == sorted([STEMS[0], STEMS[1], STEMS[4]])
    assert [q.question_id for q in made.value.questions] == ["q1", "q2", "q3"]


def test_no_more_questions_than_there_may_be() -> None:
    reader = quiz.Reader(a_context(a_learner(size="mini")), "q")
    made = reader(says({"questions": [a_question(n) for n in range(7)]}), "stop")
    assert len(made.value.questions) == 4


@pytest.mark.parametrize("size", SIZES)
def test_one_question_more_is_asked_for_than_is_needed(size: Any) -> None:
    schema = quiz.build(a_context(a_learner(size=size))).schema
    assert schema is not None
    questions = schema["properties"]["questions"]
    assert (questions["minItems"], questions["maxItems"]) == ((4, 4) if size == "mini" else (5, 7))
    kinds = questions["items"]["properties"]["kind"]["enum"]
    assert (kinds == ["single_choice"]) == (size == "mini")


def test_the_nearest_earlier_questions_are_shown() -> None:
    stems = (*(f"What is fact number {n}?" for n in range(40)), "How long is Proofing?")
    text = text_of(quiz.build(a_context(earlier_stems=stems)))
    assert "- How long is Proofing?" in text
    assert "Asked in other lessons" not in text_of(quiz.build(a_context()))


def test_lessons_of_a_mini_roadmap_side_by_side_ask_different_things() -> None:
    tree = a_framework()
    learner = a_learner(size="mini")
    asked = []
    for concept in tree.concepts():
        text = text_of(quiz.build(ContentContext(learner, tree, concept.concept_id)))
        asked.append({re.sub('".*"', "", line) for line in re.findall(r"- Question \d: (.*)", text)})
    assert all(2 <= len(lines) <= 4 for lines in asked)
    assert asked[0].isdisjoint(asked[1])


def test_no_key_stands_in_what_the_learner_gets() -> None:
    made = read(*(a_question(n) for n in range(4)))
    shown = str(made.without_keys())
    assert "correct_answer" not in shown
    assert "misconception" not in shown
    assert "keeps its shape" not in shown
