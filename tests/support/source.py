"""The project's own files, read and parsed once, for checks over the source."""

import ast
import fnmatch
import functools
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "trailwright"


@functools.cache
def committed() -> tuple[Path, ...]:
    """Every file git has or would take, relative to the root."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
    return tuple(Path(name) for name in sorted(set(names)) if name and (ROOT / name).is_file())


@functools.cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of one file, named relative to the root."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def python_files(*folders: str) -> list[Path]:
    """Committed Python files below these folders (all of them without any), relative to the root."""
    return [
        path
        for path in committed()
        if path.suffix == ".py"
        and (not folders or any(path.is_relative_to(Path(folder)) for folder in folders))
    ]


def source_files(*parts: str) -> list[Path]:
    """Files of the package: all, or those below the named parts such as `domain`."""
    return python_files(*(f"src/trailwright/{part}" for part in parts or ("",)))


def in_package(path: Path) -> str:
    """`src/trailwright/tasks/leases.py` as `tasks/leases.py`."""
    return path.relative_to("src/trailwright").as_posix()


def is_one_of(path: Path, patterns: tuple[str, ...]) -> bool:
    """Whether a file of the package matches a pattern such as `api/*` (which takes in folders below)."""
    return any(fnmatch.fnmatch(in_package(path), pattern) for pattern in patterns)


def listed(strays: Sequence[str], why: str = "") -> str:
    """Every stray on a line of its own, for the failure's message."""
    return "\n".join(["", *([why] if why else []), *strays])


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything a file imports, wherever in it; `from a import b` is `a.b`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the dotted name of what is called, such as `asyncio.run`; other callees are ''."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node, dotted(node.func)


def dotted(node: ast.expr) -> str:
    """`a.b.c` of a chain of names; what is no such chain begins with a dot."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            return f"{dotted(value)}.{attr}"
        case _:
            return ""
