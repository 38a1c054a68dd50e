"""What import-linter cannot say: libraries, calls and tables that belong to named files."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.source import ROOT, calls, imports, in_package, is_one_of, listed, source_files, tree

ROOMS = ("tasks", "roadmaps", "contents", "covers", "learning", "users", "configuration", "sharing", "limits")
PURE = ("domain", "agents", "quality")

HTTP = ("api/*", "*/api.py", "events/socket.py", "llm/simulated.py", "llm/simulated/*")
LIBRARIES = {
    "fastapi": HTTP,
    "starlette": HTTP,
    "celery": ("work/celery_app.py",),
    "typer": ("cli.py", "commandline/*"),
    "rich": ("cli.py", "commandline/*"),
    "alembic": ("migrations/*",),
    "obstore": ("kit/storage.py",),
    "PIL": ("covers/studio_child.py",),  # what strangers send is decoded in a process of its own
    "resvg_py": ("covers/studio_child.py",),
    "structlog": ("kit/log.py",),
    "pwdlib": ("users/passwords.py",),  # Argon2 takes a core for a while: only in its own threads
    "jwt": ("users/oidc.py",),
    "smtplib": ("users/post.py",),
    "opentelemetry": ("kit/tracing.py",),
    "prometheus_client": ("work/meters.py", "api/metrics.py"),
    "genai_prices": (),  # only tools/refresh_prices.py
    "xllamacpp": ("llm/*",),
    "pydantic_ai": ("llm/*",),
    "anthropic": ("llm/*",),
    "google": ("llm/*",),
    "openai": ("llm/*",),
}
"""Who may import a library: then the rest can be read, tested and changed without it."""


class Rule(NamedTuple):
    """Calls that only the named files may make."""

    names: tuple[str, ...]
    files: tuple[str, ...]
    why: str


CALLS = (
    Rule(("asyncio.run",), ("cli.py", "commandline/*"), "one loop per process; the command line starts it"),
    Rule(
        ("settings.load", "load_settings"),
        ("cli.py", "commandline/*", "api/*"),
        "settings are read once and handed down",
    ),
    Rule(("create_async_engine",), ("kit/db.py",), "one engine per loop"),
    Rule(
        ("connection.commit", "session.commit", "tx.commit"),
        ("kit/db.py",),
        "who opened a transaction ends it",
    ),
)

ITEM_WRITERS = (
    "tasks/leases.py",  # claim, renew, release
    "tasks/settling.py",
    "tasks/delivering.py",
    "tasks/reaping.py",
    "tasks/budgets.py",  # what a claimed item may cost
    "tasks/commands.py",  # and what commands are made of:
    "tasks/progressing.py",
    "tasks/reshaping.py",
    "tasks/retrying.py",
    "tasks/covering.py",  # covers: no task owns them
)
"""Whoever else wrote an item's status would write it without its token or without the task's lock."""


def where(path: Path, line: int, what: str) -> str:
    return f"{in_package(path)}:{line} {what}"


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_is_imported_only_where_it_belongs(library: str) -> None:
    strays = [
        where(path, line, name)
        for path in source_files()
        if not is_one_of(path, LIBRARIES[library])
        for line, name in imports(path)
        if name.split(".")[0] == library
    ]
    assert not strays, listed(strays)


@pytest.mark.parametrize("rule", CALLS, ids=lambda rule: rule.names[0])
def test_a_call_is_made_only_where_it_belongs(rule: Rule) -> None:
    strays = [
        where(path, call.lineno, name)
        for path in source_files()
        if not is_one_of(path, rule.files)
        for call, name in calls(path)
        if name in rule.names
    ]
    assert not strays, listed(strays, rule.why)


def test_rooms_never_touch_each_others_models_or_routes() -> None:
    strays = [
        where(path, line, name)
        for room in ROOMS
        for path in source_files(room)
        for line, name in imports(path)
        for other in ROOMS
        for private in ("models", "api")
        if other != room and f"{name}.".startswith(f"trailwright.{other}.{private}.")
    ]
    assert not strays, listed(strays)


def test_the_pure_part_knows_no_time_and_no_chance() -> None:
    moments = {"now", "today", "utcnow", "time", "monotonic", "uuid4", "uuid1"}
    strays = [
        where(path, call.lineno, name)
        for path in source_files(*PURE)
        for call, name in calls(path)
        if "." in name
        and name.rpartition(".")[2] in moments
        and name.split(".")[0] in {"datetime", "dt", "date", "time", "uuid"}
    ]
    assert not strays, listed(strays)


def writes_to_items(path: Path) -> Iterator[tuple[int, str]]:
    """`insert/update/delete(items)`, `items.update()` and SQL text that does the same."""
    verbs = {"insert", "update", "delete", "pg_insert", "sqlite_insert"}
    for call, name in calls(path):
        base, _, verb = name.rpartition(".")
        target = call.args[0] if call.args else None
        by_function = (
            verb in verbs and isinstance(target, ast.Name | ast.Attribute) and table_name(target) == "items"
        )
        if by_function or (verb in verbs and base.rpartition(".")[2] == "items"):
            yield call.lineno, name
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            sql = " ".join(node.value.upper().split())
            if any(f"{verb} ITEMS" in sql for verb in ("UPDATE", "INTO", "DELETE FROM")):
                yield node.lineno, "SQL"


def table_name(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


def test_items_are_written_only_by_those_who_hold_the_lock_or_the_token() -> None:
    strays = [
        where(path, line, what)
        for path in source_files()
        if not is_one_of(path, (*ITEM_WRITERS, "migrations/*"))
        for line, what in writes_to_items(path)
    ]
    assert not strays, listed(strays)


def broad_handlers(path: Path) -> Iterator[int]:
    broad = {"Exception", "BaseException"}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ExceptHandler):
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            caught = any(kind is None or (isinstance(kind, ast.Name) and kind.id in broad) for kind in kinds)
            last = node.body[-1]
            raises_again = isinstance(last, ast.Raise) and last.exc is None
            if caught and not raises_again:
                yield node.lineno
    for call, name in calls(path):
        if name.endswith("suppress") and any(
            isinstance(arg, ast.Name) and arg.id in broad for arg in call.args
        ):
            yield call.lineno


def test_only_executor_and_reconciler_catch_everything() -> None:
    """And the child that holds the local model: a process of its own, whose every end its parent is told."""
    allowed = ("work/executor.py", "work/reconciler.py", "llm/local_child.py")
    strays = [
        where(path, line, "broad except")
        for path in source_files()
        if not is_one_of(path, allowed)
        for line in broad_handlers(path)
    ]
    assert not strays, listed(strays)


def declared() -> set[str]:
    """Import names of what pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(w for extra in project["optional-dependencies"].values() for w in extra),
    ]
    named = {wish.lower() for text in wanted for wish in re.findall(r"^[\w.-]+", text)}
    given = {
        "markdown-it-py": "markdown_it",
        "opentelemetry-sdk": "opentelemetry",
        "lingua-language-detector": "lingua",
        "pillow": "PIL",
        "pydantic-ai-slim": "pydantic_ai",
        "pyjwt": "jwt",
    }
    with_extras = {"anthropic", "google", "openai"} if "pydantic-ai-slim" in named else set()
    return {given.get(name, name.replace("-", "_")) for name in named} | with_extras


def test_every_library_that_is_imported_is_asked_for() -> None:
    known = declared() | {"trailwright"} | sys.stdlib_module_names
    strays = [
        where(path, line, name)
        for path in source_files()
        for line, name in imports(path)
        if name.split(".")[0] not in known
    ]
    assert not strays, listed(strays)
