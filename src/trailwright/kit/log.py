"""Logs: JSON lines in rotated files, lines for people on standard error, no secret in either.

A line is made where it is logged (so it knows the context there) and written by a thread, so that a full
disk or a stopped terminal never holds up the loop. Where both cannot keep up, lines are dropped.
"""

import atexit
import contextlib
import json
import logging
import os
import queue
import re
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager
from logging.handlers import QueueHandler, RotatingFileHandler
from pathlib import Path
from typing import Any, Literal, NamedTuple, TextIO
from urllib.parse import quote

import orjson
import structlog
from pydantic import BaseModel, SecretStr
from structlog.stdlib import BoundLogger, ProcessorFormatter
from structlog.typing import Processor

Logger = BoundLogger
Console = Literal["human", "json", "off"]

FILE_BYTES = 10 * 1024 * 1024
OLD_FILES = 5
_WAITING_LINES = 10_000
_LAST_WORDS_S = 1.0
_SHORTEST_SECRET = 4
_CHATTY = (
    "httpx",
    "httpx2",
    "httpcore",
    "openai",
    "anthropic",
    "google_genai",
    "aiosqlite",
    "uvicorn.access",
)
"""Libraries that log each request; from warnings on they are heard."""

_STARS = "***"


class _Shape(NamedTuple):
    """How secrets of one kind look. A line is searched only when one of `hints` (lower case) is in it."""

    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    masked: str = _STARS


_HINTS = ("api_key", "api-key", "apikey", "password", "passwd", "secret", "authorization", "access_token")
_NAMES = "(?:api[-_]?key|password|passwd|secret|authorization|token)"
_SHAPES = (
    _Shape(("bearer ", "basic "), re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}"), rf"\1 {_STARS}"),
    _Shape(("://",), re.compile(r"(\w://)[^/\s@\"']+@"), rf"\1{_STARS}@"),
    _Shape(
        (*_HINTS, "token'", 'token"', "token\\"),
        re.compile(rf"(?i)({_NAMES}\\?[\"']\s*:\s*\\?[\"'])(?!bearer )[^\"'\\]+"),
        rf"\1{_STARS}",
    ),
    _Shape((*_HINTS, "token="), re.compile(rf"(?i)({_NAMES}=)[^\s\"'&,;\\]{{6,}}"), rf"\1{_STARS}"),
    _Shape(("sk-", "pk-", "rk-", "xai-", "tvly-"), re.compile(r"\b(?:sk|pk|rk|gsk|xai|tvly)-[\w-]{8,}")),
    _Shape(("aiza", "akia"), re.compile(r"\bAIza[\w-]{10,}|\bAKIA[0-9A-Z]{12,}")),
    _Shape(("/shared/",), re.compile(r"(/shared/)[\w-]{20,}"), rf"\1{_STARS}"),
    _Shape(("tws_", "twt_", "twk_"), re.compile(r"\btw[stk]_[\w-]{8,}")),
    _Shape(("eyj",), re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*")),
)
"""Bearer tokens, passwords in addresses, secrets by name, keys by prefix, links of sharing, signed tokens."""


class Redactor:
    """Masks known secrets, and what looks like one, anywhere in a line."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known = _spelled(secrets)

    def __call__(self, line: str) -> str:
        """The line with stars where a secret stood; a line without one costs a few microseconds."""
        for secret in (*self._known, *_learnt):
            if secret in line:
                line = line.replace(secret, _STARS)
        low = line.lower()
        for shape in _SHAPES:
            if any(hint in low for hint in shape.hints):
                line = shape.pattern.sub(shape.masked, line)
        return line


_learnt: list[str] = []


def also_mask(secrets: Iterable[str]) -> None:
    """Mask these too from now on, wherever this process logs: keys that came while it runs."""
    _learnt[:] = sorted({*_learnt, *_spelled(secrets)}, key=len, reverse=True)


_SECRET_NAME = re.compile(r"(?i)(?:key|token|secret|password|passwd|pwd|credentials?)$")
_SHORTEST_OF_ENVIRONMENT = 8


def environment_secrets(environment: Mapping[str, str]) -> Iterator[str]:
    """Values of the environment whose names say that they are secret, such as vendors' keys."""
    for name, value in environment.items():
        if len(value) >= _SHORTEST_OF_ENVIRONMENT and _SECRET_NAME.search(name):
            yield value


def _spelled(secrets: Iterable[str]) -> list[str]:
    """Every form of each secret that is long enough to be one, the longest first."""
    forms = {form for secret in secrets if len(secret) >= _SHORTEST_SECRET for form in _spellings(secret)}
    return sorted(forms, key=len, reverse=True)


def secret_values(settings: BaseModel) -> Iterator[str]:
    """Every secret in a tree of settings, in the clear, for `set_up` to mask."""
    for _, value in settings:
        if isinstance(value, SecretStr):
            yield value.get_secret_value()
        elif isinstance(value, BaseModel):
            yield from secret_values(value)


def get_logger(name: str) -> Logger:
    """A logger; what happened is the first argument, the facts are fields: `log.info("claimed", count=3)`."""
    logger: Logger = structlog.stdlib.get_logger(name)
    return logger


def bound(**ids: object) -> AbstractContextManager[None]:
    """Every line within carries these fields, such as `request_id` `task_id` `item_id` `attempt`."""
    return structlog.contextvars.bound_contextvars(**ids)


class Logs:
    """Logging as it was set up, until `close`."""

    def __init__(self, handlers: Sequence[tuple[logging.Formatter, logging.Handler]], level: str) -> None:
        self._open: list[tuple[logging.Handler, _Writer]] = []
        root = logging.getLogger()
        self._old_level = root.level
        root.setLevel(level)
        for name in _CHATTY:
            logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
        for formatter, target in handlers:
            writer = _Writer(target)
            handler = _Dropping(writer.lines)
            handler.setFormatter(formatter)
            root.addHandler(handler)
            self._open.append((handler, writer))
        atexit.register(self.close)

    def close(self) -> None:
        """Write what waits, for at most two seconds, and give the files back; again is no error."""
        atexit.unregister(self.close)
        root = logging.getLogger()
        root.setLevel(self._old_level)
        for handler, writer in self._open:
            root.removeHandler(handler)
            writer.finish()
        self._open = []


def set_up(
    folder: Path | None,
    name: str = "trailwright",
    *,
    level: str = "INFO",
    secrets: Iterable[str] = (),
    console: Console | None = None,
) -> Logs:
    """Log to `folder/name.log` (10 MB, five older ones kept; None: no file) and to standard error.

    One process per `name`: files are not shared. `console` None: lines for people at a terminal, else JSON.
    Raises OSError when the folder cannot be made.
    """
    redact = Redactor(secrets)
    handlers: list[tuple[logging.Formatter, logging.Handler]] = []
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        handlers.append((_Lines(redact, [_as_json]), _LogFile(folder / f"{name}.log")))
    kind = console or ("human" if sys.stderr.isatty() else "json")
    if kind != "off":
        handlers.append((_Lines(redact, _shown(kind, sys.stderr)), logging.StreamHandler(sys.stderr)))
    return Logs(handlers, level)


class _Lines(ProcessorFormatter):
    """Renders a record of ours or of a library, then masks."""

    def __init__(self, redact: Redactor, render: Sequence[Processor]) -> None:
        own: list[Processor] = [
            ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
        ]
        super().__init__(processors=[*own, *render], foreign_pre_chain=_SHARED)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


class _Writer(threading.Thread):
    """Writes lines in order, off the thread that logs."""

    def __init__(self, target: logging.Handler) -> None:
        super().__init__(name="log", daemon=True)
        self.lines: queue.Queue[logging.LogRecord | None] = queue.Queue(_WAITING_LINES)
        self._target = target
        self.start()

    def run(self) -> None:
        while (record := self.lines.get()) is not None:
            self._target.handle(record)
        self._target.close()

    def finish(self) -> None:
        """End after the last line; a target that stands still is left behind."""
        with contextlib.suppress(queue.Full):
            self.lines.put(None, timeout=_LAST_WORDS_S)
            self.join(_LAST_WORDS_S)


class _Dropping(QueueHandler):
    """Hands lines to the writing thread; a queue that is full loses the line, never blocks."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's hook
        if not isinstance(sys.exc_info()[1], queue.Full):
            super().handleError(record)


class _LogFile(RotatingFileHandler):
    """A rotated file; when it cannot be written it says so once and goes on trying."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=FILE_BYTES, backupCount=OLD_FILES, encoding="utf-8", delay=True)
        self._said = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's hook
        del record
        if not self._said:
            self._said = True
            sys.stderr.write(f"trailwright: the log file cannot be written: {sys.exc_info()[1]}\n")


def _shown(kind: Console, stream: TextIO) -> Sequence[Processor]:
    if kind == "json":
        return [_as_json]
    colours = stream.isatty() and not os.environ.get("NO_COLOR")
    plain = structlog.dev.plain_traceback
    renderer = structlog.dev.ConsoleRenderer(
        colors=colours, timestamp_key="time", exception_formatter=plain, pad_event_to=0
    )
    return [_to_the_second, renderer]


def _to_the_second(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """People read `22:12:37`, programs the whole moment."""
    del logger, name
    event["time"] = str(event.get("time", ""))[11:19]
    return event


def _as_json(logger: Any, name: str, event: MutableMapping[str, Any]) -> str:
    del logger, name
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _spellings(secret: str) -> set[str]:
    """As it stands, in JSON, in an address."""
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret, safe=""),
    }


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
]

structlog.configure(  # at import, or lines logged before `set_up` would go to standard output
    processors=[structlog.stdlib.filter_by_level, *_SHARED, ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=BoundLogger,
    cache_logger_on_first_use=True,
)
