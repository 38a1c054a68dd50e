"""What the other tests take for granted."""

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest
from pytest_socket import SocketConnectBlockedError
from sqlalchemy import func, select

from tests.support.postgres import Postgres
from tests.support.processes import listens
from tests.support.redis import Redis
from tests.support.source import ROOT
from trailwright import migrations
from trailwright.kit.db import Database


async def test_each_test_gets_an_empty_database(database_url: str) -> None:
    if database_url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as lite:
            assert lite.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    else:
        connection = await asyncpg.connect(database_url)
        assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
        await connection.close()


async def test_a_migrated_database_has_the_tables_and_no_rows(migrated_database_url: str) -> None:
    database = Database(migrated_database_url)
    assert await migrations.current(database) == migrations.head()
    async with database.reading() as snapshot:
        for table in migrations.metadata.sorted_tables:
            assert await snapshot.value(select(func.count()).select_from(table)) == 0
    await database.close()


def test_databases_do_not_see_each_other(postgres: Postgres) -> None:
    first, second = postgres.fresh_database(), postgres.fresh_database()
    postgres.run_sql("CREATE TABLE mine (x int)", first.rpartition("/")[2])
    assert postgres.run_sql("SELECT to_regclass('mine')", second.rpartition("/")[2]) == ""


def test_a_template_is_copied(postgres: Postgres) -> None:
    template = postgres.fresh_database().rpartition("/")[2]
    postgres.run_sql("CREATE TABLE mine AS SELECT 7 AS x", template)
    copy = postgres.fresh_database(template).rpartition("/")[2]
    assert postgres.run_sql("SELECT x FROM mine", copy) == "7"


def test_postgres_keeps_committed_rows_over_a_crash(postgres: Postgres) -> None:
    name = postgres.fresh_database().rpartition("/")[2]
    postgres.run_sql("CREATE TABLE mine AS SELECT 7 AS x", name)
    postgres.stop()
    postgres.start()
    assert postgres.run_sql("SELECT x FROM mine", name) == "7"


@pytest.mark.parametrize("how", ["SIGKILL", "SIGTERM"])
def test_servers_end_with_the_process_that_started_them(how: str) -> None:
    code = (
        "import sys; from tests.support.postgres import Postgres; from tests.support.redis import Redis\n"
        "print(Postgres().port, Redis().port, flush=True); sys.stdin.read()"
    )
    tester = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert tester.stdout is not None
    ports = [int(port) for port in tester.stdout.readline().split()]
    assert all(listens(port) for port in ports)
    tester.send_signal(getattr(signal, how))
    tester.communicate()
    until = time.monotonic() + 20
    while any(listens(port) for port in ports) and time.monotonic() < until:
        time.sleep(0.02)  # a server tells nobody when it has gone
    assert not any(listens(port) for port in ports)


def test_redis_answers(redis: Redis) -> None:
    with socket.create_connection(("127.0.0.1", redis.port)) as line:
        line.sendall(b"PING\r\n")
        assert line.recv(64) == b"+PONG\r\n"


def test_no_test_reaches_the_network() -> None:
    with (
        socket.socket() as line,
        pytest.raises((SocketConnectBlockedError, UserWarning), match=r"192\.0\.2\.1"),
    ):
        line.connect(("192.0.2.1", 80))


def test_no_setting_of_this_machine_is_seen() -> None:
    assert [name for name in os.environ if name.startswith("TRAILWRIGHT_")] == []
    assert list(Path.cwd().iterdir()) == []
