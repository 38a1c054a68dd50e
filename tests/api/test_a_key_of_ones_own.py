"""A key of one's own lies sealed, goes with its owner, and outlives another secret of the installation."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from tests.api.people import SECRET_KEY, Person, a_person, a_world_of_accounts, with_accounts
from tests.api.support import World
from tests.support import engine
from trailwright.configuration.sealing import seal
from trailwright.payers import commands, queries
from trailwright.payers.models import own_models
from trailwright.payers.own_settings import settings_of

KEY = "key-of-his-own-that-nobody-sees"
OTHER = "o" * 40


async def with_a_key(world: World, person: Person) -> None:
    sealed = seal(SECRET_KEY, commands.label(person.user_id), KEY)
    own = queries.Stored(person.user_id, "openai:gpt-5-mini", None, sealed)
    await world.db.transact(lambda tx: commands.save(tx, own))


async def of(world: World, person: Person) -> queries.Stored | None:
    async with world.db.reading() as reader:
        return await queries.of(reader, person.user_id)


def opened(own: queries.Stored | None, secret: str) -> str:
    assert own is not None
    settings = with_accounts().model_copy(update={"secret_key": SecretStr(secret)})
    key = settings_of(settings, own).llm.api_key
    assert key is not None
    return key.get_secret_value()


async def test_it_is_sealed_for_its_owner_alone(database_url: str, tmp_path: Path) -> None:
    async with a_world_of_accounts(database_url, tmp_path) as world:
        bob, eve = await a_person(world, "bob"), await a_person(world, "eve")
        await with_a_key(world, bob)
        async with world.db.reading() as reader:
            rows = await reader.rows(select(own_models))
        assert KEY not in str(rows)
        own = await of(world, bob)
        assert own is not None
        assert opened(own, SECRET_KEY) == KEY
        assert opened(queries.Stored(eve.user_id, own.model, None, own.sealed_key), SECRET_KEY) == ""
        assert await bob.get("/users/me/key") == {"model": own.model, "base_url": None, "api_key": "***"}
        assert (await eve.client.get("/users/me/key")).status_code == 404


async def test_another_secret_opens_it_after_it_was_sealed_anew(database_url: str, tmp_path: Path) -> None:
    async with a_world_of_accounts(database_url, tmp_path) as world:
        bob = await a_person(world, "bob")
        await with_a_key(world, bob)
        for _ in range(2):
            assert await world.db.transact(lambda tx: commands.reseal(tx, SECRET_KEY, OTHER)) == (1, 0)
        assert opened(await of(world, bob), OTHER) == KEY
        assert opened(await of(world, bob), SECRET_KEY) == ""
        assert await world.db.transact(lambda tx: commands.reseal(tx, "x" * 40, "y" * 40)) == (0, 1)


async def test_a_quote_is_by_the_model_that_will_be_asked(database_url: str, tmp_path: Path) -> None:
    body = {"preferences": {"learning_goal": "Bread"}}
    async with a_world_of_accounts(database_url, tmp_path) as world:
        bob, eve = await a_person(world, "bob"), await a_person(world, "eve")
        await with_a_key(world, bob)
        assumed = await bob.post("/tasks/quote", body)
        assert assumed["cost_usd"] > 0
        assert (await eve.post("/tasks/quote", body))["cost_usd"] == 0  # by the local model
        task_id, _ = await engine.a_task(world.db)
        await world.make_content(task_id)
        await world.run_sql("UPDATE ledger SET input_tokens = 1000, output_tokens = 1000, cost_usd = 9")
        await world.run_sql("UPDATE ledger SET duration_ms = 1000, calls = 1")
        measured = await bob.post("/tasks/quote", body)
        assert measured["measured"]
        assert 0 < measured["cost_usd"] < 9
        assert (await eve.post("/tasks/quote", body))["cost_usd"] > 9


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_a_program_may_not(method: str, database_url: str, tmp_path: Path) -> None:
    async with a_world_of_accounts(database_url, tmp_path) as world:
        bob = await a_person(world, "bob")
        made = await bob.post("/auth/tokens", {"name": "script", "scopes": ["read", "write"]})
        bob.client.headers["Authorization"] = f"Bearer {made['token']}"
        assert (await bob.client.request(method, "/users/me/key")).status_code == 403
