"""Routes about sharing: the owner's, those of anybody with a link, and what everybody is shown."""

from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Depends, Query, Request, Response

from trailwright.contents import reading
from trailwright.covers.pictures import picture
from trailwright.domain.content import Grade
from trailwright.domain.preferences import Text
from trailwright.kit.api import (
    AdminRoute,
    Caller,
    Db,
    Holding,
    Me,
    Note,
    Objects,
    OpenRoute,
    Route,
    Write,
    ground,
)
from trailwright.kit.clock import rfc3339
from trailwright.kit.db import Row, Tx
from trailwright.kit.schemas import Limit, Offset
from trailwright.limits.commands import counted
from trailwright.roadmaps import duplicating
from trailwright.roadmaps.archive_strip import stripped
from trailwright.settings import Settings
from trailwright.sharing import commands, queries, schemas


class LinkRoute(OpenRoute):
    """A route that the link itself opens: a link that leads nowhere is said before anything else."""

    async def admit(self, request: Request) -> None:
        """Find what is behind it."""
        token, concept_id = request.path_params["token"], request.path_params.get("concept_id")
        async with ground(request).db.reading() as reader:
            request.state.behind = await queries.behind(reader, token, concept_id)


def _behind(request: Request, token: str) -> Row:
    """What `LinkRoute` found; the token stands here so that the OpenAPI document names it."""
    del token
    return cast("Row", request.state.behind)


Behind = Annotated[Row, Depends(_behind)]

own = APIRouter(route_class=Route, tags=["sharing"])
links = APIRouter(route_class=LinkRoute, tags=["sharing"])
offers = APIRouter(route_class=AdminRoute, tags=["sharing"])
public = APIRouter(route_class=OpenRoute, tags=["sharing"])

LINK = "/shared/{token}"
CONCEPT = LINK + "/concepts/{concept_id}"
_MARKDOWN: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/markdown": {"schema": {"type": "string"}}}}
}
_PICTURE: dict[int | str, dict[str, Any]] = {200: {"content": {"image/webp": {}}}}


def _with_url(request: Request, share: dict[str, Any]) -> dict[str, Any]:
    settings = cast("Settings", request.app.state.settings)
    if settings.public_url and share["shared"]:
        share["url"] = settings.public_url.rstrip("/") + share["path"]
    return share


@own.get("/roadmaps/{roadmap_id}/share", response_model=schemas.Share)
async def read_share(roadmap_id: str, request: Request, db: Db) -> dict[str, Any]:
    """The link by which others read this roadmap, if there is one."""
    async with db.reading() as reader:
        return _with_url(request, await queries.share(reader, roadmap_id))


@own.post("/roadmaps/{roadmap_id}/share", response_model=schemas.Share)
async def share_roadmap(
    roadmap_id: str, request: Request, write: Write, wish: schemas.ShareWish | None = None
) -> dict[str, Any]:
    """Make the link, or look at it again; `renew` makes another, `offered` lets it be shown to everybody."""
    asked = wish or schemas.ShareWish()
    share = await write(lambda tx: commands.share(tx, roadmap_id, offered=asked.offered, renew=asked.renew))
    return _with_url(request, share)


@own.delete("/roadmaps/{roadmap_id}/share", response_model=schemas.Share)
async def revoke_share(roadmap_id: str, write: Write) -> dict[str, Any]:
    """Take the link back: it leads nowhere from now on."""
    return await write(lambda tx: commands.revoke(tx, roadmap_id))


@links.get(LINK, response_model=schemas.SharedRoadmap)
async def read_shared(request: Request, behind: Behind, db: Db) -> dict[str, Any]:
    """A roadmap that was shared, with its tree and which content is there."""
    known: Caller | None = getattr(request.state, "caller", None)
    async with db.reading() as reader:
        return await queries.shared(reader, behind, known.user_id if known else None)


@links.get(f"{CONCEPT}/tutorial", response_model=schemas.SharedTutorial)
async def read_shared_tutorial(concept_id: str, behind: Behind, db: Db) -> dict[str, Any]:
    """The newest version of a tutorial, without its text."""
    found = await reading.version(db, behind["roadmap_id"], concept_id, "tutorial", None)
    shown = {name: found[name] for name in ("version", "title", "summary", "receipt")}
    created_at = rfc3339(found["created_at"])
    return {"tutorial_id": found["version_id"], "concept_id": concept_id, **shown, "created_at": created_at}


@links.get(f"{CONCEPT}/tutorial/content", response_class=Response, responses=_MARKDOWN)
async def read_shared_content(concept_id: str, behind: Behind, db: Db, storage: Objects) -> Response:
    """Its text, Markdown."""
    found = await reading.version(db, behind["roadmap_id"], concept_id, "tutorial", None)
    return Response(await reading.markdown(storage, found), media_type="text/markdown; charset=utf-8")


@links.get(f"{CONCEPT}/resources", response_model=schemas.ResourcesAnswer)
async def read_shared_resources(concept_id: str, behind: Behind, db: Db, storage: Objects) -> dict[str, Any]:
    """Links that were looked at, or searches worth making."""
    found = await reading.version(db, behind["roadmap_id"], concept_id, "resources", None)
    return await reading.resources(storage, concept_id, found)


@links.get(f"{CONCEPT}/quiz", response_model=schemas.QuizAnswer)
async def read_shared_quiz(concept_id: str, behind: Behind, db: Db, storage: Objects) -> dict[str, Any]:
    """The quiz without keys and explanations."""
    found = await reading.version(db, behind["roadmap_id"], concept_id, "quiz", None)
    return await reading.quiz(storage, found)


@links.post(f"{CONCEPT}/quiz/answers", response_model=schemas.Graded)
async def answer_shared_question(
    concept_id: str, behind: Behind, db: Db, storage: Objects, said: schemas.Selected
) -> Grade:
    """Grade one answer; nothing is kept of it."""
    found = await reading.version(db, behind["roadmap_id"], concept_id, "quiz", said.version)
    return await reading.graded(storage, found, said.question_id, said.selected)


@links.get(LINK + "/cover-image/{digest}", response_class=Response, responses=_PICTURE)
async def read_shared_cover(
    digest: str,
    behind: Behind,
    db: Db,
    objects: Objects,
    w: Annotated[Literal["800", "1600"], Query()] = "1600",
) -> Response:
    """The cover itself, WebP."""
    data = await picture(db, objects, behind["roadmap_id"], digest, int(w))
    headers = {"Cache-Control": "private, max-age=3600", "Content-Security-Policy": "default-src 'none'"}
    return Response(data, media_type="image/webp", headers=headers)


@own.post("/roadmaps/copies", status_code=201, response_model=schemas.Copied)
async def copy_shared(
    me: Me, db: Db, storage: Objects, lids: Holding, write: Write, wish: schemas.Copy
) -> dict[str, Any]:
    """A roadmap of my own with the plan and texts of a shared one; nothing is learned in it yet."""
    async with db.reading() as reader:
        roadmap_id = (await queries.behind(reader, wish.token))["roadmap_id"]
    copy = await duplicating.prepare(db, storage, roadmap_id, wish.title, stripped)

    async def work(tx: Tx) -> dict[str, Any]:
        await queries.behind(tx, wish.token)  # it may have been taken back meanwhile
        return await duplicating.insert(tx, copy, me.user_id, me.role)

    answer = await write(counted(work, lids, me.user_id, "generations"))
    await duplicating.keep_texts(storage, copy)
    return answer


@public.get("/public/roadmaps", response_model=schemas.PublicRoadmaps)
async def list_public(db: Db, q: Text = "", limit: Limit = 50, offset: Offset = 0) -> dict[str, Any]:
    """What everybody is shown, newest first; `q`: words of the title."""
    async with db.reading() as reader:
        return await queries.public(reader, words=q, limit=limit, offset=offset)


@offers.get("/admin/shares", response_model=schemas.Offers)
async def list_offers(db: Db, limit: Limit = 50, offset: Offset = 0) -> dict[str, Any]:
    """For an admin: what owners let everybody be shown, newest first."""
    async with db.reading() as reader:
        return await queries.all_offered(reader, limit=limit, offset=offset)


@offers.put("/admin/shares/{roadmap_id}", response_model=schemas.Offer)
async def feature_roadmap(roadmap_id: str, write: Write, wish: schemas.Feature) -> dict[str, Any]:
    """For an admin: show everybody a roadmap that its owner offered, or no longer."""
    note = Note("roadmap_featured" if wish.featured else "roadmap_unfeatured", roadmap_id)
    return await write(lambda tx: commands.feature(tx, roadmap_id, featured=wish.featured), note)
