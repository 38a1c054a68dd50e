"""Reads a model's JSON by the schema it was asked for, mending what code can mend. Pure.

`"2"` for 2, a string for a list of one, too many items, too long strings, a nearly right enum value,
a wrapper object around the answer: none of these is worth another call.
"""

import math
import re
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from rapidfuzz import fuzz, process

from trailwright.agents.base import Rejected, extract_json
from trailwright.agents.json_text import MAX_CHARS, storable, whole_items
from trailwright.agents.schemas import Shape
from trailwright.domain.findings import Finding

S = TypeVar("S", bound=Shape)
Schema = Mapping[str, Any]

_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_ENUM_MIN = 60
_BARE = (int, float, bool)
_MARKS = ",;\u3001\uff0c\n"
_BREAKS = (" ", "\u3001", "\u3002", "\uff0c")
_SAME = {"beginner": "easy", "intermediate": "medium", "moderate": "medium", "advanced": "hard"}


class _UnusableError(Exception):
    """This value cannot become what the schema asks for: path and reason."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.finding = Finding(check="schema", level="gate", where=path or "answer", message=message)


def read_answer(
    shape: type[S],
    schema: Schema,
    text: str,
    finish: str,
    *,
    required: Collection[str] = (),
    salvage: str = "",
) -> S:
    """The answer in `text` as `shape`, mended by `schema`.

    `required` names properties that must be there. `salvage` names a list of which the whole items are taken
    when the answer was cut off. Raises `Rejected` when it cannot be mended.
    """
    value = _unwrap(_json(text, schema, finish, salvage), schema)
    _refuse_without(value, required)
    try:
        return shape.model_validate(_mend(value, schema, ""))
    except _UnusableError as unusable:
        raise Rejected([unusable.finding]) from None


def _json(text: str, schema: Schema, finish: str, salvage: str) -> Any:
    try:
        return extract_json(text, tuple(schema["properties"]), finish=finish)
    except Rejected:
        items = whole_items(text[:MAX_CHARS], salvage) if salvage else []
        if not items:
            raise
        return {salvage: items}


def _refuse_without(value: Any, required: Collection[str]) -> None:
    for key in required:
        if not isinstance(value, Mapping) or value.get(key) is None:
            message = "is missing"
            raise Rejected.because(message, check="schema", where=key)


def _unwrap(value: Any, schema: Schema) -> Any:
    """The object meant: out of `{"TrailwrightX": {…}}`, or a bare list for the one list there is."""
    keys = schema["properties"]
    if isinstance(value, list):
        lists = [k for k, v in keys.items() if v.get("type") == "array"]
        return {lists[0]: value} if len(lists) == 1 else (value[0] if len(value) == 1 else value)
    if isinstance(value, dict) and not any(k in value for k in keys):
        inner = [v for v in value.values() if isinstance(v, dict | list)]
        return _unwrap(inner[0], schema) if len(inner) == 1 else value
    return value


def _mend(value: Any, schema: Schema, path: str) -> Any:
    match schema["type"]:
        case "object":
            return _object(value, schema, path)
        case "array":
            return _array(value, schema, path)
        case "integer":
            return round(_number(value, schema, path))
        case "number":
            return _number(value, schema, path)
        case _:
            return _string(value, schema, path)


def _object(value: Any, schema: Schema, path: str) -> dict[str, Any]:
    keys = schema["properties"]
    if isinstance(value, str) and value.strip():
        value = {next(iter(keys)): value}
    if not isinstance(value, Mapping):
        raise _UnusableError(path, "must be an object")
    return {k: _mend(value.get(k), inner, f"{path}.{k}".lstrip(".")) for k, inner in keys.items()}


def _array(value: Any, schema: Schema, path: str) -> list[Any]:
    """The usable items, not too many; a list in which something stands but nothing is usable is a fault."""
    inner = schema["items"]
    if value is None:
        value = []
    elif isinstance(value, str) and inner["type"] == "string":
        value = [part for part in re.split(f"[{_MARKS}]", value) if part.strip()]
    elif not isinstance(value, list):
        value = [value]
    usable: list[Any] = []
    first: _UnusableError | None = None
    for number, item in enumerate(value, 1):
        try:
            usable.append(_mend(item, inner, f"{path} {number}"))
        except _UnusableError as unusable:
            first = first or unusable
    usable = usable[: schema.get("maxItems", len(usable))]
    if first is not None and (not usable or len(usable) < schema.get("minItems", 0)):
        raise first
    if len(usable) < schema.get("minItems", 0):
        raise _UnusableError(path, f"needs at least {schema['minItems']}, got {len(usable)}")
    return usable


def _number(value: Any, schema: Schema, path: str) -> float:
    """The number in it, within the schema's bounds; the lower bound when there is none in it."""
    number: float | None = None
    if isinstance(value, _BARE):
        number = float(value)
    elif isinstance(value, str) and (match := _NUMBER.search(value)):
        number = float(match.group().replace(",", "."))
    low = float(schema.get("minimum", -math.inf))
    high = float(schema.get("maximum", math.inf))
    if number is None or math.isnan(number):
        if math.isinf(low):
            raise _UnusableError(path, "must be a number")
        return low
    return min(max(number, low), high)


def _string(value: Any, schema: Schema, path: str) -> str:
    text = _plain(value)
    if "enum" in schema:
        return _choice(text, schema["enum"])
    text = shorten(text, schema.get("maxLength", len(text)))
    if not text and schema.get("minLength", 0) > 0:
        raise _UnusableError(path, "must not be empty")
    return text


def _plain(value: Any) -> str:
    """Text of a scalar, or of the first scalar in an object or list."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        return next((text for item in value if (text := _plain(item))), "")
    if value is None:
        return ""
    return storable(str(value)).strip()


def _choice(text: str, allowed: list[str]) -> str:
    """The allowed value that `text` means; the first when it means none."""
    wanted = text.casefold().replace(" ", "_").replace("-", "_")
    wanted = _SAME.get(wanted, wanted)
    for value in allowed:
        if value.casefold() == wanted or value == text:
            return value
    near = process.extractOne(wanted, allowed, scorer=fuzz.ratio, score_cutoff=_ENUM_MIN)
    return str(near[0]) if near else allowed[0]


def shorten(text: str, limit: int) -> str:
    """`text` within `limit` characters, cut between words where it can be."""
    if len(text) <= limit:
        return text
    cut = text[:limit]
    at = max(cut.rfind(mark) for mark in _BREAKS)
    return (cut[:at] if at > limit // 2 else cut).rstrip(" :" + _MARKS)
