"""How a server likes to be asked: found out by asking, remembered per endpoint. Pure.

The richest form first. What a server refuses is left out from then on: a JSON schema falls back to the same
schema with only the keywords all know, to JSON mode, to plain text; in the last two the schema stands in
the prompt, after the line `SCHEMA_LINE`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Literal

import orjson

from trailwright.domain.prompt import JsonSchema, Prompt
from trailwright.llm.complaints import NOT_TAKEN, Complaint, fault_of
from trailwright.llm.local_grammar import grammar_of

Mode = Literal["grammar", "schema", "lean", "json", "plain"]
Field = Literal["max_tokens", "max_completion_tokens", "temperature", "seed", "stream_options"]

SCHEMA_LINE = "Answer with one JSON object and nothing else. It must obey this JSON Schema:"

_ABOUT_FORMAT = re.compile(
    r"response[_ ]?format|json[_ ]?(?:schema|object|mode)|structured output|guided|grammar|\bschema\b"
)
_ABOUT_KEYWORDS = re.compile(
    r"invalid[_ ]schema|invalid_json_schema|not permitted|unsupported (?:schema|keyword)|additionalproperties"
    r"|maxlength|minlength|maxitems|minitems|uniqueitems|too (?:many|complex)"
)
_TOKEN_FIELDS: tuple[Field, Field] = ("max_tokens", "max_completion_tokens")
_FIELDS: tuple[Field, ...] = (*_TOKEN_FIELDS, "temperature", "seed", "stream_options")
_LEAN_DROPS = frozenset(
    {
        "minLength",
        "maxLength",
        "default",
        "examples",
        "uniqueItems",
        "minProperties",
        "maxProperties",
        "format",
    }
)
_ABOUT_THE_REQUEST = frozenset({400, 422, 500, 501})
"""Some servers call a schema that they cannot use an error of their own."""
_LENGTH_OF_CONTEXT = re.compile(r"context|prompt is too long|input tokens")


@dataclass(frozen=True)
class Manner:
    """One way of asking. `left_out`: fields this server refuses."""

    mode: Mode = "schema"
    tokens_field: Field = "max_tokens"
    left_out: frozenset[Field] = frozenset()


def first_manner(provider: str, base_url: str) -> Manner:
    """The richest form a known provider takes (the local model: a grammar); all others are asked."""
    if provider == "local":
        return Manner(mode="grammar")
    if base_url.startswith("https://api.openai.com"):
        return Manner(mode="lean", tokens_field="max_completion_tokens")
    if provider == "deepseek":
        return Manner(mode="json")
    return Manner()


@dataclass(frozen=True)
class Step:
    """Another way to ask. `lasting`: true of the server, not only of this request."""

    manner: Manner
    lasting: bool


def next_step(used: Manner, complaint: Complaint, prompt: Prompt, *, proven: bool) -> Step | None:
    """How to ask after a complaint about the form of a request; None when it is about something else.

    `proven`: this mode has brought answers before, so a refusal that names nothing is not about the mode.
    """
    if complaint.status not in _ABOUT_THE_REQUEST:
        return None
    if field := _named_field(used, complaint):
        return _without(used, field, complaint)
    if prompt.schema is None or used.mode == "plain" or "json_validate_failed" in complaint.code:
        return None
    said = f"{' '.join(complaint.names)} {complaint.code} {complaint.text}".lower()
    if _ABOUT_FORMAT.search(said):
        return _down(used, keywords=bool(_ABOUT_KEYWORDS.search(said)), lasting=True)
    if proven or fault_of(complaint).message != NOT_TAKEN:
        return None
    return _down(used, keywords=False, lasting=False)


def _without(used: Manner, field: Field, complaint: Complaint) -> Step:
    """The cap of tokens has two names: the other one is tried before it is left out."""
    tokens = set(_TOKEN_FIELDS)
    if field in tokens and _LENGTH_OF_CONTEXT.search(complaint.text):
        return Step(replace(used, left_out=used.left_out | tokens), lasting=False)
    changed = replace(used, left_out=used.left_out | {field})
    if field in tokens and not tokens & used.left_out:
        other = _TOKEN_FIELDS[1 - _TOKEN_FIELDS.index(field)]
        changed = replace(changed, tokens_field=other)
    return Step(changed, lasting=True)


def _down(used: Manner, *, keywords: bool, lasting: bool) -> Step:
    """One mode poorer; `keywords`: the server knows schemas, only not every word of this one."""
    below: dict[Mode, Mode] = {
        "grammar": "schema",
        "schema": "lean" if keywords else "json",
        "lean": "json",
        "json": "plain",
    }
    return Step(replace(used, mode=below[used.mode]), lasting=lasting)


def _named_field(used: Manner, complaint: Complaint) -> Field | None:
    """The field of ours that a complaint names; a name given for programs counts before words in a text."""
    sent = [used.tokens_field, *(f for f in _FIELDS if f not in _TOKEN_FIELDS)]
    ours = [field for field in sent if field not in used.left_out]
    if complaint.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    for field in ours:
        if any(name.split(".")[0] == field for name in complaint.names):
            return field
    if complaint.names:
        return None
    for field in ours:
        if re.search(rf"\b{field}\b", complaint.text):
            return field
    return None


def body_of(prompt: Prompt, model: str, manner: Manner, *, seed: int | None) -> dict[str, Any]:
    """The request's JSON in OpenAI's format, streaming."""
    optional: dict[str, Any] = {
        manner.tokens_field: prompt.max_output_tokens,
        "temperature": prompt.temperature,
        "stream_options": {"include_usage": True},
    }
    if seed is not None:
        optional["seed"] = seed
    body: dict[str, Any] = {"model": model, "messages": messages_of(prompt, manner.mode), "stream": True}
    body |= {name: value for name, value in optional.items() if name not in manner.left_out}
    if prompt.schema is not None and manner.mode == "grammar":
        body["grammar"] = grammar_of(prompt.schema, prompt.in_turn)
    elif prompt.schema is not None and manner.mode != "plain":
        body["response_format"] = _response_format(prompt, prompt.schema, manner.mode)
    return body


def messages_of(prompt: Prompt, mode: Mode) -> list[dict[str, str]]:
    """The turns; where the server takes no schema, the system turn ends with it."""
    turns = [{"role": turn.role, "content": turn.content} for turn in prompt.messages]
    if prompt.schema is None or mode in {"grammar", "schema", "lean"}:
        return turns
    asked = schema_text(prompt)
    if turns and turns[0]["role"] == "system":
        turns[0] = {"role": "system", "content": f"{turns[0]['content']}\n\n{asked}"}
        return turns
    return [{"role": "system", "content": asked}, *turns]


def schema_text(prompt: Prompt) -> str:
    """The schema as words of the prompt: one fixed line, then compact JSON with its `title` on one line."""
    schema = {"title": prompt.schema_name, **(prompt.schema or {})}
    return f"{SCHEMA_LINE}\n{orjson.dumps(schema).decode()}"


def _response_format(prompt: Prompt, schema: JsonSchema, mode: Mode) -> dict[str, Any]:
    if mode == "json":
        return {"type": "json_object"}
    sent = dict(schema) if mode == "schema" else lean(schema)
    name = re.sub(r"[^A-Za-z0-9_-]", "_", prompt.schema_name)[:64] or "answer"
    return {"type": "json_schema", "json_schema": {"name": name, "strict": True, "schema": sent}}


def lean(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema as strict servers want it: every property required, none added, few keywords."""
    kept: dict[str, Any] = {}
    for key, value in schema.items():
        if key in {"properties", "$defs"}:
            kept[key] = {name: lean(part) for name, part in value.items()}
        elif key not in _LEAN_DROPS:
            kept[key] = _lean_value(value)
    if "properties" in kept:
        kept["required"] = list(kept["properties"])
        kept["additionalProperties"] = False
    return kept


def _lean_value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return lean(value)
    return [_lean_value(part) for part in value] if isinstance(value, list) else value
