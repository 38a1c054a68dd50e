"""Settings of a person who pays for himself: as everybody's, but for the model, its server and its key."""

from urllib.parse import urlsplit

from pydantic import SecretStr

from trailwright.configuration.sealing import unseal
from trailwright.errors import InvalidError
from trailwright.kit.log import get_logger
from trailwright.llm.endpoints import BASE_URLS
from trailwright.payers.commands import label
from trailwright.payers.queries import Stored
from trailwright.settings import Agents, Settings

HERE = frozenset({"local", "vllm", "lmstudio", "ollama"})
"""Providers that answer on this machine: the operator's to give, not a guest's to name."""

log = get_logger(__name__)

_PORTS = {"http": 80, "https": 443}


def with_own_model(settings: Settings, model: str, base_url: str | None, key: str) -> Settings:
    """Every agent asks this model; what it costs is not this installation's business."""
    own = {"model": model, "base_url": base_url, "api_key": SecretStr(key), "agents": Agents()}
    llm = settings.llm.model_copy(update=own)
    budget = settings.budget.model_copy(update={"user_month_usd": None})
    return settings.model_copy(update={"llm": llm, "budget": budget})


def settings_of(settings: Settings, own: Stored) -> Settings:
    """With the key opened. One that this secret does not open is none: the model refuses, and says so."""
    secret = settings.secret_key
    key = unseal(secret.get_secret_value(), label(own.user_id), own.sealed_key) if secret else None
    if key is None:
        log.warning("a person's own key cannot be read; it must be set again", user_id=own.user_id)
    return with_own_model(settings, own.model, own.base_url, key or "")


def check_server(settings: Settings, model: str, base_url: str | None) -> None:
    """A guest may not make this machine call any address: raises `InvalidError` for one that is not known."""
    provider = model.partition(":")[0]
    if base_url is None:
        if provider in BASE_URLS and provider not in HERE:
            return
        known = ", ".join(sorted(set(BASE_URLS) - HERE))
        raise _wrong("model", f"must begin with one of {known}, or name a server whoever runs this allows")
    if _place(base_url) not in settings.fetch.allow:
        raise _wrong("base_url", "is not a server that whoever runs this has allowed (FETCH__ALLOW)")


def _place(base_url: str) -> str:
    """`host:port`; empty for what is no plain address."""
    try:
        parts = urlsplit(base_url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return ""
    fits = parts.scheme in _PORTS and parts.hostname and "@" not in parts.netloc
    return f"{parts.hostname}:{port}" if fits else ""


def _wrong(field: str, said: str) -> InvalidError:
    return InvalidError("This model cannot be used.", errors=[{"field": field, "message": said}])
