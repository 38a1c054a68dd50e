"""Every error in one form: RFC 9457 `application/problem+json`, mapped here and nowhere else.

Nothing of an exception's own words leaves: no stack trace, key, path, SQL or provider's message.
"""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, PendingRollbackError, ResourceClosedError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import Response

from trailwright.api.headers import ALWAYS
from trailwright.errors import (
    AppError,
    BadRequestError,
    BusyError,
    ConflictError,
    InvalidError,
    NotFoundError,
)
from trailwright.kit.db import is_lock_timeout, is_retryable, sqlstate
from trailwright.kit.log import get_logger
from trailwright.kit.sanitiser import fields, masked

log = get_logger(__name__)

PROBLEM = "application/problem+json"
RETRY_AFTER = {"Retry-After": "1"}
_BUSY_CLASSES = ("08", "53", "55", "57")
"""PostgreSQL: connection, resources, object in use, operator: none of them our doing, all of them pass."""

_BRANCHES = {"datetime", "date", "str", "int", "float", "bool"}
_CODES = {404: "not_found", 405: "method_not_allowed", 413: "payload_too_large", 422: "invalid"}


def problem(connection: HTTPConnection, error: AppError) -> Response:
    """The answer that says `error`."""
    is_busy = error.status == HTTPStatus.SERVICE_UNAVAILABLE
    headers = {**RETRY_AFTER, **error.headers} if is_busy else error.headers
    return _answer(connection, error.status, error.code, error.title, error.detail, error.errors, headers)


def _answer(
    connection: HTTPConnection,
    status: int,
    code: str,
    title: str,
    detail: str,
    errors: Sequence[Mapping[str, object]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    request_id = getattr(connection.state, "request_id", "")
    body: dict[str, Any] = {
        "type": f"urn:trailwright:problem:{code}",
        "title": title,
        "status": status,
        "detail": masked(detail or title),
        "code": code,
        "request_id": request_id,
    }
    if errors:
        body["errors"] = fields(errors)
    sent = {**ALWAYS, **(headers or {}), "X-Request-ID": request_id}  # a 500 passes no middleware of ours
    return Response(orjson.dumps(body), status, media_type=PROBLEM, headers=sent)


async def _app_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)  # noqa: S101 - registered for it
    return problem(request, error)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    found = error.errors()
    if any(one["loc"] and one["loc"][0] == "path" for one in found):
        return problem(request, NotFoundError())
    said = {field_name(one["loc"]): _said(one) for one in reversed(found)}
    wrong = [{"field": name, "message": message} for name, message in reversed(said.items())]
    return problem(request, InvalidError(f"{wrong[0]['field']}: {wrong[0]['message']}", errors=wrong))


def _said(one: Mapping[str, Any]) -> str:
    return str(one["msg"]).removeprefix("Value error, ")


def field_name(loc: Sequence[str | int]) -> str:
    """`preferences.tech_stack.0.technology` of a pydantic location; the branches of a union are no fields."""
    inside = [part for part in loc[1:] if isinstance(part, int) or re.fullmatch(r"[A-Za-z_]\w*", part)]
    while len(inside) > 1 and inside[-1] in _BRANCHES:
        inside.pop()
    return ".".join(map(str, inside)) or str(loc[0] if loc else "body")


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    status = HTTPStatus(error.status_code)
    code = _CODES.get(status, status.phrase.lower().replace(" ", "_"))
    detail = "There is nothing at this address." if status == HTTPStatus.NOT_FOUND else status.phrase
    return _answer(request, status, code, status.phrase, detail, headers=error.headers)


async def _database(request: Request, error: Exception) -> Response:
    assert isinstance(error, DBAPIError)  # noqa: S101 - registered for it
    told = _explained(error)
    if told is None:
        raise error
    log.warning("database_fault", code=told.code, sqlstate=sqlstate(error), path=request.url.path)
    return problem(request, told)


def _explained(error: DBAPIError) -> AppError | None:
    """A fault of the database that a person can wait out or mend; None for one of ours."""
    state, words = sqlstate(error), str(error.orig)
    if "disk is full" in words or state == "53100":
        return BusyError(
            "The disk is full. Free some space; nothing that was saved is lost.", code="disk_full"
        )
    if "readonly" in words or "read-only" in words:
        return BusyError("The data folder cannot be written. Check its permissions.", code="read_only")
    if state.startswith("23"):
        return ConflictError("Something changed in between. Look again.")
    busy = is_lock_timeout(error) or is_retryable(error) or state.startswith(_BUSY_CLASSES)
    if busy or error.connection_invalidated:
        return BusyError()
    return None


async def _away(request: Request, error: Exception) -> Response:
    del error
    return problem(request, BusyError("The database cannot be reached at the moment."))


async def _left(request: Request, error: Exception) -> Response:
    """Nobody is there to read it; and it is nothing to log."""
    del error
    return problem(request, BadRequestError("The request broke off."))


async def _unknown(request: Request, error: Exception) -> Response:
    log.error(
        "request_failed",
        exc_info=error,
        request_id=getattr(request.state, "request_id", ""),
        method=request.method,
        path=request.url.path,
    )
    return problem(
        request, AppError("This is our fault, not yours. Try again; the id below helps to find it.")
    )


def install(app: FastAPI) -> None:
    """Map every error of `app`."""
    app.add_exception_handler(AppError, _app_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DBAPIError, _database)
    for away in (PoolTimeoutError, PendingRollbackError, ResourceClosedError, ConnectionError, TimeoutError):
        app.add_exception_handler(away, _away)
    app.add_exception_handler(ClientDisconnect, _left)
    app.add_exception_handler(Exception, _unknown)
