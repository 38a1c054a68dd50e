"""The grammar that holds a local answer to its JSON Schema. Pure.

In the notation of llguidance, which the runtime has built in. The server's own reading of `response_format`
lets the model indent (a third more tokens) and overlooks `minimum` and `maximum`; this does neither.
"""

import json
from copy import deepcopy
from typing import Any

from trailwright.domain.prompt import JsonSchema


def grammar_of(schema: JsonSchema, in_turn: str = "") -> str:
    """For the request's field `grammar`: JSON on one line, a space after each comma and colon.

    `in_turn`: see `Prompt`. Left to choose, the small models take one name for every item.

    Without those spaces the small models, which have seldom read such JSON, repeat themselves: every wrong
    option of a quiz became the right one.
    """
    line = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
    tight = (_in_turn(schema, in_turn) if in_turn else dict(schema)) | {"x-guidance": line}
    return f"%llguidance {{}}\nstart: %json {json.dumps(tight, ensure_ascii=False)}"


def _in_turn(schema: JsonSchema, path: str) -> dict[str, Any]:
    """The array that holds the property at `path`, with a form of its own for each item."""
    *outer, name = path.split(".")
    whole = deepcopy(dict(schema))
    node = whole
    for part in outer:
        node = node.get("items", node)["properties"][part]
    item = node.pop("items")
    own = item["properties"][name]
    node["prefixItems"] = [
        item | {"properties": item["properties"] | {name: own | {"enum": [value]}}} for value in own["enum"]
    ][: node["maxItems"]]
    node["items"] = False
    return whole
