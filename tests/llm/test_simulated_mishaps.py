"""Each fault of the simulated server, as a client meets it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.support.simulated import Simulated, a_simulated_server
from trailwright.agents.schemas import ValidationAnswer, answer_schema

SCHEMA = answer_schema(ValidationAnswer)
FORMAT = {"type": "json_schema", "json_schema": {"name": "TrailwrightValidation", "schema": SCHEMA}}
ASKED = {
    "model": "simulated",
    "messages": [{"role": "user", "content": "Review."}],
    "response_format": FORMAT,
}
STREAM = ASKED | {"stream": True}
BOTH = pytest.mark.parametrize("asked", [ASKED, STREAM], ids=["whole", "stream"])


@pytest.fixture
async def server() -> AsyncIterator[Simulated]:
    async with a_simulated_server() as running:
        yield running


@pytest.fixture
async def client(server: Simulated) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.base_url, trust_env=False) as made:
        yield made


async def heard(client: httpx.AsyncClient, asked: dict[str, Any]) -> tuple[str, bool]:
    """The text of the answer, and whether it ended as it should."""
    answer = await client.post("/chat/completions", json=asked)
    assert answer.status_code == 200
    if not asked.get("stream"):
        choice = answer.json()["choices"][0]
        return choice["message"]["content"], choice["finish_reason"] == "stop"
    lines = [line.removeprefix("data: ") for line in answer.text.splitlines() if line]
    chunks = [json.loads(line)["choices"][0] for line in lines if line != "[DONE]"]
    text = "".join(chunk["delta"].get("content", "") for chunk in chunks)
    return text, lines[-1] == "[DONE]" and chunks[-1]["finish_reason"] == "stop"


@BOTH
@pytest.mark.parametrize(
    ("kind", "status"),
    [("400format", 400), ("401", 401), ("403", 403), ("404", 404), ("429", 429), ("500", 500), ("503", 503)],
)
async def test_a_status_is_an_error_in_openai_s_words(
    server: Simulated, client: httpx.AsyncClient, asked: dict[str, Any], kind: str, status: int
) -> None:
    await server.control(faults=f"{kind}:1")
    answer = await client.post("/chat/completions", json=asked)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]
    assert (await server.stats())["faults"] == {kind: 1}


async def test_a_bad_gateway_answers_with_a_page(server: Simulated, client: httpx.AsyncClient) -> None:
    await server.control(faults="502:1")
    answer = await client.post("/chat/completions", json=STREAM)
    assert answer.status_code == 502
    assert answer.headers["content-type"] == "text/html"


async def test_every_other_429_says_when_to_come_back(server: Simulated, client: httpx.AsyncClient) -> None:
    await server.control(faults="429:1")
    answers = [await client.post("/chat/completions", json=ASKED) for _ in range(4)]
    assert [answer.headers.get("retry-after") for answer in answers] == ["1", None, "1", None]


async def test_a_refused_format_is_fine_without_it(server: Simulated, client: httpx.AsyncClient) -> None:
    await server.control(faults="400format:1")
    refused = await client.post(
        "/chat/completions", json=ASKED | {"response_format": {"type": "json_object"}}
    )
    assert refused.json()["error"]["param"] == "response_format"
    in_words = f"Review. Answer with JSON that obeys {json.dumps(SCHEMA)}"
    text, _ = await heard(client, {"messages": [{"role": "user", "content": in_words}]})
    assert json.loads(text) == {"problems": []}
    assert (await server.stats())["by_agent"] == {"other": 1, "validator": 1}


@BOTH
async def test_a_timeout_gives_no_byte_until_the_client_hangs_up(
    server: Simulated, client: httpx.AsyncClient, asked: dict[str, Any]
) -> None:
    await server.control(faults="timeout:1")
    with pytest.raises(httpx.ReadTimeout):
        await client.post("/chat/completions", json=asked, timeout=0.1)
    await server.has_open(0)


@BOTH
async def test_a_reset_comes_in_the_middle(
    server: Simulated, client: httpx.AsyncClient, asked: dict[str, Any]
) -> None:
    await server.control(faults="reset:1")
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await client.post("/chat/completions", json=asked)
    await server.has_open(0)


async def test_a_cut_stream_has_no_end(server: Simulated, client: httpx.AsyncClient) -> None:
    whole, _ = await heard(client, STREAM)
    await server.control(faults="cut:1")
    text, ended = await heard(client, STREAM)
    assert not ended
    assert text
    assert whole.startswith(text)
    assert len(text) < len(whole)


async def test_a_cut_answer_is_no_json(server: Simulated, client: httpx.AsyncClient) -> None:
    await server.control(faults="cut:1")
    answer = await client.post("/chat/completions", json=ASKED)
    with pytest.raises(json.JSONDecodeError):
        answer.json()


@BOTH
async def test_bad_json_does_not_parse(
    server: Simulated, client: httpx.AsyncClient, asked: dict[str, Any]
) -> None:
    await server.control(faults="badjson:1")
    text, ended = await heard(client, asked)
    assert ended
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)


async def test_a_bad_schema_has_the_keys_and_wrong_values(
    server: Simulated, client: httpx.AsyncClient
) -> None:
    await server.control(faults="badschema:1")
    text, _ = await heard(client, ASKED)
    assert json.loads(text) == {"problems": [None], "simulated": 7}


async def test_prose_surrounds_the_right_answer(server: Simulated, client: httpx.AsyncClient) -> None:
    await server.control(faults="prose:1")
    text, _ = await heard(client, ASKED)
    assert text.startswith("Sure!")
    assert json.loads(text.partition("```json\n")[2].partition("\n```")[0]) == {"problems": []}


async def test_a_refusal_is_polite(server: Simulated, client: httpx.AsyncClient) -> None:
    await server.control(faults="refuse:1")
    text, ended = await heard(client, STREAM)
    assert ended
    assert text.startswith("I'm sorry")


@BOTH
async def test_an_empty_answer_is_empty(
    server: Simulated, client: httpx.AsyncClient, asked: dict[str, Any]
) -> None:
    await server.control(faults="empty:1")
    assert await heard(client, asked) == ("", True)


@BOTH
async def test_a_huge_answer_flows_as_long_as_it_is_read(
    server: Simulated, client: httpx.AsyncClient, asked: dict[str, Any]
) -> None:
    await server.control(faults="huge:1")
    read = 0
    async with client.stream("POST", "/chat/completions", json=asked) as answer:
        async for part in answer.aiter_bytes():
            read += len(part)
            if read > 20_000_000:
                break
    await server.has_open(0)


async def test_slow_takes_a_second_at_least(server: Simulated, client: httpx.AsyncClient) -> None:
    await server.control(faults="slow:1")
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert (await heard(client, STREAM))[1]
    assert loop.time() - began >= 1


async def test_a_fault_strikes_its_agent_alone(server: Simulated, client: httpx.AsyncClient) -> None:
    await server.control(faults="quiz.500:1")
    assert await heard(client, ASKED) == ('{"problems":[]}', True)
    await server.control(faults="validator.500:1")
    assert (await client.post("/chat/completions", json=ASKED)).status_code == 500
