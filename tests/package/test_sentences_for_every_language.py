"""A sentence of the server stands once; the web app has each in its own languages, under the same code."""

import ast
import json
import re

from tests.support.source import ROOT, calls, imports, source_files
from trailwright.domain.sentences import SENTENCES, say

LOCALES = ROOT / "web" / "src" / "locales"
BLANK = re.compile(r"{(\w+)}")


def test_the_web_app_says_the_same_in_english() -> None:
    """That Chinese has the same codes and the same blanks, the web app's own tests say."""
    told = json.loads((LOCALES / "en" / "said.json").read_text(encoding="utf-8"))["sentence"]
    assert told == {code: BLANK.sub(r"{{\1}}", text) for code, text in SENTENCES.items()}


def test_every_sentence_is_said_and_none_is_said_that_is_not_there() -> None:
    said, begun = set[str](), set[str]()
    for path in source_files():
        if not any(name == "trailwright.domain.sentences.say" for _, name in imports(path)):
            continue
        for node, name in calls(path):
            if name == "say" and node.args:
                said |= codes(node.args[0])
                begun |= beginnings(node.args[0])
    said |= {"reads_harder", "reads_simpler", "no_example", "no_mistakes", "no_summary"}  # by a variable
    assert said <= SENTENCES.keys()
    assert [code for code in SENTENCES if code not in said and not code.startswith(tuple(begun))] == []


def codes(argument: ast.expr) -> set[str]:
    return (
        {argument.value} if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else set()
    )


def beginnings(argument: ast.expr) -> set[str]:
    """What an f-string begins with."""
    if isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant):
        return {str(argument.values[0].value)}
    return set()


def test_a_sentence_is_filled_in_english() -> None:
    words = say("over_budget", hours=12.0, pace=2.5, weeks=3, allowed=8.25).english
    assert words.startswith("the required concepts take 12 hours; 2.5 hours a week for 3 weeks allow 8.25:")
    assert say("in_another_language", language="zh-CN", found="en").english == (
        "it is not written in Chinese; it looks like English; write it in Chinese"
    )
