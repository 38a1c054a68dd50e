"""Learners, roadmaps and answers that the tests of agents speak of."""

import json
import random
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from trailwright.agents import architect, editor, intent, quiz, resources, tutorial, validator
from trailwright.agents.contexts import ContentContext, Learner
from trailwright.agents.drafts import Outline, OutlineModule, OutlineStage
from trailwright.agents.intent import Intent
from trailwright.agents.plans import Change, EditPlan
from trailwright.domain.framework import Concept, Framework, Module, Stage
from trailwright.domain.preferences import Preferences, Size
from trailwright.domain.prompt import Prompt
from trailwright.domain.research import CheckedHit, LinkState, SearchHit

TODAY = date(2026, 11, 21)


def a_learner(
    *,
    size: Size = "short",
    context: str = "",
    answers: Mapping[str, str] | None = None,
    **wishes: Any,
) -> Learner:
    preferences = Preferences(**{"learning_goal": "Bake sourdough bread at home", **wishes})
    return Learner(preferences, context, size, TODAY, answers or {})


def an_intent(**changes: Any) -> Intent:
    facts: dict[str, Any] = {
        "title": "Sourdough at home",
        "subject": "Baking sourdough bread at home",
        "summary": "The learner bakes a good loaf every week.",
        "required_skills": ["starter care", "dough handling", "baking"],
        "known_skills": ["weighing"],
        "recommended_weeks": 6,
        "questions": [],
    }
    return Intent.model_validate({**facts, **changes})


def a_concept(ident: str, name: str, *needs: str, **changes: Any) -> Concept:
    facts: dict[str, Any] = {
        "concept_id": ident,
        "name": name,
        "description": f"What {name} is.",
        "estimated_hours": 1.5,
        "prerequisites": list(needs),
        "keywords": [name.lower()],
        "objectives": [f"Explain {name}"],
    }
    return Concept(**{**facts, **changes})


def a_framework() -> Framework:
    """Two stages, three modules, five concepts, in order and tied together."""
    feeding, kneading = a_concept("c-feed", "Feeding a starter"), a_concept("c-knead", "Kneading", "c-feed")
    proofing = a_concept("c-proof", "Proofing", "c-knead")
    scoring, steam = a_concept("c-score", "Scoring", "c-proof"), a_concept("c-steam", "Steam", "c-score")
    first = Stage(
        stage_id="s-1",
        name="Dough",
        order=1,
        modules=[
            Module(module_id="m-start", name="Starter", concepts=[feeding]),
            Module(module_id="m-dough", name="Handling dough", concepts=[kneading, proofing]),
        ],
    )
    oven = Module(module_id="m-oven", name="In the oven", concepts=[scoring, steam])
    return Framework(
        roadmap_id="bread-12345678",
        title="Sourdough at home",
        stages=[first, Stage(stage_id="s-2", name="Oven", order=2, modules=[oven])],
        total_estimated_hours=7.5,
        recommended_completion_weeks=2,
    )


def an_outline() -> Outline:
    module = OutlineModule(name="Starter", description="Keep a starter alive.", concept_count=3)
    other = OutlineModule(name="Loaves", description="Shape and bake.", concept_count=3)
    stages = [OutlineStage(name="Begin", modules=[module]), OutlineStage(name="Bake", modules=[other])]
    return Outline(title="Sourdough", stages=stages)


def a_context(learner: Learner | None = None, *, concept: str = "c-proof", **changes: Any) -> ContentContext:
    return ContentContext(learner or a_learner(), a_framework(), concept, **changes)


def a_hit(number: int = 1, **link: Any) -> CheckedHit:
    url = f"https://bread.example/{number}"
    facts: dict[str, Any] = {
        "status": "alive",
        "final_url": url,
        "title": f"Page {number}",
        "language_hint": "en",
        "content_type": "text/html",
        "checked_at": datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
    }
    return CheckedHit(SearchHit(f"Hit {number}", url, "About bread."), LinkState(**{**facts, **link}))


def a_plan(*changes: tuple[str, str]) -> EditPlan:
    made = [Change.model_validate({"action": a, "node_id": n, "instruction": "do it"}) for a, n in changes]
    return EditPlan(summary="Edit.", changes=made)


def mint() -> Callable[[str], str]:
    """Fresh ids: `c-1`, `m-2` …"""
    numbers = count(1)
    return lambda prefix: f"{prefix}-{next(numbers)}"


def all_prompts(learner: Learner, *, instruction: str = "") -> dict[str, Prompt]:
    """One prompt of every kind that this learner's task can send."""
    aim, tree = an_intent(), a_framework()
    ctx = a_context(learner, instruction=instruction)
    outline = an_outline()
    return {
        "intent": intent.build(learner),
        "outline": architect.build_outline(learner, aim),
        "module": architect.build_module(learner, aim, outline, 0),
        "validator": validator.build(learner, aim, tree, []),
        "edit_plan": editor.build_plan(learner, tree, [], "more about steam"),
        "edit": editor.build_edit(learner, tree, a_plan(("update", "c-steam"))),
        "tutorial": tutorial.build(ctx),
        "quiz": quiz.build(ctx),
        "searches": resources.build_queries(ctx),
        "picks": resources.build_pick(ctx, [a_hit()]),
    }


def text_of(prompt: Prompt) -> str:
    return "\n".join(message.content for message in prompt.messages)


def says(value: object) -> str:
    """A model's answer."""
    return json.dumps(value, ensure_ascii=False)


def random_answer(schema: Mapping[str, Any], rng: random.Random) -> Any:
    """Any value that obeys the schema: what a server says that knows nothing else of a request."""
    if "enum" in schema:
        return rng.choice(schema["enum"])
    match schema["type"]:
        case "object":
            return {key: random_answer(inner, rng) for key, inner in schema["properties"].items()}
        case "array":
            least = schema.get("minItems", 0)
            size = rng.randint(least, schema.get("maxItems", least + 3))
            return [random_answer(schema["items"], rng) for _ in range(size)]
        case "integer":
            return rng.randint(int(schema.get("minimum", -5)), int(schema.get("maximum", 50)))
        case "number":
            return rng.uniform(schema.get("minimum", 0), schema.get("maximum", 10))
    size = rng.randint(schema.get("minLength", 0), schema.get("maxLength", 40))
    return "".join(rng.choice("abcdefghij klmnop {}<>\"'\\é字🙂") for _ in range(size))
