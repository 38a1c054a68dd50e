"""Claim, stall, late settle, crash, cancel, pause, reap, retry: in any order, on both databases."""

from collections.abc import Callable

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.machine import EngineMachine
from trailwright.kit.db import Database

QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
HOW = settings(
    max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=QUIET, database=None
)


def test_whatever_happens_in_whatever_order(open_database: Callable[[], Database]) -> None:
    machine = type("Machine", (EngineMachine,), {"open_database": staticmethod(open_database)})
    run_state_machine_as_test(machine, settings=HOW)
