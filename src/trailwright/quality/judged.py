"""The verdict of one check, before it becomes a line of a receipt or a list of findings. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trailwright.domain.content import CheckResult, Noted
from trailwright.domain.findings import Finding, Level, finding
from trailwright.domain.sentences import Said

_SHOWN = 4
_MAX_CHARS = 240


@dataclass(frozen=True)
class Judged:
    """One check's findings; none means that it passed. `note` says why it was not judged, if so."""

    check: str
    level: Level
    findings: Sequence[Finding]
    note: Said | None = None

    @property
    def result(self) -> CheckResult:
        """The line of the receipt; its message names the first four findings, each with its place."""
        lines = [f"{f.where}: {f.message}" if f.where else f.message for f in self.findings[:_SHOWN]]
        more = len(self.findings) - len(lines)
        if more > 0:
            lines.append(f"and {more} more of this kind")
        message = "; ".join(lines) or (self.note.english if self.note else "")
        return CheckResult(
            check=self.check, level=self.level, passed=not self.findings, message=message, said=self._said()
        )

    def _said(self) -> list[Noted]:
        """The message for another language; nothing when a part of it has words of its own."""
        if self.note and not self.findings:
            return [Noted(where="", said=self.note)]
        shown = [Noted(where=f.where, said=f.said) for f in self.findings[:_SHOWN] if f.said]
        return shown if len(shown) == len(self.findings[:_SHOWN]) else []


def results(judged: Iterable[Judged]) -> list[CheckResult]:
    """A receipt's lines."""
    return [one.result for one in judged]


def findings(judged: Iterable[Judged]) -> list[Finding]:
    """All findings, in the order of the checks."""
    return [finding for one in judged for finding in one.findings]


def gate(check: str, where: str, words: str | Said) -> Finding:
    """A finding that must be mended."""
    return finding(check, "gate", where, words)


def score(check: str, where: str, words: str | Said) -> Finding:
    """A finding that is only noted."""
    return finding(check, "score", where, words)


def quote(text: str, limit: int = _MAX_CHARS) -> str:
    """`text` on one line, at most `limit` characters, for a message."""
    line = " ".join(text[: 2 * limit].split())
    return line if len(line) <= limit else line[: limit - 1] + "\u2026"
