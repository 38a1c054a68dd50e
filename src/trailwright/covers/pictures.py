"""The stored picture of a cover; who may ask was judged before."""

import re

from trailwright.covers.records import object_key, shown
from trailwright.errors import NotFoundError
from trailwright.kit.db import Database
from trailwright.kit.storage import Storage, StorageMissing

_DIGEST = re.compile(r"[0-9a-f]{16,64}")


async def there(db: Database, roadmap_id: str, digest: str) -> None:
    """Raises `NotFoundError` unless this is the picture shown now."""
    async with db.reading() as reader:
        row = (await shown(reader, [roadmap_id])).get(roadmap_id)
    if row is None or row["digest"] != digest or not _DIGEST.fullmatch(digest):
        raise _no_such()


async def picture(db: Database, objects: Storage, roadmap_id: str, digest: str, width: int) -> bytes:
    """The picture shown now, WebP; raises `NotFoundError`."""
    await there(db, roadmap_id, digest)
    return await stored(objects, roadmap_id, digest, width)


async def stored(objects: Storage, roadmap_id: str, digest: str, width: int) -> bytes:
    """A stored picture; raises `NotFoundError`."""
    try:
        return await objects.get(object_key(roadmap_id, digest, width))
    except StorageMissing:
        raise _no_such() from None


def _no_such() -> NotFoundError:
    return NotFoundError("There is no such picture.", code="picture_not_found")
