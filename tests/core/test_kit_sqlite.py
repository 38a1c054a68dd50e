"""SQLite through one trip to its thread a statement: as exact as with four."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from trailwright.kit.db import Database, Tx
from trailwright.kit.sqlite import connect


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'some.db'}")
    await database.transact(
        lambda tx: tx.run(text("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL)"))
    )
    yield database
    await database.close()


async def rows_of(db: Database) -> list[tuple[int, str]]:
    async with db.reading() as snapshot:
        return [(row["a"], row["b"]) for row in await snapshot.rows(text("SELECT a, b FROM t ORDER BY a"))]


async def test_many_rows_at_once_and_their_count(db: Database) -> None:
    many = [{"a": n, "b": "x"} for n in range(3)]
    count = await db.transact(lambda tx: tx.run(text("INSERT INTO t VALUES (:a, :b)"), many))
    assert count == 3
    assert await rows_of(db) == [(0, "x"), (1, "x"), (2, "x")]


async def test_a_change_gives_its_rows_and_tells_how_many_it_hit(db: Database) -> None:
    await db.transact(lambda tx: tx.run(text("INSERT INTO t VALUES (1, 'x'), (2, 'x')")))
    changed = await db.transact(lambda tx: tx.rows(text("UPDATE t SET b = 'y' WHERE a = 1 RETURNING a, b")))
    assert [dict(row) for row in changed] == [{"a": 1, "b": "y"}]
    assert await db.transact(lambda tx: tx.run(text("UPDATE t SET b = 'z' WHERE a > 1"))) == 1
    assert await db.transact(lambda tx: tx.run(text("UPDATE t SET b = 'z' WHERE a > 7"))) == 0


async def test_an_error_undoes_the_whole_and_the_connection_goes_on(db: Database) -> None:
    async def twice_the_same(tx: Tx) -> None:
        await tx.run(text("INSERT INTO t VALUES (1, 'x')"))
        await tx.run(text("INSERT INTO t VALUES (1, 'x')"))

    with pytest.raises(IntegrityError):
        await db.transact(twice_the_same)
    assert await rows_of(db) == []
    await db.transact(lambda tx: tx.run(text("INSERT INTO t VALUES (1, 'x')")))
    assert await rows_of(db) == [(1, "x")]


async def test_who_is_cut_off_in_a_statement_leaves_nothing_behind(db: Database) -> None:
    reached = asyncio.Event()

    async def slow(tx: Tx) -> None:
        await tx.run(text("INSERT INTO t VALUES (1, 'x')"))
        reached.set()
        await tx.run(
            text(
                "INSERT INTO t WITH RECURSIVE n(i) AS "
                "(SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT i, 'x' FROM n"
            )
        )

    running = asyncio.create_task(db.transact(slow))
    await reached.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await rows_of(db) == []
    await db.transact(lambda tx: tx.run(text("INSERT INTO t VALUES (1, 'y')")))
    assert await rows_of(db) == [(1, "y")]


async def test_a_rollback_is_not_left_out_while_the_thread_begins_a_transaction() -> None:
    connection = connect(":memory:", isolation_level=None)
    await connection
    beginning = asyncio.ensure_future(connection.cursor().execute("BEGIN"))
    await asyncio.sleep(0)  # it is on its way to the thread
    beginning.cancel()
    await connection.rollback()
    assert not connection.in_transaction
    await connection.close()


def test_a_file_that_cannot_be_opened_leaves_no_thread_talking(tmp_path: Path) -> None:
    async def open_it() -> None:
        await connect(str(tmp_path / "nowhere" / "some.db"))

    with pytest.raises(sqlite3.OperationalError):
        asyncio.run(open_it())
