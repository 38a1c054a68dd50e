"""What must be true of a product in the end, whatever happened on the way."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from sqlalchemy import func, select

from tests.machine.machine import promises_hold
from tests.support.product import Api, Event, Home
from tests.support.simulated import Simulated
from trailwright.domain.workflow import KINDS, Kind
from trailwright.kit.db import Database, Row
from trailwright.tasks.models import items

LETTERS = {
    "concept_start": "s",
    "concept_requeued": "r",
    "concept_complete": "c",
    "concept_failed": "f",
}
"""An item's story as a word: started, requeued, completed, failed."""


async def rows_hold(home: Home) -> None:
    """Folding each log gives the rows, no number is missing or doubled, each version has its one event."""
    db = Database(home.database_url)
    try:
        await promises_hold(db)
    finally:
        await db.close()


async def item_rows(home: Home) -> Sequence[Row]:
    """All items, framework steps too."""
    db = Database(home.database_url)
    try:
        async with db.reading() as snapshot:
            return await snapshot.rows(select(items).order_by(items.c.position))
    finally:
        await db.close()


def stories(events: Sequence[Event]) -> dict[tuple[str, str], str]:
    """(concept id, content type) → its story."""
    told: dict[tuple[str, str], str] = defaultdict(str)
    for event in events:
        if letter := LETTERS.get(event["type"]):
            told[(event["concept_id"], event["content_type"])] += letter
    return dict(told)


def nothing_was_made_twice(events: Sequence[Event]) -> None:
    """Each item: attempts that were cut off, then one that was not, and nothing after it."""
    for item, story in stories(events).items():
        assert re.fullmatch("(sr)*s[cf]", story), f"{item}: {story}"


async def calls_are_accounted_for(home: Home, model: Simulated) -> None:
    """No call but one for each attempt, and each attempt but the last was cut off."""
    asked = (await model.stats())["by_agent"]
    attempts: Counter[str] = Counter()
    db = Database(home.database_url)
    try:
        async with db.reading() as snapshot:
            statement = select(items.c.kind, func.sum(items.c.attempt).label("n")).group_by(items.c.kind)
            for row in await snapshot.rows(statement):
                attempts[KINDS[Kind(row["kind"])].agent or "none"] += row["n"]
    finally:
        await db.close()
    too_many = {agent: (n, attempts[agent]) for agent, n in asked.items() if n > attempts[agent]}
    assert not too_many, f"calls, attempts: {too_many}"


async def everything_can_be_read(api: Api, roadmap_id: str) -> None:
    """Every piece of every concept is there in its first version."""
    concepts = await api.concepts(roadmap_id)
    assert concepts
    for concept in concepts:
        base = f"/roadmaps/{roadmap_id}/concepts/{concept['concept_id']}"
        lesson = await api.client.get(f"{base}/tutorials/v1/content")
        assert lesson.is_success
        assert lesson.text.startswith("# ")
        assert (await api.get(f"{base}/tutorials"))["total"] == 1
        assert (await api.get(f"{base}/quiz"))["version"] == 1
        assert (await api.get(f"{base}/resources"))["version"] == 1


def numbered_without_gap(events: Sequence[Event]) -> None:
    """1, 2, 3 …"""
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))


async def no_spinner(api: Api, roadmap_id: str) -> None:
    """What is being made belongs to a live task, as one answer tells it."""
    roadmap = await api.get(f"/roadmaps/{roadmap_id}")
    if roadmap["active_task"] is None and roadmap["framework"] is not None:
        generating = [
            item for item, status in (await api.items(roadmap_id)).items() if status == "generating"
        ]
        assert not generating
