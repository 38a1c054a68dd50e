"""Accounts from the command line, and the product with them."""

import re
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.program import Done, call, up

ACCOUNTS = {"TRAILWRIGHT_AUTH__MODE": "accounts"}
PASSWORD = "correct horse battery"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a database of this version."""
    folder = tmp_path / "data"
    done = call("migrate", "--data", folder)
    assert done.code == 0, done.err
    return folder


def user(data: Path, *words: object, given: str = "") -> Done:
    return call("user", *words, "--data", data, "--json", given=given)


def add(data: Path, name: str, *more: str) -> dict[str, Any]:
    return user(data, "add", f"{name}@example.org", *more, given=f"{PASSWORD}\n").result


def signed_in(address: str, email: str, password: str = PASSWORD) -> httpx.Response:
    body = {"email": email, "password": password}
    return httpx.post(f"{address}/api/v1/auth/login", json=body, trust_env=False)


def test_the_first_is_an_admin_and_the_others_as_asked(data: Path) -> None:
    told = [add(data, "ann"), add(data, "ben"), add(data, "carl", "--admin")]
    assert [one["role"] for one in told] == ["admin", "learner", "admin"]
    assert "password" not in told[0]
    again = user(data, "add", "ANN@example.org", given=f"{PASSWORD}\n")
    assert (again.code, again.out) == (1, "")
    assert "cannot be made" in again.err


def test_without_a_password_one_is_made_up_and_shown_once(data: Path) -> None:
    told = user(data, "add", "ann@example.org", given="\n").result
    assert len(str(told["password"])) >= 16


@pytest.mark.parametrize(("words", "said"), [(("no address",), "e-mail"), (("ann@example.org",), "8 to 256")])
def test_what_cannot_be_is_said(data: Path, words: tuple[str, ...], said: str) -> None:
    done = user(data, "add", *words, given="short\n")
    assert done.code == 1
    assert said in done.err


def test_nobody_is_changed_who_is_not_there(data: Path) -> None:
    for command in ("reset", "disable", "admin"):
        done = user(data, command, "nobody@example.org")
        assert done.code == 1
        assert "no account" in done.err


def test_the_product_with_accounts(data: Path, tmp_path: Path, with_model: dict[str, str]) -> None:
    add(data, "ann")
    ben = add(data, "ben")
    env = with_model | ACCOUNTS
    everywhere = "0.0.0.0"  # noqa: S104 - with accounts it may
    with up(tmp_path / "run", data, "--host", everywhere, env=env) as (program, place):
        address = place.replace(everywhere, "127.0.0.1")
        assert "set-up code" not in program.err
        api = f"{address}/api/v1"
        assert httpx.get(f"{api}/users/me", trust_env=False).status_code == 401
        answer = signed_in(address, "ben@example.org")
        bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        me = httpx.get(f"{api}/users/me", headers=bearer, trust_env=False).json()
        assert me["user_id"] == ben["user_id"]
        assert user(data, "disable", "ben@example.org").result["disabled"] is True
        assert httpx.get(f"{api}/users/me", headers=bearer, trust_env=False).status_code == 401
        assert signed_in(address, "ben@example.org").status_code == 401
        assert user(data, "disable", "ben@example.org", "--enable").result["disabled"] is False
        link = user(data, "reset", "ben@example.org").result["link"]
        word = re.fullmatch(r"/reset#(twr_\S+)", str(link))
        assert word is not None
        body = {"token": word[1], "password": "a wholly new one"}
        reset = httpx.post(f"{api}/auth/reset/confirm", json=body, trust_env=False)
        assert reset.status_code == 200
        assert signed_in(address, "ben@example.org", "a wholly new one").status_code == 200
        assert user(data, "admin", "ben@example.org").result["role"] == "admin"
        last = user(data, "admin", "ann@example.org", "--revoke")
        assert last.result["role"] == "learner"


def test_with_no_account_yet_the_set_up_code_is_printed(
    data: Path, tmp_path: Path, with_model: dict[str, str]
) -> None:
    with up(tmp_path / "run", data, env=with_model | ACCOUNTS) as (program, address):
        code = program.says(r"set-up code: (\S+)", in_err=True)[1]
        body = {"email": "ann@example.org", "password": PASSWORD}
        from_elsewhere = {"X-Forwarded-For": "192.0.2.1"}
        register = f"{address}/api/v1/auth/register"
        refused = httpx.post(register, json=body, headers=from_elsewhere, trust_env=False)
        assert (refused.status_code, refused.json()["code"]) == (403, "setup_code_needed")
        made = httpx.post(register, json=body | {"setup_code": code}, headers=from_elsewhere, trust_env=False)
        assert made.status_code == 200


def test_mail_without_an_address_to_lead_to_is_refused(data: Path) -> None:
    env = ACCOUNTS | {"TRAILWRIGHT_SMTP__HOST": "mail.example.org"}
    done = call("up", "--port", 0, "--data", data, env=env)
    assert done.code == 1
    assert "TRAILWRIGHT_PUBLIC_URL" in done.err


def test_a_command_talks_to_a_server_with_accounts_by_a_token(
    data: Path, tmp_path: Path, with_model: dict[str, str]
) -> None:
    add(data, "ann")
    with up(tmp_path / "run", data, env=with_model | ACCOUNTS) as (_, address):
        words = ("generate", "Bake bread", "--size", "mini", "--yes", "--json", "--server", address)
        env = {"TRAILWRIGHT_DATA_DIR": str(tmp_path / "elsewhere")}
        refused = call(*words, env=env)
        assert refused.code == 1
        assert "TRAILWRIGHT_TOKEN" in refused.err
        word = signed_in(address, "ann@example.org").json()["access_token"]
        tokens = f"{address}/api/v1/auth/tokens"
        made = httpx.post(
            tokens,
            json={"name": "command line", "scopes": ["write"]},
            headers={"Authorization": f"Bearer {word}"},
            trust_env=False,
        ).json()
        done = call(*words, env=env | {"TRAILWRIGHT_TOKEN": made["token"]})
        assert done.code == 0, done.err
        assert done.result["status"] == "completed"


def test_what_comes_in_is_somebodys(data: Path, tmp_path: Path, with_model: dict[str, str]) -> None:
    elsewhere, file = tmp_path / "elsewhere", tmp_path / "roadmap.json"
    made = call("generate", "Bread", "--size", "mini", "--yes", "--json", "--data", elsewhere, env=with_model)
    roadmap_id = made.result["roadmap_id"]
    assert call("export", roadmap_id, "--out", file, "--data", elsewhere).code == 0
    ben = [add(data, name) for name in ("ann", "ben")][1]
    unsaid = call("import", file, "--data", data)
    assert (unsaid.code, "--user" in unsaid.err) == (2, True)
    assert call("import", file, "--user", "nobody@example.org", "--data", data).code == 1
    assert call("import", file, "--user", "ben@example.org", "--data", data).code == 0
    with sqlite3.connect(data / "trailwright.db") as db:
        assert db.execute("SELECT user_id FROM roadmaps").fetchall() == [(ben["user_id"],)]
        assert db.execute("SELECT count(*) FROM users WHERE email IS NULL").fetchone() == (0,)
    db.close()
    alone = call("generate", "Bread", "--yes", "--data", data, env=with_model | ACCOUNTS)
    assert alone.code == 1
    assert "TRAILWRIGHT_TOKEN" in alone.err


def set_a_key(data: Path, folder: Path, env: dict[str, str]) -> None:
    with up(folder, data, env=env) as (_, address):
        changes = {"SEARCH__PROVIDER": "tavily", "SEARCH__API_KEY": "tvly-only-mine"}
        answer = httpx.put(f"{address}/api/v1/settings", json={"changes": changes}, trust_env=False)
        assert answer.status_code == 200


def key_of(data: Path, folder: Path, env: dict[str, str]) -> Any:
    with up(folder, data, env=env) as (_, address):
        told = httpx.get(f"{address}/api/v1/settings", trust_env=False).json()["settings"]
    return next(one["value"] for one in told if one["name"] == "SEARCH__API_KEY")


def test_another_secret_keeps_the_keys(data: Path, tmp_path: Path, with_model: dict[str, str]) -> None:
    set_a_key(data, tmp_path / "1", with_model)
    before = (data / "secret.key").read_text()
    done = call("rotate-key", "--data", data)
    assert done.code == 0, done.err
    assert "1 key is sealed" in done.err
    assert (data / "secret.key").read_text() != before
    assert not (data / "secret.key.before").exists()
    assert key_of(data, tmp_path / "2", with_model) == "***"


def test_another_secret_that_was_cut_off_goes_on(
    data: Path, tmp_path: Path, with_model: dict[str, str]
) -> None:
    set_a_key(data, tmp_path / "1", with_model)
    secret = data / "secret.key"
    (data / "secret.key.before").write_text(secret.read_text())
    secret.write_text("n" * 64)
    assert call("rotate-key", "--data", data).code == 0
    assert secret.read_text() == "n" * 64
    assert key_of(data, tmp_path / "2", with_model) == "***"
    (data / "secret.key.before").write_text(secret.read_text())
    assert call("rotate-key", "--data", data).code == 0
    assert secret.read_text() != "n" * 64
    assert key_of(data, tmp_path / "3", with_model) == "***"


def test_a_secret_of_the_environment_is_changed_by_giving_the_one_before(
    data: Path, tmp_path: Path, with_model: dict[str, str]
) -> None:
    old, new = {"TRAILWRIGHT_SECRET_KEY": "o" * 40}, {"TRAILWRIGHT_SECRET_KEY": "n" * 40}
    set_a_key(data, tmp_path / "1", with_model | old)
    assert call("rotate-key", "--data", data, env=new, given="").code == 1
    assert key_of(data, tmp_path / "2", with_model | new) is None
    assert call("rotate-key", "--data", data, env=new, given="o" * 40 + "\n").code == 0
    assert key_of(data, tmp_path / "3", with_model | new) == "***"


def test_the_secret_is_not_changed_under_a_running_product(
    data: Path, tmp_path: Path, with_model: dict[str, str]
) -> None:
    with up(tmp_path / "run", data, env=with_model):
        done = call("rotate-key", "--data", data)
    assert done.code == 1
    assert "End it first" in done.err


def test_help_names_the_commands() -> None:
    told = call("user", "--help").out
    assert all(word in told for word in ("add", "reset", "disable", "admin"))
