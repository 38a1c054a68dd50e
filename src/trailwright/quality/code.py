"""T5: code blocks name their language; Python parses and imports what exists. Pure."""

import ast
import re
import sys
import textwrap
import warnings
from collections.abc import Iterator

from trailwright.domain.findings import Finding
from trailwright.domain.sentences import say
from trailwright.quality.judged import gate, score
from trailwright.quality.known_packages import KNOWN_IMPORTS
from trailwright.quality.markdown import Block, Document

MAX_CODE_CHARS = 20_000
"""A longer block is not parsed."""

_PYTHON = {"python", "py", "python3"}
_PROMPT = re.compile(r"^(?:>>>|\.\.\.)(?: |$)")
_LANGUAGE = re.compile(r"^[{.\s]*([A-Za-z0-9+#._-]{1,40})")


def check_t5(document: Document) -> list[Finding]:
    """T5 (gate): every code fence names its language, and Python parses. Source: rubric, T5.

    Only Python is parsed, with this interpreter's grammar; interactive sessions (`>>>`) by their input.
    """
    found = []
    for fence in document.fences:
        language = language_of(fence)
        if not language:
            message = "the code block does not name its language; write it behind the ```, such as ```text"
            found.append(gate("T5", f"line {fence.line}", message))
        elif language in _PYTHON and (fault := _fault(fence)):
            found.append(gate("T5", *fault))
    return found


def check_t5_imports(document: Document) -> list[Finding]:
    """T5 (score): Python imports exist in the standard library or the shipped list of packages.

    Models invent 5 to 22 % of package names (arXiv 2406.10279); the list is short, so this only warns.
    """
    found = []
    for fence in document.fences:
        tree = _tree(_source(fence.text)) if language_of(fence) in _PYTHON else None
        unknown = sorted(set(_imported(tree)) - KNOWN_IMPORTS - sys.stdlib_module_names) if tree else []
        if unknown:
            words = say("unknown_packages", packages=", ".join(unknown[:8]))
            found.append(score("T5", f"line {fence.line}", words))
    return found


def language_of(fence: Block) -> str:
    """The language a fence names, lower case; empty when it names none."""
    match = _LANGUAGE.match(fence.info)
    return match.group(1).casefold() if match else ""


def _fault(fence: Block) -> tuple[str, str] | None:
    """Place and message of a syntax error."""
    if len(fence.text) > MAX_CODE_CHARS:
        return None
    try:
        _parse(_source(fence.text))
    except SyntaxError as error:
        line = fence.line + (error.lineno or 1)
        return f"line {line}", f"the Python code does not parse: {error.msg}"
    except (ValueError, RecursionError, MemoryError):
        return f"line {fence.line}", "the Python code cannot be parsed"
    return None


def _tree(source: str) -> ast.Module | None:
    if len(source) > MAX_CODE_CHARS:
        return None
    try:
        return _parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _parse(source: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


def _source(code: str) -> str:
    """The code itself: what was typed in an interactive session, without a common indent."""
    lines = code.splitlines()
    if any(line.lstrip().startswith(">>>") for line in lines):
        lines = [line.lstrip() for line in lines]
        return "\n".join(_PROMPT.sub("", line) if _PROMPT.match(line) else "" for line in lines)
    return textwrap.dedent(code)


def _imported(tree: ast.Module) -> Iterator[str]:
    """Top names of what is imported; relative imports are the learner's own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".", maxsplit=1)[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".", maxsplit=1)[0]
