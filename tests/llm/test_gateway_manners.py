"""What a server refuses is left out from then on, and finding that out costs no attempt."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.llm.support_gateway import acts
from tests.llm.support_gateway.server import Act, ModelServer, Talk
from tests.llm.support_gateway.trade import SCHEMA, a_gateway, a_prompt
from trailwright.llm.faults import Fault
from trailwright.llm.gateway import THINKING_ROOM_TOKENS, Gateway
from trailwright.llm.manners import SCHEMA_LINE, first_manner, lean

OK = acts.says('{"name": "x"}')


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer().running() as running:
        yield running


@pytest.fixture
async def gateway(server: ModelServer) -> AsyncIterator[Gateway]:
    made = a_gateway(server.url)
    yield made
    await made.close()


def a_server_without(*words: str, message: str, status: int = 400, field: str = "response_format") -> Act:
    """Refuses requests in which `field` holds one of the words."""

    async def act(talk: Talk) -> None:
        if any(word in json.dumps(talk.seen.body.get(field)) for word in words):
            await acts.refuses(status, message)(talk)
        else:
            await OK(talk)

    return act


def a_server_that_refuses(field: str, error: Any, status: int = 400) -> Act:
    async def act(talk: Talk) -> None:
        await (acts.refuses(status, error) if field in talk.seen.body else OK)(talk)

    return act


async def test_a_schema_is_sent_as_such_first(server: ModelServer, gateway: Gateway) -> None:
    server.does(OK)
    await gateway.call(a_prompt(schema=True))
    sent = server.seen[0].body["response_format"]
    assert sent["type"] == "json_schema"
    assert sent["json_schema"] == {"name": "MadeUpAnswer", "strict": True, "schema": SCHEMA}


async def test_free_text_asks_for_no_format(server: ModelServer, gateway: Gateway) -> None:
    server.does(acts.says("Hello."))
    await gateway.call(a_prompt())
    assert "response_format" not in server.seen[0].body


async def test_json_mode_follows_a_refused_schema_with_the_schema_in_the_prompt(
    server: ModelServer, gateway: Gateway
) -> None:
    server.does(a_server_without("json_schema", message="response_format json_schema is not supported"))
    assert (await gateway.call(a_prompt(schema=True))).text == '{"name": "x"}'
    body = server.seen[-1].body
    assert body["response_format"] == {"type": "json_object"}
    asked, _, schema = body["messages"][0]["content"].partition(SCHEMA_LINE)
    assert asked.startswith("You teach.")
    assert json.loads(schema) == SCHEMA


async def test_plain_text_follows_a_refused_json_mode(server: ModelServer, gateway: Gateway) -> None:
    server.does(a_server_without("json", message="This model does not support response_format."))
    await gateway.call(a_prompt(schema=True))
    assert "response_format" not in server.seen[-1].body
    assert SCHEMA_LINE in server.seen[-1].body["messages"][0]["content"]


async def test_what_was_found_out_is_remembered_for_all_agents(server: ModelServer, gateway: Gateway) -> None:
    server.does(a_server_without("json", message="This model does not support response_format."))
    await gateway.call(a_prompt("intent", schema=True))
    before = len(server.seen)
    await gateway.call(a_prompt("intent", schema=True))
    assert len(server.seen) == before + 1


async def test_a_schema_with_words_unknown_there_is_sent_lean(server: ModelServer, gateway: Gateway) -> None:
    server.does(
        a_server_without("maxLength", message="Invalid schema for response_format: 'maxLength' not permitted")
    )
    await gateway.call(a_prompt(schema=True))
    sent = server.seen[-1].body["response_format"]["json_schema"]["schema"]
    assert sent["required"] == ["name", "tags"]
    assert sent["additionalProperties"] is False
    assert sent["properties"]["tags"]["maxItems"] == 3


async def test_a_refusal_that_names_nothing_is_tried_without_format(
    server: ModelServer, gateway: Gateway
) -> None:
    server.does(a_server_without("json", message="Bad Request", status=422))
    await gateway.call(a_prompt(schema=True))
    assert "response_format" not in server.seen[-1].body


async def test_once_a_mode_has_worked_a_nameless_refusal_is_not_blamed_on_it(
    server: ModelServer, gateway: Gateway
) -> None:
    server.does(OK, acts.refuses(400, "Bad Request"), OK)
    await gateway.call(a_prompt(schema=True))
    with pytest.raises(Fault):
        await gateway.call(a_prompt(schema=True))
    await gateway.call(a_prompt(schema=True))
    assert server.seen[-1].body["response_format"]["type"] == "json_schema"


@pytest.mark.parametrize(
    ("field", "error", "status"),
    [
        ("max_tokens", {"message": "Unsupported: 'max_tokens'. Use 'max_completion_tokens'."}, 400),
        ("max_tokens", {"message": "Unsupported parameter", "param": "max_tokens"}, 400),
        ("temperature", {"message": "Unsupported value: 'temperature' does not support 0.4"}, 400),
        ("seed", {"detail": [{"loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]}, 422),
        ("stream_options", {"message": "Unrecognized request argument: stream_options"}, 400),
    ],
)
async def test_a_field_a_server_refuses_is_dropped_once_and_for_all(
    server: ModelServer, gateway: Gateway, field: str, error: Any, status: int
) -> None:
    server.does(a_server_that_refuses(field, error, status))
    for _ in range(2):
        await gateway.call(a_prompt(), seed=7)
    assert len(server.seen) == 3
    assert field not in server.seen[-1].body
    others = {"max_completion_tokens", "temperature", "seed", "stream_options"} - {field}
    assert not others & set(server.seen[0].body) - set(server.seen[-1].body), "nothing else was dropped"


async def test_the_cap_of_tokens_goes_by_its_other_name(server: ModelServer, gateway: Gateway) -> None:
    server.does(a_server_that_refuses("max_tokens", {"message": "no", "param": "max_tokens"}))
    await gateway.call(a_prompt())
    assert server.seen[-1].body["max_completion_tokens"] == 500 + THINKING_ROOM_TOKENS


async def test_a_cap_beyond_the_context_is_left_out_of_that_request_only(
    server: ModelServer, gateway: Gateway
) -> None:
    words = "max_tokens is too large: 500. This model's maximum context length is 4096 tokens"
    server.does(acts.refuses(400, words), OK, OK)
    await gateway.call(a_prompt())
    assert "max_tokens" not in server.seen[-1].body
    await gateway.call(a_prompt())
    assert server.seen[-1].body["max_tokens"] == 500 + THINKING_ROOM_TOKENS


async def test_a_server_that_refuses_everything_is_not_asked_for_ever(
    server: ModelServer, gateway: Gateway
) -> None:
    server.does(acts.refuses(400, "response_format max_tokens temperature seed stream_options"))
    with pytest.raises(Fault) as raised:
        await gateway.call(a_prompt(schema=True), seed=1)
    assert raised.value.code == "model_invalid_output"
    assert len(server.seen) <= 8


async def test_a_grammar_a_server_chokes_on_is_no_outage(server: ModelServer, gateway: Gateway) -> None:
    server.does(a_server_without("json_schema", message="failed to parse grammar", status=500))
    assert (await gateway.call(a_prompt(schema=True))).finish == "stop"


def test_known_servers_are_asked_in_the_form_they_take() -> None:
    assert first_manner("openai", "https://api.openai.com/v1").mode == "lean"
    assert first_manner("deepseek", "https://api.deepseek.com/v1").mode == "json"
    assert first_manner("openai", "http://127.0.0.1:8000/v1").mode == "schema"


def test_a_lean_schema_keeps_properties_that_are_named_like_keywords() -> None:
    schema = {"type": "object", "properties": {"format": {"type": "string", "maxLength": 3}}}
    assert lean(schema)["properties"] == {"format": {"type": "string"}}
