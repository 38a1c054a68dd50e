"""Versions of content are written here, once each, by whoever settles the item."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from trailwright.contents.models import content_versions
from trailwright.domain.content import Receipt
from trailwright.kit.db import Tx


@dataclass(frozen=True)
class NewVersion:
    """What a delivered item adds: the bytes already lie in storage under `object_key`."""

    version_id: str
    object_key: str
    title: str
    summary: str
    meta: dict[str, Any]
    receipt: Receipt
    model: str
    prompt_digest: str


async def add_version(
    tx: Tx, item_id: str, version: int, token: int, new: NewVersion, facts: dict[str, Any]
) -> None:
    """Insert version `version` of an item; `facts`: tokens, cost, duration, `created_at`."""
    row = {
        "version_id": new.version_id,
        "item_id": item_id,
        "version": version,
        "token": token,
        "object_key": new.object_key,
        "title": new.title,
        "summary": new.summary,
        "meta": new.meta,
        "receipt": new.receipt.model_dump(mode="json"),
        "model": new.model,
        "prompt_digest": new.prompt_digest,
        **facts,
    }
    await tx.run(insert(content_versions), row)


def content_ref(roadmap_id: str, concept_id: str, kind: str, version: int) -> str:
    """Where a version is read: a path of the API."""
    base = f"/api/v1/roadmaps/{roadmap_id}/concepts/{concept_id}"
    if kind == "tutorial":
        return f"{base}/tutorials/v{version}"
    return f"{base}/{kind}?version={version}"
