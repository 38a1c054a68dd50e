"""PgBouncer in transaction mode: each transaction may run on another connection, and fewer are there."""

from collections.abc import Iterator

import pytest

from tests.cli.program import call
from tests.promises import facts
from tests.support.pgbouncer import PgBouncer
from tests.support.postgres import Postgres
from tests.support.product import Home, Nursery

POOL = 2


@pytest.fixture
def pgbouncer(postgres: Postgres) -> Iterator[PgBouncer]:
    """A pooler with few connections."""
    made = PgBouncer(postgres, POOL)
    yield made
    made.remove()


@pytest.fixture
def pooled(home: Home, pgbouncer: PgBouncer) -> Home:
    """The installation behind it."""
    return home.but(DATABASE_URL=pgbouncer.url(home.database_url), DATABASE__PGBOUNCER="true")


async def test_a_roadmap_is_made_through_a_pooler(
    home: Home, pooled: Home, nursery: Nursery, postgres: Postgres
) -> None:
    async with (
        pooled.api(nursery) as api,
        pooled.worker(nursery, "--queues", "framework,covers"),
        pooled.worker(nursery, "--queues", "content_generation"),
    ):
        ordered = await api.api.order("short")
        assert (await api.api.ended(ordered.task_id))["status"] == "completed"
        await facts.everything_can_be_read(api.api, ordered.roadmap_id)
        name = home.database_url.rpartition("/")[2]
        connected = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608 - our own name
        assert int(postgres.run_sql(connected)) <= POOL
        assert postgres.run_sql("SELECT count(*) FROM pg_prepared_statements", name) == "0"
    await facts.rows_hold(home)


def test_a_pooler_nobody_spoke_of_is_named(pooled: Home) -> None:
    given = {f"TRAILWRIGHT_{name}": str(value) for name, value in pooled.given.items()}
    done = call("worker", "--data", pooled.folder, env={**given, "TRAILWRIGHT_DATABASE__PGBOUNCER": "false"})
    assert done.code == 1
    assert "TRAILWRIGHT_DATABASE__PGBOUNCER=true" in done.err


def test_it_is_migrated_through_a_pooler(pooled: Home, postgres: Postgres, pgbouncer: PgBouncer) -> None:
    url = pgbouncer.url(postgres.fresh_database())
    given = {f"TRAILWRIGHT_{name}": str(value) for name, value in pooled.but(DATABASE_URL=url).given.items()}
    done = call("migrate", "--data", pooled.folder, env=given)
    assert done.code == 0, done.err
