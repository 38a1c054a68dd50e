"""What `kit.log` promises: every line findable and none with a secret."""

import asyncio
import io
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from trailwright.kit import log

SetUp = Callable[..., log.Logs]


@pytest.fixture
def set_up() -> Iterator[SetUp]:
    open_logs: list[log.Logs] = []

    def start(*args: Any, **options: Any) -> log.Logs:
        logs = log.set_up(*args, **{"console": "off", **options})
        open_logs.append(logs)
        return logs

    yield start
    for logs in open_logs:
        logs.close()


def lines(folder: Path, name: str = "trailwright") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{name}.log").read_text(encoding="utf-8").splitlines()]


def test_a_line_is_json_with_moment_level_place_and_facts(set_up: SetUp, tmp_path: Path) -> None:
    logs = set_up(tmp_path, "worker")
    log.get_logger("work.pump").info("claimed", count=3, goal="Brot backen ✓")
    logs.close()
    [line] = lines(tmp_path, "worker")
    assert line.pop("time").endswith("Z")
    assert line == {
        "event": "claimed",
        "count": 3,
        "goal": "Brot backen ✓",
        "level": "info",
        "logger": "work.pump",
    }


async def test_a_line_carries_the_ids_of_its_own_task_only(set_up: SetUp, tmp_path: Path) -> None:
    logs = set_up(tmp_path)
    logger = log.get_logger("x")
    both_inside = asyncio.Barrier(2)

    async def work(item: str) -> None:
        with log.bound(task_id="t", item_id=item, attempt=1):
            await both_inside.wait()
            logger.info(item)
        logger.info("after")

    await asyncio.gather(work("one"), work("two"))
    logs.close()
    said = [(line["event"], line.get("item_id")) for line in lines(tmp_path)]
    assert sorted(said, key=str) == [("after", None), ("after", None), ("one", "one"), ("two", "two")]


def test_lines_of_libraries_are_there_too_with_our_ids(set_up: SetUp, tmp_path: Path) -> None:
    logs = set_up(tmp_path)
    with log.bound(request_id="r-1"):
        logging.getLogger("some.library").warning("took %d ms", 7)
        logging.getLogger("httpx").info("every request")
    logs.close()
    [line] = lines(tmp_path)
    assert (line["event"], line["request_id"], line["logger"]) == ("took 7 ms", "r-1", "some.library")


def test_an_exception_keeps_its_traceback_on_one_line(set_up: SetUp, tmp_path: Path) -> None:
    logs = set_up(tmp_path)
    try:
        int("seven")
    except ValueError:
        log.get_logger("x").exception("broke")
    logs.close()
    [line] = lines(tmp_path)
    assert line["level"] == "error"
    assert "ValueError: invalid literal" in line["exception"]


def test_what_is_below_the_level_is_not_written(set_up: SetUp, tmp_path: Path) -> None:
    logs = set_up(tmp_path, level="WARNING")
    log.get_logger("x").info("quiet")
    log.get_logger("x").warning("loud")
    logs.close()
    assert [line["event"] for line in lines(tmp_path)] == ["loud"]


@pytest.mark.parametrize(
    "said",
    [
        {"answer": "the key is hunter22-and-more"},
        {"nested": {"list": ["hunter22-and-more"]}},
        {"hunter22-and-more": 1},
        {"url": "http://h/?q=p%C3%A4%22ss%2Fw"},
        {"text": 'pä"ss/w'},
        {"headers": {"Authorization": "Bearer zzzTopSecret"}},
        {"error": "401 for Authorization: Bearer zzzTopSecret"},
        {"database": "postgresql://me:zzzTopSecret@db:5432/x"},
        {"api_key": "zzzTopSecret"},
        {"body": '{"password": "zzzTopSecret"}'},
        {"url": "http://h/x?access_token=zzzTopSecret&y=1"},
        {"answer": "Incorrect API key provided: sk-proj-zzzTopSecret12"},
        {"answer": "AIzazzzTopSecret123456"},
        {"cookie": "eyJhbGciOiJ9zz.zzzTopSecret.zzzTopSecret"},
    ],
    ids=str,
)
def test_no_secret_reaches_the_file(set_up: SetUp, tmp_path: Path, said: dict[str, Any]) -> None:
    logs = set_up(tmp_path, secrets=["hunter22-and-more", 'pä"ss/w'])
    log.get_logger("x").info("asked", **said)
    log.get_logger("x").info(str(said))
    logging.getLogger("library").warning("%s", said)
    logs.close()
    written = (tmp_path / "trailwright.log").read_text(encoding="utf-8")
    assert len(lines(tmp_path)) == 3
    for secret in ("hunter22", "zzzTopSecret", "ss/w", "ss%2Fw"):
        assert secret not in written


def test_a_secret_in_a_traceback_is_masked(set_up: SetUp, tmp_path: Path) -> None:
    logs = set_up(tmp_path, secrets=["hunter22-and-more"])
    try:
        int("hunter22-and-more")
    except ValueError:
        log.get_logger("x").exception("broke")
    logs.close()
    assert "hunter22" not in (tmp_path / "trailwright.log").read_text(encoding="utf-8")


def test_plain_facts_are_not_masked(set_up: SetUp, tmp_path: Path) -> None:
    facts = {"token": 5, "input_tokens": 700, "model": "openai:gpt-5", "url": "http://127.0.0.1:8000/x?y=1"}
    logs = set_up(tmp_path, secrets=["", "abc"])
    log.get_logger("x").info("settled: abc, a secret recipe", **facts)
    logs.close()
    [line] = lines(tmp_path)
    assert line["event"] == "settled: abc, a secret recipe"
    assert {name: line[name] for name in facts} == facts


def test_every_secret_of_a_settings_tree_is_found() -> None:
    class Part(BaseModel):
        api_key: SecretStr | None = None
        model: str = "m"

    class Whole(BaseModel):
        secret_key: SecretStr = SecretStr("one")
        part: Part = Part(api_key=SecretStr("two"))
        other: Part = Part()

    assert list(log.secret_values(Whole())) == ["one", "two"]


def test_files_are_rotated_and_five_old_ones_kept(
    set_up: SetUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "FILE_BYTES", 2000)
    logs = set_up(tmp_path)
    for number in range(300):
        log.get_logger("x").info("line", number=number)
    logs.close()
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["trailwright.log", *(f"trailwright.log.{n}" for n in range(1, 6))]
    assert all(path.stat().st_size <= 2000 for path in tmp_path.iterdir())
    assert lines(tmp_path)[-1]["number"] == 299


def test_a_log_that_cannot_be_written_is_told_once(
    set_up: SetUp, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logs = set_up(tmp_path)
    (tmp_path / "trailwright.log").mkdir()
    for _ in range(3):
        log.get_logger("x").info("line")
    logs.close()
    assert capsys.readouterr().err.count("the log file cannot be written") == 1


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_a_terminal_gets_lines_for_people(
    set_up: SetUp, monkeypatch: pytest.MonkeyPatch, no_color: str, *, coloured: bool
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("NO_COLOR", no_color)
    logs = set_up(None, console=None, secrets=["hunter22"])
    log.get_logger("work.pump").info("claimed", count=3, key="hunter22")
    logs.close()
    said = terminal.getvalue()
    assert ("\x1b[" in said) is coloured
    assert "claimed" in said
    assert "hunter22" not in said
    assert not said.lstrip().startswith("{")


def test_without_a_terminal_standard_error_gets_json(set_up: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stderr", pipe)
    logs = set_up(None, console=None)
    log.get_logger("x").info("claimed")
    logs.close()
    assert json.loads(pipe.getvalue())["event"] == "claimed"


class StoppedTerminal(io.StringIO):
    """A terminal after Ctrl-S: whoever writes waits."""

    def __init__(self) -> None:
        super().__init__()
        self.goes_on = threading.Event()

    def write(self, text: str, /) -> int:
        self.goes_on.wait()
        return super().write(text)


def test_a_stopped_terminal_holds_nobody_up(set_up: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = StoppedTerminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(log, "_WAITING_LINES", 10)
    logs = set_up(None, console="json")
    for number in range(100):
        log.get_logger("x").info("line", number=number)
    logs.close()
    assert terminal.getvalue() == ""
    terminal.goes_on.set()


def test_a_line_is_written_even_when_nobody_closes_and_nothing_goes_to_standard_output(
    tmp_path: Path,
) -> None:
    code = (
        "import sys, pathlib; from trailwright.kit import log\n"
        "log.get_logger('x').info('before')\n"
        "log.set_up(pathlib.Path(sys.argv[1]), console='off')\n"
        "log.get_logger('x').info('last words')"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
    assert [line["event"] for line in lines(tmp_path)] == ["last words"]
