"""Connections to PostgreSQL: those that were idle are tried before they are used."""

import asyncio
import os
import subprocess
import sys

import pytest
from sqlalchemy import Connection, event, text

from tests.support.postgres import Postgres
from trailwright import migrations
from trailwright.kit import db as kit_db
from trailwright.kit.db import Database
from trailwright.llm.divided_limits import Company

KILL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ~ '^trailwright'"


async def a_read(db: Database) -> int:
    async with db.reading() as snapshot:
        return int(await snapshot.value(text("SELECT 7")))


async def test_connections_that_died_while_idle_are_replaced(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kit_db, "PING_AFTER_S", 0.0)
    db = Database(postgres.fresh_database(), 2)
    assert await a_read(db) == 7
    postgres.run_sql(KILL)
    assert await a_read(db) == 7
    await db.close()


async def test_a_migration_may_take_as_long_as_it_takes_and_nothing_after_it(postgres: Postgres) -> None:
    db = Database(postgres.fresh_database(), 1)
    limits = "SELECT name || '=' || setting FROM pg_settings WHERE name ~ 'statement_timeout|idle_in_trans'"
    told: list[set[str]] = []

    def look(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if "CREATE TABLE items" in statement:
            told.append(set(connection.exec_driver_sql(limits).scalars()))

    event.listen(db.engine.sync_engine, "before_cursor_execute", look)
    await migrations.upgrade(db)
    assert told == [{"statement_timeout=0", "idle_in_transaction_session_timeout=0"}]
    async with db.reading() as snapshot:
        after = {row["?column?"] for row in await snapshot.rows(text(limits))}
    assert not after & told[0]
    await db.close()


ANOTHER = """
import asyncio, os, platform, sys
os.getpid = lambda: int(sys.argv[2])
platform.node = lambda: sys.argv[3]
from trailwright.kit.db import Database

async def main():
    db = Database(sys.argv[1], 1, works=True)
    print(await db.has_company(), flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_a_process_of_the_same_number_in_another_container_is_another(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On one host's network both had the host's name and number 7, and each believed to be alone."""
    node = "a-machine-with-a-long-name.example.org"
    monkeypatch.setattr("platform.node", lambda: node)
    url = postgres.fresh_database()
    db = Database(url, 1, works=True)
    assert not await db.has_company()
    words = [sys.executable, "-c", ANOTHER, url, str(os.getpid()), node]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as other:  # noqa: ASYNC220 - starts at once
        try:
            assert other.stdout
            assert await asyncio.to_thread(other.stdout.readline) == b"True\n"
            assert await db.has_company()
            assert await Company(db).look() == 2
        finally:
            other.kill()
            await db.close()
