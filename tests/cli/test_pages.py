"""What is written for people: names that are safe as files, text that cannot steer a terminal or a page."""

import unicodedata
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailwright.exporting.contents import Contents
from trailwright.exporting.pages import document, pages, quiz_page, resources_page, safe_name
from trailwright.kit.words import clean, duration, money, size

HOSTILE_NAMES = [
    "../../etc/passwd", "/etc/passwd", "..", ".", "", "   ", "a/b\\c", "con", "NUL.txt", "com1", "-rf *",
    "a\x00b", "\u202egnp.exe", "x" * 500, "学" * 200, "emoji 🥖 only", "🥖", "a\nb", "~", "$HOME",
    ".hidden", "a:b|c?",
]  # fmt: skip


def a_framework(*names: str) -> dict[str, Any]:
    concepts = [{"concept_id": f"c{n}", "name": name, "estimated_hours": 1.5} for n, name in enumerate(names)]
    module = {"name": "Module", "concepts": concepts}
    return {
        "title": "A way",
        "stages": [{"name": "Stage", "description": "", "modules": [module]}],
        "left_out": [],
    }


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_any_name_gives_a_file_name_that_is_safe(name: str) -> None:
    assert_safe(safe_name(name))


@given(st.text(max_size=300))
def test_really_any(name: str) -> None:
    assert_safe(safe_name(name))


def assert_safe(made: str) -> None:
    assert made
    assert len(made.encode()) <= 130
    assert not set(made) & set('/\\:*?"<>|\x00\n~$.')
    assert made[0] != "-"
    assert made.casefold() not in {"con", "nul", "com1", "aux", "prn"}
    assert not any(unicodedata.category(char).startswith("C") for char in made)


def test_folders_stand_in_reading_order_even_with_equal_names() -> None:
    tutorial = {"title": "T", "summary": "", "markdown": "# T\n"}
    contents = Contents(tutorials={f"c{n}": tutorial for n in range(12)})
    names = [PurePosixPath(path).parts[0] for path, _ in pages(a_framework(*["Same"] * 12), contents)][1:]
    assert names == [f"{n:02}-same" for n in range(1, 13)]


def test_what_was_not_made_has_no_page() -> None:
    assert [path for path, _ in pages(a_framework("A"), Contents())] == ["README.md"]
    assert "A (1.5 h)" in document(a_framework("A"), Contents())


def test_answers_are_folded_at_the_end() -> None:
    question = {"question": "Which?", "options": ["x", "y"], "correct_answer": [1], "explanation": "Because."}
    page = quiz_page("Topic", {"questions": [question]})
    before, _, after = page.partition("<details>")
    assert "B. y" in before
    assert "Because" not in before
    assert "1. **B** Because." in after


def test_without_keys_there_are_no_answers() -> None:
    page = quiz_page("Topic", {"questions": [{"question": "Which?", "options": ["x", "y"]}]})
    assert "<details>" not in page


def test_what_a_model_wrote_is_no_markup() -> None:
    question = {
        "question": "</details><script>alert(1)</script> [x](javascript:1)",
        "options": ["<img src=x onerror=1>", "b"],
        "correct_answer": [0],
        "explanation": "# no heading\n\n<b>",
    }
    page = quiz_page("A | B", {"questions": [question]})
    assert "<script>" not in page.replace("\\<script\\>", "")
    assert "\n# no heading" not in page
    link = {
        "title": "a](http://evil)",
        "url": "https://x/a b>c",
        "type": "article",
        "language": "en",
        "description": "",
    }
    shown = resources_page("T", {"resources": [link]})
    assert "](http://evil)" not in shown.replace("\\]", "")
    assert "<https://x/a%20b%3Ec>" in shown


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("a\x1b[31mb", "a[31mb"),
        ("a\r\nb\tc", "a b c"),
        ("\u202eabc", "abc"),
        ("  x  ", "x"),
        ("学习 🥖", "学习 🥖"),
    ],
)
def test_nothing_steers_the_terminal(given_text: str, shown: str) -> None:
    assert clean(given_text) == shown


def test_amounts_read_as_people_say_them() -> None:
    assert [duration(s) for s in (0.2, 42, 100, 3600, 7800)] == [
        "1 s",
        "42 s",
        "2 min",
        "60 min",
        "2 h 10 min",
    ]
    assert [money(d) for d in (0, 0.004, 0.4, 12)] == ["$0", "under $0.01", "$0.40", "$12.00"]
    assert [size(b) for b in (10, 12_000, 3_400_000, 77_000_000_000)] == [
        "1 kB",
        "12 kB",
        "3.4 MB",
        "77.0 GB",
    ]
