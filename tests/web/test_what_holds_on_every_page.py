"""On every page: access for all, small screens, the dark, both languages, a light first load, the policy."""

import re
from typing import Any

import pytest
from playwright.async_api import Browser, Response, expect

from tests.support.product import Ordered
from tests.support.simulated import Simulated
from tests.web.person import Person

FIRST_LOAD_BYTES = 250_000
MOST_REQUESTS = 40
"""Of a page that stays open while 135 things are told to it."""

HOSTILE = """# A lesson

<script>document.title = "taken"</script>
<img src="x" onerror="document.title='taken'">
<iframe src="https://example.org"></iframe>
<form action="https://example.org"><button>Send</button></form>

[a link](javascript:document.title='taken') and ![a picture](https://example.org/pixel.png)

```mermaid
graph TD; A["<img src=x onerror=alert(1)>"] --> B
```
"""


async def a_roadmap(person: Person) -> tuple[Ordered, str]:
    ordered = await person.api.order()
    await person.api.ended(ordered.task_id)
    [concept, *_] = await person.api.concepts(ordered.roadmap_id)
    return ordered, concept["concept_id"]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_is_open_to_everyone(person: Person, scheme: Any, width: int) -> None:
    await person.page.emulate_media(color_scheme=scheme)
    await person.page.set_viewport_size({"width": width, "height": 800})
    paths = ["/", "/new", "/tasks", "/trash", "/settings", "/nowhere"]
    for path in paths:
        await looks_right(person, path)
    ordered, _ = await a_roadmap(person)
    waiting = await person.api.order(auto_approve=False)
    await person.api.until(waiting.task_id, lambda task: task["status"] == "human_review_pending")
    for path in ["/", "/tasks", f"/tasks/{ordered.task_id}", f"/roadmap/{ordered.roadmap_id}"]:
        await looks_right(person, path)
    for view in await person.page.get_by_role("main").get_by_text(re.compile("^(List|Weeks|Map)$")).all():
        await view.click()
        await judged(person)
    await looks_right(person, f"/tasks/{waiting.task_id}")
    await person.page.get_by_role("button", name="Edit by hand").click()
    await judged(person)


async def looks_right(person: Person, path: str) -> None:
    await person.opens(path)
    await person.page.wait_for_load_state("networkidle")
    await judged(person)


async def judged(person: Person) -> None:
    await person.needs_no_sideways_scrolling()
    await person.breaks_no_rule_of_access()


async def test_the_first_load_is_light(person: Person) -> None:
    sizes: list[int] = []

    async def weighs(answer: Response) -> None:
        if answer.request.resource_type == "script":
            sizes.append(int(answer.headers["content-length"]))

    waiting = []
    person.page.on("response", lambda answer: waiting.append(weighs(answer)))
    await person.opens("/")
    await person.page.wait_for_load_state("networkidle")
    for one in waiting:
        await one
    assert 0 < sum(sizes) <= FIRST_LOAD_BYTES


@pytest.mark.parametrize(
    ("locale", "title"), [("zh-CN", "你想学什么"), ("en-GB", "What do you want to learn?")]
)
async def test_the_page_speaks_the_person_s_language(
    person: Person, browser: Browser, locale: str, title: str
) -> None:
    async with Person.at(browser, person.api, locale=locale) as someone:
        await someone.opens("/")
        await expect(someone.page.get_by_role("heading", level=1)).to_contain_text(title)
        language = await someone.page.evaluate("document.documentElement.lang")
        assert language.startswith(locale[:2])


async def test_events_are_no_reason_to_ask_again(person: Person, model: Simulated) -> None:
    await model.control(latency=0.05)
    ordered = await person.api.order("full", auto_approve=False)
    await person.api.until(ordered.task_id, lambda task: task["status"] == "human_review_pending")
    await person.opens(f"/tasks/{ordered.task_id}")
    asked: list[str] = []
    person.page.on("request", lambda request: asked.append(request.url))
    await person.page.get_by_role("button", name=re.compile("^Looks right, write it")).click()
    await expect(person.page.get_by_text("Everything is ready").first).to_be_visible()
    told = len(await person.api.events(ordered.task_id))
    api = [url for url in asked if "/api/" in url]
    assert len(api) <= MOST_REQUESTS < told / 3, api


LICENCES = (
    "MIT",
    "ISC",
    "BSD-3-Clause",
    "0BSD",
    "OFL-1.1",
    "(MPL-2.0 OR Apache-2.0)",
    "The MIT License (MIT)",
)
"""Those that may be in the app; another one is looked at by a person first."""


async def test_the_app_names_whose_work_is_in_it(person: Person) -> None:
    await person.opens("/settings")
    about = person.page.locator("#about")
    async with person.page.expect_response("**/licences.json") as answer:
        await about.get_by_text("Libraries and fonts in this app").click()
    shipped = await (await answer.value).json()
    await expect(about.locator("li")).to_have_count(len(shipped))
    by_name = {one["name"]: one for one in shipped}
    assert {"react", "katex", "mermaid", "@fontsource-variable/inter"} <= by_name.keys()
    assert {one["licence"] for one in shipped} <= set(LICENCES)
    assert "Copyright" in by_name["react"]["text"]
    assert sum(one["text"] == "" for one in shipped) < len(shipped) / 50, (
        "packages that bring no licence file"
    )
    one = about.locator("li").filter(has=person.page.get_by_text("react-dom", exact=True))
    await one.get_by_text("react-dom", exact=True).click()
    await expect(one.get_by_text("Permission is hereby granted")).to_be_visible()
    await person.needs_no_sideways_scrolling()
    await person.breaks_no_rule_of_access()


async def test_a_hostile_lesson_does_nothing(person: Person) -> None:
    ordered, concept_id = await a_roadmap(person)
    elsewhere: list[str] = []
    person.page.on("request", lambda request: elsewhere.append(request.url))
    await person.page.route(
        "**/content", lambda route: route.fulfill(body=HOSTILE, content_type="text/markdown; charset=utf-8")
    )
    await person.opens(f"/roadmap/{ordered.roadmap_id}/learn/{concept_id}")
    await expect(person.page.get_by_text("Picture left out: a picture")).to_be_visible()
    await person.page.wait_for_load_state("networkidle")
    lesson = person.page.get_by_role("tabpanel")
    for what in ("script", "iframe", "form", "img[onerror]", "a[href^='javascript']"):
        assert await lesson.locator(what).count() == 0, what
    assert "taken" not in await person.page.title()
    assert [url for url in elsewhere if not url.startswith(person.api.url)] == []


async def test_the_policy_lets_no_script_in(person: Person) -> None:
    """The browser itself refuses: what would slip past the sanitiser meets the policy."""
    await person.opens("/")
    await person.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.taken = 1'}))"
    )
    assert await person.page.evaluate("window.taken") is None
    assert len(person.complaints) == 1
    person.complaints.clear()
