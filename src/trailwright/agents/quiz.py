"""Quiz: questions on one concept; code marks keys, shuffles options, leaves flawed questions out. Pure."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from trailwright.agents.base import Made, Rejected, bullets, prompt_file
from trailwright.agents.checks import MAX_NAMED, failed_gates
from trailwright.agents.contexts import ContentContext
from trailwright.agents.learner import data, language_of, learner_block, second_language_of
from trailwright.agents.place import concept_line, place_of, request_of
from trailwright.agents.questions import questions_from
from trailwright.agents.reading import read_answer, shorten
from trailwright.agents.schemas import (
    AtLeast,
    Items,
    Narrow,
    OneOf,
    QuestionAnswer,
    QuizAnswer,
    answer_schema,
)
from trailwright.agents.sizes import EXTENTS, Bounds, is_latin, tokens
from trailwright.domain.content import Question, Quiz
from trailwright.domain.findings import Finding
from trailwright.domain.preferences import Size
from trailwright.domain.prompt import Prompt
from trailwright.quality.judged import Judged, results
from trailwright.quality.quiz import judge_quiz

__all__ = ["Made", "Reader", "Rejected", "build"]

ASKED: dict[Size, int] = {"mini": 4, "short": 7, "full": 7}
"""One or two more than the least, so that a flawed question can be left out without another call."""

_PLACE = re.compile(r"question (\d+)$")
_SHOWN_STEMS = 12
_WORDS_A_QUESTION = 135
_ASKS = (
    'why "{}" is needed',
    'what to do first for "{}"',
    'what goes wrong without "{}"',
    'which of three things is an example of "{}"',
    'how to tell good "{}" from bad',
    'what is used for "{}"',
    'what comes right after "{}"',
    'when the time for "{}" has come',
    'which mistake beginners make with "{}"',
    'what changes when there is more of "{}"',
    'what "{}" means in practice',
    'where "{}" takes place',
)
"""What may be asked of a point; lessons side by side ask different things."""
_FREE = (
    "- Question 1 asks why something is done. Question 2 first describes a person's situation in one "
    "sentence, then asks what to do. Question 3 asks what happens when one named step is left out or done "
    "wrongly. Question 4 asks which sign shows that one named step went well. Further ones go on like that "
    "about other points."
)
_LEAST_WRONG_CHARS = 32
"""So long is a wrong answer at least where a small model writes: its right ones have about forty."""
_EASY_KINDS = "single_choice."
_ALL_KINDS = (
    "mostly single_choice; at least one multiple_choice; at most one true_false, whose question begins "
    "with the words for 'Is it true that'."
)
_EASY_RIGHT = "one answer."
_ALL_RIGHT = (
    "for single_choice one answer; for multiple_choice 2 or 3, each right by itself; for true_false the word "
    "for True or for False, and the other word comes first under wrong."
)


def build(ctx: ContentContext) -> Prompt:
    """Asks for the questions on one concept."""
    learner = ctx.learner
    easy = learner.size == "mini"
    count = ASKED[learner.size]
    second = second_language_of(learner)
    file = prompt_file("quiz")
    limits: dict[str, Narrow] = {
        "questions": Items(EXTENTS[learner.size].questions.low, count),
        "questions.wrong": Items(2, 3),
    }
    if easy:
        limits |= {
            "questions": Items(count, count),
            "questions.kind": OneOf(("single_choice",)),
            "questions.right": Items(1, 1),
        }
        if is_latin(learner.language):
            limits["questions.wrong.text"] = AtLeast(_LEAST_WRONG_CHARS)
    return Prompt(
        agent="quiz",
        messages=file.messages(
            language_of(learner),
            learner=learner_block(learner),
            place=place_of(ctx),
            request=request_of(ctx),
            earlier=_earlier(ctx),
            concept=concept_line(ctx.concept),
            points=_points(ctx, count),
            count=str(count),
            kinds=_EASY_KINDS if easy else _ALL_KINDS,
            right=_EASY_RIGHT if easy else _ALL_RIGHT,
            second=f"- Give key terms in {second} too, in parentheses." if second else "",
        ),
        max_output_tokens=tokens(_WORDS_A_QUESTION * count, learner.language),
        digest=file.digest,
        schema=answer_schema(QuizAnswer, limits),
        schema_name=QuizAnswer.schema_name,
    )


_Step = tuple[list[Question], list[Judged]]
"""Questions that are left, and how they are judged."""


class Reader:
    """Reads the answers to one prompt until one is usable.

    Sound questions of an answer that was rejected count in the next: a weak model seldom gets all right at
    once, and a re-ask is to bring what is missing, not a new throw of every die.
    """

    def __init__(self, ctx: ContentContext, quiz_id: str) -> None:
        self._ctx = ctx
        self._quiz_id = quiz_id
        self._kept: list[QuestionAnswer] = []

    def __call__(self, text: str, finish: str) -> Made[Quiz]:
        """The quiz with its receipt. Questions that cannot be used are left out while enough remain.

        Raises `Rejected`: unreadable, too few usable questions, or a gate fails; findings name questions as
        the model numbered them.
        """
        ctx, bounds = self._ctx, EXTENTS[self._ctx.learner.size].questions
        answer = read_answer(QuizAnswer, answer_schema(QuizAnswer), text, finish, salvage="questions")
        answers = [*answer.questions, *self._kept]
        usable, unusable = questions_from(ctx, answers)
        steps = _without_flawed(ctx, usable)
        self._kept = [answers[_as_asked(question) - 1] for question in steps[-1][0]]
        if len(usable) < bounds.low:
            raise Rejected([*unusable, _too_few(len(usable), bounds)])
        kept, judged = _fewest(steps, bounds.low)
        if len(kept) > bounds.high:
            kept, judged = _fewest(_without_flawed(ctx, kept[: bounds.high]), bounds.low)
        failed = failed_gates(judged)
        if failed:
            named = [_named(finding, kept) for finding in failed]
            raise Rejected([*named, *unusable][:MAX_NAMED])
        questions = [q.model_copy(update={"question_id": f"q{n}"}) for n, q in enumerate(kept, 1)]
        quiz = Quiz(
            quiz_id=self._quiz_id,
            concept_id=ctx.concept_id,
            questions=questions,
            total_questions=len(questions),
        )
        return Made(quiz, results(judged))


def _without_flawed(ctx: ContentContext, questions: Sequence[Question]) -> list[_Step]:
    """From all of them to none that fails a gate: at each step one question less, the last flawed one."""
    kept = list(questions)
    steps = [(kept, _judged(ctx, kept))]
    while kept:
        flawed = [n for f in failed_gates(steps[-1][1]) if (n := _number(f)) is not None]
        if not flawed:
            break
        kept = [*kept[: max(flawed) - 1], *kept[max(flawed) :]]
        steps.append((kept, _judged(ctx, kept)))
    return steps


def _fewest(steps: Sequence[_Step], least: int) -> _Step:
    """The last step that keeps `least` questions, the first when none does."""
    return next((step for step in reversed(steps) if len(step[0]) >= least), steps[0])


def _judged(ctx: ContentContext, questions: Sequence[Question]) -> list[Judged]:
    quiz = Quiz(
        quiz_id="", concept_id=ctx.concept_id, questions=list(questions), total_questions=len(questions)
    )
    return judge_quiz(
        quiz,
        size=ctx.learner.size,
        earlier_stems=ctx.earlier_stems,
        language=ctx.learner.language,
        revisit_ids={ctx.concept_id, *(c.concept_id for c in ctx.prerequisites())},
    )


def _number(finding: Finding) -> int | None:
    """The place, from 1, of the question that a finding is about."""
    place = _PLACE.match(finding.where)
    return int(place.group(1)) if place else None


def _as_asked(question: Question) -> int:
    """Its number, from 1, in the answer it came from."""
    return int(question.question_id.removeprefix("q"))


def _named(finding: Finding, questions: Sequence[Question]) -> Finding:
    """The finding with the question as the model numbered it, and its words."""
    number = _number(finding)
    if number is None:
        return finding
    question = questions[number - 1]
    where = f'question {_as_asked(question)} ("{shorten(question.question, 60)}")'
    return finding.model_copy(update={"where": where})


def _too_few(usable: int, bounds: Bounds) -> Finding:
    message = f"only {usable} questions can be used; {bounds.words()} are needed"
    return Finding(check="size", level="gate", where="questions", message=message)


def _points(ctx: ContentContext, count: int) -> str:
    """What each question asks: a small model left alone asks the same in every lesson."""
    if ctx.learner.size != "mini":
        return _FREE
    concept = ctx.concept
    about = list(dict.fromkeys([*concept.keywords, *concept.objectives, concept.name]))[:count]
    place = [other.concept_id for other in ctx.framework.concepts()].index(ctx.concept_id)
    asks = (_ASKS[(place * count + n) % len(_ASKS)].format(point) for n, point in enumerate(about))
    return data("\n".join(bullets(f"Question {n}: {ask}." for n, ask in enumerate(asks, 1))))


def _earlier(ctx: ContentContext) -> str:
    """The roadmap's questions nearest to this concept, not to be asked again.

    Not for a mini roadmap: its small model takes what it is shown for what it is to write.
    """
    if ctx.learner.size == "mini":
        return ""
    near = process.extract(
        ctx.concept.name,
        ctx.earlier_stems,
        scorer=fuzz.token_set_ratio,
        processor=str.casefold,
        limit=_SHOWN_STEMS,
    )
    if not near:
        return ""
    lines = bullets(stem for stem, _, _ in near)
    return data("\n".join(["Asked in other lessons already, so not here:", *lines]))
