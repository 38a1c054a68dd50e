"""What is thrown away for good: objects that no version names."""

import re
from collections.abc import Sequence

from sqlalchemy import select

from trailwright.contents.queries import named_keys
from trailwright.domain.lifecycle import ItemStatus
from trailwright.kit.db import Database
from trailwright.kit.storage import Storage
from trailwright.tasks.models import items

_KEY = re.compile(r"^items/([A-Za-z0-9_-]+)/(\d+)\.json$")


async def sweep_objects(db: Database, storage: Storage) -> int:
    """Delete results that never counted; lists first, then asks, so that nothing new is hit. How many."""
    swept = 0
    async for page in storage.pages("items"):
        keys = {stored.key: match.groups() for stored in page if (match := _KEY.match(stored.key))}
        garbage = await _garbage(db, keys)
        await storage.delete(garbage)
        swept += len(garbage)
    return swept


async def _garbage(db: Database, keys: dict[str, tuple[str, ...]]) -> Sequence[str]:
    """No version names it, and its item is gone, has a higher token, or the same one and is not at work."""
    if not keys:
        return []
    async with db.reading() as snapshot:
        kept = await named_keys(snapshot, keys)
        rows = await snapshot.rows(
            select(items.c.item_id, items.c.token, items.c.status).where(
                items.c.item_id.in_([item_id for item_id, _ in keys.values()])
            )
        )
    states = {row["item_id"]: (row["token"], row["status"]) for row in rows}
    garbage = []
    for key, (item_id, token) in keys.items():
        now, status = states.get(item_id, (None, None))
        at_work = now is not None and int(token) == now and status == ItemStatus.GENERATING.value
        late = now is not None and int(token) > now
        if key not in kept and not at_work and not late:
            garbage.append(key)
    return garbage
