"""What is said of settings and the model over HTTP. A key never leaves: only whether there is one."""

from typing import Annotated, Literal

from pydantic import Field

from trailwright.configuration.catalogue import Kind
from trailwright.configuration.installing import State, Step
from trailwright.configuration.trials import Part
from trailwright.domain.prompt import AgentName
from trailwright.domain.sentences import Said
from trailwright.kit.schemas import Absent, Answered, Sent

Source = Literal["environment", "web", "file", "default"]
Value = str | int | float | None
SentValue = Annotated[str, Field(max_length=4_000)] | int | float | None
Name = Annotated[str, Field(max_length=128)]
Changes = Annotated[dict[Name, SentValue], Field(max_length=200)]


class Setting(Answered):
    """One setting. `value` of a secret is `***` or null; `locked`: the environment fixes it.

    `minimum` and `maximum` are allowed themselves, `above` is not.
    """

    name: str
    value: Value
    source: Source
    locked: bool
    kind: Kind
    default: Value
    description: str
    choices: Absent[list[str]]
    minimum: Absent[float]
    above: Absent[float]
    maximum: Absent[float]


class SettingList(Answered):
    """All settings that can be set in the web app."""

    settings: list[Setting]


class SettingChanges(Sent):
    """Name (without prefix) to value; null takes away what was set here."""

    changes: Changes


class TrialOrder(Sent):
    """What to try, with values that are not saved; `agent`: only this one's model."""

    part: Part
    values: Annotated[Changes, Field(default_factory=dict)]
    agent: AgentName | None = None


class TrialAnswer(Answered):
    """`code` is `ok` or what is wrong; `detail`: what the other side said. `said`: a good message by code."""

    ok: bool
    code: str
    message: str
    detail: str
    seconds: float
    said: list[Said]


class Fault(Answered):
    """A code a program can act on and words for a person."""

    code: str
    message: str


class Lack(Fault):
    """What a model lacks; `reason` tells more of `no_runtime`: `missing`, `processor`, `broken`."""

    reason: Absent[str]


class LocalChoice(Answered):
    """A local model that can be installed; `to_fetch`: bytes that are not here yet."""

    name: str
    title: str
    licence: str
    bytes: int
    to_fetch: int
    installed: bool
    chosen: bool


class InstallAnswer(Answered):
    """How far an installation is, in bytes; `idle`: none was started since the product did."""

    state: State
    name: str | None
    step: Step | None
    done: int
    total: int
    source: str
    error: Absent[Fault]


class ModelAnswer(Answered):
    """Whether there is a model to write with, as far as can be seen without a call."""

    configured: bool
    model: str
    problem: Absent[Lack]
    choices: list[LocalChoice]
    install: InstallAnswer


class InstallOrder(Sent):
    """Which of the local models."""

    name: Annotated[str, Field(max_length=64)]
