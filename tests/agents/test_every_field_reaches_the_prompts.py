from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.agents.people import a_learner, all_prompts, text_of
from trailwright.domain.preferences import SIZES, Preferences

SKILLS = [
    {"technology": "first-Fortran", "proficiency": "first-expert"},
    {"technology": "middle-Lua", "proficiency": "used once"},
    {"technology": "last-Zig", "proficiency": "last-novice"},
]
GIVEN: list[tuple[str, Any, list[str]]] = [
    ("learning_goal", "a", ["Goal: a"]),
    ("learning_goal", "goal-start " + "x" * 1_970 + " goal-end", ["goal-start", "goal-end"]),
    ("available_hours_per_week", 1, ["1 hours a week"]),
    ("available_hours_per_week", 168, ["168 hours a week"]),
    ("available_hours_per_week", 2.5, ["2.5 hours a week"]),
    ("motivation", "why-start … why-end", ["why-start … why-end"]),
    ("current_level", "beginner", ["Level: beginner"]),
    ("current_level", "advanced", ["Level: advanced"]),
    ("career_background", "back-start " + "y" * 1_970 + " back-end", ["back-start", "back-end"]),
    ("content_preference", ["visual"], ["visual"]),
    ("content_preference", ["hands_on"], ["hands_on"]),
    (
        "content_preference",
        ["visual", "text", "audio", "hands_on"],
        ["visual (", "text (", "audio (", "hands_on ("],
    ),
    ("target_deadline", date(2026, 11, 22), ["2026-11-22"]),
    ("target_deadline", datetime(2036, 12, 31, 23, 59, tzinfo=UTC), ["2036-12-31"]),
    ("industry", "first-mining", ["first-mining"]),
    ("industry", "ind-start " + "z" * 1_970 + " ind-end", ["ind-start", "ind-end"]),
    ("current_role", "role-start to role-end", ["role-start to role-end"]),
    (
        "tech_stack",
        SKILLS,
        ["first-Fortran: first-expert", "middle-Lua: used once", "last-Zig: last-novice"],
    ),
    ("primary_language", "en", ["English (en)"]),
    ("primary_language", "zh-Hant", ["(zh-Hant)"]),
    ("secondary_language", "de", ["German (de)"]),
    ("secondary_language", "zu", ["Zulu (zu)"]),
]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("field", "value", "expected"), GIVEN, ids=lambda v: str(v)[:30])
def test_every_preference_reaches_every_prompt_with_its_first_and_last_value(
    field: str, value: object, expected: list[str], size: Any
) -> None:
    wishes: dict[str, Any] = {field: value}
    learner = a_learner(size=size, **wishes)
    for name, prompt in all_prompts(learner).items():
        for text in expected:
            assert text in text_of(prompt), f"{field} is not in the prompt {name}"


def test_the_list_above_names_every_field_of_preferences() -> None:
    assert {field for field, _, _ in GIVEN} == set(Preferences.model_fields)


def test_fifty_skills_all_reach_the_prompts() -> None:
    stack = [{"technology": f"tool-{n:02}", "proficiency": f"level-{n:02}"} for n in range(50)]
    for prompt in all_prompts(a_learner(tech_stack=stack)).values():
        assert all(f"tool-{n:02}: level-{n:02}" in text_of(prompt) for n in range(50))


def test_a_long_additional_context_reaches_every_prompt_whole() -> None:
    context = "context-start\n" + "I have a small oven. 小烤箱。\n" * 600 + "context-end"
    for prompt in all_prompts(a_learner(context=context)).values():
        assert f"<notes>\n{context}\n</notes>" in text_of(prompt)


def test_answers_to_the_questions_of_the_intent_reach_every_prompt() -> None:
    learner = a_learner(answers={"Which Go?": "the language", "Which board?": ""})
    for prompt in all_prompts(learner).values():
        assert "Asked: Which Go? Answer: the language" in text_of(prompt)
        assert "Asked: Which board? Answer: no answer" in text_of(prompt)


def test_text_is_asked_for_in_the_primary_language_by_name_and_tag() -> None:
    for prompt in all_prompts(a_learner(primary_language="pt-BR")).values():
        system, user = prompt.messages
        assert "Portuguese (Brazil) (pt-BR)" in system.content
        assert "in Portuguese (Brazil) (pt-BR)" in user.content


def test_terms_are_asked_for_in_the_second_language_only_when_it_is_another() -> None:
    terms = {
        second: text_of(all_prompts(a_learner(primary_language="zh", secondary_language=second))["tutorial"])
        for second in ("de", "zh")
    }
    assert "give it in German (de) in parentheses" in terms["de"]
    assert "in parentheses" not in terms["zh"]


def test_what_is_not_given_leaves_no_empty_line_behind() -> None:
    text = all_prompts(a_learner())["intent"].messages[1].content
    for word in ("Why:", "Role:", "Industry:", "Background:", "Likes:", "Knows", "<notes>"):
        assert word not in text
