"""The breaker of a model, by a clock that the test turns."""

import pytest

from tests.llm.support_gateway import acts
from tests.llm.support_gateway.server import ModelServer
from tests.llm.support_gateway.trade import a_gateway, a_prompt
from trailwright.llm.breaker import Breaker
from trailwright.llm.faults import Fault, FaultCode

DOWN = Fault("model_unavailable")


class Clock:
    now = 50.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock=clock)


def faults(breaker: Breaker, clock: Clock, count: int, *, over_s: float) -> None:
    for number in range(count):
        if number:
            clock.now += over_s / (count - 1)
        breaker.faulted(DOWN)


def test_it_opens_at_twenty_faults_in_twenty_seconds(breaker: Breaker, clock: Clock) -> None:
    faults(breaker, clock, 20, over_s=20)
    assert breaker.is_open
    assert breaker.open_since() == clock.now


@pytest.mark.parametrize(("count", "over_s"), [(19, 60), (200, 19.9)])
def test_it_stays_closed_below_either(breaker: Breaker, clock: Clock, count: int, over_s: float) -> None:
    faults(breaker, clock, count, over_s=over_s)
    assert breaker.may_start()
    assert breaker.open_since() is None


def test_one_answer_in_between_starts_the_count_anew(breaker: Breaker, clock: Clock) -> None:
    faults(breaker, clock, 19, over_s=60)
    breaker.answered()
    faults(breaker, clock, 19, over_s=60)
    assert not breaker.is_open


@pytest.mark.parametrize("code", ["model_refused", "model_invalid_output", "model_auth", "model_not_found"])
def test_a_fault_that_is_no_outage_is_an_answer(breaker: Breaker, clock: Clock, code: FaultCode) -> None:
    faults(breaker, clock, 19, over_s=60)
    breaker.faulted(Fault(code))
    faults(breaker, clock, 19, over_s=60)
    assert not breaker.is_open


def test_faults_before_a_long_silence_do_not_count(breaker: Breaker, clock: Clock) -> None:
    faults(breaker, clock, 19, over_s=60)
    clock.now += 3600
    breaker.faulted(DOWN)
    assert not breaker.is_open


def test_open_one_probe_starts_every_thirty_seconds(breaker: Breaker, clock: Clock) -> None:
    faults(breaker, clock, 20, over_s=20)
    starts = []
    for _ in range(100):
        if breaker.may_start():
            starts.append(clock.now)
            breaker.faulted(DOWN)
        clock.now += 1
    assert len(starts) == 3
    assert starts[1] - starts[0] == 30
    assert breaker.open_for_s() == 100


def test_a_probe_that_was_not_used_is_there_again(breaker: Breaker, clock: Clock) -> None:
    faults(breaker, clock, 20, over_s=20)
    clock.now += 30
    assert breaker.may_start()
    breaker.probe_unused()
    assert breaker.may_start()
    assert not breaker.may_start()


def test_the_first_answer_closes_it(breaker: Breaker, clock: Clock) -> None:
    faults(breaker, clock, 20, over_s=20)
    breaker.answered()
    assert breaker.may_start()
    assert breaker.open_for_s() == 0


async def test_calls_report_to_the_breaker_of_their_model(clock: Clock) -> None:
    async with ModelServer([acts.refuses(503)]).running() as server:
        gateway = a_gateway(server.url, clock=clock)
        for _ in range(21):
            clock.now += 1
            with pytest.raises(Fault):
                await gateway.call(a_prompt("quiz"))
        assert gateway.breaker("tutorial").is_open
        server.does(acts.says("Up again."))
        await gateway.call(a_prompt("quiz"))
        assert not gateway.breaker("tutorial").is_open
        await gateway.close()
