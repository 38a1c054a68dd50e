"""What `trailwright check` says about a file, whatever is in it."""

import datetime as dt
import json
from typing import Any

import pytest

from tests.quality.lessons import CHINESE, ENGLISH
from tests.quality.quizzes import GOOD
from tests.quality.samples import a_framework
from trailwright.quality.report import NotCheckableError, judge, read

TODAY = dt.date(2026, 1, 5)
FRAMEWORK = a_framework([[["a", "b"]]], {"b": ["a"]}).model_dump(mode="json")
QUIZ = GOOD.model_dump(mode="json")


def checks(answer: dict[str, Any]) -> set[str]:
    return {f["check"] for f in answer["findings"]}


def test_a_framework_alone_is_judged_as_far_as_it_goes() -> None:
    answer = judge("roadmap", FRAMEWORK)
    assert answer["skipped"] == ["R4", "R5", "R8", "R10", "R11"]
    assert answer["passed"]
    assert checks(answer) == {"R9"}
    assert json.loads(json.dumps(answer)) == answer


def test_preferences_and_size_may_stand_beside_it() -> None:
    beside = {"preferences": {"learning_goal": "x", "available_hours_per_week": 5}, "size": "short"}
    for document in (
        FRAMEWORK | beside,
        {"framework": FRAMEWORK, "version": 3} | beside,
        {"roadmap": {"framework": FRAMEWORK}, "tutorials": {}} | beside,
    ):
        answer = judge("roadmap", document, today=TODAY)
        assert answer["skipped"] == ["R8"]
        assert not answer["passed"]
        assert "R5" in checks(answer)


def test_a_deadline_without_a_today_leaves_its_part_out() -> None:
    late = {"preferences": {"learning_goal": "x", "target_deadline": "2026-01-06"}}
    assert "R4" in judge("roadmap", FRAMEWORK | late)["skipped"]
    answer = judge("roadmap", FRAMEWORK | late, today=TODAY)
    assert "R4" not in answer["skipped"]
    assert "R4" in checks(answer)


def test_required_skills_beside_it_are_looked_for() -> None:
    answer = judge("roadmap", FRAMEWORK | {"required_skills": ["Juggling"]})
    assert "R8" in checks(answer)
    assert "R8" not in answer["skipped"]


def test_a_finding_has_the_fields_of_the_contract() -> None:
    broken = json.loads(json.dumps(FRAMEWORK))
    broken["stages"][0]["modules"][0]["concepts"][0]["prerequisites"] = ["b"]
    answer = judge("roadmap", broken)
    assert not answer["passed"]
    first = answer["findings"][0]
    assert set(first) == {"check", "level", "where", "message"}
    assert (first["check"], first["level"]) == ("R2", "gate")


def test_a_good_quiz_passes() -> None:
    answer = judge("quiz", QUIZ | {"size": "mini", "language": "en"})
    assert answer == {"findings": [], "skipped": ["Q9", "Q10"], "passed": True}
    assert judge("quiz", {"questions": QUIZ["questions"]})["skipped"] == ["Q9", "Q10", "language", "size"]


def test_a_key_that_gives_itself_away_is_found() -> None:
    questions = json.loads(json.dumps(QUIZ["questions"]))
    questions[0]["options"][1] = "The food lasts much longer, since fewer cells share it"
    answer = judge("quiz", {"questions": questions})
    assert [(f["check"], f["where"]) for f in answer["findings"]] == [("Q4", "question 1")]
    assert not answer["passed"]


def test_an_unknown_kind_is_a_finding_and_the_rest_is_judged() -> None:
    questions = [QUIZ["questions"][0] | {"question_type": "essay"}]
    answer = judge("quiz", {"questions": questions})
    assert [f["message"] for f in answer["findings"]] == [
        "its kind is none of single_choice, multiple_choice, true_false"
    ]


def test_a_lesson_beside_a_quiz_is_compared_with_it() -> None:
    answer = judge("quiz", QUIZ | {"tutorial": "Nothing of it."})
    assert "Q10" not in answer["skipped"]
    assert "Q10" in checks(answer)
    assert answer["passed"]


def test_a_lesson_is_judged_as_far_as_it_goes() -> None:
    answer = judge("tutorial", ENGLISH)
    assert answer["findings"] == []
    assert answer["skipped"] == ["T1", "T6", "T7", "T8", "T9", "T10", "T11", "T12"]
    assert judge("tutorial", CHINESE, size="mini", language="zh", level="beginner")["passed"]
    assert not judge("tutorial", CHINESE, size="full", language="en")["passed"]
    assert "T4" in judge("tutorial", ENGLISH + "\n```mermaid\nflowchart TD\n```\n")["skipped"]


def test_front_matter_may_say_size_and_language() -> None:
    text = f"---\nsize: mini\nlanguage: 'en'\nlevel: beginner\ntitle: x\n---\n\n{ENGLISH}"
    answer = judge("tutorial", text)
    assert answer == {"findings": [], "skipped": ["T8", "T9", "T10", "T12"], "passed": True}


def test_the_kind_of_a_file_is_told_by_name_and_keys() -> None:
    assert read("lesson.md", ENGLISH.encode())[0] == "tutorial"
    assert read("x.json", json.dumps(FRAMEWORK).encode())[0] == "roadmap"
    assert read("x.json", json.dumps({"framework": FRAMEWORK}).encode("utf-8-sig"))[0] == "roadmap"
    assert read("x.json", json.dumps({"roadmap": {}}).encode())[0] == "roadmap"
    assert read("x.json", json.dumps(QUIZ).encode())[0] == "quiz"
    assert read("x.txt", b"# T", "tutorial") == ("tutorial", "# T")
    assert read("lesson.md", b'{"questions": []}', "quiz") == ("quiz", {"questions": []})


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"9" * 10_000, "not JSON"),
        (b"[]", "neither a framework"),
        (b'{"a": 1}', "neither a framework"),
        (b" " * 5_000_001, "at most 5000000"),
    ],
)
def test_a_file_that_is_none_of_them_gets_a_clear_word(data: bytes, said: str) -> None:
    with pytest.raises(NotCheckableError, match=said):
        read("x.json", data)


@pytest.mark.parametrize(
    ("kind", "document", "said"),
    [
        ("roadmap", [], "must be a JSON object"),
        ("roadmap", None, "must be a JSON object"),
        ("roadmap", {"framework": 3}, "framework must be"),
        ("roadmap", {"roadmap": 3}, "framework must be"),
        ("roadmap", {"stages": {}}, "framework.title: Field required; framework.stages: "),
        ("roadmap", {"title": "x", "stages": [{"stage_id": 1}]}, r"framework.stages.0.stage_id: "),
        ("roadmap", FRAMEWORK | {"size": "huge"}, "size must be one of mini, short, full"),
        ("roadmap", FRAMEWORK | {"size": ["mini"]}, "size must be"),
        ("roadmap", FRAMEWORK | {"preferences": {}}, "preferences.learning_goal"),
        (
            "roadmap",
            FRAMEWORK | {"preferences": {"learning_goal": "x", "primary_language": "!"}},
            "language code",
        ),
        ("roadmap", FRAMEWORK | {"required_skills": "x"}, "required_skills must be"),
        ("quiz", {}, "questions must be a list"),
        ("quiz", {"questions": [1]}, r"questions\[0\] must be"),
        ("quiz", {"questions": [{}]}, r"questions\[0\]"),
        ("quiz", QUIZ | {"language": 3}, "language must be text"),
        ("tutorial", {"a": 1}, "Markdown text"),
    ],
)
def test_a_document_of_another_shape_gets_a_clear_word(kind: Any, document: object, said: str) -> None:
    with pytest.raises(NotCheckableError, match=said) as caught:
        judge(kind, document)
    assert isinstance(caught.value, ValueError)


def test_numbers_that_are_none_are_findings() -> None:
    document = json.loads(json.dumps(FRAMEWORK).replace("1.0", "NaN"))
    answer = judge("roadmap", document | {"preferences": {"learning_goal": "x"}}, today=TODAY)
    assert "R4" in checks(answer)
    json.dumps(answer, allow_nan=False)


def test_an_empty_quiz_and_an_empty_framework_fail() -> None:
    assert checks(judge("quiz", {"questions": []})) == {"Q1"}
    assert checks(judge("roadmap", {"title": "x", "stages": []})) == {"R5"}
    assert not judge("tutorial", "")["passed"]
