"""The access walk of whoever has a link: every operation there is, as nobody and as another user."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from tests.api.people import a_person, a_world_of_accounts, bearing
from tests.api.support import World, refusal
from tests.api.test_the_access_walk import Hers, Operation, called, hers, operations
from trailwright.kit.api import AdminRoute
from trailwright.roadmaps.models import roadmaps
from trailwright.sharing.api import LinkRoute

__all__ = ["hers"]
PRIVATE = "what ann said of herself"


@pytest.fixture
async def world(migrated_database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with a_world_of_accounts(migrated_database_url, tmp_path) as made:
        yield made


async def linked(world: World, hers: Hers) -> str:
    """Ann gives a link to her roadmap, about which she said private things."""
    said = {"preferences": {"learning_goal": PRIVATE, "motivation": PRIVATE}, "additional_context": PRIVATE}
    hers_alone = roadmaps.c.roadmap_id == hers.names["roadmap_id"]
    await world.db.transact(lambda tx: tx.run(update(roadmaps).where(hers_alone).values(said)))
    share = await hers.ann.client.post(f"/roadmaps/{hers.names['roadmap_id']}/share", json={})
    token: str = share.json()["token"]
    return token


def judged(answer: httpx.Response, operation: Operation, hers: Hers, *, known: bool) -> None:
    for secret in (PRIVATE, hers.ann.email, hers.ann.user_id, hers.names["task_id"]):
        assert secret not in answer.text, operation.name
    if isinstance(operation.route, LinkRoute):
        fine = answer.is_success or answer.status_code in {404, 422}
        assert fine, f"{operation.name} {answer.status_code}"
    elif operation.is_open:
        assert answer.status_code < 500
    elif not known:
        refusal(answer, 401, "unauthorized")
    elif operation.needs(AdminRoute) or "{" in operation.path:
        refusal(answer, 403, "forbidden")


async def test_a_link_opens_its_own_routes_and_no_other(
    world: World, hers: Hers, capsys: pytest.CaptureFixture[str]
) -> None:
    hers.names["token"] = await linked(world, hers)
    walked, opened = list(operations(world)), 0
    for known in (False, True):
        for number, operation in enumerate(walked):
            ben = await a_person(world, f"ben{number}") if known else None
            async with bearing(world, ben.word if ben else None) as reader:
                answer = await called(reader, operation, hers.path(operation))
            judged(answer, operation, hers, known=known)
            opened += isinstance(operation.route, LinkRoute) and answer.is_success
            if ben is not None:
                await ben.client.aclose()
    assert opened == 2 * 5, "the roadmap, a tutorial, its text, resources and the quiz"
    with capsys.disabled():
        sys.stdout.write(f"\naccess walk with a link: {2 * len(walked)} calls, {opened} opened\n")


async def test_a_bad_link_is_said_before_anything_else(world: World, hers: Hers) -> None:
    token = await linked(world, hers)
    async with bearing(world, None) as nobody:
        path = f"/shared/{token}/concepts/{hers.names['concept_id']}/quiz/answers"
        refusal(await nobody.post(path, content=b"{"), 422, "invalid_json")
        refusal(await nobody.post(path.replace(token, "x" * 32), content=b"{"), 404, "share_not_found")


async def test_nobody_copies_and_a_learner_copies_for_himself(world: World, hers: Hers) -> None:
    token = await linked(world, hers)
    async with bearing(world, None) as nobody:
        refusal(await nobody.post("/roadmaps/copies", json={"token": token}), 401, "unauthorized")
    ben = await a_person(world, "ben")
    copied = await ben.client.post("/roadmaps/copies", json={"token": token})
    assert copied.status_code == 201
    assert (await ben.get("/roadmaps"))["total"] == 1
    assert (await hers.ann.get("/roadmaps"))["total"] == 1
    copy_id = copied.json()["roadmap_id"]
    refusal(await hers.ann.client.get(f"/roadmaps/{copy_id}"), 403, "forbidden")
    assert PRIVATE not in (await ben.client.get(f"/roadmaps/{copy_id}/export")).text
    await ben.client.aclose()


async def test_who_is_signed_in_is_told_what_is_his_own(world: World, hers: Hers) -> None:
    token = await linked(world, hers)
    assert (await hers.ann.get(f"/shared/{token}"))["is_mine"] is True
    ben = await a_person(world, "ben")
    assert (await ben.get(f"/shared/{token}"))["is_mine"] is False
    await ben.client.aclose()


async def test_what_an_admin_shows_to_everybody_is_in_the_audit_log(world: World, hers: Hers) -> None:
    await linked(world, hers)
    roadmap_id = hers.names["roadmap_id"]
    await hers.ann.client.post(f"/roadmaps/{roadmap_id}/share", json={"offered": True})
    ben = await a_person(world, "ben", role="admin")
    shown = await ben.client.put(f"/admin/shares/{roadmap_id}", json={"featured": True})
    assert shown.status_code == 200, shown.text
    entries = (await ben.get("/admin/audit"))["entries"]
    assert (entries[0]["action"], entries[0]["subject"]) == ("roadmap_featured", roadmap_id)
    async with bearing(world, None) as nobody:
        assert (await nobody.get("/public/roadmaps")).json()["total"] == 1
    await ben.client.aclose()
