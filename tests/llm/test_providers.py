"""Anthropic and Google in their own formats: the same promises as at an OpenAI-compatible server."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest

from tests.llm.support_gateway import vendors
from tests.llm.support_gateway.server import Act, ModelServer
from tests.llm.support_gateway.trade import KEY, SCHEMA, a_gateway, a_prompt
from trailwright.llm.faults import Fault, FaultCode
from trailwright.llm.gateway import Gateway
from trailwright.llm.manners import SCHEMA_LINE


@dataclass(frozen=True)
class Vendor:
    model: str
    says: Callable[..., Act]
    breaks: Callable[[str, str], Act]
    length: str
    refused: str


VENDORS = {
    "anthropic": Vendor(
        "anthropic:claude-haiku-4-5",
        vendors.anthropic_says,
        vendors.anthropic_breaks,
        length="max_tokens",
        refused="refusal",
    ),
    "google": Vendor(
        "google:gemini-2.5-flash",
        vendors.gemini_says,
        vendors.gemini_breaks,
        length="MAX_TOKENS",
        refused="SAFETY",
    ),
}


@pytest.fixture(params=list(VENDORS))
def vendor(request: pytest.FixtureRequest) -> Vendor:
    return VENDORS[request.param]


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer().running() as running:
        yield running


@pytest.fixture
async def gateway(server: ModelServer, vendor: Vendor) -> AsyncIterator[Gateway]:
    made = a_gateway(server.root, model=vendor.model)
    yield made
    await made.close()


async def test_an_answer_streams_with_its_usage_and_price(
    server: ModelServer, gateway: Gateway, vendor: Vendor
) -> None:
    heard: list[str] = []
    server.does(vendor.says("Once upon a time."))
    answer = await gateway.call(a_prompt(), on_text=heard.append, seed=7)
    assert (answer.text, answer.finish) == ("Once upon a time.", "stop")
    assert len(heard) > 1
    assert "".join(heard) == answer.text
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (11, 7)
    assert answer.usage.cost_usd > 0
    sent = json.dumps(server.seen[0].body)
    assert "You teach." in sent
    assert "Write." in sent
    assert "500" in sent, "the cap of tokens"
    assert any(KEY in value for value in server.seen[0].headers.values())


async def test_a_schema_goes_in_the_vendors_own_form(
    server: ModelServer, gateway: Gateway, vendor: Vendor
) -> None:
    server.does(vendor.says('{"name": "x"}'))
    assert (await gateway.call(a_prompt(schema=True))).text == '{"name": "x"}'
    sent = json.dumps(server.seen[0].body)
    assert '"tags"' in sent
    assert SCHEMA_LINE not in sent


async def test_a_schema_that_is_refused_goes_as_text_at_no_attempt(
    server: ModelServer, gateway: Gateway, vendor: Vendor
) -> None:
    error = {"type": "invalid_request_error", "message": "the schema is too complex", "code": 400}
    server.does(vendors.vendor_refuses(400, {"error": error}), vendor.says('{"name": "x"}'))
    await gateway.call(a_prompt(schema=True))
    assert SCHEMA_LINE in json.dumps(server.seen[1].body)
    assert SCHEMA["title"] in json.dumps(server.seen[1].body)
    await gateway.call(a_prompt(schema=True))
    assert len(server.seen) == 3, "remembered"


async def test_ends_are_told_apart(server: ModelServer, gateway: Gateway, vendor: Vendor) -> None:
    server.does(vendor.says("Once upon", reason=vendor.length))
    assert (await gateway.call(a_prompt())).finish == "length"
    server.does(vendor.says("I cannot", reason=vendor.refused))
    assert (await fault_of(gateway)).code == "model_refused"


async def fault_of(gateway: Gateway) -> Fault:
    with pytest.raises(Fault) as raised:
        await gateway.call(a_prompt())
    assert KEY not in f"{raised.value.detail} {raised.value.message}"
    return raised.value


@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        (400, {"message": "API key not valid", "status": "INVALID_ARGUMENT"}, "model_auth"),
        (401, {"type": "authentication_error", "message": f"invalid x-api-key {KEY}"}, "model_auth"),
        (403, {"type": "permission_error", "message": "no"}, "model_auth"),
        (404, {"type": "not_found_error", "message": "model: claude-x"}, "model_not_found"),
        (429, {"type": "rate_limit_error", "message": "slow down"}, "model_rate_limited"),
        (500, {"type": "api_error", "message": "no"}, "model_unavailable"),
        (503, {"status": "UNAVAILABLE", "message": "overloaded"}, "model_unavailable"),
        (529, {"type": "overloaded_error", "message": "Overloaded"}, "model_unavailable"),
    ],
)
async def test_a_refused_request_has_its_code_and_is_sent_once(
    server: ModelServer, gateway: Gateway, status: int, error: dict[str, str], code: FaultCode
) -> None:
    server.does(vendors.vendor_refuses(status, {"type": "error", "error": error}))
    assert (await fault_of(gateway)).code == code
    assert len(server.seen) == 1


async def test_retry_after_is_heard(server: ModelServer, gateway: Gateway) -> None:
    server.does(vendors.vendor_refuses(429, {"error": {"message": "x"}}, headers={"retry-after": "9"}))
    assert (await fault_of(gateway)).retry_after_s == 9
    assert gateway.limits("quiz").available(click=True) == 0


@pytest.mark.parametrize("how", ["cut", "reset", "error"])
async def test_a_broken_stream_is_unavailable(
    server: ModelServer, gateway: Gateway, vendor: Vendor, how: str
) -> None:
    server.does(vendor.breaks("Once upon a time.", how))
    assert (await fault_of(gateway)).code == "model_unavailable"


async def test_a_hang_is_a_timeout(server: ModelServer, vendor: Vendor) -> None:
    gateway = a_gateway(server.root, model=vendor.model, timeout_s=0.3)
    server.does(vendor.breaks("Once upon a time.", "hang"))
    assert (await fault_of(gateway)).code == "model_timeout"
    await server.hung_up.wait()
    await gateway.close()


async def test_cancelled_the_connection_is_closed_within_a_second(
    server: ModelServer, gateway: Gateway, vendor: Vendor
) -> None:
    came = asyncio.Event()
    server.does(vendor.breaks("Once upon a time.", "hang"))
    call = asyncio.ensure_future(gateway.call(a_prompt(), on_text=lambda _: came.set()))
    await came.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    async with asyncio.timeout(1):
        await server.hung_up.wait()


async def test_an_empty_answer_is_invalid(server: ModelServer, gateway: Gateway, vendor: Vendor) -> None:
    server.does(vendor.says(""))
    assert (await fault_of(gateway)).code == "model_invalid_output"


async def test_endless_text_is_not_read(server: ModelServer, gateway: Gateway, vendor: Vendor) -> None:
    server.does(vendor.breaks("x" * 400_000, "flood"))
    assert (await fault_of(gateway)).code == "model_invalid_output"
    await server.hung_up.wait()


async def test_a_prompt_google_blocks_is_refused(server: ModelServer) -> None:
    gateway = a_gateway(server.root, model=VENDORS["google"].model)
    server.does(vendors.gemini_blocks_the_prompt())
    assert (await fault_of(gateway)).code == "model_refused"
    await gateway.close()


async def test_without_a_key_nothing_is_asked(vendor: Vendor, server: ModelServer) -> None:
    gateway = a_gateway(server.root, model=vendor.model, api_key=None)
    assert (await fault_of(gateway)).code == "model_auth"
    assert server.seen == []
    await gateway.close()


async def test_nobody_at_the_address_is_unavailable(vendor: Vendor) -> None:
    async with ModelServer().running() as gone:
        url = gone.root
    gateway = a_gateway(url, model=vendor.model)
    assert (await fault_of(gateway)).code == "model_unavailable"
    await gateway.close()


async def test_without_its_extra_a_provider_says_what_to_install(
    server: ModelServer, gateway: Gateway, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = vendor.model.partition(":")[0]
    monkeypatch.setitem(sys.modules, f"pydantic_ai.models.{name}", None)
    fault = await fault_of(gateway)
    assert fault.code == "model_not_found"
    assert f"trailwright[{name}]" in fault.message
    assert server.seen == []
