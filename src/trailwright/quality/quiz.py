"""Checks of a quiz: its form, its options, its keys (Q1-Q5, Q7, Q8, Q10, Q11; Q6 in `wording`). Pure.

Not here: Q9, the blind solve, which needs a model. `size` and `language` are no rules of the table's own but
of the text below it: 3-4 questions for mini, 5-8 else; everything in the learner's language.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from trailwright.domain.content import CheckResult, Question, Quiz
from trailwright.domain.findings import Finding
from trailwright.domain.preferences import Size
from trailwright.quality.judged import Judged, gate, quote, results, score
from trailwright.quality.language import language_problem
from trailwright.quality.options import same_answer
from trailwright.quality.positions import key_positions
from trailwright.quality.stems import Asked
from trailwright.quality.wording import check_q5, check_q6, split_options
from trailwright.quality.words import contains_phrase, count_words, fold, tokens

__all__ = ["check_quiz", "judge_quiz", "key_positions"]

QUESTIONS: Mapping[Size, tuple[int, int]] = {"mini": (3, 4), "short": (5, 8), "full": (5, 8)}
_OPTIONS = (3, 5)
_LONG_KEY_WORDS = 4
_EXPLANATION_WORDS = 12
_NEW_WORDS = 3
_PHRASE_WORDS = 2
_CUE_LETTERS = 4
_CUE_SHARE = 0.5
_TERM_SHARE = 0.5
_MANY = 5
_SOME = 3
_STEM_CHARS = 2_000
_EXPLANATION_CHARS = 10_000
_TUTORIAL_CHARS = 100_000
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def check_quiz(
    quiz: Quiz,
    *,
    size: Size,
    earlier_stems: Sequence[str] = (),
    language: str | None = None,
    revisit_ids: Collection[str] | None = None,
    tutorial: str | None = None,
) -> list[CheckResult]:
    """The receipt of a quiz, one line a check; never raises.

    `earlier_stems`: questions of the roadmap's other quizzes. `revisit_ids`: the concept itself and its
    prerequisites, where known. `tutorial`: the concept's lesson, for Q10.
    """
    judged = judge_quiz(
        quiz, size=size, earlier_stems=earlier_stems, language=language, revisit_ids=revisit_ids
    )
    if tutorial is not None:
        judged.append(Judged("Q10", "score", check_q10(quiz.questions, tutorial=tutorial)))
    return results(judged)


def judge_quiz(
    quiz: Quiz,
    *,
    size: Size | None,
    earlier_stems: Sequence[str] = (),
    language: str | None = None,
    revisit_ids: Collection[str] | None = None,
) -> list[Judged]:
    """The checks that what is known allows; the number of questions needs `size`, the tongue `language`."""
    questions = quiz.questions
    judged = [
        Judged("Q1", "gate", check_q1(questions)),
        Judged("Q2", "gate", check_q2(questions)),
        Judged("Q3", "gate", check_q3(questions, earlier_stems=earlier_stems)),
        Judged("Q4", "gate", check_q4(questions)),
        Judged("Q5", "gate", check_q5(questions)),
        Judged("Q6", "gate", check_q6(questions, language=language)),
        Judged("Q7", "gate", check_q7(questions, revisit_ids=revisit_ids)),
        Judged("Q8", "gate", check_q8(questions)),
        Judged("Q11", "score", check_q11(questions)),
    ]
    if size is not None:
        judged.append(Judged("size", "gate", check_size(questions, size=size)))
    if language is not None:
        judged.append(Judged("language", "gate", check_language(questions, language=language)))
    return judged


def check_q1(questions: Sequence[Question]) -> list[Finding]:
    """Q1 (gate): the number of keys fits the kind, keys are valid indexes from 0. Source: rubric, Q1."""
    found = [] if questions else [gate("Q1", "quiz", "it has no question")]
    for where, question in _numbered(questions):
        keys = question.correct_answer
        valid = {i for i in keys if 0 <= i < len(question.options)}
        if len(valid) != len(keys):
            found.append(gate("Q1", where, "a key names no option, or one option twice"))
        elif message := _wrong_keys(question, len(valid)):
            found.append(gate("Q1", where, message))
        if not question.question.strip():
            found.append(gate("Q1", where, "the question is empty"))
    return found


def check_q2(questions: Sequence[Question]) -> list[Finding]:
    """Q2 (gate): 3-5 options (true/false: two), none empty, all different answers. Source: rubric, Q2.

    Different means: after case, punctuation, white space and the form of numbers (`3.0`, `3`, `three`).
    """
    found = []
    low, high = _OPTIONS
    for where, question in _numbered(questions):
        count = len(question.options)
        if question.question_type != "true_false" and not low <= count <= high:
            found.append(gate("Q2", where, f"it has {count} options; {low} to {high} are asked for"))
        if any(not text.strip() for text in question.options):
            found.append(gate("Q2", where, "an option is empty"))
        seen: dict[str, str] = {}
        for text in question.options:
            first = seen.setdefault(same_answer(text), text)
            if first is not text and text.strip():
                message = f'the options "{quote(first, 40)}" and "{quote(text, 40)}" are the same answer'
                found.append(gate("Q2", where, message))
    return found


def check_q3(questions: Sequence[Question], *, earlier_stems: Sequence[str] = ()) -> list[Finding]:
    """Q3 (gate): stems are distinct in the quiz and the roadmap: token-set ratio < 85. Source: rubric, Q3."""
    found = []
    asked = Asked(map(_stem, earlier_stems))
    for number, question in enumerate(questions, 1):
        stem = _stem(question.question)
        near = asked.near(stem)
        if near is not None:
            place = near - len(earlier_stems)
            other = f"question {place + 1}" if place >= 0 else "a question of another quiz of this roadmap"
            said = quote(asked.stems[near], 80)
            message = f'it asks nearly the same as {other}: "{said}"; ask about something else'
            found.append(gate("Q3", f"question {number}", message))
        asked.add(stem)
    return found


def check_q4(questions: Sequence[Question]) -> list[Finding]:
    """Q4 (gate): a key does not give itself away by its length. Source: rubric, Q4.

    A key of at least 4 words is at most a third longer, in characters, than the longest distractor.
    """
    found = []
    for where, question in _numbered(questions):
        keys, distractors = split_options(question)
        if question.question_type == "true_false" or not distractors:
            continue
        longest = max(len(text.strip()) for text in distractors)
        for key in (k.strip() for k in keys if count_words(k) >= _LONG_KEY_WORDS):
            if 3 * len(key) > 4 * longest:
                message = (
                    f'the right answer "{quote(key, 60)}" has {len(key)} characters, the longest wrong one '
                    f"{longest}: shorten it, or make the wrong ones as full as it is"
                )
                found.append(gate("Q4", where, message))
    return found


def check_q7(questions: Sequence[Question], *, revisit_ids: Collection[str] | None = None) -> list[Finding]:
    """Q7 (gate): explanations explain; in single choice each distractor has its misconception. Source: Q7.

    An explanation has at least 12 words and says more than question and key do (3 words of its own). Each
    distractor names a misconception and a concept to revisit, one of `revisit_ids` where these are known.
    """
    found = []
    for where, question in _numbered(questions):
        words = count_words(question.explanation)
        if words < _EXPLANATION_WORDS:
            message = (
                f"the explanation has {words} words; say in at least {_EXPLANATION_WORDS} why it is right"
            )
            found.append(gate("Q7", where, message))
        elif not _says_more(question):
            message = "the explanation only repeats the question and the answer; say why it is right"
            found.append(gate("Q7", where, message))
        if question.question_type == "single_choice":
            found += [gate("Q7", where, message) for message in _feedback_problems(question, revisit_ids)]
    return found


def check_q8(questions: Sequence[Question]) -> list[Finding]:
    """Q8 (gate): a key stands neither in its stem nor in an earlier stem. Source: rubric, Q8.

    A key of one word under 4 letters says nothing, nor does a stem that names a distractor too ("3 or 4?").
    In an earlier stem one word only counts when that stem is about the same as this one.
    """
    found = []
    for number, question in enumerate(questions):
        keys, distractors = split_options(question)
        if question.question_type == "true_false":
            continue
        stem = question.question[:_STEM_CHARS]
        telling = [key for key in keys if _is_telling(key)]
        named = any(contains_phrase(stem, text) for text in distractors)
        if not named:
            found += [
                gate("Q8", f"question {number + 1}", f'the question contains its answer "{quote(key, 60)}"')
                for key in telling
                if contains_phrase(stem, key)
            ]
        for key in telling:
            for earlier, other in enumerate(questions[:number], 1):
                if _gives_away(other.question[:_STEM_CHARS], key, stem):
                    message = f'question {earlier} already contains its answer "{quote(key, 60)}"'
                    found.append(gate("Q8", f"question {number + 1}", message))
    return found


def check_q10(questions: Sequence[Question], *, tutorial: str) -> list[Finding]:
    """Q10 (score): half the terms of key and explanation stand in the concept's tutorial. Source: Q10.

    Terms are words of at least 5 letters; of Chinese, Japanese and Korean, pairs of characters.
    """
    known = set(tokens(tutorial[:_TUTORIAL_CHARS]).split())
    found = []
    for where, question in _numbered(questions):
        keys, _ = split_options(question)
        terms = {
            t
            for t in tokens(" ".join([*keys, question.explanation])[:_EXPLANATION_CHARS]).split()
            if _is_term(t)
        }
        if terms and len(terms & known) < _TERM_SHARE * len(terms):
            missing = ", ".join(sorted(terms - known)[:6])
            found.append(score("Q10", where, f"the lesson does not speak of: {missing}"))
    return found


def check_q11(questions: Sequence[Question]) -> list[Finding]:
    """Q11 (score): of 5 questions at least 2 kinds; of 3 at least 2 levels of difficulty. Source: Q11."""
    found = []
    if len(questions) >= _MANY and len({q.question_type for q in questions}) == 1:
        found.append(score("Q11", "quiz", "all questions are of one kind"))
    if len(questions) >= _SOME and len({q.difficulty for q in questions}) == 1:
        found.append(score("Q11", "quiz", f"all questions are {questions[0].difficulty}"))
    return found


def check_size(questions: Sequence[Question], *, size: Size) -> list[Finding]:
    """`size` (gate): 3-4 questions for mini, 5-8 for short and full. Source: rubric, below the table."""
    low, high = QUESTIONS[size]
    if low <= len(questions) <= high:
        return []
    return [gate("size", "quiz", f"it has {len(questions)} questions; {low} to {high} are asked for")]


def check_language(questions: Sequence[Question], *, language: str) -> list[Finding]:
    """`language` (gate): stems and explanations together are in the learner's language, as R11 and T6."""
    text = "\n".join(f"{q.question}\n{q.explanation}" for q in questions)
    problem = language_problem(text, language)
    return [gate("language", "quiz", problem)] if problem else []


def _numbered(questions: Sequence[Question]) -> list[tuple[str, Question]]:
    return [(f"question {n}", question) for n, question in enumerate(questions, 1)]


def _wrong_keys(question: Question, keys: int) -> str | None:
    options = len(question.options)
    match question.question_type:
        case "single_choice":
            return None if keys == 1 else f"a single choice has exactly one right answer, this one {keys}"
        case "multiple_choice":
            fine = 1 < keys < options
            return (
                None if fine else f"at least two and not all options must be right; {keys} of {options} are"
            )
        case "true_false":
            fine = keys == 1 and options == 2  # noqa: PLR2004 - true and false
            return None if fine else f"true or false has two options and one key; here {options} and {keys}"


@lru_cache(maxsize=4096)
def _stem(text: str) -> str:
    return tokens(text[:_STEM_CHARS])


def _says_more(question: Question) -> bool:
    keys, _ = split_options(question)
    known = set(tokens(" ".join([question.question, *keys])[:_EXPLANATION_CHARS]).split())
    return len(set(tokens(question.explanation[:_EXPLANATION_CHARS]).split()) - known) >= _NEW_WORDS


def _feedback_problems(question: Question, revisit_ids: Collection[str] | None) -> list[str]:
    right = set(question.correct_answer)
    problems = []
    for index, text in enumerate(question.options):
        if index in right:
            continue
        given = question.option_feedback[index] if index < len(question.option_feedback) else None
        if given is None or not (given.misconception or "").strip():
            problems.append(f'name the misconception behind the wrong option "{quote(text, 60)}"')
        elif not given.revisit_concept_id:
            problems.append(f'name the concept to revisit for the wrong option "{quote(text, 60)}"')
        elif revisit_ids is not None and given.revisit_concept_id not in revisit_ids:
            problems.append(
                f'"{quote(text, 60)}" sends to a concept that is neither this one nor needed for it'
            )
    return problems


def _is_telling(key: str) -> bool:
    key = key[:_STEM_CHARS]
    if _CJK.search(key):
        return len(fold(key)) > 1
    return count_words(key) >= _PHRASE_WORDS or len(fold(key)) >= _CUE_LETTERS


def _gives_away(earlier: str, key: str, stem: str) -> bool:
    if not contains_phrase(earlier, key):
        return False
    if _is_phrase(key):
        return True
    words = {w for w in tokens(stem).split() if _is_term(w)}
    return bool(words) and len(words & set(tokens(earlier).split())) >= _CUE_SHARE * len(words)


def _is_phrase(key: str) -> bool:
    return count_words(key) >= _PHRASE_WORDS if not _CJK.search(key) else len(fold(key)) > _CUE_LETTERS


def _is_term(token: str) -> bool:
    return len(token) >= 5 or bool(_CJK.match(token))  # noqa: PLR2004 - shorter words are mostly grammar
