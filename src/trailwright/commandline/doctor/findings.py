"""What doctor says of one part."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "wrong", "unset"]


@dataclass(frozen=True)
class Finding:
    """`words`: how it is, or the cause; `advice`: what to do when it is wrong. `unset`: nothing to try."""

    part: str
    state: State
    words: str
    advice: str = ""

    def as_json(self) -> dict[str, str]:
        """For programs."""
        return {"part": self.part, "state": self.state, "message": self.words, "advice": self.advice}


def split(part: str, words: str, otherwise: str = "") -> Finding:
    """A fault told in one text: the first sentence is the cause, the rest (or `otherwise`) what to do."""
    cause, _, advice = words.replace("\n", " ").partition(". ")
    return Finding(part, "wrong", cause.rstrip("."), advice or otherwise)
