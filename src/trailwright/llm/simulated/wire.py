"""The OpenAI wire format: what leaves the server, as bytes."""

import time
from dataclasses import dataclass

import orjson

MODEL = "simulated"
DONE = b"data: [DONE]\n\n"
PIECES = 10


@dataclass(frozen=True)
class Envelope:
    """What surrounds the text of one answer. `number` is the request's, `tokens_in` is estimated."""

    number: int
    model: str
    tokens_in: int

    def _head(self, kind: str) -> dict[str, object]:
        return {
            "id": f"chatcmpl-simulated-{self.number}",
            "object": kind,
            "created": int(time.time()),
            "model": self.model,
        }

    def usage(self, text: str) -> dict[str, int]:
        """Estimated tokens of the request and of `text`."""
        tokens_out = tokens(text)
        return {
            "prompt_tokens": self.tokens_in,
            "completion_tokens": tokens_out,
            "total_tokens": self.tokens_in + tokens_out,
        }

    def whole(self, text: str, finish: str | None = "stop") -> bytes:
        """The body of an answer that is not streamed."""
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": text},
            "finish_reason": finish,
            "logprobs": None,
        }
        return orjson.dumps(self._head("chat.completion") | {"choices": [choice], "usage": self.usage(text)})

    def events(self, pieces: list[str]) -> list[bytes]:
        """One server-sent event for each piece of text; the first names the role."""
        head = b"data: " + orjson.dumps(self._head("chat.completion.chunk"))[:-1]
        before = head + b',"choices":[{"index":0,"delta":{"content":'
        after = b'},"finish_reason":null}]}\n\n'
        events = [before + orjson.dumps(piece) + after for piece in pieces]
        events[0] = events[0].replace(b'"delta":{', b'"delta":{"role":"assistant",', 1)
        return events

    def ending(self, text: str, *, include_usage: bool) -> bytes:
        """The events after the last piece: why it ended, what it used when that was asked for, `[DONE]`."""
        last = self._head("chat.completion.chunk") | {
            "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]
        }
        end = _event(last)
        if include_usage:
            end += _event(self._head("chat.completion.chunk") | {"choices": [], "usage": self.usage(text)})
        return end + DONE


def _event(data: dict[str, object]) -> bytes:
    return b"data: " + orjson.dumps(data) + b"\n\n"


def tokens(text: str) -> int:
    """A rough count, from UTF-8 bytes: four to a token."""
    return len(text.encode()) // 4 + 1


def split(text: str, count: int = PIECES) -> list[str]:
    """`text` in at most `count` even pieces; one empty piece for the empty text."""
    step = max(1, -(-len(text) // count))
    return [text[i : i + step] for i in range(0, len(text), step)] or [""]


def error_body(message: str, kind: str, code: str | None, param: str | None = None) -> bytes:
    """An error as OpenAI words it."""
    return orjson.dumps({"error": {"message": message, "type": kind, "param": param, "code": code}})


def models() -> bytes:
    """The answer of `/v1/models`."""
    one = {"id": MODEL, "object": "model", "created": 0, "owned_by": "trailwright"}
    return orjson.dumps({"object": "list", "data": [one]})
