"""What the simulated model can say, language by language: complete, within bounds, and told apart."""

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, get_type_hints

import pytest
from rapidfuzz import fuzz

from trailwright.agents.schemas import WrongOption, answer_schema
from trailwright.llm.simulated.brief import keyword_chars
from trailwright.llm.simulated.phrases import NEAREST, Phrases, languages, phrases
from trailwright.quality.language import language_problem
from trailwright.quality.words import count_words, tokens

ENGLISH: Mapping[str, Any] = phrases("en")
SLOT = re.compile(r"\{(\w)\}")
SAME_NAME = 90
OPTION_CHARS = answer_schema(WrongOption)["properties"]["text"]["maxLength"]
KEYWORDS = {"zh": "甲乙丙丁戊己", "ja": "甲乙丙丁戊己", "ko": "가나다라마바"}
EVERY = pytest.mark.parametrize("language", languages())


def texts(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each text with its place."""
    for name, value in said.items():
        parts = value.values() if isinstance(value, dict) else [value] if isinstance(value, str) else value
        yield from ((f"{name} {index}", text) for index, text in enumerate(parts))


@EVERY
def test_every_language_says_as_much_as_english(language: str) -> None:
    said: Mapping[str, Any] = phrases(language)
    assert said.keys() == get_type_hints(Phrases).keys()
    for name, value in ENGLISH.items():
        assert type(said[name]) is type(value)
        if not isinstance(value, str):
            assert len(said[name]) == len(value), name
    assert said["headings"].keys() == ENGLISH["headings"].keys()
    assert all(text == text.strip() and text for _, text in texts(said))


@EVERY
def test_slots_are_those_of_english(language: str) -> None:
    allowed: dict[str, set[str]] = {place.partition(" ")[0]: set() for place, _ in texts(ENGLISH)}
    for place, text in texts(ENGLISH):
        allowed[place.partition(" ")[0]] |= set(SLOT.findall(text))
    english = dict(texts(ENGLISH))
    for place, text in texts(phrases(language)):
        assert set(SLOT.findall(text)) <= allowed[place.partition(" ")[0]], place
        assert "{" not in SLOT.sub("", text)
        if place.partition(" ")[0] not in {"sentences", "reader", "concept_text"}:
            assert set(SLOT.findall(text)) == set(SLOT.findall(english[place])), place


@EVERY
def test_what_stands_in_a_list_is_said_once(language: str) -> None:
    for name, value in phrases(language).items():
        if isinstance(value, list):
            assert len(set(value)) == len(value), name


@EVERY
def test_names_are_told_apart(language: str) -> None:
    said = phrases(language)
    names = [f"{thing}: {angle}" for thing in said["objects"] for angle in said["angles"]]
    keyword = KEYWORDS.get(language, "abcdefghijkl")[: keyword_chars(said)]
    shown = [f"{name} ({keyword})" for name in names]
    for group in (shown, said["objects"], said["stages"]):
        near = [
            (a, b)
            for a, b in combinations(group, 2)
            if fuzz.token_set_ratio(tokens(a), tokens(b)) >= SAME_NAME
        ]
        assert near == []


@EVERY
def test_options_fit_and_no_key_gives_itself_away(language: str) -> None:
    said = phrases(language)
    assert max(map(len, said["good"] + said["bad"])) <= OPTION_CHARS
    assert max(map(len, said["because"])) <= 160
    longest = max(map(len, said["bad"]))
    assert all(3 * len(key) <= 4 * longest for key in said["good"])
    assert all(count_words(text.format(k="")) >= 12 for text in said["explain"])


@EVERY
def test_each_language_is_known_as_itself(language: str) -> None:
    said = phrases(language)
    for part in (
        "sentences",
        "good",
        "bad",
        "because",
        "explain",
        "who",
        "when",
        "ask",
        "reasons",
        "concept_text",
    ):
        assert language_problem(SLOT.sub("", " ".join(said[part])), language) is None, part


def test_a_region_does_not_matter_and_an_unknown_language_is_answered_in_english() -> None:
    assert phrases("pt-BR") == phrases("pt") != ENGLISH
    assert phrases("zh-Hant-TW") == phrases("zh") != ENGLISH
    assert phrases("tlh") == ENGLISH


@pytest.mark.parametrize("language", NEAREST)
def test_a_relative_stands_in_for_a_language_without_phrases(language: str) -> None:
    said = phrases(language)
    assert said != ENGLISH
    assert language_problem(" ".join(said["good"] + said["bad"]), language) is None
