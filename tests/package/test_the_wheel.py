"""What people install is what was tested: built once, unpacked, looked into, started."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.source import ROOT, committed


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [built] = folder.glob("trailwright-*-py3-none-any.whl")
    return built


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_everything_of_the_package_is_in_the_wheel(wheel: Path) -> None:
    package = {
        path.relative_to("src").as_posix() for path in committed() if path.is_relative_to("src/trailwright")
    }
    assert package - names(wheel) == set()


def test_nothing_else_is_in_the_wheel(wheel: Path) -> None:
    roots = {name.split("/")[0] for name in names(wheel)}
    assert {root for root in roots if not root.endswith(".dist-info")} == {"trailwright"}


def test_the_licence_is_in_the_wheel(wheel: Path) -> None:
    assert [name for name in names(wheel) if name.endswith(".dist-info/licenses/LICENSE")]


def test_what_was_unpacked_from_the_wheel_starts(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    start = [
        sys.executable,
        "-c",
        "import sys, trailwright.cli as cli; print(cli.__file__); sys.argv[0] = 'trailwright'; cli.main()",
    ]
    done = subprocess.run(
        [*start, "--version"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines()[0].startswith(str(tmp_path))
    assert "0.1.0" in done.stdout


HEAVY = (
    "sqlalchemy",
    "fastapi",
    "starlette",
    "uvicorn",
    "httpx",
    "aiohttp",
    "pydantic_ai",
    "obstore",
    "lingua",
    "networkx",
    "xllamacpp",
    "alembic",
    "genai_prices",
)


def test_asking_for_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom trailwright import cli\nsys.argv = ['trailwright', '--help']\n"
        "try:\n    cli.main()\nexcept SystemExit:\n    pass\n"
        "print(*sorted(name for name in sys.modules if '.' not in name), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "generate" in done.stdout
    assert set(done.stderr.split()) & set(HEAVY) == set()
