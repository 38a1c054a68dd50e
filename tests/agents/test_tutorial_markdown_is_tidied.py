import pytest

from trailwright.agents.markdown import has_heading, summary_of, tidy, title_of
from trailwright.quality.markdown import parse

GOOD = """# Kneading

A dough needs work.

## The idea

Gluten forms.

```python
# not a heading
print("# nor this")
```

## Summary

Knead until it **stretches**.
"""


def test_a_good_document_stays_as_it_is() -> None:
    assert tidy(GOOD, "Other") == GOOD
    assert tidy(tidy(GOOD, "Other"), "Other") == GOOD


@pytest.mark.parametrize(
    "text",
    [
        f"```markdown\n{GOOD}\n```",
        f"```\n{GOOD}```\n",
        f"Sure! Here is the tutorial:\n\n```md\n{GOOD}\n```\n\nLet me know if you need more.",
        f"<think>\n# Plan\nI should write.\n</think>\n\n{GOOD}",
        f"Here is your lesson.\n\n{GOOD}\n\n---\n\nI hope this helps! Feel free to ask.",
        f"好的，以下是教程：\n\n{GOOD}\n\n希望这对你有帮助！",
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("## The", "##The").replace("# Kneading", "Kneading\n========"),
        GOOD.replace("# Kneading\n", "# Kneading #\n"),
    ],
)
def test_what_is_said_around_the_document_goes(text: str) -> None:
    assert tidy(text, "Other") == GOOD


def test_an_unclosed_wrapper_goes_and_nothing_is_closed() -> None:
    cut = "```markdown\n# Kneading\n\n## The idea\n\n```python\nprint("
    assert tidy(cut, "x") == "# Kneading\n\n## The idea\n\n```python\nprint(\n"


def test_a_document_that_opens_with_code_keeps_it() -> None:
    text = "```python\nprint(1)\n```\n\n## The idea\n\nIt prints.\n"
    assert tidy(text, "Print") == f"# Print\n\n{text}"


def test_a_missing_title_is_added_and_a_buried_one_goes_up() -> None:
    assert tidy("## The idea\n\nText.", "Kneading") == "# Kneading\n\n## The idea\n\nText.\n"
    buried = "An opening thought about bread.\n\n# Kneading\n\nText."
    assert tidy(buried, "x") == "# Kneading\n\nAn opening thought about bread.\n\n\nText.\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["# T", "# A", "# B"], ["# T", "## A", "## B"]),
        (["# T", "# A", "## B", "# C"], ["# T", "## A", "### B", "## C"]),
        (["# T", "### A", "### B"], ["# T", "## A", "## B"]),
        (["# T", "## A", "#### B", "#### C", "## D"], ["# T", "## A", "### B", "### C", "## D"]),
        (["### A", "#### B"], ["# x", "## A", "### B"]),
    ],
)
def test_headings_become_one_title_and_levels_that_never_skip(before: list[str], after: list[str]) -> None:
    text = tidy("\n\ntext\n\n".join(before), "x")
    assert [line for line in text.splitlines() if line.startswith("#")] == after


def test_bold_lines_serve_as_headings_only_where_there_are_none() -> None:
    assert tidy("**The idea**\n\nText.\n\n**Summary:**\n\nEnd.", "T") == (
        "# T\n\n## The idea\n\nText.\n\n## Summary\n\nEnd.\n"
    )
    assert "**bold**" in tidy("# T\n\n**bold**\n\nText.", "T")


def test_a_rule_under_a_sentence_makes_no_heading() -> None:
    text = "# T\n\nThis is the end of it.\n---\nMore.\n"
    assert tidy(text, "T") == text


def test_what_the_form_left_behind_goes() -> None:
    hint = "[explain it plainly, step by step; define each new term; about 100 words]"
    own = "[Gluten is what makes the dough stretch, and kneading builds it up.]"
    assert tidy(f"# T\n\n{hint}\n\n{own}\n", "T") == f"# T\n\n\n{own[1:-1]}\n"


def test_hostile_markup_is_left_as_it_is() -> None:
    text = "# T\n\n<script>alert(1)</script> {{slot}} {x} %s\n"
    assert tidy(text, "x") == text


@pytest.mark.parametrize(
    "text", ["", "#", "```", "# ", "***", "---\n---", "#" * 5000, "[" * 5000, "```\n# a"]
)
def test_odd_text_does_no_harm(text: str) -> None:
    assert tidy(text, "Title").strip()


def test_what_no_database_takes_goes() -> None:
    assert tidy("# T\n\na\x00b\ud83dc\td\n", "x") == "# T\n\nabc\td\n"


def test_title_and_summary_are_plain_text() -> None:
    assert title_of(parse("# The *big* `loop`\n\nx")) == "The big loop"
    assert summary_of(parse(GOOD)) == "Knead until it stretches."
    assert summary_of(parse("# T\n\nOnly [this](http://x.example).\n\n## End\n")) == "Only this."
    assert summary_of(parse("# T\n")) == ""
    long = summary_of(parse("# T\n\n" + "A sentence of words. " * 40))
    assert len(long) <= 300
    assert long.endswith(".")


def test_a_heading_inside_code_is_none() -> None:
    assert not has_heading("```\n# no\n```")
    assert has_heading("## yes")
