"""The trade's words for covers: somebody who paints, pictures that people send, and how it all stands."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from PIL import Image
from sqlalchemy import select, update

from trailwright.covers.making import Maker
from trailwright.covers.providers import Provider
from trailwright.covers.queries import cover_of
from trailwright.events.bus import Bus
from trailwright.kit.db import Database, Row
from trailwright.kit.storage import Storage, Stored
from trailwright.tasks.models import items
from trailwright.work.keeper import Keeper
from trailwright.work.meters import Meters
from trailwright.work.painting import Painter

LEASE_S = 30.0


@asynccontextmanager
async def a_painter(
    db: Database, storage: Storage, provider: Provider | None = None, lease_s: float = LEASE_S
) -> AsyncIterator[Painter]:
    """One process's part that makes covers, with a real process that draws."""
    bus = Bus()
    painter = Painter(db, bus, Maker(storage, provider), Keeper(db, bus, lease_s), Meters())
    try:
        yield painter
    finally:
        await painter.close()


async def paint(painter: Painter) -> None:
    """Make whatever waits and is due, until nothing is left."""
    while True:
        await painter._fill()
        if not painter.keeper.running:
            return
        await painter.keeper.idle(60)


async def claim_one(painter: Painter) -> None:
    """Begin with one cover; it is at work when this returns."""
    await painter._fill()
    await asyncio.sleep(0)
    assert painter.keeper.running


async def cover_row(db: Database, roadmap_id: str) -> Row:
    """The cover's item."""
    statement = select(items).where(items.c.roadmap_id == roadmap_id, items.c.kind == "cover")
    async with db.reading() as snapshot:
        row = await snapshot.row(statement)
    assert row is not None
    return row


async def change(db: Database, roadmap_id: str, **values: Any) -> None:
    """Change the cover's item behind everybody's back: time that passed, a lease that ran out."""
    mine = (items.c.roadmap_id == roadmap_id, items.c.kind == "cover")
    await db.transact(lambda tx: tx.run(update(items).where(*mine).values(values)))


async def cover(db: Database, roadmap_id: str) -> dict[str, Any]:
    """The cover as it is told."""
    async with db.reading() as snapshot:
        return await cover_of(snapshot, roadmap_id, "A way")


async def pictures(storage: Storage) -> list[Stored]:
    """Everything that is stored as a cover."""
    return [one async for page in storage.pages("covers") for one in page]


def a_picture(kind: str = "PNG", size: tuple[int, int] = (640, 480), **extra: Any) -> bytes:
    """A small picture with something on it."""
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    out = io.BytesIO()
    picture.save(out, kind, **extra)
    return out.getvalue()
