"""Versions of a framework: written under the roadmap's lock, read from anywhere, cached because immutable."""

from collections import Counter, OrderedDict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import insert, select, tuple_, update

from trailwright.domain.framework import Framework
from trailwright.kit.clock import db_now
from trailwright.kit.db import Row, Snapshot, Tx
from trailwright.roadmaps.models import framework_versions, roadmaps

_CACHE_CONCEPTS = 20_000
"""In all cached versions together: some tens of MB."""

_cache: OrderedDict[tuple[str, int], Framework] = OrderedDict()
_sizes: Counter[tuple[str, int]] = Counter()


async def lock_roadmap(tx: Tx, roadmap_id: str) -> Row | None:
    """The roadmap row under lock, with `now`; None when it is gone or deleted. Always the first lock."""
    statement = (
        select(roadmaps, db_now().label("now"))
        .where(roadmaps.c.roadmap_id == roadmap_id)
        .with_for_update(key_share=True, of=roadmaps)
    )
    row = await tx.row(statement)
    return row if row is not None and row["deleted_at"] is None else None


async def load(reader: Snapshot, roadmap_id: str, version: int) -> Framework | None:
    """One version, parsed; treat it as read-only. None when there is no such version."""
    key = (roadmap_id, version)
    if key in _cache:
        _cache.move_to_end(key)
        return _cache[key]
    statement = select(framework_versions.c.framework).where(
        framework_versions.c.roadmap_id == roadmap_id, framework_versions.c.version == version
    )
    stored = await reader.value(statement)
    if stored is None:
        return None
    framework = Framework.model_validate(stored)
    if not isinstance(reader, Tx):  # what a transaction reads may be its own, and be rolled back
        _keep(key, framework)
    return framework


def _keep(key: tuple[str, int], framework: Framework) -> None:
    """What was not asked for the longest time makes room."""
    _cache[key] = framework
    _sizes[key] = sum(1 for _ in framework.concepts())
    while _sizes.total() > _CACHE_CONCEPTS and len(_cache) > 1:
        oldest, _ = _cache.popitem(last=False)
        del _sizes[oldest]


async def load_many(reader: Snapshot, wanted: Mapping[str, int]) -> dict[str, Framework]:
    """Roadmap id → that version, as `load`, in one statement for all that are not cached."""
    fresh = {key for key in wanted.items() if key not in _cache}
    versions = framework_versions.c
    found = {key[0]: _cache[key] for key in wanted.items() if key in _cache}
    if fresh:
        these = tuple_(versions.roadmap_id, versions.version).in_(fresh)
        rows = await reader.rows(select(versions.roadmap_id, versions.framework).where(these))
        found |= {row["roadmap_id"]: Framework.model_validate(row["framework"]) for row in rows}
    return found


async def newest(reader: Snapshot, roadmap_id: str) -> tuple[Framework | None, int]:
    """The newest version and its number; `(None, 0)` before there is one."""
    version = await reader.value(select(roadmaps.c.version).where(roadmaps.c.roadmap_id == roadmap_id))
    if not version:
        return None, 0
    return await load(reader, roadmap_id, version), version


async def concept_names(reader: Snapshot, roadmap_id: str) -> dict[str, str]:
    """Concept id → name in the newest version."""
    return (await names_by_roadmap(reader, {roadmap_id})).get(roadmap_id, {})


async def names_by_roadmap(reader: Snapshot, roadmap_ids: Collection[str]) -> dict[str, dict[str, str]]:
    """Roadmap id → concept id → name in its newest version; roadmaps without one are left out."""
    written = (roadmaps.c.roadmap_id.in_(roadmap_ids), roadmaps.c.version > 0)
    rows = await reader.rows(select(roadmaps.c.roadmap_id, roadmaps.c.version).where(*written))
    found = await load_many(reader, {row["roadmap_id"]: row["version"] for row in rows})
    return {
        roadmap_id: {concept.concept_id: concept.name for concept in framework.concepts()}
        for roadmap_id, framework in found.items()
    }


async def _title(tx: Tx, roadmap: Row, framework: Framework) -> str:
    """The framework's title, unless the roadmap was renamed since its newest version."""
    before = await load(tx, roadmap["roadmap_id"], int(roadmap["version"]))
    renamed = before is not None and roadmap["title"] != before.title
    return str(roadmap["title"]) if renamed else framework.title


async def save(
    tx: Tx,
    roadmap: Row,
    framework: Framework,
    *,
    author: str,
    summary: str,
    changed_node_ids: Sequence[str],
) -> int:
    """Store the next version of a locked roadmap; its number. A title that a person chose stays."""
    version = int(roadmap["version"]) + 1
    title = await _title(tx, roadmap, framework) if author == "agent" else framework.title
    row = {
        "roadmap_id": roadmap["roadmap_id"],
        "version": version,
        "framework": framework.model_dump(mode="json"),
        "author": author,
        "summary": summary,
        "changed_node_ids": list(changed_node_ids),
        "created_at": roadmap["now"],
    }
    await tx.run(insert(framework_versions), row)
    await tx.run(
        update(roadmaps)
        .where(roadmaps.c.roadmap_id == roadmap["roadmap_id"])
        .values(version=version, title=title, updated_at=roadmap["now"])
    )
    return version
