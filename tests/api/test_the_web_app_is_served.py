import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.api.support import BASE, World, a_world, refusal
from trailwright.api import create_app

PAGE = {"Accept": "text/html,*/*", "Accept-Encoding": "identity"}
SCRIPT = "run();\n" * 500
ROUTES = (
    "/",
    "/new",
    "/tasks",
    "/tasks/0ae3",
    "/roadmap/bread-1",
    "/roadmap/bread-1/learn/c-1",
    "/settings",
    "/trash",
    "/login",
)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "web_dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>The app</title>")
    (folder / "favicon.svg").write_text("<svg/>")
    (folder / ".built-1").write_text("hidden")
    (folder / "assets" / "app-1a2b.js").write_text(SCRIPT)
    (folder / "assets" / "text-1a2b.woff2").write_bytes(b"packed already" * 100)
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@pytest.fixture
async def browser(tmp_path: Path, built: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with a_world(f"sqlite:///{tmp_path / 'x.db'}", tmp_path) as world:
        world.app = create_app(world, web_dist=built)
        async with world.client_from("127.0.0.1", base=BASE) as client:
            yield client
        await world.app.state.feed.close()


async def test_every_route_of_the_app_gets_its_page(browser: httpx.AsyncClient) -> None:
    for path in ROUTES:
        answer = await browser.get(path, headers=PAGE)
        assert (answer.status_code, answer.text) == (200, "<title>The app</title>"), path
        assert answer.headers["cache-control"] == "no-cache"
    assert (await browser.head("/tasks", headers=PAGE)).content == b""


async def test_an_address_the_app_does_not_know_gets_its_page_and_404(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/nowhere", headers=PAGE)
    assert (answer.status_code, answer.text) == (404, "<title>The app</title>")


async def test_a_file_that_is_not_there_is_no_page(browser: httpx.AsyncClient) -> None:
    for path in ("/assets/app-old.js", "/assets/x", "/robots.txt", "/assets/../../secret.txt"):
        refusal(await browser.get(path, headers=PAGE), 404, "not_found")


async def test_below_api_an_unknown_path_is_json_whatever_is_accepted(browser: httpx.AsyncClient) -> None:
    for path in ("/api", "/api/v1/nothing", "/api/v2/tasks", "/api/v1/tasks/x", "/api/v1/tasks.js"):
        refusal(await browser.get(path, headers=PAGE), 404)
        refusal(await browser.put(path, headers=PAGE), 404 if path != "/api/v1/tasks/x" else 405)
    refusal(await browser.get("/api/v1/tasks/generate", headers=PAGE), 404)


async def test_nothing_but_the_folder_is_served(browser: httpx.AsyncClient) -> None:
    for path in ("/.built-1", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/..%5csecret.txt", "/assets%00/x"):
        answer = await browser.get(path, headers=PAGE)
        assert "secret" not in answer.text, path
        assert "hidden" not in answer.text, path


async def test_a_link_out_of_the_folder_is_not_followed(browser: httpx.AsyncClient, built: Path) -> None:
    (built / "assets" / "out.txt").symlink_to(built.parent / "secret.txt")
    refusal(await browser.get("/assets/out.txt"), 404, "not_found")


async def test_only_scripts_of_the_app_itself_may_run(browser: httpx.AsyncClient) -> None:
    for path in ("/", "/nowhere", "/assets/app-1a2b.js"):
        headers = (await browser.get(path, headers=PAGE)).headers
        policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
        assert policy == {
            "default-src": "'self'",
            "script-src": "'self'",
            "style-src": "'self' 'unsafe-inline'",
            "img-src": "'self' data: blob:",
            "font-src": "'self'",
            "connect-src": "'self'",
            "object-src": "'none'",
            "base-uri": "'none'",
            "form-action": "'self'",
            "frame-ancestors": "'none'",
        }
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


async def test_files_named_by_their_hash_are_kept_forever_and_others_asked_for(
    browser: httpx.AsyncClient,
) -> None:
    answer = await browser.get("/assets/app-1a2b.js")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/javascript")
    icon = await browser.get("/favicon.svg")
    assert icon.headers["cache-control"] == "no-cache"
    again = await browser.get("/favicon.svg", headers={"If-None-Match": icon.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_text_is_packed_for_whoever_takes_it(browser: httpx.AsyncClient) -> None:
    async with browser.stream("GET", "/assets/app-1a2b.js", headers={"Accept-Encoding": "br, gzip"}) as told:
        raw = b"".join([piece async for piece in told.aiter_raw()])
    assert told.headers["content-encoding"] == "gzip"
    assert len(raw) < 200
    assert gzip.decompress(raw).decode() == SCRIPT
    for refused in ("identity", "gzip;q=0", "br"):
        plain = await browser.get("/assets/app-1a2b.js", headers={"Accept-Encoding": refused})
        assert "content-encoding" not in plain.headers
    font = await browser.get("/assets/text-1a2b.woff2", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in font.headers


async def test_a_new_build_is_served_without_a_restart(browser: httpx.AsyncClient, built: Path) -> None:
    old = await browser.get("/", headers=PAGE)
    (built / "index.html").write_text("<title>The next one</title>")
    fresh = await browser.get("/", headers={**PAGE, "If-None-Match": old.headers["etag"]})
    assert fresh.text == "<title>The next one</title>"


async def test_a_stranger_gets_not_even_the_page(world: World, built: Path) -> None:
    world.app = create_app(world, web_dist=built)
    async with world.client_from("192.0.2.7", base=BASE) as stranger:
        refusal(await stranger.get("/", headers=PAGE), 403, "forbidden")
    await world.app.state.feed.close()
