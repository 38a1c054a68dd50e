"""The grammar that holds a local answer to its JSON Schema. Pure.

In the notation of llguidance, which the runtime has built in. The server's own reading of `response_format`
lets the model indent (a third more tokens) and overlooks `minimum` and `maximum`; this does neither.
"""

import json

from trailwright.domain.prompt import JsonSchema


def grammar_of(schema: JsonSchema) -> str:
    """For the request's field `grammar`: JSON on one line, a space after each comma and colon.

    Without those spaces the small models, which have seldom read such JSON, repeat themselves: every wrong
    option of a quiz became the right one.
    """
    line = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
    tight = dict(schema) | {"x-guidance": line}
    return f"%llguidance {{}}\nstart: %json {json.dumps(tight, ensure_ascii=False)}"
