"""Every fault of a model is repaired, retried, or ends the item with a code a person can act on.

Quiz and tutorial of each concept meet the fault at each call; the resources beside them never do.
"""

import pytest

from tests.promises import facts
from tests.support.product import CONCEPTS, PIECES, Answer, Api, Home, Ordered
from tests.support.simulated import Simulated

ATTEMPTS = 2
ASKS = 3
"""A question and two re-asks that show what was wrong."""

REPAIRED = ("400format", "prose", "slow")
FAILED = {
    "429": ("model_rate_limited", ATTEMPTS),
    "500": ("model_unavailable", ATTEMPTS),
    "502": ("model_unavailable", ATTEMPTS),
    "503": ("model_unavailable", ATTEMPTS),
    "reset": ("model_unavailable", ATTEMPTS),
    "cut": ("model_unavailable", ATTEMPTS),
    "timeout": ("model_timeout", ATTEMPTS),
    "badjson": ("model_invalid_output", ASKS),
    "badschema": ("model_invalid_output", ASKS),
    "empty": ("model_invalid_output", ASKS),
    "huge": ("model_invalid_output", ASKS),
    "refuse": ("model_refused", ASKS),
}
"""The item's code, and the calls it took to be sure."""
ENDS_THE_TASK = {"401": "model_auth", "403": "model_auth", "404": "model_not_found"}
PROVIDERS_WORDS = ("Incorrect", "does not exist.", "had an error", "overloaded", "Rate limit", "Gateway", "{")


@pytest.fixture
def home(home_on_sqlite: Home) -> Home:
    """Two tries at what may pass, and not the patience of a day at a silent server."""
    return home_on_sqlite.but(LLM__MAX_ATTEMPTS=ATTEMPTS, LLM__TIMEOUT_S=1.5)


async def made_with(api: Api, model: Simulated, faults: str) -> tuple[Ordered, Answer]:
    """A roadmap that is made while these faults happen, and its task at the end."""
    await model.control(faults=faults)
    ordered = await api.order()
    return ordered, await api.ended(ordered.task_id)


def reads_well(error: Answer | None, code: str) -> None:
    """A code for programs and words for a person, none of them the provider's."""
    assert error is not None
    assert error["code"] == code
    assert len(error["message"]) > 30
    assert not [words for words in PROVIDERS_WORDS if words in error["message"]]


async def errors_of(api: Api, ordered: Ordered, field: str) -> list[Answer | None]:
    """What each concept says of its failed piece."""
    return [concept.get(f"{field}_error") for concept in await api.concepts(ordered.roadmap_id)]


@pytest.mark.parametrize("kind", REPAIRED)
async def test_repaired(home: Home, model: Simulated, kind: str) -> None:
    async with home.here() as here:
        ordered, task = await made_with(here.api, model, f"quiz.{kind}:1,tutorial.{kind}:1")
        assert task["status"] == "completed"
        assert (await model.stats())["faults"][kind] >= (1 if kind == "400format" else 2 * CONCEPTS)
        await facts.everything_can_be_read(here.api, ordered.roadmap_id)


@pytest.mark.parametrize("kind", FAILED)
async def test_given_up_with_a_code_and_mended_by_a_retry(home: Home, model: Simulated, kind: str) -> None:
    code, calls = FAILED[kind]
    async with home.here() as here:
        ordered, task = await made_with(here.api, model, f"quiz.{kind}:1,tutorial.{kind}:1")
        assert (task["status"], task["current_step"]) == ("partial_failure", "completed")
        assert (task["progress"]["completed"], task["progress"]["failed"]) == (CONCEPTS, 2 * CONCEPTS)
        for (_, name), status in (await here.api.items(ordered.roadmap_id)).items():
            assert status == ("completed" if name == "resources" else "failed")
        for error in await errors_of(here.api, ordered, "quiz") + await errors_of(
            here.api, ordered, "content"
        ):
            reads_well(error, code)
        log = await here.api.events(ordered.task_id)
        failed = [event for event in log if event["type"] == "concept_failed"]
        assert [event["error"]["code"] for event in failed] == [code] * 2 * CONCEPTS
        facts.nothing_was_made_twice(log)
        asked = (await model.stats())["by_agent"]
        assert (asked["quiz"], asked["tutorial"], asked["resources"]) == (
            calls * CONCEPTS,
            calls * CONCEPTS,
            CONCEPTS,
        )
        await model.control(faults="")
        answer = await here.api.post(f"/tasks/{ordered.task_id}/retry")
        assert (answer["recovery_type"], answer["retried_count"]) == ("retry_failed_items", 2 * CONCEPTS)
        assert (await here.api.ended(ordered.task_id))["status"] == "completed"
        assert (await model.stats())["by_agent"]["resources"] == CONCEPTS
        await facts.everything_can_be_read(here.api, ordered.roadmap_id)
    await facts.rows_hold(home)


@pytest.mark.parametrize("kind", ENDS_THE_TASK)
async def test_ends_the_task_at_once_and_goes_on_after_mending(
    home: Home, model: Simulated, kind: str
) -> None:
    code = ENDS_THE_TASK[kind]
    async with home.but(LLM__MAX_CONCURRENCY=2).here() as here:
        ordered, task = await made_with(here.api, model, f"quiz.{kind}:1")
        assert (task["status"], task["current_step"]) == ("failed", "failed")
        assert task["stopped_at_step"] == "content_generation"
        reads_well(task["error"], code)
        items = await here.api.items(ordered.roadmap_id)
        assert set(items.values()) <= {"completed", "pending"}
        assert "pending" in items.values()
        assert await errors_of(here.api, ordered, "quiz") == [None] * CONCEPTS
        log = await here.api.events(ordered.task_id)
        assert log[-1]["error"]["code"] == code
        assert not [event for event in log if event["type"] == "concept_failed"]
        assert (await model.has_open(0))["by_agent"]["quiz"] <= 2
        await model.control(faults="")
        answer = await here.api.post(f"/tasks/{ordered.task_id}/retry")
        assert answer["recovery_type"] == "retry_failed_items"
        assert answer["retried_count"] == list(items.values()).count("pending")
        assert (await here.api.ended(ordered.task_id))["status"] == "completed"
        await facts.everything_can_be_read(here.api, ordered.roadmap_id)
    await facts.rows_hold(home)


async def test_every_piece_failed_is_a_failed_task(home: Home, model: Simulated) -> None:
    async with home.here() as here:
        _, task = await made_with(here.api, model, "quiz.500:1,tutorial.refuse:1,resources.empty:1")
        assert (task["status"], task["progress"]["failed"]) == ("failed", PIECES)


async def test_every_fault_of_the_simulated_model_has_its_place_here() -> None:
    from trailwright.llm.simulated.faults import KINDS  # noqa: PLC0415 - only this test asks

    assert {*REPAIRED, *FAILED, *ENDS_THE_TASK} == set(KINDS)
