"""What a check says. Pure."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from trailwright.domain.sentences import Said

Level = Literal["gate", "score"]


class Finding(BaseModel):
    """One thing a check found: its id in the rubric (R1 … Q11), and `where`, a place a person can find.

    `said`: the message for a program that speaks another language; none where a model wrote it.
    """

    model_config = ConfigDict(frozen=True)

    check: str
    level: Level
    where: str
    message: str
    said: Said | None = None


def finding(check: str, level: Level, where: str, words: str | Said) -> Finding:
    """A finding in its own words, or in those of a sentence."""
    if isinstance(words, str):
        return Finding(check=check, level=level, where=where, message=words)
    return Finding(check=check, level=level, where=where, message=words.english, said=words)


def gates(findings: list[Finding]) -> list[Finding]:
    """Those that must be mended."""
    return [f for f in findings if f.level == "gate"]
