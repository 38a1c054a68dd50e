"""Checks of a tutorial, T1 to T11, as far as a program can tell. Pure.

Not here: T4 (Mermaid is drawn elsewhere), T8-T10 and T12 (they need sources, links, other tutorials).
"""

import re
import unicodedata
from collections.abc import Sequence

from trailwright.domain.content import CheckResult
from trailwright.domain.findings import Finding
from trailwright.domain.preferences import Level, Size
from trailwright.quality.code import check_t5, check_t5_imports
from trailwright.quality.judged import Judged, gate, quote, results
from trailwright.quality.language import MIN_LETTERS, can_judge, not_judged, wrong_language
from trailwright.quality.markdown import MAX_CHARS, MAX_LINES, Block, Document, Section, parse, plain
from trailwright.quality.reading import check_t7, check_t11
from trailwright.quality.sections import length_band, section_problems
from trailwright.quality.talk import check_t3
from trailwright.quality.words import count_letters, count_words

_MARKED = re.compile('["*_\u201c\u00ab\u300c]')
_QUOTED = re.compile(
    '"[^"\n]{1,300}"|\u201c[^\u201d\n]{1,300}\u201d|\u00ab[^\u00bb\n]{1,300}\u00bb|\u300c[^\u300d\n]{1,300}\u300d'
)
_EMPHASIS = re.compile(r"(?<!\*)\*{1,2}[^*\n]{1,200}\*{1,2}|\b_[^_\n]{1,200}_\b")
_END_MARKS = frozenset(".!?…。！？．؟۔।॥።፧។៕།։՞՜;·")  # noqa: RUF001 - ends of sentences in many scripts
_AFTER_END = "\ufe0f \t\n*_\"'`”’»」』）)]}›】>~"  # noqa: RUF001 - what may follow an end mark
_NO_END_MARK = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_ENDS_IN_REFERENCE = re.compile(r"\]\([^()\s]{1,500}\)[*_.]*$|https?://\S{1,500}$|`$|\$$")


def check_tutorial(
    markdown: str, *, size: Size, language: str, stopped_by_length: bool, level: Level | None = None
) -> list[CheckResult]:
    """The receipt of a tutorial: one line a check, in the order of the rubric; never raises.

    `stopped_by_length`: the model stopped because it ran out of tokens. Without `level` T7 is left out. A
    text over 60,000 characters or 3,000 lines only gets the line that says so.
    """
    return results(
        judge_tutorial(
            markdown, size=size, language=language, stopped_by_length=stopped_by_length, level=level
        )
    )


def judge_tutorial(
    markdown: str,
    *,
    size: Size | None,
    language: str | None,
    stopped_by_length: bool = False,
    level: Level | None = None,
) -> list[Judged]:
    """The checks that what is known allows: T1 is partial without `size`, T6, T7 and T11 need `language`."""
    return judge_extent(markdown) or judge_document(
        parse(markdown), size=size, language=language, stopped_by_length=stopped_by_length, level=level
    )


def judge_extent(markdown: str) -> list[Judged]:
    """Nothing, or the one line about a text that is too large to be parsed."""
    lines = markdown.count("\n")
    if len(markdown) <= MAX_CHARS and lines <= MAX_LINES:
        return []
    message = f"it has {len(markdown)} characters in {lines} lines, far too many; write a much shorter text"
    return [Judged("T1", "gate", [gate("T1", "tutorial", message)])]


def judge_document(
    document: Document,
    *,
    size: Size | None,
    language: str | None,
    stopped_by_length: bool = False,
    level: Level | None = None,
) -> list[Judged]:
    """As `judge_tutorial`, of a text that was parsed before."""
    judged = [
        Judged("T1", "gate", check_t1(document, size=size, language=language)),
        Judged("T2", "gate", check_t2(document, stopped_by_length=stopped_by_length)),
        Judged("T3", "gate", check_t3(document)),
        Judged("T5", "gate", check_t5(document)),
        Judged("T5", "score", check_t5_imports(document)),
    ]
    if language is not None:
        unknown = None if can_judge(language) else not_judged(language)
        judged.append(Judged("T6", "gate", check_t6(document, language=language), note=unknown))
        if level is not None:
            judged.append(Judged("T7", "score", check_t7(document, level=level, language=language)))
        judged.append(Judged("T11", "score", check_t11(document, language=language)))
    return judged


def check_t1(document: Document, *, size: Size | None, language: str | None) -> list[Finding]:
    """T1 (gate): one H1, levels never skip, the declared sections, length within 40 % of the target.

    Source: rubric, T1; sections and targets stand in `sections`. Length in words of `words.count_words`:
    with its code the text must not be too short, without it not too long.
    """
    problems = [*_title_problems(document), *_level_problems(document), *_empty_sections(document)]
    found = [gate("T1", where, message) for where, message in problems]
    if size is not None:
        titles = [plain(s.heading.text) for s in document.sections() if s.heading]
        wrong = section_problems(titles, size, language or "und")
        found += [gate("T1", "sections", message) for message in wrong]
        found += _length_findings(document, size)
    return found


def check_t2(document: Document, *, stopped_by_length: bool) -> list[Finding]:
    """T2 (gate): not cut off: stop reason, fences closed, the last block ends a sentence. Source: T2."""
    if stopped_by_length:
        return [
            gate("T2", "end", "the text was cut off before its end; write less, so that it can be finished")
        ]
    found = [
        gate("T2", f"line {fence.line}", "this code block is never closed; close it with ```")
        for fence in document.fences
        if not fence.closed
    ]
    end = _end_problem(document)
    if end and not found:
        found.append(gate("T2", "end", end))
    return found


def check_t6(document: Document, *, language: str) -> list[Finding]:
    """T6 (gate): each section is in `language`, judged on 40 letters and more. Source: rubric, T6.

    Code, quotations, tables and what is in quotation marks or emphasised (words of the language that is
    learned) are left out. When every section is shorter, the whole is judged.
    """
    texts = [(section.where, _own_words(section)) for section in document.sections()]
    if all(count_letters(text) < MIN_LETTERS for _, text in texts):
        texts = [("tutorial", "\n".join(text for _, text in texts))]
    problems = ((where, wrong_language(text, language)) for where, text in texts)
    return [gate("T6", where, words) for where, words in problems if words]


def _title_problems(document: Document) -> list[tuple[str, str]]:
    titles = [b for b in document.headings if b.level == 1]
    if not titles:
        return [("title", 'there is no title; begin with one line "# …"')]
    return [
        (
            f"line {b.line}",
            f'"{quote(b.text, 60)}" is a second title; only the first line may begin with one #',
        )
        for b in titles[1:]
    ]


def _level_problems(document: Document) -> list[tuple[str, str]]:
    problems = []
    above = 0
    for heading in document.headings:
        if heading.level > above + 1:
            right, wrong = "#" * (above + 1), "#" * heading.level
            message = f'the heading "{quote(heading.text, 60)}" skips a level: use {right} instead of {wrong}'
            problems.append((f"line {heading.line}", message))
        above = heading.level
    return problems


def _empty_sections(document: Document) -> list[tuple[str, str]]:
    sections = [s for s in document.sections() if s.heading]
    return [(s.where, "there is nothing under this heading") for s in sections if not _has_text(s.blocks)]


def _has_text(blocks: Sequence[Block]) -> bool:
    return any(b.kind != "heading" and b.text.strip() for b in blocks)


def _length_findings(document: Document, size: Size) -> list[Finding]:
    low, high = length_band(size)
    words = document.words
    if words > high:
        message = f"it has {words} words; {low} to {high} are asked for, so leave out about {words - high}"
        return [gate("T1", "length", message)]
    all_words = words + sum(count_words(b.text) for b in document.blocks if b.kind in {"fence", "code"})
    if all_words < low:
        message = f"it has {all_words} words; {low} to {high} are asked for, so add about {low - all_words}"
        return [gate("T1", "length", message)]
    return []


def _end_problem(document: Document) -> str | None:
    if not document.blocks:
        return "there is no text"
    last = document.blocks[-1]
    if last.kind == "heading":
        return f'it ends with the heading "{quote(last.text, 60)}" and nothing under it'
    if last.kind in {"fence", "code", "html", "table"} or _ends_sentence(last.text):
        return None
    if last.kind == "item" and _list_without_marks(document, last):
        return None
    tail = quote(last.text[-80:], 80)
    return f'it stops in the middle of a sentence: "{tail}"; finish it'


def _ends_sentence(text: str) -> bool:
    """Whether it ends with an end mark, a picture sign, a link or formula, or in a script without marks."""
    text = text.strip()
    if _ENDS_IN_REFERENCE.search(text[-600:]):
        return True
    core = text.rstrip(_AFTER_END)
    if not core:
        return bool(text)
    last = core[-1]
    return (
        last in _END_MARKS
        or unicodedata.category(last) in {"So", "Sk", "Cf"}
        or bool(_NO_END_MARK.match(last))
    )


def _list_without_marks(document: Document, last: Block) -> bool:
    """Whether another item of the same list has no end mark either, so that it is only the list's style."""
    others = [b for b in document.blocks if b.kind == "item" and b.group == last.group and b is not last]
    return any(not _ends_sentence(b.text) for b in others)


def _own_words(section: Section) -> str:
    blocks = [*([section.heading] if section.heading else []), *section.blocks]
    kept = [b for b in blocks if b.kind in {"heading", "paragraph", "item"}]
    return "\n".join(plain(_unquoted(b.text), code=False) for b in kept)


def _unquoted(text: str) -> str:
    """Without what is in quotation marks or emphasised."""
    return _EMPHASIS.sub(" ", _QUOTED.sub(" ", text)) if _MARKED.search(text) else text
