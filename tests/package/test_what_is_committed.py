"""What no committed file may hold, and what every exception from a rule must say."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.source import ROOT, committed, listed, python_files

HOSTS = (
    "pypi|.org",
    "pythonhosted|.org",
    "npmjs|.org",
    "npmjs|.com",
    "yarnpkg|.com",
    "debian|.org/debian",
    "conda|.io",
)
FORBIDDEN = {
    "a package registry's host": "|".join(re.escape(host.replace("|", "")) for host in HOSTS),
    "a path of one machine": r"(?<![\w.$}~-])/(?:work|root|Users|home)/\w",
    "a key": (
        r"\b(?:sk|rk|gsk|xai)-[A-Za-z0-9_-]{24,}|\bAKIA[0-9A-Z]{16}\b|\bAIza[\w-]{35}\b|\bgh[pousr]_\w{36}"
        r"|-----BEGIN [A-Z ]*PRIVATE KEY"
    ),
    "who or what wrote it": (
        r"(?i)co-authored-by|(?:generated|written) (?:by|with) (?:claude|chatgpt|copilot|an? (?:ai|llm))\b"
    ),
}
IS_A_TEST_OF_ITSELF = Path("tests/package/test_what_is_committed.py")


def texts() -> Iterator[tuple[Path, str]]:
    for path in committed():
        try:
            yield path, (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture, a font


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_committed_file_holds(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    strays = [
        f"{path}:{text.count(chr(10), 0, found.start()) + 1} {found[0]}"
        for path, text in texts()
        if path != IS_A_TEST_OF_ITSELF
        for found in pattern.finditer(text)
    ]
    assert not strays, listed(strays)


@pytest.mark.parametrize(
    ("what", "example"),
    [
        ("a package registry's host", "https://files.pythonhosted" + ".org/x"),
        ("a path of one machine", "see /home/someone/x"),
        ("a key", "AKIA" + "A" * 16),
        ("who or what wrote it", "Co-Authored-By: x"),
    ],
)
def test_the_patterns_find_what_they_are_for(what: str, example: str) -> None:
    assert re.search(FORBIDDEN[what], example)


def test_lock_files_hold_hashes_and_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        pins = [line for line in lines if not line.startswith(" ")]
        assert pins
        assert not [line for line in lines if "://" in line or line.startswith(("-", "#"))]
        assert lines.count("") == 0
        assert len(re.findall(r"==\S+.*\\\n +--hash=", "\n".join(lines))) == len(pins)


def test_every_exception_from_a_rule_says_why() -> None:
    """`# noqa: RULE - reason`, `# type: ignore[rule]  # reason`; `# ruff: noqa: RULE - reason` for a file."""
    silent = re.compile(
        r"#\s*noqa(?!: [A-Z]+\d+(?:, [A-Z]+\d+)* - \S)|#\s*type:\s*ignore(?!\[[\w, -]+\]\s+# \S)"
    )
    whole = re.compile(r"#\s*(?:mypy: ignore|flake8: noqa)")
    strays = [
        f"{path}:{number} {line.strip()}"
        for path in python_files()
        if path != IS_A_TEST_OF_ITSELF
        for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), 1)
        if silent.search(line) or whole.search(line)
    ]
    assert not strays, listed(strays)


def test_no_test_is_skipped() -> None:
    """A machine that lacks what a test needs fails the run, or nobody would know what was not tried."""
    skips = re.compile(r"pytest\.(?:mark\.)?(?:skip|xfail|importorskip)|unittest\.skip")
    strays = [
        str(path)
        for path in python_files("tests")
        if path != IS_A_TEST_OF_ITSELF and skips.search((ROOT / path).read_text(encoding="utf-8"))
    ]
    assert not strays, listed(strays)
