"""Ownership in one place: what the path of a request names must be the caller's own."""

from collections.abc import Mapping

from trailwright.errors import ForbiddenError, NotFoundError
from trailwright.kit.api import Caller, Rule
from trailwright.kit.db import Snapshot
from trailwright.roadmaps import queries as roadmaps
from trailwright.sharing import queries as sharing
from trailwright.tasks import queries as tasks
from trailwright.users import invites, proofs
from trailwright.users import queries as users

JUDGED = frozenset(
    {"task_id", "roadmap_id", "concept_id", "user_id", "session_id", "token_id", "invite_id", "token"}
)
"""Names in paths that the guard knows; `token`, of a link, is judged by its route's own class."""

PARTS = frozenset({"content_type", "version", "number", "digest"})
"""Names in paths that mean a part of what another name there means."""

_PROOFS: Mapping[str, proofs.Kind] = {"session_id": "session", "token_id": "token"}


async def guard(reader: Snapshot, caller: Caller, names: Mapping[str, str], rule: Rule) -> None:
    """404 for what a path names and is not there, 403 for another's (contract section 4, access)."""
    if "task_id" in names:
        await _task(reader, caller, names["task_id"])
    if "roadmap_id" in names:
        await _roadmap(reader, caller, names, rule)
    if "user_id" in names:
        await _user(reader, caller, names["user_id"], rule)
    for name, kind in _PROOFS.items():
        if name in names:
            await _proof(reader, caller, names[name], kind)
    if "invite_id" in names and not await invites.is_there(reader, names["invite_id"]):
        raise NotFoundError("There is no such invitation.", code="invite_not_found")


async def _task(reader: Snapshot, caller: Caller, task_id: str) -> None:
    head = await tasks.head(reader, task_id)
    if head is None:
        raise NotFoundError("There is no such task.", code="task_not_found")
    if head.user_id != caller.user_id:
        raise ForbiddenError


async def _roadmap(reader: Snapshot, caller: Caller, names: Mapping[str, str], rule: Rule) -> None:
    if rule.admin:  # an admin is shown what its owner shared, and nothing else
        await sharing.offered(reader, names["roadmap_id"])
        return
    await roadmaps.row(reader, caller.user_id, names["roadmap_id"], trashed=rule.trashed)
    if "concept_id" in names and not await roadmaps.has_concept(
        reader, names["roadmap_id"], names["concept_id"]
    ):
        raise NotFoundError("There is no such concept in this roadmap.", code="concept_not_found")


async def _user(reader: Snapshot, caller: Caller, user_id: str, rule: Rule) -> None:
    """`me` and one's own id; to an admin's routes anybody's who is there."""
    if not rule.admin and user_id in {"me", caller.user_id}:
        return
    if not await users.is_known(reader, user_id):
        raise NotFoundError("There is no such user.", code="user_not_found")
    if not rule.admin:
        raise ForbiddenError


async def _proof(reader: Snapshot, caller: Caller, proof_id: str, kind: proofs.Kind) -> None:
    owner = await proofs.owner_of(reader, proof_id, kind)
    if owner is None:
        raise NotFoundError(f"There is no such {kind}.", code=f"{kind}_not_found")
    if owner != caller.user_id:
        raise ForbiddenError
