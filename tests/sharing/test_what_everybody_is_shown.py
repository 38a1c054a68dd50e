from dataclasses import replace
from typing import Any

import pytest

from tests.api.support import World, good, refusal
from tests.sharing.test_a_link_opens_one_roadmap_and_nothing_else import shared, stranger
from trailwright.api import access


async def listed(world: World, **query: Any) -> list[str]:
    async with stranger(world) as reader:
        found = good(await reader.get("/public/roadmaps", params=query))
    assert found["total"] == len(found["roadmaps"])
    return [one["token"] for one in found["roadmaps"]]


async def test_a_roadmap_is_shown_to_everybody_when_owner_and_admin_agree(world: World) -> None:
    _, roadmap_id, token = await shared(world)
    path = f"/admin/shares/{roadmap_id}"
    assert await listed(world) == []
    refusal(await world.client.put(path, json={"featured": True}), 409, "not_offered")
    await world.post(f"/roadmaps/{roadmap_id}/share", {"offered": True})
    assert await listed(world) == []
    [offer] = (await world.get("/admin/shares"))["shares"]
    assert (offer["token"], offer["featured"]) == (token, False)
    assert good(await world.client.put(path, json={"featured": True}))["featured"] is True
    assert await listed(world) == [token]
    async with stranger(world) as reader:
        [shown] = good(await reader.get("/public/roadmaps"))["roadmaps"]
        good(await reader.get(f"/shared/{shown['token']}"))
    assert (shown["concepts"], shown["language"], shown["cover"]["roadmap_id"]) == (2, "en", token)
    assert roadmap_id not in str(shown)


async def test_either_takes_it_back_alone(world: World) -> None:
    _, roadmap_id, _ = await shared(world, offered=True)
    path = f"/admin/shares/{roadmap_id}"
    ways: list[tuple[str, str, dict[str, bool] | None]] = [
        ("PUT", path, {"featured": False}),
        ("POST", f"/roadmaps/{roadmap_id}/share", {"offered": False}),
        ("DELETE", f"/roadmaps/{roadmap_id}/share", None),
        ("DELETE", f"/roadmaps/{roadmap_id}", None),
    ]
    for method, where, body in ways:
        share = await world.post(f"/roadmaps/{roadmap_id}/share", {"offered": True})
        good(await world.client.put(path, json={"featured": True}))
        assert await listed(world) == [share["token"]]
        good(await world.client.request(method, where, json=body))
        assert await listed(world) == []


async def test_words_of_the_title_find_it(world: World) -> None:
    _, roadmap_id, token = await shared(world, offered=True)
    good(await world.client.patch(f"/roadmaps/{roadmap_id}", json={"title": "Bread at home"}))
    good(await world.client.put(f"/admin/shares/{roadmap_id}", json={"featured": True}))
    assert await listed(world, q="bread") == [token]
    assert await listed(world, q="beer") == []


async def test_only_an_admin_decides(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _, roadmap_id, _ = await shared(world, offered=True)
    monkeypatch.setattr(access, "LOCAL_USER", replace(access.LOCAL_USER, role="learner"))
    refusal(await world.client.get("/admin/shares"), 403)
    for body in (b'{"featured": true}', b"{"):
        refusal(await world.client.put(f"/admin/shares/{roadmap_id}", content=body), 403)
    refusal(await world.client.put("/admin/shares/unknown", content=b"{"), 403)


async def test_what_is_not_shared_is_said_before_what_is_wrong(world: World) -> None:
    refusal(await world.client.put("/admin/shares/unknown", content=b"{"), 404, "share_not_found")
