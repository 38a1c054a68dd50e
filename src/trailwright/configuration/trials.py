"""One real call to a part as it would be set: what is wrong is told in words, and in a code for programs."""

import asyncio
import time
from dataclasses import dataclass
from typing import Literal, get_args

from trailwright.covers.providers import CoverFault, Wanted
from trailwright.covers.providers import from_settings as covers_from_settings
from trailwright.domain.prompt import AGENTS, AgentName
from trailwright.domain.sentences import Said, say
from trailwright.kit.log import Redactor, also_mask, secret_values
from trailwright.kit.sanitiser import plain
from trailwright.llm.check import probe
from trailwright.llm.endpoints import endpoint_of
from trailwright.llm.faults import Fault
from trailwright.llm.gateway import Gateway
from trailwright.llm.shapes import LocalRuntime
from trailwright.research.faults import SearchFault
from trailwright.research.search import from_settings as searcher_from_settings
from trailwright.settings import Settings

Part = Literal["model", "search", "covers"]
PARTS: tuple[Part, ...] = get_args(Part)
QUESTION = "learn to bake bread"
_COVER_WORDS = {
    "cover_auth": "The provider of covers refused the key.",
    "cover_rate_limited": "The provider of covers limits requests. Try again later.",
    "cover_unavailable": "The provider of covers cannot be reached, or its answer is of another form.",
    "cover_nothing_found": "The provider of covers found no picture.",
    "cover_unusable": "The provider of covers gave a picture that cannot be used.",
}


@dataclass(frozen=True)
class Trial:
    """`code` is "ok" or what a program can act on; `detail`: what the other side said, without keys.

    `said`: what is told of a part that works.
    """

    code: str
    message: str
    detail: str = ""
    said: tuple[Said, ...] = ()

    @classmethod
    def ok(cls, *said: Said) -> "Trial":
        """It works."""
        return cls("ok", "; ".join(one.english for one in said), said=said)


@dataclass(frozen=True)
class Tried:
    """The outcome with how long it took."""

    ok: bool
    code: str
    message: str
    detail: str
    seconds: float
    said: tuple[Said, ...] = ()


async def attempt(
    part: Part, settings: Settings, *, agent: AgentName | None, local: LocalRuntime | None
) -> Tried:
    """Try it; `agent`: only this one's model. `local`: the running local model, when it is as set."""
    also_mask(secret_values(settings))
    began = time.monotonic()
    match part:
        case "model":
            trial = await _models(settings, [agent] if agent else list(AGENTS), local)
        case "search":
            trial = await _search(settings)
        case "covers":
            trial = await _covers(settings)
    redact = Redactor(secret_values(settings))
    seconds = round(time.monotonic() - began, 3)
    detail = plain(redact(trial.detail))
    return Tried(trial.code == "ok", trial.code, trial.message, detail, seconds, trial.said)


async def _models(settings: Settings, agents: list[AgentName], local: LocalRuntime | None) -> Trial:
    """Each model once, side by side; the first that is wrong is told, with the agents that use it."""
    by_model: dict[str, AgentName] = {endpoint_of(settings.llm, agent).key: agent for agent in agents}
    own = None if local is not None else _local(settings)
    gateway = Gateway(settings, local=local or own)
    try:
        trials = await asyncio.gather(*(_model(gateway, agent) for agent in by_model.values()))
    finally:
        await gateway.close()
        if own is not None:
            await own.close()
    wrong = next((trial for trial in trials if trial.code != "ok"), None)
    return wrong or Trial.ok(*(said for trial in trials for said in trial.said))


async def _model(gateway: Gateway, agent: AgentName) -> Trial:
    try:
        return Trial.ok(await probe(gateway, agent))
    except Fault as fault:
        return Trial(fault.code, fault.message, fault.detail)


def _local(settings: Settings) -> LocalRuntime:
    from trailwright.llm.local import LocalModel  # noqa: PLC0415 - heavy, and an extra

    return LocalModel(settings)


async def _search(settings: Settings) -> Trial:
    searcher = searcher_from_settings(settings)
    if searcher is None:
        return Trial.ok(say("no_search"))
    try:
        hits = await searcher.search(QUESTION, language="en", count=3)
    except SearchFault as fault:
        return Trial(fault.code, fault.message, fault.detail)
    finally:
        await searcher.aclose()
    if not hits:
        return Trial("search_nothing_found", f"{settings.search.provider} found nothing for “{QUESTION}”.")
    return Trial.ok(say("pages_found", provider=settings.search.provider, count=len(hits)))


async def _covers(settings: Settings) -> Trial:
    provider = covers_from_settings(settings)
    if provider is None:
        return Trial.ok(say("covers_drawn"))
    try:
        found = await provider.find(Wanted(roadmap_id="trial", title=QUESTION, subject=QUESTION))
    except CoverFault as fault:
        return Trial(fault.code, _COVER_WORDS[fault.code], fault.detail)
    finally:
        await provider.aclose()
    return Trial.ok(say("picture_given", provider=settings.covers.provider, bytes=len(found.data)))
