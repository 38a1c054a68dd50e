"""What a roadmap will take, told before it is ordered."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, cast

from fastapi import APIRouter, Request
from pydantic import BeforeValidator

from trailwright.domain.preferences import Preferences, Size
from trailwright.domain.prompt import AgentName
from trailwright.domain.workflow import CONTENT_KINDS, KINDS, Kind
from trailwright.kit.api import Db, Me, Route, reading
from trailwright.kit.db import Snapshot
from trailwright.kit.schemas import Answered, Sent, without_nulls
from trailwright.llm.endpoints import endpoint_of
from trailwright.llm.prices import MILLION, price_of
from trailwright.payers import queries as payers
from trailwright.payers.own_settings import with_own_model
from trailwright.roadmaps import queries as roadmaps
from trailwright.settings import Settings
from trailwright.tasks.quotes import Rates, quote
from trailwright.tasks.schemas import Id

router = APIRouter(route_class=Route, tags=["tasks"])

_QUOTED = (Kind.INTENT, Kind.OUTLINE, Kind.MODULE, Kind.VALIDATION, *CONTENT_KINDS)


class QuoteOrder(Sent):
    """An order as for `/tasks/generate`, or a roadmap whose framework is there: then for its content."""

    preferences: Annotated[Preferences, BeforeValidator(without_nulls)] | None = None
    size: Size = "full"
    roadmap_id: Id | None = None


class QuoteAnswer(Answered):
    """Model calls, tokens, US dollars and minutes; `measured`: by this installation's own calls."""

    calls: int
    tokens: int
    input_tokens: int
    output_tokens: int
    cost_usd: float
    minutes: float
    measured: bool


@router.post("/tasks/quote", response_model=QuoteAnswer)
@reading
async def read_quote(request: Request, me: Me, db: Db, order: QuoteOrder) -> dict[str, Any]:
    """What an order would take, by the model that the caller's tasks go to; nothing is started."""
    settings = cast("Settings", request.app.state.settings)
    async with db.reading() as reader:
        concepts = await _concepts(reader, me.user_id, order.roadmap_id) if order.roadmap_id else None
        own = await payers.of(reader, me.user_id)
        if own is not None:
            settings = with_own_model(settings, own.model, own.base_url, "")  # nothing is asked: no key
        told = await quote(
            reader, rates(settings), size=order.size, concepts=concepts, is_own_model=own is not None
        )
    return {**asdict(told), "tokens": told.input_tokens + told.output_tokens}


async def _concepts(reader: Snapshot, user_id: str, roadmap_id: str) -> int | None:
    tree = (await roadmaps.framework(reader, user_id, roadmap_id))["framework"]
    return sum(1 for _ in tree.concepts()) if tree is not None else None


def rates(settings: Settings) -> Mapping[Kind, Rates]:
    """Prices of each kind's own model, and how many of its calls may run at once."""
    return {kind: _rates(settings, KINDS[kind].agent or "tutorial") for kind in _QUOTED}


def _rates(settings: Settings, agent: AgentName) -> Rates:
    endpoint = endpoint_of(settings.llm, agent)
    price = price_of(endpoint.provider, endpoint.model)
    return Rates(
        per_input=price.input[0][1] / MILLION,
        per_output=price.output[0][1] / MILLION,
        at_once=settings.max_concurrency,
    )
