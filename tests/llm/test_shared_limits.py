"""Permits and rates that all workers share, with a real Redis and what befalls it."""

import asyncio
import os
import random
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest
from redis.asyncio import Redis as Client

from tests.llm.support_shared import (
    MODEL,
    QUICK,
    WITHIN_S,
    Provider,
    a_holder,
    a_sharing,
    a_worker,
    shared,
    taken,
    took,
    until,
    work,
    workers,
)
from tests.support.redis import Redis
from trailwright.kit.redis_client import end
from trailwright.llm import shared_limits
from trailwright.llm.limits import FIRST_GUESS_TOKENS, Bounds
from trailwright.llm.shared_limits import SharedLimits


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    """One that the test may end, and empty."""
    server = Redis()
    yield server
    server.remove()


def seconds() -> float:
    return asyncio.get_running_loop().time()


def open_calls(found: list[SharedLimits]) -> int:
    return sum(one.used for one in found)


async def test_one_alone_gets_all_at_once(own_redis: Redis) -> None:
    async with workers(own_redis.url(), 1, Bounds(16)) as (alone,):
        assert alone.available() == 15
        began = seconds()
        assert await taken(alone, 15) == 15
        assert await taken(alone, 1) == 0, "the last of four and more is for clicks"
        assert await taken(alone, 1, clicks=1) == 1
        assert seconds() - began < 1.0


async def test_what_one_holds_no_other_gets_until_it_is_given_back(own_redis: Redis) -> None:
    async with workers(own_redis.url(), 2, Bounds(3)) as (one, other):
        assert await taken(one, 3) == 3
        assert await taken(other, 1) == 0
        one.give()
        await took(other, 1)
        assert open_calls([one, other]) == 3


async def test_idle_permits_go_back(own_redis: Redis) -> None:
    async with workers(own_redis.url(), 2, Bounds(8)) as (one, other):
        assert await taken(one, 7) == 7
        one.give(7)
        await took(other, 7)
        assert one.used == 0


async def test_while_redis_thinks_nothing_is_taken_that_it_may_take_away(own_redis: Redis) -> None:
    async with workers(own_redis.url(), 1, Bounds(8)) as (one,):
        await one.prepare(7)
        assert one.take(2) == 2
        own_redis.run("CLIENT", "PAUSE", "500")
        one._nudge()
        await until(lambda: one._only < 8)
        assert one.take(5) == 0
        one.give()
        assert one.take(2) == 1, "but what was open when it was asked stays"
        await until(lambda: one._only == 8)
        assert one.take(5) == 5


async def test_what_was_offered_back_is_not_used_when_no_answer_comes(own_redis: Redis) -> None:
    async with workers(own_redis.url(), 1, Bounds(8)) as (one,):
        await one.prepare(7)
        assert one.take(2) == 2
        own_redis.run("CLIENT", "PAUSE", "3000")
        one._need_until = 0.0  # as when nobody has come for them
        one._nudge()
        await until(lambda: one.alone)
        assert one._most <= 3, "two, and one that was free"


async def test_a_process_that_stood_still_trusts_no_old_permit(own_redis: Redis) -> None:
    async with workers(own_redis.url(), 1, Bounds(8)) as (one,):
        await one.prepare(7)
        one._told_at -= QUICK.lease_s
        assert one.take(1) == 0
        await took(one, 7)


async def test_one_that_comes_late_gets_its_part(own_redis: Redis) -> None:
    async with workers(own_redis.url(), 2, Bounds(8)) as (one, other):
        assert await taken(one, 7) == 7
        assert other.available() > 0, "the others would make room"
        waiting = asyncio.create_task(took(other, 3))
        while not waiting.done():
            await asyncio.sleep(0.01)
            if one.used > 1:
                one.give()
                one.take(1)
        assert other.used == 3
        assert open_calls([one, other]) <= 7


async def test_more_workers_than_permits_take_turns(own_redis: Redis) -> None:
    async with workers(own_redis.url(), 3, Bounds(1)) as found:
        provider = Provider()
        calls = [0, 0, 0]

        async def always(index: int) -> None:
            while min(calls) < 2:
                await took(found[index], 1)
                await provider.call(0.01)
                calls[index] += 1
                found[index].give()

        async with asyncio.timeout(30):
            await asyncio.gather(*(always(index) for index in range(3)))
        assert provider.most == 1


async def test_what_was_given_stays_until_its_pump_has_looked(own_redis: Redis) -> None:
    """Three that want both of two permits: else each gives back what it got, and nobody ever calls."""
    async with workers(own_redis.url(), 3, Bounds(2)) as found:
        await asyncio.gather(*(one.prepare(2) for one in found))
        lucky = next(one for one in found if one._told.all)
        heard_at = lucky._told_at
        lucky._nudge()
        await until(lambda: lucky._told_at > heard_at and lucky._told.hungry)
        assert await taken(lucky, 2) > 0


async def test_who_finds_nothing_that_waits_leaves_the_permit_to_others(
    own_redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_limits, "NEED_S", 2 * WITHIN_S)
    async with workers(own_redis.url(), 2, Bounds(1)) as (one, other), asyncio.timeout(WITHIN_S):
        await one.prepare(1)
        waiting = asyncio.create_task(other.again())
        await until(lambda: one._told.hungry)
        assert not waiting.done()
        await one.prepare(0)
        await waiting
        assert (one.used, other.used) == (0, 1)


@pytest.mark.parametrize("seed", [0, 1, 3])
async def test_all_together_never_have_more_open_than_there_may_be(own_redis: Redis, seed: int) -> None:
    rng = random.Random(seed)
    capacity = rng.randint(1, 12)
    provider = Provider()
    async with workers(own_redis.url(), 3, Bounds(capacity)) as found:
        loads = (work(one, provider, 30, random.Random(rng.random()), 0.05) for one in found)
        await asyncio.gather(*loads)
        assert max(capacity - 1, 1) <= provider.most <= capacity
        assert len(provider.starts) >= 90


async def test_a_click_finds_the_permit_that_is_kept_for_it(own_redis: Redis) -> None:
    async with workers(own_redis.url(), 2, Bounds(4)) as (one, other):
        assert await taken(one, 4) == 3
        assert await taken(other, 1) == 0
        assert await taken(other, 1, clicks=1) == 1


async def test_whoever_waits_for_a_second_call_is_served_from_elsewhere(own_redis: Redis) -> None:
    async with workers(own_redis.url(), 2, Bounds(2)) as (one, other):
        assert await taken(one, 2) == 2
        waiting = asyncio.create_task(other.again())
        await until(lambda: one._told.hungry)
        assert not waiting.done()
        one.give()
        async with asyncio.timeout(5):
            await waiting
        assert open_calls([one, other]) == 2


async def test_a_killed_worker_gives_its_permits_back(own_redis: Redis) -> None:
    async with a_worker(own_redis.url(), Bounds(2)) as survivor:
        await shared(survivor)
        async with a_holder(own_redis.url(), 2, 2) as holder:
            assert await taken(survivor, 1) == 0
            holder.kill()
            killed = seconds()
            await took(survivor, 2)
            assert seconds() - killed < QUICK.lease_s * 3


async def test_a_worker_that_stops_well_leaves_at_once(own_redis: Redis) -> None:
    async with a_worker(own_redis.url(), Bounds(2)) as stays:
        await shared(stays)
        async with a_worker(own_redis.url(), Bounds(2)) as goes:
            await took(goes, 2)
        assert await taken(stays, 2) == 2


async def test_a_rest_that_one_is_asked_for_all_take(own_redis: Redis) -> None:
    async with workers(own_redis.url(), 3, Bounds(9)) as found:
        assert await taken(found[1], 2) == 2
        found[0].slow(1.5)
        until_at = seconds() + 1.5
        await until(lambda: not any(one.available(click=True) for one in found), within_s=1.4)
        found[1].give()
        assert found[1].take(1) == 0, "not even the permit that is here"
        await until(lambda: all(one.available() for one in found))
        assert seconds() >= until_at - 0.05
        assert await taken(found[2], 1) == 1


async def test_a_late_worker_takes_the_rest_too(own_redis: Redis) -> None:
    async with workers(own_redis.url(), 1, Bounds(4)) as (one,):
        one.slow(30)
        await until(lambda: one._told.slow_ms)
        async with a_worker(own_redis.url(), Bounds(4)) as late:
            await shared(late)
            await until(lambda: late.available() == 0)
            assert await taken(late, 1) == 0


async def test_starts_a_minute_are_counted_over_all(own_redis: Redis) -> None:
    async with workers(own_redis.url(), 2, Bounds(16, rpm=5)) as (one, other):
        began = seconds()
        given = await taken(one, 3) + await taken(other, 4)
        assert given == 5
        one.give(one.used)
        other.give(other.used)
        assert await taken(one, 1) + await taken(other, 1) == 0
        await took(other, 1)
        assert seconds() - began >= QUICK.window_s - 1, "a window passed first"


async def test_a_start_that_was_not_made_does_not_count(own_redis: Redis) -> None:
    async with workers(own_redis.url(), 2, Bounds(16, rpm=4)) as (one, other):
        began = seconds()
        assert await taken(one, 4) == 4
        one.give(4, unused=True)
        await took(other, 4)
        assert seconds() - began < QUICK.window_s - 1


async def test_tokens_a_minute_are_counted_over_all_as_they_really_were(own_redis: Redis) -> None:
    async with workers(own_redis.url(), 2, Bounds(16, tpm=4 * FIRST_GUESS_TOKENS)) as (one, other):
        assert await taken(one, 3) == 3
        for _ in range(3):
            one.spend(4)
        one.give(3)
        await until(lambda: not one._changes)
        assert await taken(other, 16) == 3, "12 tokens and three more average calls fit"


@pytest.mark.parametrize("how", ["killed", "hung"])
async def test_while_redis_is_away_each_takes_its_part_and_none_too_many(own_redis: Redis, how: str) -> None:
    pid = int(next(line for line in own_redis.run("INFO", "server").split() if "process_id:" in line)[11:])
    async with workers(own_redis.url(), 3, Bounds(9)) as found:
        assert await taken(found[0], 5) == 5
        assert await taken(found[1], 2) == 2
        await until(lambda: all(one._workers == 3 for one in found))
        await until(lambda: all(one._told.free_clicks == 2 for one in found))
        if how == "killed":
            own_redis.stop()
        else:
            os.kill(pid, signal.SIGSTOP)
        away = seconds()
        await until(lambda: all(one.alone for one in found))
        while seconds() < away + QUICK.lease_s:
            for one in found:
                one.take(9, click=True)
            assert open_calls(found) <= 9
            await asyncio.sleep(0.02)
        found[0].give(5)
        await until(lambda: all(one.take(9) or one.used for one in found))
        await until(lambda: [one._most for one in found] == [3, 3, 3])
        assert open_calls(found) <= 9
        if how == "killed":
            own_redis.start()
        else:
            os.kill(pid, signal.SIGCONT)
        await until(lambda: not any(one.alone for one in found))
        assert sum([await taken(one, 9) for one in found]) + open_calls(found) <= 2 * 9
        assert open_calls(found) <= 9


@pytest.mark.parametrize("befalls", ["flush", "pause", "restart"])
async def test_none_is_too_many_through_whatever_befalls_redis(own_redis: Redis, befalls: str) -> None:
    provider = Provider()
    async with workers(own_redis.url(), 3, Bounds(8)) as found:
        loads = [
            asyncio.create_task(work(one, provider, 120, random.Random(index), 0.15))
            for index, one in enumerate(found)
        ]
        await until(lambda: len(provider.starts) > 60)
        if befalls == "flush":
            own_redis.run("FLUSHALL")
        elif befalls == "pause":
            own_redis.run("CLIENT", "PAUSE", "2500")
        else:
            own_redis.stop()
            await until(lambda: all(one.alone for one in found))
            own_redis.start()
        async with asyncio.timeout(60):
            await asyncio.gather(*loads)
        assert 7 <= provider.most <= 8
        assert len(provider.starts) >= 360
        await until(lambda: not any(one.alone for one in found))


async def test_after_redis_forgot_everything_nobody_gets_more_until_all_have_told(own_redis: Redis) -> None:
    async with workers(own_redis.url(), 2, Bounds(8)) as (busy, idle):
        assert await taken(busy, 7) == 7
        assert busy._job is not None
        await end(busy._job)  # it is the last to notice
        own_redis.run("FLUSHALL")
        await until(lambda: idle.alone)
        assert await taken(idle, 3) == 0
        busy._job = None
        busy._nudge()
        await until(lambda: not idle.alone and not busy.alone)
        assert await taken(idle, 3) == 0
        assert open_calls([busy, idle]) == 7


async def test_starts_of_a_minute_outlive_a_redis_that_forgets(own_redis: Redis) -> None:
    url, bounds, minute = own_redis.url(), Bounds(16, rpm=6), replace(QUICK, window_s=60.0)
    async with a_worker(url, bounds, minute) as one, a_worker(url, bounds, minute) as other:
        await shared(one)
        await shared(other)
        assert await taken(one, 6) == 6
        own_redis.run("FLUSHALL")
        await until(lambda: one.alone and other.alone)
        await until(lambda: not one.alone and not other.alone)
        assert await taken(other, 1) == 0


async def test_starts_of_others_count_while_redis_is_away(own_redis: Redis) -> None:
    async with workers(own_redis.url(), 2, Bounds(16, rpm=6)) as (one, other):
        assert await taken(one, 5) == 5
        began = seconds()
        await until(lambda: other._told.starts_used == 5)
        own_redis.stop()
        await until(lambda: other.alone)
        assert await taken(other, 3) == 0, "one start was left for two workers"
        await until(lambda: other.take(1))
        assert seconds() - began >= QUICK.window_s - 1


async def test_when_redis_returns_workers_do_not_come_in_one_moment(own_redis: Redis) -> None:
    async with workers(own_redis.url(), 8, Bounds(8)) as found:
        own_redis.stop()
        await until(lambda: all(one.alone for one in found))
        own_redis.start()
        async with Client.from_url(own_redis.url()) as client:
            began = seconds()
            await until(lambda: not any(one.alone for one in found))
            passed = seconds() - began
            calls = (await client.info("commandstats"))["cmdstat_evalsha"]["calls"]
        assert calls <= len(found) * (passed / 0.05 + 4)


async def test_a_redis_that_never_was_there_ends_nothing(own_redis: Redis) -> None:
    own_redis.stop()
    async with a_worker(own_redis.url(), Bounds(4)) as limits:
        limits.available()
        await until(lambda: limits.alone)
        assert await taken(limits, 3) == 3
        limits.give(3)


async def test_answers_of_another_form_are_a_redis_that_is_away(own_redis: Redis) -> None:
    async with a_sharing(own_redis.url()) as sharing:
        limits = sharing.limits(MODEL, Bounds(4))
        assert isinstance(limits, SharedLimits)
        keys = limits._state._keys
        own_redis.run("SET", keys[0], "of another kind")
        limits.available()
        await until(lambda: limits.alone)
        own_redis.run("DEL", keys[0])
        await until(lambda: not limits.alone)
        await limits.close()
