"""Routes about a model of one's own."""

from typing import Any, cast

from fastapi import APIRouter, Request

from trailwright.configuration import trials
from trailwright.configuration.live import Live
from trailwright.configuration.sealing import seal
from trailwright.errors import ConflictError, InvalidError, NotFoundError
from trailwright.kit.api import Answer, Caller, Db, Me, Note, PersonRoute, Write
from trailwright.kit.db import Tx
from trailwright.payers import commands, queries, schemas
from trailwright.payers.own_settings import check_server, with_own_model

router = APIRouter(route_class=PersonRoute, tags=["accounts"])
MASK = "***"


def _person(me: Caller) -> str:
    if me.kind == "local":
        raise ConflictError("There are no accounts here: AUTH__MODE is local.", code="local_mode")
    return me.user_id


def _told(own: queries.Stored) -> Answer:
    return {"model": own.model, "base_url": own.base_url, "api_key": MASK}


@router.get("/users/me/key", response_model=schemas.OwnModel)
async def read_own_model(me: Me, db: Db) -> Answer:
    """The model that my tasks go to, when it is my own."""
    user_id = _person(me)
    async with db.reading() as reader:
        own = await queries.of(reader, user_id)
    if own is None:
        raise NotFoundError(commands.NONE_SET, code="key_not_found")
    return _told(own)


@router.put("/users/me/key", response_model=schemas.OwnModel)
async def save_own_model(request: Request, me: Me, write: Write, wish: schemas.OwnModelWish) -> Answer:
    """Use a model of my own for my tasks, and only for mine; it is asked once before it is kept."""
    user_id = _person(me)
    live = cast("Live", request.app.state.live)
    settings = live.settings
    if settings.secret_key is None:
        raise ConflictError("This installation has no secret to keep keys with.", code="no_secret_key")
    base_url = wish.base_url or None
    check_server(settings, wish.model, base_url)
    await _try(with_own_model(settings, wish.model, base_url, wish.api_key))
    key = seal(settings.secret_key.get_secret_value(), commands.label(user_id), wish.api_key)
    own = queries.Stored(user_id, wish.model, base_url, key)

    async def work(tx: Tx) -> Answer:
        await commands.save(tx, own)
        return _told(own)

    return await write(work, Note("model_key_set", details={"model": wish.model}))


async def _try(settings: Any) -> None:
    """One real call; raises `InvalidError` that says what is wrong."""
    tried = await trials.attempt("model", settings, agent="intent", local=None)
    if not tried.ok:
        field = {"field": "api_key" if tried.code == "model_auth" else "model", "message": tried.message}
        raise InvalidError(tried.message, code=tried.code, errors=[field])


@router.delete("/users/me/key", response_model=schemas.Forgotten)
async def forget_own_model(me: Me, write: Write) -> Answer:
    """Go back to the installation's model."""
    user_id = _person(me)

    async def work(tx: Tx) -> Answer:
        await commands.forget(tx, user_id)
        return {"done": True}

    return await write(work, Note("model_key_removed"))
