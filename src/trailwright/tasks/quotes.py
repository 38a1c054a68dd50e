"""What a roadmap will take, before it costs: medians of this installation, else what is usual."""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select

from trailwright.domain.preferences import Size
from trailwright.domain.workflow import CONTENT_KINDS, Kind
from trailwright.kit.db import Snapshot
from trailwright.tasks.models import ledger

_REMEMBERED = 200
_CONCEPTS: Mapping[Size, int] = {"mini": 3, "short": 10, "full": 30}
_MODULES: Mapping[Size, int] = {"mini": 0, "short": 5, "full": 10}


@dataclass(frozen=True)
class Usual:
    """One call of a kind: tokens in and out, US dollars, milliseconds, calls per item."""

    input_tokens: float
    output_tokens: float
    cost_usd: float
    duration_ms: float
    calls: float = 1.0


_USUAL: Mapping[Kind, tuple[int, int]] = {
    Kind.INTENT: (900, 250),
    Kind.OUTLINE: (1_000, 700),
    Kind.MODULE: (1_300, 600),
    Kind.VALIDATION: (3_000, 300),
    Kind.TUTORIAL: (1_200, 1_500),
    Kind.RESOURCES: (1_000, 250),
    Kind.QUIZ: (1_200, 1_100),
}
"""Tokens in and out of one call before this installation has measured any."""
_USUAL_MS = 15_000
_CHAIN = (Kind.INTENT, Kind.OUTLINE, Kind.MODULE, Kind.VALIDATION)


@dataclass(frozen=True)
class Quote:
    """Calls, tokens, US dollars and minutes; `measured`: from this installation's own calls."""

    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: float
    minutes: float
    measured: bool


@dataclass(frozen=True)
class Rates:
    """What one input and one output token cost, US dollars, and how many calls run at once."""

    per_input: float
    per_output: float
    at_once: int


async def quote(
    reader: Snapshot,
    rates: Mapping[Kind, Rates],
    *,
    size: Size,
    concepts: int | None = None,
    is_own_model: bool = False,
) -> Quote:
    """The quote for a roadmap of `size`; with `concepts`, for the content of a framework that is there.

    `is_own_model`: calls of the installation's model tell how many tokens it takes, not what they cost.
    """
    counts = dict.fromkeys(CONTENT_KINDS, concepts if concepts is not None else _CONCEPTS[size])
    if concepts is None:
        counts |= {Kind.INTENT: 1, Kind.OUTLINE: 1, Kind.MODULE: _MODULES[size]}
        counts[Kind.VALIDATION] = int(size != "mini")
    known = {kind: await _measured(reader, kind) for kind in counts}
    usual = {kind: known[kind] or _assumed(kind, rates[kind]) for kind in counts}
    if is_own_model:
        usual = {kind: _priced(one, rates[kind]) for kind, one in usual.items()}
    return Quote(
        calls=round(sum(counts[kind] * usual[kind].calls for kind in counts)),
        input_tokens=round(sum(counts[kind] * usual[kind].input_tokens for kind in counts)),
        output_tokens=round(sum(counts[kind] * usual[kind].output_tokens for kind in counts)),
        cost_usd=round(sum(counts[kind] * usual[kind].cost_usd for kind in counts), 6),
        minutes=round(_minutes(counts, usual, rates), 2),
        measured=all(known[kind] for kind in CONTENT_KINDS),
    )


def _minutes(counts: Mapping[Kind, int], usual: Mapping[Kind, Usual], rates: Mapping[Kind, Rates]) -> float:
    """The steps one after another, then the content as many at once as the limits allow."""
    chain = sum(usual[kind].duration_ms for kind in _CHAIN if counts.get(kind))
    work = sum(counts[kind] * usual[kind].duration_ms / rates[kind].at_once for kind in CONTENT_KINDS)
    slowest = max(usual[kind].duration_ms for kind in CONTENT_KINDS)
    return (chain + max(work, slowest)) / 60_000


def _assumed(kind: Kind, rates: Rates) -> Usual:
    into, out = _USUAL[kind]
    return _priced(Usual(into, out, 0.0, _USUAL_MS), rates)


def _priced(usual: Usual, rates: Rates) -> Usual:
    cost_usd = usual.input_tokens * rates.per_input + usual.output_tokens * rates.per_output
    return replace(usual, cost_usd=cost_usd)


async def _measured(reader: Snapshot, kind: Kind) -> Usual | None:
    """Medians of the newest settled items of a kind; None before there is one."""
    statement = (
        select(ledger)
        .where(ledger.c.kind == kind.value, ledger.c.duration_ms > 0)
        .order_by(ledger.c.ledger_id.desc())
        .limit(_REMEMBERED)
    )
    rows = await reader.rows(statement)
    if not rows:
        return None
    middle = {
        name: statistics.median(row[name] for row in rows)
        for name in ("input_tokens", "output_tokens", "cost_usd", "duration_ms")
    }
    return Usual(**middle, calls=statistics.fmean(row["calls"] for row in rows))
