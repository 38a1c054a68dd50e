"""What a check says. Pure."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Level = Literal["gate", "score"]


class Finding(BaseModel):
    """One thing a check found: its id in the rubric (R1 … Q11), and `where`, a place a person can find."""

    model_config = ConfigDict(frozen=True)

    check: str
    level: Level
    where: str
    message: str


def gates(findings: list[Finding]) -> list[Finding]:
    """Those that must be mended."""
    return [f for f in findings if f.level == "gate"]
