"""`PUBLIC_URL=https://example.org/learn`: all there is is below that path, and nothing is said without it."""

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr, ValidationError
from websockets.asyncio.client import connect

from tests.api.people import (
    CSRF,
    ELSEWHERE,
    PASSWORD,
    SECRET_KEY,
    a_person,
    a_world_of_accounts,
    give,
    with_accounts,
)
from tests.api.support import BASE, World, a_server, a_world, good, refusal
from tests.support import engine
from tests.support.oidc import CLIENT, SECRET, OpenId, a_provider
from trailwright.api import create_app, described
from trailwright.api.access import METRICS
from trailwright.settings import Settings
from trailwright.settings_parts import PAGES, PARENTS
from trailwright.users.desk import setup_code

SITE, PATH = "https://example.org", "/learn"
PAGE = """<head>
    <meta charset="utf-8" />
    <link rel="icon" href="/favicon.svg" />
    <script type="module" crossorigin src="/assets/app-1a2b.js"></script>
    <link href="//elsewhere.example/x" />
  </head>
  <body><a href="#content">On</a></body>"""
PAGE_BELOW = """<head>
    <meta name="trailwright-base" content="/learn" />
    <meta charset="utf-8" />
    <link rel="icon" href="/learn/favicon.svg" />
    <script type="module" crossorigin src="/learn/assets/app-1a2b.js"></script>
    <link href="//elsewhere.example/x" />
  </head>
  <body><a href="#content">On</a></body>"""


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Where it is seen depends on no database."""
    shutil.copyfile(sqlite_template, tmp_path / "trailwright.db")
    return f"sqlite:///{tmp_path / 'trailwright.db'}"


def below(settings: Settings, site: str = SITE) -> Settings:
    return settings.model_copy(update={"public_url": f"{site}{PATH}"})


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    settings = below(Settings(secret_key=SecretStr(SECRET_KEY)))
    async with a_world(database_url, tmp_path, settings=settings) as made:
        yield made


def at_the_site(world: World, site: str = SITE) -> httpx.AsyncClient:
    """A browser that comes by the site; its proxy leaves the path in front."""
    client = world.client_from(ELSEWHERE, base=f"{site}{PATH}/api/v1")
    client.headers.update({**CSRF, "Origin": site})
    return client


@pytest.mark.parametrize(
    ("said", "kept", "path"),
    [
        ("https://example.org/learn", "https://example.org/learn", "/learn"),
        ("https://example.org/learn/", "https://example.org/learn", "/learn"),
        ("https://example.org/learn/?", "https://example.org/learn", "/learn"),
        (
            "https://example.org:8443/a-b/c_d~1/api",
            "https://example.org:8443/a-b/c_d~1/api",
            "/a-b/c_d~1/api",
        ),
        ("https://learn.example.org", "https://learn.example.org", ""),
        ("https://learn.example.org/", "https://learn.example.org/", ""),
    ],
)
def test_the_path_is_what_public_url_says(said: str, kept: str, path: str) -> None:
    settings = Settings(public_url=said)
    assert (settings.public_url, settings.below) == (kept, path)


def test_no_path_begins_as_an_address_of_the_product_does() -> None:
    """One that a proxy has taken off already would be taken off once more."""
    own = {path.split("/")[1] for path in [*described()["paths"], METRICS, "/assets/"]}
    for word in sorted(own | {*PAGES, *PARENTS}):
        for path in (f"/{word}", f"/{word}/learn"):
            with pytest.raises(ValidationError, match="another path"):
                Settings(public_url=f"{SITE}{path}")


async def test_the_path_is_taken_off_where_the_proxy_has_not(world: World) -> None:
    async with world.client_from("127.0.0.1", base=BASE) as client:
        for path in (f"{PATH}/api/v1/health/live", "/api/v1/health/live"):
            assert (await client.get(path)).status_code == 200
        for path in ("/learner/api/v1/health/live", f"{PATH}{PATH}/api/v1/health/live", f"{PATH}/api/v1/no"):
            refusal(await client.get(path), 404)
        world.app.state.settings = Settings(secret_key=SecretStr(SECRET_KEY), public_url=SITE)
        refusal(await client.get(f"{PATH}/api/v1/health/live"), 404)


async def test_what_goes_wrong_below_it_is_told_as_ever(world: World) -> None:
    @world.app.get("/api/v1/accident")
    async def accident() -> None:
        raise ValueError

    async with world.client_from("127.0.0.1", base=BASE, tolerant=True) as client:
        assert refusal(await client.get(f"{PATH}/api/v1/accident"), 500)["request_id"]


async def test_nobody_gets_in_by_the_path(world: World) -> None:
    async with at_the_site(world) as stranger:
        for path in ("/users/me", "/nothing", f"{SITE}{PATH}/", f"{SITE}{PATH}/tasks"):
            refusal(await stranger.get(path), 403)


async def test_the_page_names_its_files_below_the_path(world: World, tmp_path: Path) -> None:
    built = tmp_path / "web_dist"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text(PAGE)
    (built / "assets" / "app-1a2b.js").write_text('go("/assets/x")')
    world.app = create_app(world, web_dist=built)
    async with world.client_from("127.0.0.1", base=BASE) as client:
        tags = set()
        for path in (PATH, f"{PATH}/", f"{PATH}/tasks/1", "/tasks/1", f"{PATH}/index.html"):
            answer = await client.get(path)
            assert (answer.status_code, answer.text) == (200, PAGE_BELOW), path
            tags.add(answer.headers["etag"])
        assert (await client.get(f"{PATH}/nowhere")).status_code == 404
        assert (await client.get(f"{PATH}/assets/app-1a2b.js")).text == 'go("/assets/x")'
        world.app.state.settings = Settings(secret_key=SecretStr(SECRET_KEY), public_url=SITE)
        plain = await client.get("/")
        assert plain.text == PAGE, "without a path it is the very file"
        assert len(tags | {plain.headers["etag"]}) == 2
    await world.app.state.feed.close()


@pytest.mark.parametrize(
    ("site", "name"),
    [
        (SITE, "__Secure-trailwright_session_below"),
        ("http://example.org", "trailwright_session_below"),
    ],
)
async def test_other_paths_of_the_site_get_no_cookie(
    database_url: str, tmp_path: Path, site: str, name: str
) -> None:
    body = {"email": "ann@example.org", "password": PASSWORD, "setup_code": setup_code(SECRET_KEY)}
    async with (
        a_world_of_accounts(database_url, tmp_path, below(with_accounts(), site)) as world,
        at_the_site(world, site) as ann,
    ):
        answer = await ann.post("/auth/register", json=body)
        word = good(answer)["access_token"]
        said = answer.headers["set-cookie"].split("; ")
        assert said[0] == f"{name}={word}"
        assert {"HttpOnly", f"Path={PATH}", "SameSite=lax"} <= set(said)
        assert ("Secure" in said) is site.startswith("https")
        good(await ann.get("/users/me"))
        # One of an installation at the root of the same host comes along, and after it.
        both = {"Cookie": f"{name}={word}; trailwright_session=tws_old; __Host-trailwright_session=tws_old"}
        good(await ann.get("/users/me", headers=both))
        good(await ann.post("/auth/logout"))
        assert not ann.cookies
        refusal(await ann.get("/users/me"), 401)


async def test_https_is_asked_for_of_this_host_alone(world: World) -> None:
    headers = (await world.client.get("/health/live")).headers
    assert headers["strict-transport-security"] == "max-age=31536000"


async def test_a_socket_is_below_it_too(database_url: str, tmp_path: Path) -> None:
    async with a_world_of_accounts(database_url, tmp_path, below(with_accounts())) as world:
        ann = await a_person(world, "ann")
        task_id, _ = await engine.an_order(world.db)
        await give(world, ann)
        bearer = {"Authorization": f"Bearer {ann.word}"}
        async with a_server(world) as place:
            uri = f"ws://{place}{PATH}/api/v1/ws/{task_id}"
            async with connect(uri, additional_headers=bearer) as line:
                assert json.loads(await line.recv())["type"] == "connected"


async def test_links_lead_below_it(database_url: str, tmp_path: Path) -> None:
    async with a_world_of_accounts(database_url, tmp_path, below(with_accounts())) as world:
        admin = await a_person(world, "admin", role="admin")
        _, roadmap_id = await engine.a_task(world.db)
        await give(world, admin)
        share = await admin.post(f"/roadmaps/{roadmap_id}/share")
        assert share["url"] == f"{SITE}{PATH}{share['path']}"
        assert share["path"].startswith("/shared/")
        invite = await admin.post("/admin/invites", {})
        assert invite["link"].startswith(f"{SITE}{PATH}/register#")
        assert (await admin.get("/reach"))["addresses"] == [f"{SITE}{PATH}"]


@pytest.fixture
async def provider() -> AsyncIterator[OpenId]:
    async with a_provider() as made:
        yield made


async def test_who_is_vouched_for_comes_back_below_it(
    database_url: str, tmp_path: Path, provider: OpenId
) -> None:
    settings = with_accounts(
        oidc_discovery_url=provider.discovery_url,
        oidc_client_id=CLIENT,
        oidc_client_secret=SecretStr(SECRET),
    )
    async with a_world_of_accounts(database_url, tmp_path, below(settings)) as world:
        await a_person(world, "admin", role="admin")
        async with at_the_site(world) as ann:
            there = await ann.get("/auth/oidc/login", params={"next": "/tasks?page=2"})
            back = provider.arrived(there.headers["location"])
            assert provider.asked["redirect_uri"] == f"{SITE}{PATH}/api/v1/auth/oidc/callback"
            answer = await ann.get("/auth/oidc/callback", params=back)
            assert answer.headers["location"] == f"{PATH}/tasks?page=2"
            assert good(await ann.get("/users/me"))["email"] == "ann@example.org"
            assert [cookie.path for cookie in ann.cookies.jar] == [PATH]
            again = await ann.get("/auth/oidc/callback", params=back)
            assert again.headers["location"] == f"{PATH}/login#oidc_failed"
