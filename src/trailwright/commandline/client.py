"""The product's HTTP API from the command line's side."""

import json
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx

from trailwright.commandline.trouble import Trouble
from trailwright.events.shapes import Event

API = "/api/v1"
_QUIET_S = 45.0
"""The server says something at least every 15 s; a stream that is quiet for longer is dead."""

_TRIES = 3


class Away(Exception):  # noqa: N818 - an outcome the caller decides about
    """The server cannot be reached, or broke off."""


class Refused(Trouble):
    """The server said no: `code` for programs, the words for a person."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.code = code


class Client:
    """One server. `get` and `post` raise `Refused` for a problem it tells, `Away` when it is not there."""

    def __init__(self, address: str, *, timeout_s: float = 30.0, token: str = "") -> None:
        self.address = address.rstrip("/")
        own = urlsplit(self.address).hostname in {"127.0.0.1", "localhost", "::1"}
        self._http = httpx.Client(
            base_url=self.address + API,
            timeout=httpx.Timeout(timeout_s, connect=5.0),
            headers={"Authorization": f"Bearer {token}"} if token else {},
            trust_env=not own,  # a proxy is no way to this machine itself
        )

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """One answer."""
        return self._ask("GET", path, params=query)

    def text(self, path: str) -> str:
        """An answer that is no JSON."""
        return self._answer("GET", path).text

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """One command; a broken connection is tried again under the same key, so it happens once."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        for left in reversed(range(_TRIES)):
            try:
                return self._ask("POST", path, json=body or {}, headers=headers)
            except Away:
                if not left:
                    raise
        raise AssertionError

    def events(self, task_id: str, after_seq: int) -> Iterator[Event]:
        """A task's events as they come; ends when the log or the server does. Raises `Away`, `Refused`."""
        request = self._http.stream(
            "GET",
            f"/tasks/{task_id}/events",
            params={"after_seq": after_seq},
            headers={"Accept": "text/event-stream"},
            timeout=httpx.Timeout(_QUIET_S, connect=5.0),
        )
        try:
            with request as answer:
                if answer.status_code != httpx.codes.OK:
                    answer.read()
                    _raise_refused(answer)
                for line in answer.iter_lines():
                    if line.startswith("data:"):
                        yield json.loads(line[5:])
        except (httpx.HTTPError, ValueError) as error:
            raise Away(str(error)) from error

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _ask(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = self._answer(method, path, **more).json()
        except ValueError as error:
            raise Trouble(f"{self.address} answers, but is no Trailwright server.") from error
        return answer

    def _answer(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **more)
        except httpx.HTTPError as error:
            raise Away(str(error)) from error
        except httpx.InvalidURL as error:
            raise Trouble(f"--server {self.address} is no address: {error}", 2) from None
        if not answer.is_success:
            _raise_refused(answer)
        return answer


def _raise_refused(answer: httpx.Response) -> None:
    try:
        problem = answer.json()
        code, title = str(problem["code"]), str(problem["title"])
    except (ValueError, KeyError, TypeError):
        raise Trouble(f"{answer.url} answered {answer.status_code} and is no Trailwright server.") from None
    words = str(problem.get("detail") or title)
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        words = (
            "this server wants to know who you are. Make an API token that may write in the web app,\n"
            "under your account, and set TRAILWRIGHT_TOKEN to it."
        )
    fields = [f"{one.get('field', '')}: {one.get('message', '')}" for one in problem.get("errors", [])]
    raise Refused(answer.status_code, code, "\n".join([words, *fields]))
