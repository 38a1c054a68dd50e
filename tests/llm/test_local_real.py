"""The real small model in a real child process: one start, schemas obeyed, ended with its parent."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import jsonschema
import psutil
import pytest

from tests.llm.support_local import NO_WEIGHTS, WEIGHTS, ask, cpu_s, said, streamed, wait_until
from trailwright.llm.local import LocalModel
from trailwright.llm.local_child import NICE
from trailwright.llm.local_grammar import grammar_of
from trailwright.settings import Llm, Settings

pytestmark = pytest.mark.real_model

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "minLength": 1, "maxLength": 24},
        "steps": {
            "type": "array",
            "minItems": 2,
            "maxItems": 3,
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "maxLength": 30},
                    "level": {"type": "string", "enum": ["easy", "hard"]},
                },
                "required": ["name", "level"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["title", "steps"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    assert WEIGHTS is not None, NO_WEIGHTS
    data_dir = tmp_path_factory.mktemp("data")
    (data_dir / "models").mkdir()  # so that the file is read once only
    return Settings(data_dir=data_dir, llm=Llm(local_path=WEIGHTS, max_concurrency=1))


@pytest.fixture
async def model(settings: Settings) -> AsyncIterator[LocalModel]:
    made = LocalModel(settings)
    yield made
    await made.close()


async def test_callers_at_once_wait_for_one_start(model: LocalModel) -> None:
    urls = await asyncio.gather(*(model.ensure() for _ in range(5)))
    assert len(set(urls)) == 1
    first = model.pid
    assert await model.ensure() == urls[0]
    assert model.pid == first
    assert first is not None
    child = psutil.Process(first)
    assert child.nice() == psutil.Process().nice() + NICE
    assert child.memory_info().rss < 4 * 2**30
    assert len([c for c in psutil.Process().children() if "local_child" in " ".join(c.cmdline())]) == 1


async def test_a_cancelled_caller_does_not_undo_the_start_for_the_others(model: LocalModel) -> None:
    impatient = asyncio.create_task(model.ensure())
    patient = asyncio.create_task(model.ensure())
    await asyncio.sleep(0)
    impatient.cancel()
    assert (await patient).endswith("/v1")
    assert impatient.cancelled()


async def test_it_answers_only_on_loopback_and_only_who_knows_the_path(model: LocalModel) -> None:
    url = httpx.URL(await model.ensure())
    assert url.host == "127.0.0.1"
    async with httpx.AsyncClient() as client:
        for path in ("/v1/models", "/health", "/v1/chat/completions", "/"):
            assert (await client.get(url.copy_with(path=path))).status_code == 404
        assert (await client.get(f"{url}/models")).status_code == 200
    assert model.pid is not None
    listening = [c for c in psutil.Process(model.pid).net_connections() if c.status == psutil.CONN_LISTEN]
    assert {c.laddr.ip for c in listening} == {"127.0.0.1"}
    assert url.path.split("/")[1] not in " ".join(psutil.Process(model.pid).cmdline())


async def test_a_streamed_answer_obeys_its_schema_and_tells_its_usage(model: LocalModel) -> None:
    url = await model.ensure()
    wanted = {"type": "json_schema", "json_schema": {"name": "steps", "strict": True, "schema": SCHEMA}}
    request = "List twenty steps of baking bread, each with a very long name, as JSON."
    text, finish, usage = await said(url, ask(request, response_format=wanted, max_tokens=300))
    jsonschema.validate(json.loads(text), SCHEMA)
    assert finish == "stop"
    assert usage["prompt_tokens"] > 10
    assert usage["completion_tokens"] > 10


async def test_a_grammar_holds_the_answer_to_its_schema_on_one_line(model: LocalModel) -> None:
    url = await model.ensure()
    bounded = {"type": "object", "properties": {"hours": {"type": "number", "minimum": 0.5, "maximum": 2}}}
    schema = bounded | {"required": ["hours"], "additionalProperties": False}
    request = "How many hours does it take to learn Chinese? Answer as JSON with the field hours."
    text, _, _ = await said(url, ask(request, grammar=grammar_of(schema)))
    jsonschema.validate(json.loads(text), schema)
    wanted = "List twenty steps of baking bread, each with a very long name, as JSON."
    text, finish, _ = await said(url, ask(wanted, grammar=grammar_of(SCHEMA), max_tokens=300))
    jsonschema.validate(json.loads(text), SCHEMA)
    assert finish == "stop"
    assert "\n" not in text


async def test_a_grammar_gives_items_their_names_in_turn(model: LocalModel) -> None:
    request = "Two hard steps of baking bread, as JSON."
    text, _, _ = await said(await model.ensure(), ask(request, grammar=grammar_of(SCHEMA, "steps.level")))
    assert [step["level"] for step in json.loads(text)["steps"]] == ["easy", "hard"]


async def test_an_answer_that_meets_its_cap_says_so(model: LocalModel) -> None:
    text, finish, usage = await said(await model.ensure(), ask("Count from 1 to 1000.", max_tokens=12))
    assert text
    assert finish == "length"
    assert usage["completion_tokens"] == 12


@pytest.mark.parametrize(
    "prompt", ["Count from 1 to 5000.", "Say nothing. " * 1500], ids=["answer", "prompt"]
)
async def test_a_closed_connection_frees_the_cpu(model: LocalModel, prompt: str) -> None:
    url = await model.ensure()
    assert model.pid is not None
    pid = model.pid
    begun = cpu_s(pid)
    async with streamed(url, ask(prompt, max_tokens=4000)):
        assert await asyncio.to_thread(wait_until, lambda: cpu_s(pid) > begun + 0.5)

    def idle() -> bool:
        before = cpu_s(pid)
        wait_until(lambda: False, 0.5)
        return cpu_s(pid) - before < 0.05

    assert await asyncio.to_thread(wait_until, idle, 15)
    assert (await said(url, ask("Say yes.", max_tokens=3)))[0]


async def test_when_the_child_dies_the_next_call_starts_another(model: LocalModel) -> None:
    await model.ensure()
    first = model.pid
    assert first is not None
    psutil.Process(first).kill()
    assert await asyncio.to_thread(wait_until, lambda: not alive(first))
    await asyncio.to_thread(wait_until, lambda: model.pid is None)
    assert (await said(await model.ensure(), ask("Say yes.", max_tokens=3)))[0]
    assert model.pid not in {None, first}


async def test_closing_ends_the_child_even_while_it_writes(settings: Settings) -> None:
    model = LocalModel(settings)
    url = await model.ensure()
    pid = model.pid
    assert pid is not None
    async with streamed(url, ask("Count from 1 to 5000.", max_tokens=4000)) as chunks:
        await anext(chunks)
        await model.close()
    assert not alive(pid)
    assert model.pid is None


async def test_closing_ends_a_start_that_is_under_way(settings: Settings) -> None:
    model = LocalModel(settings)
    starting = asyncio.create_task(model.ensure())
    await asyncio.to_thread(wait_until, lambda: model.pid is not None)
    pid = model.pid
    await model.close()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert pid is not None
    assert not alive(pid)


PARENT = """
import asyncio, sys
from pathlib import Path
from trailwright.llm.local import LocalModel
from trailwright.settings import Llm, Settings

async def main():
    llm = Llm(local_path=Path(sys.argv[1]), max_concurrency=1)
    model = LocalModel(Settings(data_dir=Path(sys.argv[2]), llm=llm))
    if sys.argv[3] == "loading":
        starting = asyncio.create_task(model.ensure())
        while model.pid is None:
            await asyncio.sleep(0.01)
    else:
        await model.ensure()
    print(model.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.parametrize("end", ["SIGKILL", "SIGTERM"])
@pytest.mark.parametrize("moment", ["loading", "loaded"])
def test_the_child_ends_with_its_parent(settings: Settings, end: str, moment: str) -> None:
    command = [sys.executable, "-c", PARENT, str(WEIGHTS), str(settings.data_dir), moment]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert alive(pid)
        (parent.kill if end == "SIGKILL" else parent.terminate)()
        parent.wait()
    assert wait_until(lambda: not alive(pid), 10)


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended and waits to be collected does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_ctrl_c_in_the_terminal_is_the_parents_to_act_on(settings: Settings) -> None:
    parent = """
import asyncio, os, signal, sys
exec(sys.argv[4].split("asyncio.run(")[0])
async def both():
    llm = Llm(local_path=Path(sys.argv[1]), max_concurrency=1)
    model = LocalModel(Settings(data_dir=Path(sys.argv[2]), llm=llm))
    await model.ensure()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, lambda: None)
    os.killpg(0, signal.SIGINT)
    pid = model.pid
    await asyncio.sleep(0.5)
    assert model.pid == pid is not None
    await model.close()
    print("closed in order")
asyncio.run(both())
"""
    command = [sys.executable, "-c", parent, str(WEIGHTS), str(settings.data_dir), "", PARENT]
    done = subprocess.run(command, capture_output=True, text=True, check=False, process_group=0, timeout=60)
    assert done.stdout == "closed in order\n", done.stderr
    assert os.getpgid(0) != done.returncode
