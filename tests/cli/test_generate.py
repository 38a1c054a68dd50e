"""`trailwright generate` as scripts use it: events, exit codes, what is written, and going on later."""

import datetime as dt
import json
import os
import signal
import sqlite3
import stat
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.program import READY, Done, Running, call, running, up
from tests.support.simulated import Simulated

GOAL = "Bake sourdough bread at home"
ANSWERED_S = 90.0


def generate(*words: object, env: dict[str, str], goal: str | None = GOAL) -> Done:
    """One small roadmap, as events."""
    said = [goal, "--size", "mini"] if goal else []
    return call("generate", *said, "--json", *words, env=env, within_s=ANSWERED_S)


def tell(model: Simulated, **changes: object) -> None:
    """Turn the model's knobs."""
    httpx.post(f"{model.url}/control", json=changes, trust_env=False).raise_for_status()


def calls(model: Simulated) -> dict[str, Any]:
    """What the model was asked."""
    said: dict[str, Any] = httpx.get(f"{model.url}/stats", trust_env=False).json()
    return said


def test_a_roadmap_is_made_told_as_events_and_written(tmp_path: Path, with_model: dict[str, str]) -> None:
    out, data = tmp_path / "out", tmp_path / "data"
    done = generate("--yes", "--out", out, "--data", data, "--hours-per-week", 4, env=with_model)
    assert done.code == 0, done.err
    events = [line for line in done.lines[:-1] if "seq" in line]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[-1]["type"] == "completed"
    result = done.result
    assert (result["type"], result["status"], result["out"]) == ("result", "completed", str(out))
    assert result["usage"]["llm_calls"] > 0
    assert result["progress"]["percentage"] == 100
    written = json.loads((out / "roadmap.json").read_text())
    concepts = [
        c for s in written["roadmap"]["framework"]["stages"] for m in s["modules"] for c in m["concepts"]
    ]
    ids = {concept["concept_id"] for concept in concepts}
    assert set(written["tutorials"]) == set(written["resources"]) == set(written["quizzes"]) == ids
    for concept_id in ids:
        assert set(written["tutorials"][concept_id]) == {"title", "summary", "markdown", "receipt"}
        assert all("correct_answer" in question for question in written["quizzes"][concept_id]["questions"])
    folders = sorted(path.name for path in out.iterdir() if path.is_dir())
    assert [name[:3] for name in folders] == [f"{n:02}-" for n in range(1, len(ids) + 1)]
    assert {path.name for path in (out / folders[0]).iterdir()} == {"tutorial.md", "resources.md", "quiz.md"}
    assert call("check", out / "roadmap.json").code == 0
    usual = 0o777 & ~umask()
    assert {stat.S_IMODE(p.stat().st_mode) for p in out.rglob("*")} == {usual, usual & 0o666}


def umask() -> int:
    """This process's, which the program inherits."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_what_cannot_be_written_out_is_told_and_the_roadmap_is_kept(
    tmp_path: Path, with_model: dict[str, str]
) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    (out / "README.md").mkdir(parents=True)
    done = generate("--yes", "--data", data, "--out", out, env=with_model)
    assert (done.code, done.result["status"], done.result["out"]) == (1, "completed", None)
    assert "not written out" in done.err
    again = generate("--resume", done.result["task_id"], "--data", data, env=with_model, goal=None)
    assert again.code == 0


def test_without_out_it_says_where_it_can_be_read(tmp_path: Path, with_model: dict[str, str]) -> None:
    data = tmp_path / "data"
    done = call(
        "generate", GOAL, "--size", "mini", "--yes", "--data", data, env=with_model, within_s=ANSWERED_S
    )
    assert done.code == 0
    assert "\x1b" not in done.out
    [written] = (data / "roadmaps").iterdir()
    assert str(written) in done.out
    assert (written / "README.md").is_file()
    assert list(tmp_path.glob("*.json")) == []


def test_it_joins_the_product_that_runs_on_the_folder(tmp_path: Path, with_model: dict[str, str]) -> None:
    data = tmp_path / "data"
    with up(tmp_path / "up", data, env=with_model) as (program, address):
        done = generate(
            "--yes", "--data", data, "--out", tmp_path / "out", env={"TRAILWRIGHT_LLM__MODEL": "local"}
        )
        assert done.code == 0, done.err
        found = httpx.get(f"{address}/api/v1/tasks/{done.result['task_id']}", trust_env=False).json()
        assert found["status"] == "completed"
        assert program.process.poll() is None
    assert (tmp_path / "out" / "roadmap.json").is_file()


def test_another_machines_server_keeps_the_keys(tmp_path: Path, with_model: dict[str, str]) -> None:
    with up(tmp_path / "up", tmp_path / "theirs", env=with_model) as (_, address):
        words = ["--yes", "--server", address, "--data", tmp_path / "mine", "--out", tmp_path / "out"]
        done = generate(*words, env=with_model)
    assert done.code == 0, done.err
    assert "without their keys" in done.err
    quizzes = json.loads((tmp_path / "out" / "roadmap.json").read_text())["quizzes"].values()
    assert quizzes
    assert not any("correct_answer" in question for quiz in quizzes for question in quiz["questions"])
    assert not (tmp_path / "mine").exists()


def test_a_product_that_dies_is_replaced_and_nothing_is_missed(
    tmp_path: Path, model: Simulated, with_model: dict[str, str]
) -> None:
    tell(model, latency=1.0)
    data = tmp_path / "data"
    with (
        up(tmp_path / "up", data, env=with_model) as (theirs, _),
        running(tmp_path / "mine", *words_for(data), env=with_model) as mine,
    ):
        mine.says('"concept_start"')
        theirs.kill()
        tell(model, latency=0)
        done = mine.ends(ANSWERED_S)
    assert done.code == 0, done.err
    seqs = [line["seq"] for line in done.lines if "seq" in line]
    assert seqs == list(range(1, len(seqs) + 1))


def words_for(data: Path) -> list[object]:
    return ["generate", GOAL, "--size", "mini", "--yes", "--json", "--data", data]


def test_nobody_at_the_terminal_decides_later(tmp_path: Path, with_model: dict[str, str]) -> None:
    data = tmp_path / "data"
    done = generate("--data", data, env=with_model)
    assert done.code == 2
    assert done.result["status"] == "human_review_pending"
    task_id = done.result["task_id"]
    assert f"trailwright generate --resume {task_id} --data {data}" in done.err
    again = generate("--resume", task_id, "--data", data, env=with_model, goal=None)
    assert again.code == 2
    done = generate(
        "--resume", task_id, "--yes", "--data", data, "--out", tmp_path / "o", env=with_model, goal=None
    )
    assert (done.code, done.result["status"]) == (0, "completed")
    assert (tmp_path / "o" / "roadmap.json").is_file()


def test_some_failed_pieces_are_exit_3_and_are_made_later(
    tmp_path: Path, model: Simulated, with_model: dict[str, str]
) -> None:
    tell(model, faults="quiz.refuse:1")
    data, out = tmp_path / "data", tmp_path / "out"
    done = generate("--yes", "--data", data, "--out", out, env=with_model)
    assert (done.code, done.result["status"]) == (3, "partial_failure")
    written = json.loads((out / "roadmap.json").read_text())
    assert (bool(written["tutorials"]), written["quizzes"]) == (True, {})
    tell(model, faults="")
    before = calls(model)["by_agent"]["tutorial"]
    done = generate(
        "--resume", done.result["task_id"], "--data", data, "--out", out, env=with_model, goal=None
    )
    assert (done.code, done.result["status"]) == (0, "completed")
    assert calls(model)["by_agent"]["tutorial"] == before
    assert json.loads((out / "roadmap.json").read_text())["quizzes"]


def test_a_refused_key_is_exit_4_in_words_and_goes_on_when_mended(
    tmp_path: Path, model: Simulated, with_model: dict[str, str]
) -> None:
    tell(model, faults="401:1")
    data = tmp_path / "data"
    done = generate("--yes", "--data", data, env=with_model)
    assert (done.code, done.result["status"]) == (4, "failed")
    assert done.result["error"]["code"] == "model_auth"
    assert "key was refused" in done.err
    tell(model, faults="")
    done = generate("--resume", done.result["task_id"], "--yes", "--data", data, env=with_model, goal=None)
    assert (done.code, done.result["status"]) == (0, "completed")


def in_content(folder: Path, data: Path, env: dict[str, str]) -> Running:
    """A `generate` whose lessons are being written."""
    folder.mkdir()
    program = Running(folder, words_for(data), env)
    program.says('"concept_start"')
    return program


@pytest.fixture
def slow_lessons(model: Simulated) -> Simulated:
    """Lessons take their time; what comes before is quick."""
    tell(model, faults="tutorial.timeout:1")
    return model


def test_ctrl_c_cancels_and_resume_finishes(
    tmp_path: Path, slow_lessons: Simulated, with_model: dict[str, str]
) -> None:
    data = tmp_path / "data"
    program = in_content(tmp_path / "a", data, with_model)
    began = time.monotonic()
    program.signal(signal.SIGINT)
    done = program.ends()
    assert time.monotonic() - began < 10
    assert (done.code, done.result["status"]) == (130, "cancelled")
    task_id = done.result["task_id"]
    assert f"trailwright generate --resume {task_id}" in done.err
    assert calls(slow_lessons)["open"] == 0
    tell(slow_lessons, faults="")
    done = generate("--resume", task_id, "--data", data, env=with_model, goal=None)
    assert (done.code, done.result["status"]) == (0, "completed")


def test_a_second_ctrl_c_ends_at_once(
    tmp_path: Path, slow_lessons: Simulated, with_model: dict[str, str]
) -> None:
    del slow_lessons
    program = in_content(tmp_path / "a", tmp_path / "data", with_model)
    program.signal(signal.SIGINT)
    program.signal(signal.SIGINT)
    began = time.monotonic()
    assert program.ends().code == 130
    assert time.monotonic() - began < 3


def test_sigterm_leaves_the_task_to_the_next_start(
    tmp_path: Path, slow_lessons: Simulated, with_model: dict[str, str]
) -> None:
    data = tmp_path / "data"
    program = in_content(tmp_path / "a", data, with_model)
    program.signal(signal.SIGTERM)
    done = program.ends()
    assert done.code == 143
    assert "goes on by itself at the next start" in done.err
    tell(slow_lessons, faults="")
    done = generate("--resume", done.result["task_id"], "--data", data, env=with_model, goal=None)
    assert (done.code, done.result["status"]) == (0, "completed")


def test_a_paused_task_is_resumed(
    tmp_path: Path, slow_lessons: Simulated, with_model: dict[str, str]
) -> None:
    data = tmp_path / "data"
    with up(tmp_path / "up", data, env=with_model) as (_, address):
        program = in_content(tmp_path / "a", data, with_model)
        task_id = json.loads(program.out.splitlines()[0])["task_id"]
        httpx.post(f"{address}/api/v1/tasks/{task_id}/pause?now=true", trust_env=False).raise_for_status()
        program.says('"paused"')
        tell(slow_lessons, faults="")
        done = generate("--resume", task_id, "--data", data, env=with_model, goal=None)
        assert (done.code, done.result["status"]) == (0, "completed")
        assert program.ends().code == 0


def test_a_task_that_is_done_is_written_again(tmp_path: Path, with_model: dict[str, str]) -> None:
    data = tmp_path / "data"
    task_id = generate("--yes", "--data", data, env=with_model).result["task_id"]
    done = generate("--resume", task_id, "--data", data, "--out", tmp_path / "o", env=with_model, goal=None)
    assert (done.code, done.result["status"]) == (0, "completed")
    assert (tmp_path / "o" / "README.md").is_file()


WRONG_OPTIONS = [
    ([GOAL, "--weeks", "0"], "weeks"),
    ([GOAL, "--level", "expert"], "level"),
    ([], "what you want to learn"),
    ([os.fsdecode(b"bread \xff")], "utf-8"),
    ([GOAL, "--resume", "x"], "one of the two"),
    ([GOAL, "--server", "http://127.0.0.1:9"], "cannot be reached"),
    ([GOAL, "--server", "not an address"], "address"),
]
WRONG_WISHES = [
    ([""], "learning_goal"),
    (["x" * 2001], "learning_goal"),
    ([GOAL, "--hours-per-week", "0"], "available_hours_per_week"),
    ([GOAL, "--hours-per-week", "169"], "available_hours_per_week"),
    ([GOAL, "--language", "klingonese"], "primary_language"),
    (["--resume", "00000000-0000-4000-8000-000000000000"], "no such task"),
    (["--resume", "../../etc"], "no such task"),
]


def assert_refused(done: Done, said: str) -> None:
    assert done.code in {1, 2}
    assert said in done.err.lower()
    assert "Traceback" not in done.err
    assert done.out == ""


@pytest.mark.parametrize(("words", "said"), WRONG_OPTIONS)
def test_wrong_options_are_refused_and_nothing_is_made(
    tmp_path: Path, with_model: dict[str, str], words: list[str], said: str
) -> None:
    done = call("generate", *words, "--yes", "--data", tmp_path / "data", env=with_model)
    assert_refused(done, said)
    assert not (tmp_path / "data").exists()


def test_wrong_wishes_are_refused_by_name_and_leave_no_row(
    tmp_path: Path, with_model: dict[str, str]
) -> None:
    data = tmp_path / "data"
    with up(tmp_path / "up", data, env=with_model):
        for words, said in WRONG_WISHES:
            assert_refused(call("generate", *words, "--yes", "--data", data, env=with_model), said)
        refused = call("generate", GOAL, "--hours-per-week", 0, "--json", "--data", data, env=with_model)
        [result] = refused.lines
        assert (result["type"], result["status"], result["exit_code"]) == ("result", None, 1)
        assert "available_hours_per_week" in result["error"]["message"]
    with sqlite3.connect(data / "trailwright.db") as connection:
        assert connection.execute("SELECT count(*) FROM roadmaps").fetchone() == (0,)
    connection.close()


def test_without_a_model_it_says_what_to_do(tmp_path: Path) -> None:
    done = call("generate", GOAL, "--yes", "--data", tmp_path / "data")
    assert done.code == 1
    assert "trailwright model install 1.5b" in done.err
    assert "TRAILWRIGHT_LLM__MODEL" in done.err


def test_a_folder_that_cannot_be_written_is_told_before_any_work(
    tmp_path: Path, model: Simulated, with_model: dict[str, str]
) -> None:
    (tmp_path / "file").write_text("")
    done = generate("--yes", "--out", tmp_path / "file", "--data", tmp_path / "data", env=with_model)
    assert (done.code, "is no folder" in done.err) == (1, True)
    assert calls(model)["requests"] == 0


def test_every_wish_reaches_the_product(tmp_path: Path, with_model: dict[str, str]) -> None:
    data = tmp_path / "data"
    wishes = ["--hours-per-week", 7.5, "--weeks", 6, "--level", "advanced", "--language", "de"]
    more = ["--background", "Ärztin", "--motivation", "aus Freude"]
    assert generate(*wishes, *more, "--data", data, env=with_model, goal="Brot backen 🥖").code == 2
    with sqlite3.connect(data / "trailwright.db") as connection:
        [(text, size)] = connection.execute("SELECT preferences, size FROM roadmaps").fetchall()
    connection.close()
    said = json.loads(text)
    assert (said["learning_goal"], said["available_hours_per_week"]) == ("Brot backen 🥖", 7.5)
    assert (said["current_level"], said["primary_language"]) == ("advanced", "de")
    assert (said["career_background"], said["motivation"], size) == ("Ärztin", "aus Freude", "mini")
    due = dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(weeks=6)
    assert abs((dt.date.fromisoformat(said["target_deadline"][:10]) - due).days) <= 1


def test_a_stream_without_unicode_gets_whole_json(tmp_path: Path, with_model: dict[str, str]) -> None:
    env = with_model | {"PYTHONIOENCODING": "ascii"}
    done = generate("--data", tmp_path / "data", env=env, goal="学习烘焙 🥖")
    assert done.code == 2
    assert done.out.isascii()
    assert any("学习烘焙" in json.dumps(line, ensure_ascii=False) for line in done.lines)


def test_the_simulated_model_starts_as_a_command(tmp_path: Path) -> None:
    with running(tmp_path / "m", "simulate-llm", "--port", 0, "--latency", "0.01", "--seed", 3) as program:
        address = program.says(READY.pattern)[1]
        assert httpx.get(f"{address}/v1/models", trust_env=False).json()["data"][0]["id"] == "simulated"
        program.signal(signal.SIGINT)
        assert program.ends().code == 0
    wrong = call("simulate-llm", "--port", 0, "--faults", "nonsense:1")
    assert (wrong.code, "nonsense" in wrong.err) == (2, True)
