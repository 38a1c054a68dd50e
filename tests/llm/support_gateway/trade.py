"""Words of the trade for the gateway's tests."""

import time
from collections.abc import Callable
from typing import Any

from trailwright.domain.prompt import AgentName, Message, Prompt
from trailwright.llm.gateway import Gateway
from trailwright.settings import Llm, Settings

KEY = "sk-made-up-key-1234567890"
SCHEMA: dict[str, Any] = {
    "title": "MadeUpAnswer",
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 20},
        "tags": {"type": "array", "items": {"type": "string", "minLength": 1}, "maxItems": 3},
    },
    "required": ["name"],
}


def a_gateway(
    url: str, *, model: str = "openai:made-up", clock: Callable[[], float] = time.monotonic, **llm: Any
) -> Gateway:
    values = {"model": model, "base_url": url, "api_key": KEY, "timeout_s": 5, **llm}
    return Gateway(Settings(llm=Llm.model_validate(values)), clock=clock)


def a_prompt(agent: AgentName = "tutorial", *, schema: bool = False, words: str = "Write.") -> Prompt:
    return Prompt(
        agent=agent,
        messages=(Message("system", "You teach."), Message("user", words)),
        max_output_tokens=500,
        digest="0123456789ab",
        schema=SCHEMA if schema else None,
        schema_name="MadeUpAnswer" if schema else "",
    )
