"""The only door to a model: one attempt at a time, every outcome an `Answer` or a `Fault`.

The caller holds a permit (`limits(agent)`), asks the breaker before it starts something new, decides about
tries, waits and budgets. The gateway knows servers: where they are, how each likes to be asked, what their
errors mean; it tells the breaker and the limits what happened. It logs nothing and keeps no text.
"""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from trailwright.domain.prompt import AgentName, Prompt
from trailwright.llm.breaker import Breaker
from trailwright.llm.endpoints import NATIVE, endpoint_of
from trailwright.llm.faults import Fault
from trailwright.llm.limits import Bounds, Limits, ModelLimits
from trailwright.llm.prices import cost
from trailwright.llm.shapes import Answer, Endpoint, LocalRuntime, OnText, Usage
from trailwright.llm.tokens import tokens_in, tokens_of
from trailwright.settings import Settings

if TYPE_CHECKING:
    from trailwright.llm.hearing import Said
    from trailwright.llm.openai_wire import Connections
    from trailwright.llm.sharing import Sharing

NO_RUNTIME = "The local model is not set up here. Run `trailwright model install`, or choose another model."
THINKING_ROOM_TOKENS = 6_000
"""Added to the cap of every answer but the local model's: models that think first spend tokens on it."""
_NOT_COUNTED = frozenset({"model_rate_limited", "model_auth", "model_not_found"})
"""Faults of calls that no provider counts as tokens."""
_READ = frozenset({"model_invalid_output", "model_refused"})
"""Faults of calls that a model has read, so that they cost money even when nothing of use was heard."""


def _with_room(prompt: Prompt, endpoint: Endpoint) -> Prompt:
    if endpoint.provider == "local":
        return prompt
    return replace(prompt, max_output_tokens=prompt.max_output_tokens + THINKING_ROOM_TOKENS)


class Wire(Protocol):
    """One provider's format."""

    async def ask(self, prompt: Prompt, *, base_url: str, seed: int | None, on_text: OnText | None) -> "Said":
        """One answer; raises `Fault`."""
        ...

    async def close(self) -> None:
        """Close what is the wire's own."""
        ...


class Gateway:
    """Models by agent. One per process, used from one event loop; `close` ends its connections.

    With `sharing` its limits hold for all workers together, but those of the local model: each has its own.
    `payer`: who pays, when it is not the installation; what one pays for is not limited with another's.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        local: LocalRuntime | None = None,
        sharing: "Sharing | None" = None,
        payer: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._llm = settings.llm
        self._payer = payer
        self._local = local
        self._sharing = sharing
        self._clock = clock
        self._endpoints: dict[AgentName, Endpoint] = {}
        self._limits: dict[str, Limits] = {}
        self._breakers: dict[str, Breaker] = {}
        self._wires: dict[Endpoint, Wire] = {}
        self._connections: Connections | None = None

    def endpoint(self, agent: AgentName) -> Endpoint:
        """Where the agent's model answers; the local model's `base_url` is known once it runs."""
        if agent not in self._endpoints:
            found = endpoint_of(self._llm, agent)
            self._endpoints[agent] = replace(found, key=f"{found.key} {self._payer}".strip())
        return self._endpoints[agent]

    def limits(self, agent: AgentName) -> Limits:
        """Permits of the agent's model, shared by all agents with the same one."""
        endpoint = self.endpoint(agent)
        found = self._limits.get(endpoint.key)
        if found is None:
            found = self._limits[endpoint.key] = self._new_limits(endpoint)
        return found

    def _new_limits(self, endpoint: Endpoint) -> Limits:
        capacity, rpm, tpm = self._capacity(endpoint), self._llm.rpm, self._llm.tpm
        if self._sharing is None or endpoint.provider == "local":
            return ModelLimits(capacity, rpm=rpm, tpm=tpm, clock=self._clock)
        return self._sharing.limits(endpoint.key, Bounds(capacity, rpm, tpm), self._clock)

    def breaker(self, agent: AgentName) -> Breaker:
        """The breaker of the agent's model, shared by all agents with the same one."""
        key = self.endpoint(agent).key
        if key not in self._breakers:
            self._breakers[key] = Breaker(clock=self._clock)
        return self._breakers[key]

    def estimate(self, prompt: Prompt) -> Usage:
        """The most that one call should need, marked estimated: for reservations."""
        return self._usage(self.endpoint(prompt.agent), tokens_of(prompt), prompt.max_output_tokens)

    async def call(
        self,
        prompt: Prompt,
        *,
        on_text: OnText | None = None,
        seed: int | None = None,
        deadline_s: float | None = None,
    ) -> Answer:
        """One attempt, at most `deadline_s` long. The caller holds a permit and gives it back.

        Raises `Fault` only; cancelled, it closes the connection at once. `on_text` hears only the text of
        an attempt that may become the answer, in order, thoughts left out.
        """
        endpoint, breaker = self.endpoint(prompt.agent), self.breaker(prompt.agent)
        limits = self.limits(prompt.agent)
        began = self._clock()
        heard: list[str] = []

        def hear(text: str) -> None:
            heard.append(text)
            if on_text is not None:
                on_text(text)

        try:
            said = await self._ask(endpoint, prompt, hear, seed, deadline_s)
        except Fault as fault:
            breaker.faulted(fault)
            if fault.retry_after_s:
                limits.slow(fault.retry_after_s)
            limits.spend(0 if fault.code in _NOT_COUNTED else tokens_of(prompt))
            if heard or fault.code in _READ:
                fault.usage = self._usage(endpoint, tokens_of(prompt), tokens_in("".join(heard)))
            raise
        breaker.answered()
        usage = self._usage_of(endpoint, prompt, said)
        limits.spend(usage.input_tokens + usage.output_tokens)
        milliseconds = round((self._clock() - began) * 1000)
        return Answer(said.text, said.finish, usage, endpoint.model, milliseconds)

    async def close(self) -> None:
        """Close all connections, and leave the permits to other workers."""
        for limits in self._limits.values():
            await limits.close()
        for wire in self._wires.values():
            await wire.close()
        self._wires.clear()
        if self._connections is not None:
            await self._connections.close()
            self._connections = None

    async def _ask(
        self,
        endpoint: Endpoint,
        prompt: Prompt,
        on_text: OnText | None,
        seed: int | None,
        deadline_s: float | None,
    ) -> "Said":
        try:
            async with asyncio.timeout(deadline_s):
                base_url = await self._base_url(endpoint)
                roomy = _with_room(prompt, endpoint)
                wire = await self._wire(endpoint)
                return await wire.ask(roomy, base_url=base_url, seed=seed, on_text=on_text)
        except TimeoutError:
            raise Fault("model_timeout", detail="the deadline of the item") from None

    async def _base_url(self, endpoint: Endpoint) -> str:
        if endpoint.provider != "local":
            return endpoint.base_url
        if self._local is None:
            raise Fault("model_not_found", detail="no local runtime", message=NO_RUNTIME)
        return await self._local.ensure()

    async def _wire(self, endpoint: Endpoint) -> Wire:
        """The format's module is loaded when it is first used, in a thread: it takes a tenth of a second."""
        if endpoint not in self._wires:
            module = "native_wire" if endpoint.provider in NATIVE else "openai_wire"
            await asyncio.to_thread(import_module, f"trailwright.llm.{module}")
        if endpoint not in self._wires:
            self._wires[endpoint] = self._new_wire(endpoint)
        return self._wires[endpoint]

    def _new_wire(self, endpoint: Endpoint) -> Wire:
        if endpoint.provider in NATIVE:
            from trailwright.llm.native_wire import NativeWire  # noqa: PLC0415 - heavy, and an extra

            return NativeWire(endpoint, timeout_s=self._llm.timeout_s)
        from trailwright.llm.openai_wire import Connections, OpenAIWire  # noqa: PLC0415 - heavy

        self._connections = self._connections or Connections()
        return OpenAIWire(endpoint, self._connections, timeout_s=self._llm.timeout_s)

    def _usage_of(self, endpoint: Endpoint, prompt: Prompt, said: "Said") -> Usage:
        """What the provider told; what it did not is estimated from the texts."""
        told = said.input_tokens is not None and said.output_tokens is not None
        into = tokens_of(prompt) if said.input_tokens is None else said.input_tokens
        out = tokens_in(said.text) if said.output_tokens is None else said.output_tokens
        usage = self._usage(endpoint, into, out)
        money = usage.cost_usd if said.cost_usd is None else said.cost_usd
        return Usage(into, out, money, calls=1, estimated=not told)

    def _usage(self, endpoint: Endpoint, into: int, out: int) -> Usage:
        money = cost(endpoint.provider, endpoint.model, into, out)
        return Usage(into, out, money, calls=1, estimated=True)

    def _capacity(self, endpoint: Endpoint) -> int:
        if self._llm.max_concurrency is not None:
            return self._llm.max_concurrency
        return max((os.cpu_count() or 2) // 2, 1) if endpoint.provider == "local" else 16
