"""Hours: totals, the pace, fitting a framework into the hours there are, and which week holds what. Pure.

All hours are hours of study; a week has `hours_per_week` of them. R4 counts the required hours, those of
concepts that are not optional; fitting is stricter and counts all.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from trailwright.domain.framework import (
    MAX_HOURS,
    MIN_HOURS,
    Concept,
    Framework,
    LeftOut,
    Module,
)
from trailwright.domain.framework_dedupe import without_concepts
from trailwright.domain.preferences import Size

STEP = 0.25
"""Estimates stand in quarters of an hour once they were scaled."""

LOWEST_SCALE = 0.6
"""Hours are first scaled to no less than this share of the estimate; then concepts are left out."""

MAX_LOAD = 1.1
"""Required hours may reach this share of the hours there are (R4)."""

MAX_WEEK_LOAD = 1.2
"""No week may hold more than this share of a week's hours (R4)."""

MIN_STAGES: Mapping[Size, int] = {"mini": 1, "short": 2, "full": 3}
MIN_CONCEPTS: Mapping[Size, int] = {"mini": 1, "short": 6, "full": 15}

_EASE = 1e-9


@dataclass(frozen=True)
class WeekSpan:
    """The weeks, from 1, in which a concept is begun and finished."""

    first: int
    last: int


def total_hours(framework: Framework) -> float:
    """Sum over all concepts, rounded to hundredths; what is no number counts as nothing."""
    return round(sum(_number(c.estimated_hours) for c in framework.concepts()), 2)


def required_hours(framework: Framework) -> float:
    """Sum over the concepts that are not optional."""
    return round(sum(_number(c.estimated_hours) for c in framework.concepts() if not c.optional), 2)


def with_totals(
    framework: Framework, hours_per_week: float | None = None, weeks_available: float | None = None
) -> Framework:
    """The framework with what is derived made new: `order` from 1, total hours, recommended weeks.

    Weeks are required hours ÷ `hours_per_week`, whole, yet not past `weeks_available` (rounded down to a
    tenth). Without `hours_per_week` the pace stays what it was; a tree without a usable pace keeps its weeks.
    """
    total = total_hours(framework)
    if hours_per_week is None:
        weeks = _weeks_at_old_pace(framework, total)
    else:
        weeks = _weeks(required_hours(framework) or total, hours_per_week, weeks_available)
    stages = [
        s if s.order == n else s.model_copy(update={"order": n}) for n, s in enumerate(framework.stages, 1)
    ]
    return framework.model_copy(
        update={"stages": stages, "total_estimated_hours": total, "recommended_completion_weeks": weeks}
    )


def fit_to_hours(
    framework: Framework,
    hours_per_week: float,
    weeks_available: float | None,
    *,
    size: Size | None = None,
    language: str = "en",
) -> Framework:
    """The framework within `hours_per_week` times `weeks_available` (None: no deadline), totals made new.

    Every concept gets 0.25-8 h. Too much in all: hours are scaled, to no less than 60 % of the estimates;
    then optional concepts and after them the last ones that nothing needs go to `left_out` with the reason
    (in `language`, where it is known), never below the smallest allowed `size`; then hours are scaled
    further. What still does not fit is left for R4 to say.
    """
    framework = _with_hours(framework, lambda c: _clamp(_number(c.estimated_hours, 1.0)))
    if weeks_available is not None:
        budget = hours_per_week * weeks_available
        framework = _scaled(framework, budget, LOWEST_SCALE)
        framework = _leave_out(framework, budget, size, reason(language, budget))
        framework = _scaled(framework, budget, 0.0)
    return with_totals(framework, hours_per_week, weeks_available)


def week_plan(framework: Framework, hours_per_week: float) -> dict[str, WeekSpan]:
    """In which weeks each concept falls when concepts are studied one after the other at this pace."""
    plan: dict[str, WeekSpan] = {}
    done = 0.0
    for concept in framework.concepts():
        end = done + _number(concept.estimated_hours)
        first = math.floor(done / hours_per_week + _EASE) + 1
        last = max(first, math.ceil(end / hours_per_week - _EASE))
        plan[concept.concept_id] = WeekSpan(first, last)
        done = end
    return plan


def heaviest_week(framework: Framework) -> float:
    """Hours of the fullest week when the required hours are spread evenly over the recommended weeks.

    Concepts may be continued in the next week, so all whole weeks are equally full; under one week counts
    as one.
    """
    return required_hours(framework) / max(_number(framework.recommended_completion_weeks), 1.0)


def over_budget(framework: Framework, hours_per_week: float, weeks: float) -> bool:
    """Whether the required hours are more than 110 % of the hours there are (R4)."""
    return required_hours(framework) > MAX_LOAD * hours_per_week * weeks + _EASE


def reason(language: str, budget_hours: float) -> str:
    """Why a concept was left out, in the learner's language, or in English."""
    text = _REASONS.get(language.split("-", maxsplit=1)[0].casefold(), _REASONS["en"])
    return text.format(hours=f"{budget_hours:g}" if budget_hours < _MANY else f"{budget_hours:.0f}")


def _weeks(hours: float, hours_per_week: float, weeks_available: float | None) -> float:
    weeks = float(max(1, math.ceil(hours / hours_per_week - _EASE)))
    if weeks_available is not None and weeks > weeks_available:
        weeks = max(math.floor(weeks_available * 10) / 10, 0.1)
    return weeks


def _weeks_at_old_pace(framework: Framework, total: float) -> float:
    weeks = _number(framework.recommended_completion_weeks)
    before = _number(framework.total_estimated_hours)
    if before <= 0 or weeks <= 0:
        return weeks or 1.0
    return (
        framework.recommended_completion_weeks
        if before == total
        else round(max(weeks * total / before, 0.1), 1)
    )


def _number(value: float, instead: float = 0.0) -> float:
    return value if math.isfinite(value) else instead


def _clamp(hours: float) -> float:
    return min(max(hours, MIN_HOURS), MAX_HOURS)


def _with_hours(framework: Framework, hours: Callable[[Concept], float]) -> Framework:
    def concept(c: Concept) -> Concept:
        new = hours(c)
        return c if new == c.estimated_hours else c.model_copy(update={"estimated_hours": new})

    def module(m: Module) -> Module:
        return m.model_copy(update={"concepts": [concept(c) for c in m.concepts]})

    stages = [s.model_copy(update={"modules": [module(m) for m in s.modules]}) for s in framework.stages]
    return framework.model_copy(update={"stages": stages})


def _scaled(framework: Framework, budget: float, lowest: float) -> Framework:
    """Hours times budget ÷ sum (not under `lowest`), down to quarters; nothing when it fits."""
    hours = total_hours(framework)
    if hours <= MAX_LOAD * budget + _EASE:
        return framework
    scale = max(budget / hours, lowest)
    return _with_hours(
        framework, lambda c: _clamp(math.floor(c.estimated_hours * scale / STEP + _EASE) * STEP)
    )


def _leave_out(framework: Framework, budget: float, size: Size | None, why: str) -> Framework:
    left: list[LeftOut] = []
    while total_hours(framework) > MAX_LOAD * budget + _EASE:
        concept = _expendable(framework, size)
        if concept is None:
            break
        framework = without_concepts(framework, {concept.concept_id: None})
        left.insert(0, LeftOut(name=concept.name, reason=why))
    if not left:
        return framework
    return framework.model_copy(update={"left_out": [*framework.left_out, *left]})


def _expendable(framework: Framework, size: Size | None) -> Concept | None:
    """The concept to leave out next: optional ones first, then from the end; one that nothing needs."""
    concepts = list(framework.concepts())
    if len(concepts) <= (MIN_CONCEPTS[size] if size else 1):
        return None
    needed = {p for c in concepts for p in c.prerequisites}
    few_stages = len(framework.stages) <= (MIN_STAGES[size] if size else 1)
    alone = {
        s.modules[0].concepts[0].concept_id
        for s in framework.stages
        if few_stages and sum(len(m.concepts) for m in s.modules) == 1 and s.modules[0].concepts
    }
    free = [c for c in reversed(concepts) if c.concept_id not in needed | alone]
    return next((c for c in free if c.optional), free[0] if free else None)


_MANY = 100

_REASONS: Mapping[str, str] = {
    "ar": "لا يتسع له الوقت المتاح ({hours} ساعة)",
    "de": "Passt nicht in die verfügbaren {hours} Stunden",
    "en": "It does not fit into the {hours} hours there are",
    "es": "No cabe en las {hours} horas disponibles",
    "fr": "Ne tient pas dans les {hours} heures disponibles",
    "hi": "उपलब्ध {hours} घंटों में नहीं आता",
    "id": "Tidak muat dalam {hours} jam yang tersedia",
    "it": "Non rientra nelle {hours} ore disponibili",
    "ja": "使える{hours}時間に収まらないため",
    "ko": "사용할 수 있는 {hours}시간에 들어가지 않습니다",
    "nl": "Past niet in de beschikbare {hours} uur",
    "pl": "Nie mieści się w dostępnych {hours} godzinach",
    "pt": "Não cabe nas {hours} horas disponíveis",
    "ru": "Не помещается в доступное время (часов: {hours})",  # noqa: RUF001 - Cyrillic
    "tr": "Mevcut {hours} saate sığmıyor",  # noqa: RUF001 - Turkish
    "vi": "Không vừa trong {hours} giờ có sẵn",
    "zh": "可用的 {hours} 小时内安排不下",
}
