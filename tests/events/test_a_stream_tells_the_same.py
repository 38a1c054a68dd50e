from contextlib import aclosing

from tests.api.support import World, a_server, refusal
from tests.events.support import a_stream, nobody_follows, parts, say, whisper
from tests.support import engine


async def test_a_stream_tells_what_was_and_what_comes_and_ends(world: World) -> None:
    task_id, _ = await engine.a_task(world.db, 1)
    log = (await world.get(f"/tasks/{task_id}/events"))["events"]
    heard = []
    async with a_server(world) as place, a_stream(place, task_id) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        async for part in parts(answer):
            heard.append(part)
            if part.get("id") == log[-1]["seq"]:
                await world.make_content(task_id)
    events = [part for part in heard if "id" in part]
    end = (await world.get(f"/tasks/{task_id}/events"))["events"]
    assert [part["data"] for part in events] == end
    assert [part["id"] for part in events] == [event["seq"] for event in end]
    assert heard[-1] == {"data": {"type": "closing", "reason": "completed"}}


async def test_a_stream_goes_on_after_the_last_event_that_was_heard(world: World) -> None:
    task_id, _ = await engine.an_order(world.db)
    await say(world.db, task_id, 5)
    await world.post(f"/tasks/{task_id}/cancel")
    async with a_server(world) as place:
        for headers, query, first in (
            ({"Last-Event-ID": "4"}, "?after_seq=1", 5),
            ({"Last-Event-ID": "nonsense"}, "?after_seq=2", 3),
            ({}, "?after_seq=3", 4),
        ):
            async with a_stream(place, task_id, headers, query) as answer:
                told = [part["id"] async for part in parts(answer) if "id" in part]
            assert told == list(range(first, 8))


async def test_who_heard_the_end_is_told_not_to_come_again(world: World) -> None:
    task_id, _ = await engine.an_order(world.db)
    await world.post(f"/tasks/{task_id}/cancel")
    headers = {"Accept": "text/event-stream", "Last-Event-ID": "2"}
    assert (await world.client.get(f"/tasks/{task_id}/events", headers=headers)).status_code == 204
    async with a_server(world) as place, a_stream(place, task_id, query="?after_seq=2") as answer:
        assert [part["data"]["type"] async for part in parts(answer) if "data" in part] == ["closing"]


async def test_a_quiet_stream_shows_that_it_lives_and_passes_streamed_text(world: World) -> None:
    task_id, _ = await engine.an_order(world.db)
    world.app.state.feed.comment_s = 0.05
    async with a_server(world) as place, a_stream(place, task_id) as answer, aclosing(parts(answer)) as told:
        assert "comment" in await anext(told)
        assert (await anext(told))["id"] == 1
        assert "comment" in await anext(told)
        whisper(world, task_id, "Once")
        async for part in told:
            if "data" in part:
                break
        assert part["data"]["data"]["text"] == "Once"
        assert "id" not in part
        await world.app.state.feed.close()
        assert [part async for part in told if "data" in part] == []


async def test_a_reader_that_leaves_is_let_go(world: World) -> None:
    task_id, _ = await engine.an_order(world.db)
    async with a_server(world) as place:
        async with a_stream(place, task_id) as answer, aclosing(parts(answer)) as told:
            await anext(told)
            await anext(told)
            assert len(world.app.state.feed._tailers) == 1
        await nobody_follows(world)


async def test_without_asking_for_a_stream_it_is_a_page(world: World) -> None:
    task_id, _ = await engine.an_order(world.db)
    for accept in ("*/*", "application/json", "text/html"):
        answer = await world.client.get(f"/tasks/{task_id}/events", headers={"Accept": accept})
        assert answer.json()["last_seq"] == 1


async def test_an_unknown_task_has_no_stream(world: World) -> None:
    answer = await world.client.get("/tasks/unknown/events", headers={"Accept": "text/event-stream"})
    refusal(answer, 404, "task_not_found")
