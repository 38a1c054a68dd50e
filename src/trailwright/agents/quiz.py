"""Quiz: questions on one concept; code marks keys, shuffles options, leaves flawed questions out. Pure."""

from collections.abc import Sequence

from rapidfuzz import fuzz

from trailwright.agents.base import Made, Rejected, bullets, prompt_file
from trailwright.agents.checks import refuse_failed
from trailwright.agents.contexts import ContentContext
from trailwright.agents.learner import data, language_of, learner_block, second_language_of
from trailwright.agents.place import concept_line, place_of, request_of
from trailwright.agents.questions import question_from, without_repeats
from trailwright.agents.reading import read_answer
from trailwright.agents.schemas import Items, Narrow, OneOf, QuizAnswer, answer_schema
from trailwright.agents.sizes import EXTENTS, tokens
from trailwright.domain.content import CheckResult, Question, Quiz
from trailwright.domain.preferences import Size
from trailwright.domain.prompt import Prompt
from trailwright.quality.quiz import check_quiz

__all__ = ["Made", "Rejected", "build", "parse"]

ASKED: dict[Size, int] = {"mini": 4, "short": 7, "full": 7}
"""One or two more than the least, so that a flawed question can be left out without another call."""

_OF_ONE = frozenset({"Q1", "Q2", "Q4", "Q5", "Q6", "Q7", "Q8"})
"""Checks that judge a question by itself."""

_SHOWN_STEMS = 12
_WORDS_A_QUESTION = 135
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
        limits |= {"questions.kind": OneOf(("single_choice",)), "questions.right": Items(1, 1)}
    return Prompt(
        agent="quiz",
        messages=file.messages(
            language_of(learner),
            learner=learner_block(learner),
            place=place_of(ctx),
            request=request_of(ctx),
            earlier=_earlier(ctx),
            concept=concept_line(ctx.concept),
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


def parse(ctx: ContentContext, text: str, finish: str, quiz_id: str) -> Made[Quiz]:
    """The quiz with its receipt. Questions that cannot be used are left out while enough remain.

    Raises `Rejected`: unreadable, too few usable questions, or a gate fails.
    """
    answer = read_answer(QuizAnswer, answer_schema(QuizAnswer), text, finish, salvage="questions")
    answers = without_repeats(answer.questions, ctx.earlier_stems)
    made = [question_from(ctx, one, n) for n, one in enumerate(answers, 1)]
    bounds = EXTENTS[ctx.learner.size].questions
    usable = _without_flawed(ctx, [q for q in made if q is not None], bounds.low)[: bounds.high]
    if len(usable) < bounds.low:
        message = (
            f"only {len(usable)} of {len(answer.questions)} questions can be used, {bounds.low} are needed: "
            "each asks something else and has a right answer and 2 or 3 different wrong ones"
        )
        raise Rejected.because(message, check="Q2", where="questions")
    quiz = _quiz(ctx, usable, quiz_id)
    checks = _checked(ctx, quiz)
    refuse_failed(checks, where="quiz")
    return Made(quiz, checks)


def _without_flawed(ctx: ContentContext, questions: Sequence[Question], least: int) -> list[Question]:
    """Leaves out questions that fail a gate by themselves, the last first, while `least` remain."""
    flawed = [q for q in questions if any(_fails(c) for c in _checked(ctx, _quiz(ctx, [q], "")))]
    spare = max(len(questions) - least, 0)
    gone = {q.question_id for q in flawed[::-1][:spare]}
    return [q for q in questions if q.question_id not in gone]


def _fails(check: CheckResult) -> bool:
    return check.check in _OF_ONE and check.level == "gate" and not check.passed


def _checked(ctx: ContentContext, quiz: Quiz) -> list[CheckResult]:
    return check_quiz(quiz, size=ctx.learner.size, earlier_stems=ctx.earlier_stems)


def _quiz(ctx: ContentContext, questions: Sequence[Question], quiz_id: str) -> Quiz:
    return Quiz(
        quiz_id=quiz_id,
        concept_id=ctx.concept_id,
        questions=list(questions),
        total_questions=len(questions),
    )


def _earlier(ctx: ContentContext) -> str:
    """The roadmap's questions nearest to this concept, not to be asked again."""
    name = ctx.concept.name.casefold()
    near = sorted(ctx.earlier_stems, key=lambda stem: -fuzz.token_set_ratio(stem.casefold(), name))
    if not near:
        return ""
    lines = bullets(near[:_SHOWN_STEMS])
    return data("\n".join(["Asked in other lessons already, so not here:", *lines]))
