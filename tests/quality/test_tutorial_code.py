"""T5: code names its language, Python parses, and imports that nobody knows are noted."""

import pytest

from trailwright.quality.code import check_t5, check_t5_imports
from trailwright.quality.markdown import parse


def fenced(code: str, language: str = "python") -> str:
    return f"# T\n\n```{language}\n{code}\n```\n"


@pytest.mark.parametrize(
    "code",
    [
        "print('hello')",
        "    for x in range(3):\n        print(x)",
        ">>> 1 + 1\n2\n>>> def f():\n...     return 1\n...\n>>> f()\n1",
        "def f(): ...",
        "re.match('\\d', x)",
        "",
    ],
)
def test_python_that_parses_passes(code: str) -> None:
    assert check_t5(parse(fenced(code))) == []


@pytest.mark.parametrize(
    "code", ["print 'hello'", "for x in range(3)\n    print(x)", "pip install numpy", "x = "]
)
def test_python_that_does_not_parse_is_found(code: str) -> None:
    (found,) = check_t5(parse(fenced(code)))
    assert found.level == "gate"
    assert "does not parse" in found.message


def test_the_line_of_the_fault_is_named() -> None:
    assert check_t5(parse(fenced("a = 1\nb = (\n")))[0].where in {"line 5", "line 6"}


@pytest.mark.parametrize("language", ["text", "bash", "c++", "{.python}", "js title=x", "mermaid"])
def test_a_fence_that_names_its_language_passes(language: str) -> None:
    assert check_t5(parse(fenced("x", language))) == []


def test_a_fence_without_language_is_found() -> None:
    (found,) = check_t5(parse(fenced("x", "")))
    assert (found.where, "does not name its language" in found.message) == ("line 3", True)


def test_indented_code_needs_no_language() -> None:
    assert check_t5(parse("# T\n\n    x = (\n")) == []


def test_unknown_imports_are_noted_and_known_ones_are_not() -> None:
    code = "import os, numpy as np\nfrom sklearn.svm import SVC\nfrom . import mine\nimport superbread.oven"
    (found,) = check_t5_imports(parse(fenced(code)))
    assert found.level == "score"
    assert found.message.endswith(": superbread")
    assert check_t5_imports(parse(fenced("import json\nimport torch"))) == []
    assert check_t5_imports(parse(fenced("import superbread", "text"))) == []


@pytest.mark.parametrize(
    "code", ["(" * 5_000, "-" * 15_000 + "1", "9" * 15_000, "\x00", "x = " + "1+" * 7_000 + "1"]
)
def test_hostile_code_is_a_finding_or_nothing_but_never_an_error(code: str) -> None:
    document = parse(fenced(code))
    check_t5(document)
    check_t5_imports(document)
