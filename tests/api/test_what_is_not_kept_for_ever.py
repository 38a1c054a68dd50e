from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from tests.api.people import a_person, a_session, a_token, a_world_of_accounts, bearing
from tests.api.support import World, good
from tests.support import engine
from trailwright.kit.db import metadata
from trailwright.llm.gateway import Gateway
from trailwright.settings_parts import Retention
from trailwright.users import invites, throttle
from trailwright.work.keeper import Keeper
from trailwright.work.reconciler import Reconciler


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with a_world_of_accounts(database_url, tmp_path) as made:
        yield made


async def cleaned(world: World, retention: Retention) -> None:
    """What the reconciler does each hour."""
    gateway = Gateway(world.settings)
    keeper = Keeper(world.db, world.bus, 30)
    await Reconciler(world.db, world.storage, gateway, keeper, retention)._clean()
    await gateway.close()


async def test_the_audit_log_and_the_trash_are_kept_as_long_as_is_set(world: World) -> None:
    ann = await a_person(world, "ann", role="admin")
    await ann.post("/auth/tokens", {"name": "script"})
    await engine.an_order(world.db)
    await world.run_sql("UPDATE audit SET at = at - 864000000")
    await world.run_sql("UPDATE roadmaps SET deleted_at = created_at - 864000000")
    await cleaned(world, Retention(audit_days=11, trash_days=11))
    assert {"audit", "roadmaps"} <= set(await world.rows())
    await cleaned(world, Retention(audit_days=9, trash_days=9))
    assert not {"audit", "roadmaps", "tasks"} & set(await world.rows())


async def test_what_proves_nothing_any_more_is_dropped(world: World) -> None:
    ann = await a_person(world, "ann", role="admin")
    await a_session(world, ann.user_id, lives_ms=-1)
    token = await a_token(world, ann.user_id, "read")
    async with world.db.writing() as tx:
        await invites.make(tx, ann.user_id, email=None, role="learner", days=-1)
        await throttle.count(tx, "asked", "somebody")
    await world.run_sql("UPDATE attempts SET last_at = 0")
    await cleaned(world, Retention())
    assert await world.rows() == {"users": 1, "proofs": 2}
    good(await ann.client.get("/users/me"))
    good(await bearing(world, token["token"]).get("/users/me"))


@pytest.mark.filterwarnings("ignore:.*expression-based index")  # SQLite tells nothing of one; PostgreSQL does
async def test_the_migrated_tables_are_those_of_the_models(world: World) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    async with world.db.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
