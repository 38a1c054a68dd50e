"""The simulated server on the wire: OpenAI's format, its pace, its counts and what can be turned."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.support.simulated import Simulated, a_process, a_simulated_process, a_simulated_server

HELLO = {"model": "simulated", "messages": [{"role": "user", "content": "Hello"}]}
STREAM = HELLO | {"stream": True}


@pytest.fixture
async def server() -> AsyncIterator[Simulated]:
    async with a_simulated_server() as running:
        yield running


@pytest.fixture
async def client(server: Simulated) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as made:
        yield made


async def events(client: httpx.AsyncClient, body: dict[str, Any]) -> list[tuple[float, str]]:
    """Data of each server-sent event, with the seconds since the request."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with client.stream("POST", "/v1/chat/completions", json=body) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = [(loop.time() - began, line) async for line in answer.aiter_lines() if line]
    return [(at, line.removeprefix("data: ")) for at, line in lines]


def pieces(said: list[tuple[float, str]]) -> list[str]:
    chunks = [json.loads(data) for _, data in said if data != "[DONE]"]
    return [
        choice["delta"]["content"] for c in chunks for choice in c["choices"] if "content" in choice["delta"]
    ]


async def test_one_model_is_offered(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/v1/models")).json()
    assert [model["id"] for model in answer["data"]] == ["simulated"]


async def test_an_answer_has_text_an_end_and_its_usage(client: httpx.AsyncClient) -> None:
    answer = (await client.post("/v1/chat/completions", json=HELLO)).json()
    choice = answer["choices"][0]
    assert answer["object"] == "chat.completion"
    assert "simulated" in choice["message"]["content"]
    assert choice["finish_reason"] == "stop"
    used = answer["usage"]
    assert used["total_tokens"] == used["prompt_tokens"] + used["completion_tokens"] > 50


async def test_a_stream_is_the_same_text_in_about_ten_even_pieces(client: httpx.AsyncClient) -> None:
    whole = (await client.post("/v1/chat/completions", json=HELLO)).json()["choices"][0]["message"]["content"]
    said = await events(client, STREAM)
    parts = pieces(said)
    assert "".join(parts) == whole
    assert len(parts) == 10
    assert max(map(len, parts[:-1])) - min(map(len, parts[:-1])) <= 1
    assert said[-1][1] == "[DONE]"
    chunks = [json.loads(data) for _, data in said[:-1]]
    assert chunks[0]["choices"][0]["delta"]["role"] == "assistant"
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"
    assert all("usage" not in chunk for chunk in chunks)


async def test_a_stream_tells_its_usage_when_asked(client: httpx.AsyncClient) -> None:
    said = await events(client, STREAM | {"stream_options": {"include_usage": True}})
    last = json.loads(said[-2][1])
    assert last["choices"] == []
    assert last["usage"]["completion_tokens"] > 50


async def test_an_answer_takes_its_latency_to_the_last_byte_evenly(
    server: Simulated, client: httpx.AsyncClient
) -> None:
    await server.control(latency=0.4)
    said = await events(client, STREAM)
    times = [at for at, data in said if '"content"' in data]
    assert len(times) == 10
    assert all(at >= 0.04 * number - 0.002 for number, at in enumerate(times, 1))
    assert times == sorted(times)
    assert times[0] < said[-1][0]
    loop = asyncio.get_running_loop()
    began = loop.time()
    await client.post("/v1/chat/completions", json=HELLO)
    assert loop.time() - began >= 0.4


async def test_jitter_makes_answers_take_unequal_times(server: Simulated, client: httpx.AsyncClient) -> None:
    await server.control(latency=0.05, jitter=0.1)
    taken = [(await events(client, STREAM))[-1][0] for _ in range(4)]
    assert all(seconds >= 0.05 for seconds in taken)
    assert len({round(seconds, 3) for seconds in taken}) > 1


async def test_same_request_same_seed_same_answer() -> None:
    said = []
    for seed in (0, 0, 1):
        async with (
            a_simulated_server(seed=seed) as server,
            httpx.AsyncClient(base_url=server.url, trust_env=False) as client,
        ):
            said.append((await client.post("/v1/chat/completions", json=HELLO)).json()["choices"])
    assert said[0] == said[1] != said[2]


async def test_completions_are_counted_and_nothing_else(server: Simulated, client: httpx.AsyncClient) -> None:
    await client.get("/v1/models")
    await client.post("/v1/chat/completions", json=HELLO)
    assert await server.stats() == {
        "requests": 1,
        "open": 0,
        "max_open": 1,
        "by_agent": {"other": 1},
        "faults": {},
    }


async def test_open_falls_when_a_client_hangs_up(server: Simulated, client: httpx.AsyncClient) -> None:
    await server.control(latency=60)
    call = asyncio.ensure_future(client.post("/v1/chat/completions", json=STREAM))
    await server.has_open(1)
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    assert (await server.has_open(0))["max_open"] == 1


async def test_reset_clears_the_counts_but_not_open(server: Simulated, client: httpx.AsyncClient) -> None:
    await client.post("/v1/chat/completions", json=HELLO)
    await server.control(latency=60)
    call = asyncio.ensure_future(client.post("/v1/chat/completions", json=HELLO))
    await server.has_open(1)
    assert await server.reset() == {"requests": 0, "open": 1, "max_open": 1, "by_agent": {}, "faults": {}}
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)


async def test_control_changes_what_it_is_given(server: Simulated) -> None:
    assert await server.control(latency=2, faults="500:1") == {
        "latency": 2.0,
        "jitter": 0.0,
        "faults": "500:1",
        "rpm": None,
    }
    assert (await server.control(faults=""))["faults"] == ""
    assert (await server.control(rpm=5, jitter=0.5)) == {
        "latency": 2.0,
        "jitter": 0.5,
        "faults": "",
        "rpm": 5,
    }


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ({"faults": "nonsense"}, "lacks its probability"),
        ({"faults": 7}, "faults must be a text"),
        ({"latency": -1}, "latency must be"),
        ({"latency": "1"}, "latency must be"),
        ({"jitter": True}, "jitter must be"),
        ({"rpm": 0}, "rpm must be"),
        ({"rpm": 1.5}, "rpm must be"),
        ({"speed": 1}, "unknown speed"),
        ([1], "known are latency"),
    ],
)
async def test_control_refuses_nonsense_and_changes_nothing(
    server: Simulated, client: httpx.AsyncClient, body: object, what: str
) -> None:
    before = await server.control()
    answer = await client.post("/control", json=body)
    assert answer.status_code == 400
    assert what in answer.json()["error"]["message"]
    assert await server.control() == before


async def test_more_than_the_limit_a_minute_is_told_when_to_come_back(
    server: Simulated, client: httpx.AsyncClient
) -> None:
    await server.control(rpm=2)
    answers = [await client.post("/v1/chat/completions", json=HELLO) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[2].headers["retry-after"]) <= 60
    assert answers[2].json()["error"]["code"] == "rate_limit_exceeded"
    await server.control(rpm=None)
    assert (await client.post("/v1/chat/completions", json=HELLO)).status_code == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"messages": []}', b'{"messages": ["hello"]}'])
async def test_a_request_without_sense_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/v1/chat/completions", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


async def test_unknown_paths_and_methods_are_told(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v2/models")).status_code == 404
    wrong = await client.get("/v1/chat/completions")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")


async def test_it_runs_as_a_program() -> None:
    async with a_simulated_process(latency=0.01, faults="quiz.500:1", seed=3) as server:
        assert (await server.stats())["requests"] == 0
        assert (await server.control())["faults"] == "quiz.500:1"


async def test_a_program_with_a_wrong_option_says_which() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "trailwright.llm.simulated", "--faults", "500", stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    assert process.returncode == 2
    assert b"lacks its probability" in said


async def test_a_taken_port_is_told() -> None:
    async with a_process("trailwright.llm.simulated") as url:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "trailwright.llm.simulated", "--port", url.rpartition(":")[2]),
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await process.communicate()
    assert process.returncode == 2
    assert b"in use" in said
