"""The only door to a model."""

import os
import time
from collections.abc import Callable

from trailwright.domain.prompt import AgentName, Prompt
from trailwright.llm.breaker import Breaker
from trailwright.llm.endpoints import endpoint_of
from trailwright.llm.limits import ModelLimits
from trailwright.llm.shapes import Answer, Endpoint, LocalRuntime, OnText, Usage
from trailwright.settings import Settings


class Gateway:
    """Models by agent. One per process, used from one event loop."""

    def __init__(
        self,
        settings: Settings,
        *,
        local: LocalRuntime | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._local = local
        self._clock = clock
        self._limits: dict[str, ModelLimits] = {}
        self._breakers: dict[str, Breaker] = {}

    def endpoint(self, agent: AgentName) -> Endpoint:
        """Where the agent's model answers; for the local model `base_url` is empty until it runs."""
        return endpoint_of(self._settings.llm, agent)

    def limits(self, agent: AgentName) -> ModelLimits:
        """Permits of the agent's model, shared by all agents with the same one."""
        endpoint = self.endpoint(agent)
        found = self._limits.get(endpoint.key)
        if found is None:
            llm = self._settings.llm
            found = ModelLimits(self._capacity(endpoint), rpm=llm.rpm, tpm=llm.tpm, clock=self._clock)
            self._limits[endpoint.key] = found
        return found

    def breaker(self, agent: AgentName) -> Breaker:
        """The breaker of the agent's model, shared by all agents with the same one."""
        return self._breakers.setdefault(self.endpoint(agent).key, Breaker(clock=self._clock))

    def estimate(self, prompt: Prompt) -> Usage:
        """What one call is likely to need at most, marked estimated: for reservations."""
        raise NotImplementedError

    async def call(
        self,
        prompt: Prompt,
        *,
        on_text: OnText | None = None,
        seed: int | None = None,
        deadline_s: float | None = None,
    ) -> Answer:
        """One attempt. The caller holds a permit of `limits(prompt.agent)` and gives it back.

        Raises `Fault` only (and CancelledError, having closed the connection).
        """
        raise NotImplementedError

    async def close(self) -> None:
        """Close connections."""

    def _capacity(self, endpoint: Endpoint) -> int:
        set_to = self._settings.llm.max_concurrency
        if set_to is not None:
            return set_to
        return max((os.cpu_count() or 2) // 2, 1) if endpoint.provider == "local" else 16
