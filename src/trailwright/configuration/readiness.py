"""Whether there is a model to write with, judged without a call: what is missing is told in words."""

import asyncio
import functools
from dataclasses import dataclass

from trailwright.configuration.installing import Installer
from trailwright.domain.prompt import AGENTS
from trailwright.llm.endpoints import BASE_URLS, endpoint_of
from trailwright.llm.shapes import Endpoint
from trailwright.settings import Settings

_OWN_SERVERS = {"vllm", "lmstudio", "ollama"}
"""Known providers that need no key: people run them themselves."""


@dataclass(frozen=True)
class Lack:
    """What stands in the way: a code for programs, words for a person; `reason`: why there is no runtime."""

    code: str
    message: str
    reason: str | None = None


async def lack_of(settings: Settings, installer: Installer) -> Lack | None:
    """The first thing that some agent's model lacks; None when there is nothing to see without a call."""
    endpoints = {endpoint.key: endpoint for endpoint in (endpoint_of(settings.llm, a) for a in AGENTS)}
    for endpoint in endpoints.values():
        found = await _local(settings, installer) if endpoint.provider == "local" else _remote(endpoint)
        if found is not None:
            return found
    return None


async def _local(settings: Settings, installer: Installer) -> Lack | None:
    problem = await asyncio.to_thread(runtime_problem)
    if problem is not None:
        return Lack("no_runtime", problem, _reason(problem))
    if settings.llm.local_path is None and settings.llm.local_model not in installer.installed():
        return Lack("not_installed", "The local model is not installed yet.")
    return None


def _remote(endpoint: Endpoint) -> Lack | None:
    if not endpoint.base_url:
        return Lack(
            "no_address", f"The provider {endpoint.provider} is not known here: its address is needed."
        )
    needs_key = endpoint.provider in BASE_URLS and endpoint.provider not in _OWN_SERVERS
    if needs_key and not endpoint.api_key and endpoint.base_url == BASE_URLS[endpoint.provider]:
        return Lack("no_key", f"The provider {endpoint.provider} needs a key.")
    return None


def _reason(problem: str) -> str | None:
    from trailwright.llm import local  # noqa: PLC0415 - heavy

    return next((reason for reason, words in local.RUNTIME_PROBLEMS.items() if words == problem), None)


@functools.cache
def runtime_problem() -> str | None:
    """Why the local model's runtime does not work here; looked at once."""
    from trailwright.llm import local  # noqa: PLC0415 - heavy

    return local.runtime_problem()
