"""What every route leans on: who asks, a strict body, and commit before the answer. No domain word.

A request is judged in this order: may this caller see what the path names (the guard), may he do this by the
way he came (scopes, role), is the body JSON that can be stored, is it valid; then the route runs. Which of it
is asked is the route's class, its access rule: `OpenRoute`, `Route`, `PersonRoute`, `AdminRoute`.
"""

import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal, Protocol, TypeVar, cast

import orjson
from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.requests import HTTPConnection

from trailwright.errors import (
    AppError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    PayloadTooLargeError,
    UnauthorizedError,
)
from trailwright.kit.db import Database, Snapshot, Tx
from trailwright.kit.storage import Storage
from trailwright.lids import NONE as NO_LIDS
from trailwright.lids import Lids

MAX_BODY = 1_000_000
MAX_DEPTH = 32
MAX_LIMIT = 200
_ID = re.compile(r"[A-Za-z0-9_-]{1,160}")
_KEY = re.compile(r"[!-~]{1,200}")

Answer = dict[str, Any]
Work = Callable[[Tx], Awaitable[Answer]]


ADMIN = "admin"
READ, WRITE = "read", "write"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Caller:
    """Who sent the request, and by what: `local` has no proof, a `session` is a person, a `token` none.

    `proof`: the digest of what proves it; `scopes`: what that allows.
    """

    user_id: str
    role: str
    kind: Literal["local", "session", "token"] = "local"
    scopes: frozenset[str] = frozenset({READ, WRITE})
    proof: str = field(default="", repr=False)


@dataclass(frozen=True)
class Rule:
    """What the guard must know of a route. `trashed`: what is in the trash counts; `admin`: anybody's."""

    trashed: bool = False
    admin: bool = False


@dataclass(frozen=True)
class Note:
    """A line for the audit log: what is done to what."""

    action: str
    subject: str | None = None
    details: dict[str, Any] | None = None


@dataclass(frozen=True)
class Repeatable:
    """What makes two requests the same: user, path, key; `body` is what was sent, in one fixed form."""

    user_id: str
    path: str
    key: str
    body: bytes


class Guard(Protocol):
    """Raises `NotFoundError` or `ForbiddenError` for what a path names."""

    async def __call__(self, reader: Snapshot, caller: Caller, names: Mapping[str, str], rule: Rule) -> None:
        """`names`: the path's parameters, all of them well-formed ids."""


class Audit(Protocol):
    """Writes a line of the audit log in the transaction of what it tells."""

    async def __call__(self, tx: Tx, note: Note, *, user_id: str, address: str) -> None:
        """`user_id`: who does it, `address`: from where."""


class Once(Protocol):
    """Runs `work`, or gives the answer that the same request got before."""

    async def __call__(self, tx: Tx, request: Repeatable, work: Work) -> Answer:
        """Raises `InvalidError` when the key came with another body."""


@dataclass(frozen=True)
class Ground:
    """What the composition root hands to all routes, as `app.state.ground`."""

    db: Database
    storage: Storage
    guard: Guard
    once: Once
    audit: Audit
    lids: Callable[[], Lids] = lambda: NO_LIDS
    max_body: int = MAX_BODY
    max_depth: int = MAX_DEPTH


def ground(connection: HTTPConnection) -> Ground:
    """The process's own parts."""
    return cast("Ground", connection.app.state.ground)


def database(connection: HTTPConnection) -> Database:
    """The process's database."""
    return ground(connection).db


def storage(connection: HTTPConnection) -> Storage:
    """The process's storage."""
    return ground(connection).storage


def caller(connection: HTTPConnection) -> Caller:
    """Who asks, as the access check found; raises what it said when it let nobody in."""
    found: Caller | None = getattr(connection.state, "caller", None)
    if found is None:
        refusal: AppError | None = getattr(connection.state, "refusal", None)
        raise refusal or UnauthorizedError()
    return found


def holding(connection: HTTPConnection) -> Lids:
    """How much anybody may start, at present."""
    return ground(connection).lids()


def address(connection: HTTPConnection) -> str:
    """Where the request comes from, as the access check found."""
    return str(getattr(connection.state, "address", ""))


def reading(endpoint: F) -> F:
    """Says of a route's function that it changes nothing although it is asked by POST."""
    endpoint.reads = True  # type: ignore[attr-defined]  # what a route's class looks for
    return endpoint


Me = Annotated[Caller, Depends(caller)]
Holding = Annotated[Lids, Depends(holding)]
Db = Annotated[Database, Depends(database)]
Objects = Annotated[Storage, Depends(storage)]


class Commit:
    """Runs one command in one transaction; the answer leaves after the commit.

    A POST with an `Idempotency-Key` that was used before gets the first's answer.
    """

    def __init__(self, request: Request) -> None:
        self._request = request

    async def __call__(self, work: Work, note: Note | None = None) -> Answer:
        """The command's answer, committed, with its line in the audit log."""
        request = self._request
        parts = ground(request)
        if note is not None:
            work = self._noted(work, note)
        key = request.headers.get("idempotency-key")
        if key is None or request.method != "POST":
            return await parts.db.transact(work)
        if not _KEY.fullmatch(key):
            field = {"field": "Idempotency-Key", "message": "must be 1 to 200 visible ASCII characters"}
            raise InvalidError("The Idempotency-Key is not valid.", code="bad_key", errors=[field])
        body = orjson.dumps(getattr(request.state, "sent", None), option=orjson.OPT_SORT_KEYS)
        asked = Repeatable(
            user_id=caller(request).user_id,
            path=request.url.path,
            key=key,
            body=request.url.query.encode() + b"\n" + body,
        )
        return await parts.db.transact(lambda tx: parts.once(tx, asked, work))

    def _noted(self, work: Work, note: Note) -> Work:
        request = self._request
        me, place = caller(request), address(request)

        async def noted(tx: Tx) -> Answer:
            answer = await work(tx)
            await ground(request).audit(tx, note, user_id=me.user_id, address=place)
            return answer

        return noted


Write = Annotated[Commit, Depends(Commit)]

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class StrictRoute(APIRoute):
    """A route with well-formed ids and a strict body; who may is said by those made of it."""

    def get_route_handler(self) -> Handler:
        """FastAPI's handler with what must come before it."""
        inner = super().get_route_handler()
        body = self.body_field

        async def handle(request: Request) -> Response:
            if any(isinstance(p, str) and not _ID.fullmatch(p) for p in request.path_params.values()):
                raise NotFoundError
            await self.admit(request)
            if body is not None:
                await _read_strictly(request, optional=not body.field_info.is_required())
            return await inner(request)

        return handle

    async def admit(self, request: Request) -> None:
        """Let the request in, or raise."""
        raise NotImplementedError


class OpenRoute(StrictRoute):
    """A route for everybody, known or not."""

    async def admit(self, request: Request) -> None:
        """Everybody."""


class Route(StrictRoute):
    """A route that lets nobody past who may not see what the path names, whatever else is wrong."""

    rule: ClassVar[Rule] = Rule()

    async def admit(self, request: Request) -> None:
        """Ask the guard; then what came with the request must allow what is asked."""
        me = caller(request)
        await self.ask_guard(request, me)
        if not self.is_reading() and WRITE not in me.scopes:
            raise ForbiddenError("This token may only read.", code="insufficient_scope")

    async def ask_guard(self, request: Request, me: Caller) -> None:
        """Raises what the guard says of what the path names."""
        names = {name: str(value) for name, value in request.path_params.items()}
        if names:
            parts = ground(request)
            async with parts.db.glancing() as reader:
                await parts.guard(reader, me, names, self.rule)

    def is_reading(self) -> bool:
        """Whether nothing is changed here."""
        return (self.methods or set()) <= _SAFE or getattr(self.endpoint, "reads", False)


class BareRoute(Route):
    """A route that reads, and asks in its own statement whether the caller may see what the path names."""

    async def ask_guard(self, request: Request, me: Caller) -> None:
        """Nothing: see the class."""


class TrashRoute(Route):
    """A route about what is in the trash, too."""

    rule = Rule(trashed=True)


class PersonRoute(Route):
    """A route for a person who signed in; a program with an API token is told so."""

    async def admit(self, request: Request) -> None:
        """As for all, and nobody by an API token."""
        await super().admit(request)
        if caller(request).kind == "token":
            raise ForbiddenError("No API token may do this. Sign in.", code="insufficient_scope")


class AdminRoute(PersonRoute):
    """A route for admins; nobody else learns here what there is."""

    rule = Rule(admin=True)

    async def admit(self, request: Request) -> None:
        """Admins who signed in."""
        if caller(request).role != ADMIN:
            raise ForbiddenError
        await super().admit(request)


class UnsupportedMediaError(AppError):
    """Only JSON is understood here."""

    status = 415
    code = "unsupported_media_type"


async def _read_strictly(request: Request, *, optional: bool) -> None:
    """Parse the body so that what reaches validation can be stored: no NUL, no surrogate, no abyss.

    An `optional` body may be `null`, as the OpenAPI document says.
    """
    raw = await _whole_body(request)
    if not raw.strip():
        return
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise UnsupportedMediaError("Send JSON, with Content-Type: application/json.")
    try:
        sent = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        field = {"field": "body", "message": f"is not valid JSON: {error.msg}"}
        raise InvalidError("What was sent is not JSON.", code="invalid_json", errors=[field]) from None
    if sent is None and optional:
        return
    if not isinstance(sent, dict):
        field = {"field": "body", "message": "must be a JSON object"}
        raise InvalidError("A JSON object is expected.", code="not_an_object", errors=[field])
    check_storable(sent, ground(request).max_depth)
    request.state.sent = sent
    request._json = sent  # noqa: SLF001 - Starlette's own place for a parsed body


async def _whole_body(request: Request) -> bytes:
    """The body, as far as it may be large; raises `PayloadTooLargeError`."""
    pieces: list[bytes] = []
    size = 0
    most = ground(request).max_body
    async for piece in request.stream():
        size += len(piece)
        if size > most:
            raise PayloadTooLargeError(f"At most {most} bytes are taken.")
        pieces.append(piece)
    request._body = b"".join(pieces)  # noqa: SLF001 - Starlette's own place for a body that was read
    return request._body  # noqa: SLF001 - as above


def check_storable(sent: Any, max_depth: int = MAX_DEPTH) -> None:
    """Raises `InvalidError` for a NUL character in any string or key, or for nesting over `max_depth`."""
    waiting: list[tuple[Any, str, int]] = [(sent, "", 0)]
    while waiting:
        value, where, depth = waiting.pop()
        if depth > max_depth:
            raise _unstorable(where.split(".")[0], f"is nested deeper than {max_depth} levels", "too_deep")
        if isinstance(value, str) and "\x00" in value:
            raise _unstorable(where, "must not contain a NUL character", "nul_character")
        if isinstance(value, dict):
            if any("\x00" in key for key in value):
                raise _unstorable(where, "must not contain a NUL character in a name", "nul_character")
            waiting.extend((child, f"{where}.{key}".strip("."), depth + 1) for key, child in value.items())
        elif isinstance(value, list):
            waiting.extend((child, f"{where}.{n}".strip("."), depth + 1) for n, child in enumerate(value))


def _unstorable(where: str, message: str, code: str) -> InvalidError:
    field = {"field": where or "body", "message": message}
    return InvalidError("What was sent cannot be stored.", code=code, errors=[field])
