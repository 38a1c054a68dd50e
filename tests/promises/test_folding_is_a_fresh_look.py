"""After every command, whoever folds the events knows what a fresh look at task and roadmap would say."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.promises.test_one_truth import task_agrees
from tests.support.product import CONTENT, Answer, Api, Event, Home, Ordered
from tests.support.simulated import Simulated
from trailwright.events.fold import Folded, fold

FIELDS = {"tutorial": "content", "resources": "resources", "quiz": "quiz"}


@dataclass
class Learner:
    """Commands one roadmap and compares after each; `tasks`: all that were started on it."""

    api: Api
    ordered: Ordered
    tasks: list[str] = field(default_factory=list)

    async def says(self, path: str, body: object = None, method: str = "POST", **params: Any) -> Answer:
        """One command, and the comparison after its answer."""
        answer = await self.api.client.request(method, path, json=body, params=params)
        assert answer.is_success, answer.text
        said: Answer = answer.json()
        started = said.get("task_id") or said.get("data", {}).get("task_id")
        if started and started not in self.tasks:
            self.tasks.append(started)
        await self.compares()
        return said

    async def tells(self, command: str, body: object = None, **params: Any) -> Answer:
        """A command on the creation task."""
        return await self.says(f"/tasks/{self.ordered.task_id}/{command}", body, **params)

    async def compares(self) -> None:
        """Each task with its own log, the roadmap with all of them."""
        seen: dict[str, list[Event]] = {}
        roadmap = await self.api.get(f"/roadmaps/{self.ordered.roadmap_id}")
        for task_id in self.tasks:
            task = await self.api.task(task_id)
            log = await self.api.events(task_id)
            task_agrees(task, [fold(log[:n]) for n in range(task["last_seq"] + 1)])
            seen[task_id] = log[: roadmap["as_of"].get(task_id, len(log))]
        together = folded_together(list(seen.values()))
        for concept in concepts_of(roadmap):
            for kind, name in FIELDS.items():
                told = together.items.get((concept["concept_id"], kind), "pending")
                assert concept[f"{name}_status"] == told, (concept["concept_id"], kind)


def concepts_of(roadmap: Answer) -> list[Answer]:
    """All concepts of the answer, in reading order."""
    stages = (roadmap["framework"] or {"stages": []})["stages"]
    return [concept for stage in stages for module in stage["modules"] for concept in module["concepts"]]


def folded_together(logs: Sequence[Sequence[Event]]) -> Folded:
    """What a reader of several tasks knows of the items: in the order of time."""
    by_time = sorted((event for log in logs for event in log), key=lambda event: event["timestamp"])
    return fold([event | {"seq": number} for number, event in enumerate(by_time, 1)])


async def a_learner(api: Api, **order: Any) -> Learner:
    """Who has just ordered a small roadmap."""
    ordered = await api.order(**order)
    learner = Learner(api, ordered, [ordered.task_id])
    await learner.compares()
    return learner


async def review(learner: Learner) -> Answer:
    """Wait until a decision is asked for: the task."""
    task = await learner.api.until(
        learner.ordered.task_id, lambda task: task["status"] == "human_review_pending"
    )
    await learner.compares()
    return task


async def test_from_the_order_to_the_approval(home: Home, model: Simulated) -> None:
    await model.control(latency=0.2)
    async with home.here() as here:
        learner = await a_learner(here.api, auto_approve=False)
        await learner.tells("pause")
        await learner.tells("resume")
        await review(learner)
        await learner.tells("review", {"decision": "revise", "feedback": "Less theory."})
        await learner.tells("pause", now=True)
        await learner.tells("resume")
        await review(learner)
        await learner.tells("cancel", {"reason": "Later"})
        assert (await learner.tells("retry"))["recovery_type"] == "resume_review"
        await edited(learner, drop=0)
        await learner.tells("pause")
        await learner.tells("resume")
        version = (await review(learner))["version"]
        await learner.tells("review", {"decision": "approve", "version": version})
        await here.api.ended(learner.ordered.task_id)
        await learner.compares()


async def edited(learner: Learner, *, drop: int) -> Answer:
    """A hand edit: one concept more, and the last `drop` gone."""
    path = f"/roadmaps/{learner.ordered.roadmap_id}/framework"
    now = await learner.api.get(path)
    concepts = now["framework"]["stages"][-1]["modules"][-1]["concepts"]
    first = concepts[0]
    new = {**first, "concept_id": "brand-new", "name": f"Beyond {first['name']}", "prerequisites": []}
    kept = concepts[: len(concepts) - drop]
    now["framework"]["stages"][-1]["modules"][-1]["concepts"] = [*kept, new]
    return await learner.says(path, {"framework": now["framework"], "version": now["version"]}, "PUT")


async def test_while_content_is_made_and_after(home: Home, model: Simulated) -> None:
    await model.control(latency=0.4)
    async with home.but(LLM__MAX_CONCURRENCY=2, LLM__MAX_ATTEMPTS=1).here() as here:
        learner = await a_learner(here.api)
        roadmap = f"/roadmaps/{learner.ordered.roadmap_id}/concepts"
        await here.api.heard(learner.ordered.task_id, lambda event: event["type"] == "concept_complete")
        await model.control(latency=600)
        await learner.tells("pause", now=True)
        await learner.tells("resume")
        await edited(learner, drop=1)
        waiting = [
            item
            for item, status in (await here.api.items(learner.ordered.roadmap_id)).items()
            if status == "pending"
        ]
        await learner.says(f"{roadmap}/{waiting[-1][0]}/{waiting[-1][1]}/retry")
        await learner.tells("cancel")
        await model.control(latency=0, faults="quiz.500:1")
        assert (await learner.tells("retry"))["recovery_type"] == "restart_content_generation"
        assert (await here.api.ended(learner.ordered.task_id))["status"] == "partial_failure"
        await learner.compares()
        batch = await learner.says(f"{roadmap}/retry-batch", {"items": "failed"})
        assert (await here.api.ended(batch["task_id"]))["status"] == "failed"
        await learner.compares()
        await model.control(faults="")
        assert (await learner.tells("retry"))["recovery_type"] == "retry_failed_items"
        assert (await here.api.ended(learner.ordered.task_id))["status"] == "completed"
        await learner.compares()


async def test_when_pieces_are_wished_for_anew(home: Home, model: Simulated) -> None:
    async with home.but(LLM__MAX_ATTEMPTS=1).here() as here:
        learner = await a_learner(here.api)
        await here.api.ended(learner.ordered.task_id)
        concept_id = (await here.api.concepts(learner.ordered.roadmap_id))[0]["concept_id"]
        roadmap = f"/roadmaps/{learner.ordered.roadmap_id}/concepts"
        await model.control(latency=600)
        for kind in CONTENT:
            await learner.says(f"{roadmap}/{concept_id}/{kind}/retry", {"instruction": "Shorter."})
        await learner.says(f"{roadmap}/{concept_id}/quiz/retry")
        first, second, third = learner.tasks[1:]
        await learner.says(f"/tasks/{first}/pause", now=True)
        await learner.says("/tasks/cancel-batch", {"task_ids": [first, second]})
        await model.control(latency=0, faults="quiz.500:1")
        await learner.says(f"/tasks/{third}/pause", now=True)
        await learner.says(f"/tasks/{third}/resume")
        assert (await here.api.ended(third))["status"] == "failed"
        await learner.compares()
        await model.control(faults="")
        every = {"concept_ids": [concept_id], "content_types": list(CONTENT)}
        batch = await learner.says(f"{roadmap}/retry-batch", every)
        assert (await here.api.ended(batch["task_id"]))["status"] == "completed"
        await learner.compares()
