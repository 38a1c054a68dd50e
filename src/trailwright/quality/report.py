"""What `trailwright check` says about a file (contract section 2): findings, skipped rules. Pure."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from trailwright.domain.content import Question, QuestionType, Quiz
from trailwright.domain.framework import MAX_CONCEPTS, Framework
from trailwright.domain.preferences import SIZES, Level, Preferences, Size
from trailwright.quality.code import language_of
from trailwright.quality.judged import Judged, findings, gate
from trailwright.quality.language import can_judge
from trailwright.quality.markdown import parse
from trailwright.quality.quiz import check_q10, judge_quiz
from trailwright.quality.roadmap import judge_roadmap
from trailwright.quality.tutorial import judge_tutorial

Kind = Literal["roadmap", "quiz", "tutorial"]
M = TypeVar("M", bound=BaseModel)

MAX_BYTES = 5_000_000
"""A larger file is not read."""

_SHOWN = 5
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n((?:[^\n]{0,500}\n){0,40}?)---[ \t]*\n")
_DIGITS = re.compile(r"(\d+)")


class NotCheckableError(ValueError):
    """The file cannot be judged; the message says where it is not what it should be."""


def judge(
    kind: Kind,
    document: object,
    *,
    today: date | None = None,
    size: Size | None = None,
    language: str | None = None,
    level: Level | None = None,
) -> dict[str, Any]:
    """`{"findings": [{check, level, where, message}], "skipped": [check], "passed": bool}`.

    `document`: for a tutorial its Markdown, else parsed JSON; a framework by itself, or under `framework`, or
    in the `roadmap` of what `generate` writes. Beside a framework may stand `preferences`,
    `size` and `required_skills`, beside a quiz `size`, `language` and `tutorial`; a tutorial may name `size`,
    `language` and `level` in front matter. What is passed counts more. `today` is a UTC date, against which a
    deadline is weighed. `skipped` names the rules that need what is not there; R4, R5 and T1 are judged in
    part then. Raises `NotCheckableError`, nothing else, for a document of another shape.
    """
    if kind == "tutorial":
        return _tutorial(document, size=size, language=language, level=level)
    if not isinstance(document, Mapping):
        raise NotCheckableError("it must be a JSON object")
    if kind == "quiz":
        return _quiz(document, size=size, language=language)
    return _roadmap(document, today=today, size=size)


def read(name: str, data: bytes, kind: Kind | None = None) -> tuple[Kind, object]:
    """Kind and document of a file's bytes: `.md` and `.markdown` are tutorials, JSON tells by its keys.

    Raises `NotCheckableError` when it is too large, no UTF-8, no JSON, or of no kind that is known.
    """
    if len(data) > MAX_BYTES:
        message = f"it has {len(data)} bytes; at most {MAX_BYTES} are read"
        raise NotCheckableError(message)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"it is not UTF-8 text (byte {error.start})"
        raise NotCheckableError(message) from None
    if kind == "tutorial" or (kind is None and name.casefold().endswith((".md", ".markdown"))):
        return "tutorial", text
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"it is not JSON: {error}"
        raise NotCheckableError(message) from None
    return kind or _kind_of(document), document


def report(judged: Iterable[Judged], skipped: Iterable[str] = ()) -> dict[str, Any]:
    """The JSON document of contract section 2 for checks that were made elsewhere too."""
    found = findings(judged)
    return {
        "findings": [f.model_dump(exclude={"said"}) for f in found],
        "skipped": sorted(set(skipped), key=_natural),
        "passed": not any(f.level == "gate" for f in found),
    }


def _roadmap(document: Mapping[str, Any], *, today: date | None, size: Size | None) -> dict[str, Any]:
    whole = document.get("roadmap", document)
    inner = whole.get("framework", whole) if isinstance(whole, Mapping) else whole
    if not isinstance(inner, Mapping):
        raise NotCheckableError("framework must be a JSON object")
    framework = _valid(Framework, {"roadmap_id": "", **inner}, "framework")
    given = document.get("preferences")
    preferences = None if given is None else _valid(Preferences, given, "preferences")
    size = size or _size(document)
    skills = _strings(document.get("required_skills"), "required_skills")
    judged = judge_roadmap(framework, preferences=preferences, size=size, today=today, required_skills=skills)
    skipped = {"R5"} if size is None else set()
    skipped |= set() if skills else {"R8"}
    if preferences is None:
        skipped |= {"R4", "R10", "R11"}
    else:
        skipped |= {"R4"} if preferences.deadline_date() and today is None else set()
        skipped |= set() if can_judge(preferences.primary_language) else {"R11"}
    if sum(1 for _ in framework.concepts()) > MAX_CONCEPTS:
        skipped |= {"R6", "R7", "R8"}
    return report(judged, skipped)


def _quiz(document: Mapping[str, Any], *, size: Size | None, language: str | None) -> dict[str, Any]:
    entries = document.get("questions")
    if not isinstance(entries, list):
        raise NotCheckableError("questions must be a list")
    questions, unknown_kinds = _questions(entries)
    quiz = Quiz(quiz_id="", concept_id="", questions=questions, total_questions=len(questions))
    size, language = size or _size(document), language or _text(document, "language")
    judged = judge_quiz(quiz, size=size, language=language)
    judged.insert(0, unknown_kinds)
    skipped = {"Q9"}
    tutorial = _text(document, "tutorial")
    if tutorial is None:
        skipped.add("Q10")
    else:
        judged.append(Judged("Q10", "score", check_q10(questions, tutorial=tutorial)))
    skipped |= {"size"} if size is None else set()
    skipped |= set() if language and can_judge(language) else {"language"}
    return report(judged, skipped)


def _tutorial(
    document: object, *, size: Size | None, language: str | None, level: Level | None
) -> dict[str, Any]:
    if not isinstance(document, str):
        raise NotCheckableError("a tutorial is Markdown text")
    markdown, said = _front_matter(document)
    size, language = size or _size(said), language or _text(said, "language")
    level = level or _one_of(said, "level", get_args(Level))
    judged = judge_tutorial(markdown, size=size, language=language, level=level)
    skipped = {"T8", "T9", "T10", "T12"}
    skipped |= {"T1"} if size is None else set()
    skipped |= set() if language and can_judge(language) else {"T6"}
    skipped |= {"T11"} if language is None else set()
    skipped |= {"T7"} if language is None or level is None else set()
    if any(language_of(fence) == "mermaid" for fence in parse(markdown).fences):
        skipped.add("T4")
    return report(judged, skipped)


def _kind_of(document: object) -> Kind:
    if isinstance(document, Mapping):
        if "questions" in document:
            return "quiz"
        if not document.keys().isdisjoint({"stages", "framework", "roadmap"}):
            return "roadmap"
    raise NotCheckableError("it is neither a framework (stages) nor a quiz (questions); name its --kind")


def _questions(entries: Sequence[object]) -> tuple[list[Question], Judged]:
    """The questions, and Q1 for those of an unknown kind, which are judged as choices."""
    questions: list[Question] = []
    unknown = []
    for number, entry in enumerate(entries, 1):
        where = f"questions[{number - 1}]"
        if not isinstance(entry, Mapping):
            message = f"{where} must be a JSON object"
            raise NotCheckableError(message)
        values = {"question_id": f"q{number}", "explanation": "", **entry}
        kind = values.get("question_type")
        if kind not in get_args(QuestionType):
            asked = ", ".join(get_args(QuestionType))
            unknown.append(gate("Q1", f"question {number}", f"its kind is none of {asked}"))
            keys = values.get("correct_answer")
            several = isinstance(keys, list) and len(keys) > 1
            values["question_type"] = "multiple_choice" if several else "single_choice"
        questions.append(_valid(Question, values, where))
    return questions, Judged("Q1", "gate", unknown)


def _valid(model: type[M], value: object, where: str) -> M:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        lines = [
            f"{'.'.join([where, *(str(part) for part in one['loc'])])}: {one['msg']}"
            for one in error.errors(include_url=False, include_context=False, include_input=False)[:_SHOWN]
        ]
        raise NotCheckableError("; ".join(lines)) from None
    except RecursionError:
        message = f"{where} is nested too deeply"
        raise NotCheckableError(message) from None


def _front_matter(text: str) -> tuple[str, dict[str, str]]:
    """The text without front matter, and what that says, as plain `key: value` lines."""
    match = _FRONT_MATTER.match(text.replace("\r\n", "\n"))
    if match is None:
        return text, {}
    pairs = (line.partition(":") for line in match.group(1).splitlines())
    said = {key.strip(): value.strip().strip("\"'") for key, _, value in pairs}
    return text.replace("\r\n", "\n")[match.end() :].lstrip("\n"), said


def _size(document: Mapping[str, Any]) -> Size | None:
    return _one_of(document, "size", SIZES)


C = TypeVar("C", bound=str)


def _one_of(document: Mapping[str, Any], key: str, allowed: Sequence[C]) -> C | None:
    value = document.get(key)
    if value is None or value in allowed:
        return value
    message = f"{key} must be one of {', '.join(allowed)}"
    raise NotCheckableError(message)


def _text(document: Mapping[str, Any], key: str) -> str | None:
    value = document.get(key)
    if value is None or isinstance(value, str):
        return value or None
    message = f"{key} must be text"
    raise NotCheckableError(message)


def _strings(value: object, where: str) -> list[str]:
    if value is None:
        return []
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    message = f"{where} must be a list of texts"
    raise NotCheckableError(message)


def _natural(check: str) -> list[tuple[int, str]]:
    return [(int(part) if part.isdigit() else 0, part) for part in _DIGITS.split(check)]
