"""A file or function that outgrows its lid is split, or stands here by name with the reason."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.source import ROOT, listed, python_files, tree

FUNCTION_LINES = 40
FILE_LINES = 400
LEVELS = 4

EXCEPTIONS = {
    "src/trailwright/migrations/versions/*.py": "a migration is a record of what was done",
}
"""`path` or `path::function`, as a pattern, and why."""

FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
BLOCK = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, FUNCTION):
            yield node


def lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From `def` to the end, without the docstring: a promise may be as long as it needs."""
    total = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is not None:
        total -= (first.end_lineno or first.lineno) - first.lineno + 1
    return total


def levels(node: ast.AST) -> int:
    """Depth of blocks in blocks; `elif` is no new level, an inner function starts anew."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTION):
            continue
        chained = isinstance(node, ast.If) and isinstance(child, ast.If) and child in node.orelse
        own = 1 if isinstance(child, BLOCK) and not chained else 0
        deepest = max(deepest, own + levels(child))
    return deepest


def excepted(path: Path, name: str = "") -> bool:
    return any(
        path.match(pattern.partition("::")[0]) and pattern.partition("::")[2] in {"", name}
        for pattern in EXCEPTIONS
    )


def test_no_function_is_longer_than_its_lid() -> None:
    long = [
        f"{path}:{function.lineno} {function.name}: {lines(function)} lines"
        for path in python_files()
        for function in functions(path)
        if lines(function) > FUNCTION_LINES and not excepted(path, function.name)
    ]
    assert not long, listed(long)


def test_no_file_is_longer_than_its_lid() -> None:
    counted = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in python_files()}
    long = [f"{path}: {n} lines" for path, n in counted.items() if n > FILE_LINES and not excepted(path)]
    assert not long, listed(long)


def test_nothing_nests_deeper_than_four_levels() -> None:
    deep = [
        f"{path}:{function.lineno} {function.name}: {levels(function)} levels"
        for path in python_files()
        for function in functions(path)
        if levels(function) > LEVELS and not excepted(path, function.name)
    ]
    assert not deep, listed(deep)


@pytest.mark.parametrize("pattern", EXCEPTIONS)
def test_an_exception_nobody_needs_is_taken_off_the_list(pattern: str) -> None:
    file, _, name = pattern.partition("::")
    paths = [path for path in python_files() if path.match(file)]
    if name:
        assert any(function.name == name for path in paths for function in functions(path))
    else:
        assert paths


def test_depth_is_counted_in_blocks() -> None:
    code = "def f():\n if a:\n  for b in c:\n   pass\n elif d:\n  pass\n else:\n  with e:\n   pass\n"
    assert levels(ast.parse(code).body[0]) == 2
