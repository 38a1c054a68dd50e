from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.api.people import SECRET_KEY, a_person, a_world_of_accounts, with_accounts
from tests.api.support import good, refusal
from trailwright.api.peers import Place, address_of, is_here
from trailwright.users.desk import setup_code

PROXY = "10.0.0.1"
PROXIES = ("10.0.0.0/8", "2001:db8::/32")


def scope(peer: str, headers: Mapping[str, str], scheme: str = "http") -> dict[str, Any]:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "client": (peer, 5), "headers": raw, "scheme": scheme}


TOLD = [
    # who connected, X-Forwarded-For, who it was
    ("192.0.2.1", "", "192.0.2.1"),
    ("192.0.2.1", "203.0.113.9", "192.0.2.1"),
    (PROXY, "203.0.113.9", "203.0.113.9"),
    (PROXY, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
    (PROXY, "203.0.113.9, 10.9.9.9", "203.0.113.9"),
    (PROXY, "10.2.2.2, 10.9.9.9", "10.2.2.2"),
    (PROXY, "203.0.113.9:4711", "203.0.113.9"),
    (PROXY, "[2001:db9::1]:443", "2001:db9::1"),
    (PROXY, '"2001:db9::1"', "2001:db9::1"),
    (PROXY, "", PROXY),
    ("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"),
    ("2001:db8::7", "203.0.113.9", "203.0.113.9"),
]


@pytest.mark.parametrize(("peer", "said", "who"), TOLD, ids=str)
def test_only_what_a_trusted_proxy_saw_is_believed(peer: str, said: str, who: str) -> None:
    headers = {"X-Forwarded-For": said} if said else {}
    assert address_of(scope(peer, headers), PROXIES) == who


def test_nonsense_of_a_proxy_is_nobodys_address() -> None:
    assert address_of(scope(PROXY, {"X-Forwarded-For": "unknown"}), PROXIES) == ""


def test_without_proxies_nobody_is_believed() -> None:
    assert address_of(scope(PROXY, {"X-Forwarded-For": "203.0.113.9"}), ()) == PROXY


HTTPS = [
    (PROXY, {"Host": "inside:8000", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "learn.example"}, None),
    (PROXY, {"Host": "learn.example"}, "https://learn.example"),
    ("192.0.2.1", {"Host": "learn.example"}, "https://learn.example"),
]


@pytest.mark.parametrize(("peer", "headers", "public"), HTTPS, ids=str)
def test_what_came_over_https_is_known_as_such(
    peer: str, headers: Mapping[str, str], public: str | None
) -> None:
    place = Place(scope(peer, headers), PROXIES, public)
    assert place.is_https
    assert place.address == "https://learn.example"
    assert place.is_ours("https://learn.example")
    assert not place.is_ours("https://evil.example")


def test_a_stranger_does_not_say_that_it_was_https() -> None:
    headers = {"Host": "learn.example", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    place = Place(scope("192.0.2.1", headers), PROXIES, None)
    assert not place.is_https
    assert place.address == "http://learn.example"
    assert not place.is_ours("http://evil.example")


def test_this_machine_by_its_own_name_under_https_elsewhere_is_plain() -> None:
    place = Place(scope("127.0.0.1", {"Host": "127.0.0.1:8000"}), (), "https://learn.example")
    assert not place.is_https
    assert place.is_ours("http://127.0.0.1:8000")


@pytest.mark.parametrize(
    ("peer", "headers", "here"),
    [
        ("127.0.0.1", {"Host": "localhost:8000"}, True),
        ("127.0.0.1", {"Host": "localhost:8000", "X-Forwarded-For": "192.0.2.1"}, False),
        ("127.0.0.1", {"Host": "learn.example"}, False),
        ("192.0.2.1", {"Host": "localhost:8000"}, False),
    ],
    ids=str,
)
def test_here_is_only_who_comes_directly(peer: str, headers: Mapping[str, str], here: bool) -> None:
    assert is_here(scope(peer, headers)) is here


async def test_behind_a_proxy_each_is_counted_and_noted_by_his_own_address(tmp_path: Path) -> None:
    settings = with_accounts().model_copy(
        update={"trusted_proxies": ("127.0.0.1",), "public_url": "https://learn.example"}
    )
    url = f"sqlite:///{tmp_path / 'trailwright.db'}"
    async with a_world_of_accounts(url, tmp_path, settings) as world:
        await a_person(world, "admin", role="admin")
        proxied = {"Host": "learn.example", "X-Forwarded-Proto": "https", "Origin": "https://learn.example"}
        for last in range(1, 8):
            body = {"email": "ann@example.org", "password": "not the password"}
            headers = {**proxied, "X-Forwarded-For": f"203.0.113.{last}"}
            refusal(await world.client.post("/auth/login", json=body, headers=headers), 401)
        body = {"email": "ann@example.org", "password": "correct horse battery"}
        headers = {**proxied, "X-Forwarded-For": "203.0.113.99"}
        answer = await world.client.post("/auth/register", json=body, headers=headers)
        word = good(answer)["access_token"]
        assert "__Host-" in answer.headers["set-cookie"]
        bearer = {**headers, "Authorization": f"Bearer {word}"}
        [entry] = good(await world.client.get("/users/me/audit", headers=bearer))["entries"]
        assert entry["address"] == "203.0.113.99"


def test_the_set_up_code_is_the_same_in_every_process_and_another_with_another_secret() -> None:
    assert setup_code(SECRET_KEY) == setup_code(SECRET_KEY) != setup_code("x" * 40)
