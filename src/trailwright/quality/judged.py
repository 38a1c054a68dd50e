"""The verdict of one check, before it becomes a line of a receipt or a list of findings. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trailwright.domain.content import CheckResult
from trailwright.domain.findings import Finding, Level

_SHOWN = 4
_MAX_CHARS = 240


@dataclass(frozen=True)
class Judged:
    """One check's findings; none means that it passed. `note` says why it was not judged, if so."""

    check: str
    level: Level
    findings: Sequence[Finding]
    note: str = ""

    @property
    def result(self) -> CheckResult:
        """The line of the receipt; its message names the first four findings, each with its place."""
        lines = [f"{f.where}: {f.message}" if f.where else f.message for f in self.findings[:_SHOWN]]
        more = len(self.findings) - len(lines)
        if more > 0:
            lines.append(f"and {more} more of this kind")
        message = "; ".join(lines) or self.note
        return CheckResult(check=self.check, level=self.level, passed=not self.findings, message=message)


def results(judged: Iterable[Judged]) -> list[CheckResult]:
    """A receipt's lines."""
    return [one.result for one in judged]


def findings(judged: Iterable[Judged]) -> list[Finding]:
    """All findings, in the order of the checks."""
    return [finding for one in judged for finding in one.findings]


def gate(check: str, where: str, message: str) -> Finding:
    """A finding that must be mended."""
    return Finding(check=check, level="gate", where=where, message=message)


def score(check: str, where: str, message: str) -> Finding:
    """A finding that is only noted."""
    return Finding(check=check, level="score", where=where, message=message)


def quote(text: str, limit: int = _MAX_CHARS) -> str:
    """`text` on one line, at most `limit` characters, for a message."""
    line = " ".join(text[: 2 * limit].split())
    return line if len(line) <= limit else line[: limit - 1] + "\u2026"
