"""From receipt lines to a rejection. Pure."""

from collections.abc import Sequence

from trailwright.agents.base import Rejected
from trailwright.domain.content import CheckResult
from trailwright.domain.findings import Finding


def refuse_failed(checks: Sequence[CheckResult], *, where: str) -> None:
    """Raises `Rejected` with a finding for every gate that did not pass."""
    failed = [
        Finding(check=c.check, level="gate", where=where, message=c.message or "did not pass")
        for c in checks
        if c.level == "gate" and not c.passed
    ]
    if failed:
        raise Rejected(failed)
