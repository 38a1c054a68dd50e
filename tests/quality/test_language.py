"""Whether a text is in the learner's language: told from 40 letters on, and only when it can be told."""

import pytest

from tests.quality.languages import TEXTS
from trailwright.domain.language_names import name_of
from trailwright.quality.language import can_judge, expected_scripts, language_problem

ALIKE = [{"zh", "zh-Hant"}, {"sv", "da", "nb"}, {"es", "ca"}, {"pt", "ca"}, {"id", "sw"}, {"ru", "sr"}]


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_in_the_learners_language_passes(language: str) -> None:
    text = TEXTS[language]
    assert language_problem(text, language) is None
    assert language_problem(text[:60], language) is None


@pytest.mark.parametrize("language", [tag for tag in TEXTS if tag != "en"])
def test_english_is_noticed_where_another_language_was_asked_for(language: str) -> None:
    problem = language_problem(TEXTS["en"], language)
    assert problem is not None
    assert f"not written in {name_of(language)}" in problem


def test_most_languages_are_noticed_where_english_was_asked_for() -> None:
    assert [tag for tag, text in TEXTS.items() if tag != "en" and language_problem(text, "en") is None] == []


def test_long_texts_in_any_two_languages_are_told_apart() -> None:
    mixed_up = {
        frozenset((asked, got))
        for asked in TEXTS
        for got, text in TEXTS.items()
        if asked != got and language_problem(f"{text} {text}", asked) is None
    }
    assert {pair for pair in mixed_up if not any(pair <= group for group in ALIKE)} == set()


def test_the_message_names_the_language_that_was_found() -> None:
    assert language_problem(TEXTS["de"], "en") == "it is not written in English; it looks like German"
    assert language_problem(TEXTS["zh"], "ja") == "it is not written in Japanese; it looks like Chinese"
    assert language_problem(TEXTS["ja"], "zh") == "it is not written in Chinese; it looks like Japanese"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Install Python NumPy pandas matplotlib Jupyter", "en"),
        ("Git commit push pull rebase merge conflicts", "en"),
        ("Karate kata: heian shodan, heian nidan, tekki", "en"),
        ("Kubernetes Docker Helm Terraform Ansible Prometheus Grafana", "en"),
        ("用 NumPy、pandas 和 matplotlib 分析数据，再用 scikit-learn 训练一个简单的模型", "zh"),
        (
            "NumPyとpandasでデータを分析し、scikit-learnでモデルを訓練します。Jupyter Notebookを使います。",
            "ja",
        ),
        ("Используйте Docker Compose, PostgreSQL и Redis, чтобы запустить приложение локально", "ru"),
    ],
)
def test_names_of_things_in_a_text_do_no_harm(text: str, language: str) -> None:
    assert language_problem(text, language) is None


def test_thirty_nine_letters_are_not_judged_and_forty_are() -> None:
    cyrillic = "д" * 39
    assert language_problem(cyrillic, "zh") is None
    assert language_problem(cyrillic + "д", "zh") is not None
    assert language_problem("", "en") is None


@pytest.mark.parametrize("pair", [("pt", "gl"), ("hr", "sr-Latn"), ("id", "ms"), ("nb", "da"), ("cs", "sk")])
def test_similar_languages_count_as_one(pair: tuple[str, str]) -> None:
    text = TEXTS.get(
        pair[0], "Kruh od kiselog tijesta diže se uz pomoć divljeg kvasca. Hranite starter svaki dan."
    )
    assert language_problem(text, pair[1]) is None


@pytest.mark.parametrize("language", ["tlh", "xx", "gn", "qu", "iu", "not a tag"])
def test_what_is_not_known_is_not_judged(language: str) -> None:
    assert language_problem(TEXTS["en"], language) is None
    assert not can_judge(language)


def test_a_script_alone_settles_a_language_that_is_not_known() -> None:
    assert language_problem(TEXTS["en"], "my") == "it is not written in Burmese"


def test_languages_written_in_two_scripts_may_use_either() -> None:
    assert expected_scripts("sr")[:1] == ("Cyrl",)
    latin = (
        "Hleb od kiselog testa raste uz pomoć divljeg kvasca. Hranite starter svakog dana brašnom i vodom."
    )
    assert language_problem(latin, "sr") is None
    assert language_problem(TEXTS["en"], "sr") is not None


def test_a_huge_line_is_judged_by_its_beginning() -> None:
    assert language_problem(TEXTS["de"] + "x" * 200_000, "de") is None
    assert language_problem("д" * 200_000, "en") is not None
