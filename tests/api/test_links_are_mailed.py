import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.people import PASSWORD, a_person, a_world_of_accounts, browser, with_accounts
from tests.api.support import World, good
from tests.support.smtp import Letters, a_mail_server
from trailwright.kit.log import set_up
from trailwright.settings_parts import Smtp
from trailwright.users.post import Post

PLACE = "https://learn.example"


@pytest.fixture
async def letters() -> AsyncIterator[Letters]:
    async with a_mail_server() as server:
        yield server


@pytest.fixture
async def world(tmp_path: Path, letters: Letters) -> AsyncIterator[World]:
    smtp = Smtp(host="127.0.0.1", port=letters.port, tls="none", sender="Trailwright <mail@learn.example>")
    settings = with_accounts().model_copy(update={"smtp": smtp, "public_url": PLACE})
    url = f"sqlite:///{tmp_path / 'trailwright.db'}"
    async with a_world_of_accounts(url, tmp_path, settings) as made:
        yield made


async def test_a_link_to_a_new_password_is_mailed_and_not_logged(
    world: World, letters: Letters, tmp_path: Path
) -> None:
    await a_person(world, "ann", role="admin")
    logs = set_up(tmp_path / "logs", console="off")
    async with browser(world, place=PLACE) as ann:
        assert good(await ann.get("/auth/options"))["reset_by_mail"]
        good(await ann.post("/auth/reset", json={"email": "Ann@example.org"}))
        async with asyncio.timeout(10):
            to, letter = await letters.came.get()
        assert to == "ann@example.org"
        assert letter["From"] == "Trailwright <mail@learn.example>"
        text = letter.get_content()
        word = text.partition(f"{PLACE}/reset#")[2].split()[0]
        assert "密码" in text
        await world.app.state.desk.settled()
        logs.close()
        assert word not in "".join(file.read_text() for file in (tmp_path / "logs").iterdir())
        new = {"token": word, "password": PASSWORD}
        good(await ann.post("/auth/reset/confirm", json=new))


async def test_an_evil_host_leads_no_mailed_link_astray(world: World, letters: Letters) -> None:
    await a_person(world, "ann", role="admin")
    async with browser(world, place="http://evil.example") as thief:
        good(await thief.post("/auth/reset", json={"email": "ann@example.org"}))
    async with asyncio.timeout(10):
        _, letter = await letters.came.get()
    assert "evil" not in letter.get_content()


async def test_an_invitation_is_mailed_to_whom_it_names(world: World, letters: Letters) -> None:
    ann = await a_person(world, "ann", role="admin")
    made = await ann.post("/admin/invites", {"email": "ben@example.org"})
    assert made["mailed"]
    to, letter = letters.came.get_nowait()
    assert to == "ben@example.org"
    assert made["link"] in letter.get_content()


@pytest.mark.parametrize("to", ["ann@example..org", "ann@.org", ".ann@example.org", "用户@example.org"])
async def test_what_no_letter_can_be_addressed_to_is_not_sent(letters: Letters, to: str) -> None:
    post = Post(Smtp(host="127.0.0.1", port=letters.port, tls="none"))
    assert not await post.send("invite", to, f"{PLACE}/register#x")
    assert letters.came.empty()


async def test_a_mail_server_that_is_away_changes_no_answer(world: World) -> None:
    ann = await a_person(world, "ann", role="admin")
    world.app.state.settings = world.settings.model_copy(
        update={"smtp": Smtp(host="127.0.0.1", port=1, tls="none")}
    )
    made = await ann.post("/admin/invites", {"email": "ben@example.org"})
    assert not made["mailed"]
    async with browser(world, place=PLACE) as guest:
        good(await guest.post("/auth/reset", json={"email": "ann@example.org"}))
    await world.app.state.desk.settled()
