"""Where there is no broker the limits are divided by the processes that the database knows."""

import asyncio
from pathlib import Path

import pytest

from tests.llm.support_shared import WITHIN_S, until
from tests.support.postgres import Postgres
from tests.support.redis import Redis
from trailwright.kit import db as kit_db
from trailwright.kit.db import Database
from trailwright.llm import divided_limits
from trailwright.llm.divided_limits import Company, DividedLimits
from trailwright.llm.gateway import Gateway
from trailwright.llm.limits import Bounds, ModelLimits
from trailwright.llm.shared_limits import SharedLimits
from trailwright.llm.sharing import Sharing, sharing_for
from trailwright.settings import Llm, Settings


async def connected(url: str, name: str, monkeypatch: pytest.MonkeyPatch, *, works: bool = True) -> Database:
    """A process of this name, as the server sees it."""
    monkeypatch.setattr(kit_db, "_process", lambda: name)
    db = Database(url, works=works)
    async with db.reading() as reader:
        await reader.value(divided_limits._PROCESSES)
    return db


def test_a_part_is_at_least_one() -> None:
    limits = DividedLimits(4, rpm=6, tpm=None, clock=lambda: 0.0)
    limits.divide(2)
    assert limits.parts() == (2, 3, None)
    limits.divide(9)
    assert limits.parts() == (1, 1, None)
    assert limits.take(4) == 1
    limits.divide(1)
    assert limits.parts() == (4, 6, None)
    assert limits.take(4, click=True) == 3


def test_whoever_waits_is_told_when_the_part_grows() -> None:
    limits = DividedLimits(8, rpm=None, tpm=None, clock=lambda: 0.0)
    limits.divide(4)
    told: list[int] = []
    limits.on_change(lambda: told.append(limits.available()))
    assert limits.take(8) == 2
    limits.divide(2)
    assert told == [1]


async def test_processes_that_come_and_go_change_the_part(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(divided_limits, "LOOK_EVERY_S", 0.02)
    url = postgres.fresh_database()
    mine = await connected(url, "trailwright here 1", monkeypatch)
    sharing = sharing_for(None, mine)
    assert sharing is not None
    limits = sharing.limits("a model", Bounds(6, rpm=12))
    assert isinstance(limits, DividedLimits)
    assert limits.parts() == (6, 12, None)
    stranger = await connected(url, "another program", monkeypatch)
    only_answers = await connected(url, "trailwright there 9", monkeypatch, works=False)
    others = [await connected(url, f"trailwright there {number}", monkeypatch) for number in (2, 3)]
    await until(lambda: limits.parts() == (2, 4, None))
    assert limits.take(6, click=True) == 2
    for one in others:
        await one.close()
    await until(lambda: limits.parts() == (6, 12, None))
    await limits.close()
    await until(lambda: not sharing._divided)
    await sharing.close()
    await stranger.close()
    await only_answers.close()
    await mine.close()


async def test_while_the_database_is_away_the_company_is_as_it_was(tmp_path: Path) -> None:
    db = Database("postgresql://nobody@127.0.0.1:9/nothing")
    company = Company(db)
    company.processes = 3
    async with asyncio.timeout(WITHIN_S):
        assert await company.look() == 3
    await db.close()
    alone = Database(f"sqlite:///{tmp_path / 'a.db'}")
    assert await Company(alone).look() == 1
    await alone.close()


async def test_a_gateway_shares_what_can_be_shared(tmp_path: Path, redis: Redis) -> None:
    db = Database(f"sqlite:///{tmp_path / 'a.db'}")
    assert sharing_for(None, db) is None, "nobody else can be there: as ever, at no cost"
    with pytest.raises(ValueError, match="BROKER_URL"):
        sharing_for("amqp://x", db)
    sharing = sharing_for(redis.url(), db)
    assert isinstance(sharing, Sharing)
    model = Llm.model_validate({"model": "openai:large", "agents": {"quiz": {"model": "local"}}})
    gateway = Gateway(Settings(llm=model, data_dir=tmp_path), sharing=sharing)
    assert isinstance(gateway.limits("tutorial"), SharedLimits)
    assert gateway.limits("tutorial") is gateway.limits("intent")
    assert type(gateway.limits("quiz")) is ModelLimits, "each machine has its own local model"
    alone = Gateway(Settings(llm=model, data_dir=tmp_path))
    assert type(alone.limits("tutorial")) is ModelLimits
    await alone.close()
    await gateway.close()
    assert gateway.limits("tutorial").available() == 0
    await sharing.close()
    await db.close()
