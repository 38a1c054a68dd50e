"""`generate` at a terminal: the plan is a tree, the person decides, and bars show what is being written."""

from pathlib import Path

import httpx

from tests.cli.program import Terminal
from tests.support.simulated import Simulated

GOAL = "Bake sourdough bread at home"
ASKS = r"\[q\]uit and decide later: "


def words(data: Path, goal: str = GOAL) -> list[object]:
    return ["generate", goal, "--size", "mini", "--data", data]


def tell(model: Simulated, **changes: object) -> None:
    httpx.post(f"{model.url}/control", json=changes, trust_env=False).raise_for_status()


def test_the_plan_is_reviewed_changed_and_approved(
    tmp_path: Path, model: Simulated, with_model: dict[str, str]
) -> None:
    tell(model, latency=0.2)
    with Terminal(words(tmp_path / "data"), with_model) as terminal:
        seen = terminal.shows(ASKS)
        assert "Understanding the goal" in seen
        assert "└── " in seen
        assert "concepts · " in seen
        assert "Writing it: 6 calls to the model, about " in seen
        terminal.types("nonsense")
        terminal.shows(ASKS)
        terminal.types("r")
        terminal.shows(r"What should change\? ")
        terminal.types("more practice, please")
        seen = terminal.shows(ASKS)
        assert "Changing the plan" in seen
        terminal.types("a")
        seen = terminal.shows("Everything is in ")
        assert "pieces" in seen
        assert "token" in seen
        assert terminal.ends() == 0


def test_leaving_the_decision_for_later_is_exit_2(tmp_path: Path, with_model: dict[str, str]) -> None:
    data = tmp_path / "data"
    with Terminal(words(data), with_model) as terminal:
        terminal.shows(ASKS)
        terminal.types("q")
        terminal.shows(rf"Go on with: trailwright generate --resume \S+ --data {data}")
        assert terminal.ends() == 2


def test_the_end_of_input_is_no_decision(tmp_path: Path, with_model: dict[str, str]) -> None:
    with Terminal(words(tmp_path / "data"), with_model) as terminal:
        terminal.shows(ASKS)
        terminal.presses(b"\x04")
        assert terminal.ends() == 2


def test_ctrl_c_at_the_question_cancels(tmp_path: Path, with_model: dict[str, str]) -> None:
    with Terminal(words(tmp_path / "data"), with_model) as terminal:
        terminal.shows(ASKS)
        terminal.presses(b"\x03")
        terminal.shows("Stopped")
        terminal.shows("Go on with: ")
        assert terminal.ends() == 130


def test_ctrl_c_while_lessons_are_written_cancels(
    tmp_path: Path, model: Simulated, with_model: dict[str, str]
) -> None:
    tell(model, faults="tutorial.timeout:1")
    with Terminal([*words(tmp_path / "data"), "--yes"], with_model) as terminal:
        terminal.shows(r"\d of \d+ pieces")
        terminal.presses(b"\x03")
        terminal.shows("Stopped")
        assert terminal.ends() == 130


def test_a_goal_with_two_meanings_is_asked_about(tmp_path: Path, with_model: dict[str, str]) -> None:
    with Terminal(words(tmp_path / "data", "Go"), with_model) as terminal:
        terminal.shows("A question first")
        seen = terminal.shows("> ")
        assert "1  " in seen
        terminal.types("1")
        terminal.shows(ASKS)
        terminal.types("approve")
        terminal.shows("Everything is in ")
        assert terminal.ends() == 0


def test_no_colour_is_no_colour(tmp_path: Path, with_model: dict[str, str]) -> None:
    with Terminal(words(tmp_path / "data"), with_model | {"NO_COLOR": "1"}) as terminal:
        terminal.shows(ASKS)
        assert "\x1b[31m" not in terminal.raw
        assert "\x1b[32m" not in terminal.raw
