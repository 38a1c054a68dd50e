"""A cover's own row and its stored pictures, as far as other rooms need them; imports nothing of theirs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select

from trailwright.covers.models import covers
from trailwright.kit.db import Row, Snapshot, Tx

FOLDER = "covers"
_KEY = re.compile(r"^covers/([A-Za-z0-9_-]+)/([0-9a-f]+)-\d+\.webp$")


@dataclass(frozen=True)
class NewCover:
    """A stored picture. `source`: `local`, `unsplash`, `openai` or `upload`. `attribution`: {text, url}."""

    digest: str
    source: str
    attribution: dict[str, str] | None = None


def object_key(roadmap_id: str, digest: str, width: int) -> str:
    """Where a picture lies: never written twice with other bytes."""
    return f"{FOLDER}/{roadmap_id}/{digest}-{width}.webp"


def parsed_key(key: str) -> tuple[str, str] | None:
    """(roadmap id, digest) of a stored picture; None for another object."""
    found = _KEY.match(key)
    return (found[1], found[2]) if found else None


async def keep(tx: Tx, roadmap_id: str, cover: NewCover, now: int) -> None:
    """Show this picture from now on."""
    await tx.run(delete(covers).where(covers.c.roadmap_id == roadmap_id))
    row = {
        "roadmap_id": roadmap_id,
        "digest": cover.digest,
        "source": cover.source,
        "created_at": now,
        **({"attribution": cover.attribution} if cover.attribution else {}),
    }
    await tx.run(insert(covers), row)


async def shown(reader: Snapshot, roadmap_ids: Sequence[str]) -> dict[str, Row]:
    """What is shown of these roadmaps, by id."""
    statement = select(covers).where(covers.c.roadmap_id.in_(list(roadmap_ids)))
    return {row["roadmap_id"]: row for row in await reader.rows(statement)}


def told(roadmap_id: str, title: str, status: str, row: Row | None) -> dict[str, Any]:
    """A cover as it is answered: contract section 4. While another is made, the one before is shown."""
    answer: dict[str, Any] = {"roadmap_id": roadmap_id, "status": status, "alt": f"Cover of {title}"}
    if row is not None:
        answer |= addresses(roadmap_id, row["digest"]) | {"source": row["source"]}
        if row["attribution"]:
            answer["attribution"] = row["attribution"]["text"]
            answer["attribution_url"] = row["attribution"]["url"]
    return answer


def addresses(roadmap_id: str, digest: str) -> dict[str, Any]:
    """`url` and `variants` of a picture; each address always answers the same bytes."""
    url = f"/api/v1/roadmaps/{roadmap_id}/cover-image/{digest}"
    return {"url": url, "variants": [{"width": width, "url": f"{url}?w={width}"} for width in (800, 1600)]}
