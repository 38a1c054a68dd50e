"""One call: what is sent, what is heard, what it cost, and how it ends when nobody wants it any more."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.llm.support_gateway import acts
from tests.llm.support_gateway.server import ModelServer
from tests.llm.support_gateway.trade import KEY, a_gateway, a_prompt
from trailwright.llm.check import probe
from trailwright.llm.faults import Fault
from trailwright.llm.gateway import THINKING_ROOM_TOKENS, Gateway
from trailwright.settings import Agent, Agents, Llm, Settings


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer([acts.says("Once upon a time.")]).running() as running:
        yield running


@pytest.fixture
async def gateway(server: ModelServer) -> AsyncIterator[Gateway]:
    made = a_gateway(server.url)
    yield made
    await made.close()


async def test_an_answer_is_the_text_its_end_and_its_usage(server: ModelServer, gateway: Gateway) -> None:
    answer = await gateway.call(a_prompt(), seed=7)
    assert (answer.text, answer.finish, answer.model) == ("Once upon a time.", "stop", "made-up")
    assert (answer.usage.input_tokens, answer.usage.output_tokens, answer.usage.calls) == (11, 7, 1)
    assert not answer.usage.estimated
    request = server.seen[0]
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body["seed"] == 7
    assert request.body["max_tokens"] == 500 + THINKING_ROOM_TOKENS
    assert request.body["messages"][1] == {"role": "user", "content": "Write."}


async def test_text_is_handed_on_as_it_arrives(server: ModelServer, gateway: Gateway) -> None:
    heard: list[str] = []
    came = asyncio.Event()

    def on_text(piece: str) -> None:
        heard.append(piece)
        came.set()

    server.does(acts.hangs(after="Once"))
    call = asyncio.ensure_future(gateway.call(a_prompt(), on_text=on_text))
    await came.wait()
    assert heard == ["Once"]
    assert not call.done()
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)


async def test_the_pieces_are_the_whole_text(gateway: Gateway) -> None:
    heard: list[str] = []
    answer = await gateway.call(a_prompt(), on_text=heard.append)
    assert len(heard) > 1
    assert "".join(heard) == answer.text


@pytest.mark.parametrize("after", ["", "Once"])
async def test_cancelled_a_call_is_gone_from_the_server_within_a_second(
    server: ModelServer, gateway: Gateway, after: str
) -> None:
    server.does(acts.hangs(after))
    call = asyncio.ensure_future(gateway.call(a_prompt()))
    await server.started.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    async with asyncio.timeout(1):
        await server.hung_up.wait()
    assert server.open == 0


async def test_an_answer_cut_by_its_cap_says_so(server: ModelServer, gateway: Gateway) -> None:
    server.does(acts.says("Once upon", finish="length"))
    assert (await gateway.call(a_prompt())).finish == "length"


async def test_done_without_a_reason_is_an_end_of_unknown_kind(server: ModelServer, gateway: Gateway) -> None:
    server.does(acts.says("Once upon", finish=None))
    assert (await gateway.call(a_prompt())).finish == "unknown"


async def test_a_reason_without_done_is_an_end(server: ModelServer, gateway: Gateway) -> None:
    server.does(acts.sends(acts.chunk("All."), acts.chunk(finish="stop"), ends=False))
    assert (await gateway.call(a_prompt())).text == "All."


async def test_usage_a_server_does_not_tell_is_estimated(server: ModelServer, gateway: Gateway) -> None:
    server.does(acts.says("word " * 70, usage=None))
    usage = (await gateway.call(a_prompt())).usage
    assert usage.estimated
    assert usage.output_tokens == 100


async def test_a_server_that_does_not_stream_is_understood(server: ModelServer, gateway: Gateway) -> None:
    body = (
        b'{"choices":[{"message":{"content":"Whole."},"finish_reason":"stop"}],"usage":{"prompt_tokens":3}}'
    )
    server.does(acts.replies(200, body, "application/json"))
    answer = await gateway.call(a_prompt())
    assert (answer.text, answer.usage.input_tokens) == ("Whole.", 3)


async def test_blocks_may_end_anywhere_even_inside_a_letter(server: ModelServer, gateway: Gateway) -> None:
    stream = (
        ': a comment\r\n\r\nevent: x\r\ndata:{"choices":[{"delta":{"content":"Grüße 漢字 🍞"}}]}\r\n\r\n'
        'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\r\n\r\ndata: [DONE]'
    ).encode()
    server.does(acts.sends_bytes(*(stream[at : at + 1] for at in range(len(stream)))))
    assert (await gateway.call(a_prompt())).text == "Grüße 漢字 🍞"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("<think>Let me see. 1 < 2</think>\n\nThe answer.", "The answer."),
        ("\n<think>\n</think>{}", "{}"),
        ("<thin ice>", "<thin ice>"),
        ("<th", "<th"),
        ("Text with <think>inside</think>.", "Text with <think>inside</think>."),
    ],
)
async def test_thoughts_before_the_answer_are_left_out(
    server: ModelServer, gateway: Gateway, text: str, answer: str
) -> None:
    heard: list[str] = []
    server.does(acts.says(text))
    assert (await gateway.call(a_prompt(), on_text=heard.append)).text == answer
    assert "".join(heard) == answer


async def test_a_connection_to_elsewhere_serves_one_call_after_another(
    server: ModelServer, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trailwright.llm.openai_wire.is_loopback", lambda _: False)
    for _ in range(5):
        await gateway.call(a_prompt())
    assert server.connections == 1


async def test_a_known_model_costs_what_the_table_says(server: ModelServer) -> None:
    gateway = a_gateway(server.url, model="openai:gpt-4o-mini")
    answer = await gateway.call(a_prompt())
    assert answer.usage.cost_usd == pytest.approx(11 * 0.15e-6 + 7 * 0.6e-6)
    await gateway.close()


async def test_a_price_the_provider_tells_counts(server: ModelServer, gateway: Gateway) -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": 2, "cost": 0.25}
    server.does(acts.sends(acts.chunk("Hi", finish="stop"), {"choices": [], "usage": usage}, "[DONE]"))
    assert (await gateway.call(a_prompt())).usage.cost_usd == 0.25


def test_an_estimate_is_the_most_a_call_should_need() -> None:
    usage = a_gateway("http://127.0.0.1:9", model="openai:gpt-4o-mini").estimate(a_prompt(schema=True))
    assert usage.output_tokens == 500
    assert 60 < usage.input_tokens < 150
    assert usage.estimated
    assert usage.cost_usd > 500 * 0.6e-6


def test_each_agent_may_have_a_model_of_its_own() -> None:
    agents = Agents(
        quiz=Agent.model_validate({"model": "openai:small"}),
        tutorial=Agent.model_validate({"model": "groq:fast"}),
        editor=Agent.model_validate({"base_url": "http://other:1/v1"}),
    )
    llm = Llm.model_validate(
        {"model": "openai:big", "base_url": "http://host:1/v1", "api_key": "k", "agents": agents}
    )
    gateway = Gateway(Settings(llm=llm))
    assert gateway.endpoint("intent").model == "big"
    quiz, tutorial = gateway.endpoint("quiz"), gateway.endpoint("tutorial")
    editor = gateway.endpoint("editor")
    assert (quiz.model, quiz.base_url, quiz.api_key) == ("small", "http://host:1/v1", "k")
    assert tutorial.base_url == "https://api.groq.com/openai/v1"
    assert (tutorial.api_key, editor.api_key) == ("", ""), "a key goes only where it was set for"
    assert gateway.limits("intent") is gateway.limits("architect")
    assert gateway.limits("intent") is not gateway.limits("quiz")
    assert gateway.breaker("quiz") is not gateway.breaker("intent")


def test_a_bare_host_means_its_v1() -> None:
    assert a_gateway("http://127.0.0.1:11434/").endpoint("quiz").base_url == "http://127.0.0.1:11434/v1"


def test_a_key_is_not_in_the_name_of_an_endpoint() -> None:
    assert KEY not in a_gateway("http://127.0.0.1:9").endpoint("quiz").key


class Runtime:
    """A local model's server that is started on first use."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def ensure(self) -> str:
        return self.url

    async def close(self) -> None: ...


async def test_the_local_model_is_asked_where_its_runtime_says(server: ModelServer) -> None:
    gateway = Gateway(Settings(), local=Runtime(server.url))
    answer = await gateway.call(a_prompt())
    assert (answer.text, answer.usage.cost_usd) == ("Once upon a time.", 0)
    assert "authorization" not in server.seen[0].headers
    await gateway.close()


async def test_without_a_local_runtime_the_fault_says_what_to_do() -> None:
    with pytest.raises(Fault) as raised:
        await Gateway(Settings()).call(a_prompt())
    assert raised.value.code == "model_not_found"
    assert "model install" in raised.value.message


async def test_a_probe_says_what_answered(gateway: Gateway) -> None:
    said = await probe(gateway, "intent")
    assert said.english.startswith("openai:made-up answered in")
    limits = gateway.limits("intent")
    assert limits.available(click=True) == limits.capacity


async def test_a_probe_of_a_broken_model_raises_the_fault(server: ModelServer, gateway: Gateway) -> None:
    server.does(acts.refuses(401))
    with pytest.raises(Fault):
        await probe(gateway, "intent")
    limits = gateway.limits("intent")
    assert limits.available(click=True) == limits.capacity
