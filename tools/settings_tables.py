"""The table of docs/settings.md, made from `settings.py` and the words beside this file."""

import re
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from tools.settings_words import WORDS
from trailwright.configuration.catalogue import field_of
from trailwright.settings import PREFIX, known_names

AGENT = re.compile(r"LLM__AGENTS__[A-Z]+__")


def settings_table() -> str:
    """One row a setting, in the order of the class; the seven agents' as one."""
    out = "| setting | allowed | default | meaning |\n| --- | --- | --- | --- |\n"
    seen = set()
    for full in known_names():
        name = AGENT.sub("LLM__AGENTS__<AGENT>__", full.removeprefix(PREFIX))
        if name not in seen:
            seen.add(name)
            field = field_of(full.removeprefix(PREFIX))
            words = WORDS[name]
            meaning = f"{words.meaning} *Not used yet.*" if words.later else words.meaning
            out += f"| `{name}` | {allowed(field)} | {words.default or default(field)} | {meaning} |\n"
    return out


def default(field: FieldInfo) -> str:
    """As it would be written."""
    value = field.default
    return (
        "none"
        if value is None or value == ()
        else f"`{value:g}`"
        if isinstance(value, float)
        else f"`{value}`"
    )


def allowed(field: FieldInfo) -> str:
    """The kind of value and its bounds."""
    kinds = [kind for kind in flat(field.annotation) if kind is not type(None)]
    metadata = [*field.metadata, *(m for kind in kinds for m in getattr(kind, "__metadata__", ()))]
    plain = [getattr(kind, "__origin__", kind) if hasattr(kind, "__metadata__") else kind for kind in kinds]
    choices = [f"`{choice}`" for kind in plain if get_origin(kind) is Literal for choice in get_args(kind)]
    return ", ".join(choices) if choices else " ".join([noun(plain), *bounds(metadata)])


def flat(kind: Any) -> list[Any]:
    """A union's parts."""
    return list(get_args(kind)) if get_origin(kind) in {Union, UnionType} else [kind]


def noun(kinds: list[Any]) -> str:
    """What is to be given."""
    names = {int: "whole number", float: "number", str: "text", Path: "path", SecretStr: "secret"}
    return next((names[kind] for kind in kinds if kind in names), "list")


def bounds(metadata: list[Any]) -> list[str]:
    """From pydantic's and annotated_types' marks."""
    found: dict[str, Any] = {}
    for mark in metadata:
        for one in getattr(mark, "metadata", [mark]):
            found |= {
                name: getattr(one, name)
                for name in ("ge", "gt", "le")
                if getattr(one, name, None) is not None
            }
    low = f"from {found['ge']:,}" if "ge" in found else f"over {found['gt']:,}" if "gt" in found else ""
    return [part for part in (low, f"to {found['le']:,}" if "le" in found else "") if part]
