"""A picture of one's own: what may come in, and what is left of it."""

import io
import struct
import zlib
from collections.abc import AsyncIterator

import httpx
import psutil
import pytest
from PIL import Image, TiffImagePlugin

from tests.api.support import API, World, refusal
from tests.covers.support import a_picture, claim_one, cover_row, paint, pictures
from tests.support import engine as e
from trailwright.covers import studio
from trailwright.kit.db import Database
from trailwright.kit.storage import Storage
from trailwright.roadmaps import commands as roadmaps
from trailwright.work.painting import Painter

SITE = API.removesuffix("/api/v1")
SECRET = "Taken at home, 52.5200 N"


async def upload(world: World, roadmap_id: str, data: bytes, kind: str = "image/png") -> httpx.Response:
    return await world.client.put(
        f"/roadmaps/{roadmap_id}/cover-image", content=data, headers={"Content-Type": kind}
    )


async def shown(world: World, told: dict[str, str]) -> bytes:
    return (await world.client.get(SITE + told["url"])).content


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_a_picture_is_shown_whatever_it_calls_itself(world: World, db: Database, kind: str) -> None:
    _, roadmap_id = await e.an_order(db)
    answer = await upload(world, roadmap_id, a_picture(kind), "text/plain")
    told = answer.json()
    assert (answer.status_code, told["status"], told["source"]) == (200, "success", "upload")
    picture = Image.open(io.BytesIO(await shown(world, told)))
    assert (picture.format, picture.size) == ("WEBP", (1600, 900))


@pytest.mark.parametrize("more", [{}, {"boundary": "a b"}], ids=["as sent by clients", "quoted"])
async def test_a_file_in_a_form_is_as_good_as_the_file_itself(
    world: World, db: Database, more: dict[str, str]
) -> None:
    _, roadmap_id = await e.an_order(db)
    path = f"/roadmaps/{roadmap_id}/cover-image"
    plain = (await upload(world, roadmap_id, a_picture("JPEG"))).json()
    kind = {"Content-Type": f'multipart/form-data; boundary="{more["boundary"]}"'} if more else {}
    files: dict[str, tuple[str | None, bytes, str]] = {
        "title": (None, b"--", "text/plain"),
        "anything": ("x.txt", a_picture("JPEG"), "text/plain"),
    }
    formed = await world.client.put(path, files=files, headers=kind)
    assert (formed.status_code, formed.json()["url"]) == (200, plain["url"])
    refusal(await world.client.put(path, files={"x": ("a.png", SVG)}), 422, "not_an_image")
    refusal(await world.client.put(path, data={"x": "y"}, files={"z": (None, b"1")}), 422, "not_an_image")


async def test_only_the_pixels_stay(world: World, db: Database, storage: Storage) -> None:
    _, roadmap_id = await e.an_order(db)
    exif = Image.Exif()
    exif[0x010E] = SECRET  # description
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[2] = (TiffImagePlugin.IFDRational(52), TiffImagePlugin.IFDRational(31), 0)
    data = a_picture("JPEG", (400, 1600), exif=exif, comment=SECRET.encode())
    assert SECRET.encode() in data
    told = (await upload(world, roadmap_id, data + SECRET.encode())).json()
    for one in await pictures(storage):
        stored = await storage.get(one.key)
        assert SECRET.encode() not in stored
        picture = Image.open(io.BytesIO(stored))
        assert not picture.getexif()
        assert set(picture.info) <= {"loop", "background", "duration", "timestamp"}
    left, right = _ends(await shown(world, told))
    assert left > right + 100, "it was turned upright"


def _ends(data: bytes) -> tuple[int, int]:
    """Brightness at the left and at the right edge."""
    picture = Image.open(io.BytesIO(data)).convert("L")
    return int(picture.getpixel((5, 450))), int(picture.getpixel((1594, 450)))  # type: ignore[arg-type]  # one band


async def test_what_is_transparent_becomes_white(world: World, db: Database) -> None:
    _, roadmap_id = await e.an_order(db)
    out = io.BytesIO()
    Image.new("RGBA", (320, 180), (0, 0, 0, 0)).save(out, "PNG")
    told = (await upload(world, roadmap_id, out.getvalue())).json()
    picture = Image.open(io.BytesIO(await shown(world, told))).convert("RGB")
    assert picture.getpixel((800, 450)) == (255, 255, 255)


@pytest.mark.parametrize("colours", [0, 2, 4, 6], ids=["grey", "rgb", "grey alpha", "rgb alpha"])
async def test_sixteen_bits_a_channel_keep_their_brightness(world: World, db: Database, colours: int) -> None:
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colours]
    values = [[round(x / 319 * 65_535)] * channels for x in range(320)]
    if colours in {4, 6}:
        values = [[*one[:-1], 65_535] for one in values]
    row = b"\x00" + b"".join(struct.pack(f">{channels}H", *one) for one in values)
    _, roadmap_id = await e.an_order(db)
    told = (await upload(world, roadmap_id, a_png(320, 180, 16, colours, row * 180))).json()
    left, right = _ends(await shown(world, told))
    assert left < 20
    assert right > 235


def a_png(width: int, height: int, bits: int, colours: int, rows: bytes) -> bytes:
    """A PNG with these rows."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + data + chunk(b"IEND", b"")


def a_bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that claims, and has, so many pixels."""
    return a_png(width, height, 1, 0, b"\x00" * (width // 8 + 1) * 1000)


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><script/></svg>'
REFUSED = {
    "svg": (SVG, "not_an_image"),
    "gif": (a_picture("GIF"), "not_an_image"),
    "tiff": (a_picture("TIFF"), "not_an_image"),
    "a page": (b"<!doctype html><title>Hello</title>", "not_an_image"),
    "nothing": (b"", "not_an_image"),
    "cut off": (a_picture("PNG")[:-200], "not_an_image"),
    "only a head": (a_picture("PNG")[:40], "not_an_image"),
    "a bomb": (a_bomb(60_000, 60_000), "too_many_pixels"),
    "more pixels than allowed": (a_bomb(8_000, 6_300), "too_many_pixels"),
    "a dot": (a_picture("PNG", (63, 400)), "too_small"),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_what_is_no_picture_is_refused_and_nothing_is_stored(
    world: World, db: Database, storage: Storage, what: str
) -> None:
    data, code = REFUSED[what]
    _, roadmap_id = await e.an_order(db)
    problem = refusal(await upload(world, roadmap_id, data), 422, code)
    assert problem["detail"]
    assert await pictures(storage) == []
    assert (await world.get(f"/roadmaps/{roadmap_id}/cover-image"))["status"] == "not_started"


async def test_a_picture_that_is_also_a_page_becomes_a_picture_alone(
    world: World, db: Database, storage: Storage
) -> None:
    _, roadmap_id = await e.an_order(db)
    script = b"<script>alert(1)</script>"
    told = (await upload(world, roadmap_id, a_picture("JPEG", comment=script) + script, "text/html")).json()
    assert told["status"] == "success"
    assert script not in b"".join([await storage.get(one.key) for one in await pictures(storage)])


async def test_five_megabytes_are_enough(world: World, db: Database) -> None:
    _, roadmap_id = await e.an_order(db)
    exact = a_picture("PNG") + bytes(5_000_000)
    assert (await upload(world, roadmap_id, exact[:5_000_000])).status_code == 200
    refusal(await upload(world, roadmap_id, exact[:5_000_001]), 413, "picture_too_large")


async def test_a_body_without_end_is_not_read_to_its_end(world: World, db: Database) -> None:
    _, roadmap_id = await e.an_order(db)
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 10**9:
            sent += 65_536
            yield bytes(65_536)

    answer = await world.client.put(f"/roadmaps/{roadmap_id}/cover-image", content=endless())
    refusal(answer, 413)
    assert sent < 6_000_000


async def test_a_decoder_that_takes_too_long_is_ended(
    world: World, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, roadmap_id = await e.an_order(db)
    monkeypatch.setattr(studio, "DRAW_S", 0.01)
    refusal(await upload(world, roadmap_id, a_picture("PNG", (4000, 3000))), 422, "too_slow")
    monkeypatch.setattr(studio, "DRAW_S", 20.0)
    assert (await upload(world, roadmap_id, a_picture())).status_code == 200


async def test_the_process_that_decodes_knows_no_secret(
    world: World, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAILWRIGHT_SECRET_KEY", SECRET)
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    _, roadmap_id = await e.an_order(db)
    await upload(world, roadmap_id, a_picture())
    process = psutil.Process(world.app.state.studio._process.pid)
    assert SECRET not in process.environ().values()
    assert process.nice() > psutil.Process().nice()


async def test_ones_own_picture_wins_over_one_that_is_being_made(
    world: World, db: Database, painter: Painter
) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    await claim_one(painter)
    mine = (await upload(world, roadmap_id, a_picture())).json()
    await painter.keeper.idle(60)
    assert await world.get(f"/roadmaps/{roadmap_id}/cover-image") == mine
    assert painter.keeper.counts.late_refused == 1


async def test_ones_own_picture_stays_when_the_title_changes(
    world: World, db: Database, painter: Painter
) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    await upload(world, roadmap_id, a_picture())
    await db.transact(lambda tx: roadmaps.rename(tx, roadmap_id, "Learn to sail"))
    await paint(painter)
    told = await world.get(f"/roadmaps/{roadmap_id}/cover-image")
    assert (told["source"], told["alt"]) == ("upload", "Cover of Learn to sail")
    assert (await cover_row(db, roadmap_id))["status"] == "completed"
