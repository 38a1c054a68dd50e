"""Connections to PostgreSQL: those that were idle are tried before they are used."""

import pytest
from sqlalchemy import text

from tests.support.postgres import Postgres
from trailwright.kit import db as kit_db
from trailwright.kit.db import Database

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
