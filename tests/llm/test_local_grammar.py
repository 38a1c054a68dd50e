"""The grammar for local answers, as text; that the model obeys it is shown with the real one."""

import json

from trailwright.domain.prompt import Message, Prompt
from trailwright.llm.complaints import Complaint
from trailwright.llm.local_grammar import grammar_of
from trailwright.llm.manners import body_of, first_manner, next_step

SCHEMA = {"title": "X", "type": "object", "properties": {"名": {"type": "string"}}, "required": ["名"]}


def test_the_schema_stands_in_the_grammar_on_one_line() -> None:
    head, rule = grammar_of(SCHEMA).split("\n")
    assert head == "%llguidance {}"
    schema = json.loads(rule.removeprefix("start: %json "))
    assert schema.pop("x-guidance")["whitespace_flexible"] is False
    assert schema == SCHEMA


def test_the_schema_that_was_given_stays_as_it_was() -> None:
    before = dict(SCHEMA)
    grammar_of(SCHEMA)
    assert before == SCHEMA


def test_items_take_the_names_of_a_closed_list_in_turn() -> None:
    step = {"type": "object", "properties": {"name": {"type": "string", "enum": ["A", "B", "C"]}}}
    steps = {"type": "array", "minItems": 2, "maxItems": 2, "items": step}
    part = {"type": "object", "properties": {"steps": steps}}
    schema = {"type": "object", "properties": {"parts": {"type": "array", "items": part}}}
    rule = grammar_of(schema, "parts.steps.name").split("start: %json ")[1]
    held = json.loads(rule)["properties"]["parts"]["items"]["properties"]["steps"]
    assert [one["properties"]["name"]["enum"] for one in held["prefixItems"]] == [["A"], ["B"]]
    assert held["items"] is False
    assert steps["items"] == step


def test_the_local_model_is_asked_with_a_grammar_and_others_with_a_schema() -> None:
    prompt = Prompt("intent", (Message("user", "x"),), 9, digest="", schema=SCHEMA, schema_name="X")
    local = body_of(prompt, "local", first_manner("local", ""), seed=None)
    assert local["grammar"] == grammar_of(SCHEMA)
    assert "response_format" not in local
    other = body_of(prompt, "m", first_manner("vllm", "http://127.0.0.1:8000/v1"), seed=None)
    assert "grammar" not in other
    assert other["response_format"]["json_schema"]["schema"] == SCHEMA


def test_where_the_grammar_is_refused_the_schema_is_sent() -> None:
    prompt = Prompt("intent", (Message("user", "x"),), 9, digest="", schema=SCHEMA, schema_name="X")
    refused = Complaint(400, text="Failed to parse grammar")
    step = next_step(first_manner("local", ""), refused, prompt, proven=False)
    assert step is not None
    assert "response_format" in body_of(prompt, "local", step.manner, seed=None)
