from collections.abc import Mapping
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.api.support import API, World, a_server, refusal
from tests.support import engine

FINE: list[Mapping[str, str]] = [
    {},
    {"Host": "127.0.0.1"},
    {"Host": "127.9.9.9:1"},
    {"Host": "localhost:9999"},
    {"Host": "LocalHost"},
    {"Host": "localhost."},
    {"Host": "[::1]:8000"},
    {"Host": "localhost:5173", "Origin": "http://localhost:5173"},
    {"Host": "localhost", "Origin": "http://localhost:80"},
    {"Host": "127.0.0.1:8000", "Origin": "HTTP://127.0.0.1:8000"},
]
STRANGE: list[Mapping[str, str]] = [
    {"Host": "evil.example"},
    {"Host": "127.0.0.1.evil.example"},
    {"Host": "localhost.evil.example:8000"},
    {"Host": "localhost@evil.example"},
    {"Host": "evil.example@localhost"},
    {"Host": "192.168.0.7:8000"},
    {"Host": "0.0.0.0:8000"},
    {"Host": "localhost:port"},
    {"Host": "localhost/x"},
    {"Host": ""},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://localhost:8000"},
    {"Origin": "http://127.0.0.1:8001"},
    {"Origin": "http://127.0.0.1"},
    {"Origin": "http://127.0.0.1:8000.evil.example"},
    {"Origin": "file://127.0.0.1:8000"},
    {"Forwarded": "for=127.0.0.1"},
    {"X-Forwarded-For": "127.0.0.1"},
    {"X-Forwarded-Host": "localhost"},
    {"X-Forwarded-Proto": "https"},
    {"X-Forwarded": "for=1"},
]
OPEN = ("/health/live", "/health/ready", "/openapi.json", "/docs")


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Who is let in does not depend on the database."""
    return f"sqlite:///{tmp_path / 'trailwright.db'}"


@pytest.mark.parametrize("headers", FINE, ids=str)
async def test_the_local_user_is_let_in(world: World, headers: Mapping[str, str]) -> None:
    answer = await world.client.get("/users/me", headers=headers)
    assert answer.json() == {"user_id": "local", "email": None, "role": "admin"}


@pytest.mark.parametrize("headers", STRANGE, ids=str)
async def test_whoever_comes_by_another_way_is_refused(world: World, headers: Mapping[str, str]) -> None:
    before = await world.rows()
    body = {"preferences": {"learning_goal": "Bread"}}
    refusal(await world.client.post("/tasks/generate", json=body, headers=headers), 403, "forbidden")
    refusal(await world.client.get("/users/me", headers=headers), 403)
    refusal(await world.client.get("/tasks/unknown", headers=headers), 403)
    refusal(await world.client.get("http://127.0.0.1:8000/", headers=headers), 403)
    assert await world.rows() == before


@pytest.mark.parametrize("address", ["192.168.0.7", "10.0.0.1", "::2", "testclient"])
async def test_another_machine_is_refused(world: World, address: str) -> None:
    async with world.client_from(address) as stranger:
        refusal(await stranger.get("/roadmaps"), 403)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "::1", "::ffff:127.0.0.1"])
async def test_every_name_of_this_machine_is_let_in(world: World, address: str) -> None:
    async with world.client_from(address) as me:
        assert (await me.get("/roadmaps")).status_code == 200


@pytest.mark.parametrize("path", OPEN)
async def test_health_and_documentation_are_open_to_all(world: World, path: str) -> None:
    async with world.client_from("192.168.0.7", base=API.replace("127.0.0.1", "evil.example")) as stranger:
        assert (await stranger.get(path)).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"X-Forwarded-For": "127.0.0.1"}], ids=str
)
async def test_a_strange_socket_is_accepted_told_nothing_and_closed(
    world: World, headers: Mapping[str, str]
) -> None:
    task_id, _ = await engine.a_task(world.db)
    async with (
        a_server(world) as place,
        connect(f"ws://{place}/api/v1/ws/{task_id}", additional_headers=headers) as line,
    ):
        with pytest.raises(ConnectionClosed):
            await line.recv()
        assert line.close_code == 1008
