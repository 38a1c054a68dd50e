"""The closed set of what can go wrong at a model. Nothing above the gateway sees a vendor's exception."""

from typing import Literal, get_args

from trailwright.llm.shapes import Usage

FaultCode = Literal[
    "model_rate_limited",
    "model_unavailable",
    "model_timeout",
    "model_invalid_output",
    "model_refused",
    "model_auth",
    "model_not_found",
    "budget_exceeded",
]
FAULT_CODES: tuple[FaultCode, ...] = get_args(FaultCode)

PASSING: frozenset[FaultCode] = frozenset({"model_rate_limited", "model_unavailable", "model_timeout"})
"""Worth another try after a wait."""

STOPPING: frozenset[FaultCode] = frozenset({"model_auth", "model_not_found"})
"""No item of the task can succeed: the task ends `failed` at once."""

WORDS: dict[FaultCode, str] = {
    "model_rate_limited": "The model's provider limits requests. Try again later or raise the limit there.",
    "model_unavailable": "The model cannot be reached or is out of order. Try again later.",
    "model_timeout": "The model did not answer in time. Try again, or choose a faster model.",
    "model_invalid_output": "The model's answer could not be used. Try again, or choose a stronger model.",
    "model_refused": "The model refused to write this. Reword the goal, or choose another model.",
    "model_auth": "The model's key was refused. Mend it in the settings, then go on.",
    "model_not_found": "The model named in the settings does not exist there. Mend the name, then go on.",
    "budget_exceeded": "The money set for this is used up. Raise the limit to go on.",
}
"""What a person reads: plain, what to do, never a provider's message."""


class Fault(Exception):  # noqa: N818 - a value at the border, matched by code
    """A model call that gave no usable answer.

    `retry_after_s`: what the provider asked for, in seconds.
    `detail` is for the log only, already redacted. `usage` is what the call cost all the same, estimated.
    """

    def __init__(
        self,
        code: FaultCode,
        *,
        retry_after_s: float | None = None,
        detail: str = "",
        message: str | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code: FaultCode = code
        self.retry_after_s = retry_after_s
        self.detail = detail
        self.message = message or WORDS[code]
        self.usage = Usage()

    @property
    def passing(self) -> bool:
        """Whether another try may succeed."""
        return self.code in PASSING
