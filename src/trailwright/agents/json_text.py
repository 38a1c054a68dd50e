"""Takes JSON out of what a model wrote around it, and mends its usual slips. Pure."""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

MAX_CHARS = 400_000
_MAX_STARTS = 40
_THINK = re.compile(r"<(think|thinking|reasoning|scratchpad)>.*?(</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_WORDS = {"True": "true", "False": "false", "None": "null"}
_TOKENS = re.compile(
    r'"(?:[^"\\]|\\.)*"'  # a string stays as it is
    r"|//[^\n]*|/\*.*?\*/"  # a comment goes
    r"|,(?=\s*[}\]])"  # a trailing comma goes
    r"|\b(?:True|False|None)\b",
    re.DOTALL,
)


def find_json(text: str, expect: Collection[str] = ()) -> Any:
    """The JSON value in `text`: the longest object or array that parses.

    With `expect`, objects that have none of these keys (nor wrap one that has) lose against those that do.
    Raises ValueError when there is none, or when what is left of a cut-off answer is only a part.
    """
    text = without_thinking(text[:MAX_CHARS])
    whole = _load(text)
    if isinstance(whole, dict | list):
        return whole
    pieces = list(_balanced(text))
    found = [(p, value) for p in pieces if p is not None and isinstance(value := _load(p), dict | list)]
    best = max(found, key=lambda f: (_fits(f[1], expect), len(f[0])), default=None)
    if best is None or (expect and None in pieces and not _fits(best[1], expect)):
        message = "the end of the JSON is missing" if None in pieces else "there is no JSON object in it"
        raise ValueError(message)
    return best[1]


def whole_items(text: str, key: str) -> list[Any]:
    """The objects that stand whole in the list `key`, however the text ends: what a cut left over."""
    start = re.search(rf'"{re.escape(key)}"\s*:\s*\[', text)
    items: list[Any] = []
    position = start.end() if start else len(text)
    while (found := re.compile(r"[\s,]*(?=\{)").match(text, position)) and (
        end := _closing(text, found.end())
    ):
        items.append(_load(text[found.end() : end]))
        position = end
    return [item for item in items if isinstance(item, dict)]


def storable(text: str) -> str:
    """`text` without what no database or file takes: control characters and halves of surrogate pairs."""
    return _UNSTORABLE.sub("", text)


def without_thinking(text: str) -> str:
    """`text` without blocks in which a model talks to itself; an unclosed one goes up to the end."""
    return _THINK.sub("", text)


def _fits(value: Any, expect: Collection[str]) -> bool:
    return isinstance(value, dict) and any(key in value for key in expect)


def _load(piece: str) -> Any:
    """The value, or None when it does not parse even after mending."""
    for candidate in (piece, _TOKENS.sub(_mend, piece)):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _mend(match: re.Match[str]) -> str:
    token = match.group()
    return token if token.startswith('"') else _WORDS.get(token, "")


def _balanced(text: str) -> Iterator[str | None]:
    """Pieces from an opening bracket to its closing one, None for one without; none inside a piece."""
    position = 0
    for _ in range(_MAX_STARTS):
        start = _next_start(text, position)
        if start is None:
            return
        end = _closing(text, start)
        yield text[start:end] if end is not None else None
        position = start + 1 if end is None else end


def _next_start(text: str, position: int) -> int | None:
    match = re.compile(r"[{\[]").search(text, position)
    return match.start() if match else None


def _closing(text: str, start: int) -> int | None:
    """Index after the bracket that closes the one at `start`, strings left aside."""
    depth = 0
    for match in re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL).finditer(text, start):
        mark = match.group()
        if mark in "{[":
            depth += 1
        elif mark in "}]":
            depth -= 1
            if depth == 0:
                return match.end()
    return None
