"""What the simulated server can do wrong, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

from trailwright.domain.prompt import AGENTS, AgentName
from trailwright.llm.simulated.chance import chance

FaultKind = Literal[
    "400format",
    "401",
    "403",
    "404",
    "429",
    "500",
    "502",
    "503",
    "timeout",
    "reset",
    "cut",
    "badjson",
    "badschema",
    "prose",
    "refuse",
    "empty",
    "huge",
    "slow",
]
KINDS: tuple[FaultKind, ...] = get_args(FaultKind)


class FaultSpecError(ValueError):
    """A fault specification that cannot be read; the message says which part and what is allowed."""


@dataclass(frozen=True)
class FaultRule:
    """`probability` of `kind` for each request of `agent` (None: of everybody)."""

    agent: AgentName | None
    kind: FaultKind
    probability: float


def parse_faults(spec: str) -> tuple[FaultRule, ...]:
    """Rules of a comma list `[agent.]kind:probability`; the empty string is no rule.

    Raises FaultSpecError naming the part that is wrong and what would be right.
    """
    return tuple(_rule(part.strip()) for part in spec.split(",") if part.strip())


def _rule(part: str) -> FaultRule:
    name, colon, number = part.partition(":")
    if not colon:
        message = f"fault {part!r} lacks its probability, such as quiz.500:0.1"
        raise FaultSpecError(message)
    agent, dot, kind = name.strip().rpartition(".")
    if dot and agent not in AGENTS:
        message = f"fault {part!r}: unknown agent {agent!r}, known are {' '.join(AGENTS)}"
        raise FaultSpecError(message)
    if kind not in KINDS:
        message = f"fault {part!r}: unknown kind {kind!r}, known are {' '.join(KINDS)}"
        raise FaultSpecError(message)
    return FaultRule(cast("AgentName", agent) if dot else None, kind, _probability(part, number))


def _probability(part: str, number: str) -> float:
    try:
        value = float(number)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        message = f"fault {part!r}: probability {number.strip()!r} is not a number from 0 to 1"
        raise FaultSpecError(message)
    return value


def pick_fault(
    rules: Sequence[FaultRule], agent: str, *, wants_format: bool, seed: int, count: int
) -> FaultKind | None:
    """What goes wrong with request number `count` of `agent`: the first rule whose chance comes up.

    `400format` concerns only requests that ask for a format.
    """
    for index, rule in enumerate(rules):
        if rule.agent not in {None, agent} or (rule.kind == "400format" and not wants_format):
            continue
        if chance("fault", seed, count, index).random() < rule.probability:
            return rule.kind
    return None
