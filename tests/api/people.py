"""People with accounts, for tests: made and signed in as they would be, without the price of a hash."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy import select, update

from tests.api.support import World, a_world, good
from trailwright.lids import Limits
from trailwright.roadmaps.models import roadmaps
from trailwright.settings import Settings
from trailwright.settings_parts import Auth
from trailwright.tasks.models import ledger, tasks
from trailwright.users import accounts, proofs
from trailwright.users.models import users
from trailwright.users.proofs import DAY_MS, Source

PASSWORD = "correct horse battery"
SECRET_KEY = "w" * 40
ELSEWHERE = "192.0.2.7"
PLACE = "http://learn.example"
CSRF = {"X-Trailwright": "1"}


def with_accounts(**auth: Any) -> Settings:
    """Settings with accounts, for tests that ask more in a minute than a person does."""
    often = Limits(requests_per_minute=0, address_requests_per_minute=0)
    chosen = Auth(**({"registration": "open"} | auth))
    return Settings(secret_key=SecretStr(SECRET_KEY), auth=chosen, limits=often)


@asynccontextmanager
async def a_world_of_accounts(
    database_url: str, folder: Path, settings: Settings | None = None
) -> AsyncIterator[World]:
    """The application with accounts, on a new database."""
    async with a_world(database_url, folder, mode="accounts", settings=settings or with_accounts()) as world:
        yield world


@dataclass
class Person:
    """Somebody with an account and a session."""

    user_id: str
    email: str
    word: str
    client: httpx.AsyncClient

    async def get(self, path: str, **params: Any) -> dict[str, Any]:
        """A good answer to GET."""
        return good(await self.client.get(path, params=params))

    async def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """A good answer to POST."""
        return good(await self.client.post(path, json=body or {}))


def bearing(world: World, word: str | None) -> httpx.AsyncClient:
    """A program's client, from elsewhere, with that token."""
    client = world.client_from(ELSEWHERE, base=f"{PLACE}/api/v1")
    if word is not None:
        client.headers["Authorization"] = f"Bearer {word}"
    return client


def browser(world: World, address: str = ELSEWHERE, place: str = PLACE) -> httpx.AsyncClient:
    """A browser's client, from elsewhere: it keeps cookies and says where its pages come from."""
    client = world.client_from(address, base=f"{place}/api/v1")
    client.headers.update({**CSRF, "Origin": place})
    return client


async def a_person(
    world: World, name: str, *, role: accounts.Role = "learner", password_hash: str | None = None
) -> Person:
    """An account and a session for it, straight into the database."""
    email = f"{name}@example.org"
    user_id = await world.db.transact(lambda tx: accounts.add(tx, email, password_hash, role))
    word = await a_session(world, user_id)
    return Person(user_id, email, word, bearing(world, word))


async def a_session(world: World, user_id: str, lives_ms: int = DAY_MS) -> str:
    """The word of a new session."""
    source = Source(ELSEWHERE, "test")
    return await world.db.transact(
        lambda tx: proofs.begin_session(tx, user_id, source, method="password", lives_ms=lives_ms)
    )


async def a_token(world: World, user_id: str, *scopes: str) -> dict[str, Any]:
    """A new API token, with its word."""
    return await world.db.transact(lambda tx: proofs.new_token(tx, user_id, "script", scopes, None))


async def registered(client: httpx.AsyncClient, name: str = "ann", **more: Any) -> dict[str, Any]:
    """Register over HTTP."""
    body = {"email": f"{name}@example.org", "password": PASSWORD, **more}
    return good(await client.post("/auth/register", json=body))


async def give(world: World, person: Person, task_id: str | None = None) -> None:
    """Make a task with its roadmap and what it cost his; None: all there are of the local user."""
    async with world.db.writing() as tx:
        mine = tasks.c.user_id == "local" if task_id is None else tasks.c.task_id == task_id
        found = await tx.rows(select(tasks.c.task_id, tasks.c.roadmap_id).where(mine))
        for row in found:
            for table, column in ((ledger, "task_id"), (tasks, "task_id"), (roadmaps, "roadmap_id")):
                his = table.c[column] == row[column]
                await tx.run(update(table).where(his).values(user_id=person.user_id))


async def change_user(world: World, user_id: str, **values: Any) -> None:
    """Change a user's row behind the application's back."""
    statement = update(users).where(users.c.user_id == user_id).values(values)
    await world.db.transact(lambda tx: tx.run(statement))
