"""Which settings can be set in the web app, and what each may be. Names have no prefix: `LLM__MODEL`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, SecretStr, TypeAdapter
from pydantic.fields import FieldInfo

from trailwright.configuration.words import WORDS
from trailwright.settings import PREFIX, Settings, known_names

Kind = Literal["text", "secret", "choice", "whole_number", "number"]
_SETTABLE = re.compile(r"(LLM|SEARCH|COVERS|RETRY|BUDGET)__.+|WORKER__(CONCURRENCY|ITEM_TIMEOUT_S)")
_FILES = {"LLM__LOCAL_PATH"}
"""Files of this machine are named on this machine."""

_AGENT = re.compile(r"LLM__AGENTS__[A-Z]+__")
_KINDS: Mapping[str, Kind] = {"integer": "whole_number", "number": "number", "string": "text"}


@dataclass(frozen=True)
class Entry:
    """One setting: what it means, and what is allowed. `above`: more than that, not equal."""

    name: str
    kind: Kind
    description: str
    default: str | int | float | None
    choices: tuple[str, ...] | None = None
    minimum: float | None = None
    above: float | None = None
    maximum: float | None = None


def value_of(settings: Settings, name: str) -> Any:
    """The value of a setting by its name without prefix."""
    found: Any = settings
    for part in name.lower().split("__"):
        found = getattr(found, part)
    return found


def _entry(name: str) -> Entry:
    field = field_of(name)
    schema = _schema(field)
    secret = SecretStr in (field.annotation, *get_args(field.annotation))
    choices = tuple(schema["enum"]) if "enum" in schema else None
    return Entry(
        name=name,
        kind="secret" if secret else "choice" if choices else _KINDS[schema["type"]],
        description=WORDS[_AGENT.sub("LLM__AGENTS__<AGENT>__", name)].meaning,
        default=field.default,
        choices=choices,
        minimum=schema.get("minimum"),
        above=schema.get("exclusiveMinimum"),
        maximum=schema.get("maximum"),
    )


def field_of(name: str) -> FieldInfo:
    """The field that a name without its prefix means."""
    model: type[BaseModel] = Settings
    *groups, last = name.lower().split("__")
    for group in groups:
        kind = model.model_fields[group].annotation
        assert isinstance(kind, type)  # noqa: S101 - groups are classes
        model = kind
    return model.model_fields[last]


def _schema(field: FieldInfo) -> dict[str, Any]:
    """JSON Schema of the value that is not null."""
    kind: Any = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    schema = TypeAdapter(kind).json_schema()
    some = [part for part in schema.get("anyOf", []) if part.get("type") != "null"]
    return some[0] if some else schema


_NAMES = (full.removeprefix(PREFIX) for full in known_names())
CATALOGUE: Mapping[str, Entry] = MappingProxyType(
    {name: _entry(name) for name in _NAMES if _SETTABLE.fullmatch(name) and name not in _FILES}
)
"""By name, in the order of the settings."""
