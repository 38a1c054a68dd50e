"""Reads a streamed answer in OpenAI's format: lines, chunks, text. No I/O.

`data: {json}` lines of server-sent events; comments, other fields and white space are skipped. What counts as
heard to the end is a `finish_reason` or `[DONE]`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import orjson

from trailwright.llm.complaints import complaint_in, fault_of
from trailwright.llm.faults import Fault
from trailwright.llm.shapes import Finish, OnText

MOST_TEXT = 2_000_000
"""Characters of one answer, thoughts included; more is no answer."""
LONGEST_LINE = 4_000_000
"""Bytes of one line of the stream."""

_FINISHES: dict[str, Finish] = {"stop": "stop", "eos": "stop", "end_turn": "stop", "length": "length"}
_OPEN, _CLOSE = "<think>", "</think>"
_OK = 200


@dataclass(frozen=True)
class Said:
    """One whole answer as heard; tokens and money as far as the server told them."""

    text: str
    finish: Finish
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None


class Lines:
    """Cuts a byte stream into the payloads of its `data:` lines."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, block: bytes) -> Iterator[bytes]:
        """Payloads that are complete now; raises `Fault` on an endless line."""
        *lines, self._rest = (self._rest + block).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            too_much("a line without end")
        for line in lines:
            if payload := _payload(line):
                yield payload

    def end(self) -> Iterator[bytes]:
        """What stood after the last line break."""
        if payload := _payload(self._rest):
            yield payload
        self._rest = b""


def _payload(line: bytes) -> bytes:
    return line[5:].strip() if line.startswith(b"data:") else b""


class WithoutThoughts:
    """Leaves out a leading `<think>…</think>`, which some servers stream as if it were the answer."""

    def __init__(self) -> None:
        self._held = ""
        self._state = "start"

    def feed(self, piece: str) -> str:
        """The part of what came so far that is answer and was not given yet."""
        if self._state == "after":
            return piece
        self._held += piece
        if self._state == "start" and not self._begins_to_think():
            return ""
        if self._state == "inside":
            self._think_on()
        if self._state == "gap":
            self._held = self._held.lstrip()
            self._state = "after" if self._held else "gap"
        if self._state != "after":
            return ""
        given, self._held = self._held, ""
        return given

    def end(self) -> str:
        """A short answer that might have become a thought."""
        return self._held if self._state == "start" else ""

    def _begins_to_think(self) -> bool:
        """Whether enough came to tell; moves the state if so."""
        lead = self._held.lstrip()
        if len(lead) < len(_OPEN) and _OPEN.startswith(lead):
            return False
        self._state = "inside" if lead.startswith(_OPEN) else "after"
        return True

    def _think_on(self) -> None:
        """Only as much is held as may be the beginning of the end."""
        end = self._held.find(_CLOSE)
        if end < 0:
            self._held = self._held[-len(_CLOSE) :]
            return
        self._held = self._held[end + len(_CLOSE) :]
        self._state = "gap"


class Hearing:
    """One answer while it comes in. Every method raises `Fault` when what comes is no answer."""

    def __init__(self, on_text: OnText | None, *secrets: str) -> None:
        self._on_text = on_text
        self._secrets = secrets
        self._pieces: list[str] = []
        self._length = 0
        self._thoughts = WithoutThoughts()
        self._reason = ""
        self._refusal = ""
        self._usage: dict[str, Any] = {}
        self.done = False

    def payload(self, payload: bytes) -> None:
        """One `data:` payload."""
        if payload == b"[DONE]":
            self.done = True
            return
        try:
            piece = self._read(orjson.loads(payload))
        except (orjson.JSONDecodeError, AttributeError, TypeError, IndexError):
            raise Fault("model_unavailable", detail="a chunk that is not in OpenAI's format") from None
        self.text(piece)  # outside: what a listener raises is no fault of the model

    def chunk(self, chunk: dict[str, Any]) -> None:
        """One chunk, or a whole answer, of the form that OpenAI's servers send."""
        self.text(self._read(chunk))

    def _read(self, chunk: Any) -> str:
        """The chunk's text; all else it tells is kept."""
        if chunk.get("error"):
            raise fault_of(complaint_in(chunk, _OK), *self._secrets)
        self._usage = chunk.get("usage") or self._usage
        choices = (chunk.get("choices") or ())[:1]
        if not choices:
            return ""
        self._reason = choices[0].get("finish_reason") or self._reason
        said = choices[0].get("delta") or choices[0].get("message") or {}
        self._refusal += said.get("refusal") or ""
        self._count(said.get("reasoning_content") or said.get("reasoning") or "")
        content = said.get("content") or ""
        return content if isinstance(content, str) else _joined(content)

    def text(self, piece: str) -> None:
        """A piece of the answer's text."""
        self._count(piece)
        self._give(self._thoughts.feed(piece))

    def _count(self, piece: str) -> None:
        self._length += len(piece)
        if self._length > MOST_TEXT:
            too_much("more text than any answer has")

    def _give(self, piece: str) -> None:
        if piece:
            self._pieces.append(piece)
            if self._on_text is not None:
                self._on_text(piece)

    def said(self) -> Said:
        """The whole answer, once the stream has ended."""
        self._give(self._thoughts.end())
        text = "".join(self._pieces)
        judge_end(text, self._reason, refusal=self._refusal, done=self.done)
        return Said(
            text,
            _FINISHES.get(self._reason, "unknown"),
            _count_in(self._usage, "prompt_tokens"),
            _count_in(self._usage, "completion_tokens"),
            _money_in(self._usage),
        )


def judge_end(text: str, reason: str, *, refusal: str, done: bool) -> None:
    """Raises `Fault` when a stream that has ended brought no answer."""
    if reason == "content_filter" or (refusal and not text.strip()):
        raise Fault("model_refused", detail=f"finish_reason {reason or 'none'}, refusal {bool(refusal)}")
    if reason == "error" or not (reason or done):
        raise Fault("model_unavailable", detail="the stream was cut off")
    if not text.strip():
        raise Fault("model_invalid_output", detail=f"empty answer, finish_reason {reason or 'none'}")


def too_much(what: str) -> NoReturn:
    """Reading stops here, whatever else would come."""
    raise Fault("model_invalid_output", detail=what)


def _joined(parts: Any) -> str:
    return "".join(part.get("text") or "" for part in parts if part.get("type", "text") == "text")


def _count_in(usage: dict[str, Any], name: str) -> int | None:
    value = usage.get(name)
    return value if isinstance(value, int) and value >= 0 else None


def _money_in(usage: dict[str, Any]) -> float | None:
    """OpenRouter tells what the call cost, in US dollars."""
    value = usage.get("cost")
    return float(value) if isinstance(value, (int, float)) and value > 0 else None
