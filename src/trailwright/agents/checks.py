"""From verdicts to a rejection. Pure."""

from collections.abc import Iterable, Sequence

from trailwright.agents.base import Rejected
from trailwright.domain.findings import Finding, gates
from trailwright.quality.judged import Judged, findings

MAX_NAMED = 12
"""So many findings are shown to the model at once; the most telling ones come first in the rubric."""


def failed_gates(judged: Iterable[Judged]) -> list[Finding]:
    """The findings that must be mended."""
    return gates(findings(judged))


def refuse_failed(judged: Sequence[Judged]) -> None:
    """Raises `Rejected` with the findings of every gate that did not pass."""
    failed = failed_gates(judged)
    if failed:
        raise Rejected(failed[:MAX_NAMED])
