"""One engine per process, SQLite or PostgreSQL behind the same few verbs.

`Tx` writes and commits as a whole; `Snapshot` reads one moment and cannot write. Nobody holds either
while a model or a network is waited for.
"""

import asyncio
import os
import platform
import random
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import orjson
from sqlalchemy import JSON, MetaData, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import URL, Connection, Engine, RowMapping, make_url
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InvalidatePoolError,
    PendingRollbackError,
    ResourceClosedError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql import Executable

from trailwright.kit.gate import Courtesy, Rank, RankGate
from trailwright.kit.sqlite import connect

Json = JSON().with_variant(JSONB(), "postgresql")
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

T = TypeVar("T")
Row = RowMapping
Params = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None

AWAY = (DBAPIError, PoolTimeoutError, PendingRollbackError, ResourceClosedError, OSError)
"""What anything here may raise of a database that is away, restarts, or has no connection to give."""

_RETRYABLE = frozenset({"40P01", "40001"})
_UNFIT = frozenset({"22", "23"})
"""Classes of PostgreSQL's states: values that it cannot take, rows that contradict others."""

_RETRIES = 5
_READERS = 4
PING_AFTER_S = 1.0
"""A connection to PostgreSQL that was idle for so long is tried before it is used."""

OURS = "trailwright %"
"""Names of the product's sessions at the server, as LIKE takes it."""

WORKS = " works"
"""Ends the name of who makes items."""

_USED_AT = "used_at"
_GLANCE = "trailwright_glance"
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name LIKE :ours AND application_name NOT IN (:mine, :mine_at_work)"
)
_ALONE = text("SELECT pg_advisory_xact_lock(hashtext(:name))")
_SILENT_S = 3
_END_THE_SILENT = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND usename = current_user AND application_name LIKE :ours"
    " AND state = 'active' AND wait_event = 'ClientRead'"
    " AND state_change < clock_timestamp() - make_interval(secs => :silent_s)"
)
_PG_SETTINGS = {
    "lock_timeout": "2000",
    "statement_timeout": "10000",
    "idle_in_transaction_session_timeout": f"{_SILENT_S}s",
}
_TIMEZONE = {"timezone": "UTC"}
_FOR_ONE_TRANSACTION = "SELECT " + ", ".join(
    f"set_config('{name}', '{value}', true)" for name, value in _PG_SETTINGS.items()
)


class Snapshot:
    """Reads of one moment."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.is_postgres = connection.dialect.name == "postgresql"

    async def rows(self, statement: Executable, params: Params = None) -> Sequence[Row]:
        """All rows, as mappings."""
        return (await self._connection.execute(statement, params)).mappings().all()

    async def row(self, statement: Executable, params: Params = None) -> Row | None:
        """The first row or None."""
        return (await self._connection.execute(statement, params)).mappings().first()

    async def value(self, statement: Executable, params: Params = None) -> Any:
        """The first column of the first row or None."""
        return (await self._connection.execute(statement, params)).scalar()


class Tx(Snapshot):
    """One transaction that also writes; committed by whoever opened it.

    Once the commit has succeeded `topics` go to the database's `on_commit`, `hints` to its `after_commit`.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection)
        self.topics: set[str] = set()
        self.hints: list[Any] = []

    async def run(self, statement: Executable, params: Params = None) -> int:
        """Execute a write; the number of rows hit."""
        return (await self._connection.execute(statement, params)).rowcount

    async def alone(self, name: str) -> None:
        """Until the end of this transaction no other one is alone under that name; on SQLite none ever is."""
        if self.is_postgres:
            await self._connection.execute(_ALONE, {"name": name})


class Database:
    """The process's only way to the database. `pool_size` connections on PostgreSQL; one writer on SQLite.

    `pgbouncer`: between it and PostgreSQL stands a pooler in transaction mode, for which the next transaction
    may run on another connection of the server. `works`: this process makes items, and says so to the others.
    """

    def __init__(self, url: str, pool_size: int = 5, *, pgbouncer: bool = False, works: bool = False) -> None:
        self.url = _async_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.courtesy = Courtesy()
        self.on_commit: Callable[[set[str]], None] = lambda topics: None  # noqa: ARG005 - nobody listens
        self.after_commit: Callable[[list[Any]], None] = lambda hints: None  # noqa: ARG005 - as above
        if self.is_sqlite:
            self._writer = _sqlite_engine(self.url, 1, writes=True)
            self._reader = _sqlite_engine(self.url, _READERS, writes=False)
            self._write_gate, self._read_gate = RankGate(1), RankGate(_READERS)
        else:
            self._writer = self._reader = _postgres_engine(
                self.url, pool_size, pgbouncer=pgbouncer, works=works
            )
            self._write_gate = self._read_gate = RankGate(pool_size)

    @property
    def engine(self) -> AsyncEngine:
        """The writing engine, for migrations and tests that count statements."""
        return self._writer

    @property
    def engines(self) -> tuple[AsyncEngine, ...]:
        """All engines of this process."""
        return (self._writer,) if self._writer is self._reader else (self._writer, self._reader)

    @asynccontextmanager
    async def writing(self, rank: Rank = Rank.REQUEST) -> AsyncIterator[Tx]:
        """A transaction, committed at the end, rolled back on any exception."""
        async with self._write_gate.hold(rank), self._writer.begin() as connection:
            tx = Tx(connection)
            yield tx
        if tx.topics:
            self.on_commit(tx.topics)
        if tx.hints:
            self.after_commit(tx.hints)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Snapshot]:
        """A read-only snapshot of one moment."""
        async with self._read_gate.hold(Rank.REQUEST), self._reader.connect() as connection:
            if not self.is_sqlite:
                await connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            yield Snapshot(connection)

    @asynccontextmanager
    async def glancing(self) -> AsyncIterator[Snapshot]:
        """Reads without a transaction, so two trips fewer: each statement sees a moment of its own."""
        async with self._read_gate.hold(Rank.REQUEST), self._reader.connect() as connection:
            if self.is_sqlite:
                await connection.execution_options(**{_GLANCE: True})
            else:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
            yield Snapshot(connection)

    async def transact(self, work: Callable[[Tx], Awaitable[T]], rank: Rank = Rank.REQUEST) -> T:
        """Run `work` in a transaction; a deadlock or serialisation fault is tried again with jitter."""
        for attempt in range(_RETRIES):
            try:
                async with self.writing(rank) as tx:
                    return await work(tx)
            except DBAPIError as error:
                if attempt == _RETRIES - 1 or not is_retryable(error):
                    raise
            await asyncio.sleep(random.uniform(0.005, 0.05) * 2**attempt)  # noqa: S311 - jitter, no secret
        raise AssertionError

    async def has_company(self) -> bool:
        """Whether another process of the product is connected; nobody shares a file."""
        if self.is_sqlite:
            return False
        async with self.reading() as reader:
            mine = _process()
            names = {"ours": OURS, "mine": mine, "mine_at_work": mine + WORKS}
            return bool(await reader.value(_OTHERS, names))

    async def end_the_silent(self) -> int:
        """Cut off who fell silent between two messages of one statement; how many connections.

        A process that stands still there, its statement prepared and not yet bound, keeps its locks: the
        server takes it for active, holds back `statement_timeout` while it reads, and waits for ever.
        """
        if self.is_sqlite:
            return 0
        async with self.reading() as reader:
            return int(await reader.value(_END_THE_SILENT, {"ours": OURS, "silent_s": _SILENT_S}))

    async def close(self) -> None:
        """Give all connections back."""
        for engine in self.engines:
            await engine.dispose()


def is_refused(error: BaseException) -> bool:
    """What was sent could not be taken, or not in time, though the database is there."""
    if not isinstance(error, AWAY):
        return True
    if not isinstance(error, DBAPIError) or error.connection_invalidated:
        return False
    unfit = isinstance(error, IntegrityError) or sqlstate(error)[:2] in _UNFIT
    unsendable = isinstance(getattr(error.orig, "__cause__", None), ValueError)
    return unfit or unsendable or is_lock_timeout(error)


def is_retryable(error: DBAPIError) -> bool:
    """A deadlock or a serialisation failure: nothing was written, trying again is right."""
    return sqlstate(error) in _RETRYABLE


def is_lock_timeout(error: DBAPIError) -> bool:
    """Somebody else held a row for longer than `lock_timeout`."""
    return sqlstate(error) == "55P03" or "database is locked" in str(error.orig)


def sqlstate(error: DBAPIError) -> str:
    """PostgreSQL's five-character state; empty on SQLite."""
    return getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None) or ""


def _async_url(url: str) -> URL:
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    driver = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}.get(backend)
    if driver is None:
        message = f"DATABASE_URL must start with sqlite:// or postgresql://, not {backend}://"
        raise ValueError(message)
    return parsed.set(drivername=driver)


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def _postgres_engine(url: URL, pool_size: int, *, pgbouncer: bool, works: bool) -> AsyncEngine:
    session = (
        _TIMEZONE | {"application_name": _process() + WORKS * works} | ({} if pgbouncer else _PG_SETTINGS)
    )
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        connect_args={"server_settings": session, "timeout": 5, **(_NOTHING_PREPARED if pgbouncer else {})},
    )
    _ping_the_idle(engine.sync_engine)
    if pgbouncer:
        _set_for_each_transaction(engine.sync_engine)
    return engine


_NOTHING_PREPARED = {"statement_cache_size": 0, "prepared_statement_cache_size": 0}
"""Without its caches asyncpg names no statement: none is left behind, none has the name of another's."""


def _set_for_each_transaction(engine: Engine) -> None:
    """A pooler takes no such settings for a session, and a session of its server is anybody's."""

    @event.listens_for(engine, "begin")
    def _set(connection: Connection) -> None:
        connection.exec_driver_sql(_FOR_ONE_TRANSACTION)


_CHANCE = secrets.token_hex(4)


def _process() -> str:
    """How the server knows this process and no other: at most 57 bytes, with `WORKS` the 63 that it keeps.

    Two containers on one host's network have its name, and their processes often the same number.
    """
    node = platform.node().encode()[:24].decode(errors="ignore")
    return f"trailwright {node} {os.getpid()} {_CHANCE}"


def _ping_the_idle(engine: Engine) -> None:
    """SQLAlchemy's own pre-ping makes three trips before each use; a busy connection tells by itself."""

    @event.listens_for(engine, "connect")
    @event.listens_for(engine, "checkin")
    def _note_time(connection: Any, record: ConnectionPoolEntry) -> None:
        del connection
        record.info[_USED_AT] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ping(connection: Any, record: ConnectionPoolEntry, proxy: Any) -> None:
        del proxy
        if time.monotonic() - record.info[_USED_AT] < PING_AFTER_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error  # the pool makes a new one


def _sqlite_engine(url: URL, pool_size: int, *, writes: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        connect_args={"timeout": 10, "async_creator_fn": connect},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _on_connect(connection: Any, record: Any) -> None:
        del record
        connection.isolation_level = None  # SQLAlchemy says BEGIN itself, see below
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            cursor.execute(f"PRAGMA {pragma}")
        if not writes:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _on_begin(connection: Any) -> None:
        if not connection.get_execution_options().get(_GLANCE):
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
