"""A simulated model in a process of its own, and settings that name it."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.support.simulated import Simulated, a_simulated_process


@pytest.fixture(scope="session")
def model_process() -> Iterator[Simulated]:
    """One for all tests of a process."""
    with asyncio.Runner() as runner:
        server = a_simulated_process()
        yield runner.run(server.__aenter__())
        runner.run(server.__aexit__(None, None, None))


@pytest.fixture
def model(model_process: Simulated) -> Simulated:
    """The model, quick and without faults; the test may change that."""
    with asyncio.Runner() as runner:
        runner.run(model_process.control(latency=0, jitter=0, faults="", rpm=None))
        runner.run(model_process.reset())
    return model_process


@pytest.fixture
def with_model(model: Simulated) -> dict[str, str]:
    """What the environment says to use it; waits between tries are short."""
    return {
        "TRAILWRIGHT_LLM__MODEL": "openai:simulated",
        "TRAILWRIGHT_LLM__BASE_URL": model.base_url,
        "TRAILWRIGHT_LLM__API_KEY": "sk-simulated-key",
        "TRAILWRIGHT_LLM__BACKOFF_S": "0.05",
    }
