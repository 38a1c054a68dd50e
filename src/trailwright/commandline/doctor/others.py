"""Doctor's look at what others run: models and the search provider. One real call each."""

import asyncio

from trailwright.commandline.doctor.findings import Finding, split
from trailwright.commandline.model import runtime_is_here, uses_local
from trailwright.covers.providers import CoverFault, Wanted
from trailwright.covers.providers import from_settings as covers_from_settings
from trailwright.domain.prompt import AGENTS, AgentName
from trailwright.kit.words import size
from trailwright.llm import weights
from trailwright.llm.check import probe
from trailwright.llm.endpoints import endpoint_of
from trailwright.llm.faults import Fault
from trailwright.llm.gateway import Gateway
from trailwright.llm.local import NO_RUNTIME, LocalModel
from trailwright.llm.weights_errors import WeightsError
from trailwright.research.faults import SearchFault
from trailwright.research.search import from_settings
from trailwright.settings import Settings

QUESTION = "learn to bake bread"
_ADVICE = {
    "model_auth": "Mend TRAILWRIGHT_LLM__API_KEY.",
    "model_not_found": "Mend TRAILWRIGHT_LLM__MODEL or TRAILWRIGHT_LLM__BASE_URL.",
    "model_unavailable": "Check TRAILWRIGHT_LLM__BASE_URL, the network and that the model server runs.",
    "model_timeout": "Choose a faster model, or raise TRAILWRIGHT_LLM__TIMEOUT_S.",
    "model_rate_limited": "Wait, or raise the limit at the provider.",
}


def agents_by_model(settings: Settings) -> dict[str, list[AgentName]]:
    """Each model once, with the agents that use it."""
    found: dict[str, list[AgentName]] = {}
    for agent in AGENTS:
        found.setdefault(endpoint_of(settings.llm, agent).key, []).append(agent)
    return found


async def models(settings: Settings) -> list[Finding]:
    """One call to each model that an agent uses."""
    local = LocalModel(settings) if uses_local(settings) else None
    gateway = Gateway(settings, local=local)
    try:
        found = [await _model(gateway, agents) for agents in agents_by_model(settings).values()]
    finally:
        await gateway.close()
        if local is not None:
            await local.close()
    return found


async def _model(gateway: Gateway, agents: list[AgentName]) -> Finding:
    who = "all agents" if len(agents) == len(AGENTS) else ", ".join(agents)
    part = f"model ({who})"
    try:
        return Finding(part, "ok", (await probe(gateway, agents[0])).english)
    except Fault as fault:
        endpoint = gateway.endpoint(agents[0])
        name = endpoint.model if endpoint.provider == "local" else f"{endpoint.provider}:{endpoint.model}"
        where = f" at {endpoint.base_url}" if endpoint.base_url else ""
        cause = fault.message.partition(". ")[0].rstrip(".")
        detail = f" ({fault.detail})" if fault.detail else ""
        advice = fault.message.partition(". ")[2] if endpoint.provider == "local" else ""
        return Finding(
            part, "wrong", f"{name}{where}: {cause}{detail}", advice or _ADVICE.get(fault.code, "")
        )


async def local_model(settings: Settings) -> Finding:
    """The runtime, the weights by their hash, and memory for both."""
    part = "local model"
    if not uses_local(settings):
        return Finding(part, "unset", "not used: TRAILWRIGHT_LLM__MODEL names another")
    if not runtime_is_here():
        return split(part, NO_RUNTIME)
    try:
        path = await asyncio.to_thread(weights.find, settings)
    except (WeightsError, OSError) as error:
        return split(part, str(error), "Mend TRAILWRIGHT_LLM__LOCAL_PATH, or leave it out.")
    name = settings.llm.local_model
    if path is None:
        return Finding(part, "wrong", f"{name} is not installed", f"Run: trailwright model install {name}")
    need, have = path.stat().st_size * 3 // 2, _free_memory()
    if have is not None and have < need:
        words = f"too little memory is free: {size(have)}, about {size(need)} are needed"
        return Finding(part, "wrong", words, "Close other programs, or set TRAILWRIGHT_LLM__LOCAL_MODEL=0.5b")
    return Finding(part, "ok", f"{path}, its SHA-256 is the pinned one")


def _free_memory() -> int | None:
    """Bytes that can be had without swapping; None where the system does not tell."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:  # noqa: PTH123 - no path of ours
            lines = dict(line.split(":", 1) for line in file)
        return int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return None


async def search(settings: Settings) -> Finding:
    """One search."""
    provider = settings.search.provider
    searcher = from_settings(settings)
    if searcher is None:
        return Finding("search", "unset", "none is set: lessons come with searches worth making, not links")
    try:
        hits = await searcher.search(QUESTION, language="en", count=3)
    except SearchFault as fault:
        cause = split("search", fault.message).words
        detail = f" ({fault.detail})" if fault.detail else ""
        return Finding("search", "wrong", f"{provider}: {cause}{detail}", _SEARCH_ADVICE)
    finally:
        await searcher.aclose()
    if not hits:
        return Finding("search", "wrong", f"{provider} found nothing for “{QUESTION}”", _SEARCH_ADVICE)
    return Finding("search", "ok", f"{provider} found {len(hits)} pages")


_SEARCH_ADVICE = "Check TRAILWRIGHT_SEARCH__BASE_URL and TRAILWRIGHT_SEARCH__API_KEY."


async def covers(settings: Settings) -> list[Finding]:
    """One picture from the provider; nothing to try where covers are drawn here."""
    provider = covers_from_settings(settings)
    if provider is None:
        return []
    try:
        await provider.find(Wanted("doctor", QUESTION, "bread"))
    except CoverFault as fault:
        words = f"{provider.name} gave no picture ({fault})"
        return [Finding("covers", "wrong", words, _COVERS_ADVICE)]
    finally:
        await provider.aclose()
    return [Finding("covers", "ok", f"{provider.name} gave a picture")]


_COVERS_ADVICE = (
    "Check TRAILWRIGHT_COVERS__BASE_URL, __API_KEY and __MODEL. Until then covers are drawn here."
)
