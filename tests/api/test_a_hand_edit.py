import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.support import World, fields, good, refusal
from tests.support import engine

Tree = dict[str, Any]


async def in_review(world: World, concepts: int = 3) -> tuple[str, str, Tree]:
    task_id, roadmap_id = await engine.a_task(world.db, concepts, auto_approve=False)
    return task_id, roadmap_id, (await world.get(f"/roadmaps/{roadmap_id}/framework"))["framework"]


async def save(world: World, roadmap_id: str, tree: Tree, version: int = 1) -> dict[str, Any]:
    body = {"framework": tree, "version": version}
    return good(await world.client.put(f"/roadmaps/{roadmap_id}/framework", json=body))


def concepts(tree: Tree) -> list[Tree]:
    found: list[Tree] = [c for s in tree["stages"] for m in s["modules"] for c in m["concepts"]]
    return found


async def test_in_review_the_new_version_is_the_one_asked_about(world: World) -> None:
    task_id, roadmap_id, tree = await in_review(world)
    concepts(tree)[0]["name"] = "Flour"
    saved = await save(world, roadmap_id, tree)
    assert (saved["version"], saved["id_map"], saved["missing"]) == (2, {}, 0)
    assert saved["framework"]["stages"] == tree["stages"]
    task = await world.get(f"/tasks/{task_id}")
    assert (task["status"], task["version"]) == ("human_review_pending", 2)
    events = await engine.events_of(world.db, task_id)
    assert (events[-1]["type"], events[-1]["data"]["version"]) == ("human_review_required", 2)
    old = {"decision": "approve", "version": 1}
    refusal(await world.client.post(f"/tasks/{task_id}/review", json=old), 409, "old_version")
    await world.post(f"/tasks/{task_id}/review", {"decision": "approve", "version": 2})
    detail = await world.get(f"/roadmaps/{roadmap_id}")
    assert concepts(detail["framework"])[0]["name"] == "Flour"


async def test_new_nodes_get_ids_and_prerequisites_follow(world: World) -> None:
    _, roadmap_id, tree = await in_review(world, 2)
    module = tree["stages"][0]["modules"][0]
    module["concepts"].append({"concept_id": "new-1", "name": "Salt", "prerequisites": ["new-2"]})
    module["concepts"].insert(0, {"concept_id": "new-2", "name": "Water"})
    tree["stages"].append(
        {
            "stage_id": "new-s",
            "name": "Second",
            "modules": [{"module_id": "new-m", "name": "M", "concepts": [{"name": "Nameless id"}]}],
        }
    )
    saved = await save(world, roadmap_id, tree)
    given = saved["id_map"]
    assert set(given) == {"new-1", "new-2", "new-s", "new-m"}
    made = concepts(saved["framework"])
    assert [c["name"] for c in made] == ["Water", "Concept 0", "Concept 1", "Salt", "Nameless id"]
    assert made[3]["prerequisites"] == [given["new-2"]] == [made[0]["concept_id"]]
    assert [s["order"] for s in saved["framework"]["stages"]] == [1, 2]
    assert saved["framework"]["total_estimated_hours"] == 5.0
    assert not {"new-1", "new-2"} & {c["concept_id"] for c in made}
    assert (await world.get(f"/roadmaps/{roadmap_id}/framework"))["framework"] == saved["framework"]


async def test_while_content_is_made_items_follow_and_kept_ones_keep_theirs(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db, 3)
    made = await world.make_content(task_id, 3)
    tree = (await world.get(f"/roadmaps/{roadmap_id}/framework"))["framework"]
    module = tree["stages"][0]["modules"][0]
    kept, gone = module["concepts"][0], module["concepts"][2]
    module["concepts"] = [kept, module["concepts"][1], {"concept_id": "x", "name": "Salt"}]
    saved = await save(world, roadmap_id, tree)
    assert saved["missing"] == 0
    task = await world.get(f"/tasks/{task_id}")
    assert task["progress"]["total"] == 9
    assert task["progress"]["completed"] == 3
    events = await engine.events_of(world.db, task_id)
    assert events[-1]["type"] == "concepts_changed"
    assert events[-1]["data"]["added"] == [saved["id_map"]["x"]]
    assert events[-1]["data"]["dropped"] == [gone["concept_id"]]
    detail = await world.get(f"/roadmaps/{roadmap_id}")
    assert [c["overall_status"] for c in concepts(detail["framework"])] == ["completed", "pending", "pending"]
    refusal(
        await world.client.get(f"/roadmaps/{roadmap_id}/concepts/{gone['concept_id']}/tutorials"),
        404,
        "concept_not_found",
    )
    await world.make_content(task_id)
    assert (await world.get(f"/tasks/{task_id}"))["status"] == "completed"
    assert len(made) == 3


async def test_an_id_it_once_had_brings_its_content_back(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db, 2)
    await world.make_content(task_id)
    tree = (await world.get(f"/roadmaps/{roadmap_id}/framework"))["framework"]
    short = copy.deepcopy(tree)
    short["stages"][0]["modules"][0]["concepts"].pop()
    await save(world, roadmap_id, short)
    assert (await world.get(f"/roadmaps/{roadmap_id}"))["progress"]["total"] == 3
    back = await save(world, roadmap_id, tree, version=2)
    assert (back["id_map"], back["missing"]) == ({}, 0)
    detail = await world.get(f"/roadmaps/{roadmap_id}")
    assert [c["overall_status"] for c in concepts(detail["framework"])] == ["completed", "completed"]


async def test_after_the_end_added_concepts_are_missing_until_asked_for(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db, 1)
    await world.make_content(task_id)
    tree = (await world.get(f"/roadmaps/{roadmap_id}/framework"))["framework"]
    tree["stages"][0]["modules"][0]["concepts"].append({"name": "Salt"})
    saved = await save(world, roadmap_id, tree)
    assert saved["missing"] == 3
    assert (await world.get(f"/tasks/{task_id}"))["status"] == "completed"
    detail = await world.get(f"/roadmaps/{roadmap_id}")
    assert concepts(detail["framework"])[1]["overall_status"] == "pending"
    batch = await world.post(f"/roadmaps/{roadmap_id}/concepts/retry-batch", {"items": "missing"})
    assert batch["retried_count"] == 3
    await world.make_content(batch["task_id"])
    assert (await world.get(f"/roadmaps/{roadmap_id}"))["progress"]["percentage"] == 100


async def test_only_structure_is_refused_all_else_is_a_warning(world: World) -> None:
    _, roadmap_id, tree = await in_review(world, 3)
    for concept in concepts(tree):
        concept |= {"name": "Flour and water", "estimated_hours": 8}
    saved = await save(world, roadmap_id, tree)
    assert saved["version"] == 2
    assert "R6" in {warning["check"] for warning in saved["warnings"]}
    assert set(saved["warnings"][0]) == {"check", "where", "message", "said"}


def cycle(tree: Tree) -> None:
    concepts(tree)[0]["prerequisites"] = [concepts(tree)[2]["concept_id"]]


def missing_prerequisite(tree: Tree) -> None:
    concepts(tree)[1]["prerequisites"] = ["nobody"]


def later_prerequisite(tree: Tree) -> None:
    first, second, third = concepts(tree)
    first["prerequisites"], second["prerequisites"] = [third["concept_id"]], []
    third["prerequisites"] = []


def duplicate_id(tree: Tree) -> None:
    concepts(tree)[1]["concept_id"] = concepts(tree)[0]["concept_id"]


def duplicate_new_id(tree: Tree) -> None:
    tree["stages"][0]["modules"][0]["concepts"] += [
        {"concept_id": "n", "name": "A"},
        {"concept_id": "n", "name": "B"},
    ]


def no_stage(tree: Tree) -> None:
    tree["stages"] = []


def empty_stage(tree: Tree) -> None:
    tree["stages"].append({"stage_id": "s", "name": "Empty", "modules": []})


def empty_module(tree: Tree) -> None:
    tree["stages"][0]["modules"].append({"module_id": "m", "name": "Empty", "concepts": []})


def empty_name(tree: Tree) -> None:
    concepts(tree)[0]["name"] = "  "


def no_time(tree: Tree) -> None:
    concepts(tree)[0]["estimated_hours"] = 0.2


def too_much_time(tree: Tree) -> None:
    concepts(tree)[0]["estimated_hours"] = 8.1


def too_many(tree: Tree) -> None:
    tree["stages"][0]["modules"][0]["concepts"] += [{"name": f"N{n}"} for n in range(198)]


BROKEN: list[tuple[Callable[[Tree], None], str]] = [
    (cycle, "R2"),
    (missing_prerequisite, "R1"),
    (later_prerequisite, "R3"),
    (duplicate_id, "R1"),
    (duplicate_new_id, "R1"),
    (no_stage, "structure"),
    (empty_stage, "structure"),
    (empty_module, "structure"),
    (empty_name, "structure"),
    (no_time, "structure"),
    (too_much_time, "structure"),
    (too_many, "structure"),
]


async def test_a_broken_structure_is_refused_with_each_rule(world: World, subtests: pytest.Subtests) -> None:
    task_id, roadmap_id, tree = await in_review(world)
    before, seq = await world.rows(), (await world.get(f"/tasks/{task_id}"))["last_seq"]
    for break_it, check in BROKEN:
        with subtests.test(break_it.__name__):
            broken = copy.deepcopy(tree)
            break_it(broken)
            body = {"framework": broken, "version": 1}
            answer = await world.client.put(f"/roadmaps/{roadmap_id}/framework", json=body)
            problem = refusal(answer, 422, "broken_structure")
            assert check in {error["check"] for error in problem["errors"]}
            assert fields(problem)[0] == "framework"
            assert await world.rows() == before
    assert (await world.get(f"/tasks/{task_id}"))["last_seq"] == seq


BAD_FORMS: list[tuple[Tree, str]] = [
    ({"stages": None}, "framework.stages"),
    ({"stages": "x"}, "framework.stages"),
    ({"title": ""}, "framework.title"),
    ({"title": None}, "framework.title"),
]


async def test_a_tree_of_no_such_form_is_refused_by_field(world: World, subtests: pytest.Subtests) -> None:
    _, roadmap_id, tree = await in_review(world)
    for change, field in BAD_FORMS:
        with subtests.test(str(change)):
            body = {"framework": {**tree, **change}, "version": 1}
            problem = refusal(await world.client.put(f"/roadmaps/{roadmap_id}/framework", json=body), 422)
            assert fields(problem)[0] == field
    refusal(await world.client.put(f"/roadmaps/{roadmap_id}/framework", json={"framework": tree}), 422)
    refusal(await world.client.put(f"/roadmaps/{roadmap_id}/framework", json=tree), 422)


async def test_an_old_version_is_refused(world: World) -> None:
    _, roadmap_id, tree = await in_review(world)
    concepts(tree)[0]["name"] = "Flour"
    await save(world, roadmap_id, tree)
    before = await world.rows()
    for version in (0, 1, 7):
        body = {"framework": tree, "version": version}
        answer = await world.client.post(f"/roadmaps/{roadmap_id}/framework", json=body)
        refusal(answer, 409, "old_version")
    assert await world.rows() == before


async def test_saving_what_is_there_already_makes_no_version(world: World) -> None:
    task_id, roadmap_id, tree = await in_review(world)
    seq = (await world.get(f"/tasks/{task_id}"))["last_seq"]
    assert (await save(world, roadmap_id, tree))["version"] == 1
    assert (await world.get(f"/tasks/{task_id}"))["last_seq"] == seq


async def test_nobody_edits_while_a_framework_step_is_open(world: World) -> None:
    task_id, roadmap_id, tree = await in_review(world)
    revise = {"decision": "revise", "feedback": "Shorter", "version": 1}
    await world.post(f"/tasks/{task_id}/review", revise)
    concepts(tree)[0]["name"] = "Flour"
    body = {"framework": tree, "version": 1}
    answer = await world.client.put(f"/roadmaps/{roadmap_id}/framework", json=body)
    refusal(answer, 409, "framework_busy")
    await world.post(f"/tasks/{task_id}/cancel")
    assert (await save(world, roadmap_id, tree))["version"] == 2


async def test_before_there_is_a_tree_there_is_nothing_to_edit(world: World) -> None:
    _, other, tree = await in_review(world)
    task_id, roadmap_id = await engine.an_order(world.db)
    assert await world.get(f"/roadmaps/{roadmap_id}/framework") == {"framework": None, "version": 0}
    body = {"framework": tree, "version": 0}
    path = f"/roadmaps/{roadmap_id}/framework"
    refusal(await world.client.put(path, json=body), 409, "framework_busy")
    await world.post(f"/tasks/{task_id}/cancel")
    refusal(await world.client.put(path, json=body), 409, "no_framework")
    assert other != roadmap_id


async def test_a_paused_review_stays_paused_and_asks_again(world: World) -> None:
    task_id, roadmap_id, tree = await in_review(world)
    await world.post(f"/tasks/{task_id}/pause")
    concepts(tree)[0]["name"] = "Flour"
    await save(world, roadmap_id, tree)
    task = await world.get(f"/tasks/{task_id}")
    assert (task["status"], task["version"]) == ("paused", 2)


async def test_history_and_differences_are_told(world: World) -> None:
    _, roadmap_id, tree = await in_review(world)
    first = concepts(tree)[0]
    first["name"] = "Flour"
    tree["stages"][0]["modules"][0]["concepts"].append({"concept_id": "n", "name": "Salt"})
    given = (await save(world, roadmap_id, tree))["id_map"]["n"]
    versions = (await world.get(f"/roadmaps/{roadmap_id}/framework/history"))["versions"]
    assert [(v["version"], v["author"]) for v in versions] == [(2, "user"), (1, "agent")]
    assert set(versions[0]["changed_node_ids"]) == {first["concept_id"], given}
    assert versions[0]["summary"] == "1 concept added, 1 concept changed"
    told = await world.get(f"/roadmaps/{roadmap_id}/framework/2/diff")
    assert (told["from"], told["to"]) == (1, 2)
    assert {(c["op"], c["node_id"]) for c in told["changes"]} == {
        ("add", given),
        ("update", first["concept_id"]),
    }
    update = next(c for c in told["changes"] if c["op"] == "update")
    assert (update["before"], update["after"]) == ("Concept 0", "Flour")
    whole = await world.get(f"/roadmaps/{roadmap_id}/framework/1/diff")
    assert (whole["from"], {c["op"] for c in whole["changes"]}) == (0, {"add"})
    back = await world.client.get(f"/roadmaps/{roadmap_id}/framework/1/diff?from=2")
    assert {c["op"] for c in good(back)["changes"]} == {"remove", "update"}
    for version in ("0", "3", "99999999999999999999", "x", "-1"):
        refusal(await world.client.get(f"/roadmaps/{roadmap_id}/framework/{version}/diff"), 404)


async def test_the_same_edit_by_key_is_one_version(world: World) -> None:
    _, roadmap_id, tree = await in_review(world)
    tree["stages"][0]["modules"][0]["concepts"].append({"concept_id": "n", "name": "Salt"})
    body = {"framework": tree, "version": 1}
    path, key = f"/roadmaps/{roadmap_id}/framework", {"Idempotency-Key": "k"}
    first = good(await world.client.post(path, json=body, headers=key))
    assert good(await world.client.post(path, json=body, headers=key)) == first
    assert (await world.get(path))["version"] == 2
