import contextlib
import random
from typing import Any

import pytest

from tests.agents.people import random_answer, says
from trailwright.agents.base import Rejected
from trailwright.agents.reading import read_answer, shorten
from trailwright.agents.schemas import (
    ANSWERS,
    IntentAnswer,
    ModuleAnswer,
    Shape,
    SuggestionsAnswer,
    ValidationAnswer,
    answer_schema,
)

CONCEPT = {
    "name": "Kneading",
    "description": "Work the dough.",
    "objectives": ["Knead a dough"],
    "difficulty": "easy",
    "hours": 1,
    "keywords": ["gluten"],
    "prerequisites": [],
}


def read(shape: type[Shape], value: Any) -> Any:
    return read_answer(shape, answer_schema(shape), says(value), "stop")


def a_read_concept(**changes: Any) -> Any:
    return read(ModuleAnswer, {"concepts": [{**CONCEPT, **changes}]}).concepts[0]


@pytest.mark.parametrize(
    ("given", "expected"),
    [("2", 2), ("1,5 hours", 1.5), (0, 0.25), (99, 8), (None, 0.25), ("many", 0.25), (True, 1)],
)
def test_hours_become_a_number_within_bounds(given: object, expected: float) -> None:
    assert a_read_concept(hours=given).hours == expected


@pytest.mark.parametrize(
    ("given", "expected"), [("EASY", "easy"), ("advanced", "hard"), ("mediun", "medium"), ("?", "easy")]
)
def test_a_nearly_right_choice_is_understood(given: str, expected: str) -> None:
    assert a_read_concept(difficulty=given).difficulty == expected


def test_lists_are_made_split_and_cut() -> None:
    concept = a_read_concept(keywords="gluten, folding、water", objectives=[f"Do {n}" for n in range(9)])
    assert concept.keywords == ["gluten", "folding", "water"]
    assert concept.objectives == ["Do 0", "Do 1", "Do 2"]
    assert a_read_concept(objectives="Knead a dough").objectives == ["Knead a dough"]
    assert a_read_concept(prerequisites=None).prerequisites == []


def test_objects_and_lists_in_the_place_of_text_give_their_text() -> None:
    concept = a_read_concept(name={"name": "Kneading"}, keywords=[{"term": "gluten"}, None, "", 7])
    assert concept.name == "Kneading"
    assert concept.keywords == ["gluten", "7"]


def test_long_text_is_cut_between_words() -> None:
    assert len(a_read_concept(description="word " * 200).description) <= 200
    assert shorten("one two three", 9) == "one two"
    assert shorten("一二三四，五六七八九十", 7) == "一二三四"


def test_what_no_database_takes_goes() -> None:
    assert a_read_concept(name="Knead\x00ing\x1b").name == "Kneading"
    text = says({"concepts": [CONCEPT]}).replace("Kneading", "Knead\\ud83ding")
    read_back = read_answer(ModuleAnswer, answer_schema(ModuleAnswer), text, "stop")
    assert read_back.concepts[0].name.encode() == b"Kneading"


@pytest.mark.parametrize(
    "value",
    [
        {"TrailwrightModule": {"concepts": [CONCEPT]}},
        {"result": [CONCEPT]},
        [CONCEPT],
        {"concepts": CONCEPT},
        {"concepts": [CONCEPT, {"name": ""}, "", 3, None]},
    ],
)
def test_wrappers_and_unusable_items_are_looked_past(value: object) -> None:
    assert read(ModuleAnswer, value).concepts[0].name == "Kneading"


def test_a_bare_name_becomes_an_object_where_the_rest_may_be_empty() -> None:
    problems = read(ValidationAnswer, {"problems": ["No baking at all"]}).problems
    assert problems[0].problem == "No baking at all"


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"concepts": []}, "concepts"),
        ({}, "concepts"),
        ({"concepts": [{**CONCEPT, "name": " "}]}, "concepts 1.name"),
        ({"concepts": [{**CONCEPT, "objectives": []}]}, "concepts 1.objectives"),
        ("text", "concepts 1"),
    ],
)
def test_what_cannot_be_mended_is_rejected_with_its_place(value: object, where: str) -> None:
    text = says({"concepts": value} if isinstance(value, str) else value)
    with pytest.raises(Rejected) as caught:
        read_answer(ModuleAnswer, answer_schema(ModuleAnswer), text, "stop")
    assert caught.value.findings[0].where.startswith(where)


def test_numbers_that_are_no_numbers_do_no_harm() -> None:
    text = says({"concepts": [CONCEPT]}).replace('"hours": 1', '"hours": NaN')
    assert read_answer(ModuleAnswer, answer_schema(ModuleAnswer), text, "stop").concepts[0].hours == 0.25
    text = text.replace("NaN", "1e999")
    assert read_answer(ModuleAnswer, answer_schema(ModuleAnswer), text, "stop").concepts[0].hours == 8


@pytest.mark.parametrize("shape", ANSWERS, ids=lambda s: s.schema_name)
def test_a_valid_answer_is_read_as_it_is(shape: type[Shape]) -> None:
    """Only white space at the ends and what is not text at all may differ."""
    rng = random.Random(7)
    schema = answer_schema(shape)
    for _ in range(50):
        value = random_answer(schema, rng)
        try:
            answer = read_answer(shape, schema, says(value), "stop")
        except Rejected:
            continue
        assert set(answer.model_dump()) == set(value)


@pytest.mark.parametrize("junk", [1, "x", None, [], [[]], [1], {"a": 1}, {"questions": {}}, {"title": []}])
@pytest.mark.parametrize("shape", ANSWERS, ids=lambda s: s.schema_name)
def test_any_json_gives_an_answer_or_a_rejection_never_an_error(shape: type[Shape], junk: object) -> None:
    with contextlib.suppress(Rejected):
        assert isinstance(read_answer(shape, answer_schema(shape), says(junk), "stop"), shape)


def test_suggestions_may_be_fewer_than_were_asked_for() -> None:
    value = {"suggestions": [{"query": "sourdough", "type": "video", "why": "See it."}]}
    assert read(SuggestionsAnswer, value).suggestions[0].type == "video"
    assert IntentAnswer.schema_name == "TrailwrightIntent"
