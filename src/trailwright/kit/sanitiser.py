"""The one gate between what went wrong and what a person reads of it: answers, events, logs of tasks, rows.

Words for people are written by us, in fixed sets (`errors`, `llm.faults`, `research.faults`). This is the
second wall: should words of others ever be among them, no key, address with a password, path, stack or SQL
passes. `masked` is for words that may quote a person's own; `plain` for words about a fault.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from trailwright.kit.log import Redactor

MOST = 1_000
"""Characters of a fault's words; nobody reads more, and a provider's page is longer."""

_mask = Redactor()
_TRACE = re.compile(r"Traceback \(most recent call last\)|^\s*File \"[^\"]+\", line \d+", re.MULTILINE)
_SQL = re.compile(
    r"\[SQL:|\[parameters:|\b(?:SELECT\s.+?\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\s"
    r"|\((?:sqlite3|asyncpg|sqlalchemy)\.",
    re.IGNORECASE | re.DOTALL,
)
_PATH = re.compile(
    r"(?<![\w/.:-])(?:~?/(?:[\w.@+-]+/)+[\w.@+-]*|[A-Za-z]:\\[^\s\"']+|\\\\[\w.-]+\\[^\s\"']+)"
)
_ADDRESS = re.compile(
    r"\b(?:https?|wss?|postgres(?:ql)?|rediss?|sqlite|s3|file)(?:\+\w+)?://\S+", re.IGNORECASE
)
_OURS = "Something went wrong inside the program; the log says what."
_API = "/api/v1/"


def masked(text: str) -> str:
    """The same words, with stars where a secret stood."""
    return _mask(text)


def plain(text: str) -> str:
    """Words about a fault: no secret, address or path; a stack or SQL in them replaces them whole."""
    if _TRACE.search(text) or _SQL.search(text):
        return _OURS
    said = _ADDRESS.sub("an address", masked(text))
    return _PATH.sub(lambda found: found[0] if found[0].startswith(_API) else "a file", said)[:MOST]


def fields(errors: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """The fields that a refusal names, masked."""
    return [
        {name: masked(value) if isinstance(value, str) else value for name, value in one.items()}
        for one in errors
    ]


def body(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event, or a line of a task's log, as it may be stored: its words masked, those of a fault plain."""
    told = dict(event)
    if isinstance(told.get("message"), str):
        told["message"] = masked(told["message"])
    error = told.get("error")
    if isinstance(error, Mapping) and isinstance(error.get("message"), str):
        told["error"] = {**error, "message": plain(error["message"])}
    return told
