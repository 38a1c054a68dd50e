"""Contract section 7: each thing a server may do, and what comes of it."""

import datetime as dt
from collections.abc import AsyncIterator
from email.utils import format_datetime

import pytest

from tests.llm.support_gateway import acts
from tests.llm.support_gateway.server import Act, ModelServer
from tests.llm.support_gateway.trade import KEY, a_gateway, a_prompt
from trailwright.llm.complaints import NO_ADDRESS, NO_CREDIT, TOO_LONG
from trailwright.llm.faults import Fault, FaultCode
from trailwright.llm.gateway import Gateway


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer().running() as running:
        yield running


@pytest.fixture
async def gateway(server: ModelServer) -> AsyncIterator[Gateway]:
    made = a_gateway(server.url)
    yield made
    await made.close()


async def fault_of(gateway: Gateway, *, schema: bool = False) -> Fault:
    with pytest.raises(Fault) as raised:
        await gateway.call(a_prompt(schema=schema))
    assert KEY not in f"{raised.value} {raised.value.detail} {raised.value.message}"
    return raised.value


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (acts.refuses(401), "model_auth"),
        (acts.refuses(403), "model_auth"),
        (acts.refuses(404), "model_not_found"),
        (acts.refuses(408), "model_timeout"),
        (acts.refuses(429), "model_rate_limited"),
        (acts.refuses(500), "model_unavailable"),
        (acts.refuses(502), "model_unavailable"),
        (acts.refuses(503), "model_unavailable"),
        (acts.replies(502, b"<html>Bad gateway</html>", "text/html"), "model_unavailable"),
        (acts.refuses(301, headers={"location": "http://127.0.0.1:9/"}), "model_not_found"),
        (acts.refuses(400, {"message": "Model Not Exist"}), "model_not_found"),
        (acts.refuses(400, {"message": "Incorrect API key provided"}), "model_auth"),
        (acts.refuses(400, {"message": "bad", "code": "content_policy_violation"}), "model_refused"),
        (acts.refuses(403, {"message": "Your input was flagged"}), "model_refused"),
        (acts.refuses(400, {"message": "no", "code": "json_validate_failed"}), "model_invalid_output"),
        (acts.refuses(400, {"message": "something else"}), "model_invalid_output"),
        (acts.resets(), "model_unavailable"),
        (acts.resets(after="Once"), "model_unavailable"),
        (acts.is_cut("Once upon"), "model_unavailable"),
        (acts.is_cut("Once upon", ends=False), "model_unavailable"),
        (acts.says(""), "model_invalid_output"),
        (acts.says("  \n "), "model_invalid_output"),
        (acts.says("", finish="length"), "model_invalid_output"),
        (acts.says("No.", finish="content_filter"), "model_refused"),
        (acts.sends(acts.chunk(refusal="I cannot."), acts.chunk(finish="stop")), "model_refused"),
        (acts.sends(acts.chunk("Once"), {"error": {"message": "Overloaded"}}), "model_unavailable"),
        (
            acts.sends(acts.chunk("Once"), {"error": {"message": "Rate limit", "code": 429}}),
            "model_rate_limited",
        ),
        (acts.sends("{not json"), "model_unavailable"),
        (acts.sends('["a list"]'), "model_unavailable"),
        (acts.floods_one_line(8), "model_invalid_output"),
    ],
)
async def test_each_fault_of_a_server_has_its_code(
    server: ModelServer, gateway: Gateway, act: Act, code: FaultCode
) -> None:
    server.does(act)
    fault = await fault_of(gateway)
    assert fault.code == code
    assert len(server.seen) == 1, "one call is one attempt"


@pytest.mark.parametrize(
    ("act", "calls", "tells"),
    [
        (acts.refuses(500), 0, False),
        (acts.refuses(429), 0, False),
        (acts.resets(), 0, False),
        (acts.resets(after="Once upon a time"), 1, True),
        (acts.is_cut("Once upon a time"), 1, True),
        (acts.says(""), 1, False),
        (acts.says("No.", finish="content_filter"), 1, True),
    ],
)
async def test_what_was_read_and_written_before_a_fault_is_paid_for(
    server: ModelServer, act: Act, calls: int, *, tells: bool
) -> None:
    gateway = a_gateway(server.url, model="openai:gpt-4o-mini")
    server.does(act)
    usage = (await fault_of(gateway)).usage
    assert usage.calls == calls
    assert (usage.input_tokens > 0, usage.output_tokens > 0) == (calls > 0, tells)
    assert (usage.cost_usd > 0, usage.estimated) == (calls > 0, calls > 0)
    await gateway.close()


async def test_nobody_at_the_address_is_unavailable() -> None:
    async with ModelServer().running() as gone:
        url = gone.url
    gateway = a_gateway(url)
    assert (await fault_of(gateway)).code == "model_unavailable"
    await gateway.close()


async def test_a_server_here_that_keeps_no_connection_loses_no_call(
    server: ModelServer, gateway: Gateway
) -> None:
    """As llama.cpp does: it promises to keep the connection and lets the next request on it lie."""
    server.keeps_promises = False
    server.does(acts.says("Once upon"))
    for _ in range(3):
        assert (await gateway.call(a_prompt())).text == "Once upon"


@pytest.mark.parametrize("after", ["", "Once"])
async def test_a_hang_is_a_timeout_counted_from_the_last_byte(server: ModelServer, after: str) -> None:
    gateway = a_gateway(server.url, timeout_s=0.2)
    server.does(acts.hangs(after))
    assert (await fault_of(gateway)).code == "model_timeout"
    await server.hung_up.wait()
    await gateway.close()


async def test_a_slow_answer_whose_bytes_keep_coming_is_no_timeout(server: ModelServer) -> None:
    gateway = a_gateway(server.url, timeout_s=0.3)
    server.does(acts.trickles("one two three four five six", every_s=0.1))
    assert (await gateway.call(a_prompt())).text == "one two three four five six"
    await gateway.close()


async def test_the_deadline_of_the_item_ends_the_call(server: ModelServer, gateway: Gateway) -> None:
    server.does(acts.hangs("Once"))
    with pytest.raises(Fault) as raised:
        await gateway.call(a_prompt(), deadline_s=0.2)
    assert raised.value.code == "model_timeout"
    await server.hung_up.wait()


async def test_200_megabytes_of_text_are_not_read(server: ModelServer, gateway: Gateway) -> None:
    taken = [0]
    server.does(acts.floods(200, taken))
    assert (await fault_of(gateway)).code == "model_invalid_output"
    await server.hung_up.wait()
    assert taken[0] <= 8


async def test_retry_after_in_seconds_slows_every_caller_of_the_model(
    server: ModelServer, gateway: Gateway
) -> None:
    server.does(acts.refuses(429, headers={"Retry-After": "7"}))
    assert (await fault_of(gateway)).retry_after_s == 7
    assert gateway.limits("quiz").available(click=True) == 0


async def test_without_retry_after_others_may_go_on(server: ModelServer, gateway: Gateway) -> None:
    server.does(acts.refuses(429))
    assert (await fault_of(gateway)).retry_after_s is None
    assert gateway.limits("quiz").available() > 0


async def test_retry_after_as_a_date_is_read(server: ModelServer, gateway: Gateway) -> None:
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30)
    server.does(acts.refuses(503, headers={"Retry-After": format_datetime(moment, usegmt=True)}))
    fault = await fault_of(gateway)
    assert fault.code == "model_unavailable"
    assert fault.retry_after_s is not None
    assert 25 < fault.retry_after_s <= 30


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after-ms": "1500"}, 1.5),
        ({"x-ratelimit-reset-requests": "1m2s", "x-ratelimit-remaining-requests": "0"}, 62),
        ({"x-ratelimit-reset-requests": "1m2s", "x-ratelimit-remaining-requests": "3"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-3"}, None),
        ({"Retry-After": "1" + "0" * 300}, 86_400),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}, 86_400),
        ({"x-ratelimit-reset-tokens": "9999999h", "x-ratelimit-remaining-tokens": "0"}, 86_400),
    ],
)
async def test_other_ways_to_ask_for_a_wait_are_read(
    server: ModelServer, gateway: Gateway, headers: dict[str, str], seconds: float | None
) -> None:
    server.does(acts.refuses(429, headers=headers))
    assert (await fault_of(gateway)).retry_after_s == seconds


@pytest.mark.parametrize(
    "act",
    [
        acts.refuses(402),
        acts.refuses(429, {"message": "You exceeded your current quota", "code": "insufficient_quota"}),
        acts.refuses(400, {"message": "Your credit balance is too low"}),
    ],
)
async def test_an_empty_account_stops_the_task_since_no_wait_fills_it(
    server: ModelServer, gateway: Gateway, act: Act
) -> None:
    server.does(act)
    fault = await fault_of(gateway)
    assert (fault.code, fault.message) == ("model_auth", NO_CREDIT)


@pytest.mark.parametrize(
    "act",
    [
        acts.replies(404, b"<html>Not found</html>", "text/html"),
        acts.replies(200, b"<html>Welcome</html>", "text/html"),
        acts.replies(405, b"Method not allowed", "text/plain"),
    ],
)
async def test_a_wrong_address_is_told_as_such(server: ModelServer, gateway: Gateway, act: Act) -> None:
    server.does(act)
    fault = await fault_of(gateway)
    assert (fault.code, fault.message) == ("model_not_found", NO_ADDRESS)


async def test_a_request_too_long_for_the_model_is_told_as_such(
    server: ModelServer, gateway: Gateway
) -> None:
    server.does(acts.refuses(400, {"message": "Prompt is too long", "code": "context_length_exceeded"}))
    fault = await fault_of(gateway)
    assert (fault.code, fault.message) == ("model_invalid_output", TOO_LONG)


async def test_a_redirect_is_not_followed_so_no_key_travels(server: ModelServer, gateway: Gateway) -> None:
    async with ModelServer([acts.says("caught")]).running() as other:
        for status in (301, 302, 307, 308):
            server.does(acts.refuses(status, headers={"Location": f"{other.url}/chat/completions"}))
            await fault_of(gateway)
        assert other.seen == []


async def test_no_detail_holds_a_key_a_server_repeats(server: ModelServer, gateway: Gateway) -> None:
    words = f"bad key {KEY} in Authorization: Bearer {KEY} at http://me:pw@host/x?key=abc"
    server.does(acts.refuses(500, words))
    fault = await fault_of(gateway)
    assert "pw@" not in fault.detail
    assert "abc" not in fault.detail
    assert fault.message == Fault("model_unavailable").message
    assert fault.__cause__ is None
