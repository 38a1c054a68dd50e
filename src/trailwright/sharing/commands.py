"""Giving a link, taking it back, and showing a roadmap to everybody. The roadmap is locked first."""

from typing import Any

from sqlalchemy import delete, insert, select, update

from trailwright.errors import ConflictError
from trailwright.kit.clock import db_now
from trailwright.kit.db import Row, Tx
from trailwright.kit.ids import share_token
from trailwright.roadmaps import frameworks
from trailwright.roadmaps.queries import missing
from trailwright.sharing import queries
from trailwright.sharing.models import shares


async def share(
    tx: Tx, roadmap_id: str, *, offered: bool | None = None, renew: bool = False
) -> dict[str, Any]:
    """The link of a roadmap, made when there is none. `renew`: another one, the old one leads nowhere.

    `offered`: whether everybody may be shown it, if an admin wants to; taken back, nobody is. Raises
    `ConflictError` before there is a plan.
    """
    roadmap = await _lock(tx, roadmap_id)
    if not roadmap["version"]:
        raise ConflictError("There is no plan yet that could be shared.", code="no_framework")
    row = await queries.row(tx, roadmap_id)
    now = int(roadmap["now"])
    if row is None:
        made = {"roadmap_id": roadmap_id, "token": share_token(), "created_at": now}
        await tx.run(insert(shares), made | {"offered_at": now if offered else None})
    else:
        await _set(tx, roadmap_id, _changes(row, now, offered=offered, renew=renew))
    return await queries.share(tx, roadmap_id)


def _changes(row: Row, now: int, *, offered: bool | None, renew: bool) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if renew:
        changes |= {"token": share_token(), "created_at": now}
    if offered is True and row["offered_at"] is None:
        changes["offered_at"] = now
    if offered is False:
        changes |= {"offered_at": None, "featured_at": None}
    return changes


async def _lock(tx: Tx, roadmap_id: str) -> Row:
    roadmap = await frameworks.lock_roadmap(tx, roadmap_id)
    if roadmap is None:
        raise missing()
    return roadmap


async def _set(tx: Tx, roadmap_id: str, changes: dict[str, Any]) -> None:
    if changes:
        await tx.run(update(shares).where(shares.c.roadmap_id == roadmap_id).values(changes))


async def revoke(tx: Tx, roadmap_id: str) -> dict[str, Any]:
    """The link leads nowhere from now on, and nobody is shown the roadmap; again is no error."""
    await _lock(tx, roadmap_id)
    await tx.run(delete(shares).where(shares.c.roadmap_id == roadmap_id))
    return await queries.share(tx, roadmap_id)


async def feature(tx: Tx, roadmap_id: str, *, featured: bool) -> dict[str, Any]:
    """Show everybody a roadmap whose owner offered it, or no longer.

    Raises `NotFoundError` when it is not shared, `ConflictError` when it was not offered.
    """
    if await frameworks.lock_roadmap(tx, roadmap_id) is None:
        raise queries.nowhere()
    row = await queries.row(tx, roadmap_id)
    if row is None:
        raise queries.nowhere()
    if featured and row["offered_at"] is None:
        raise ConflictError("Its owner did not offer it to everybody.", code="not_offered")
    if featured is (row["featured_at"] is None):
        at = await tx.value(select(db_now())) if featured else None
        await _set(tx, roadmap_id, {"featured_at": at})
    return await queries.offered(tx, roadmap_id)
