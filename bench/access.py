"""What accounts cost: the check of who asks (promised: at most 1 ms), and how many can sign in at once.

The check is the whole way from a request's head to its caller, in a database of 10,000 sessions. Signing in
is the right password, with Argon2id and two transactions; beside it somebody else asks for a page, and how
long he waits is told.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from sqlalchemy import insert

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.support.product import machine
from tests.api.people import PASSWORD, Person, a_person, a_world_of_accounts, bearing, browser
from tests.api.support import World
from tests.support.postgres import Postgres
from trailwright.api.access import AccountsDoor
from trailwright.users.models import proofs

SESSIONS = 10_000
CHECKS = 1_000
SIGN_IN_S = 10.0
AT_ONCE = 16
MAX_CHECK_MS = 1.0


async def measure(name: str, url: str) -> dict[str, Any]:
    """The figures of one database."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_world_of_accounts(url, Path(folder)) as world:
            kept = await world.app.state.desk.passwords.hashed(PASSWORD)
            ann = await a_person(world, "ann", password_hash=kept)
            await with_many_sessions(world, ann)
            return {"database": name, **await the_check(world, ann), **await signing_in(world, ann)}


async def with_many_sessions(world: World, ann: Person) -> None:
    rows = [
        {
            "digest": f"{n:064x}",
            "proof_id": f"session-{n}",
            "kind": "session",
            "user_id": ann.user_id,
            "scopes": "read write",
            "created_at": n,
            "expires_at": 2**50,
        }
        for n in range(SESSIONS)
    ]
    async with world.db.writing() as tx:
        await tx.run(insert(proofs), rows)


async def the_check(world: World, ann: Person) -> dict[str, float]:
    """Milliseconds of finding out who asks, by the clock and of CPU; and of one request with and without."""
    door = AccountsDoor(world.app.state.desk, lambda: world.settings)
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/v1/users/me",
        "client": ("192.0.2.7", 5),
        "headers": [(b"host", b"learn.example"), (b"cookie", f"trailwright_session={ann.word}".encode())],
    }

    async def check() -> None:
        assert (await door.who(scope)).user_id == ann.user_id

    await times(check, 50)
    cpu = time.process_time()
    took = await times(check, CHECKS)
    cpu = time.process_time() - cpu
    return {
        "check_median_ms": round(statistics.median(took), 3),
        "check_p99_ms": round(statistics.quantiles(took, n=100)[98], 3),
        "check_cpu_ms": round(cpu * 1000 / CHECKS, 3),
    }


async def times(work: Callable[[], Awaitable[None]], count: int) -> list[float]:
    """Milliseconds of each."""
    took = []
    for _ in range(count):
        started = time.perf_counter()
        await work()
        took.append((time.perf_counter() - started) * 1000)
    return took


async def signing_in(world: World, ann: Person) -> dict[str, float]:
    """Sign-ins a second, their median, and what somebody else waits for a page meanwhile."""
    until = time.perf_counter() + SIGN_IN_S
    took: list[float] = []
    waited: list[float] = []

    async def person(n: int) -> None:
        async with browser(world, f"198.51.100.{n}") as client:
            while time.perf_counter() < until:
                started = time.perf_counter()
                answer = await client.post("/auth/login", json={"email": ann.email, "password": PASSWORD})
                assert answer.status_code == 200, answer.text
                took.append((time.perf_counter() - started) * 1000)

    async def reader() -> None:
        async with bearing(world, ann.word) as client:
            while time.perf_counter() < until:
                started = time.perf_counter()
                assert (await client.get("/users/me")).status_code == 200
                waited.append((time.perf_counter() - started) * 1000)
                await asyncio.sleep(0.02)

    await asyncio.gather(reader(), *(person(n) for n in range(AT_ONCE)))
    return {
        "sign_ins_per_s": round(len(took) / SIGN_IN_S, 1),
        "sign_in_median_ms": round(statistics.median(took), 1),
        "page_beside_median_ms": round(statistics.median(waited), 1),
        "page_beside_p99_ms": round(statistics.quantiles(waited, n=100)[98], 1),
    }


def main() -> int:
    """1 when the promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    before = machine()
    with tempfile.TemporaryDirectory() as folder:
        found = [asyncio.run(measure("SQLite", f"sqlite:///{folder}/bench.db"))]
    server = Postgres()
    try:
        found.append(asyncio.run(measure("PostgreSQL", server.fresh_database())))
    finally:
        server.remove()
    if as_json:
        print(json.dumps({"machine": before, "results": found}, indent=1))
    for one in [] if as_json else found:
        print(
            "{database}: check {check_median_ms} ms (99th of 100: {check_p99_ms}, CPU {check_cpu_ms}); "
            "{sign_ins_per_s} sign-ins a second, median {sign_in_median_ms} ms; a page beside them "
            "{page_beside_median_ms} ms (99th of 100: {page_beside_p99_ms})".format(**one)
        )
    return int(any(one["check_median_ms"] > MAX_CHECK_MS for one in found))


if __name__ == "__main__":
    sys.exit(main())
