"""The wheel as people get it: built of what is committed and the web app, installed apart from the source."""

import fcntl
import shutil
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

from tests.support.source import ROOT, committed

WEB = Path("src", "trailwright", "web_dist")


def is_web_app_built() -> bool:
    """Whether `make setup` has built the pages."""
    return (ROOT / WEB / "index.html").is_file()


def copy_committed(folder: Path) -> Path:
    """Every file git has or would take, into `folder`."""
    for path in committed():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, folder / path)
    return folder


def copy_web_app(source: Path) -> None:
    """The built pages, to where the build expects them."""
    shutil.copytree(ROOT / WEB, source / WEB)


def build(source: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Build the wheel of `source` into `folder`."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    return subprocess.run(command, cwd=source, check=False, capture_output=True, text=True)


def the_wheel_in(folder: Path, done: subprocess.CompletedProcess[str]) -> Path:
    """What the build has made; fails with its words when it has not."""
    assert done.returncode == 0, done.stderr
    [built] = folder.glob("trailwright-*-py3-none-any.whl")
    return built


@dataclass(frozen=True)
class Installed:
    """A virtual environment that holds the wheel; its dependencies are those of the tests' own."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def program(self) -> Path:
        """`trailwright`, as people start it."""
        return self.folder / "bin" / "trailwright"

    @property
    def package(self) -> Path:
        """Where the package lies in it."""
        return _site(self.folder) / "trailwright"


def installed_once(folder: Path) -> Installed:
    """The wheel, built and installed in `folder` by whichever test process comes first; takes seconds.

    Dependencies are found by path alone: a path in a `.pth` file is searched, the `.pth` files in it are not
    read, so what is installed there to be edited, this source among it, is not seen.
    """
    environment = folder / "environment"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            _install(_built(folder / "source"), environment)
            (folder / "complete").touch()
    return Installed(environment)


def _built(source: Path) -> Path:
    copy_committed(source)
    copy_web_app(source)
    return the_wheel_in(source / "dist", build(source, source / "dist"))


def _install(wheel: Path, environment: Path) -> None:
    uv = shutil.which("uv")
    venv.create(environment, symlinks=True, with_pip=uv is None)
    python = str(environment / "bin" / "python")
    installer = (
        [uv, "pip", "install", "-q", "--python", python] if uv else [python, "-m", "pip", "install", "-q"]
    )
    subprocess.run([*installer, "--no-deps", "--no-index", str(wheel)], check=True)
    file = _site(environment) / "dependencies.pth"
    file.write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")


def _site(environment: Path) -> Path:
    [found] = environment.glob("lib/python*/site-packages")
    return found
