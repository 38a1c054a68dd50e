"""Answers that a model should not have given. Pure."""

import json
from typing import Literal, TypeGuard

Spoilt = Literal["badjson", "badschema", "prose", "refuse", "empty"]
SPOILT: tuple[str, ...] = ("badjson", "badschema", "prose", "refuse", "empty")

REFUSAL = "I'm sorry, but I can't help with that request."
PREAMBLE = "Sure! Here is what you asked for. I hope that it helps:\n\n"
POSTAMBLE = "\n\nLet me know if you would like me to change anything."


def is_spoilt(kind: str | None) -> TypeGuard[Spoilt]:
    """Whether `kind` concerns what is said rather than how it is sent."""
    return kind in SPOILT


def spoil(kind: Spoilt, text: str) -> str:
    """`text` as a model with the fault `kind` would have given it; free text too becomes unusable."""
    match kind:
        case "badjson":
            return _broken(text)
        case "badschema":
            return _misshapen(text)
        case "prose":
            fenced = f"```json\n{text}\n```" if text.startswith(("{", "[")) else text
            return PREAMBLE + fenced + POSTAMBLE
        case "refuse":
            return REFUSAL
        case "empty":
            return ""


def _broken(text: str) -> str:
    """JSON without its colons and its end: nothing that a repair may guess at."""
    source = text if text.startswith(("{", "[")) else json.dumps({"title": text[:200], "body": text})
    return source.replace('":', '" ')[: len(source) * 2 // 3]


def _misshapen(text: str) -> str:
    """The right keys, every value of a wrong type."""
    try:
        keys = list(json.loads(text))
    except ValueError:
        keys = ["title"]
    return json.dumps({key: [None] for key in keys} | {"simulated": 7})
