"""Whom the simulated model recognises, what it asks, and what it does with feedback."""

import datetime as dt
import json
from typing import get_args

import pytest

from tests.support.simulated_walk import Walk, a_request, a_walk, dumped
from trailwright.agents import editor, intent, resources, tutorial, validator
from trailwright.agents.schemas import ANSWERS, Shape, answer_schema
from trailwright.domain.findings import Finding
from trailwright.domain.framework import Concept, Framework
from trailwright.domain.prompt import Prompt
from trailwright.domain.research import CheckedHit, LinkState, SearchHit
from trailwright.llm.manners import Manner, Mode, body_of
from trailwright.llm.simulated.asked import AGENT_OF, TUTORIAL, read_request

MODES: tuple[Mode, ...] = tuple(mode for mode in get_args(Mode) if mode != "grammar")
"""Every way in which a server of this kind is asked; a grammar is for the local model alone."""


def a_framework(language: str = "en") -> tuple[Walk, Framework]:
    walk = a_walk("short", language)
    return walk, walk.framework()[1]


def changed(before: Framework, after: Framework) -> list[Concept]:
    old = dumped(before)
    assert dumped(after).keys() == old.keys()
    return [concept for concept in after.concepts() if concept.model_dump() != old[concept.concept_id]]


def test_every_shape_of_the_product_is_known() -> None:
    assert {shape.schema_name for shape in ANSWERS} == AGENT_OF.keys()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shape", ANSWERS, ids=lambda shape: shape.schema_name)
def test_a_shape_is_known_by_its_schema_wherever_it_stands(shape: type[Shape], mode: Mode) -> None:
    walk = a_walk()
    asked = intent.build(walk.learner)
    prompt = Prompt(
        agent="intent",
        messages=asked.messages,
        max_output_tokens=10,
        digest="",
        schema=answer_schema(shape),
        schema_name=shape.schema_name,
    )
    known = read_request(body_of(prompt, "simulated", Manner(mode=mode), seed=1))
    assert known.shape == shape.schema_name
    assert known.agent == AGENT_OF[shape.schema_name]
    assert known.schema["properties"].keys() == answer_schema(shape)["properties"].keys()
    assert known.wants_format == (mode != "plain")


def test_a_tutorial_is_known_by_its_first_line() -> None:
    walk, made = a_framework()
    prompt = tutorial.build(walk.context(made, next(made.concepts()).concept_id))
    known = read_request(a_request(prompt))
    assert (known.shape, known.agent, known.wants_format) == (TUTORIAL, "tutorial", False)


def test_a_schema_in_the_learner_s_words_fools_nobody() -> None:
    walk = a_walk(goal='Answer {"title": "TrailwrightQuiz", "properties": {}}')
    assert walk.intent().required_skills


@pytest.mark.parametrize("mode", MODES)
def test_answers_obey_the_schema_in_every_mode(mode: Mode) -> None:
    walk = a_walk("full")
    prompt = intent.build(walk.learner)
    said = json.loads(walk.model.answer(body_of(prompt, "simulated", Manner(mode=mode), seed=None)))
    assert len(said["required_skills"]) == 4
    assert said["questions"] == []


@pytest.mark.parametrize("goal", ["Go", "java", "Python"])
def test_an_ambiguous_goal_is_asked_about_once(goal: str) -> None:
    question = a_walk(goal=goal).intent().questions
    assert len(question) == 1
    assert len(question[0].options) == 2
    asked = a_walk(goal=goal)
    answered = type(asked.learner)(
        asked.learner.preferences,
        "",
        "mini",
        asked.learner.today,
        {question[0].question: question[0].options[0]},
    )
    meant = Walk(answered, asked.model).intent()
    assert meant.questions == []
    assert meant.subject == f"{goal} (The programming language)"


@pytest.mark.parametrize("goal", ["Go for a walk", "Learn Python", "Sourdough"])
def test_a_clear_goal_is_not_asked_about(goal: str) -> None:
    assert a_walk(goal=goal).intent().questions == []


def test_what_the_learner_knows_is_no_keyword() -> None:
    stack = [{"technology": "Terraform", "proficiency": "expert"}]
    walk = a_walk("short", goal="Terraform on AWS", tech_stack=stack)
    meant, made = walk.framework()
    assert meant.known_skills == ["Terraform"]
    assert not any("Terraform" in concept.name for concept in made.concepts())


def test_the_validator_finds_nothing() -> None:
    walk, made = a_framework()
    meant = walk.intent()
    prompt = validator.build(walk.learner, meant, made, [])
    assert validator.parse(made, walk.says(prompt), "stop") == []


@pytest.mark.parametrize("language", ["en", "zh", "de", "ar"])
def test_feedback_changes_the_concept_it_names_and_nothing_else(language: str) -> None:
    walk, made = a_framework(language)
    target = list(made.concepts())[3]
    revised = walk.revised(made, f"{target.name}: 2 h")
    only = changed(made, revised)
    assert [concept.concept_id for concept in only] == [target.concept_id]
    assert only[0].name != target.name
    assert only[0].name.startswith(target.name.partition(" (")[0])
    assert "2 h" in only[0].description


def test_feedback_that_names_several_changes_them_all() -> None:
    walk, made = a_framework()
    targets = [list(made.concepts())[i] for i in (1, 4)]
    revised = walk.revised(made, f"Shorten {targets[0].name} and also {targets[1].name}.")
    assert [c.concept_id for c in changed(made, revised)] == [c.concept_id for c in targets]


def test_feedback_that_names_a_module_changes_the_module_alone() -> None:
    walk, made = a_framework()
    module = made.stages[0].modules[1]
    revised = walk.revised(made, f"{module.name} should come later")
    assert changed(made, revised) == []
    assert revised.stages[0].modules[1].name == f"{module.name} (revised)"


def test_feedback_that_names_nothing_changes_the_first_concept() -> None:
    walk, made = a_framework()
    revised = walk.revised(made, "More videos, please!")
    assert changed(made, revised) == [next(revised.concepts())]


@pytest.mark.parametrize(
    "wish",
    ["Rename “{0}” to “Starter care”.", 'Call "{0}" "Starter care"', "Please rename {0} to Starter care."],
)
def test_a_new_name_is_taken(wish: str) -> None:
    walk, made = a_framework()
    target = list(made.concepts())[2]
    revised = walk.revised(made, wish.format(target.name))
    assert [concept.name for concept in changed(made, revised)] == ["Starter care"]


def test_a_second_revision_changes_the_text_again() -> None:
    walk, made = a_framework()
    once = walk.revised(made, "Shorter please")
    twice = walk.revised(once, "Longer please")
    assert changed(once, twice) == [next(twice.concepts())]
    assert next(twice.concepts()).name.count("(revised)") == 1


def test_a_concept_s_number_names_it_and_hours_do_not() -> None:
    walk, made = a_framework()
    target = list(made.concepts())[1]
    revised = walk.revised(made, "Make 1.1.2 take 1.2 hours.")
    assert [concept.concept_id for concept in changed(made, revised)] == [target.concept_id]
    assert [m.name for s in revised.stages for m in s.modules] == [
        m.name for s in made.stages for m in s.modules
    ]


def test_findings_are_mended_where_they_point() -> None:
    walk, made = a_framework()
    where = f"1.1.2 {list(made.concepts())[1].name}"
    found = Finding(check="R6", level="gate", where=where, message="its name says nearly the same")
    prompt = editor.build_plan(walk.learner, made, [found], None)
    plan = editor.parse_plan(made, walk.says(prompt), "stop")
    assert plan.touched == {list(made.concepts())[1].concept_id}


def test_picks_are_results_that_there_are() -> None:
    found = SearchHit("Feeding a starter", "https://example.org/starter", "How often to feed it.")
    moment = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    a_hit = CheckedHit(found, LinkState("alive", found.url, found.title, "en", "text/html", moment))
    walk, made = a_framework()
    ctx = walk.context(made, next(made.concepts()).concept_id)
    picked = resources.parse_pick(ctx, [a_hit], walk.says(resources.build_pick(ctx, [a_hit])), "stop")
    assert [resource.url for resource in picked] == [a_hit.link.final_url]
    assert "simulated" in picked[0].description
