"""Pictures from elsewhere: named, counted, guarded; whatever goes wrong there, a cover comes."""

import base64
import gzip
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pydantic import SecretStr

from tests.covers.support import a_painter, a_picture, change, cover, paint, pictures
from tests.covers.test_an_uploaded_cover import SVG, a_bomb
from tests.research.world import Asked, Site, Write, a_site, hang, redirect, reply
from tests.support import engine as e
from trailwright.commandline.doctor import others
from trailwright.covers import providers
from trailwright.covers.providers import CoverFault, Provider, Wanted, from_settings
from trailwright.kit.db import Database
from trailwright.kit.storage import Storage
from trailwright.research.guard import Limits
from trailwright.settings import Covers, Fetch, Settings

KEY = "k-secret"
WANTED = Wanted("roadmap-a", "Brot backen", "sourdough bread")
PICTURE = a_picture("JPEG", (1600, 900))
Play = Callable[[Asked, Write], Awaitable[None]]


def configured(site: Site, name: str, *, allow: tuple[str, ...] = ()) -> Provider:
    """The provider as the settings make it, its server on loopback."""
    chosen = Covers.model_validate({"provider": name, "base_url": site.url(""), "api_key": SecretStr(KEY)})
    made = from_settings(Settings(covers=chosen, fetch=Fetch(allow=allow)))
    assert made is not None
    return made


def a_photo(site: Site, n: int = 0) -> dict[str, Any]:
    """A search result as Unsplash documents it."""
    return {
        "urls": {"raw": site.url(f"/raw-{n}?ixid=a")},
        "links": {
            "html": "https://unsplash.com/photos/x",
            "download_location": "https://api.unsplash.com/photos/x/download?ixid=b",
        },
        "user": {"name": "Ansel A."},
    }


def found(*photos: dict[str, Any]) -> bytes:
    return reply(200, json.dumps({"results": list(photos)}), content_type="application/json")


def made(**answer: Any) -> bytes:
    return reply(200, json.dumps({"data": [answer]}), content_type="application/json")


def a_jpeg(data: bytes = PICTURE) -> bytes:
    return reply(200, data, content_type="image/jpeg")


async def test_a_photo_is_named_counted_and_kept(db: Database, storage: Storage) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    async with a_site() as site:
        site.routes = {
            "/search/photos": found(a_photo(site)),
            "/raw-0": a_jpeg(),
            "/photos/x/download": reply(200, "{}"),
        }
        async with a_painter(db, storage, configured(site, "unsplash")) as painter:
            await paint(painter)
    told = await cover(db, roadmap_id)
    assert (told["status"], told["source"]) == ("success", "unsplash")
    assert told["attribution"] == "Photo by Ansel A. on Unsplash"
    assert told["attribution_url"].startswith("https://unsplash.com/photos/x?utm_source=trailwright")
    assert told["url"].startswith("/api/v1/roadmaps/"), "shown from here, never from there"
    search, photo, counted = site.asked
    assert "query=A+way" in search.target
    assert search.headers["authorization"] == counted.headers["authorization"] == f"Client-ID {KEY}"
    assert "authorization" not in photo.headers, "the key goes to the provider alone"
    assert counted.target == "/photos/x/download?ixid=b"


async def test_the_model_s_words_for_the_subject_are_searched_and_another_choice_is_another_photo() -> None:
    async with a_site() as site:
        photos = [a_photo(site, n) for n in range(3)]
        site.routes = {"/search/photos": found(*photos)}
        site.routes.update({f"/raw-{n}": a_jpeg() for n in range(3)})
        provider = configured(site, "unsplash")
        for choice in range(3):
            await provider.find(Wanted("roadmap-a", "Brot", "sourdough bread", choice))
        await provider.aclose()
    assert "query=sourdough+bread" in site.asked[0].target
    assert len({one.target for one in site.asked if one.target.startswith("/raw")}) == 3


@pytest.mark.parametrize("way", ["b64_json", "url"])
async def test_an_images_endpoint_makes_a_cover(db: Database, storage: Storage, way: str) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    async with a_site() as site:
        value = base64.b64encode(PICTURE).decode() if way == "b64_json" else site.url("/made.png")
        site.routes = {"POST /images/generations": made(**{way: value}), "/made.png": a_jpeg()}
        async with a_painter(db, storage, configured(site, "openai")) as painter:
            await paint(painter)
    assert (await cover(db, roadmap_id))["source"] == "openai"
    asked = json.loads(site.asked[0].body)
    assert (asked["model"], asked["n"], asked["size"]) == ("gpt-image-1", 1, "1536x1024")
    assert '"A way"' in asked["prompt"]
    assert site.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert all("authorization" not in one.headers for one in site.asked[1:])


async def drip(asked: Asked, write: Write) -> None:
    """A byte now and then, for ever."""
    del asked
    await write(b"HTTP/1.1 200 OK\r\ncontent-type: image/jpeg\r\ncontent-length: 999999\r\n\r\n")
    await hang(Asked("", "", {}, b""), write)


SENT = {"bytes": 0}


async def ten_gigabytes(asked: Asked, write: Write) -> None:
    """A body that only the reader can end."""
    del asked
    SENT["bytes"] = 0
    await write(b"HTTP/1.1 200 OK\r\ncontent-type: image/jpeg\r\ncontent-length: 10000000000\r\n\r\n")
    while SENT["bytes"] < 10**10:
        await write(bytes(1_000_000))
        SENT["bytes"] += 1_000_000


GZIP_BOMB = reply(200, gzip.compress(bytes(10**8)), content_encoding="gzip")
FAULTS: dict[str, tuple[str, bytes | Play]] = {
    "slow": ("cover_unavailable", hang),
    "drips": ("cover_unavailable", drip),
    "too many requests": ("cover_rate_limited", reply(429, retry_after="60")),
    "wrong key": ("cover_auth", reply(401, '{"errors": ["OAuth error"]}')),
    "forbidden": ("cover_auth", reply(403)),
    "out of order": ("cover_unavailable", reply(500)),
    "a page": ("cover_unavailable", reply(200, "<!doctype html><title>Log in</title>")),
    "another shape": ("cover_unavailable", reply(200, '{"results": 7, "data": {}}')),
    "deep": ("cover_unavailable", reply(200, "[" * 100_000)),
    "sent elsewhere": ("cover_unavailable", redirect("http://127.0.0.1:1/")),
    "ten gigabytes": ("cover_unusable", ten_gigabytes),
    "a bomb on the wire": ("cover_unusable", GZIP_BOMB),
}


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second or two instead of two minutes."""
    monkeypatch.setattr(providers, "SEARCH_S", 1.0)
    monkeypatch.setattr(providers, "LIMITS", Limits(total_s=2.0, max_bytes=24_000_000, max_redirects=3))


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ["unsplash", "openai"])
async def test_every_fault_of_a_provider_has_its_name(name: str, fault: str) -> None:
    code, answer = FAULTS[fault]
    async with a_site() as site:
        site.routes = {"/search/photos": answer, "/images/generations": answer}
        provider = configured(site, name)
        with pytest.raises(CoverFault) as raised:
            await provider.find(WANTED)
        await provider.aclose()
    assert raised.value.code == code
    assert KEY not in str(raised.value)
    assert SENT["bytes"] < 60_000_000, "hung up on, not read to the end"


PHOTOS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "nobody took it": {"user": None},
    "a list of addresses": {"urls": ["https://images.unsplash.com/x"]},
    "counted nowhere": {"links": {"html": "https://unsplash.com/photos/x", "download_location": "here"}},
    "a page that is a script": {
        "links": {"html": "javascript:alert(1)", "download_location": "https://a/b/c"}
    },
}


@pytest.mark.parametrize("what", PHOTOS)
async def test_a_photo_of_another_shape_is_a_fault_with_a_name(what: str) -> None:
    async with a_site() as site:
        odd = {**a_photo(site), **PHOTOS[what]} if PHOTOS[what] else {}
        site.routes = {"/search/photos": found(odd), "/raw-0": a_jpeg()}
        provider = configured(site, "unsplash")
        with pytest.raises(CoverFault, match="cover_unavailable"):
            await provider.find(WANTED)
        await provider.aclose()


async def test_a_provider_that_is_down_and_one_that_finds_nothing_have_their_names() -> None:
    async with a_site() as site:
        site.routes = {"/search/photos": found()}
        provider = configured(site, "unsplash")
        with pytest.raises(CoverFault, match="cover_nothing_found"):
            await provider.find(WANTED)
    with pytest.raises(CoverFault, match="cover_unavailable: refused"):
        await provider.find(WANTED)
    await provider.aclose()


PICTURES: dict[str, bytes | Play] = {
    "gone": reply(404),
    "a page": reply(200, "<!doctype html><script>alert(1)</script>", content_type="image/jpeg"),
    "svg": reply(200, SVG, content_type="image/svg+xml"),
    "a bomb": a_jpeg(a_bomb(60_000, 60_000)),
    "cut off": a_jpeg(PICTURE[: len(PICTURE) // 3]),
    "ten gigabytes": ten_gigabytes,
    "slow": drip,
    "sent into the house": redirect("http://127.0.0.1:22/"),
    "sent to the metadata": redirect("http://169.254.169.254/latest/meta-data/"),
}


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("what", PICTURES)
async def test_whatever_a_provider_sends_a_cover_is_there_and_nothing_else_is_stored(
    db: Database, storage: Storage, what: str
) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    async with a_site() as site:
        site.routes = {"/search/photos": found(a_photo(site)), "/raw-0": PICTURES[what]}
        async with a_painter(db, storage, configured(site, "unsplash")) as painter:
            await paint(painter)
        assert "/photos/x/download?ixid=b" not in [one.target for one in site.asked] or what in {
            "a page",
            "svg",
            "a bomb",
            "cut off",
        }
    told = await cover(db, roadmap_id)
    assert (told["status"], told["source"], told.get("attribution")) == ("success", "local", None)
    stored = [await storage.get(one.key) for one in await pictures(storage)]
    assert [data[:4] + data[8:12] for data in stored] == [b"RIFFWEBP"] * 2


async def test_a_picture_that_is_also_a_script_loses_the_script(db: Database, storage: Storage) -> None:
    _, roadmap_id = await e.a_task(db, 1)
    script = b"<script>alert(1)</script>"
    async with a_site() as site:
        hybrid = a_picture("JPEG", (1600, 900), comment=script) + script
        site.routes = {"/search/photos": found(a_photo(site)), "/raw-0": a_jpeg(hybrid)}
        async with a_painter(db, storage, configured(site, "unsplash")) as painter:
            await paint(painter)
    assert (await cover(db, roadmap_id))["source"] == "unsplash"
    assert script not in b"".join([await storage.get(one.key) for one in await pictures(storage)])


@pytest.mark.usefixtures("short")
async def test_an_address_a_server_names_is_guarded_like_any_strangers() -> None:
    async with a_site() as inner, a_site() as outer:
        inner.routes = {"/secret": a_jpeg()}
        outer.routes = {"/images/generations": made(url=inner.url("/secret"))}
        provider = configured(outer, "openai")
        with pytest.raises(CoverFault, match="refused: "):
            await provider.find(WANTED)
        await provider.aclose()
        assert inner.asked == []
        allowed = configured(outer, "openai", allow=inner.allow)
        assert (await allowed.find(WANTED)).data == PICTURE
        await allowed.aclose()


async def test_another_provider_is_asked_from_the_next_cover_on(db: Database, storage: Storage) -> None:
    first, second = [(await e.a_task(db, 1))[1] for _ in range(2)]
    async with a_site() as site:
        value = base64.b64encode(PICTURE).decode()
        site.routes = {"/images/generations": made(b64_json=value), "/search/photos": found(a_photo(site))}
        site.routes["/raw-0"] = a_jpeg()
        async with a_painter(db, storage, configured(site, "openai")) as painter:
            await change(db, second, status="failed")
            await paint(painter)
            painter.use(configured(site, "unsplash"))
            await change(db, second, status="pending")
            await paint(painter)
    sources = [(await cover(db, roadmap_id))["source"] for roadmap_id in (first, second)]
    assert sources == ["openai", "unsplash"]


@pytest.mark.parametrize("name", ["unsplash", "openai"])
async def test_a_key_is_never_carried_along_with_a_redirect(name: str) -> None:
    async with a_site() as thief, a_site() as site:
        thief.routes = {"/": found(a_photo(thief))}
        site.routes = dict.fromkeys(("/search/photos", "/images/generations"), redirect(thief.url("/")))
        provider = configured(site, name, allow=thief.allow)
        with pytest.raises(CoverFault, match="cover_unavailable: redirects"):
            await provider.find(WANTED)
        await provider.aclose()
        assert thief.asked == []


async def test_doctor_asks_the_provider_for_one_picture() -> None:
    assert await others.covers(Settings()) == []
    async with a_site() as site:
        given = Covers(provider="openai", base_url=site.url(""), api_key=SecretStr(KEY))
        site.routes = {"/images/generations": reply(401)}
        [wrong] = await others.covers(Settings(covers=given))
        site.routes = {"/images/generations": made(b64_json=base64.b64encode(PICTURE).decode())}
        [right] = await others.covers(Settings(covers=given))
    assert (wrong.state, right.state) == ("wrong", "ok")
    assert "cover_auth" in wrong.words
    assert KEY not in wrong.words


def test_without_a_provider_nobody_is_asked() -> None:
    assert from_settings(Settings()) is None
