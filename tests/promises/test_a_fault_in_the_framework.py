"""A framework step that fails ends the task, keeps what was finished, and a retry goes on after it."""

import pytest

from tests.promises import facts
from tests.promises.test_what_a_model_may_answer import ENDS_THE_TASK, FAILED, REPAIRED, made_with, reads_well
from tests.support.product import Answer, Api, Event, Home, Ordered
from tests.support.simulated import Simulated

CODES = {kind: code for kind, (code, _) in FAILED.items()} | ENDS_THE_TASK


@pytest.fixture
def home(home_on_sqlite: Home) -> Home:
    """Two tries at what may pass."""
    return home_on_sqlite.but(LLM__MAX_ATTEMPTS=2, LLM__TIMEOUT_S=1.5)


@pytest.mark.parametrize("kind", REPAIRED)
async def test_what_can_be_repaired_is_no_fault(home: Home, model: Simulated, kind: str) -> None:
    async with home.here() as here:
        _, task = await made_with(here.api, model, f"intent.{kind}:1,architect.{kind}:1")
        assert task["status"] == "completed"


@pytest.mark.parametrize("kind", CODES)
async def test_the_first_step(home: Home, model: Simulated, kind: str) -> None:
    async with home.here() as here:
        ordered, task = await made_with(here.api, model, f"intent.{kind}:1")
        assert (task["status"], task["stopped_at_step"]) == ("failed", "intent_analysis")
        reads_well(task["error"], CODES[kind])
        assert task["progress"] is None
        log = await here.api.events(ordered.task_id)
        assert (log[-1]["type"], log[-1]["error"]["code"]) == ("failed", CODES[kind])
        assert (await here.api.get(f"/roadmaps/{ordered.roadmap_id}"))["framework"] is None
        if kind in ENDS_THE_TASK:
            assert (await model.stats())["by_agent"]["intent"] == 1
        await model.control(faults="")
        answer = await here.api.post(f"/tasks/{ordered.task_id}/retry")
        assert (answer["task_id"], answer["recovery_type"]) == (ordered.task_id, "resume_framework")
        assert (await here.api.ended(ordered.task_id))["status"] == "completed"
    await facts.rows_hold(home)


@pytest.mark.parametrize("kind", ["500", "badjson", "401"])
async def test_one_of_several_modules_made_side_by_side(home: Home, model: Simulated, kind: str) -> None:
    """What was finished before is not asked again."""
    async with home.here() as here:
        await model.control(latency=0.6)
        ordered = await here.api.order("short", auto_approve=False)
        await here.api.heard(ordered.task_id, is_design)
        await model.has_open(1)  # the outline, which the model answers as it has begun to
        await model.control(latency=0, faults=f"architect.{kind}:1")
        task = await here.api.ended(ordered.task_id)
        assert (task["status"], task["stopped_at_step"]) == ("failed", "curriculum_design")
        assert task["error"]["code"] == CODES[kind]
        await model.has_open(0)
        await model.control(faults="")
        await here.api.post(f"/tasks/{ordered.task_id}/retry")
        await here.api.heard(ordered.task_id, is_review)
        assert (await model.stats())["by_agent"]["intent"] == 1
        outlines = [
            step for step in await steps_of(here.api, ordered) if step["kind"] == "curriculum_outline"
        ]
        assert [step["attempt"] for step in outlines] == [1]
    await facts.rows_hold(home)


async def steps_of(api: Api, ordered: Ordered) -> list[Answer]:
    """What each framework step produced."""
    found: list[Answer] = (await api.get(f"/tasks/{ordered.task_id}/steps"))["steps"]
    return found


def is_design(event: Event) -> bool:
    """The design begins."""
    return event.get("step") == "curriculum_design"


def is_review(event: Event) -> bool:
    """A decision is waited for."""
    return bool(event["type"] == "human_review_required")


@pytest.mark.parametrize("kind", ["badjson", "badschema", "empty", "refuse", "500"])
async def test_a_judgement_that_cannot_be_read_is_never_a_pass(
    home: Home, model: Simulated, kind: str
) -> None:
    async with home.here() as here:
        await model.control(faults=f"validator.{kind}:1")
        ordered = await here.api.order("short")
        task = await here.api.ended(ordered.task_id)
        assert (task["status"], task["stopped_at_step"]) == ("failed", "structure_validation")
        assert task["error"]["code"] == CODES[kind]
        assert await here.api.items(ordered.roadmap_id)
        await model.control(faults="")
        answer = await here.api.post(f"/tasks/{ordered.task_id}/retry")
        assert answer["recovery_type"] == "resume_framework"
        assert (await here.api.ended(ordered.task_id))["status"] == "completed"
        assert (await model.stats())["by_agent"]["intent"] == 1
    await facts.rows_hold(home)


@pytest.mark.parametrize("kind", ["badjson", "503", "401"])
async def test_a_revision_that_fails_keeps_the_version_that_was_looked_at(
    home: Home, model: Simulated, kind: str
) -> None:
    async with home.here() as here:
        ordered = await here.api.order("short", auto_approve=False)
        await here.api.heard(ordered.task_id, is_review)
        before = await here.api.get(f"/roadmaps/{ordered.roadmap_id}/framework")
        await model.control(faults=f"editor.{kind}:1")
        wish = {"decision": "revise", "feedback": "Add something about rye."}
        await here.api.post(f"/tasks/{ordered.task_id}/review", wish)
        task = await here.api.ended(ordered.task_id)
        assert (task["status"], task["stopped_at_step"]) == ("failed", "edit_plan_analysis")
        assert task["error"]["code"] == CODES[kind]
        assert await here.api.get(f"/roadmaps/{ordered.roadmap_id}/framework") == before
        await model.control(faults="")
        answer = await here.api.post(f"/tasks/{ordered.task_id}/retry")
        assert answer["recovery_type"] == "resume_framework"
        await here.api.heard(ordered.task_id, is_review, after=task["last_seq"])
        task = await here.api.task(ordered.task_id)
        assert task["status"] == "human_review_pending"
        assert task["version"] >= before["version"]
    await facts.rows_hold(home)
