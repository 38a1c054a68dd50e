from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.exc import OperationalError

from tests.api.support import World
from tests.events.support import say
from tests.support import engine
from trailwright.events import log, tailer
from trailwright.events.shapes import EventType
from trailwright.events.tailer import MAX_WAITING, Feed, Reader, Sent, TooSlow
from trailwright.kit.db import Database, Snapshot, Tx
from trailwright.tasks import commands
from trailwright.tasks.held import lock_task
from trailwright.tasks.queries import head


class Shaky(Database):
    """A database that cannot be reached every second time."""

    asked = 0

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Snapshot]:
        self.asked += 1
        if self.asked % 2:
            raise OperationalError("SELECT", {}, ConnectionResetError())
        async with super().reading() as snapshot:
            yield snapshot


async def test_while_the_database_is_away_readers_stay_and_miss_nothing(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tailer, "AWAY_S", 0.001)
    task_id, _ = await engine.an_order(world.db)
    shaky = Shaky(database_url)
    feed = Feed(shaky, world.bus, head)
    async with feed.follow(task_id, after_seq=1) as stream:
        await say(world.db, task_id, 3)
        heard = [await stream.next() for _ in range(3)]
        assert [one.seq for one in heard if one] == [2, 3, 4]
        await world.post(f"/tasks/{task_id}/cancel")
        last = await stream.next()
        assert last is not None
        assert last.seq == 5
        assert await stream.next() is None
        assert stream.ended == "cancelled"
    await feed.close()
    await shaky.close()


async def test_a_reader_that_lags_is_given_up_but_streamed_text_alone_is_only_lost() -> None:
    reader = Reader()
    for _ in range(MAX_WAITING * 2):
        reader.push(Sent(None, "text"))
    assert not reader.overrun.is_set()
    for seq in range(MAX_WAITING):
        reader.push(Sent(seq, "event"))
    assert reader.overrun.is_set()
    with pytest.raises(TooSlow):
        await reader.take()


async def test_what_was_handed_over_before_the_end_is_still_given() -> None:
    reader = Reader()
    reader.push(Sent(1, "event"))
    reader.end("completed")
    assert await reader.take() == Sent(1, "event")
    assert await reader.take() is None


async def test_an_end_at_the_end_of_a_page_is_seen(world: World) -> None:
    task_id, _ = await engine.an_order(world.db)

    async def much_then_the_end(tx: Tx) -> None:
        held = await lock_task(tx, task_id)
        assert held is not None
        for _ in range(log.PAGE - 1):
            held.say(EventType.PROGRESS, "Something.")
        await commands.cancel_held(tx, held, None)
        await held.write(tx)

    async with world.app.state.feed.follow(task_id, 0) as stream:
        first = await stream.next()
        await world.db.transact(much_then_the_end)
        heard = [first]
        while (sent := await stream.next()) is not None:
            heard.append(sent)
    assert [sent.seq for sent in heard] == list(range(1, log.PAGE + 2))
    assert stream.ended == "cancelled"
