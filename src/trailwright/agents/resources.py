"""Resources: what to search for, and which of the checked hits to offer. Pure.

A model never gives an address: offered links come from a search and have been fetched before.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from trailwright.agents.base import Rejected, numbered, prompt_file
from trailwright.agents.contexts import ContentContext
from trailwright.agents.learner import data, language_of, learner_block
from trailwright.agents.place import concept_line, place_of, request_of
from trailwright.agents.reading import read_answer, shorten
from trailwright.agents.schemas import Between, Items, Pick, PicksAnswer, SuggestionsAnswer, answer_schema
from trailwright.agents.sizes import tokens
from trailwright.domain.content import Resource, Suggestion
from trailwright.domain.preferences import ContentPreference
from trailwright.domain.prompt import Prompt
from trailwright.domain.research import CheckedHit
from trailwright.quality.words import fold

LIKES: Mapping[ContentPreference, str] = {
    "visual": "visual: videos and illustrated articles",
    "text": "text: articles, books and documentation",
    "audio": "audio: talks, podcasts and videos that can be listened to",
    "hands_on": "hands_on: exercises, projects and tools",
}
MAX_PICKS = 6
MAX_SHOWN = 20
MAX_TITLE = 200
MAX_SNIPPET = 300
_QUERY_WORDS = 38
_PICK_WORDS = 55
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|dev|edu)\b(?:/\S*)?", re.IGNORECASE
)


def build_queries(ctx: ContentContext) -> Prompt:
    """Asks for searches: made by the program where there is a provider, else offered as suggestions."""
    low, high = (2, 3) if ctx.learner.size == "mini" else (3, 5)
    file = prompt_file("searches")
    return Prompt(
        agent="resources",
        messages=file.messages(language_of(ctx.learner), **_about(ctx), count=f"{low} to {high}"),
        max_output_tokens=tokens(_QUERY_WORDS * high + 20, ctx.learner.language),
        digest=file.digest,
        schema=answer_schema(SuggestionsAnswer, {"suggestions": Items(low, high)}),
        schema_name=SuggestionsAnswer.schema_name,
        temperature=0.3,
    )


def parse_queries(text: str, finish: str) -> list[Suggestion]:
    """Different searches, without addresses; raises `Rejected` when there is none."""
    schema = answer_schema(SuggestionsAnswer)
    answer = read_answer(SuggestionsAnswer, schema, text, finish, salvage="suggestions")
    found: dict[str, Suggestion] = {}
    for suggestion in answer.suggestions:
        query = _without_addresses(suggestion.query)
        if fold(query):
            why = _without_addresses(suggestion.why)
            found.setdefault(fold(query), Suggestion(query=query, type=suggestion.type, why=why))
    if not found:
        message = "no search is left without its addresses; write words to search for"
        raise Rejected.because(message, check="T9", where="suggestions")
    return list(found.values())


def build_pick(ctx: ContentContext, hits: Sequence[CheckedHit]) -> Prompt:
    """Asks which of the hits to offer; dead ones are not shown, and there must be one that is not."""
    shown = offered(hits)
    most = min(MAX_PICKS, len(shown))
    file = prompt_file("picks")
    return Prompt(
        agent="resources",
        messages=file.messages(
            language_of(ctx.learner),
            **_about(ctx),
            results=data(numbered([_result(hit) for hit in shown])),
            most=str(most),
        ),
        max_output_tokens=tokens(_PICK_WORDS * most + 20, ctx.learner.language),
        digest=file.digest,
        schema=answer_schema(PicksAnswer, {"picks": Items(1, most), "picks.index": Between(1, len(shown))}),
        schema_name=PicksAnswer.schema_name,
        temperature=0.1,
    )


def parse_pick(ctx: ContentContext, hits: Sequence[CheckedHit], text: str, finish: str) -> list[Resource]:
    """The chosen hits, best first, each once; numbers that no hit has are dropped.

    `hits` are those given to `build_pick`. Raises `Rejected` when the answer cannot be read.
    """
    answer = read_answer(PicksAnswer, answer_schema(PicksAnswer), text, finish, required=("picks",))
    shown = offered(hits)
    picked: dict[str, Resource] = {}
    for pick in answer.picks:
        if 1 <= pick.index <= len(shown):
            resource = _resource(ctx, shown[pick.index - 1], pick)
            picked.setdefault(resource.url, resource)
    return sorted(picked.values(), key=lambda r: -r.relevance_score)


def offered(hits: Sequence[CheckedHit]) -> list[CheckedHit]:
    """The hits that may be offered: not dead, each address once, at most 20; as they are numbered."""
    alive = (hit for hit in hits if hit.link.status != "dead")
    return list({hit.link.final_url: hit for hit in reversed(list(alive))}.values())[::-1][:MAX_SHOWN]


def _resource(ctx: ContentContext, hit: CheckedHit, pick: Pick) -> Resource:
    title = shorten((hit.link.title or hit.hit.title or hit.link.final_url).strip(), MAX_TITLE)
    return Resource(
        title=title,
        url=hit.link.final_url,
        type=pick.type,
        description=_without_addresses(pick.description),
        language=hit.link.language_hint or hit.hit.language or ctx.learner.language,
        relevance_score=pick.relevance / 100,
        status="alive" if hit.link.status == "alive" else "unknown",
        checked_at=_rfc3339(hit.link.checked_at),
    )


def _without_addresses(text: str) -> str:
    """Addresses a model wrote are never offered: nobody has looked at them."""
    return " ".join(_ADDRESS.sub("", text).split())


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _result(hit: CheckedHit) -> str:
    kind = f" [{hit.hit.type_hint}]" if hit.hit.type_hint else ""
    title = shorten(hit.link.title or hit.hit.title, MAX_TITLE)
    return f"{title}{kind} ({hit.link.final_url}): {shorten(hit.hit.snippet, MAX_SNIPPET)}".replace("\n", " ")


def _about(ctx: ContentContext) -> dict[str, str]:
    likes = ctx.learner.preferences.content_preference
    return {
        "learner": learner_block(ctx.learner),
        "place": place_of(ctx),
        "request": request_of(ctx),
        "concept": concept_line(ctx.concept),
        "likes": ("The learner likes " + "; ".join(LIKES[like] for like in likes) + ".") if likes else "",
    }
