"""From a model's question to a stored one: options cleaned, shuffled by seed, feedback moved along. Pure."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from trailwright.agents.contexts import ContentContext
from trailwright.agents.schemas import QuestionAnswer, WrongOption
from trailwright.agents.shuffle import permutation
from trailwright.domain.content import OptionFeedback, Question
from trailwright.domain.findings import Finding
from trailwright.quality.options import same_answer
from trailwright.quality.positional import is_positional
from trailwright.quality.stems import Asked
from trailwright.quality.words import count_words, tokens

MIN_OPTIONS = 3
MAX_OPTIONS = 5

_LABEL = re.compile(r"^\(?[A-Ea-e1-5][).:]\s+")
_NAMED = 80


_CLAUSES = (
    ", because ",
    " because ",
    ", so that ",
    " so that ",
    ", since ",
    "; ",
    "\uff1b",
    "\uff0c\u56e0\u4e3a",
    "\uff0c\u8fd9\u6837",
)
"""What begins a reason, in English and Chinese; a bare comma or "and" may begin another part."""
_LEAST_KEY_WORDS = 2


def question_from(ctx: ContentContext, answer: QuestionAnswer, number: int) -> Question | None:
    """Question `number` (from 1) as stored, or None when too few different options are left.

    A right answer wins over an equal wrong one. A choice of several with one key becomes a single choice.
    """
    right, wrong = _options(answer)
    kind = answer.kind
    if kind == "true_false":
        right, wrong = right[:1], wrong[:1]
    elif kind == "single_choice" or len(right) == 1:
        kind, right = "single_choice", right[:1]
    wrong = wrong[: MAX_OPTIONS - len(right)]
    least = 2 if kind == "true_false" else MIN_OPTIONS
    if not right or not wrong or len(right) + len(wrong) < least:
        return None
    longest = max(len(option.text) for option in wrong)
    texts = [*(_cut(key, longest) for key in right), *(option.text for option in wrong)]
    feedback = [*(OptionFeedback() for _ in right), *(_feedback(ctx, option) for option in wrong)]
    order = permutation(len(texts), ctx.seed, ctx.concept_id, number, answer.question)
    return Question(
        question_id=f"q{number}",
        question_type=kind,
        question=answer.question,
        options=[texts[i] for i in order],
        correct_answer=sorted(order.index(i) for i in range(len(right))),
        explanation=answer.explanation,
        difficulty=answer.difficulty,
        option_feedback=[feedback[i] for i in order],
    )


def _cut(key: str, longest: int) -> str:
    """A key that its length gives away (Q4), without its last clauses: it stays true when its reason goes."""
    if 3 * len(key) <= 4 * longest:
        return key
    for sign in _CLAUSES:
        head = key.split(sign, maxsplit=1)[0].strip()
        if 3 * len(head) <= 4 * longest and count_words(head) >= _LEAST_KEY_WORDS:
            return head
    return key


def questions_from(
    ctx: ContentContext, answers: Sequence[QuestionAnswer]
) -> tuple[list[Question], list[Finding]]:
    """The usable questions, and why the others are not: too few options, or asked before (Q3)."""
    asked = Asked(map(tokens, ctx.earlier_stems))
    usable: list[Question] = []
    unusable: list[Finding] = []
    for number, answer in enumerate(answers, 1):
        stem = tokens(answer.question)
        question = question_from(ctx, answer, number)
        if asked.near(stem) is not None:
            unusable.append(_unusable("Q3", number, "it asks nearly the same as another question"))
        elif question is None:
            message = "it needs a right answer and at least 2 wrong ones that all say something different"
            unusable.append(_unusable("Q2", number, message))
        else:
            usable.append(question)
            asked.add(stem)
    return usable, unusable


def _unusable(check: str, number: int, message: str) -> Finding:
    return Finding(check=check, level="gate", where=f"question {number}", message=message)


def _options(answer: QuestionAnswer) -> tuple[list[str], list[WrongOption]]:
    """Right and wrong options without labels (`A)`) and doubles; wrong ones that lean on others go (Q5)."""
    texts = [*answer.right, *(w.text for w in answer.wrong)]
    labelled = sum(1 for text in texts if _LABEL.match(text)) > 1
    seen: set[str] = set()
    right: list[str] = []
    wrong: list[WrongOption] = []
    for text in answer.right:
        plain = _LABEL.sub("", text) if labelled else text
        if _new(plain, seen):
            right.append(plain)
    for option in answer.wrong:
        plain = _LABEL.sub("", option.text) if labelled else option.text
        if _new(plain, seen) and not is_positional(plain):
            wrong.append(option.model_copy(update={"text": plain}))
    return right, wrong


def _new(text: str, seen: set[str]) -> bool:
    key = same_answer(text)
    if not key or key in seen:
        return False
    seen.add(key)
    return True


def _feedback(ctx: ContentContext, option: WrongOption) -> OptionFeedback:
    """The misconception, and the prerequisite that it names; this concept where it names none."""
    text = f"{option.text} {option.misconception}".casefold()
    named = (
        c.concept_id for c in ctx.prerequisites() if fuzz.token_set_ratio(c.name.casefold(), text) >= _NAMED
    )
    return OptionFeedback(misconception=option.misconception, revisit_concept_id=next(named, ctx.concept_id))
