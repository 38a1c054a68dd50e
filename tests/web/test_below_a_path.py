"""The web app below a path of another site, behind a proxy that takes the path off and one that does not."""

import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.product import Api, Home, Nursery, Ordered, Up
from tests.support.reverse_proxy import PATH, ReverseProxy, a_reverse_proxy
from tests.web.house import HEADER, OWNER, PASSWORD, is_asked_to_sign_in, signs_in
from tests.web.person import Person

BEGIN = "What do you want to learn?"


@pytest.fixture(params=[True, False], ids=["the path is taken off", "the path stays"])
async def proxy(request: pytest.FixtureRequest) -> AsyncIterator[ReverseProxy]:
    async with a_reverse_proxy(strips=request.param) as made:
        yield made


@pytest.fixture
async def product(home_on_sqlite: Home, nursery: Nursery, proxy: ReverseProxy) -> AsyncIterator[Up]:
    """With accounts, known to the world by the proxy; somebody has the first account."""
    home = home_on_sqlite.but(AUTH__MODE="accounts", PUBLIC_URL=proxy.url, TRUSTED_PROXIES="127.0.0.1")
    async with home.up(nursery) as up:
        proxy.product = urlsplit(up.api.url).port or 0
        body = {"email": OWNER, "password": PASSWORD}
        answer = await up.api.client.post("/auth/register", json=body, headers=HEADER)
        assert answer.is_success, answer.text
        up.api.client.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        yield up


@pytest.fixture
async def ann(browser: Browser, product: Up, proxy: ReverseProxy) -> AsyncIterator[Person]:
    """At a browser that has not been there; by program she comes by the proxy, too."""
    async with Api(proxy.url) as api:
        api.client.headers["authorization"] = product.api.client.headers["authorization"]
        async with Person.at(browser, api) as person:
            yield person
            assert person.complaints == []


async def enters(person: Person, address: str) -> None:
    """Is asked who she is, says so, and is where she wanted to go."""
    await person.page.goto(address)
    await is_asked_to_sign_in(person)
    await signs_in(person, OWNER)
    await expect(person.page).to_have_url(address)


async def shows(page: Page, title: str) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)


async def test_one_learns_below_a_path(ann: Person, proxy: ReverseProxy) -> None:
    page, asked, sockets = ann.page, list[str](), list[str]()
    ann.context.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: sockets.append(socket.url))
    await enters(ann, f"{proxy.url}/tasks")
    assert [cookie["path"] for cookie in await ann.context.cookies()] == [PATH]
    await ann.opens(f"{proxy.url}/", BEGIN)
    ordered = await ann.api.order(auto_approve=False)
    await ann.opens(f"{proxy.url}/tasks/{ordered.task_id}")
    await page.get_by_role("button", name=re.compile("^Looks right, write it")).click()
    await expect(page.locator("h1 + p").get_by_text("Ready", exact=True)).to_be_visible()
    assert {urlsplit(url).path for url in sockets} == {f"{PATH}/api/v1/ws/{ordered.task_id}"}
    await goes_through_the_roadmap(ann, proxy, ordered)
    await ann.opens(f"{proxy.url}/settings", "Settings")
    await page.locator("#about").get_by_text("Libraries and fonts in this app").click()
    await expect(page.locator("#about").get_by_text("react-dom", exact=True)).to_be_visible()
    await page.locator("header").get_by_role("link", name="Trailwright").click()
    await shows(page, "Your roadmaps")
    assert page.url.rstrip("/") == proxy.url
    assert proxy.astray == []
    assert [url for url in asked if not url.startswith((f"{proxy.url}/", "data:", "blob:"))] == []


async def goes_through_the_roadmap(ann: Person, proxy: ReverseProxy, ordered: Ordered) -> None:
    """From its task: the picture, a file to take along, a lesson, back; and a lesson's address anew."""
    page, title = ann.page, (await ann.api.task(ordered.task_id))["title"]
    [first, *_] = await ann.api.concepts(ordered.roadmap_id)
    await page.get_by_role("link", name="Open the roadmap").click()
    await shows(page, title)
    assert page.url == f"{proxy.url}/roadmap/{ordered.roadmap_id}"
    await sees_the_picture(page)
    await page.get_by_role("button", name="Take it with you").click()
    async with page.expect_download() as download:
        await page.get_by_role("menuitem", name=re.compile("Markdown")).click()
    assert await (await download.value).failure() is None
    await page.get_by_role("link", name=re.compile(f"^Start: {re.escape(first['name'])}")).click()
    await expect(page.get_by_role("heading", name="Summary")).to_be_visible()
    await page.go_back()
    await shows(page, title)
    await page.go_forward()
    await expect(page.get_by_role("heading", name="Summary")).to_be_visible()
    await page.reload()
    await shows(page, first["name"])
    await expect(page.get_by_role("heading", name="Summary")).to_be_visible()


async def sees_the_picture(page: Page) -> None:
    picture = page.get_by_role("main").locator("img[src*='/cover-image/']").first
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("complete", value=True)
    await expect(picture).not_to_have_js_property("naturalWidth", 0)


async def test_a_link_is_read_below_a_path(ann: Person, proxy: ReverseProxy) -> None:
    """By somebody who is not signed in any more."""
    ordered = await ann.api.order()
    assert (await ann.api.ended(ordered.task_id))["status"] == "completed"
    await enters(ann, f"{proxy.url}/roadmap/{ordered.roadmap_id}")
    await sees_the_picture(ann.page)
    await ann.context.clear_cookies()
    link = (await ann.api.post(f"/roadmaps/{ordered.roadmap_id}/share"))["url"]
    assert link.startswith(f"{proxy.url}/shared/")
    [first, *_] = await ann.api.concepts(ordered.roadmap_id)
    await ann.opens(link, (await ann.api.task(ordered.task_id))["title"])
    await sees_the_picture(ann.page)
    await ann.page.get_by_role("link", name=first["name"]).click()
    await expect(ann.page.get_by_role("heading", name="Summary")).to_be_visible()
    assert proxy.astray == []


async def test_who_comes_past_the_proxy_is_below_the_path_all_the_same(ann: Person, product: Up) -> None:
    """As on the server's own machine, by the address that its start prints."""
    await ann.page.goto(f"{product.api.url}/settings?x=1#profile")
    await is_asked_to_sign_in(ann)
    assert ann.page.url.startswith(f"{product.api.url}{PATH}/login?")
    await signs_in(ann, OWNER)
    await expect(ann.page).to_have_url(f"{product.api.url}{PATH}/settings?x=1#profile")
    await shows(ann.page, "Settings")
