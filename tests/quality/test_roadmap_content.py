"""R8-R11 of a framework: skills, objectives, what is known already, language."""

import pytest

from tests.quality.languages import TEXTS
from tests.quality.samples import a_framework
from trailwright.domain.framework import Concept, Framework, Module, Stage
from trailwright.domain.preferences import Preferences, Skill
from trailwright.quality.objectives import check_r9, is_vague
from trailwright.quality.roadmap import check_r8, check_r10, check_r11


def taught(*concepts: Concept) -> Framework:
    module = Module(module_id="m1", name="Module", concepts=list(concepts))
    return Framework(roadmap_id="r", title="T", stages=[Stage(stage_id="s1", name="Stage", modules=[module])])


def named(name: str, description: str = "", **more: object) -> Concept:
    values = {"concept_id": "c1", "name": name, "description": description} | more
    return Concept.model_validate(values)


BREAD = taught(
    named("Feeding the starter", "Keep wild yeast alive with flour and water."),
    named("Shaping a loaf", objectives=["Bake the bread in a hot pot"], keywords=["oven"], concept_id="c2"),
)


@pytest.mark.parametrize(
    "skill",
    [
        "Feed a starter",
        "shaping loaves",
        "Baking bread",
        "Using wild yeast",
        "Shaping",
        "Handling flour and water",
    ],
)
def test_a_required_skill_that_is_taught_passes(skill: str) -> None:
    assert check_r8(BREAD, required_skills=[skill]) == []


@pytest.mark.parametrize("skill", ["Decorating cakes", "Accounting", "Scoring patterns"])
def test_a_required_skill_that_nothing_teaches_is_found(skill: str) -> None:
    (found,) = check_r8(BREAD, required_skills=["Baking bread", skill, " "])
    assert (found.level, f'"{skill}"' in found.message) == ("gate", True)


def test_skills_are_found_in_chinese() -> None:
    framework = taught(named("喂养天然酵种", "用面粉和水让野生酵母保持活力。"))
    assert check_r8(framework, required_skills=["喂养酵种", "天然酵母"]) == []
    assert len(check_r8(framework, required_skills=["装饰蛋糕"])) == 1


@pytest.mark.parametrize(
    "objective",
    [
        "Explain how yeast works",
        "You will be able to bake a loaf",
        "- Calculates hydration",
        "Measuring flour",
    ],
)
def test_objectives_with_an_observable_verb_pass(objective: str) -> None:
    assert not is_vague(objective, "en")


@pytest.mark.parametrize(
    "objective", ["Understand yeast", "Know how to bake", "Yeast", "", "Be familiar with flour"]
)
def test_objectives_without_one_are_vague(objective: str) -> None:
    assert is_vague(objective, "en")


def test_vague_chinese_objectives_are_known_and_other_languages_are_not_judged() -> None:
    assert is_vague("了解酵母的原理", "zh")
    assert is_vague("能够理解酵母", "zh")
    assert not is_vague("说明酵母的原理", "zh")
    assert not is_vague("Hefe verstehen", "de")


@pytest.mark.parametrize(("count", "fine"), [(0, False), (1, True), (4, True), (5, False)])
def test_a_concept_has_one_to_four_objectives(count: int, *, fine: bool) -> None:
    found = check_r9(taught(named("X", objectives=["Explain it"] * count)), language="en")
    assert (found == []) is fine
    assert {f.level for f in found} <= {"score"}


def test_a_vague_objective_is_noted_with_its_words() -> None:
    (found,) = check_r9(taught(named("X", objectives=["Explain it", "Understand yeast"])), language="en")
    assert found.message == '"Understand yeast" begins with nothing one can see a learner do'
    assert check_r9(taught(named("X", objectives=["Understand yeast"])), language=None) == []


def knows(technology: str, proficiency: str) -> Preferences:
    skill = Skill(technology=technology, proficiency=proficiency)
    return Preferences(learning_goal="x", tech_stack=(skill,))


@pytest.mark.parametrize(
    "name", ["Python", "Python basics", "Introduction to Python", "Getting started with Python"]
)
def test_what_the_learner_masters_is_not_taught_again(name: str) -> None:
    (found,) = check_r10(taught(named(name)), preferences=knows("Python", "Expert"))
    assert (found.check, found.level) == ("R10", "gate")
    assert "knows" in found.message


@pytest.mark.parametrize(
    ("concept", "proficiency"),
    [
        (named("Python basics"), "beginner"),
        (named("Asynchronous Python"), "expert"),
        (named("Python basics: a review"), "expert"),
        (named("Python basics", "Refresh what you know."), "expert"),
        (named("Python basics", optional=True), "expert"),
        (named("Python 复习"), "精通"),
    ],
)
def test_what_is_new_or_marked_as_review_passes(concept: Concept, proficiency: str) -> None:
    assert check_r10(taught(concept), preferences=knows("Python", proficiency)) == []


def test_skills_known_by_the_intent_count_too() -> None:
    framework = taught(named("入门 素描"))
    nobody = Preferences(learning_goal="x")
    assert check_r10(framework, preferences=nobody) == []
    assert len(check_r10(framework, preferences=nobody, known_skills=["素描", " "])) == 1


@pytest.mark.parametrize("language", TEXTS)
def test_a_framework_in_the_learners_language_passes(language: str) -> None:
    assert check_r11(taught(named("X", TEXTS[language])), language=language) == []


def test_a_module_in_another_language_is_found_and_named() -> None:
    framework = a_framework([[["a"], ["b"]]])
    for module, language in zip(framework.stages[0].modules, ("de", "en"), strict=True):
        module.concepts[0].description = f"{TEXTS[language]} {TEXTS[language]}"
    (found,) = check_r11(framework, language="de")
    assert found.where == '1.2 "Module 2"'
    assert found.message == "it is not written in German; it looks like English; write it in German"


def test_short_names_are_judged_together() -> None:
    framework = a_framework([[["a"], ["b"]]])
    assert len(check_r11(framework, language="zh")) == 1
    assert check_r11(framework, language="zh")[0].where == "roadmap"


def test_technical_names_do_no_harm() -> None:
    concepts = [
        named("NumPy 与 pandas", "读取 CSV 文件并用 DataFrame 分析数据", keywords=["NumPy", "pandas", "CSV"])
    ]
    assert check_r11(taught(*concepts), language="zh") == []
