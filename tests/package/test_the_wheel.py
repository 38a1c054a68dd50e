"""What people install is what was tested: built once, unpacked, looked into, started."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.source import committed
from tests.support.wheel import WEB, build, copy_committed, copy_web_app, is_web_app_built, the_wheel_in


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is committed, and nothing that lies about."""
    return copy_committed(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="session")
def refusal(source: Path, tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    return build(source, tmp_path_factory.mktemp("refused"))


@pytest.fixture(scope="session")
def wheel(
    source: Path, refusal: subprocess.CompletedProcess[str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """With the web app as it was built here; where none was, with a page in its place."""
    del refusal  # built first, while there is no web app
    if is_web_app_built():
        copy_web_app(source)
    else:
        (source / WEB / "assets").mkdir(parents=True)
        (source / WEB / "index.html").write_text("<title>Trailwright</title>")
        (source / WEB / "assets" / "app-1.js").write_text("run()")
    folder = tmp_path_factory.mktemp("wheel")
    return the_wheel_in(folder, build(source, folder))


def test_no_wheel_is_built_without_the_web_app(refusal: subprocess.CompletedProcess[str]) -> None:
    assert refusal.returncode != 0
    assert "The web app is not built" in refusal.stderr + refusal.stdout


def test_the_web_app_is_in_the_wheel(wheel: Path, source: Path) -> None:
    app = {
        path.relative_to(source / "src").as_posix() for path in (source / WEB).rglob("*") if path.is_file()
    }
    assert "trailwright/web_dist/index.html" in app
    assert app - names(wheel) == set()


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
