"""Permits and rate windows, by a clock that the test turns."""

import asyncio
from collections.abc import Callable

import pytest

from trailwright.llm.limits import FIRST_GUESS_TOKENS, LONGEST_SLOW_S, ModelLimits


class Clock:
    """A clock and its timers."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._timers: list[tuple[float, Callable[[], None]]] = []

    def __call__(self) -> float:
        return self.now

    def later(self, delay_s: float, callback: Callable[[], None]) -> None:
        self._timers.append((self.now + delay_s, callback))

    def turn(self, seconds: float) -> None:
        self.now += seconds
        due = [callback for at, callback in self._timers if at <= self.now]
        self._timers = [(at, callback) for at, callback in self._timers if at > self.now]
        for callback in due:
            callback()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def limits_of(
    clock: Clock, capacity: int = 8, *, rpm: int | None = None, tpm: int | None = None
) -> ModelLimits:
    return ModelLimits(capacity, rpm=rpm, tpm=tpm, clock=clock, later=clock.later)


async def settle_loop() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.mark.parametrize(("capacity", "bulk"), [(1, 1), (2, 2), (3, 3), (4, 3), (16, 15)])
async def test_of_four_or_more_permits_one_is_kept_for_clicks(clock: Clock, capacity: int, bulk: int) -> None:
    limits = limits_of(clock, capacity)
    assert limits.take(100) == bulk
    assert limits.available() == 0
    assert limits.take(100, click=True) == capacity - bulk
    assert limits.used == capacity


async def test_permits_that_come_back_can_be_taken_and_are_told(clock: Clock) -> None:
    limits = limits_of(clock, 2)
    told: list[int] = []
    end = limits.on_change(lambda: told.append(limits.available()))
    limits.take(2)
    limits.give()
    assert told == [1]
    end()
    limits.give()
    assert told == [1]


async def test_giving_too_much_back_makes_no_permits(clock: Clock) -> None:
    limits = limits_of(clock, 2)
    limits.give(5)
    assert limits.take(10) == 2


async def test_a_running_item_goes_before_new_ones(clock: Clock) -> None:
    limits = limits_of(clock, 2)
    limits.take(2)
    second_call = asyncio.ensure_future(limits.again())
    await settle_loop()
    limits.give()
    assert limits.take(1) == 0
    await second_call
    assert limits.used == 2


async def test_those_who_wait_are_served_in_order_and_clicks_may_pass(clock: Clock) -> None:
    limits = limits_of(clock, 4)
    limits.take(4, click=True)
    served: list[str] = []

    async def wait(name: str, *, click: bool = False) -> None:
        await limits.again(click=click)
        served.append(name)

    waiting = [asyncio.ensure_future(wait(name, click=name == "click")) for name in ("one", "two", "click")]
    await settle_loop()
    limits.give()
    await settle_loop()
    assert served == ["click"], "the last free permit is kept for clicks"
    limits.give(3)
    await asyncio.gather(*waiting)
    assert served == ["click", "one", "two"]


async def test_who_stops_waiting_leaves_no_permit_behind(clock: Clock) -> None:
    limits = limits_of(clock, 1)
    limits.take(1)
    waiting = asyncio.ensure_future(limits.again())
    await settle_loop()
    limits.give()  # served, but cancelled before it ran on
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert limits.take(1) == 1


async def test_so_many_starts_a_minute_and_no_more(clock: Clock) -> None:
    limits = limits_of(clock, 8, rpm=3)
    assert limits.take(8) == 3
    limits.give(3)
    assert limits.take(8) == 0
    clock.turn(59)
    assert limits.take(8) == 0
    clock.turn(1)
    assert limits.take(8) == 3


async def test_permits_given_back_unused_are_no_starts(clock: Clock) -> None:
    limits = limits_of(clock, 8, rpm=3)
    limits.take(3)
    limits.give(2, unused=True)
    assert limits.available() == 2


async def test_a_window_that_reopens_is_told_without_anyone_asking(clock: Clock) -> None:
    limits = limits_of(clock, 8, rpm=1)
    told: list[int] = []
    limits.on_change(lambda: told.append(limits.available()))
    limits.take(1)
    limits.give()
    assert limits.available() == 0
    clock.turn(60)
    assert told[-1] == 1


async def test_who_waits_for_the_window_is_served_when_it_reopens(clock: Clock) -> None:
    limits = limits_of(clock, 8, rpm=1)
    limits.take(1)
    waiting = asyncio.ensure_future(limits.again())
    await settle_loop()
    assert not waiting.done()
    clock.turn(60)
    await waiting


async def test_tokens_are_guessed_at_the_start_and_true_at_the_end(clock: Clock) -> None:
    limits = limits_of(clock, 8, tpm=3 * FIRST_GUESS_TOKENS)
    assert limits.take(8) == 3
    for _ in range(3):
        limits.spend(10)
        limits.give()
    assert limits.available() >= 3
    limits.take(1)
    limits.spend(3 * FIRST_GUESS_TOKENS)
    limits.give()
    assert limits.available() == 0
    clock.turn(60)
    assert limits.available() > 0


async def test_a_call_larger_than_the_window_goes_alone(clock: Clock) -> None:
    limits = limits_of(clock, 8, tpm=100)
    assert limits.take(8) == 1
    assert limits.take(8) == 0
    clock.turn(60)
    limits.give()
    assert limits.take(8) == 1


async def test_what_a_provider_asks_for_holds_everybody_up(clock: Clock) -> None:
    limits = limits_of(clock, 8)
    told: list[int] = []
    limits.on_change(lambda: told.append(limits.available()))
    limits.slow(7)
    limits.slow(3)
    assert limits.take(1, click=True) == 0
    waiting = asyncio.ensure_future(limits.again(click=True))
    await settle_loop()
    clock.turn(6.9)
    assert limits.available(click=True) == 0
    clock.turn(0.2)
    await waiting
    assert told[-1] == 6


async def test_a_longer_wait_after_a_shorter_one_is_kept_too(clock: Clock) -> None:
    limits = limits_of(clock, 8)
    limits.slow(1)
    limits.slow(5)
    waiting = asyncio.ensure_future(limits.again())
    await settle_loop()
    clock.turn(1.1)
    await settle_loop()
    assert not waiting.done()
    clock.turn(4)
    await waiting


async def test_no_wait_is_longer_than_a_quarter_of_an_hour(clock: Clock) -> None:
    limits = limits_of(clock, 8)
    limits.slow(86_400)
    clock.turn(LONGEST_SLOW_S)
    assert limits.available() > 0


async def test_by_the_real_clock_a_slowed_model_starts_again() -> None:
    limits = ModelLimits(1)
    limits.slow(0.05)
    assert limits.take(1) == 0
    async with asyncio.timeout(2):
        await limits.again()
