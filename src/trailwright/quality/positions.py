"""Q5 over a roadmap: whether right answers stand in one place more often than chance allows. Pure."""

import math
from collections.abc import Iterable

from trailwright.domain.content import Quiz
from trailwright.domain.findings import Finding
from trailwright.quality.judged import gate

MIN_QUESTIONS = 12
"""Fewer single choices say nothing about their places."""

MAX_SIGMA = 3.5
"""A place may hold so many standard deviations more keys than chance gives it: one false alarm in 4,000."""


def key_positions(quizzes: Iterable[Quiz]) -> list[Finding]:
    """Q5 (gate), positions: over all single choices of a roadmap no place holds far more keys than its share.

    A place's share is the sum of 1 ÷ options over the questions that have it. Source: rubric, Q5 (61.5 % of
    one real course's keys stood on B). Under 12 single choices nothing is said.
    """
    held: dict[int, int] = {}
    mean: dict[int, float] = {}
    variance: dict[int, float] = {}
    count = 0
    for question in (q for quiz in quizzes for q in quiz.questions if q.question_type == "single_choice"):
        keys = [key for key in question.correct_answer if 0 <= key < len(question.options)]
        if len(keys) != 1:
            continue
        count += 1
        share = 1 / len(question.options)
        for place in range(len(question.options)):
            mean[place] = mean.get(place, 0) + share
            variance[place] = variance.get(place, 0) + share * (1 - share)
        held[keys[0]] = held.get(keys[0], 0) + 1
    if count < MIN_QUESTIONS:
        return []
    return [
        gate(
            "Q5",
            "roadmap",
            f"{held[place]} of {count} right answers stand on place {place + 1}; shuffle them",
        )
        for place in sorted(held)
        if held[place] - mean.get(place, 0) > MAX_SIGMA * math.sqrt(variance.get(place, 0))
    ]
