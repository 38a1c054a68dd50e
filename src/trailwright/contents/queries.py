"""Reading versions of content. `SUMMARY` is what other rooms may join their items with."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from trailwright.contents.models import content_versions
from trailwright.kit.db import Row, Snapshot

SUMMARY = select(
    content_versions.c.item_id,
    content_versions.c.version,
    content_versions.c.version_id,
    content_versions.c.summary,
    content_versions.c.meta,
).subquery("version_summary")
"""Of every version what a list shows; join on `item_id` and `version`."""

_LISTED = [column for column in content_versions.c if column.name != "token"]


async def named_keys(reader: Snapshot, keys: Collection[str]) -> set[str]:
    """Those of these object keys that a version names."""
    statement = select(content_versions.c.object_key).where(content_versions.c.object_key.in_(list(keys)))
    return {row["object_key"] for row in await reader.rows(statement)}


async def versions(reader: Snapshot, item_id: str) -> Sequence[Row]:
    """All versions of an item, newest first."""
    statement = select(*_LISTED).where(content_versions.c.item_id == item_id)
    return await reader.rows(statement.order_by(content_versions.c.version.desc()))


async def version(reader: Snapshot, item_id: str, number: int) -> Row | None:
    """One version of an item."""
    statement = select(*_LISTED).where(
        content_versions.c.item_id == item_id, content_versions.c.version == number
    )
    return await reader.row(statement)
