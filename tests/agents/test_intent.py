from datetime import date
from typing import Any

import pytest

from tests.agents.people import a_learner, an_intent, says
from trailwright.agents import intent
from trailwright.agents.base import Rejected


def read(learner: Any = None, **changes: Any) -> intent.Intent:
    answer = an_intent().model_dump() | changes
    return intent.parse(learner or a_learner(), says(answer), "stop")


def test_an_intent_can_be_kept_as_json_and_read_back() -> None:
    made = read()
    assert intent.Intent.model_validate_json(made.model_dump_json()) == made


def test_a_deadline_decides_the_weeks_not_the_model() -> None:
    learner = a_learner(target_deadline=date(2026, 12, 19))
    assert read(learner, recommended_weeks=52).recommended_weeks == 4
    assert read(recommended_weeks=52).recommended_weeks == 52


def test_what_is_known_already_is_not_required() -> None:
    made = read(required_skills=["Weighing", "baking", "Baking"], known_skills=["weighing"])
    assert [s.casefold() for s in made.required_skills] == ["baking"]


def test_required_skills_stay_when_all_of_them_are_called_known() -> None:
    assert read(required_skills=["baking"], known_skills=["baking"]).required_skills == ["baking"]


def test_a_mini_roadmap_has_no_more_skills_than_it_can_hold() -> None:
    skills = ["one", "two", "three", "four", "five"]
    assert len(read(a_learner(size="mini"), required_skills=skills).required_skills) == 3


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("learn how to feed a starter", "feed a starter"),
        ("Understand the process of fermentation", "process of fermentation"),
        ("know about ovens", "ovens"),
        ("学习围棋的基本规则", "围棋的基本规则"),
        ("学习围棋", "学习围棋"),
        ("Knowledge of flour", "Knowledge of flour"),
        ("understand", "understand"),
    ],
)
def test_a_skill_is_named_by_itself_not_by_the_way_to_it(said: str, kept: str) -> None:
    assert read(required_skills=[said, "bake"]).required_skills == [kept, "bake"]


def test_a_question_needs_a_choice_and_is_asked_once() -> None:
    asked = {"question": "Which Go?", "options": ["language", "game", "Game"]}
    dull = {"question": "Sure?", "options": ["yes"]}
    made = read(questions=[asked, dull])
    assert [q.question for q in made.questions] == ["Which Go?"]
    assert len(made.questions[0].options) == 2
    assert len(read(questions=[asked, asked]).questions) == 1


def test_nothing_is_asked_again_once_the_learner_has_answered() -> None:
    learner = a_learner(answers={"Which Go?": ""})
    asked = {"question": "Which Go?", "options": ["language", "game"]}
    assert read(learner, questions=[asked]).questions == []
    assert "the learner has answered" in intent.build(learner).messages[1].content


@pytest.mark.parametrize("field", ["title", "subject", "summary", "required_skills"])
def test_an_intent_without_its_heart_is_rejected(field: str) -> None:
    answer = an_intent().model_dump()
    del answer[field]
    with pytest.raises(Rejected):
        intent.parse(a_learner(), says(answer), "stop")


def test_a_refusal_inside_the_form_is_a_refusal() -> None:
    with pytest.raises(Rejected) as caught:
        read(summary="I'm sorry, but I cannot help with this goal.")
    assert caught.value.refused


def test_a_goal_about_sorry_is_no_refusal() -> None:
    assert read(summary="The learner can say sorry, I can't and no puedo in Spanish.")
