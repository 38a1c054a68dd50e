"""`trailwright check`: a file by itself, or a roadmap of this installation."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.cli.program import call

GOOD = {
    "questions": [
        {
            "question_id": "q1",
            "question_type": "single_choice",
            "question": "Which flour holds the most gas?",
            "options": ["Rye", "Bread flour", "Rice", "Corn"],
            "correct_answer": [1],
            "explanation": "Its proteins make the strongest net of gluten, and that holds gas in a dough.",
            "option_feedback": [
                {"misconception": "rye makes a net", "revisit_concept_id": "c-1"},
                {},
                {"misconception": "rice has gluten", "revisit_concept_id": "c-1"},
                {"misconception": "corn has gluten", "revisit_concept_id": "c-1"},
            ],
        }
    ]
}
NO_DATA = {"TRAILWRIGHT_DATA_DIR": "/proc/nowhere", "TRAILWRIGHT_LLM__MODEL": "nonsense"}
"""A file is judged without data folder and model, so nothing of these may matter."""


def quiz(tmp_path: Path, **changes: Any) -> Path:
    file = tmp_path / "quiz.json"
    file.write_text(json.dumps({"questions": [GOOD["questions"][0] | changes]}))
    return file


def test_a_failed_gate_is_exit_1_and_named(tmp_path: Path) -> None:
    done = call("check", quiz(tmp_path, correct_answer=[7]), "--json", env=NO_DATA)
    assert done.code == 1
    document = json.loads(done.out)
    assert set(document) == {"findings", "skipped", "passed"}
    assert document["passed"] is False
    assert {(f["check"], f["level"]) for f in document["findings"] if f["level"] == "gate"} >= {
        ("Q1", "gate")
    }
    for_people = call("check", quiz(tmp_path, correct_answer=[7]), env=NO_DATA)
    assert for_people.code == 1
    assert "Q1" in for_people.out
    assert "Failed: " in for_people.out


def test_what_passes_is_exit_0(tmp_path: Path) -> None:
    done = call("check", quiz(tmp_path), "--json", env=NO_DATA)
    assert (done.code, json.loads(done.out)["passed"]) == (0, True), done.out


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.json", b"{", "not JSON"),
        ("x.json", b"[]", "neither"),
        ("x.json", b"\xff\xfe", "UTF-8"),
        ("x.md", b"\xff\xfe", "UTF-8"),
        ("x.json", b'{"questions": 7}', "questions"),
    ],
)
def test_what_cannot_be_judged_is_exit_2_in_words(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    done = call("check", tmp_path / name, "--json", env=NO_DATA)
    assert done.code == 2
    assert words in done.err
    assert done.out == ""


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    assert "no file" in call("check", tmp_path / "none.json").err
    done = call("check", "a-roadmap-12345678", "--data", tmp_path / "data")
    assert done.code == 2
    assert "a-roadmap-12345678" in done.err
    assert call("check", "x", "--kind", "song").code == 2


class Pages(BaseHTTPRequestHandler):
    """`/alive` is there, all else is gone."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200 if self.path == "/alive" else 404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(b"<title>A page</title>")

    do_HEAD = do_GET  # noqa: N815 - the library's name

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    """A web site on loopback: `host:port`."""
    Pages.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


LESSON = "# A lesson\n\nSee [one](http://{site}/alive) and [two](http://{site}/gone).\n"


def test_links_are_opened_only_when_asked(tmp_path: Path, site: str) -> None:
    file = tmp_path / "lesson.md"
    file.write_text(LESSON.format(site=site))
    plain = call("check", file, "--json")
    assert Pages.asked == []
    assert "T9" in json.loads(plain.out)["skipped"]
    env = {"TRAILWRIGHT_FETCH__ALLOW": site}
    found = json.loads(call("check", file, "--links", "--json", env=env, within_s=90).out)
    assert "T9" not in found["skipped"]
    assert [f["message"] for f in found["findings"] if f["check"] == "T9"] == [
        f"the link is dead: http://{site}/gone"
    ]
    assert found["passed"] is False


def test_without_leave_no_link_to_this_machine_is_opened(tmp_path: Path, site: str) -> None:
    file = tmp_path / "lesson.md"
    file.write_text(LESSON.format(site=site))
    assert call("check", file, "--links", "--json").code == 1
    assert Pages.asked == []


def test_a_roadmap_of_this_installation_is_judged_with_all_that_was_written(
    tmp_path: Path, with_model: dict[str, str]
) -> None:
    data = tmp_path / "data"
    done = call("generate", "Bake bread", "--size", "mini", "--yes", "--json", "--data", data, env=with_model)
    roadmap_id = done.result["roadmap_id"]
    judged = call("check", roadmap_id, "--json", "--data", data, env=with_model)
    assert judged.code == 0, judged.out
    assert not {"R5", "T6", "Q10"} & set(json.loads(judged.out)["skipped"])
    [text] = list((data / "objects").rglob("*.json"))[:1]
    text.unlink()
    broken = call("check", roadmap_id, "--data", data, env=with_model)
    assert (broken.code, "is missing" in broken.err) == (1, True)
