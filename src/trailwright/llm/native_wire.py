"""Asks Anthropic and Google in their own formats, through pydantic-ai.

Its adapters know how each vendor wants schemas, turns and limits, and follow their changes; retries of the
vendors' clients are off, the only ones are ours. Loaded in a thread when first used: it takes a second.
"""

import asyncio
import datetime as dt
import importlib
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trailwright.domain.prompt import Prompt
from trailwright.llm.complaints import NOT_TAKEN, Complaint, complaint_in, fault_of, retry_after
from trailwright.llm.endpoints import BASE_URLS
from trailwright.llm.faults import Fault
from trailwright.llm.hearing import Hearing, Said
from trailwright.llm.manners import schema_text
from trailwright.llm.redact import redact
from trailwright.llm.shapes import Endpoint, OnText

if TYPE_CHECKING:
    import httpx2
    from pydantic_ai.messages import ModelMessage, ModelResponse
    from pydantic_ai.models import Model, ModelRequestParameters
    from pydantic_ai.settings import ModelSettings

CONNECT_S = 15.0
MOST_IDLE = 20
"""Connections kept open; how many are used at once is for the permits to say."""
NO_KEY = "No key is set for the model. Set it, then go on."
NO_EXTRA = "This provider needs a part that is not installed: `pip install 'trailwright[{name}]'`."

_OPENED: "ContextVar[list[httpx2.Response] | None]" = ContextVar("opened", default=None)
"""Responses of the call in hand: google-genai leaves a stream open that is given up half-way."""


@dataclass(frozen=True)
class _Ready:
    model: "Model[Any]"
    client: "httpx2.AsyncClient"


class NativeWire:
    """One endpoint of Anthropic or Google."""

    def __init__(self, endpoint: Endpoint, *, timeout_s: float) -> None:
        self._endpoint = endpoint
        self._timeout_s = timeout_s
        self._loading = asyncio.Lock()
        self._made: _Ready | None = None
        self._takes_schema: bool | None = None

    async def ask(
        self, prompt: Prompt, *, base_url: str, seed: int | None = None, on_text: OnText | None = None
    ) -> Said:
        """One answer; a schema that is refused is sent again as text, at no attempt. Raises `Fault`."""
        del base_url  # the client has it
        ready = await self._ready()
        if self._takes_schema is None:
            self._takes_schema = bool(ready.model.profile.get("supports_json_schema_output"))
        native = prompt.schema is not None and self._takes_schema
        outcome = await self._send(ready, prompt, seed, on_text, native=native)
        if isinstance(outcome, Complaint) and native and _about_schema(outcome):
            self._takes_schema = False
            outcome = await self._send(ready, prompt, seed, on_text, native=False)
        if isinstance(outcome, Complaint):
            raise fault_of(outcome, self._endpoint.api_key)
        return outcome

    async def close(self) -> None:
        """Close the connections."""
        if self._made is not None:
            await self._made.client.aclose()
            self._made = None

    async def _ready(self) -> _Ready:
        if not self._endpoint.api_key:
            raise Fault("model_auth", detail="no key", message=NO_KEY)
        async with self._loading:
            if self._made is None:
                try:
                    self._made = await asyncio.to_thread(_load, self._endpoint, self._timeout_s)
                except ImportError as error:
                    words = NO_EXTRA.format(name=self._endpoint.provider)
                    raise Fault("model_not_found", detail=redact(str(error)), message=words) from None
            return self._made

    async def _send(
        self, ready: _Ready, prompt: Prompt, seed: int | None, on_text: OnText | None, *, native: bool
    ) -> Said | Complaint:
        import httpx2  # noqa: PLC0415 - heavy, loaded by now
        from pydantic_ai import exceptions as wrong  # noqa: PLC0415 - heavy, loaded by now
        from pydantic_ai.direct import model_request_stream  # noqa: PLC0415 - heavy, loaded by now

        hearing = Hearing(on_text, self._endpoint.api_key)
        opened: list[httpx2.Response] = []
        _OPENED.set(opened)
        try:
            async with model_request_stream(
                ready.model,
                _messages(prompt, native=native),
                model_settings=_settings(prompt, seed, self._endpoint.provider),
                model_request_parameters=_parameters(prompt, native=native),
            ) as stream:
                async for event in stream:
                    _hear(event, hearing)
                _hear_end(stream.get(), hearing)
        except wrong.ModelHTTPError as error:
            return _complaint_of(error)
        except (wrong.AgentRunError, wrong.UserError, httpx2.HTTPError) as error:
            raise _fault_of(error, self._endpoint.api_key) from None
        finally:
            for response in opened:
                await response.aclose()
        return hearing.said()


async def _remember(response: "httpx2.Response") -> None:
    if (opened := _OPENED.get()) is not None:
        opened.append(response)


def _load(endpoint: Endpoint, timeout_s: float) -> _Ready:
    """The provider's adapter; raises ImportError where its extra is not installed."""
    import httpx2  # noqa: PLC0415 - heavy, and an extra

    importlib.import_module("pydantic_ai.direct")
    client = httpx2.AsyncClient(
        timeout=httpx2.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s), pool=None),
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=MOST_IDLE),
        event_hooks={"response": [_remember]},
    )
    make: Callable[..., Model[Any]] = {"anthropic": _anthropic, "google": _google}[endpoint.provider]
    return _Ready(make(endpoint, client), client)


def _anthropic(endpoint: Endpoint, client: "httpx2.AsyncClient") -> "Model[Any]":
    from anthropic import AsyncAnthropic  # noqa: PLC0415 - heavy, and an extra
    from pydantic_ai.models.anthropic import AnthropicModel  # noqa: PLC0415 - heavy, and an extra
    from pydantic_ai.providers.anthropic import AnthropicProvider  # noqa: PLC0415 - heavy, and an extra

    vendor = AsyncAnthropic(
        api_key=endpoint.api_key, base_url=endpoint.base_url, http_client=client, max_retries=0
    )
    return AnthropicModel(endpoint.model, provider=AnthropicProvider(anthropic_client=vendor))


def _google(endpoint: Endpoint, client: "httpx2.AsyncClient") -> "Model[Any]":
    from pydantic_ai.models.google import GoogleModel  # noqa: PLC0415 - heavy, and an extra
    from pydantic_ai.providers.google import GoogleProvider  # noqa: PLC0415 - heavy, and an extra

    own = None if endpoint.base_url == BASE_URLS["google"] else endpoint.base_url
    provider = GoogleProvider(api_key=endpoint.api_key, http_client=client, base_url=own)
    return GoogleModel(endpoint.model, provider=provider)


def _messages(prompt: Prompt, *, native: bool) -> "list[ModelMessage]":
    from pydantic_ai import messages as m  # noqa: PLC0415 - heavy, loaded by now

    made: list[ModelMessage] = []
    for turn in prompt.messages:
        match turn.role:
            case "system":
                made.append(m.ModelRequest([m.SystemPromptPart(turn.content)]))
            case "user":
                made.append(m.ModelRequest([m.UserPromptPart(turn.content)]))
            case "assistant":
                made.append(m.ModelResponse([m.TextPart(turn.content)]))
    if prompt.schema is not None and not native:
        made.insert(0, m.ModelRequest([m.SystemPromptPart(schema_text(prompt))]))
    return made


def _settings(prompt: Prompt, seed: int | None, provider: str) -> "ModelSettings":
    from pydantic_ai.settings import ModelSettings  # noqa: PLC0415 - heavy, loaded by now

    made = ModelSettings(max_tokens=prompt.max_output_tokens, temperature=prompt.temperature)
    if seed is not None and provider == "google":
        made["seed"] = seed
    return made


def _parameters(prompt: Prompt, *, native: bool) -> "ModelRequestParameters":
    from pydantic_ai.models import ModelRequestParameters  # noqa: PLC0415 - heavy, loaded by now
    from pydantic_ai.output import OutputObjectDefinition  # noqa: PLC0415 - heavy, loaded by now

    if prompt.schema is None or not native:
        return ModelRequestParameters()
    wanted = OutputObjectDefinition(json_schema=dict(prompt.schema), name=prompt.schema_name, strict=True)
    return ModelRequestParameters(output_mode="native", output_object=wanted)


def _hear(event: Any, hearing: Hearing) -> None:
    """Text reaches the reader; thoughts only count towards the most that is read."""
    part = getattr(event, "part", None) if event.event_kind == "part_start" else None
    delta = getattr(event, "delta", None) if event.event_kind == "part_delta" else None
    if part is not None and part.part_kind == "text":
        hearing.text(part.content)
    elif delta is not None and delta.part_delta_kind == "text":
        hearing.text(delta.content_delta)
    elif delta is not None and delta.part_delta_kind == "thinking":
        hearing.chunk({"choices": [{"delta": {"reasoning": delta.content_delta or ""}}]})


def _hear_end(response: "ModelResponse", hearing: Hearing) -> None:
    usage = response.usage
    hearing.chunk(
        {
            "choices": [{"finish_reason": response.finish_reason}],
            "usage": {"prompt_tokens": usage.input_tokens, "completion_tokens": usage.output_tokens}
            if usage.output_tokens
            else None,
        }
    )


def _about_schema(complaint: Complaint) -> bool:
    return complaint.status in {400, 422} and any(
        word in complaint.text for word in ("schema", "output_config", "output_format", "structured")
    )


def _complaint_of(error: Any) -> Complaint:
    found = complaint_in(error.body if error.body is not None else str(error), error.status_code)
    wait = retry_after(error.headers or {}, now=dt.datetime.now(dt.UTC))
    return Complaint(error.status_code, found.text, found.code, found.names, wait)


def _fault_of(error: Exception, *secrets: str) -> Fault:
    """Faults without an HTTP status of their own, told apart by the adapter's class of error."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    detail = redact(f"{type(error).__name__}: {error}", *secrets)
    if kinds & {"ModelTimeoutError", "ReadTimeout", "WriteTimeout"}:
        return Fault("model_timeout", detail=detail)
    if "ContentFilterError" in kinds:
        return Fault("model_refused", detail=detail)
    if "UserError" in kinds:
        return Fault("model_invalid_output", detail=detail, message=NOT_TAKEN)
    if "UnexpectedModelBehavior" in kinds:
        return Fault("model_invalid_output", detail=detail)
    return Fault("model_unavailable", detail=detail)
