"""What a person reads is written by us: no error for people is made of another exception's words.

`str(error)` may hold a path, a key, SQL or a provider's page. So in an `except … as error` nothing of `error`
goes into one of our own errors, but for what is named here.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.source import dotted, in_package, listed, source_files, tree
from trailwright import errors

OURS = {
    name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, errors.AppError)
}
PARTS = {"code", "status", "problems", "headers", "errors"}
"""Of our own exceptions, or numbers: no words of others."""

EXCEPTIONS = {
    "kit/api.py": {"msg"},  # where the JSON that the caller sent breaks off: his own words
}


def strays(path: Path) -> Iterator[str]:
    allowed = PARTS | EXCEPTIONS.get(in_package(path), set())
    for handler in ast.walk(tree(path)):
        if isinstance(handler, ast.ExceptHandler) and handler.name:
            yield from told(handler, handler.name, allowed)


def told(handler: ast.ExceptHandler, name: str, allowed: set[str]) -> Iterator[str]:
    """Where one of our errors is made of the caught one."""
    for call in ast.walk(handler):
        if not isinstance(call, ast.Call) or (made := dotted(call.func).rpartition(".")[2]) not in OURS:
            continue
        parts = [node for node in ast.walk(call) if isinstance(node, ast.Attribute) and node.attr in allowed]
        kept = {id(part.value) for part in parts}
        for node in ast.walk(call):
            if isinstance(node, ast.Name) and node.id == name and id(node) not in kept:
                yield f"{node.lineno} {made} is made of `{name}`"


def test_no_error_for_people_is_made_of_anothers_words() -> None:
    found = [f"{in_package(path)}:{stray}" for path in source_files() for stray in strays(path)]
    assert not found, listed(found)


@pytest.mark.parametrize(
    ("code", "is_found"),
    [
        ("raise BusyError(str(error))", True),
        ("raise BusyError(f'it said {error}')", True),
        ("raise BusyError(error.args[0])", True),
        ("raise BusyError(code=error.code)", False),
        ("raise BusyError('The disk is full.') from error", False),
    ],
)
def test_the_rule_sees_what_it_should(code: str, *, is_found: bool) -> None:
    [handler] = [
        node
        for node in ast.walk(ast.parse(f"try:\n pass\nexcept OSError as error:\n {code}\n"))
        if isinstance(node, ast.ExceptHandler)
    ]
    assert bool(list(told(handler, "error", PARTS))) is is_found
