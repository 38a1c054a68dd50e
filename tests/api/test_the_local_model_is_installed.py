import threading
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.api.support import World, a_world, fields, good, refusal
from tests.llm.support_weights import CONTENT, MODELS, TINY, Away, Giving
from trailwright.configuration import readiness
from trailwright.configuration.installing import Installer
from trailwright.llm.weights_catalogue import ModelInfo
from trailwright.llm.weights_partial import Partial
from trailwright.llm.weights_sources import Source


class Held(Giving):
    """Gives the first piece, then waits until it is let go."""

    def __init__(self) -> None:
        super().__init__(CONTENT)
        self.began, self.go = threading.Event(), threading.Event()

    def feed(self, model: ModelInfo, partial: Partial, tell: Callable[[int], None]) -> None:
        partial.write(CONTENT[partial.size : partial.size + 300_000])
        tell(partial.size)
        self.began.set()
        self.go.wait()
        super().feed(model, partial, tell)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(f"sqlite:///{tmp_path / 'x.db'}", tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the runtime loads here is looked at elsewhere: it takes a second."""
    monkeypatch.setattr(readiness, "runtime_problem", lambda: None)


def installer(world: World, *sources: Source) -> Installer:
    made = Installer(world.folder, models=MODELS, sources=list(sources))
    world.app.state.installer = made
    return made


def wait_for(made: Installer) -> None:
    assert made._run is not None
    made._run.thread.join(20)


async def start(world: World) -> dict[str, Any]:
    answer = await world.client.post("/model/install", json={"name": "tiny"})
    assert answer.status_code == 202
    return good(answer)


async def test_without_a_model_it_is_said_what_is_missing_and_what_can_be_had(world: World) -> None:
    told = await world.get("/model")
    assert (told["configured"], told["model"], told["problem"]["code"]) == (False, "local", "not_installed")
    large, small = told["choices"]
    assert (large["name"], large["bytes"], large["licence"]) == ("1.5b", 1_117_320_768, "Apache-2.0")
    assert (large["chosen"], large["installed"], large["to_fetch"]) == (True, False, 1_117_320_768)
    assert (small["name"], small["chosen"]) == ("0.5b", False)
    assert told["install"] == {
        "state": "idle",
        "name": None,
        "step": None,
        "done": 0,
        "total": 0,
        "source": "",
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"LLM__MODEL": "openai:x"}, "no_key"),
        ({"LLM__MODEL": "nobody:x"}, "no_address"),
        ({"LLM__MODEL": "openai:x", "LLM__API_KEY": "key"}, None),
        ({"LLM__MODEL": "openai:x", "LLM__BASE_URL": "http://127.0.0.1:1/v1"}, None),
        ({"LLM__MODEL": "ollama:x"}, None),
        ({"LLM__MODEL": "ollama:x", "LLM__AGENTS__QUIZ__MODEL": "local"}, "not_installed"),
    ],
)
async def test_what_can_be_seen_without_a_call_is_said(
    world: World, changes: dict[str, object], code: str | None
) -> None:
    good(await world.client.put("/settings", json={"changes": changes}))
    told = await world.get("/model")
    assert (told["configured"], told.get("problem", {}).get("code")) == (code is None, code)


async def test_a_runtime_that_does_not_work_is_told_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "runtime_problem", lambda: "It needs the OpenMP library.")
    assert (await world.get("/model"))["problem"] == {
        "code": "no_runtime",
        "message": "It needs the OpenMP library.",
    }


async def test_an_installation_runs_in_the_background_and_is_followed(world: World) -> None:
    held = Held()
    made = installer(world, held)
    begun = await start(world)
    assert (begun["state"], begun["name"], begun["total"]) == ("running", "tiny", TINY.bytes)
    held.began.wait(20)
    told = await world.get("/model/install")
    assert (told["step"], told["done"], told["source"]) == ("fetching", 300_000, "a giver")
    assert (await world.get("/model"))["install"] == told
    held.go.set()
    wait_for(made)
    told = await world.get("/model/install")
    assert (told["state"], told["step"], told["done"]) == ("done", "done", TINY.bytes)
    assert (world.folder / "models" / "tiny.gguf").read_bytes() == CONTENT
    [choice] = (await world.get("/model"))["choices"]
    assert (choice["installed"], choice["to_fetch"]) == (True, 0)


async def test_the_second_of_two_joins_the_first(world: World) -> None:
    held = Held()
    made = installer(world, held)
    await start(world)
    held.began.wait(20)
    assert (await start(world))["done"] == 300_000
    made.models = {**MODELS, "other": TINY}
    refusal(await world.client.post("/model/install", json={"name": "other"}), 409, "install_running")
    held.go.set()
    wait_for(made)
    assert held.fed == 1


async def test_an_installation_that_was_stopped_goes_on_where_it_was(world: World) -> None:
    held = Held()
    made = installer(world, held)
    await start(world)
    held.began.wait(20)
    stopped = good(await world.client.delete("/model/install"))
    assert stopped["state"] == "cancelled"
    held.go.set()
    wait_for(made)
    assert (await world.get("/model/install"))["state"] == "cancelled"
    noted = [(one["action"], one["subject"]) for one in (await world.get("/admin/audit"))["entries"]]
    assert noted == [("model_install_stopped", None), ("model_install_started", "tiny")]
    [choice] = (await world.get("/model"))["choices"]
    assert 0 < choice["to_fetch"] < TINY.bytes
    await start(world)
    wait_for(made)
    assert (await world.get("/model/install"))["state"] == "done"


class Failing(Held):
    """Waits until it is let go, and has nothing after all."""

    def feed(self, model: ModelInfo, partial: Partial, tell: Callable[[int], None]) -> None:
        self.began.set()
        self.go.wait()
        Away().feed(model, partial, tell)


async def test_what_was_stopped_does_not_fail_later(world: World) -> None:
    failing = Failing()
    made = installer(world, failing)
    await start(world)
    failing.began.wait(20)
    await world.client.delete("/model/install")
    failing.go.set()
    wait_for(made)
    assert (await world.get("/model/install"))["state"] == "cancelled"


SOURCES: list[tuple[Sequence[Source], str]] = [
    ([Away()], "no_source"),
    ([Giving(b"\x00" * len(CONTENT))], "wrong_hash"),
]


@pytest.mark.parametrize(("sources", "code"), SOURCES)
async def test_why_it_failed_is_told_and_another_try_may_do(
    world: World, sources: Sequence[Source], code: str
) -> None:
    made = installer(world, *sources)
    await start(world)
    wait_for(made)
    told = await world.get("/model/install")
    assert (told["state"], told["error"]["code"]) == ("failed", code)
    assert told["error"]["message"]
    made._sources = [Giving(CONTENT)]
    await start(world)
    wait_for(made)
    assert (await world.get("/model/install"))["state"] == "done"


async def test_an_unknown_model_is_refused_by_name(world: World) -> None:
    problem = refusal(await world.client.post("/model/install", json={"name": "70b"}), 422, "unknown_model")
    assert fields(problem) == ["name"]
    refusal(await world.client.post("/model/install"), 422)
