import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.api.people import Person, a_person, a_token, a_world_of_accounts, bearing, give, with_accounts
from tests.api.support import World, a_server, good, refusal
from tests.support import engine
from trailwright.users import proofs


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    settings = with_accounts(sockets=3)
    async with a_world_of_accounts(database_url, tmp_path, settings) as made:
        made.app.state.lines._look_every_s = 0.1
        yield made


@pytest.fixture
async def ann(world: World) -> Person:
    return await a_person(world, "ann")


@pytest.fixture
async def task_id(world: World, ann: Person) -> str:
    found, _ = await engine.an_order(world.db)
    await give(world, ann)
    return found


async def greeted(line: ClientConnection) -> bool:
    return bool(json.loads(await line.recv())["type"] == "connected")


async def refused(uri: str, **more: Any) -> tuple[int | None, str]:
    async with connect(uri, **more) as line:
        with pytest.raises(ConnectionClosed):
            await line.recv()
        return line.close_code, line.close_reason or ""


async def test_a_cookie_a_bearer_and_a_ticket_open_a_socket(world: World, ann: Person, task_id: str) -> None:
    ticket = (await ann.post("/auth/ticket"))["ticket"]
    token = (await a_token(world, ann.user_id, "read"))["token"]
    async with a_server(world) as place:
        uri = f"ws://{place}/api/v1/ws/{task_id}"
        cookie = {"Cookie": f"trailwright_session={ann.word}", "Origin": f"http://{place}"}
        async with connect(uri, additional_headers=cookie) as line:
            assert await greeted(line)
        async with connect(uri, subprotocols=[Subprotocol(f"bearer.{token}")]) as line:
            assert await greeted(line)
        async with connect(uri, additional_headers={"Authorization": f"Bearer {token}"}) as line:
            assert await greeted(line)
        async with connect(f"{uri}?token={ticket}") as line:
            assert await greeted(line)
        assert await refused(f"{uri}?token={ticket}") == (1008, "unauthorized")


async def test_a_ticket_is_of_use_once_a_minute_and_while_its_session_lasts(
    world: World, ann: Person, task_id: str
) -> None:
    tickets = [(await ann.post("/auth/ticket"))["ticket"] for _ in range(3)]
    refusal(await bearing(world, tickets[0]).get("/users/me"), 401)
    async with a_server(world) as place:
        uri = f"ws://{place}/api/v1/ws/{task_id}"
        for _ in range(1):
            told = await asyncio.gather(*(_opened(f"{uri}?token={tickets[0]}") for _ in range(5)))
            assert told.count(True) == 1
        await world.run_sql("UPDATE proofs SET expires_at = 1 WHERE kind = 'ticket'")
        assert await refused(f"{uri}?token={tickets[1]}") == (1008, "unauthorized")
        fresh = (await ann.post("/auth/ticket"))["ticket"]
        good(await ann.client.post("/auth/logout"))
        assert await refused(f"{uri}?token={fresh}") == (1008, "unauthorized")


async def _opened(uri: str) -> bool:
    async with connect(uri) as line:
        try:
            return await greeted(line)
        except ConnectionClosed:
            return False


async def test_another_sites_page_opens_no_socket(world: World, ann: Person, task_id: str) -> None:
    async with a_server(world) as place:
        uri = f"ws://{place}/api/v1/ws/{task_id}"
        for origin in ("http://evil.example", "null", f"http://{place}.evil.example"):
            headers = {"Cookie": f"trailwright_session={ann.word}", "Origin": origin}
            assert await refused(uri, additional_headers=headers) == (1008, "bad_origin")
            ticket = (await ann.post("/auth/ticket"))["ticket"]
            headers = {"Origin": origin}
            assert await refused(f"{uri}?token={ticket}", additional_headers=headers) == (1008, "bad_origin")


async def test_who_signs_out_hears_no_more(world: World, ann: Person, task_id: str) -> None:
    async with (
        a_server(world) as place,
        connect(
            f"ws://{place}/api/v1/ws/{task_id}", subprotocols=[Subprotocol(f"bearer.{ann.word}")]
        ) as line,
    ):
        assert await greeted(line)
        await world.db.transact(lambda tx: proofs.revoke_all(tx, ann.user_id, "session"))
        async with asyncio.timeout(10):
            await line.wait_closed()
        assert (line.close_code, line.close_reason) == (1008, "signed_out")


async def test_who_signs_out_reads_no_more_of_a_stream(world: World, ann: Person, task_id: str) -> None:
    async with a_server(world) as place:
        headers = {"Authorization": f"Bearer {ann.word}", "Accept": "text/event-stream"}
        async with (
            httpx.AsyncClient(base_url=f"http://{place}/api/v1", headers=headers) as client,
            client.stream("GET", f"/tasks/{task_id}/events") as answer,
        ):
            lines = answer.aiter_lines()
            assert await anext(lines) == ": connected"
            await world.db.transact(lambda tx: proofs.revoke_all(tx, ann.user_id, "session"))
            async with asyncio.timeout(10):
                async for line in lines:
                    assert "closing" not in line


async def test_one_person_follows_so_many_tasks_at_once(world: World, ann: Person, task_id: str) -> None:
    ben = await a_person(world, "ben")
    async with a_server(world) as place:
        uri = f"ws://{place}/api/v1/ws/{task_id}"
        mine: dict[str, Any] = {"subprotocols": [f"bearer.{ann.word}"]}
        async with connect(uri, **mine) as one, connect(uri, **mine) as two, connect(uri, **mine) as three:
            assert [await greeted(line) for line in (one, two, three)] == [True] * 3
            assert await refused(uri, **mine) == (1013, "too_many_connections")
            answer = await ann.client.get(f"/tasks/{task_id}/events", headers={"Accept": "text/event-stream"})
            refusal(answer, 429, "too_many_connections")
            await give(world, ben, task_id)
            async with connect(uri, subprotocols=[Subprotocol(f"bearer.{ben.word}")]) as his:
                assert await greeted(his)
        await give(world, ann, task_id)
        async with connect(uri, **mine) as again:
            assert await greeted(again)
