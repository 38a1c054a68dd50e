"""Routes about the caller himself."""

from typing import Any

from fastapi import APIRouter

from trailwright.kit.api import Db, Me, Route, Write
from trailwright.users import commands, queries
from trailwright.users.schemas import Profile, UserAnswer

router = APIRouter(route_class=Route, tags=["users"])


@router.get("/users/me", response_model=UserAnswer)
async def read_me(me: Me, db: Db) -> dict[str, Any]:
    """Who I am."""
    async with db.reading() as reader:
        return {"user_id": me.user_id, "role": me.role, **await queries.me(reader, me.user_id)}


@router.get("/users/me/profile", response_model=Profile)
async def read_profile(me: Me, db: Db) -> dict[str, Any]:
    """What I said of myself."""
    async with db.reading() as reader:
        return await queries.profile(reader, me.user_id)


@router.put("/users/me/profile", response_model=Profile)
async def save_profile(me: Me, profile: Profile, write: Write) -> dict[str, Any]:
    """Replace what I said of myself."""
    said = profile.model_dump(mode="json")
    return await write(lambda tx: commands.save_profile(tx, me.user_id, me.role, said))
