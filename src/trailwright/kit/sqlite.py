"""One trip to the connection's thread a statement.

aiosqlite makes four (cursor, execute, fetchall, close), each with a queue, a wake-up and a switch of threads,
and a rollback goes there even when no transaction is open. SQLAlchemy reads all rows at once anyway.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from typing import Any, Self

import aiosqlite


class Cursor:
    """What SQLAlchemy's adapter needs of a cursor: all rows are fetched with the statement."""

    arraysize = 1

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._rows: Sequence[Any] = ()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> None:
        """Run one statement and take all its rows."""
        await self._connection.in_thread(lambda raw: self._run(raw, raw.execute, sql, parameters))

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> None:
        """Run one statement with each of many parameters."""
        await self._connection.in_thread(lambda raw: self._run(raw, raw.executemany, sql, parameters))

    def _run(
        self, raw: sqlite3.Cursor, execute: Callable[..., object], sql: str, parameters: Iterable[Any]
    ) -> None:
        execute(sql, parameters)
        self.description = raw.description
        self._rows = raw.fetchall() if raw.description else ()
        self.rowcount = raw.rowcount
        self.lastrowid = raw.lastrowid

    async def fetchall(self) -> Sequence[Any]:
        """The rows of the last statement."""
        return self._rows

    async def close(self) -> None:
        """Nothing: in the thread the cursor was closed with its statement."""


class Connection(aiosqlite.Connection):
    """aiosqlite's connection with cursors that make one trip."""

    _asked = 0
    _done = 0

    def cursor(self) -> Cursor:  # type: ignore[override]  # ours has what the adapter calls
        """A cursor; nothing is asked of the thread yet."""
        return Cursor(self)

    async def in_thread(self, work: Callable[[sqlite3.Cursor], None]) -> None:
        """Give `work` a cursor in the connection's thread."""

        def run() -> None:
            try:
                with closing(self._conn.cursor()) as cursor:
                    work(cursor)
            finally:
                self._done += 1

        self._asked += 1
        await self._execute(run)  # type: ignore[no-untyped-call]  # aiosqlite gives it no types

    async def _connect(self) -> aiosqlite.Connection:
        try:
            return await super()._connect()
        except sqlite3.Error:
            await asyncio.to_thread(self._thread.join)  # what it still has to say, it says while a loop hears
            raise

    async def rollback(self) -> None:
        """End the transaction, if there is one; whoever was cut off does not know what the thread is at."""
        if self._asked != self._done or self.in_transaction:
            await super().rollback()


def connect(path: str, **options: Any) -> Connection:
    """As `aiosqlite.connect`, to be awaited; its thread does not outlive the program."""
    connection = Connection(lambda: sqlite3.connect(path, **options), iter_chunk_size=64)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does with aiosqlite's own
    return connection
