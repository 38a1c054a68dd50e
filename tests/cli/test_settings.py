"""Settings: from where, in which order, and each wrong one told by its own name."""

import warnings
from pathlib import Path

import pytest

from trailwright.settings import Settings, SettingsError, file_values, given_names, load


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("TRAILWRIGHT_DATA_DIR", str(folder))
    return folder


def test_lists_are_words_with_commas_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAILWRIGHT_FETCH__ALLOW", "127.0.0.1:8000, example.org:443 ,[::1]:80,")
    monkeypatch.setenv("TRAILWRIGHT_TRUSTED_PROXIES", "10.0.0.1,10.0.0.2")
    settings = load()
    assert settings.fetch.allow == ("127.0.0.1:8000", "example.org:443", "[::1]:80")
    assert settings.trusted_proxies == ("10.0.0.1", "10.0.0.2")


def test_a_list_in_the_file_is_a_list(data_folder: Path) -> None:
    (data_folder / "config.toml").write_text('trusted_proxies = ["::1"]\n[fetch]\nallow = ["b:1"]\n')
    settings = load()
    assert (settings.trusted_proxies, settings.fetch.allow) == (("::1",), ("b:1",))


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("FETCH__ALLOW", "127.0.0.1", "host:port"),
        ("FETCH__ALLOW", "a:1,b", "host:port"),
        ("FETCH__ALLOW", "a:0", "host:port"),
        ("FETCH__ALLOW", "a:65536", "host:port"),
        ("FETCH__ALLOW", ":80", "host:port"),
        ("TRUSTED_PROXIES", "10.0.0.1,caddy", "10.0.0.0/8"),
        ("TRUSTED_PROXIES", "10.0.0.0/33", "10.0.0.0/8"),
        ("PUBLIC_URL", "learn.example.org", "https://learn.example.org"),
        ("PUBLIC_URL", "ftp://learn.example.org", "https://learn.example.org"),
        ("PUBLIC_URL", "https://example.org/a/../learn", "https://example.org/learn"),
        ("PUBLIC_URL", "https://example.org/learn//x", "https://example.org/learn"),
        ("PUBLIC_URL", "https://example.org/learn%2Fx", "https://example.org/learn"),
        ("PUBLIC_URL", "https://example.org/learn?x", "https://example.org/learn"),
        ("PUBLIC_URL", "https://example.org/learn#x", "https://example.org/learn"),
        ("PUBLIC_URL", "https://example.org/roadmap", "another path"),
        ("PUBLIC_URL", "https://ann:word@learn.example.org", "https://learn.example.org"),
        ("PUBLIC_URL", "https://learn.example.org:99999", "https://learn.example.org"),
        ("LLM__MODEL", "gpt", "provider:model"),
        ("LLM__MODEL", "openai:", "provider:model"),
        ("LLM__AGENTS__QUIZ__MODEL", ":x", "provider:model"),
        ("LLM__LOCAL_MODEL", "7b", "0.5b"),
        ("LLM__BACKOFF_S", "-1", "greater than or equal to 0"),
        ("WORKER__LEASE_S", "1.9", "greater than or equal to 2"),
        ("WORKER__CONCURRENCY", "many", "integer"),
        ("DATABASE__POOL_SIZE", "0", "greater than or equal to 1"),
        ("AUTH__MODE", "none", "accounts"),
        ("SEARCH__PROVIDER", "google", "tavily"),
        ("LLM", "openai:x", "TRAILWRIGHT_LLM__MODEL"),
        ("LLM", '"openai:x"', "dictionary"),
        ("WORKER", "5", "TRAILWRIGHT_WORKER__"),
    ],
)
def test_a_wrong_value_is_told_by_name_with_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    monkeypatch.setenv(f"TRAILWRIGHT_{name}", value)
    with pytest.raises(SettingsError) as error:
        load()
    assert f"TRAILWRIGHT_{name}" in str(error.value)
    assert allowed in str(error.value) or allowed.startswith("TRAILWRIGHT_WORKER")


def test_all_wrong_ones_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAILWRIGHT_WORKER__LEASE_S", "0")
    monkeypatch.setenv("TRAILWRIGHT_LLM__RPM", "0")
    with pytest.raises(SettingsError) as error:
        load()
    assert len(str(error.value).splitlines()) == 2


def test_environment_beats_dotenv_beats_file_beats_default(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data_folder / "config.toml").write_text("[worker]\nlease_s = 11\ndrain_s = 12\nconcurrency = 13\n")
    (tmp_path / ".env").write_text("TRAILWRIGHT_WORKER__LEASE_S=21\nTRAILWRIGHT_WORKER__DRAIN_S=22\n")
    monkeypatch.setenv("TRAILWRIGHT_WORKER__LEASE_S", "31")
    worker = load().worker
    assert (worker.lease_s, worker.drain_s, worker.concurrency) == (31, 22, 13)
    names = given_names(file_values(data_folder))
    sources = [names[f"TRAILWRIGHT_WORKER__{name}"] for name in ("LEASE_S", "DRAIN_S", "CONCURRENCY")]
    assert sources == ["environment", ".env", "config.toml"]


@pytest.mark.parametrize("where", ["environment", ".env", "config.toml"])
def test_an_unknown_name_is_a_warning_with_the_nearest_known_one(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    if where == "environment":
        monkeypatch.setenv("TRAILWRIGHT_LLM__MODLE", "local")
    elif where == ".env":
        (tmp_path / ".env").write_text("export TRAILWRIGHT_LLM__MODLE=local\n")
    else:
        (data_folder / "config.toml").write_text('[llm]\nmodle = "local"\n')
    with pytest.warns(UserWarning, match="TRAILWRIGHT_LLM__MODLE.*did you mean TRAILWRIGHT_LLM__MODEL"):
        load()


def test_known_names_warn_of_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAILWRIGHT_LLM__AGENTS__QUIZ__MODEL", "openai:x")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load().llm.agents.quiz.model == "openai:x"


@pytest.mark.parametrize("content", [b"[[", b"\xff\xfe", b"x = "])
def test_a_file_that_is_no_toml_is_told_by_its_path(data_folder: Path, content: bytes) -> None:
    (data_folder / "config.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"config\.toml is not valid TOML"):
        load()


def test_the_file_does_not_move_the_folder_it_lies_in(data_folder: Path) -> None:
    (data_folder / "config.toml").write_text('data_dir = "/elsewhere"\n')
    with pytest.warns(UserWarning, match="data_dir"):
        assert load().data_dir == data_folder


def test_the_data_folder_is_absolute_and_a_tilde_is_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Settings(data_dir=Path("~/x")).data_dir == tmp_path / "x"
    assert Settings(data_dir=Path("x")).data_dir == Path.cwd() / "x"


def test_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAILWRIGHT_LLM__API_KEY", "very-secret")
    monkeypatch.setenv("TRAILWRIGHT_SECRET_KEY", "very-secret")
    assert "very-secret" not in repr(load())
