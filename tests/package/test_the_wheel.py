"""What people install is what was tested: built once, unpacked, looked into, started."""

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
