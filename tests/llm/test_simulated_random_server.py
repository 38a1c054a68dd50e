"""The server that knows nothing but schemas: valid by them, other manners, and enough for the main job."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import jsonschema
import pytest

from tests.support.random_server import an_answer
from tests.support.simulated import a_random_process
from tests.support.simulated_walk import Walk, a_learner, a_request
from trailwright.agents import intent
from trailwright.agents.base import Rejected
from trailwright.agents.contexts import ContentContext
from trailwright.agents.schemas import ANSWERS, Shape, answer_schema
from trailwright.domain.preferences import Size
from trailwright.quality.roadmap import roadmap_findings


class Stranger:
    """The random model without HTTP."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def answer(self, request: dict[str, Any], /) -> str:
        return an_answer(request, self._seed)


def refusal(make: Callable[[ContentContext], object], ctx: ContentContext) -> Rejected | None:
    """Why the agent would ask again, if it would."""
    try:
        make(ctx)
    except Rejected as rejected:
        return rejected
    return None


@pytest.mark.parametrize("shape", ANSWERS, ids=lambda shape: shape.schema_name)
def test_answers_are_valid_by_the_schema(shape: type[Shape]) -> None:
    schema = answer_schema(shape)
    sent = {"type": "json_schema", "json_schema": {"name": "any", "schema": schema}}
    for seed in range(20):
        by_format = an_answer({"messages": [], "response_format": sent}, seed)
        in_words = {"role": "system", "content": f"Obey this {{schema}}: {json.dumps(schema)} and be brief."}
        for said in (by_format, an_answer({"messages": [in_words]}, seed)):
            jsonschema.validate(json.loads(said), schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}, "$defs": {"A": {"enum": [1, "b"]}}},
        {"type": "object", "properties": {"a": {"anyOf": [{"type": "null"}, {"type": "boolean"}]}}},
        {"type": "object", "properties": {"a": {"type": ["integer", "null"], "minimum": 3, "maximum": 4}}},
        {"type": "object", "properties": {"a": {"const": "x"}, "b": {"type": "string", "minLength": 200}}},
        {"type": "object", "properties": {"a": {"type": "number", "exclusiveMinimum": 0, "maximum": 2}}},
    ],
)
def test_other_schemas_are_understood_too(schema: dict[str, Any]) -> None:
    sent = {"json_schema": {"schema": schema | {"required": list(schema["properties"])}}}
    for seed in range(20):
        jsonschema.validate(json.loads(an_answer({"messages": [], "response_format": sent}, seed)), schema)


def test_anything_else_gets_plain_words_of_the_request_and_seed() -> None:
    request = {"messages": [{"role": "user", "content": "A {poem}, please."}]}
    said = [an_answer(request, seed) for seed in (1, 1, 2)]
    assert said[0] == said[1] != said[2]
    assert said[0].endswith(".")


@pytest.mark.parametrize("size", ["mini", "short", "full"])
def test_agents_make_a_framework_of_random_answers(size: Size) -> None:
    for seed in range(5):
        walk = Walk(a_learner(size), Stranger(seed))
        meant, made = walk.framework()
        found = roadmap_findings(
            made,
            preferences=walk.learner.preferences,
            size=size,
            today=walk.learner.today,
            required_skills=meant.required_skills,
        )
        assert not {finding.check for finding in found} & {"R1", "R2", "R3", "R4"}


def test_content_of_random_answers_passes_or_is_rejected_by_a_gate() -> None:
    walk = Walk(a_learner("short"), Stranger(0))
    _, made = walk.framework()
    for concept in made.concepts():
        ctx = walk.context(made, concept.concept_id)
        assert walk.suggestions(ctx)
        rejected = [outcome for make in (walk.quiz, walk.tutorial) if (outcome := refusal(make, ctx))]
        assert all(outcome.findings and not outcome.refused for outcome in rejected)


async def test_it_runs_as_a_program_and_streams_in_its_own_manner() -> None:
    request = a_request(intent.build(a_learner())) | {"model": "any"}
    async with a_random_process(seed=7) as url, httpx.AsyncClient(base_url=url, trust_env=False) as client:
        models = (await client.get("/v1/models")).json()
        whole = (await client.post("/v1/chat/completions", json=request)).json()
        stream = (await client.post("/v1/chat/completions", json=request | {"stream": True})).text
    assert models["data"][0]["id"] == "random"
    text = whole["choices"][0]["message"]["content"]
    assert text == an_answer(request, 7)
    lines = [line.removeprefix("data: ") for line in stream.splitlines() if line.startswith("data: ")]
    chunks = [json.loads(line)["choices"][0]["delta"] for line in lines[:-1]]
    assert "".join(chunk.get("content", "") for chunk in chunks) == text
    assert lines[-1] == "[DONE]"
    assert "usage" not in stream
