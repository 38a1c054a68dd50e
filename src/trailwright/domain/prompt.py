"""What is asked of a model, as values: agents write it, the gateway sends it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

AgentName = Literal["intent", "architect", "validator", "editor", "tutorial", "resources", "quiz"]
AGENTS: tuple[AgentName, ...] = (
    "intent",
    "architect",
    "validator",
    "editor",
    "tutorial",
    "resources",
    "quiz",
)

JsonSchema = Mapping[str, Any]


@dataclass(frozen=True)
class Message:
    """One turn; `system` comes first, once."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True)
class Prompt:
    """One request to a model.

    `schema` is the JSON Schema the answer must obey (None: free text, Markdown). `digest` names the
    prompt file and its version (first 12 hex of SHA-256 over its text) and stands on the version row.
    `max_output_tokens` caps the answer. `in_turn` is the path of a closed list's property in the items of an
    array, such as `modules.concepts.name`: item n takes its value n, where the server's grammar can say so.
    """

    agent: AgentName
    messages: tuple[Message, ...]
    max_output_tokens: int
    digest: str
    schema: JsonSchema | None = None
    schema_name: str = ""
    in_turn: str = ""
    temperature: float = 0.4
