"""Doctor, tried against each part broken on purpose: its line names the cause, the rest stays well."""

import contextlib
import io
import json
import os
import signal
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.program import Running, call, up
from tests.cli.test_up import bound_by_permissions
from tests.support.postgres import Postgres
from tests.support.s3 import S3
from tests.support.simulated import Simulated
from trailwright.commandline.doctor import command

Parts = dict[str, dict[str, str]]


@pytest.fixture
def data(tmp_path: Path, sqlite_template: Path) -> Path:
    """A data folder with a database."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "trailwright.db").write_bytes(sqlite_template.read_bytes())
    return folder


def examined(data: Path, env: dict[str, str]) -> tuple[int, Parts]:
    """Exit code, and what it says by part; in this process, which is much quicker."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(said):
        for name, value in env.items():
            patch.setenv(name, value)
        code = command.run(data, only_settings=False, as_json=True)
    document: dict[str, Any] = json.loads(said.getvalue())
    assert document["passed"] == (code == 0)
    return code, {one["part"].partition(" (")[0]: one for one in document["parts"]}


def wrong(data: Path, env: dict[str, str], *expected: str) -> str:
    """What is said of the one part that is wrong (or of the first of those expected)."""
    code, parts = examined(data, env)
    assert code == 1
    assert {part for part, one in parts.items() if one["state"] == "wrong"} == set(expected)
    found = parts[expected[0]]
    assert found["advice"]
    return f"{found['message']} {found['advice']}"


def test_all_is_well_and_nothing_is_left_behind(data: Path, with_model: dict[str, str]) -> None:
    code, parts = examined(data, with_model)
    assert code == 0, parts
    assert {part: one["state"] for part, one in parts.items()} == {
        "data folder": "ok",
        "database": "ok",
        "stored texts": "ok",
        "running": "unset",
        "clock": "ok",
        "local model": "unset",
        "model": "ok",
        "search": "unset",
    }
    assert not [path for path in (data / "objects").rglob("*") if path.is_file()]
    with sqlite3.connect(data / "trailwright.db") as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (0,)
    connection.close()


def test_for_people_each_part_is_one_line(data: Path, with_model: dict[str, str]) -> None:
    done = call("doctor", "--data", data, env=with_model)
    assert done.code == 0
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines] == ["ok", "ok", "ok", "-", "ok", "-", "ok", "-"]
    assert "\x1b" not in done.out


def test_before_the_first_start_nothing_is_made(tmp_path: Path, with_model: dict[str, str]) -> None:
    code, parts = examined(tmp_path / "none", with_model)
    assert (code, parts["data folder"]["state"]) == (0, "unset")
    assert not (tmp_path / "none").exists()


def test_a_data_folder_that_cannot_be_written(data: Path, with_model: dict[str, str], tmp_path: Path) -> None:
    data.chmod(0o500)
    words = ["doctor", "--json", "--data", data]
    done = Running(tmp_path, words, with_model, before=bound_by_permissions()).ends()
    data.chmod(0o700)
    [folder] = [one for one in json.loads(done.out)["parts"] if one["part"] == "data folder"]
    assert (done.code, folder["state"]) == (1, "wrong")
    assert "cannot be written" in folder["message"]
    assert str(data) in folder["message"]


def test_a_damaged_database(data: Path, with_model: dict[str, str]) -> None:
    file = data / "trailwright.db"
    content = bytearray(file.read_bytes())
    content[8192:40960] = os.urandom(32768)
    file.write_bytes(content)
    said = wrong(data, with_model, "database")
    assert "damaged" in said
    assert "trailwright restore" in said


def test_a_database_that_is_none(data: Path, with_model: dict[str, str]) -> None:
    (data / "trailwright.db").write_text("hello " * 1000)
    assert "damaged" in wrong(data, with_model, "database")


def test_a_database_of_another_version(data: Path, with_model: dict[str, str]) -> None:
    with sqlite3.connect(data / "trailwright.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert "newer version" in wrong(data, with_model, "database")
    with sqlite3.connect(data / "trailwright.db") as connection:
        connection.execute("DELETE FROM alembic_version")
    connection.close()
    assert "trailwright migrate" in wrong(data, with_model, "database")


def closed_port() -> int:
    """Nobody listens there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_server_that_is_away(data: Path, with_model: dict[str, str]) -> None:
    url = f"postgresql://ada:secret-word@127.0.0.1:{closed_port()}/trail"
    said = wrong(data, with_model | {"TRAILWRIGHT_DATABASE_URL": url}, "database")
    assert "PostgreSQL" in said
    assert "TRAILWRIGHT_DATABASE_URL" in said
    assert "secret-word" not in said


def test_a_server_without_that_database(data: Path, with_model: dict[str, str], postgres: Postgres) -> None:
    env = with_model | {"TRAILWRIGHT_DATABASE_URL": postgres.url("nobody_made_this")}
    assert "nobody_made_this" in wrong(data, env, "database")


def test_a_server_that_is_well(
    data: Path, with_model: dict[str, str], postgres: Postgres, postgres_template: str
) -> None:
    env = with_model | {"TRAILWRIGHT_DATABASE_URL": postgres.fresh_database(postgres_template)}
    code, parts = examined(data, env)
    assert (code, parts["database"]["state"]) == (0, "ok")


@pytest.mark.parametrize("url", ["mysql://x", "nonsense", "sqlite:///"])
def test_an_address_of_no_database(data: Path, with_model: dict[str, str], url: str) -> None:
    code, parts = examined(data, with_model | {"TRAILWRIGHT_DATABASE_URL": url})
    assert code == 1
    assert parts["database"]["state"] == "wrong"


def s3_env(s3: S3, bucket: str) -> dict[str, str]:
    return {
        "TRAILWRIGHT_STORAGE_URL": f"s3://{bucket}/texts",
        "TRAILWRIGHT_STORAGE__ENDPOINT": s3.endpoint,
        "TRAILWRIGHT_STORAGE__ACCESS_KEY_ID": "key",
        "TRAILWRIGHT_STORAGE__SECRET_ACCESS_KEY": "secret-word",
    }


def test_a_store_without_its_bucket(data: Path, with_model: dict[str, str], s3: S3) -> None:
    assert "bucket" in wrong(data, with_model | s3_env(s3, "nobody-made-this"), "stored texts")
    s3.make_bucket("made")
    assert examined(data, with_model | s3_env(s3, "made"))[0] == 0


def test_a_store_that_cannot_be_written(data: Path, with_model: dict[str, str]) -> None:
    (data / "objects").write_text("a file")
    assert wrong(data, with_model, "stored texts")


def test_a_store_of_another_kind(data: Path, with_model: dict[str, str]) -> None:
    assert "STORAGE_URL" in wrong(data, with_model | {"TRAILWRIGHT_STORAGE_URL": "ftp://x"}, "stored texts")


@pytest.mark.parametrize(
    ("fault", "cause", "advice"),
    [
        ("401:1", "key was refused", "TRAILWRIGHT_LLM__API_KEY"),
        ("404:1", "does not exist", "TRAILWRIGHT_LLM__MODEL"),
        ("500:1", "out of order", "TRAILWRIGHT_LLM__BASE_URL"),
        ("reset:1", "cannot be reached", "TRAILWRIGHT_LLM__BASE_URL"),
        ("timeout:1", "in time", "TRAILWRIGHT_LLM__TIMEOUT_S"),
    ],
)
def test_a_model_that_fails(
    data: Path, model: Simulated, with_model: dict[str, str], fault: str, cause: str, advice: str
) -> None:
    httpx.post(f"{model.url}/control", json={"faults": fault}, trust_env=False)
    said = wrong(data, with_model | {"TRAILWRIGHT_LLM__TIMEOUT_S": "1"}, "model")
    assert cause in said
    assert advice in said
    assert "sk-simulated-key" not in said


def test_a_model_server_that_is_away(data: Path, with_model: dict[str, str]) -> None:
    port = closed_port()
    said = wrong(data, with_model | {"TRAILWRIGHT_LLM__BASE_URL": f"http://127.0.0.1:{port}/v1"}, "model")
    assert str(port) in said


def test_one_agents_own_model_is_tried_by_itself(data: Path, with_model: dict[str, str]) -> None:
    own = {
        "TRAILWRIGHT_LLM__AGENTS__QUIZ__MODEL": "other:model",
        "TRAILWRIGHT_LLM__AGENTS__QUIZ__BASE_URL": f"http://127.0.0.1:{closed_port()}/v1",
    }
    done = call("doctor", "--data", data, env=with_model | own)
    assert done.code == 1
    lines = [line for line in done.out.splitlines() if " model (" in line]
    assert [line.split()[0] for line in lines] == ["ok", "wrong"]
    assert "(quiz)" in lines[1]


def test_a_local_model_that_is_not_installed(data: Path) -> None:
    assert "trailwright model install 1.5b" in wrong(data, {}, "local model", "model")


def test_a_local_model_whose_file_is_another(data: Path) -> None:
    (data / "models").mkdir()
    (data / "models" / "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf").write_bytes(b"other bytes")
    said = wrong(data, {}, "local model", "model")
    assert "not the file that was pinned" in said
    assert "trailwright model remove 1.5b" in said


def test_a_file_of_ones_own_that_is_not_there(data: Path) -> None:
    env = {"TRAILWRIGHT_LLM__LOCAL_PATH": "/nowhere/model.gguf"}
    assert "/nowhere/model.gguf" in wrong(data, env, "local model", "model")


@pytest.mark.parametrize("provider", ["tavily", "brave"])
def test_a_search_without_its_key(data: Path, with_model: dict[str, str], provider: str) -> None:
    said = wrong(data, with_model | {"TRAILWRIGHT_SEARCH__PROVIDER": provider}, "search")
    assert provider in said
    assert "SEARCH__API_KEY" in said


def test_a_search_server_that_is_away(data: Path, with_model: dict[str, str]) -> None:
    search = {
        "TRAILWRIGHT_SEARCH__PROVIDER": "searxng",
        "TRAILWRIGHT_SEARCH__BASE_URL": f"http://127.0.0.1:{closed_port()}",
    }
    said = wrong(data, with_model | search, "search")
    assert "cannot be reached" in said
    assert "SEARCH__BASE_URL" in said


def test_a_clock_that_was_moved_back(data: Path, with_model: dict[str, str]) -> None:
    roadmap = "INSERT INTO roadmaps VALUES ('r', 'local', 't', 'T', '{}', '', 'mini', NULL, 0, NULL, 1, 1)"
    ahead = 32_503_680_000_000  # in the year 3000
    with sqlite3.connect(data / "trailwright.db") as connection:
        connection.execute(roadmap)
        connection.execute(
            "INSERT INTO tasks (task_id, user_id, roadmap_id, task_type, title, asked, status, current_step,"
            " auto_approve, step_failed, created_at, updated_at)"
            " VALUES ('t', 'local', 'r', 'creation', 'T', 'going', 'completed', 'completed', 0, 0, 1, ?)",
            [ahead],
        )
    connection.close()
    assert "moved back" in wrong(data, with_model, "clock")


def test_a_product_that_runs_is_named(tmp_path: Path, with_model: dict[str, str]) -> None:
    with up(tmp_path / "up", tmp_path / "data", env=with_model) as (program, address):
        code, parts = examined(tmp_path / "data", with_model)
    assert code == 0, parts
    assert address in parts["running"]["message"]
    assert str(program.process.pid) in parts["running"]["message"]


@pytest.fixture
def stopped(tmp_path: Path, with_model: dict[str, str]) -> Iterator[Path]:
    """The folder of a product that stands still."""
    with up(tmp_path / "up", tmp_path / "data", env=with_model) as (program, _):
        program.signal(signal.SIGSTOP)
        yield tmp_path / "data"
        program.signal(signal.SIGCONT)


def test_a_product_that_stands_still_is_told(stopped: Path, with_model: dict[str, str]) -> None:
    said = wrong(stopped, with_model, "running")
    assert "does not answer" in said
    assert "trailwright up" in said


def test_a_wrong_setting_is_the_cause(data: Path) -> None:
    code, parts = examined(data, {"TRAILWRIGHT_FETCH__ALLOW": "no port"})
    assert code == 1
    assert "TRAILWRIGHT_FETCH__ALLOW" in parts["settings"]["message"]


def test_settings_are_listed_with_their_sources_and_without_secrets(
    data: Path, tmp_path: Path, with_model: dict[str, str]
) -> None:
    (data / "config.toml").write_text('trusted_proxies = ["10.0.0.1"]\n[search]\nprovider = "none"\n')
    (tmp_path / ".env").write_text("TRAILWRIGHT_WORKER__CONCURRENCY=7\nTRAILWRIGHT_LLM__MODEL=openai:other\n")
    secret = {
        "TRAILWRIGHT_DATABASE_URL": "postgresql://ada:secret-word@db/x",
        "TRAILWRIGHT_FETCH__ALLOW": "a:1,b:2",
    }
    done = call("doctor", "--settings", "--json", "--data", data, env=with_model | secret)
    assert done.code == 0
    rows = {row["name"].removeprefix("TRAILWRIGHT_"): row for row in json.loads(done.out)["settings"]}
    said = {name: (rows[name]["value"], rows[name]["source"]) for name in rows}
    assert said["LLM__MODEL"] == ("openai:simulated", "environment")
    assert said["LLM__API_KEY"] == ("***", "environment")
    assert said["WORKER__CONCURRENCY"] == (7, ".env")
    assert said["TRUSTED_PROXIES"] == (["10.0.0.1"], "config.toml")
    assert said["SEARCH__PROVIDER"] == ("none", "config.toml")
    assert said["FETCH__ALLOW"] == (["a:1", "b:2"], "environment")
    assert said["DATA_DIR"] == (str(data), "--data")
    assert said["RETRY__ITEM_LIMIT"] == (5, "default")
    assert "secret-word" not in done.out
    assert "sk-simulated-key" not in done.out
    for_people = call("doctor", "--settings", "--data", data, env=with_model | secret)
    assert len(for_people.out.splitlines()) == len(rows)


def test_what_was_set_in_the_web_app_is_tried_and_told(data: Path, with_model: dict[str, str]) -> None:
    address = with_model["TRAILWRIGHT_LLM__BASE_URL"]
    set_in_the_web_app(data, LLM__MODEL="openai:from-the-web", LLM__BASE_URL=address)
    code, parts = examined(data, {})
    assert code == 0, parts
    assert "from-the-web answered" in parts["model"]["message"]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        command.run(data, only_settings=True, as_json=True)
    rows = {row["name"]: row for row in json.loads(said.getvalue())["settings"]}
    assert rows["TRAILWRIGHT_LLM__MODEL"]["source"] == "web app"
    assert rows["TRAILWRIGHT_LLM__MODEL"]["value"] == "openai:from-the-web"


def set_in_the_web_app(data: Path, **values: str) -> None:
    with contextlib.closing(sqlite3.connect(data / "trailwright.db")) as lite:
        rows = [(name, json.dumps(value), "local", 1) for name, value in values.items()]
        lite.executemany("INSERT INTO configured VALUES (?, ?, ?, ?)", rows)
        lite.commit()
