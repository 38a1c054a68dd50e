import json
import logging
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from tests.api.support import World, a_world, fields, good, refusal
from trailwright.configuration.live import Live
from trailwright.configuration.models import configured
from trailwright.configuration.sealing import seal, unseal
from trailwright.kit import log
from trailwright.settings import Settings

KEY = "tw-canary-5f1c0b77e2a94d"


async def settings(world: World) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in (await world.get("/settings"))["settings"]}


async def put(world: World, **changes: object) -> httpx.Response:
    return await world.client.put("/settings", json={"changes": changes})


async def stored(world: World) -> dict[str, str]:
    async with world.db.reading() as reader:
        return {row["name"]: row["value"] for row in await reader.rows(select(configured))}


def write_dotenv(text: str) -> None:
    Path(".env").write_text(text)


async def test_each_setting_says_what_it_is_where_from_and_what_is_allowed(world: World) -> None:
    told = await settings(world)
    assert told["LLM__MODEL"] == {
        "name": "LLM__MODEL",
        "value": "local",
        "source": "default",
        "locked": False,
        "kind": "text",
        "default": "local",
        "description": told["LLM__MODEL"]["description"],
    }
    assert "provider:model" in told["LLM__MODEL"]["description"]
    assert told["SEARCH__PROVIDER"]["choices"] == ["tavily", "brave", "searxng", "ddgs", "none"]
    assert (told["LLM__MAX_ATTEMPTS"]["minimum"], told["LLM__MAX_ATTEMPTS"]["maximum"]) == (1, 20)
    assert told["LLM__TIMEOUT_S"]["above"] == 0
    assert told["LLM__API_KEY"]["kind"] == told["LLM__AGENTS__QUIZ__API_KEY"]["kind"] == "secret"
    assert not [name for name in told if name.startswith(("DATA", "SECRET", "STORAGE", "AUTH"))]
    assert "LLM__LOCAL_PATH" not in told


async def test_a_change_holds_at_once_and_can_be_taken_back(world: World) -> None:
    good(await put(world, LLM__MODEL="openai:x", BUDGET__MAX_COST_USD=2.5, RETRY__ITEM_LIMIT=9))
    told = await settings(world)
    assert (told["LLM__MODEL"]["value"], told["LLM__MODEL"]["source"]) == ("openai:x", "web")
    assert world.app.state.settings.budget.max_cost_usd == 2.5
    assert world.app.state.settings.retry.item_limit == 9
    good(await put(world, LLM__MODEL=None, BUDGET__MAX_COST_USD=""))
    told = await settings(world)
    assert (told["LLM__MODEL"]["value"], told["LLM__MODEL"]["source"]) == ("local", "default")
    assert (told["BUDGET__MAX_COST_USD"]["value"], told["RETRY__ITEM_LIMIT"]["value"]) == (None, 9)


WRONG: list[tuple[dict[str, object], str, str]] = [
    ({"LLM__MODEL": "gpt"}, "LLM__MODEL", "must be `local` or `provider:model`"),
    ({"LLM__RPM": 0}, "LLM__RPM", "greater than or equal to 1"),
    ({"LLM__RPM": "many"}, "LLM__RPM", "valid integer"),
    ({"SEARCH__PROVIDER": "ask"}, "SEARCH__PROVIDER", "'tavily', 'brave', 'searxng', 'ddgs' or 'none'"),
    ({"LLM__BASE_URL": "there"}, "LLM__BASE_URL", "must be an address"),
    ({"LLM__BASE_URL": "http://me:pass@there/v1"}, "LLM__BASE_URL", "must not hold a password"),
    ({"DATA_DIR": "/"}, "DATA_DIR", "is no setting that can be set here"),
    ({"LLM__LOCAL_PATH": "/etc/passwd"}, "LLM__LOCAL_PATH", "is no setting that can be set here"),
]


async def test_a_wrong_value_is_named_with_what_is_allowed_and_changes_nothing(
    world: World, subtests: pytest.Subtests
) -> None:
    for changes, name, said in WRONG:
        with subtests.test(name=name, said=said):
            problem = refusal(await put(world, LLM__TPM=7, **changes), 422)
            assert fields(problem) == [name]
            assert said in problem["errors"][0]["message"]
            assert await stored(world) == {}


async def test_what_the_environment_fixes_is_locked(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAILWRIGHT_LLM__MODEL", "openai:fixed")
    write_dotenv("TRAILWRIGHT_LLM__RPM=5\n")
    async with a_world(database_url, tmp_path) as world:
        told = await settings(world)
        for name, value in (("LLM__MODEL", "openai:fixed"), ("LLM__RPM", 5)):
            assert (told[name]["value"], told[name]["source"], told[name]["locked"]) == (
                value,
                "environment",
                True,
            )
            assert fields(refusal(await put(world, **{name: None}), 409, "setting_locked")) == [name]


async def test_what_the_environment_fixes_wins_over_what_was_set_before(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_world(database_url, tmp_path) as world:
        good(await put(world, LLM__MODEL="openai:web", LLM__TPM=70))
        monkeypatch.setenv("TRAILWRIGHT_LLM__MODEL", "openai:fixed")
        live = Live(Settings(), world.db)
        await live.refresh()
        assert (live.settings.llm.model, live.settings.llm.tpm) == ("openai:fixed", 70)


async def test_what_is_set_here_wins_over_the_file_in_the_data_folder(world: World) -> None:
    base = Settings(data_dir=world.folder, llm={"model": "openai:file", "rpm": 3})
    (world.folder / "config.toml").write_text('[llm]\nmodel = "openai:file"\nrpm = 3\n')
    good(await put(world, LLM__MODEL="openai:web"))
    live = Live(base, world.db)
    await live.refresh()
    assert (live.settings.llm.model, live.source("LLM__MODEL")) == ("openai:web", "web")
    assert (live.settings.llm.rpm, live.source("LLM__RPM")) == (3, "file")


async def test_a_change_reaches_another_process_with_its_next_look(world: World) -> None:
    other = Live(world.settings, world.db)
    heard: list[str] = []

    async def hear(now: Settings) -> None:
        heard.append(now.llm.model)

    other.listen(hear)
    await other.refresh()
    good(await put(world, LLM__MODEL="openai:x", LLM__API_KEY=KEY))
    await other.refresh()
    await other.refresh()
    assert heard == ["openai:x"]
    key = other.settings.llm.api_key
    assert key is not None
    assert key.get_secret_value() == KEY


async def test_a_key_is_stored_encrypted_and_never_told(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    logs = log.set_up(tmp_path / "logs", console="off")
    with caplog.at_level(logging.DEBUG):
        answers = [await put(world, LLM__MODEL="openai:x", LLM__API_KEY=KEY, SEARCH__API_KEY=KEY)]
        log.get_logger("x").warning("the provider said %s", KEY)
        trial = {"part": "model", "values": {"LLM__BASE_URL": "http://127.0.0.1:9", "LLM__API_KEY": KEY}}
        wrong = {"changes": {"LLM__API_KEY": KEY, "LLM__RPM": 0}}
        answers += [
            await world.client.get("/settings"),
            await world.client.get("/model"),
            await world.client.put("/settings", json=wrong),
            await world.client.post("/settings/test", json=trial),
        ]
    logs.close()
    written = (tmp_path / "logs" / "trailwright.log").read_text()
    told = await settings(world)
    assert (told["LLM__API_KEY"]["value"], told["LLM__AGENTS__QUIZ__API_KEY"]["value"]) == ("***", None)
    assert "the provider said" in written
    for text in (*(answer.text for answer in answers), *(await stored(world)).values(), written):
        assert KEY not in text
    assert len({(await stored(world))[name] for name in ("LLM__API_KEY", "SEARCH__API_KEY")}) == 2


def test_a_sealed_key_opens_only_here_and_only_for_its_own_setting() -> None:
    sealed = seal("s" * 40, "LLM__API_KEY", KEY)
    assert unseal("s" * 40, "LLM__API_KEY", sealed) == KEY
    assert unseal("t" * 40, "LLM__API_KEY", sealed) is None
    assert unseal("s" * 40, "SEARCH__API_KEY", sealed) is None
    assert unseal("s" * 40, "LLM__API_KEY", "A" + sealed[1:]) is None
    assert unseal("s" * 40, "LLM__API_KEY", "no base64") is None


async def test_a_key_that_cannot_be_opened_is_no_key(world: World) -> None:
    good(await put(world, LLM__API_KEY=KEY))
    other = Live(Settings(secret_key=SecretStr("another" * 8)), world.db)
    await other.refresh()
    assert other.settings.llm.api_key is None


async def test_without_a_secret_no_key_is_kept(database_url: str, tmp_path: Path) -> None:
    async with a_world(database_url, tmp_path) as world:
        world.live.base = Settings()
        refusal(await put(world, LLM__API_KEY=KEY), 409, "no_secret_key")
        assert await stored(world) == {}


@pytest.mark.parametrize(
    ("change", "stays"),
    [
        ({"LLM__BASE_URL": "http://elsewhere/v1"}, False),
        ({"LLM__MODEL": "mistral:large"}, False),
        ({"LLM__MODEL": "openai:other"}, True),
        ({"LLM__RPM": 3}, True),
    ],
)
async def test_a_key_goes_only_where_it_was_set_for(
    world: World, change: dict[str, object], stays: bool
) -> None:
    good(await put(world, LLM__MODEL="openai:x", LLM__API_KEY=KEY, SEARCH__API_KEY=KEY))
    good(await put(world, **change))
    told = await settings(world)
    assert told["LLM__API_KEY"]["value"] == ("***" if stays else None)
    assert told["SEARCH__API_KEY"]["value"] == "***"


async def test_a_stored_value_that_is_not_allowed_any_more_is_left_out(world: World) -> None:
    row = {"name": "LLM__RPM", "value": "-1", "changed_by": "local", "changed_at": 1}
    await world.db.transact(lambda tx: tx.run(configured.insert(), row))
    good(await put(world, LLM__TPM=7))
    told = await settings(world)
    assert (told["LLM__RPM"]["value"], told["LLM__TPM"]["value"]) == (None, 7)


async def test_settings_are_for_admins(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from trailwright.api import access  # noqa: PLC0415 - patched below
    from trailwright.kit.api import Caller  # noqa: PLC0415 - as above

    monkeypatch.setattr(access, "LOCAL_USER", Caller("local", "user"))
    for verb, path in (
        ("GET", "/settings"),
        ("PUT", "/settings"),
        ("POST", "/settings/test"),
        ("GET", "/model"),
        ("GET", "/model/install"),
        ("POST", "/model/install"),
        ("DELETE", "/model/install"),
    ):
        body = {"changes": {}, "part": "search", "name": "0.5b"}
        refusal(await world.client.request(verb, path, content=json.dumps(body)), 403, "forbidden")
