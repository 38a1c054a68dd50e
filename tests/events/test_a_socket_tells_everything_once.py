import asyncio
import socket

import pytest
from websockets.exceptions import ConnectionClosed

from tests.api.support import World, a_server
from tests.events.support import a_socket, hear, hear_all, nobody_follows, numbers, say, whisper
from tests.support import engine
from trailwright.events import tailer
from trailwright.kit.db import Database


async def test_it_says_how_things_stand_then_what_was_then_what_comes(world: World) -> None:
    task_id, roadmap_id = await engine.a_task(world.db, 1)
    last = (await world.get(f"/tasks/{task_id}"))["last_seq"]
    async with a_server(world) as place, a_socket(place, task_id) as line:
        assert await hear(line) == {
            "type": "connected",
            "task_id": task_id,
            "status": "processing",
            "current_step": "content_generation_queued",
            "last_seq": last,
        }
        history = [await hear(line) for _ in range(last)]
        assert history == (await world.get(f"/tasks/{task_id}/events"))["events"]
        await world.make_content(task_id)
        rest = await hear_all(line)
        assert line.close_code == 1000
    assert rest[-1] == {"type": "closing", "reason": "completed"}
    assert numbers([*history, *rest]) == list(range(1, rest[-2]["seq"] + 1))
    assert (rest[-2]["type"], rest[-2]["roadmap_id"]) == ("completed", roadmap_id)


async def test_it_begins_where_one_was(world: World) -> None:
    task_id, _ = await engine.a_task(world.db, 1)
    last = (await world.get(f"/tasks/{task_id}"))["last_seq"]
    async with (
        a_server(world) as place,
        a_socket(place, task_id, "?after_seq=3") as some,
        a_socket(place, task_id, "?include_history=false") as new,
        a_socket(place, task_id, f"?after_seq={last + 2}") as ahead,
    ):
        for line in (some, new, ahead):
            assert (await hear(line))["last_seq"] == last
        await world.make_content(task_id)
        end = (await world.get(f"/tasks/{task_id}"))["last_seq"]
        assert numbers(await hear_all(some)) == list(range(4, end + 1))
        assert numbers(await hear_all(new)) == list(range(last + 1, end + 1))
        assert numbers(await hear_all(ahead)) == list(range(last + 3, end + 1))


async def test_an_ended_task_is_told_and_closed(world: World) -> None:
    task_id, _ = await engine.an_order(world.db)
    await world.post(f"/tasks/{task_id}/cancel")
    async with a_server(world) as place:
        async with a_socket(place, task_id) as line:
            heard = await hear_all(line)
            assert [one["type"] for one in heard] == ["connected", "progress", "cancelled", "closing"]
            assert line.close_code == 1000
        async with a_socket(place, task_id, "?include_history=false") as line:
            assert [one["type"] for one in await hear_all(line)] == ["connected", "closing"]


async def test_after_a_retry_a_new_socket_goes_on(world: World) -> None:
    task_id, _ = await engine.a_task(world.db, 1)
    for one in await engine.claim(world.db, task_id, 3):
        await engine.finish(world.db, one, engine.a_failure())
    async with a_server(world) as place:
        async with a_socket(place, task_id) as line:
            first = await hear_all(line)
            assert first[-1]["reason"] == "failed"
        await world.post(f"/tasks/{task_id}/retry")
        async with a_socket(place, task_id, f"?after_seq={numbers(first)[-1]}") as line:
            assert [(await hear(line))["type"] for _ in range(3)] == ["connected", "retried", "progress"]
            await world.make_content(task_id)
            second = await hear_all(line)
            assert second[-1] == {"type": "closing", "reason": "completed"}


async def test_while_much_is_said_nothing_is_missing_or_doubled(world: World) -> None:
    task_id, _ = await engine.an_order(world.db)
    await say(world.db, task_id, 450)

    async def speak() -> None:
        for _ in range(40):
            await say(world.db, task_id, 5)
        await world.post(f"/tasks/{task_id}/cancel")

    async def listen(place: str, after: int) -> None:
        async with a_socket(place, task_id, f"?after_seq={after}") as line:
            heard = numbers(await hear_all(line))
        assert heard == list(range(after + 1, 1 + 450 + 200 + 1 + 1))

    async with a_server(world) as place, asyncio.TaskGroup() as group:
        for after in (0, 1, 199, 200, 201, 449, 450, 451):
            group.create_task(listen(place, after))
        group.create_task(speak())


async def test_one_tailer_serves_all_sockets_and_goes_with_the_last(world: World) -> None:
    task_id, _ = await engine.an_order(world.db)
    feed = world.app.state.feed
    async with a_server(world) as place:
        async with a_socket(place, task_id) as first, a_socket(place, task_id) as second:
            for line in (first, second):
                assert [(await hear(line))["type"] for _ in range(2)] == ["connected", "progress"]
            assert len(feed._tailers) == 1
            assert len(world.bus._ears) == 1
            await say(world.db, task_id)
            assert (await hear(first))["seq"] == (await hear(second))["seq"] == 2
        await nobody_follows(world)


async def test_what_another_process_writes_is_heard_too(world: World) -> None:
    task_id, _ = await engine.an_order(world.db)
    other = Database(
        world.db.url.render_as_string(hide_password=False).replace("+aiosqlite", "").replace("+asyncpg", "")
    )
    async with a_server(world) as place, a_socket(place, task_id) as line:
        assert [(await hear(line))["type"] for _ in range(2)] == ["connected", "progress"]
        await say(other, task_id)
        assert (await hear(line))["seq"] == 2
    await other.close()


async def test_text_that_streams_passes_through_and_never_after_the_end(world: World) -> None:
    task_id, _ = await engine.an_order(world.db)
    async with a_server(world) as place, a_socket(place, task_id) as line:
        assert [(await hear(line))["type"] for _ in range(2)] == ["connected", "progress"]
        whisper(world, task_id, "Once upon")
        heard = await hear(line)
        assert (heard["type"], heard["data"]["text"]) == ("concept_progress", "Once upon")
        assert "seq" not in heard
        await world.post(f"/tasks/{task_id}/cancel")
        whisper(world, task_id, "too late")
        assert [one["type"] for one in await hear_all(line)] == ["cancelled", "closing"]
    assert all(e["type"] != "concept_progress" for e in await engine.events_of(world.db, task_id))


async def test_a_ping_is_answered_and_the_server_pings(world: World) -> None:
    task_id, _ = await engine.an_order(world.db)
    async with a_server(world) as place:
        async with a_socket(place, task_id) as line:
            await hear(line)
            await hear(line)
            await line.send('{"type": "ping"}')
            assert await hear(line) == {"type": "pong"}
        world.app.state.feed.ping_s = 0.05
        async with a_socket(place, task_id, "?include_history=false") as line:
            assert (await hear(line))["type"] == "connected"
            assert await hear(line) == {"type": "ping"}
            assert await hear(line) == {"type": "ping"}


FRAMES: list[str | bytes] = [
    "",
    "x",
    "{",
    "[]",
    "null",
    '"ping"',
    '{"type": ["ping"]}',
    "[" * 4000,
    "x" * 60_000,
    b"\x00\xff",
    b"",
]


async def test_nonsense_from_a_client_is_no_reason_to_lose_it(world: World) -> None:
    task_id, _ = await engine.an_order(world.db)
    async with a_server(world) as place, a_socket(place, task_id, "?include_history=false") as line:
        await hear(line)
        for frame in FRAMES:
            await line.send(frame)
        await line.send('{"type": "ping"}')
        assert await hear(line) == {"type": "pong"}


async def test_a_huge_frame_ends_only_its_own_socket(world: World) -> None:
    task_id, _ = await engine.an_order(world.db)
    async with a_server(world) as place:
        async with a_socket(place, task_id, "?include_history=false") as line:
            await line.send("x" * 100_000)
            await hear_all(line)
            assert line.close_code == 1009
        async with a_socket(place, task_id) as line:
            assert (await hear(line))["type"] == "connected"


REFUSED = [
    "?after_seq=x",
    "?after_seq=-1",
    "?after_seq=" + "9" * 40,
    "?after_seq=%00",
    "?include_history=maybe",
]


async def test_a_bad_question_is_accepted_told_nothing_and_closed(
    world: World, subtests: pytest.Subtests
) -> None:
    task_id, _ = await engine.an_order(world.db)
    async with a_server(world) as place:
        for query in REFUSED:
            with subtests.test(query):
                async with a_socket(place, task_id, query) as line:
                    assert await hear_all(line) == []
                    assert line.close_code == 1008


async def test_an_unknown_task_is_accepted_told_nothing_and_closed(
    world: World, subtests: pytest.Subtests
) -> None:
    async with a_server(world) as place:
        for path in ("unknown", "%00", "x" * 300, "%F0%9F%8D%9E"):
            with subtests.test(path[:20]):
                async with a_socket(place, path) as line:
                    assert await hear_all(line) == []
                    assert line.close_code == 1008


async def test_anothers_task_is_accepted_told_nothing_and_closed(world: World) -> None:
    task_id, _ = await engine.an_order(world.db)
    await world.run_sql("UPDATE tasks SET user_id = 'ann'")
    async with a_server(world) as place, a_socket(place, task_id) as line:
        assert await hear_all(line) == []
        assert line.close_code == 1008


async def test_a_bearer_subprotocol_is_agreed_to(world: World) -> None:
    task_id, _ = await engine.an_order(world.db)
    async with a_server(world) as place, a_socket(place, task_id, subprotocols=["bearer.abc"]) as line:
        assert line.subprotocol == "bearer.abc"
        assert (await hear(line))["type"] == "connected"


def narrow_line(place: str) -> socket.socket:
    """A connection that holds little on its way."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    host, _, port = place.partition(":")
    line.connect((host, int(port)))
    line.setblocking(False)
    return line


async def test_a_slow_reader_is_sent_away_and_comes_back_without_a_loss(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tailer, "MAX_WAITING", 40)
    task_id, _ = await engine.an_order(world.db)
    async with a_server(world, send_buffer=8_192) as place:
        async with a_socket(place, task_id, sock=narrow_line(place), max_queue=1, ping_interval=None) as slow:
            await hear(slow)
            while world.app.state.feed._tailers:
                await say(world.db, task_id, 30, "x" * 100_000)
            heard = await hear_all(slow)
            assert slow.close_code == 1013
        await world.post(f"/tasks/{task_id}/cancel")
        seen = numbers(heard)
        assert seen == list(range(1, len(seen) + 1))
        async with a_socket(place, task_id, f"?after_seq={seen[-1]}", max_size=None) as line:
            rest = numbers(await hear_all(line))
    end = (await world.get(f"/tasks/{task_id}"))["last_seq"]
    assert [*seen, *rest] == list(range(1, end + 1))


async def test_a_server_that_stops_says_to_come_back(world: World) -> None:
    task_id, _ = await engine.an_order(world.db)
    async with a_server(world) as place, a_socket(place, task_id) as line:
        await hear(line)
        await hear(line)
        await world.app.state.feed.close()
        with pytest.raises(ConnectionClosed):
            await hear(line)
        assert line.close_code == 1012
