"""Words as UAX #29 counts them; two characters a word where nobody writes spaces."""

import pytest

from trailwright.quality.words import contains_phrase, count_letters, count_words, fold, tokens


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("... -- !?", 0),
        ("The quick brown fox can't jump 32.3 feet, right?", 9),
        ("snake_case e.g. 1,000.5 it’s", 4),
        ("well-known facts", 3),
        ("天然酵母", 2),
        ("天然酵母菌", 3),
        ("用 Python 写代码", 3),
        ("こんにちは世界", 4),
        ("안녕하세요 여러분", 4),
        ("हिन्दी में लिखा", 3),
        ("مرحباً بالعالم", 2),
        ("café naïve", 2),
        ("cafe\u0301 nai\u0308ve", 2),
        ("___ __", 0),
    ],
)
def test_words_are_counted_in_any_script(text: str, words: int) -> None:
    assert count_words(text) == words


def test_thai_is_counted_though_it_has_no_spaces() -> None:
    assert 4 <= count_words("ขนมปังเปรี้ยวทำจากแป้งและน้ำ") <= 9


def test_a_mixed_text_adds_up() -> None:
    assert count_words("天然酵母 starter 12") == 4


def test_letters_are_letters_only() -> None:
    assert count_letters("a1 é-酵_母!") == 4


def test_folding_makes_case_width_punctuation_and_space_alike() -> None:
    assert fold("  Ｆｌｏｕｒ,  AND\twater! ") == "flour and water"


def test_tokens_cut_chinese_into_pairs() -> None:
    assert tokens("天然酵母 Starter") == "天然 然酵 酵母 starter"
    assert tokens("用Python写") == "用 python 写"


@pytest.mark.parametrize(
    ("text", "phrase", "there"),
    [
        ("Wild yeast lifts the dough.", "wild yeast", True),
        ("Wild yeasts lift it.", "wild yeast", False),
        ("What is art?", "car", False),
        ("天然酵母是什么？", "酵母", True),
        ("anything", "?!", False),
    ],
)
def test_a_phrase_is_found_as_whole_words(text: str, phrase: str, there: bool) -> None:
    assert contains_phrase(text, phrase) is there
