"""What a server says instead of an answer, and which fault that is. Pure: bytes and headers in, values out.

Formats: OpenAI `{"error": {"message", "type", "code", "param"}}` (Groq, DeepSeek, vLLM, OpenRouter, Ollama),
FastAPI `{"detail": …}` (Mistral, vLLM), Google `{"error": {"code", "message", "status"}}`, Anthropic
`{"type": "error", "error": {"type", "message"}}`, `{"message": …}`, and pages that are not JSON at all.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import orjson

from trailwright.llm.faults import Fault, FaultCode
from trailwright.llm.redact import redact

Verdict = tuple[FaultCode, str | None]
"""Which fault, and what a person reads when the fault's own words do not say enough."""

LONGEST_BODY = 16_384
"""Bytes of an error's body that are read."""
LONGEST_WAIT_S = 86_400.0

NO_ADDRESS = "Nothing that speaks this format answers there. Check the address of the model in the settings."
NO_CREDIT = "The provider's account has no credit left. Top it up or choose another model, then go on."
TOO_LONG = "The request is longer than this model can take. Choose a model with a larger context."
NOT_TAKEN = "The model's server does not take this request. Choose another model."

_NO_CREDIT = re.compile(
    r"insufficient[_ ](?:quota|balance|credit|funds)|exceeded your current quota|billing[_ ]?(?:hard|not)"
    r"|out of credit|credit balance is too low"
)
_NO_MODEL = re.compile(
    r"model_not_found|model not exist|(?:no such|unknown|invalid) model\b"
    r"|\bmodel\b.{0,80}\b(?:does not exist|not found)"
)
_NO_KEY = re.compile(
    r"invalid_api_key|api_key_invalid|api key not valid|(?:incorrect|invalid|missing) api[ _-]?key"
    r"|authentication_error"
)
_UNSAFE = re.compile(r"content[_ ](?:filter|policy|management)|moderation|flagged|responsibleai|\bsafety\b")
_TOO_LONG = re.compile(
    r"context_length_exceeded|context (?:length|size|window)|prompt is too long|too many tokens"
    r"|exceed_context_size|maximum.{0,20}tokens"
)
_TOO_BUSY = re.compile(r"overloaded|capacity|temporarily|try again|unavailable|loading model")
_BAD_JSON = re.compile(r"json_validate_failed|failed_generation")
_NOT_FOUND: Verdict = ("model_not_found", None)
_BY_STATUS: dict[int, Verdict] = {
    HTTPStatus.UNAUTHORIZED: ("model_auth", None),
    HTTPStatus.PAYMENT_REQUIRED: ("model_auth", NO_CREDIT),
    HTTPStatus.FORBIDDEN: ("model_auth", None),
    HTTPStatus.NOT_FOUND: _NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED: _NOT_FOUND,
    HTTPStatus.GONE: _NOT_FOUND,
    HTTPStatus.REQUEST_TIMEOUT: ("model_timeout", None),
    HTTPStatus.TOO_MANY_REQUESTS: ("model_rate_limited", None),
    HTTPStatus.CONFLICT: ("model_unavailable", None),
    HTTPStatus.LOCKED: ("model_unavailable", None),
    HTTPStatus.TOO_EARLY: ("model_unavailable", None),
}
_MAY_MEAN_NO_CREDIT = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})
_BY_WORDS: tuple[tuple[re.Pattern[str], Verdict], ...] = (
    (_BAD_JSON, ("model_invalid_output", None)),
    (_NO_KEY, ("model_auth", None)),
    (_NO_MODEL, _NOT_FOUND),
    (_UNSAFE, ("model_refused", None)),
    (_TOO_LONG, ("model_invalid_output", TOO_LONG)),
    (_TOO_BUSY, ("model_unavailable", None)),
)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|h|m|s)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True)
class Complaint:
    """One refusal by a server. `text` is lower case and may hold a provider's words: never shown to a person.

    `names`: fields of the request that it points at, where it says so in a form made for programs.
    """

    status: int
    text: str = ""
    code: str = ""
    names: tuple[str, ...] = ()
    retry_after_s: float | None = None
    is_json: bool = True


def read_complaint(status: int, headers: Mapping[str, str], body: bytes, *, now: dt.datetime) -> Complaint:
    """A complaint out of an HTTP answer; `headers` finds names in any case, `now` is aware."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        text = body.decode("utf-8", "replace")[:LONGEST_BODY].lower()
        return Complaint(status, text, retry_after_s=retry_after(headers, now=now), is_json=False)
    found = complaint_in(data, status)
    return Complaint(status, found.text, found.code, found.names, retry_after(headers, now=now))


def complaint_in(data: Any, status: int) -> Complaint:
    """A complaint out of parsed JSON: an error's body, or an error amid a stream."""
    error = data.get("error", data) if isinstance(data, dict) else data
    if not isinstance(error, dict):
        return Complaint(status, str(error)[:LONGEST_BODY].lower())
    codes = [str(error[key]) for key in ("code", "type", "status") if error.get(key) is not None]
    param = error.get("param")
    details = list(_details(error.get("detail")))
    words = [str(error[key]) for key in ("message", "msg", "failed_generation") if error.get(key)]
    words += [text for text, _ in details]
    names = ([param] if isinstance(param, str) else []) + [name for _, name in details if name]
    text = " ".join(words)[:LONGEST_BODY].lower()
    return Complaint(_status_in(error, status), text, " ".join(codes).lower(), tuple(names))


def _status_in(error: Mapping[str, Any], status: int) -> int:
    """Amid a stream the HTTP status was 200; a numeric code in the error says more."""
    code = error.get("code")
    numeric = int(code) if isinstance(code, int) or (isinstance(code, str) and code.isdigit()) else 0
    return numeric if status < 400 <= numeric < 600 else status  # noqa: PLR2004 - HTTP's error range


def _details(detail: Any) -> Iterator[tuple[str, str]]:
    """FastAPI's list of problems, without the echo of what was sent."""
    if isinstance(detail, str):
        yield detail, ""
    for entry in detail if isinstance(detail, list) else ():
        if isinstance(entry, dict):
            place = entry.get("loc") or ()
            names = [part for part in place if isinstance(part, str) and part != "body"]
            yield f"{' '.join(names)} {entry.get('msg', '')}", names[0] if names else ""


def retry_after(headers: Mapping[str, str], *, now: dt.datetime) -> float | None:
    """Seconds the server asks for, at most a day: no number of a confused server leaves a piece for ever."""
    asked = _asked_for(headers, now)
    return None if asked is None else min(asked, LONGEST_WAIT_S)


def _asked_for(headers: Mapping[str, str], now: dt.datetime) -> float | None:
    """`retry-after-ms`, `Retry-After` (seconds or date), spent windows."""
    if (millis := _number(headers.get("retry-after-ms"))) is not None:
        return millis / 1000
    value = headers.get("retry-after")
    if value:
        seconds = _number(value)
        return seconds if seconds is not None else _seconds_until(value, now)
    waits = [
        _duration(headers.get(f"x-ratelimit-reset-{what}", ""))
        for what in ("requests", "tokens")
        if headers.get(f"x-ratelimit-remaining-{what}") == "0"
    ]
    return max((wait for wait in waits if wait is not None), default=None)


def _number(value: str | None) -> float | None:
    try:
        number = float(value) if value else None
    except ValueError:
        return None
    return number if number is not None and 0 <= number < float("inf") else None


def _seconds_until(value: str, now: dt.datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return max((moment - now).total_seconds(), 0.0)


def _duration(value: str) -> float | None:
    """`6m0s`, `1.5s`, `20ms` as seconds."""
    parts = _DURATION.findall(value)
    return sum(float(number) * _SECONDS[unit] for number, unit in parts) if parts else _number(value)


def fault_of(complaint: Complaint, *secrets: str) -> Fault:
    """The fault that a complaint is; `secrets` never stand in its detail."""
    code, message = _judge(complaint)
    detail = redact(f"{complaint.status} {complaint.code} {complaint.text}", *secrets)
    return Fault(code, retry_after_s=complaint.retry_after_s, detail=detail, message=message)


def _judge(complaint: Complaint) -> Verdict:
    """An account without credit is `model_auth`: no wait mends it, a person can."""
    status, said = complaint.status, f"{complaint.code} {complaint.text}"
    verdict = _BY_STATUS.get(status)
    if status in _MAY_MEAN_NO_CREDIT and _NO_CREDIT.search(said):
        verdict = ("model_auth", NO_CREDIT)
    elif status == HTTPStatus.FORBIDDEN and _UNSAFE.search(said):
        verdict = ("model_refused", None)
    elif verdict == _NOT_FOUND and not complaint.is_json:
        verdict = ("model_not_found", NO_ADDRESS)
    elif verdict is None and status < HTTPStatus.BAD_REQUEST:
        verdict = _judge_amid_stream(said) if status == HTTPStatus.OK else ("model_not_found", NO_ADDRESS)
    elif verdict is None and status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        verdict = ("model_unavailable", None)
    return verdict or _judge_request(status, said)


def _judge_amid_stream(said: str) -> Verdict:
    if re.search(r"rate[_ -]?limit|too many requests", said):
        return "model_rate_limited", None
    return ("model_refused" if _UNSAFE.search(said) else "model_unavailable"), None


def _judge_request(status: int, said: str) -> Verdict:
    """400, 422 and their like: about this request, so trying it again changes nothing."""
    for pattern, verdict in _BY_WORDS:
        if pattern.search(said):
            return verdict
    return "model_invalid_output", TOO_LONG if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else NOT_TAKEN
