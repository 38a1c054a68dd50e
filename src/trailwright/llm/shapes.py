"""Values that cross the gateway."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

Finish = Literal["stop", "length", "unknown"]
OnText = Callable[[str], None]
"""Called with each new piece of text as the model streams it; must not block."""


@dataclass(frozen=True)
class Usage:
    """Tokens and money of one or several calls; `estimated` when the provider did not say."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    calls: int = 0
    estimated: bool = False

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cost_usd + other.cost_usd,
            self.calls + other.calls,
            self.estimated or other.estimated,
        )


@dataclass(frozen=True)
class Answer:
    """What a model said: the whole text, why it ended (`length`: cut off by its cap), what it cost."""

    text: str
    finish: Finish
    usage: Usage
    model: str
    duration_ms: int


@dataclass(frozen=True)
class Endpoint:
    """Where one agent's model answers. `key` names it in limits and breakers: provider, address and model."""

    provider: str
    model: str
    base_url: str
    api_key: str
    key: str


class LocalRuntime(Protocol):
    """The local model's server: started once, when first needed, ended with this process."""

    async def ensure(self) -> str:
        """Base URL of the running server (`http://127.0.0.1:PORT/v1`), started if need be; raises `Fault`."""
        ...

    async def close(self) -> None:
        """End the server."""
        ...
