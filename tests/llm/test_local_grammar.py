"""The grammar for local answers, as text; that the model obeys it is shown with the real one."""

import json

from trailwright.llm.local_grammar import grammar_of

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
