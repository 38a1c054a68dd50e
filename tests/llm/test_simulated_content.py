"""What the simulated model answers to the product's own prompts passes every gate, at the first try."""

import re
from collections.abc import Iterable
from dataclasses import replace

import pytest

from tests.support.simulated_walk import TODAY, Walk, a_request, a_walk
from trailwright.agents import tutorial
from trailwright.domain.content import CheckResult
from trailwright.domain.framework import Framework
from trailwright.domain.preferences import Size
from trailwright.domain.research import SearchHit
from trailwright.llm.simulated import SimulatedModel
from trailwright.llm.simulated.phrases import languages
from trailwright.quality.quiz import judge_quiz, key_positions
from trailwright.quality.roadmap import roadmap_checks
from trailwright.quality.tutorial import check_tutorial

SIZES: tuple[Size, ...] = ("mini", "short", "full")
EVERY = pytest.mark.parametrize("language", languages())
CORE = ("en", "zh", "de", "ar", "ja")
"""Judged in all sizes; the others in one."""
EACH = pytest.mark.parametrize(
    ("language", "size"),
    [(language, size) for language in languages() for size in (SIZES if language in CORE else SIZES[1:2])],
)
GOALS = (
    "Bake sourdough bread at home",
    "学习弹钢琴",
    "Хочу выучить Rust",
    "أريد أن أتعلم الرسم",
    "🎸 learn guitar 🎶",
    "x",
    "Prepare for the AWS Solutions Architect exam, from a background in teaching, within a year " * 5,
)


def failed(checks: Iterable[CheckResult]) -> list[str]:
    return [f"{check.check}: {check.message}" for check in checks if not check.passed]


def judged(walk: Walk) -> tuple[Framework, list[str]]:
    """A framework and the checks that it fails, scores too."""
    meant, made = walk.framework()
    checks = roadmap_checks(
        made,
        preferences=walk.learner.preferences,
        size=walk.learner.size,
        today=TODAY,
        required_skills=meant.required_skills,
        known_skills=meant.known_skills,
    )
    return made, failed(checks)


@EACH
def test_a_framework_passes_all_checks(language: str, size: Size) -> None:
    for seed, goal in enumerate(GOALS[:3]):
        made, faults = judged(a_walk(size, language, goal, seed=seed))
        assert faults == []
        assert "simulated" in made.title or language != "en"
        assert not made.left_out


@pytest.mark.parametrize("goal", GOALS)
def test_any_goal_makes_a_framework(goal: str) -> None:
    made, faults = judged(a_walk("short", goal=goal))
    assert faults == []
    assert all(len(concept.name) <= 80 for concept in made.concepts())


@pytest.mark.parametrize("hours", [1, 4, 12.5, 40, 168])
@pytest.mark.parametrize("size", SIZES)
def test_any_hours_are_met(size: Size, hours: float) -> None:
    _, faults = judged(a_walk(size, available_hours_per_week=hours))
    assert faults == []


@pytest.mark.parametrize("days", [7, 30, 200])
@pytest.mark.parametrize("size", SIZES)
def test_a_deadline_is_met(size: Size, days: int) -> None:
    deadline = TODAY.fromordinal(TODAY.toordinal() + days)
    walk = a_walk(size, available_hours_per_week=12, target_deadline=deadline)
    _, faults = judged(walk)
    assert faults == []


def test_a_full_roadmap_has_thirty_concepts() -> None:
    for seed in range(5):
        _, made = a_walk("full", seed=seed).framework()
        assert sum(1 for _ in made.concepts()) == 30


@EACH
def test_a_tutorial_passes_all_checks(language: str, size: Size) -> None:
    walk = a_walk(size, language)
    _, made = walk.framework()
    for concept in list(made.concepts())[:2]:
        lesson, checks = walk.tutorial(walk.context(made, concept.concept_id))
        assert failed(checks) == []
        assert lesson.title == concept.name
        assert "```" not in lesson.markdown


@pytest.mark.parametrize("level", ["beginner", "intermediate"])
def test_a_lesson_reads_as_suits_the_level(level: str) -> None:
    walk = a_walk("full", current_level=level)
    _, made = walk.framework()
    lesson, _ = walk.tutorial(walk.context(made, next(made.concepts()).concept_id))
    checks = check_tutorial(
        lesson.markdown,
        size="full",
        language="en",
        stopped_by_length=False,
        level=walk.learner.preferences.current_level,
    )
    assert failed(checks) == []


def test_a_lesson_cites_every_source_it_is_given() -> None:
    walk = a_walk("short")
    _, made = walk.framework()
    hits = tuple(SearchHit(f"Page {n}", f"https://example.org/{n}", "About it.") for n in (1, 2, 3))
    ctx = replace(walk.context(made, next(made.concepts()).concept_id), sources=hits)
    lesson, checks = walk.tutorial(ctx)
    assert failed(checks) == []
    assert set(re.findall(r"\[(\d+)\]", lesson.markdown)) == {"1", "2", "3"}


def test_a_diagram_is_drawn_only_for_who_likes_to_see() -> None:
    walk = a_walk("mini", content_preference=("visual",))
    _, made = walk.framework()
    lesson, checks = walk.tutorial(walk.context(made, next(made.concepts()).concept_id))
    assert failed(checks) == []
    assert lesson.markdown.count("```mermaid") == 1


@EVERY
def test_quizzes_of_a_roadmap_pass_all_checks_and_never_repeat(language: str) -> None:
    walk = a_walk("short", language)
    _, made = walk.framework()
    stems: tuple[str, ...] = ()
    for concept in made.concepts():
        quiz, checks = walk.quiz(walk.context(made, concept.concept_id, stems))
        assert failed(checks) == []
        assert failed(j.result for j in judge_quiz(quiz, size="short", language=language)) == []
        assert all("simulated" in q.explanation or language != "en" for q in quiz.questions)
        stems += tuple(question.question for question in quiz.questions)


def test_a_full_roadmap_s_quizzes_differ_and_their_keys_stand_anywhere() -> None:
    walk = a_walk("full")
    _, made = walk.framework()
    stems: tuple[str, ...] = ()
    quizzes = []
    for concept in made.concepts():
        quiz, checks = walk.quiz(walk.context(made, concept.concept_id, stems))
        assert failed(checks) == []
        stems += tuple(question.question for question in quiz.questions)
        quizzes.append(quiz)
    assert {quiz.total_questions for quiz in quizzes} == {7}
    assert key_positions(quizzes) == []


def test_a_mini_quiz_is_small() -> None:
    walk = a_walk("mini")
    _, made = walk.framework()
    for concept in made.concepts():
        quiz, checks = walk.quiz(walk.context(made, concept.concept_id))
        assert failed(checks) == []
        assert quiz.total_questions == 4
        assert {question.question_type for question in quiz.questions} == {"single_choice"}


@EVERY
def test_searches_are_suggested_for_the_lesson(language: str) -> None:
    walk = a_walk("short", language)
    _, made = walk.framework()
    concept = next(made.concepts())
    found = walk.suggestions(walk.context(made, concept.concept_id))
    assert len(found) == 5
    assert all(concept.name.partition(":")[0] in suggestion.query for suggestion in found)


def test_the_answer_is_the_request_s_and_the_seed_s() -> None:
    walk = a_walk("short")
    _, made = walk.framework()
    prompt = tutorial.build(walk.context(made, next(made.concepts()).concept_id))
    said = [SimulatedModel(seed).answer(a_request(prompt)) for seed in (0, 0, 1)]
    assert said[0] == said[1] != said[2]


def test_another_try_is_another_answer() -> None:
    walk = a_walk("short")
    _, made = walk.framework()
    ctx = walk.context(made, next(made.concepts()).concept_id)
    request = a_request(tutorial.build(ctx))
    again = {"messages": [*request["messages"], {"role": "user", "content": "Mend this."}]}
    assert walk.model.answer(again) != walk.model.answer(request)
