"""Names that say nearly the same are found; concepts that are the same become one."""

import pytest

from tests.quality.samples import a_concept, a_framework, ids, needs
from trailwright.domain.framework import Concept, Framework, Module, Stage
from trailwright.domain.framework_dedupe import merged, near_duplicates, told_apart, without_concepts


def named(*names: str) -> Framework:
    framework = a_framework([[["c0"], [f"c{i}" for i in range(1, len(names))]]])
    first, second = framework.stages[0].modules
    first.concepts = [a_concept("c0", name=names[0])]
    second.concepts = [a_concept(f"c{i}", f"c{i - 1}", name=n) for i, n in enumerate(names[1:], 1)]
    return framework


@pytest.mark.parametrize(
    "pair",
    [
        ("Feeding the starter", "feeding the Starter!"),
        ("Shaping a loaf", "Loaf, shaping a"),
        ("Functions", "Lambda functions"),
        ("天然酵母的喂养", "天然酵母的喂养。"),
        ("abcdefghix", "abcdefghiy"),
    ],
)
def test_near_duplicates_are_found(pair: tuple[str, str]) -> None:
    assert near_duplicates(["Something else", *pair]) == [(1, 2)]


@pytest.mark.parametrize(
    "pair",
    [
        ("Baking bread", "Slicing bread"),
        ("abcdefghxx", "abcdefghyy"),
        ("C++ basics", "C# basics"),
        ("C++", "C"),
        ("Part 1", "Part 2"),
        ("天然酵母", "烘烤面包"),
        ("हिन्दी व्याकरण", "हिन्दी शब्दावली"),
        ("", ""),
    ],
)
def test_names_that_differ_are_left_alone(pair: tuple[str, str]) -> None:
    assert near_duplicates(pair) == []


def test_a_repeated_concept_is_merged_and_what_needed_it_needs_the_first() -> None:
    done = merged(named("Feeding", "Shaping", "Feeding.", "Baking"))
    assert ids(done) == ["c0", "c1", "c3"]
    assert needs(done) == {"c1": ["c0"], "c3": ["c0"]}


def test_names_that_only_contain_each_other_are_not_merged() -> None:
    framework = named("Functions", "Lambda functions")
    assert merged(framework) is framework


def test_merging_stops_at_the_smallest_number() -> None:
    assert ids(merged(named("A", "A", "A"), keep_at_least=2)) == ["c0", "c2"]


def test_taking_out_all_concepts_of_a_module_takes_the_module_too() -> None:
    framework = a_framework([[["a"], ["b"]], [["c"]]], {"b": ["a"], "c": ["a", "b"]})
    done = without_concepts(framework, {"c": None, "a": None})
    assert [s.stage_id for s in done.stages] == ["s1"]
    assert [m.module_id for m in done.stages[0].modules] == ["m2"]
    assert needs(done) == {}


def test_names_alike_are_told_apart_by_a_keyword_of_the_shorter_one() -> None:
    first = Concept(concept_id="a", name="Starter", keywords=["starter", "wild yeast"])
    second = Concept(concept_id="b", name="Why Use a Starter?", keywords=["flavour"])
    module = Module(module_id="m", name="M", concepts=[first, second])
    framework = Framework(roadmap_id="r", title="T", stages=[Stage(stage_id="s", name="S", modules=[module])])
    names = [concept.name for concept in told_apart(framework).concepts()]
    assert names == ["Starter (wild yeast)", "Why Use a Starter?"]
    assert [concept.name for concept in framework.concepts()] == ["Starter", "Why Use a Starter?"]
    assert not near_duplicates(names)


def test_a_name_that_no_keyword_helps_stays_for_the_check_to_name() -> None:
    pair = [Concept(concept_id=i, name=n) for i, n in (("a", "Starter"), ("b", "A starter"))]
    module = Module(module_id="m", name="M", concepts=pair)
    framework = Framework(roadmap_id="r", title="T", stages=[Stage(stage_id="s", name="S", modules=[module])])
    assert told_apart(framework) is framework
