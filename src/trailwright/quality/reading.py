"""T7 and T11: how hard a lesson is to read, and what a good one has in it. Scores only. Pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

from trailwright.domain.findings import Finding
from trailwright.domain.preferences import Level
from trailwright.domain.sentences import say
from trailwright.quality.judged import score
from trailwright.quality.language import primary
from trailwright.quality.markdown import Document, plain
from trailwright.quality.sections import EXAMPLE, MISTAKES, SUMMARY, knows_titles

GRADE_BANDS: Mapping[Level, tuple[float, float]] = {
    "beginner": (2, 11),
    "intermediate": (4, 14),
    "advanced": (6, 18),
}
"""Flesch-Kincaid grade levels (US school years) that suit a learner's level."""

WORDS_PER_QUESTION = 400
"""One question to the reader for about so many words (T11)."""

_MIN_WORDS = 100
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)|\n")
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_VOWELS = re.compile(r"[aeiouy]+")
_QUESTION = re.compile("[?？؟;՞](?=[\\s\"'”»）)*_]|$)|[？؟]")  # noqa: RUF001 - question marks of many scripts


def check_t7(document: Document, *, level: Level, language: str) -> list[Finding]:
    """T7 (score): the reading level is in the band of the learner's level. English only.

    Source: Flesch-Kincaid grade level (Kincaid et al. 1975), 0.39 words/sentence + 11.8 syllables/word
    - 15.59, in US school years; syllables are counted as groups of vowels. Under 100 words it says nothing.
    """
    if primary(language) != "en":
        return []
    grade = flesch_kincaid(document.text)
    low, high = GRADE_BANDS[level]
    if grade is None or low <= grade <= high:
        return []
    code = "reads_harder" if grade > high else "reads_simpler"
    return [score("T7", "tutorial", say(code, grade=f"{grade:.1f}", level=level, low=low, high=high))]


def flesch_kincaid(text: str) -> float | None:
    """Grade level of English `text`, None under 100 words."""
    words = _WORD.findall(text)
    if len(words) < _MIN_WORDS:
        return None
    sentences = sum(1 for part in _SENTENCE_END.split(text) if _WORD.search(part))
    syllables = sum(_syllables(word.casefold()) * count for word, count in Counter(words).items())
    return 0.39 * len(words) / max(sentences, 1) + 11.8 * syllables / len(words) - 15.59


def check_t11(document: Document, *, language: str) -> list[Finding]:
    """T11 (score): a worked example, common mistakes, a summary, a question per about 400 words.

    Source: rubric, T11. The three are known by their headings, in English and Chinese; questions by their
    mark, outside of code, in any script that has one.
    """
    headings = [plain(b.text).casefold() for b in document.headings]
    found: list[Finding] = []
    if knows_titles(language):
        wanted: Sequence[tuple[str, re.Pattern[str]]] = (
            ("no_example", EXAMPLE.words),
            ("no_mistakes", MISTAKES.words),
            ("no_summary", SUMMARY.words),
        )
        found = [
            score("T11", "tutorial", say(code))
            for code, words in wanted
            if not any(words.search(heading) for heading in headings)
        ]
    needed = max(1, round(document.words / WORDS_PER_QUESTION))
    asked = len(_QUESTION.findall(document.text))
    if asked < needed and primary(language) not in _NO_QUESTION_MARK:
        found.append(score("T11", "tutorial", say("few_questions", asked=asked, needed=needed)))
    return found


_NO_QUESTION_MARK = {"th", "lo", "km", "my", "bo", "am", "ti"}


@lru_cache(maxsize=4096)
def _syllables(word: str) -> int:
    count = len(_VOWELS.findall(word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and count > 1:
        count -= 1
    return max(count, 1)
