from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.agents.people import a_framework, a_learner, a_plan, all_prompts
from trailwright.agents.editor import build_edit
from trailwright.agents.schemas import (
    ANSWERS,
    Between,
    Items,
    MiniOutlineAnswer,
    OneOf,
    PicksAnswer,
    QuizAnswer,
    Shape,
    answer_schema,
)
from trailwright.domain.preferences import SIZES


def nodes(schema: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield path, schema
    for key, inner in schema.get("properties", {}).items():
        yield from nodes(inner, f"{path}.{key}")
    if "items" in schema:
        yield from nodes(schema["items"], f"{path}[]")


@pytest.mark.parametrize("shape", ANSWERS, ids=lambda s: s.schema_name)
def test_a_schema_is_flat_and_bounded_everywhere(shape: type[Shape]) -> None:
    schema = answer_schema(shape)
    Draft202012Validator.check_schema(schema)
    assert schema["title"] == shape.schema_name
    assert "$defs" not in schema
    for path, node in nodes(schema):
        assert "$ref" not in node, path
        assert "anyOf" not in node, path
        match node["type"]:
            case "object":
                assert node["required"] == list(node["properties"]), path
                assert node["additionalProperties"] is False, path
            case "array":
                assert node["maxItems"] <= 12, path
            case "string":
                assert "enum" in node or node["maxLength"] <= 400, path


def test_every_answer_has_a_name_of_its_own() -> None:
    names = [shape.schema_name for shape in ANSWERS]
    assert len(set(names)) == len(names)
    assert all(name.startswith("Trailwright") for name in names)


def test_a_schema_is_narrowed_for_one_request_only() -> None:
    narrow = answer_schema(MiniOutlineAnswer, {"modules": Items(1, 1), "modules.concepts": Items(2, 2)})
    modules = narrow["properties"]["modules"]
    assert (modules["minItems"], modules["maxItems"]) == (1, 1)
    assert modules["items"]["properties"]["concepts"]["minItems"] == 2
    assert answer_schema(MiniOutlineAnswer)["properties"]["modules"]["maxItems"] == 2
    kinds = answer_schema(QuizAnswer, {"questions.kind": OneOf(("single_choice",))})
    assert kinds["properties"]["questions"]["items"]["properties"]["kind"]["enum"] == ["single_choice"]
    picks = answer_schema(PicksAnswer, {"picks.index": Between(1, 3)})
    assert picks["properties"]["picks"]["items"]["properties"]["index"]["maximum"] == 3


def test_narrowing_what_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        answer_schema(QuizAnswer, {"questions.colour": Items(1, 1)})


@pytest.mark.parametrize("size", SIZES)
def test_sent_schemas_are_valid_and_stay_bounded(size: Any) -> None:
    for name, prompt in all_prompts(a_learner(size=size)).items():
        if prompt.schema is None:
            assert name == "tutorial"
            continue
        Draft202012Validator.check_schema(dict(prompt.schema))
        for path, node in nodes(prompt.schema):
            assert node.get("minItems", 0) <= node.get("maxItems", 0), path


def test_an_edit_may_only_name_what_the_plan_names() -> None:
    plan = a_plan(("update", "c-steam"), ("add", "m-dough"))
    schema = build_edit(a_learner(), a_framework(), plan).schema
    assert schema is not None
    edit = schema["properties"]["edits"]["items"]["properties"]
    assert edit["op"]["enum"] == ["update", "add"]
    assert edit["node"]["enum"][0] == "2.1.2"
    assert all(node.startswith("new") for node in edit["node"]["enum"][1:])
