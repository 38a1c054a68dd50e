"""An item is `generating` only while a live task owns it."""

from tests.promises import facts
from tests.promises.test_nothing_is_lost import is_a_start
from tests.support.product import PIECES, Api, Home, Nursery, Ordered
from tests.support.simulated import Simulated


async def nothing_turns(api: Api, ordered: Ordered) -> None:
    """No item of the roadmap is `generating`, and no list of what runs names it."""
    assert "generating" not in (await api.items(ordered.roadmap_id)).values()
    roadmap = await api.get(f"/roadmaps/{ordered.roadmap_id}")
    assert roadmap["progress"] is None or roadmap["progress"]["generating"] == 0


async def nothing_runs(api: Api, ordered: Ordered) -> None:
    """As above, and no task of the roadmap is live."""
    await nothing_turns(api, ordered)
    running = await api.get(f"/roadmaps/{ordered.roadmap_id}/status-check")
    assert (running["has_active_task"], running["active_tasks"], running["stale_concepts"]) == (False, [], [])
    assert (await api.get(f"/roadmaps/{ordered.roadmap_id}/active-task"))["has_active_task"] is False


async def test_after_a_kill_of_a_paused_task(home: Home, nursery: Nursery, model: Simulated) -> None:
    """The items that ran when the process died are nobody's at the next start."""
    await model.control(latency=0.05)
    async with home.up(nursery) as up:
        ordered = await up.api.order(auto_approve=False)
        await up.api.heard(ordered.task_id, lambda event: event["type"] == "human_review_required")
        await model.control(latency=600)
        await up.api.post(f"/tasks/{ordered.task_id}/review", {"decision": "approve"})
        await model.has_open(PIECES)
        await up.api.post(f"/tasks/{ordered.task_id}/pause")
        assert list((await up.api.items(ordered.roadmap_id)).values()) == ["generating"] * PIECES
    async with home.up(nursery) as up:
        await nothing_turns(up.api, ordered)
    await facts.rows_hold(home)


async def test_after_every_kind_of_end(home: Home, model: Simulated) -> None:
    async with home.but(LLM__MAX_ATTEMPTS=1).here() as here:
        for faults, status in (
            ("", "completed"),
            ("quiz.500:1", "partial_failure"),
            ("tutorial.500:1,quiz.500:1,resources.500:1", "failed"),
            ("quiz.401:1", "failed"),
            ("intent.500:1", "failed"),
        ):
            await model.control(faults=faults)
            ordered = await here.api.order()
            assert (await here.api.ended(ordered.task_id))["status"] == status
            await nothing_runs(here.api, ordered)
        await model.control(latency=0.2, faults="")
        ordered = await here.api.order()
        await here.api.heard(ordered.task_id, is_a_start)
        await here.api.post(f"/tasks/{ordered.task_id}/cancel")
        await nothing_runs(here.api, ordered)
    await facts.rows_hold(home)


async def test_a_wish_is_turning_from_the_answer_on_over_a_kill_until_it_is_there(
    home: Home, nursery: Nursery, model: Simulated
) -> None:
    async with home.up(nursery) as up:
        ordered = await up.api.order()
        await up.api.ended(ordered.task_id)
        concept_id = (await up.api.concepts(ordered.roadmap_id))[0]["concept_id"]
        await model.control(latency=600)
        wish = await up.api.retry_item(ordered.roadmap_id, concept_id, "quiz")
        assert (await up.api.items(ordered.roadmap_id))[(concept_id, "quiz")] == "generating"
        await model.has_open(1)
    async with home.up(nursery) as up:
        assert (await up.api.items(ordered.roadmap_id))[(concept_id, "quiz")] == "generating"
        running = await up.api.get(f"/roadmaps/{ordered.roadmap_id}/active-task")
        assert (running["task_id"], running["task_type"]) == (wish["task_id"], "retry_quiz")
        await model.has_open(1)
        await model.control(latency=0)
    async with home.up(nursery) as up:
        assert (await up.api.ended(wish["task_id"]))["status"] == "completed"
        await nothing_runs(up.api, ordered)
        base = f"/roadmaps/{ordered.roadmap_id}/concepts/{concept_id}"
        assert (await up.api.get(f"{base}/quiz"))["version"] == 2
    await facts.rows_hold(home)
