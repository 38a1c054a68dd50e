"""A wish that fails leaves the version that was there readable, and the creation task alone."""

import pytest

from tests.promises import facts
from tests.support.product import Home
from tests.support.simulated import Simulated

FAULTS = {
    "500": "model_unavailable",
    "refuse": "model_refused",
    "401": "model_auth",
    "404": "model_not_found",
}


@pytest.mark.parametrize("kind", FAULTS)
async def test_the_old_version_stays(home: Home, model: Simulated, kind: str) -> None:
    async with home.but(LLM__MAX_ATTEMPTS=2).here() as here:
        ordered = await here.api.order()
        await here.api.ended(ordered.task_id)
        first = (await here.api.concepts(ordered.roadmap_id))[0]
        item = (first["concept_id"], "quiz")
        base = f"/roadmaps/{ordered.roadmap_id}/concepts/{first['concept_id']}"
        before = await here.api.get(f"{base}/quiz")
        await model.control(faults=f"quiz.{kind}:1")
        wish = await here.api.retry_item(ordered.roadmap_id, *item)
        task = await here.api.ended(wish["task_id"])
        assert (task["status"], task["error"]["code"]) == ("failed", FAULTS[kind])
        assert (await here.api.items(ordered.roadmap_id))[item] == "failed"
        said = (await here.api.concepts(ordered.roadmap_id))[0]
        assert said["quiz_error"]["code"] == FAULTS[kind]
        assert said["overall_status"] == "partial_failure"
        assert await here.api.get(f"{base}/quiz") == before
        assert (await here.api.task(ordered.task_id))["status"] == "completed"
        await model.control(faults="")
        again = await here.api.retry_item(ordered.roadmap_id, *item)
        assert again["task_id"] != wish["task_id"]
        assert (await here.api.ended(again["task_id"]))["status"] == "completed"
        assert (await here.api.get(f"{base}/quiz"))["version"] == 2
        assert (await here.api.items(ordered.roadmap_id))[item] == "completed"
    await facts.rows_hold(home)
