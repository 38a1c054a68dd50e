"""The engine as a state machine: people and workers do anything in any order, and the promises hold."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import func, select, update

from tests.support import engine as e
from trailwright.contents.models import content_versions
from trailwright.domain.lifecycle import SINGLE_RETRIES, TERMINAL, ItemStatus, TaskStatus
from trailwright.errors import AppError, LeaseLost
from trailwright.events.fold import fold
from trailwright.events.models import events
from trailwright.kit.db import Database
from trailwright.tasks import batching, commands, reaping, retrying
from trailwright.tasks.leases import Claimed
from trailwright.tasks.models import items, task_items, tasks
from trailwright.tasks.outcomes import Postponed
from trailwright.tasks.settling import settle
from trailwright.tasks.upkeep import counted

T = TypeVar("T")
CONTENT = ("tutorial", "resources", "quiz")


def _nobody_hears(topics: set[str]) -> None:
    del topics


class Crash(Exception):  # noqa: N818 - the process ends here
    """The process dies at this point."""


class EngineMachine(RuleBasedStateMachine):
    """Up to three tasks on one database; `open_database` gives a fresh one for each example."""

    open_database: Callable[[], Database]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.db = type(self).open_database()
        self.known: list[tuple[str, str]] = []
        self.live: dict[tuple[str, int], Claimed] = {}
        self.late: list[Claimed] = []

    def teardown(self) -> None:
        self.loop.run_until_complete(self.db.close())
        self.loop.close()

    def do(self, work: Awaitable[T]) -> T:
        async def run() -> T:
            return await work

        return self.loop.run_until_complete(run())

    def command(self, work: Callable[[Any], Awaitable[Any]]) -> Any:
        """A person's command; a refusal is an answer."""
        try:
            return self.do(self.db.transact(work))
        except AppError:
            return None

    def dead(self, keep: Callable[[Claimed], bool]) -> None:
        """Claims that somebody took away: from now on they are late."""
        for key, claimed in list(self.live.items()):
            if not keep(claimed):
                self.late.append(self.live.pop(key))

    def task(self, n: int) -> str:
        return self.known[n % len(self.known)][0]

    # -- people ---------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.known) < 2)
    @rule(concepts=st.integers(1, 2), auto=st.booleans())
    def order(self, concepts: int, auto: bool) -> None:
        self.known.append(self.do(e.a_task(self.db, concepts, auto_approve=auto)))

    @precondition(lambda self: self.known)
    @rule(n=st.integers(0, 5))
    def approve(self, n: int) -> None:
        self.command(lambda tx: commands.review(tx, self.task(n), commands.Decision("approve")))

    @precondition(lambda self: self.known)
    @rule(n=st.integers(0, 5))
    def cancel(self, n: int) -> None:
        task_id = self.task(n)
        if self.command(lambda tx: commands.cancel(tx, task_id, "no more")):
            self.dead(lambda claimed: claimed.task_id != task_id)

    @precondition(lambda self: self.known)
    @rule(n=st.integers(0, 5), now=st.booleans())
    def pause(self, n: int, now: bool) -> None:
        task_id = self.task(n)
        if self.command(lambda tx: commands.pause(tx, task_id, now=now)) and now:
            self.dead(lambda claimed: claimed.task_id != task_id)

    @precondition(lambda self: self.known)
    @rule(n=st.integers(0, 5))
    def resume(self, n: int) -> None:
        self.command(lambda tx: commands.resume(tx, self.task(n)))

    @precondition(lambda self: self.known)
    @rule(n=st.integers(0, 5))
    def retry(self, n: int) -> None:
        self.command(lambda tx: retrying.retry_task(tx, self.task(n)))

    @precondition(lambda self: self.known)
    @rule(n=st.integers(0, 5), only=st.sampled_from(["failed", "missing"]))
    def retry_batch(self, n: int, only: str) -> None:
        roadmap_id = self.known[n % len(self.known)][1]
        made = self.command(lambda tx: batching.retry_batch(tx, e.USER, roadmap_id, chosen=only))
        if made:
            self.known.append((made["task_id"], roadmap_id))

    @precondition(lambda self: self.known)
    @rule(n=st.integers(0, 5), concept=st.integers(0, 1), kind=st.sampled_from(CONTENT))
    def click(self, n: int, concept: int, kind: Any) -> None:
        roadmap_id = self.known[n % len(self.known)][1]
        concept_id = f"c-{roadmap_id[-8:]}-{concept}"
        made = self.command(
            lambda tx: retrying.retry_item(
                tx, e.USER, roadmap_id, concept_id, kind, retrying.Wish(), limit=3, window_s=3600
            )
        )
        if made and not made["data"]["deduplicated"]:
            self.known.append((made["data"]["task_id"], roadmap_id))

    # -- workers --------------------------------------------------------------------------------------

    @precondition(lambda self: self.known)
    @rule(n=st.integers(0, 9), count=st.integers(1, 3))
    def claim(self, n: int, count: int) -> None:
        for claimed in self.do(e.claim(self.db, self.task(n), count)):
            self.live[claimed.key] = claimed

    def settle_live(self, n: int, outcome: Callable[[Claimed], Any]) -> None:
        key = list(self.live)[n % len(self.live)]
        claimed = self.live.pop(key)
        self.do(e.finish(self.db, claimed, outcome(claimed)))
        self.late.append(claimed)

    @precondition(lambda self: self.live)
    @rule(n=st.integers(0, 9))
    def deliver(self, n: int) -> None:
        self.settle_live(n, e.a_version)

    @precondition(lambda self: self.live)
    @rule(n=st.integers(0, 9))
    def give_up(self, n: int) -> None:
        self.settle_live(n, lambda _: e.a_failure())

    @precondition(lambda self: self.live)
    @rule(n=st.integers(0, 9))
    def stop_for_a_wrong_key(self, n: int) -> None:
        task_id = list(self.live.values())[n % len(self.live)].task_id
        self.settle_live(n, lambda _: e.a_failure("model_auth", stops=True))
        self.dead(lambda claimed: claimed.task_id != task_id)

    @precondition(lambda self: self.live)
    @rule(n=st.integers(0, 9))
    def postpone(self, n: int) -> None:
        self.settle_live(n, lambda _: Postponed(0, e.SPENT, "model_rate_limited"))

    @precondition(lambda self: self.late)
    @rule(n=st.integers(0, 3))
    def settle_late(self, n: int) -> None:
        claimed = self.late[-1 - n % len(self.late)]
        with pytest.raises(LeaseLost):
            self.do(e.deliver(self.db, claimed))

    @precondition(lambda self: self.live)
    @rule(n=st.integers(0, 9))
    def crash_before_commit(self, n: int) -> None:
        claimed = list(self.live.values())[n % len(self.live)]

        async def dies(tx: Any) -> None:
            await settle(tx, claimed, e.a_version(claimed))
            raise Crash

        with pytest.raises(Crash):
            self.do(self.db.transact(dies))

    @precondition(lambda self: self.live)
    @rule(n=st.integers(0, 9))
    def crash_after_commit(self, n: int) -> None:
        hears, self.db.on_commit = self.db.on_commit, _nobody_hears
        self.settle_live(n, e.a_version)
        self.db.on_commit = hears

    def silence(self, n: int) -> Claimed:
        """One worker falls silent; the reconciler takes back what it held and nothing else."""
        claimed = list(self.live.values())[n % len(self.live)]
        silent = update(items).where(items.c.item_id == claimed.item_id).values(lease_until=1)
        self.do(self.db.transact(lambda tx: tx.run(silent)))
        assert self.do(self.db.transact(lambda tx: reaping.reap(tx, claimed.task_id))) == 1
        del self.live[claimed.key]
        return claimed

    @precondition(lambda self: self.live)
    @rule(n=st.integers(0, 9))
    def stall_and_reap(self, n: int) -> None:
        self.late.append(self.silence(n))

    @precondition(lambda self: self.live)
    @rule(n=st.integers(0, 9))
    def a_silent_worker_comes_back(self, n: int) -> None:
        """Another worker has its item by then: the late result is refused."""
        late = self.silence(n)
        for again in self.do(e.claim(self.db, late.task_id, 9)):
            self.live[again.key] = again
        with pytest.raises(LeaseLost):
            self.do(e.deliver(self.db, late))

    @precondition(lambda self: self.known)
    @rule(n=st.integers(0, 9))
    def reap_without_need(self, n: int) -> None:
        assert self.do(self.db.transact(lambda tx: reaping.reap(tx, self.task(n)))) == 0

    # -- promises -------------------------------------------------------------------------------------

    @invariant()
    def all_promises_hold(self) -> None:
        if self.known:
            self.do(promises_hold(self.db))


async def promises_hold(db: Database) -> None:
    """Whole-system facts, from the rows alone."""
    async with db.reading() as snapshot:
        rows = {row["task_id"]: row for row in await snapshot.rows(select(tasks))}
        every_item = await snapshot.rows(select(items).where(items.c.kind != "cover"))
        for task_id, row in rows.items():
            await _log_tells_the_row(snapshot, task_id, row)
        deliveries = await _deliveries(snapshot)
        per_item = select(content_versions.c.item_id, func.count().label("n"))
        counts = await snapshot.rows(per_item.group_by(content_versions.c.item_id))
        versions = {found["item_id"]: found["n"] for found in counts}
    for item in every_item:
        if item["concept_id"]:
            assert versions.get(item["item_id"], 0) == item["current_version"], (
                "a version too many or too few"
            )
            key = (item["roadmap_id"], item["concept_id"], item["kind"])
            assert deliveries[key] == item["current_version"], "a delivery without its event, or doubled"
        _item_is_sound(item, rows)


def _item_is_sound(item: Any, rows: dict[str, Any]) -> None:
    owner = rows.get(item["task_id"]) if item["task_id"] else None
    if owner is None:
        assert item["status"] != ItemStatus.GENERATING, "a spinner without a task"
        assert item["lease_until"] is None, "a lease without a task"
        return
    assert TaskStatus(owner["status"]) not in TERMINAL, "an ended task owns an item"
    if item["status"] == ItemStatus.GENERATING and item["lease_until"] is None:
        assert owner["task_type"] in SINGLE_RETRIES, "generating, but nobody is at work"
    if item["lease_until"] is not None:
        assert item["status"] == ItemStatus.GENERATING


async def _log_tells_the_row(snapshot: Any, task_id: str, row: Any) -> None:
    told = await e.log.page(snapshot, task_id, 0, 10_000)
    assert [event["seq"] for event in told] == list(range(1, row["last_seq"] + 1)), "a gap or a double"
    right = await counted(snapshot, task_id)
    if TaskStatus(row["status"]) not in TERMINAL:
        assert {key: row[key] for key in right} == right, "counters differ from rows"
    state = fold(told)
    assert state.status == row["status"], "the log tells another status"
    assert state.current_step == row["current_step"], "the log tells another step"
    if row["total"]:
        assert state.progress is not None
        assert state.progress["current"] == row["done"] + row["failed"]
    await _log_tells_the_items(snapshot, task_id, state.items)
    ended = [n for n, event in enumerate(told) if event["type"] in {"cancelled", "completed", "failed"}]
    for n in ended:
        assert n == len(told) - 1 or told[n + 1]["type"] == "retried", "something followed the end"


async def _log_tells_the_items(snapshot: Any, task_id: str, told: dict[tuple[str, str], str]) -> None:
    statement = select(items.c.concept_id, items.c.kind, items.c.status).where(items.c.task_id == task_id)
    for row in await snapshot.rows(statement):
        key = (row["concept_id"], row["kind"])
        if row["concept_id"] and key in told:
            assert told[key] == row["status"], "the log tells another item status"
    outcomes = (
        select(items.c.concept_id, items.c.kind, task_items.c.outcome)
        .join(items, items.c.item_id == task_items.c.item_id)
        .where(task_items.c.task_id == task_id, task_items.c.outcome.in_(["completed", "failed"]))
    )
    for row in await snapshot.rows(outcomes):
        assert told.get((row["concept_id"], row["kind"]), row["outcome"]) == row["outcome"]


async def _deliveries(snapshot: Any) -> Counter[tuple[str, str, str]]:
    statement = (
        select(tasks.c.roadmap_id, events.c.body)
        .join(tasks, tasks.c.task_id == events.c.task_id)
        .where(events.c.type == "concept_complete")
    )
    return Counter(
        (row["roadmap_id"], row["body"]["concept_id"], row["body"]["content_type"])
        for row in await snapshot.rows(statement)
    )
