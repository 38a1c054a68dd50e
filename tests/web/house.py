"""A product with accounts, and people who have one, each at a browser of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, expect

from tests.support.product import Api
from tests.web.person import Person

OWNER, FRIEND = "owner@example.org", "friend@example.org"
PASSWORD = "a sentence that nobody guesses"
HEADER = {"X-Trailwright": "1"}


@asynccontextmanager
async def somebody(
    browser: Browser, api: Api, email: str | None = None, **more: Any
) -> AsyncIterator[Person]:
    """At a new browser profile; with `email` signed in under a new account. `more`: `invite`, or wishes."""
    invite = {"invite": more.pop("invite")} if "invite" in more else {}
    async with Api(api.url) as own, Person.at(browser, own, **more) as person:
        if email is not None:
            await registers(person, email, **invite)
        yield person
        assert person.complaints == []


async def registers(person: Person, email: str, **more: str) -> None:
    """A new account, and the person's browser and client are signed in with it."""
    body = {"email": email, "password": PASSWORD, **more}
    answer = await person.context.request.post("/api/v1/auth/register", data=body, headers=HEADER)
    assert answer.ok, await answer.text()
    person.api.client.headers["authorization"] = f"Bearer {(await answer.json())['access_token']}"


async def signs_in(person: Person, email: str, password: str = PASSWORD) -> None:
    """By the form, with the Enter key."""
    await person.page.get_by_label("E-mail").fill(email)
    await person.page.get_by_label("Password", exact=True).fill(password)
    await person.page.keyboard.press("Enter")


async def is_asked_to_sign_in(person: Person) -> None:
    await expect(person.page.get_by_role("heading", level=1)).to_have_text("Sign in")
