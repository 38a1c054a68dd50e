"""Bulk work on the loop steps back for who is being answered, and neither starves the other."""

import asyncio
import itertools

from trailwright.kit.gate import Courtesy


async def turns(courtesy: Courtesy, done: list[int], number: int) -> None:
    await courtesy.turn()
    done.append(number)


async def test_bulk_work_waits_while_somebody_is_answered() -> None:
    courtesy, done = Courtesy(), list[int]()
    with courtesy.answering(), courtesy.answering():
        waiting = [asyncio.create_task(turns(courtesy, done, number)) for number in range(3)]
        for _ in range(20):
            await asyncio.sleep(0)
        assert done == []
    await asyncio.gather(*waiting)
    assert done == [0, 1, 2]


async def test_who_stands_in_line_already_waits_too() -> None:
    courtesy, done = Courtesy(), list[int]()
    waiting = [asyncio.create_task(turns(courtesy, done, number)) for number in range(9)]
    await waiting[0]
    with courtesy.answering():
        for _ in range(40):
            await asyncio.sleep(0)
        assert len(done) <= 2, "the one whose turn it was, and no other"
    await asyncio.gather(*waiting)
    assert done == list(range(9))


async def test_a_long_answer_holds_bulk_work_up_for_a_moment_only() -> None:
    courtesy = Courtesy()
    with courtesy.answering():
        async with asyncio.timeout(5):
            await courtesy.turn()
            await courtesy.turn()


async def test_one_turn_a_round_of_the_loop() -> None:
    courtesy, done, seen = Courtesy(), list[int](), list[int]()
    waiting = [asyncio.create_task(turns(courtesy, done, number)) for number in range(5)]
    while len(done) < len(waiting):
        await asyncio.sleep(0)
        seen.append(len(done))
    assert max(after - before for before, after in itertools.pairwise(seen)) == 1
    await asyncio.gather(*waiting)
