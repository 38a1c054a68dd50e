"""Routes about covers."""

import re
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Query, Request, Response

from trailwright.covers import commands
from trailwright.covers.making import store
from trailwright.covers.pictures import stored, there
from trailwright.covers.queries import cover_of, covers_of
from trailwright.covers.schemas import Cover, Covers, CoversAsked, RoadmapIds
from trailwright.covers.studio import Studio, StudioFault, Unusable
from trailwright.errors import BusyError, InvalidError, PayloadTooLargeError
from trailwright.kit.api import Db, Holding, Me, Objects, Route, Write, reading
from trailwright.kit.db import Database, Tx
from trailwright.limits.commands import counted, of_batch
from trailwright.roadmaps import queries as roadmaps
from trailwright.settings import Settings

router = APIRouter(route_class=Route, tags=["covers"])

WEBP = "image/webp"
FOREVER = "private, max-age=31536000, immutable"
_BOUNDARY = re.compile(r'multipart/form-data;.*?boundary=(?:"([^"]+)"|([^;\s]+))', re.IGNORECASE | re.ASCII)
_UNUSABLE = {
    "not_an_image": "This is no PNG, JPEG or WebP picture, or it is damaged.",
    "too_many_pixels": "This picture has too many pixels. Make it smaller, at most 50 million.",
    "too_small": "This picture is too small. It needs at least 64 pixels on each side.",
    "too_slow": "This picture takes too long to read. Save it anew in another program.",
}
_BINARY = {"type": "string", "format": "binary"}
_UPLOADED = {
    "requestBody": {
        "required": True,
        "content": {
            **{kind: {"schema": _BINARY} for kind in ("image/png", "image/jpeg", WEBP)},
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"file": _BINARY}, "required": ["file"]}
            },
        },
    }
}


async def _told(db: Database, user_id: str, roadmap_id: str) -> dict[str, Any]:
    async with db.reading() as reader:
        title = (await roadmaps.row(reader, user_id, roadmap_id))["title"]
        return await cover_of(reader, roadmap_id, title)


@router.get("/roadmap/{roadmap_id}/cover-image", response_model=Cover)
@router.get("/roadmaps/{roadmap_id}/cover-image", response_model=Cover, name="read_cover_alias")
async def read_cover(roadmap_id: str, me: Me, db: Db) -> dict[str, Any]:
    """One roadmap's cover."""
    return await _told(db, me.user_id, roadmap_id)


@router.post("/roadmap/{roadmap_id}/cover-image/generate", response_model=Cover, status_code=202)
@router.post(
    "/roadmaps/{roadmap_id}/cover-image/generate",
    response_model=Cover,
    status_code=202,
    name="generate_cover_alias",
)
async def generate_cover(roadmap_id: str, me: Me, lids: Holding, write: Write) -> dict[str, Any]:
    """Have the cover made, or another one where there is one already."""
    return await write(counted(lambda tx: commands.generate(tx, roadmap_id), lids, me.user_id, "covers"))


@router.put("/roadmap/{roadmap_id}/cover-image", response_model=Cover, openapi_extra=_UPLOADED)
@router.put(
    "/roadmaps/{roadmap_id}/cover-image",
    response_model=Cover,
    openapi_extra=_UPLOADED,
    name="upload_cover_alias",
)
async def upload_cover(roadmap_id: str, request: Request, objects: Objects, write: Write) -> dict[str, Any]:
    """A picture of one's own: the file itself as the body, or in a form; PNG, JPEG or WebP, at most 5 MB."""
    most = cast("Settings", request.app.state.settings).limits.upload_bytes
    data = _file(request.headers.get("content-type", ""), await _body(request.stream(), most))
    studio: Studio = request.app.state.studio
    try:
        picture = await studio.remake(data)
    except Unusable as fault:
        field = {"field": "body", "message": fault.code}
        raise InvalidError(_UNUSABLE[fault.code], code=fault.code, errors=[field]) from None
    except StudioFault:
        raise BusyError("The picture could not be read just now. Try again.") from None
    await store(objects, roadmap_id, picture)
    return await write(lambda tx: commands.keep_upload(tx, roadmap_id, picture.digest))


def _file(content_type: str, body: bytes) -> bytes:
    """The first file of a form, as browsers and curl send it (RFC 7578); of any other body the body."""
    boundary = _BOUNDARY.match(content_type)
    if boundary is None:
        return body
    for part in (b"\r\n" + body).split(b"\r\n--" + (boundary[1] or boundary[2]).encode())[1:]:
        head, _, content = part.partition(b"\r\n\r\n")
        if b"filename" in head.lower():
            return content
    return b""


async def _body(stream: AsyncIterator[bytes], most: int) -> bytes:
    data = bytearray()
    async for piece in stream:
        data += piece
        if len(data) > most:
            raise PayloadTooLargeError(
                f"A picture may have at most {most / 1e6:g} MB.", code="picture_too_large"
            )
    return bytes(data)


@router.get(
    "/roadmaps/{roadmap_id}/cover-image/{digest}",
    response_class=Response,
    responses={200: {"content": {WEBP: {}}}, 304: {"description": "The picture is known."}},
)
async def read_cover_picture(
    roadmap_id: str,
    digest: str,
    request: Request,
    db: Db,
    objects: Objects,
    w: Annotated[Literal["800", "1600"], Query()] = "1600",
) -> Response:
    """The picture itself, WebP; an address always answers the same bytes."""
    tag = f'"{digest}-{w}"'
    headers = {"ETag": tag, "Cache-Control": FOREVER, "Content-Security-Policy": "default-src 'none'"}
    await there(db, roadmap_id, digest)
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    data = await stored(objects, roadmap_id, digest, int(w))
    return Response(data, media_type=WEBP, headers=headers)


@router.post("/cover-images/batch-get", response_model=Covers)
@reading
async def read_covers(me: Me, db: Db, chosen: RoadmapIds) -> dict[str, Any]:
    """Several roadmaps' covers."""
    async with db.reading() as reader:
        titles = await roadmaps.titles(reader, me.user_id, chosen.roadmap_ids)
        return {"covers": await covers_of(reader, titles)}


@router.post("/cover-images/batch-generate", response_model=CoversAsked)
async def generate_covers(me: Me, lids: Holding, write: Write, chosen: RoadmapIds) -> dict[str, Any]:
    """Have covers made where there is none; what is there or being made is left alone."""

    async def work(tx: Tx) -> dict[str, Any]:
        return await commands.batch_generate(tx, me.user_id, chosen.roadmap_ids)

    return await write(counted(work, lids, me.user_id, "covers", of_batch))
