"""`trailwright up`: one process, ready when it says so, ended in time, and nobody's data lost."""

import os
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.cli.program import READY, Running, call, environment, running, up
from tests.support.postgres import Postgres
from tests.support.simulated import Simulated
from tests.support.source import SRC

ENDS_WITHIN_S = 10.0


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def accepted(address: str, **more: object) -> str:
    """Order a roadmap over HTTP; the task's id."""
    order = {"preferences": {"learning_goal": "Bake bread"}, "size": "mini", "auto_approve": True, **more}
    answer = httpx.post(f"{address}/api/v1/tasks/generate", json=order, trust_env=False)
    assert answer.status_code == 202
    return str(answer.json()["task_id"])


def status(address: str, task_id: str) -> str:
    return str(httpx.get(f"{address}/api/v1/tasks/{task_id}", trust_env=False).json()["status"])


def until_ended(address: str, task_id: str) -> str:
    """Follow the task's stream to its end; the status then."""
    url = f"{address}/api/v1/tasks/{task_id}/events"
    httpx.get(url, headers={"Accept": "text/event-stream"}, timeout=60, trust_env=False)
    return status(address, task_id)


def test_it_says_ready_and_nothing_else_makes_a_private_folder_and_ends_on_sigterm(
    tmp_path: Path, with_model: dict[str, str]
) -> None:
    data = tmp_path / "new" / "data"
    with up(tmp_path / "first", data, env=with_model) as (program, address):
        assert program.out == f"ready {address}\n"
        assert httpx.get(f"{address}/api/v1/health/ready", trust_env=False).json()["status"] == "ok"
        assert httpx.get(f"{address}/api/v1/users/me", trust_env=False).json()["user_id"] == "local"
        assert (mode(data), mode(data / "secret.key"), mode(data / "trailwright.db")) == (0o700, 0o600, 0o600)
        second = call("up", "--port", 0, "--data", data, env=with_model)
        assert second.code == 1
        assert address in second.err
        assert second.out == ""
        began = time.monotonic()
        program.signal(signal.SIGTERM)
        done = program.ends(ENDS_WITHIN_S)
    assert done.code == 0
    assert time.monotonic() - began < ENDS_WITHIN_S
    assert "Nothing was under way" in done.err
    assert "Traceback" not in done.err
    key = (data / "secret.key").read_text()
    with up(tmp_path / "again", data, env=with_model):
        assert (data / "secret.key").read_text() == key


@pytest.mark.usefixtures("slow")
def test_what_is_under_way_at_the_end_goes_on_at_the_next_start(
    tmp_path: Path, model: Simulated, with_model: dict[str, str]
) -> None:
    data = tmp_path / "data"
    with up(tmp_path / "first", data, env=with_model) as (program, address):
        task_id = accepted(address)
        began = time.monotonic()
        program.signal(signal.SIGINT)
        done = program.ends(ENDS_WITHIN_S)
        assert time.monotonic() - began < ENDS_WITHIN_S
    assert "1 task goes on by itself at the next start" in done.err
    httpx.post(f"{model.url}/control", json={"latency": 0}, trust_env=False)
    with up(tmp_path / "second", data, env=with_model) as (_, address):
        assert until_ended(address, task_id) == "completed"


@pytest.mark.usefixtures("slow")
def test_a_second_signal_ends_it_at_once(tmp_path: Path, with_model: dict[str, str]) -> None:
    with up(tmp_path / "out", tmp_path / "data", env=with_model) as (program, address):
        accepted(address)
        program.signal(signal.SIGTERM)
        program.says("ending", in_err=True)
        began = time.monotonic()
        program.signal(signal.SIGTERM)
        assert program.ends().code == 128 + signal.SIGTERM
        assert time.monotonic() - began < 1


@pytest.mark.usefixtures("slow")
def test_a_killed_one_goes_on_by_itself_and_makes_nothing_twice(
    tmp_path: Path, model: Simulated, with_model: dict[str, str]
) -> None:
    data = tmp_path / "data"
    with up(tmp_path / "first", data, env=with_model) as (program, address):
        task_id = accepted(address)
        program.kill()
    httpx.post(f"{model.url}/control", json={"latency": 0}, trust_env=False)
    with up(tmp_path / "second", data, env=with_model) as (_, address):
        assert until_ended(address, task_id) == "completed"
        events = httpx.get(f"{address}/api/v1/tasks/{task_id}/events", trust_env=False).json()["events"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))


@pytest.fixture
def slow(model: Simulated) -> None:
    """The model takes longer than anybody waits."""
    httpx.post(f"{model.url}/control", json={"latency": 60}, trust_env=False)


def test_a_port_that_is_taken_is_told(tmp_path: Path, with_model: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = call("up", "--port", port, "--data", tmp_path / "data", env=with_model)
    assert done.code == 1
    assert f"port {port}" in done.err
    assert "--port 0" in done.err
    assert len(done.err.splitlines()) <= 2


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.org"])  # noqa: S104 - refused
def test_a_host_that_others_reach_is_refused(tmp_path: Path, host: str) -> None:
    done = call("up", "--host", host, "--port", 0, "--data", tmp_path / "data")
    assert done.code == 2
    assert "password" in done.err
    assert not (tmp_path / "data").exists()


def test_ipv6_loopback_is_served(tmp_path: Path, with_model: dict[str, str]) -> None:
    with up(tmp_path / "out", tmp_path / "data", "--host", "::1", env=with_model) as (_, address):
        assert address.startswith("http://[::1]:")
        assert httpx.get(f"{address}/api/v1/health/live", trust_env=False).status_code == 200


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, with_model: dict[str, str]) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o500)
    program = Running(
        tmp_path, ["up", "--port", 0, "--data", data], with_model, before=bound_by_permissions()
    )
    done = program.ends()
    assert done.code == 1
    assert "cannot be written" in done.err
    assert str(data) in done.err
    assert "Traceback" not in done.err


def bound_by_permissions() -> list[str]:
    """Root writes anywhere; without this capability it does not."""
    return [] if os.geteuid() else ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]


def test_a_file_where_the_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    done = call("up", "--port", 0, "--data", tmp_path / "data", env={"TRAILWRIGHT_LLM__MODEL": "openai:x"})
    assert (done.code, "is no folder" in done.err) == (1, True)


def test_without_a_model_it_starts_and_says_how_to_get_one(tmp_path: Path) -> None:
    with up(tmp_path / "out", tmp_path / "data") as (program, _):
        assert "trailwright model install" in program.err


def test_it_runs_on_a_database_server_too(
    tmp_path: Path, with_model: dict[str, str], postgres: Postgres
) -> None:
    data = tmp_path / "data"
    env = with_model | {"TRAILWRIGHT_DATABASE_URL": postgres.fresh_database()}
    with up(tmp_path / "out", data, env=env) as (program, address):
        assert until_ended(address, accepted(address)) == "completed"
        program.signal(signal.SIGTERM)
        assert program.ends(ENDS_WITHIN_S).code == 0
    assert not (data / "trailwright.db").exists()


def test_logs_lie_in_the_data_folder_and_hold_no_key(tmp_path: Path, with_model: dict[str, str]) -> None:
    data = tmp_path / "data"
    with up(tmp_path / "out", data, env=with_model) as (_, address):
        until_ended(address, accepted(address))
    logs = "".join(path.read_text() for path in (data / "logs").iterdir())
    assert '"started"' in logs
    assert "sk-simulated-key" not in logs
    assert (data / "secret.key").read_text() not in logs


@pytest.fixture
def newer_program(tmp_path: Path) -> dict[str, str]:
    """The same program with one more migration, as the next version would be."""
    copied = tmp_path / "next-version" / "trailwright"
    shutil.copytree(SRC, copied, ignore=shutil.ignore_patterns("__pycache__"))
    versions = copied / "migrations" / "versions"
    newest = max(path.stem for path in versions.glob("[0-9]*.py"))[:4]
    text = (
        "from alembic import op\n"
        f"revision, down_revision, branch_labels, depends_on = '9999', '{newest}', None, None\n"
        "def upgrade():\n    op.execute('CREATE TABLE a_later_table (x integer)')\n"
    )
    (versions / "9999_later.py").write_text(text)
    return {"PYTHONPATH": str(copied.parent)}


def test_an_older_database_is_kept_then_migrated_and_the_older_program_refuses_it(
    tmp_path: Path, with_model: dict[str, str], newer_program: dict[str, str]
) -> None:
    data = tmp_path / "data"
    with up(tmp_path / "old", data, env=with_model):
        pass
    before = tables(data / "trailwright.db")
    with up(tmp_path / "new", data, env=with_model | newer_program) as (program, _):
        assert "brought up to date" in program.err
        program.signal(signal.SIGTERM)
        program.ends()
    [kept] = (data / "backups").iterdir()
    assert tables(kept) == before
    assert tables(data / "trailwright.db") - before == {"a_later_table"}
    done = call("up", "--port", 0, "--data", data, env=with_model)
    assert done.code == 1
    assert "newer version" in done.err
    assert len(done.err.splitlines()) <= 2


def tables(file: Path) -> set[str]:
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    connection.close()
    return {name for (name,) in found}


def test_migrate_does_the_same_without_starting(tmp_path: Path, newer_program: dict[str, str]) -> None:
    data = tmp_path / "data"
    assert call("migrate", "--data", data).code == 0
    done = call("migrate", "--data", data, env=newer_program)
    assert (done.code, "9999" in done.err) == (0, True)
    assert len(list((data / "backups").iterdir())) == 1
    assert call("migrate", "--data", data).code == 1


def test_migrate_leaves_a_running_product_alone(tmp_path: Path, with_model: dict[str, str]) -> None:
    data = tmp_path / "data"
    with up(tmp_path / "out", data, env=with_model):
        done = call("migrate", "--data", data)
    assert (done.code, "runs on this folder" in done.err) == (1, True)


def test_two_started_at_once_are_one(tmp_path: Path, with_model: dict[str, str]) -> None:
    data = tmp_path / "data"
    words = ["up", "--port", 0, "--data", data]
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    both = [Running(tmp_path / name, words, with_model) for name in ("a", "b")]
    try:
        loser = both[0] if wait_for_one(both) is both[0] else both[1]
        winner = both[1] if loser is both[0] else both[0]
        address = winner.says(READY.pattern)[1]
        assert loser.ends().code == 1
        assert address in loser.err
    finally:
        for program in both:
            program.kill()


def wait_for_one(both: list[Running]) -> Running:
    """The one that ends."""
    while True:
        for program in both:
            if program.process.poll() is not None:
                return program
        time.sleep(0.02)  # two processes cannot be waited for at once


def test_the_wrong_setting_is_named(tmp_path: Path) -> None:
    wrong = {"TRAILWRIGHT_WORKER__LEASE_S": "1", "TRAILWRIGHT_SEARCH__PROVIDER": "google"}
    done = call("up", "--data", tmp_path / "data", env=wrong)
    assert done.code == 1
    assert "TRAILWRIGHT_WORKER__LEASE_S" in done.err
    assert "TRAILWRIGHT_SEARCH__PROVIDER" in done.err
    assert "tavily" in done.err
    assert "Traceback" not in done.err


def test_a_program_that_only_helps_loads_nothing_heavy() -> None:
    heavy = "pydantic sqlalchemy fastapi starlette uvicorn httpx rich structlog alembic obstore asyncio numpy"
    for words in (["--help"], ["--version"]):
        code = (
            "import sys; sys.argv = ['trailwright', *sys.argv[1:]]\n"
            "from trailwright.cli import main\n"
            "try: main()\n"
            "except SystemExit: pass\n"
            f"print(sorted(set({heavy.split()}) & set(sys.modules)), file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            env=environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr.strip() == "[]", words


def test_signals_before_it_is_ready_end_it_too(tmp_path: Path, with_model: dict[str, str]) -> None:
    with running(tmp_path / "out", "up", "--port", 0, "--data", tmp_path / "data", env=with_model) as program:
        while not (tmp_path / "data" / "up.lock").exists():
            time.sleep(0.005)  # a file tells nobody that it is there
        program.signal(signal.SIGTERM)
        assert program.ends(ENDS_WITHIN_S).code in {0, -signal.SIGTERM}
