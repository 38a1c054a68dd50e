"""Q5 and Q6: wording that breaks when options are shuffled, and other flaws of an item. Pure.

Source of the flaws: the item-writing guidelines of Haladyna, Downing and Rodriguez (2002), as the rubric
lists them. Patterns are bounded, so the cost is linear in the text.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from trailwright.domain.content import Question
from trailwright.domain.findings import Finding
from trailwright.quality.judged import gate, quote
from trailwright.quality.language import primary
from trailwright.quality.positional import NAMES_OPTION, is_positional
from trailwright.quality.words import tokens

FLAWS_ALLOWED = 1
"""Q6 fails at two flaws in one question."""

_LABEL = re.compile(r"^\s*(?:\(?[A-Ea-e][).:、．]|\(?[1-5][)、．])\s*\S")  # noqa: RUF001 - Chinese marks

Tongue = Literal["en", "zh", ""]

_ABSOLUTE = {
    "en": re.compile(
        r"\b(?:always|never|only|all|none|every|everyone|everything|nobody|nothing|completely|entirely"
        r"|absolutely|totally|impossible|guarantees?|guaranteed|must)\b"
    ),
    "zh": re.compile("总是|永远|从不|从来|绝对|一定|必须|完全|所有|唯一|只有|任何|總是|永遠|從不|絕對|必須"),
}
_VAGUE = {
    "en": re.compile(
        r"\b(?:often|sometimes|usually|frequently|generally|occasionally|rarely|seldom|many|several|few|mostly"
        r"|probably|perhaps|some)\b"
    ),
    "zh": re.compile("经常|有时|往往|大多|许多|很少|或许|也许|大概|偶尔|經常|有時|許多|也許"),
}
_NEGATED = {
    "en": re.compile(r"\b(?:which|what)\b.{0,200}\b(?:not|except|isn't|aren't|doesn't|don't|least)\b"),
    "zh": re.compile("(?:哪|下列|以下).{0,80}(?:不(?:是|属于|正确|对|会|能|应|包括)|错误|除外)"),
}
_QUESTION_MARK = re.compile("[?？؟;՞︖]|_{2,}|…|\\.{3}|[:：]\\W*$|[（(]\\s*[)）]|吗|呢")  # noqa: RUF001 - Chinese marks
_ORDER = re.compile(
    r"^\W*(?:select|choose|pick|identify|name|complete|mark|match|decide|tell|give|true or false|请|選|选)"
)
_NO_QUESTION_MARK = {"th", "lo", "km", "my", "bo", "am", "ti"}
_ARTICLE = re.compile(r"\b(an?)\W*$")
_COMMON = frozenset(
    """
    about above after again against answer because before being below between could correct does during each
    following from further have having into itself makes means might most option other ought should some
    statement such than that their them then there these they thing this those through true under until
    what when where which while whom will with would your question happen happens first best used using
    """.split()  # noqa: SIM905 - sixty quoted words would be harder to read
)
_CLANG_LETTERS = 5


def check_q5(questions: Sequence[Question]) -> list[Finding]:
    """Q5 (gate), wording: no option or explanation counts on the order of the options. Source: rubric, Q5.

    Options are shuffled after the model wrote them, so "all of the above", "both A and B" or "option C" would
    be wrong. Where the keys stand over a roadmap is `positions.key_positions`.
    """
    found = []
    for number, question in enumerate(questions, 1):
        where = f"question {number}"
        found += [
            gate("Q5", where, f'"{quote(text, 60)}" refers to other options; write an answer of its own')
            for text in question.options
            if is_positional(text[:_LOOKED_AT])
        ]
        labelled = [text for text in question.options if _LABEL.match(text)]
        if len(labelled) > 1:
            found.append(gate("Q5", where, 'options carry letters such as "A)"; leave the letters out'))
        named = NAMES_OPTION.search(question.explanation[:_EXPLANATION_LOOKED_AT])
        if named:
            message = (
                f'the explanation says "{named.group()}"; name the answer itself, as options are shuffled'
            )
            found.append(gate("Q5", where, message))
    return found


_LOOKED_AT = 400
_EXPLANATION_LOOKED_AT = 4_000


def check_q6(questions: Sequence[Question], *, language: str | None = None) -> list[Finding]:
    """Q6 (gate): at most one other item flaw in a question. Source: rubric, Q6.

    Flaws: an absolute term in distractors only, unmarked negation, a word of the stem in the key only, vague
    quantifiers, a grammar cue, a stem that is no question. Words are known in English and Chinese.
    """
    found = []
    for number, question in enumerate(questions, 1):
        flaws = list(flaws_of(question, language))
        if len(flaws) > FLAWS_ALLOWED:
            found.append(gate("Q6", f"question {number}", "; ".join(flaws)))
    return found


def flaws_of(question: Question, language: str | None) -> Iterator[str]:
    """Each kind of flaw once, in words."""
    tongue = _tongue(question, language)
    stem = question.question[:_EXPLANATION_LOOKED_AT].strip()
    keys, distractors = split_options(question)
    texts = [text[:_LOOKED_AT].casefold() for text in question.options]
    if question.question_type != "true_false":
        yield from _wording(stem, keys, distractors, tongue)
        clang = _clang(stem, keys, distractors)
        if clang:
            yield f'of all options only the right one repeats "{clang}" from the question'
        if tongue == "en" and _grammar_cue(stem, texts):
            yield 'the question ends with "a" or "an", which only some options fit'
        if not _asks(stem, language):
            yield "the question is no question; end it with a question mark"


def split_options(question: Question) -> tuple[list[str], list[str]]:
    """Keys and distractors; indexes that do not exist are ignored."""
    right = set(question.correct_answer)
    keys = [text for i, text in enumerate(question.options) if i in right]
    return keys, [text for i, text in enumerate(question.options) if i not in right]


def _wording(stem: str, keys: Sequence[str], distractors: Sequence[str], tongue: Tongue) -> Iterator[str]:
    if not tongue:
        return
    right = " ; ".join(keys)[:_EXPLANATION_LOOKED_AT].casefold()
    wrong = " ; ".join(distractors)[:_EXPLANATION_LOOKED_AT].casefold()
    absolute = _ABSOLUTE[tongue].search(wrong)
    if absolute and not _ABSOLUTE[tongue].search(right):
        yield f'only wrong options are absolute ("{absolute.group()}")'
    vague = _VAGUE[tongue].search(f"{right} ; {wrong}")
    if vague:
        yield f'options are vague ("{vague.group()}")'
    last = re.split(r"[.!。！]\s*", stem)[-1]  # noqa: RUF001 - Chinese marks
    if "**" not in last and _NEGATED[tongue].search(last if tongue == "zh" else _lower_first(last)):
        yield "the question is negated without marking it; write NOT in capitals, or ask for what is true"


def _lower_first(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _clang(stem: str, keys: Sequence[str], distractors: Sequence[str]) -> str | None:
    """A word of the stem that is in every key and in no distractor."""
    shared = {w for w in tokens(stem).split() if _is_content(w)}
    for key in keys:
        shared &= set(tokens(key[:_LOOKED_AT]).split())
    if not keys or not shared:
        return None
    elsewhere = {w for text in distractors for w in tokens(text[:_LOOKED_AT]).split()}
    return min(shared - elsewhere, default=None)


def _is_content(word: str) -> bool:
    """A word long enough to be noticed; pairs of Chinese characters are too common to tell."""
    return len(word) >= _CLANG_LETTERS and word not in _COMMON


def _grammar_cue(stem: str, options: Sequence[str]) -> bool:
    article = _ARTICLE.search(stem[-20:].casefold())
    if article is None:
        return False
    vowels = [text.lstrip()[:1] in set("aeiou") for text in options]
    fits = vowels if article.group(1) == "an" else [not v for v in vowels]
    return any(fits) and not all(fits)


def _asks(stem: str, language: str | None) -> bool:
    if language is not None and primary(language) in _NO_QUESTION_MARK:
        return True
    return bool(_QUESTION_MARK.search(stem) or _ORDER.match(stem.casefold()))


def _tongue(question: Question, language: str | None) -> Tongue:
    """Whose words to look for; without `language` Chinese where its characters stand, else English."""
    if language is None:
        return "zh" if re.search("[\u4e00-\u9fff]", question.question) else "en"
    who = primary(language)
    return "en" if who == "en" else "zh" if who == "zh" else ""
