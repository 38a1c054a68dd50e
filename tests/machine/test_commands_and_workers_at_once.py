"""Real concurrency on PostgreSQL: no deadlock, no start after a pause, no lost count."""

from collections.abc import Callable

from tests.machine.races import rounds_of_racing
from trailwright.kit.db import Database

ROUNDS = 12


async def test_people_and_workers_at_the_same_moment(postgres_opener: Callable[[], Database]) -> None:
    await rounds_of_racing(postgres_opener, ROUNDS, seed=1)
