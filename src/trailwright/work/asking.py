"""Asking a model on behalf of one claimed item: tries, waits, re-asks, permits, money; one call at a time."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from trailwright.agents.base import Rejected, reask
from trailwright.domain.prompt import AgentName, Prompt
from trailwright.kit import tracing
from trailwright.kit.log import get_logger
from trailwright.llm.faults import WORDS, Fault
from trailwright.llm.gateway import Gateway
from trailwright.llm.shapes import Answer, OnText, Usage
from trailwright.tasks.leases import Claimed
from trailwright.work.meters import Meters

T = TypeVar("T")

log = get_logger(__name__)

MAX_REASKS = 2
LONGEST_WAIT_INSIDE_S = 10.0
_BREAKER_WAIT_S = 30.0
_SHOWN_FINDINGS = 3


class Later(Exception):  # noqa: N818 - an outcome: the item waits outside its lease
    """Another try in `wait_s` seconds, outside the lease."""

    def __init__(self, wait_s: float, code: str) -> None:
        super().__init__(code)
        self.wait_s = wait_s
        self.code = code


@dataclass(frozen=True)
class Patience:
    """How often a passing fault is tried (counted on the row), and the first wait in seconds."""

    max_attempts: int
    backoff_s: float


class Asker:
    """Asks for one item. Begins with one permit in hand and holds none when it is done.

    `count_try` counts a passing fault on the row and raises `LeaseLost` when the item was taken away.
    `reserve` sets money aside before a call and raises when there is none left. `turn` is waited for before
    an answer is read, which takes the loop for some milliseconds.
    """

    def __init__(
        self,
        gateway: Gateway,
        claimed: Claimed,
        patience: Patience,
        *,
        count_try: Callable[[], Awaitable[None]],
        reserve: Callable[[Usage], Awaitable[None]],
        turn: Callable[[], Awaitable[None]],
        meters: Meters,
    ) -> None:
        self._gateway = gateway
        self._claimed = claimed
        self._patience = patience
        self._count_try = count_try
        self._reserve = reserve
        self._turn = turn
        self._meters = meters
        self._tries = claimed.tries
        self._permit = True
        self.on_call: Callable[[], None] = lambda: None
        self.usage = Usage()
        self.model = ""
        self.digest = ""

    async def ask(self, prompt: Prompt, parse: Callable[[str, str], T], on_text: OnText | None = None) -> T:
        """A usable answer. Raises `Fault` when there is none, `Later` when it must wait outside."""
        self.digest = prompt.digest
        asked = prompt
        for turn in range(MAX_REASKS + 1):
            try:
                answer = await self._answer(asked, on_text)
            except Fault as fault:
                if fault.code not in {"model_invalid_output", "model_refused"} or turn == MAX_REASKS:
                    raise
                continue
            await self._turn()
            try:
                return parse(answer.text, answer.finish)
            except Rejected as rejected:
                if turn == MAX_REASKS:
                    raise _unusable(rejected) from None
                asked = reask(prompt, rejected)
        raise AssertionError

    def give_back(self, agent: AgentName) -> None:
        """Give the first permit back when no call was made with it."""
        if self._permit:
            self._permit = False
            self._gateway.limits(agent).give(unused=True)

    async def _answer(self, prompt: Prompt, on_text: OnText | None) -> Answer:
        limits = self._gateway.limits(prompt.agent)
        while True:
            if not self._permit:
                await limits.again(click=self._claimed.clicked)
                self._permit = True
            try:
                return await self._call(prompt, on_text)
            except Fault as fault:
                if not fault.passing:
                    raise
                waiting = fault
            await self._wait(prompt, waiting)

    async def _call(self, prompt: Prompt, on_text: OnText | None) -> Answer:
        limits = self._gateway.limits(prompt.agent)
        self.on_call()
        try:
            await self._reserve(self._gateway.estimate(prompt))
            with tracing.span("model", agent=prompt.agent):
                answer = await self._gateway.call(prompt, on_text=on_text)
        except Fault as fault:
            self.usage += fault.usage
            self._meters.faulted(prompt.agent, fault.code)
            self._meters.spent(prompt.agent, fault.usage)
            raise
        finally:
            self._permit = False
            limits.give()
        self.usage += answer.usage
        self._meters.answered(prompt.agent, answer.model, answer.duration_ms)
        self._meters.spent(prompt.agent, answer.usage)
        self.model = answer.model
        return answer

    async def _wait(self, prompt: Prompt, fault: Fault) -> None:
        """The back-off after a passing fault; the permit is back already."""
        log.info("passing fault", code=fault.code, detail=fault.detail)
        if self._gateway.breaker(prompt.agent).is_open:
            raise Later(_BREAKER_WAIT_S, fault.code)
        wait_s = await self._next_wait(fault.retry_after_s)
        if wait_s is None:
            raise fault
        if wait_s > LONGEST_WAIT_INSIDE_S:
            raise Later(wait_s, fault.code)
        await asyncio.sleep(wait_s)
        if self._gateway.breaker(prompt.agent).is_open:
            raise Later(_BREAKER_WAIT_S, fault.code)

    async def wait_outside(self, code: str, retry_after_s: float | None) -> None:
        """After a passing fault of something else than a model: raises `Later`; returns at the last try."""
        wait_s = await self._next_wait(retry_after_s)
        if wait_s is not None:
            raise Later(wait_s, code)

    async def _next_wait(self, retry_after_s: float | None) -> float | None:
        """Count a passing fault; seconds until the next try, None when there is none left."""
        self._tries += 1
        if self._tries >= self._patience.max_attempts:
            return None
        await self._count_try()
        exponential: float = self._patience.backoff_s * 2.0 ** (self._tries - 1)
        return max(exponential * random.uniform(0.5, 1.0), retry_after_s or 0.0)  # noqa: S311 - jitter


def _unusable(rejected: Rejected) -> Fault:
    if rejected.refused:
        return Fault("model_refused", detail=str(rejected))
    shown = "; ".join(f"{f.check}: {f.message}" for f in rejected.findings[:_SHOWN_FINDINGS])
    message = f"{WORDS['model_invalid_output']} What was wrong: {shown}"[:600]
    return Fault("model_invalid_output", detail=str(rejected), message=message)
