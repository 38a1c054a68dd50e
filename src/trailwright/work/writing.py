"""Content: from materials to a checked value, one small function per content type."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from trailwright.agents import quiz, resources, tutorial
from trailwright.agents.contexts import ContentContext
from trailwright.domain.content import CheckResult, Quiz, Resource, Resources, Tutorial
from trailwright.domain.research import CheckedHit
from trailwright.domain.workflow import Kind
from trailwright.kit.ids import new_id
from trailwright.research.faults import SearchFault
from trailwright.research.gather import Checker, gather
from trailwright.research.search import Searcher
from trailwright.tasks.leases import Claimed
from trailwright.work.asking import Asker
from trailwright.work.materials import Materials

WANTED_LINKS = 6
NO_PROVIDER = "no_search_provider"
NOTHING_FOUND = "nothing_found"


@dataclass(frozen=True)
class Written:
    """A checked piece of content, ready to be stored."""

    version_id: str
    value: BaseModel
    title: str
    summary: str
    meta: dict[str, Any]
    checks: Sequence[CheckResult]


@dataclass(frozen=True)
class Web:
    """How resources are found and looked at; no `searcher`: none is offered."""

    searcher: Searcher | None
    checker: Checker


OnText = Callable[[str], None]
Writer = Callable[[Asker, Claimed, ContentContext, Web, OnText], Awaitable[Written]]


def context_of(claimed: Claimed, materials: Materials) -> ContentContext:
    """What the agents of content are told; the seed is the item's own, so a retry shuffles anew."""
    return ContentContext(
        learner=materials.learner,
        framework=materials.tree(),
        concept_id=claimed.concept_id,
        instruction=claimed.payload.get("instruction") or "",
        earlier_stems=materials.earlier_stems,
        seed=int.from_bytes(f"{claimed.concept_id}:{claimed.version}".encode()[-8:], "big"),
    )


async def write_tutorial(
    asker: Asker, claimed: Claimed, context: ContentContext, web: Web, on_text: OnText
) -> Written:
    """A lesson in Markdown; its text streams as the model writes."""
    del claimed, web
    made = await asker.ask(
        tutorial.build(context), lambda text, end: tutorial.parse(context, text, end), on_text
    )
    value: Tutorial = made.value.model_copy(update={"tutorial_id": new_id("tut")})
    return Written(value.tutorial_id, value, value.title, value.summary, {}, made.checks)


async def write_quiz(
    asker: Asker, claimed: Claimed, context: ContentContext, web: Web, on_text: OnText
) -> Written:
    """Questions with keys, explanations and feedback per option."""
    del claimed, web
    made = await asker.ask(quiz.build(context), quiz.Reader(context, new_id("quiz")), on_text)
    value: Quiz = made.value
    stems = [question.question for question in value.questions]
    meta = {"questions": value.total_questions, "stems": stems}
    name = context.concept.name
    return Written(value.quiz_id, value, name, f"{value.total_questions}", meta, made.checks)


async def write_resources(
    asker: Asker, claimed: Claimed, context: ContentContext, web: Web, on_text: OnText
) -> Written:
    """Links that were looked at; without a search provider only searches worth making."""
    del claimed
    searches = await asker.ask(resources.build_queries(context), resources.parse_queries, on_text)
    value = Resources(
        resources_id=new_id("res"),
        concept_id=context.concept_id,
        note=NO_PROVIDER,
        suggestions=searches,
    )
    checks: list[CheckResult] = []
    if web.searcher is not None:
        found = await _searched(asker, web, web.searcher, context, [search.query for search in searches])
        picked = await _picked(asker, context, found, on_text)
        note = None if picked else NOTHING_FOUND
        value = value.model_copy(update={"resources": picked, "note": note})
        words = f"{len(picked)} links were opened and answered."
        checks = [CheckResult(check="links", level="gate", passed=True, message=words)]
    count = len(value.resources)
    name = context.concept.name
    return Written(value.resources_id, value, name, value.note or "", {"count": count}, checks)


async def _searched(
    asker: Asker, web: Web, searcher: Searcher, context: ContentContext, queries: Sequence[str]
) -> list[CheckedHit]:
    """What the provider finds and a look confirms. A provider that is away is tried again later."""
    language = context.learner.language
    try:
        return list(await gather(searcher, web.checker, queries, language=language, want=WANTED_LINKS))
    except SearchFault as fault:
        if fault.code != "search_auth":
            await asker.wait_outside(fault.code, fault.retry_after_s)
        raise


async def _picked(
    asker: Asker, context: ContentContext, found: Sequence[CheckedHit], on_text: OnText
) -> list[Resource]:
    if not resources.offered(found):
        return []
    return await asker.ask(
        resources.build_pick(context, found),
        lambda text, end: resources.parse_pick(context, found, text, end),
        on_text,
    )


WRITERS: Mapping[Kind, Writer] = {
    Kind.TUTORIAL: write_tutorial,
    Kind.RESOURCES: write_resources,
    Kind.QUIZ: write_quiz,
}
