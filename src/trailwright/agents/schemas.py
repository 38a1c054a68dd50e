"""What models are asked to answer, small enough for a weak one. Pure.

Each shape has a `schema_name`, which is also the `title` of the JSON Schema that is sent: whoever serves a
request can tell by it what is asked. Nothing is nullable and nothing has a default, since strict modes of
providers want every property required; "no value" is the empty string, the empty list or 0. The bounds here
are those an answer is read with; what is sent is narrowed per request.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from trailwright.domain.content import QuestionType, ResourceType
from trailwright.domain.framework import MAX_HOURS, MIN_HOURS, Difficulty

TUTORIAL_FIRST_LINE = "Trailwright tutorial: write one lesson in Markdown."
"""First line of a tutorial's user turn, by which it is known: it has no schema."""

Severity = Literal["major", "minor"]
Action = Literal["add", "update", "remove", "move"]

Name = Annotated[str, Field(min_length=1, max_length=80)]
Sentence = Annotated[str, Field(min_length=1, max_length=200)]
Phrase = Annotated[str, Field(min_length=1, max_length=120)]
Hours = Annotated[float, Field(ge=MIN_HOURS, le=MAX_HOURS)]


class Shape(BaseModel):
    """Base of all answers; unknown properties are ignored."""

    model_config = ConfigDict(extra="ignore")
    schema_name: ClassVar[str] = ""


class IntentQuestion(Shape):
    """A question to the learner when the goal can be read in two ways."""

    question: Phrase
    options: Annotated[list[Name], Field(max_length=4)]


class IntentAnswer(Shape):
    """What the learner wants, in the sense that was confirmed."""

    schema_name: ClassVar[str] = "TrailwrightIntent"

    title: Name
    subject: Phrase
    summary: Annotated[str, Field(min_length=1, max_length=320)]
    required_skills: Annotated[list[Name], Field(min_length=1, max_length=8)]
    known_skills: Annotated[list[Name], Field(max_length=6)]
    recommended_weeks: Annotated[int, Field(ge=1, le=104)]
    questions: Annotated[list[IntentQuestion], Field(max_length=2)]


class ConceptAnswer(Shape):
    """One concept; prerequisites are names of earlier concepts."""

    name: Name
    description: Sentence
    objectives: Annotated[list[Phrase], Field(min_length=1, max_length=3)]
    difficulty: Difficulty
    hours: Hours
    keywords: Annotated[list[Annotated[str, Field(min_length=1, max_length=40)]], Field(max_length=4)]
    prerequisites: Annotated[list[Name], Field(max_length=3)]


class OutlineModuleAnswer(Shape):
    """A module of the outline; its concepts come in an answer of their own."""

    name: Name
    description: Sentence
    concept_count: Annotated[int, Field(ge=1, le=7)]


class OutlineStageAnswer(Shape):
    """A stage of the outline."""

    name: Name
    description: Sentence
    modules: Annotated[list[OutlineModuleAnswer], Field(min_length=1, max_length=6)]


class OutlineAnswer(Shape):
    """Stages and modules, without concepts."""

    schema_name: ClassVar[str] = "TrailwrightOutline"

    title: Name
    stages: Annotated[list[OutlineStageAnswer], Field(min_length=1, max_length=6)]


class MiniModuleAnswer(Shape):
    """A module of a mini roadmap, with its concepts."""

    name: Name
    description: Sentence
    concepts: Annotated[list[ConceptAnswer], Field(min_length=1, max_length=3)]


class MiniOutlineAnswer(Shape):
    """A whole mini roadmap in one answer: one stage, one or two modules, at most four concepts."""

    schema_name: ClassVar[str] = "TrailwrightMiniOutline"

    stage_name: Name
    stage_description: Sentence
    modules: Annotated[list[MiniModuleAnswer], Field(min_length=1, max_length=2)]


class ModuleAnswer(Shape):
    """The concepts of one module."""

    schema_name: ClassVar[str] = "TrailwrightModule"

    concepts: Annotated[list[ConceptAnswer], Field(min_length=1, max_length=7)]


class Problem(Shape):
    """One fault of a framework; `node` is its number in the prompt, such as `1.2.3`, or empty."""

    problem: Sentence
    node: Annotated[str, Field(max_length=40)]
    suggestion: Annotated[str, Field(max_length=200)]
    severity: Severity


class ValidationAnswer(Shape):
    """What is wrong with a framework; an empty list means nothing is."""

    schema_name: ClassVar[str] = "TrailwrightValidation"

    problems: Annotated[list[Problem], Field(max_length=5)]


class PlannedChange(Shape):
    """One change; `node` is the number of the node that is changed, or under which one is added."""

    action: Action
    node: Annotated[str, Field(max_length=40)]
    instruction: Sentence


class EditPlanAnswer(Shape):
    """What will be changed, and nothing else may be."""

    schema_name: ClassVar[str] = "TrailwrightEditPlan"

    summary: Sentence
    changes: Annotated[list[PlannedChange], Field(min_length=1, max_length=8)]


class EditOperation(Shape):
    """One operation on one node. Empty string, empty list, `keep` and 0 hours keep what is there.

    `node`: number of the node (add: `new1` … `new6`). `parent`: under which it is added or moved.
    `after`: its new elder sibling; the parent itself for the first place, empty for the last.
    """

    op: Action
    node: Annotated[str, Field(max_length=40)]
    parent: Annotated[str, Field(max_length=40)]
    after: Annotated[str, Field(max_length=40)]
    name: Annotated[str, Field(max_length=80)]
    description: Annotated[str, Field(max_length=200)]
    objectives: Annotated[list[Phrase], Field(max_length=3)]
    difficulty: Literal["keep", "easy", "medium", "hard"]
    hours: Annotated[float, Field(ge=0, le=MAX_HOURS)]
    keywords: Annotated[list[Annotated[str, Field(min_length=1, max_length=40)]], Field(max_length=4)]
    prerequisites: Annotated[list[Name], Field(max_length=3)]


class EditAnswer(Shape):
    """Operations that carry out an edit plan."""

    schema_name: ClassVar[str] = "TrailwrightEdit"

    edits: Annotated[list[EditOperation], Field(min_length=1, max_length=12)]


class WrongOption(Shape):
    """A distractor and the misconception that leads to it."""

    text: Phrase
    misconception: Annotated[str, Field(min_length=1, max_length=160)]


class QuestionAnswer(Shape):
    """One question. Right and wrong options stand apart, so no key can be marked wrongly.

    `single_choice` and `true_false` use the first of `right`; `true_false` uses the first of `wrong`.
    """

    kind: QuestionType
    question: Annotated[str, Field(min_length=1, max_length=240)]
    right: Annotated[list[Phrase], Field(min_length=1, max_length=3)]
    wrong: Annotated[list[WrongOption], Field(min_length=1, max_length=3)]
    explanation: Annotated[str, Field(min_length=1, max_length=360)]
    difficulty: Difficulty


class QuizAnswer(Shape):
    """The questions of one concept."""

    schema_name: ClassVar[str] = "TrailwrightQuiz"

    questions: Annotated[list[QuestionAnswer], Field(min_length=1, max_length=8)]


class SuggestionAnswer(Shape):
    """One search worth making."""

    query: Phrase
    type: ResourceType
    why: Annotated[str, Field(min_length=1, max_length=160)]


class SuggestionsAnswer(Shape):
    """Searches: made by the program when there is a provider, else offered to the learner."""

    schema_name: ClassVar[str] = "TrailwrightSuggestions"

    suggestions: Annotated[list[SuggestionAnswer], Field(min_length=1, max_length=5)]


class Pick(Shape):
    """One hit worth reading; `index` is its number in the prompt, from 1; `relevance` in percent."""

    index: int
    type: ResourceType
    description: Sentence
    relevance: Annotated[int, Field(ge=0, le=100)]


class PicksAnswer(Shape):
    """Which of the checked hits are offered."""

    schema_name: ClassVar[str] = "TrailwrightPicks"

    picks: Annotated[list[Pick], Field(max_length=8)]


ANSWERS: tuple[type[Shape], ...] = (
    IntentAnswer,
    OutlineAnswer,
    MiniOutlineAnswer,
    ModuleAnswer,
    ValidationAnswer,
    EditPlanAnswer,
    EditAnswer,
    QuizAnswer,
    SuggestionsAnswer,
    PicksAnswer,
)


@dataclass(frozen=True)
class Items:
    """Narrows a list to between `low` and `high` items."""

    low: int
    high: int


@dataclass(frozen=True)
class OneOf:
    """Narrows a string to a closed list."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class Between:
    """Narrows a number's bounds, both allowed."""

    low: int
    high: int


@dataclass(frozen=True)
class AtLeast:
    """Narrows how short a string may be, in characters."""

    chars: int


Narrow = Items | OneOf | Between | AtLeast


def answer_schema(shape: type[Shape], narrow: Mapping[str, Narrow] | None = None) -> dict[str, Any]:
    """JSON Schema of `shape` as strict modes want it: no `$ref`, all required, nothing additional.

    `narrow` tightens a property for one request; its keys are dotted paths through lists, such as
    `stages.modules`. Raises KeyError for a path that does not exist.
    """
    flat = deepcopy(_flat(shape))
    for path, limit in (narrow or {}).items():
        _narrow(_at(flat, path), limit)
    return {"title": shape.schema_name, **flat}


@cache
def _flat(shape: type[Shape]) -> dict[str, Any]:
    raw = shape.model_json_schema()
    return _flatten(raw, raw.get("$defs", {}))


def _flatten(node: dict[str, Any], defs: Mapping[str, Any]) -> dict[str, Any]:
    if "$ref" in node:
        return _flatten(defs[node["$ref"].rsplit("/", 1)[-1]], defs)
    flat = {k: v for k, v in node.items() if k not in {"title", "description", "default", "$defs"}}
    if node.get("type") == "object":
        flat["properties"] = {k: _flatten(v, defs) for k, v in node.get("properties", {}).items()}
        flat["required"] = list(flat["properties"])
        flat["additionalProperties"] = False
    elif node.get("type") == "array":
        flat["items"] = _flatten(node["items"], defs)
    return flat


def _at(schema: dict[str, Any], path: str) -> dict[str, Any]:
    node = schema
    for part in path.split("."):
        node = node.get("items", node)["properties"][part]
    return node


def _narrow(node: dict[str, Any], limit: Narrow) -> None:
    match limit:
        case Items(low, high):
            node["minItems"], node["maxItems"] = low, high
        case OneOf(values):
            node.pop("maxLength", None)
            node.pop("minLength", None)
            node["enum"] = list(values)
        case Between(low, high):
            node["minimum"], node["maximum"] = low, high
        case AtLeast(chars):
            node["minLength"] = chars
