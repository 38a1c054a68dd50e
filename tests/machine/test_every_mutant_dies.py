"""The engine, broken on purpose: a mutant that lives is a promise nobody wrote down."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.machine import EngineMachine
from tests.machine.mutants import AT_ONCE, IN_ANY_ORDER
from tests.machine.races import rounds_of_racing
from trailwright.kit.db import Database

HOW = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    report_multiple_bugs=False,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
ROUNDS = 150


@pytest.mark.parametrize("name", IN_ANY_ORDER)
def test_the_machine_kills(
    name: str, open_database: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    opener = IN_ANY_ORDER[name](monkeypatch, open_database)
    machine = type("Machine", (EngineMachine,), {"open_database": staticmethod(opener)})
    with pytest.raises(BaseException):  # noqa: B017, PT011 - any failure is the death of the mutant
        run_state_machine_as_test(machine, settings=HOW)


@pytest.mark.parametrize("name", AT_ONCE)
async def test_the_race_kills(
    name: str, postgres_opener: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    opener = AT_ONCE[name](monkeypatch, postgres_opener)
    with pytest.raises(BaseException):  # noqa: B017, PT011 - any failure is the death of the mutant
        await rounds_of_racing(opener, ROUNDS, seed=2)
