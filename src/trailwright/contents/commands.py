"""Versions of content are written here, once each, by whoever settles the item."""

from collections.abc import Sequence
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

    def row(self, **facts: Any) -> dict[str, Any]:
        """Its row; `facts`: item, version, token, tokens, money, duration, `created_at`."""
        return {
            "version_id": self.version_id,
            "object_key": self.object_key,
            "title": self.title,
            "summary": self.summary,
            "meta": self.meta,
            "receipt": self.receipt.model_dump(mode="json"),
            "model": self.model,
            "prompt_digest": self.prompt_digest,
            **facts,
        }


async def add_versions(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Insert versions, as `NewVersion.row` made them."""
    await tx.run(insert(content_versions), rows)


def content_ref(roadmap_id: str, concept_id: str, kind: str, version: int) -> str:
    """Where a version is read: a path of the API."""
    base = f"/api/v1/roadmaps/{roadmap_id}/concepts/{concept_id}"
    if kind == "tutorial":
        return f"{base}/tutorials/v{version}"
    return f"{base}/{kind}?version={version}"
