"""What a request asks for: whose agent it comes from, by its schema or by a tutorial's fixed first line."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trailwright.agents import schemas
from trailwright.domain.prompt import AgentName
from trailwright.llm.simulated.wire import MODEL, tokens

OTHER = "other"
"""Stands where an agent's name would, for requests that are nobody's."""

AGENT_OF: dict[str, AgentName] = {
    schemas.IntentAnswer.schema_name: "intent",
    schemas.OutlineAnswer.schema_name: "architect",
    schemas.MiniOutlineAnswer.schema_name: "architect",
    schemas.ModuleAnswer.schema_name: "architect",
    schemas.ValidationAnswer.schema_name: "validator",
    schemas.EditPlanAnswer.schema_name: "editor",
    schemas.EditAnswer.schema_name: "editor",
    schemas.QuizAnswer.schema_name: "quiz",
    schemas.SuggestionsAnswer.schema_name: "resources",
    schemas.PicksAnswer.schema_name: "resources",
}
TUTORIAL = "Tutorial"
_TITLE = re.compile(r'"title"\s*:\s*"(' + "|".join(AGENT_OF) + ')"')
Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """One request, read.

    `shape` is the title of the schema, `Tutorial`, or empty; `schema` the one that was sent, `system` and
    `user` the first turns of each; `turns` all of them, from which the answer's chance comes.
    """

    agent: AgentName | str
    shape: str
    schema: Schema
    system: str
    user: str
    turns: tuple[str, ...]
    model: str
    stream: bool
    include_usage: bool
    wants_format: bool

    @property
    def tokens_in(self) -> int:
        """Estimated tokens of the request."""
        return sum(map(tokens, self.turns))


def read_request(request: object) -> Asked:
    """The request as a chat completion. Raises ValueError with a message for people when it is none."""
    if not isinstance(request, dict):
        message = "the body must be a JSON object"
        raise ValueError(message)  # noqa: TRY004 - every unreadable request is one kind of error here
    turns = [(str(m.get("role")), _text(m.get("content"))) for m in _messages(request)]
    format_ = request.get("response_format")
    wants_format = isinstance(format_, dict) and format_.get("type") != "text"
    system = next((text for role, text in turns if role in {"system", "developer"}), "")
    user = next((text for role, text in turns if role == "user"), "")
    shape, schema = _shape(format_ if wants_format else None, system, user)
    options = request.get("stream_options")
    return Asked(
        agent=TUTORIAL.lower() if shape == TUTORIAL else AGENT_OF.get(shape, OTHER),
        shape=shape,
        schema=schema,
        system=system,
        user=user,
        turns=tuple(text for _, text in turns),
        model=str(request.get("model") or MODEL),
        stream=request.get("stream") is True,
        include_usage=isinstance(options, dict) and options.get("include_usage") is True,
        wants_format=wants_format,
    )


def _messages(request: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    messages = request.get("messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(m, dict) for m in messages):
        message = "messages must be a list of objects, at least one"
        raise ValueError(message)
    return messages


def _text(content: object) -> str:
    """The text of a turn, whether plain or in parts."""
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _shape(format_: Mapping[str, Any] | None, system: str, user: str) -> tuple[str, Schema]:
    """Which of the product's shapes is asked for, and its schema; empty for anything else."""
    if user.partition("\n")[0].strip() == schemas.TUTORIAL_FIRST_LINE:
        return TUTORIAL, {}
    sent = (format_ or {}).get("json_schema")
    if isinstance(sent, dict) and isinstance(sent.get("schema"), dict):
        title = str(sent["schema"].get("title") or sent.get("name"))
        return (title if title in AGENT_OF else ""), sent["schema"]
    for text in (system, user):
        if found := _TITLE.search(text):
            return found.group(1), _schema_around(text, found)
    return "", {}


def _schema_around(text: str, title: re.Match[str]) -> Schema:
    """The JSON object in `text` whose title it is; empty when it does not parse."""
    decoder = json.JSONDecoder()
    start = title.start()
    while (start := text.rfind("{", 0, start)) >= 0:
        try:
            schema, _ = decoder.raw_decode(text, start)
        except ValueError:
            continue
        if isinstance(schema, dict) and schema.get("title") == title.group(1):
            return schema
    return {}
