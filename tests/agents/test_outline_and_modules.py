from typing import Any

import pytest

from tests.agents.people import a_learner, an_intent, an_outline, says, text_of
from trailwright.agents import architect
from trailwright.agents.base import Rejected
from trailwright.agents.drafts import Outline
from trailwright.agents.sizes import EXTENTS


def an_answer(*counts: list[int]) -> dict[str, Any]:
    """One stage per list, one module per number."""
    stages = [
        {
            "name": f"Stage {s}",
            "description": "Go on.",
            "modules": [
                {"name": f"Module {s}.{m}", "description": "Do it.", "concept_count": n}
                for m, n in enumerate(row)
            ],
        }
        for s, row in enumerate(counts)
    ]
    return {"title": "Bread", "stages": stages}


def read(size: Any, answer: object, **wishes: Any) -> Outline:
    return architect.parse_outline(a_learner(size=size, **wishes), an_intent(), says(answer), "stop")


def counts(outline: Outline) -> list[int]:
    return [module.concept_count for _, module in outline.modules()]


def test_an_outline_within_its_size_stays_as_it_is() -> None:
    assert counts(read("short", an_answer([3, 3], [4]))) == [3, 3, 4]


@pytest.mark.parametrize("size", ["short", "full"])
@pytest.mark.parametrize("row", [[1], [7, 7, 7, 7, 7, 7], [1, 1, 1, 1, 1, 1]])
def test_counts_come_within_the_size(size: Any, row: list[int]) -> None:
    extent = EXTENTS[size]
    outline = read(size, an_answer(*[row] * extent.stages.high), available_hours_per_week=40)
    assert extent.total.low <= sum(counts(outline)) <= extent.total.high
    assert all(extent.concepts.low <= n <= extent.concepts.high for n in counts(outline))
    assert all(len(stage.modules) <= extent.modules.high for stage in outline.stages)


def test_few_hours_make_few_concepts_as_far_as_the_size_allows() -> None:
    answer = an_answer(*[[7] * 4] * 4)
    assert sum(counts(read("full", answer, available_hours_per_week=2))) == 24
    assert sum(counts(read("full", answer, available_hours_per_week=1))) == 16


def test_too_few_stages_are_rejected_with_the_rule() -> None:
    with pytest.raises(Rejected) as caught:
        read("full", an_answer([7], [7]))
    assert caught.value.findings[0].check == "R5"


def test_too_many_stages_are_cut() -> None:
    assert len(read("short", an_answer([3], [3], [3], [3])).stages) == 3


CONCEPT = {
    "name": "Kneading",
    "description": "Work it.",
    "objectives": ["Knead"],
    "difficulty": "easy",
    "hours": 1,
    "keywords": [],
    "prerequisites": [],
}


def a_mini(*sizes: int) -> dict[str, Any]:
    modules = [
        {"name": f"M{m}", "description": "d", "concepts": [{**CONCEPT, "name": f"C{m}{c}"} for c in range(n)]}
        for m, n in enumerate(sizes)
    ]
    return {"title": "Bread", "stage_name": "Start", "stage_description": "Go.", "modules": modules}


@pytest.mark.parametrize(("sizes", "kept"), [((3,), [3]), ((1,), [1]), ((3, 3), [3, 1]), ((2, 2), [2, 2])])
def test_a_mini_outline_is_complete_and_has_at_most_four_concepts(
    sizes: tuple[int, ...], kept: list[int]
) -> None:
    outline = read("mini", a_mini(*sizes))
    assert outline.complete
    assert [len(module.concepts) for _, module in outline.modules()] == kept


def test_an_outline_can_be_kept_as_json_and_read_back() -> None:
    outline = read("mini", a_mini(3))
    assert Outline.model_validate_json(outline.model_dump_json()) == outline


def test_a_module_is_asked_for_its_own_number_of_concepts() -> None:
    prompt = architect.build_module(a_learner(), an_intent(), an_outline(), 1)
    assert prompt.schema is not None
    concepts = prompt.schema["properties"]["concepts"]
    assert (concepts["minItems"], concepts["maxItems"]) == (3, 3)
    assert '"Loaves" (Shape and bake.), in stage "Bake"' in text_of(prompt)
    assert "- Module: Loaves. Shape and bake.  <- this module" in text_of(prompt)


def test_a_mini_roadmap_teaches_each_skill_under_its_name() -> None:
    aim = an_intent(required_skills=["make a starter", "bake the loaf"])
    schema = architect.build_outline(a_learner(size="mini"), aim).schema
    assert schema is not None
    concepts = schema["properties"]["modules"]["items"]["properties"]["concepts"]
    assert (concepts["minItems"], concepts["maxItems"]) == (2, 2)
    assert concepts["items"]["properties"]["name"]["enum"] == ["Make a starter", "Bake the loaf"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (["Bake the loaf", "Bake the loaf"], ["Make a starter", "Bake the loaf"]),
        (["Bake the loaf", "Make a starter"], ["Bake the loaf", "Make a starter"]),
        (["Its own name", "Its own name"], ["Its own name", "Its own name"]),
    ],
)
def test_a_skill_chosen_twice_gives_way_to_the_one_of_its_place(said: list[str], kept: list[str]) -> None:
    aim = an_intent(required_skills=["make a starter", "bake the loaf"])
    answer = a_mini(2)
    for concept, name in zip(answer["modules"][0]["concepts"], said, strict=True):
        concept["name"] = name
    outline = architect.parse_outline(a_learner(size="mini"), aim, says(answer), "stop")
    assert [c.name for c in outline.modules()[0][1].concepts] == kept


def test_a_module_gets_no_more_concepts_than_were_asked_for() -> None:
    concepts = [{**CONCEPT, "name": f"C{n}"} for n in range(6)]
    draft = architect.parse_module(an_outline(), 0, says({"concepts": concepts}), "stop")
    assert [c.name for c in draft.concepts] == ["C0", "C1", "C2"]


def test_what_the_intent_found_stands_in_the_prompts_of_the_architect() -> None:
    aim = an_intent(subject="Go, the language", known_skills=["Python"], required_skills=["goroutines"])
    for size in ("mini", "short", "full"):
        text = text_of(architect.build_outline(a_learner(size=size), aim))
        assert "Subject: Go, the language" in text
        assert "1. Goroutines" in text
        assert "the learner knows it: Python" in text
