"""Which server and model an agent's settings name."""

from types import MappingProxyType
from urllib.parse import urlsplit

from trailwright.domain.prompt import AgentName
from trailwright.llm.shapes import Endpoint
from trailwright.settings import Agent, Llm

BASE_URLS = MappingProxyType(
    {
        "openai": "https://api.openai.com/v1",
        "openrouter": "https://openrouter.ai/api/v1",
        "deepseek": "https://api.deepseek.com/v1",
        "groq": "https://api.groq.com/openai/v1",
        "mistral": "https://api.mistral.ai/v1",
        "together": "https://api.together.xyz/v1",
        "vllm": "http://127.0.0.1:8000/v1",
        "lmstudio": "http://127.0.0.1:1234/v1",
        "ollama": "http://127.0.0.1:11434/v1",
        "anthropic": "https://api.anthropic.com",
        "google": "https://generativelanguage.googleapis.com",
        "local": "",
    }
)
"""Known providers and where they answer; any other name needs `LLM__BASE_URL` and speaks OpenAI's format."""

NATIVE = frozenset({"anthropic", "google"})
"""Providers with a format of their own."""


def endpoint_of(llm: Llm, agent: AgentName) -> Endpoint:
    """The agent's own model, else the common one.

    A model of another provider inherits neither address nor key, another address no key: a key goes only
    where it was set for.
    """
    own: Agent = getattr(llm.agents, agent)
    provider, model = _split(own.model or llm.model)
    same = own.model is None or _split(llm.model)[0] in (provider, "local")
    base_url = own.base_url or (llm.base_url if same else None) or BASE_URLS.get(provider, "")
    secret = own.api_key or (llm.api_key if same and own.base_url in (None, llm.base_url) else None)
    base_url = _with_path(provider, base_url.strip().rstrip("/"))
    return Endpoint(
        provider=provider,
        model=model,
        base_url="" if provider == "local" else base_url,
        api_key="" if secret is None or provider == "local" else secret.get_secret_value().strip(),
        key=f"{provider} {base_url} {model}",
    )


def _with_path(provider: str, base_url: str) -> str:
    """OpenAI's format lives under `/v1`; who gives only a host means that."""
    bare = base_url and provider not in NATIVE and urlsplit(base_url).path == ""
    return f"{base_url}/v1" if bare else base_url


def _split(name: str) -> tuple[str, str]:
    provider, _, model = name.partition(":")
    return provider, model or provider
