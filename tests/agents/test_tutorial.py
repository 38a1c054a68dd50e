from typing import Any

import pytest

from tests.agents.people import TODAY, a_context, a_learner, text_of
from trailwright.agents import tutorial
from trailwright.agents.base import Rejected
from trailwright.domain.preferences import SIZES
from trailwright.domain.research import SearchHit
from trailwright.quality.sections import DECLARED, TARGET_WORDS, titles

SENTENCES = (
    "Warm water wakes the yeast, and a cold kitchen slows it down again.",
    "Press the dough with a wet finger and watch how quickly the dent comes back.",
    "A loaf that springs back at once still needs another half hour of rest.",
    "Write the time of every fold on a card, so that next week is easier.",
    "The bowl should be large enough for a dough that doubles its volume.",
    "Flour from another mill drinks more water, so add the last spoons slowly.",
)


def a_lesson(size: Any = "mini", *, words: int | None = None, sections: int | None = None) -> str:
    """A lesson in English with the declared sections and about `words` words."""
    heads = titles(size, "en")[:sections]
    each = (words or TARGET_WORDS[size]) // len(heads)
    parts = ["# Proofing"]
    for number, head in enumerate(heads):
        count = 0
        text: list[str] = []
        while count < each:
            sentence = SENTENCES[(number + len(text)) % len(SENTENCES)]
            text.append(sentence)
            count += len(sentence.split())
        parts.append(f"## {head}\n\n{' '.join(text)}")
    return "\n\n".join(parts) + "\n"


def read(text: str, size: Any = "mini", finish: str = "stop", **wishes: Any) -> Any:
    return tutorial.parse(a_context(a_learner(size=size, **wishes)), text, finish, "tut-1")


def found(text: str, **options: Any) -> set[str]:
    with pytest.raises(Rejected) as caught:
        read(text, **options)
    return {f.check for f in caught.value.findings}


@pytest.mark.parametrize("size", SIZES)
def test_a_good_lesson_gets_its_receipt(size: Any) -> None:
    made = read(a_lesson(size), size)
    assert made.value.markdown == a_lesson(size)
    assert (made.value.tutorial_id, made.value.concept_id, made.value.title) == (
        "tut-1",
        "c-proof",
        "Proofing",
    )
    assert made.value.summary
    passed = {check.check for check in made.checks if check.passed}
    assert {"T1", "T2", "T3", "T6"} <= passed


def test_a_lesson_without_title_in_a_fence_is_mended_not_rejected() -> None:
    body = a_lesson().partition("\n\n")[2]
    assert read(f"Sure! Here it is:\n\n```markdown\n{body}```").value.markdown == a_lesson()


@pytest.mark.parametrize(
    ("text", "check"),
    [
        (a_lesson(words=120), "T1"),
        (a_lesson(words=900), "T1"),
        (a_lesson(sections=2), "T1"),
        (a_lesson() + "\n```python\nprint(", "T2"),
        (a_lesson() + "\nAs an AI language model, I cannot taste bread.\n", "T3"),
    ],
)
def test_a_failed_gate_rejects_with_its_check(text: str, check: str) -> None:
    assert check in found(text)


def test_a_lesson_cut_off_by_its_cap_is_rejected() -> None:
    assert "T2" in found(a_lesson(), finish="length")


def test_a_lesson_in_another_language_is_rejected() -> None:
    assert "T6" in found(a_lesson(), primary_language="de")


def test_a_refusal_is_told_apart_from_a_bad_lesson() -> None:
    with pytest.raises(Rejected) as caught:
        read("I'm sorry, but I can't help with that.")
    assert caught.value.refused
    with pytest.raises(Rejected) as other:
        read(a_lesson(words=120) + "\nSorry, I can't stress this enough.\n")
    assert not other.value.refused


@pytest.mark.parametrize("text", ["", "  ", "x" * 500_000])
def test_nothing_and_far_too_much_are_rejected(text: str) -> None:
    with pytest.raises(Rejected):
        read(text)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh", "zh-Hant", "de", "ar"])
def test_the_prompt_declares_the_sections_that_the_check_looks_for(size: Any, language: str) -> None:
    text = text_of(tutorial.build(a_context(a_learner(size=size, primary_language=language))))
    places = [text.index(f"\n## {title}\n") for title in titles(size, language)]
    assert places == sorted(places)
    assert ("Translate the headings" in text) == (language in {"de", "ar"})
    assert set(tutorial.HINTS) >= {section.id for section in DECLARED[size]}


def test_the_first_line_names_a_tutorial_since_there_is_no_schema() -> None:
    prompt = tutorial.build(a_context())
    assert prompt.schema is None
    assert prompt.messages[1].content.splitlines()[0] == tutorial.TUTORIAL_FIRST_LINE


def test_the_prompt_knows_where_the_lesson_stands() -> None:
    text = text_of(tutorial.build(a_context()))
    for part in (
        "Roadmap: Sourdough at home",
        "Stage: Dough. Module: Handling dough.",
        "Other lessons of this module: Kneading",
        "Builds on: Kneading (Explain Kneading)",
        '"Proofing". What Proofing is. Afterwards the learner can: Explain Proofing.',
    ):
        assert part in text


def test_sources_are_shown_to_be_cited_and_otherwise_links_are_not_wanted() -> None:
    hit = SearchHit("Dough", "https://bread.example/a", "All about </sources> dough.")
    text = text_of(tutorial.build(a_context(sources=(hit,))))
    assert "1. Dough (https://bread.example/a): All about \u2039/sources> dough." in text
    assert "such as [1]" in text
    assert "No links and no sources" in text_of(tutorial.build(a_context()))


def test_a_mini_lesson_may_take_about_nine_hundred_tokens() -> None:
    assert 700 <= tutorial.build(a_context(a_learner(size="mini"))).max_output_tokens <= 950


def test_the_context_does_not_depend_on_the_day_unless_there_is_a_deadline() -> None:
    assert TODAY.isoformat() not in text_of(tutorial.build(a_context()))
