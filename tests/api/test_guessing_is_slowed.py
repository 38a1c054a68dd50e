import asyncio
import math
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.api.people import PASSWORD, a_person, a_world_of_accounts, browser
from tests.api.support import World, good, refusal
from trailwright.errors import TooManyRequestsError
from trailwright.users import throttle
from trailwright.users.models import attempts
from trailwright.users.throttle import PACES, network

WRONG = {"email": "ann@example.org", "password": "not the password"}
RIGHT = {"email": "ann@example.org", "password": PASSWORD}


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """With ann, who has a password."""
    async with a_world_of_accounts(database_url, tmp_path) as made:
        kept = await made.app.state.desk.passwords.hashed(PASSWORD)
        await a_person(made, "ann", password_hash=kept)
        yield made


async def tries(world: World, address: str, times: int, body: dict[str, str] = WRONG) -> list[int]:
    """Statuses of so many attempts from there."""
    async with browser(world, address) as guest:
        return [(await guest.post("/auth/login", json=body)).status_code for _ in range(times)]


async def guessed_from_everywhere(world: World, failures: int) -> None:
    """So many wrong guesses for ann from addresses that made one each."""
    keys = throttle.keys_of("ann@example.org", "192.0.2.1")
    await world.db.transact(lambda tx: throttle.begin(tx, {"account": keys["account"]}))
    account = update(attempts).where(attempts.c.key == keys["account"])
    await world.db.transact(lambda tx: tx.run(account.values(failures=failures)))


async def test_whoever_guesses_waits_and_is_told_how_long(world: World) -> None:
    assert await tries(world, "198.51.100.1", 6) == [401] * 5 + [429]
    async with browser(world, "198.51.100.1") as guest:
        answer = await guest.post("/auth/login", json=RIGHT)
        refusal(answer, 429, "too_many_attempts")
        assert int(answer.headers["retry-after"]) >= 1


async def test_waiting_is_no_punishment_for_those_who_come_too_early(world: World) -> None:
    await tries(world, "198.51.100.1", 50)
    await world.run_sql("UPDATE attempts SET last_at = last_at - 1500")
    async with browser(world, "198.51.100.1") as guest:
        good(await guest.post("/auth/login", json=RIGHT))
        assert await tries(world, "198.51.100.1", 1) == [401]


async def test_a_hundred_at_once_gain_nothing(world: World) -> None:
    async def one() -> int:
        return (await tries(world, "198.51.100.1", 1))[0]

    began = time.monotonic()
    told = await asyncio.gather(*(one() for _ in range(40)))
    later = math.log2(time.monotonic() - began + 2)  # after 1 s one more, after 2 s more another
    assert 5 <= told.count(401) <= 5 + later
    assert told.count(401) + told.count(429) == 40


async def test_of_several_at_the_end_of_a_wait_one_may_try(world: World) -> None:
    keys = throttle.keys_of("ann@example.org", "198.51.100.1")
    await world.db.transact(lambda tx: throttle.begin(tx, keys))
    await world.run_sql("UPDATE attempts SET failures = 5, last_at = last_at - 2000")

    async def one() -> bool:
        try:
            await world.db.transact(lambda tx: throttle.begin(tx, keys))
        except TooManyRequestsError:
            return False
        return True

    for _ in range(5):
        await world.run_sql("UPDATE attempts SET failures = 5, last_at = last_at - 2000")
        assert (await asyncio.gather(*(one() for _ in range(5)))).count(True) <= 1


async def test_who_knows_the_password_is_let_in_however_many_come_at_once(world: World) -> None:
    told = await asyncio.gather(*(tries(world, f"198.51.100.{n}", 3, RIGHT) for n in range(16)))
    assert told == [[200] * 3] * 16


async def test_the_owner_is_not_locked_out_by_others(world: World) -> None:
    assert await tries(world, "192.0.2.7", 1, RIGHT) == [200]
    await guessed_from_everywhere(world, 100_000)
    assert await tries(world, "192.0.2.7", 1, RIGHT) == [200]
    assert await tries(world, "192.0.2.8", 1, RIGHT) == [429]
    await world.run_sql("UPDATE attempts SET last_at = last_at - 30001")
    assert await tries(world, "192.0.2.8", 1, RIGHT) == [200]


async def test_who_tries_many_accounts_from_one_address_waits(world: World) -> None:
    async with browser(world, "198.51.100.1") as guest:
        told = [
            (await guest.post("/auth/login", json=WRONG | {"email": f"user{n}@example.org"})).status_code
            for n in range(31)
        ]
    assert told == [401] * 30 + [429]
    assert await tries(world, "198.51.100.2", 1, RIGHT) == [200]


async def test_an_account_that_is_not_there_is_slowed_alike(world: World) -> None:
    nobody = WRONG | {"email": "nobody@example.org"}
    assert await tries(world, "198.51.100.1", 6, nobody) == [401] * 5 + [429]


async def test_after_an_hour_without_a_failure_counting_begins_anew(world: World) -> None:
    await tries(world, "198.51.100.1", 6)
    await world.run_sql("UPDATE attempts SET failures = 1000, last_at = last_at - 3600001")
    assert await tries(world, "198.51.100.1", 5) == [401] * 5


async def test_the_password_that_confirms_is_slowed_too(world: World) -> None:
    async with browser(world) as ann:
        good(await ann.post("/auth/login", json=RIGHT))
        change = {"current_password": "not it", "new_password": "a wholly new one"}
        told = [(await ann.put("/auth/password", json=change)).status_code for _ in range(6)]
        assert told == [403] * 5 + [429]
        good(await ann.get("/users/me"))


def test_waits_grow_and_have_an_end() -> None:
    for pace in PACES.values():
        waits = [pace.wait_s(failures) for failures in range(10_000)]
        assert waits == sorted(waits)
        assert waits[pace.free - 1] == 0 < waits[pace.free]
        assert waits[-1] == pace.longest_s


def test_of_ipv6_the_network_counts() -> None:
    assert network("2001:db8::1") == network("2001:db8::ffff:1") != network("2001:db8:1::1")
    assert network("::ffff:192.0.2.1") == "192.0.2.1"
    assert network("") == ""
